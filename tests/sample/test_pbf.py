"""The street extract is one that OpenStreetMap's tools accept, and says that it is invented."""

from __future__ import annotations

from collections import Counter

import numpy as np
import osmium
import pytest

from lifecircle.sample import facts
from lifecircle.sample.people import rounded_lonlat


@pytest.fixture(scope="module")
def extract(folder):
    """Nodes and ways in the order of the file: (is it a way, id, tags, position or node ids)."""
    found = []
    for thing in osmium.FileProcessor(str(folder / "streets.osm.pbf")):
        inside = [node.ref for node in thing.nodes] if thing.is_way() else (thing.lon, thing.lat)
        found.append((thing.is_way(), thing.id, dict(thing.tags), inside))
    return found


def test_the_header_says_that_the_data_is_synthetic(folder):
    header = osmium.io.Reader(str(folder / "streets.osm.pbf")).header()
    assert "SYNTHETIC" in header.get("generator")


def test_nodes_come_before_ways_and_ids_rise(extract):
    order = [(is_way, number) for is_way, number, _, _ in extract]
    assert order == sorted(order)
    assert len(set(order)) == len(order)


def test_every_way_is_made_of_nodes_that_are_there(extract):
    nodes = {number for is_way, number, _, _ in extract if not is_way}
    used = [ref for is_way, _, _, refs in extract if is_way for ref in refs]
    assert set(used) <= nodes
    assert min(len(refs) for is_way, _, _, refs in extract if is_way) >= 2


def test_streets_are_those_of_the_city(extract, city):
    lonlat = rounded_lonlat(city.streets.xy)
    positions = {number: place for is_way, number, _, place in extract if not is_way}
    streets = [(tags, refs) for is_way, _, tags, refs in extract if is_way and "highway" in tags]
    assert len(streets) == len(city.streets.kind) + len(city.terrain.motorways)
    kinds = list(facts.roads().kinds.values())
    for way in (0, len(city.streets.kind) // 2, len(city.streets.kind) - 1):
        tags, refs = streets[way]
        nodes = city.streets.nodes[city.streets.offsets[way] : city.streets.offsets[way + 1]]
        assert np.allclose([positions[ref] for ref in refs], lonlat[nodes], atol=1e-9)
        assert kinds[city.streets.kind[way]].tags.items() <= tags.items()


def test_gates_stops_parks_and_water_are_in_it(extract, city):
    tags = Counter(pair for _, _, tags, _ in extract for pair in tags.items())
    in_osm = city.facilities[city.facilities["in_osm"]]
    assert tags["barrier", "gate"] == len(city.streets.gates)
    assert tags["highway", "bus_stop"] == (in_osm["kind"] == "bus_stop").sum() > 500
    assert tags["leisure", "park"] == len(city.streets.parks) + len(city.terrain.hills)
    assert tags["natural", "water"] == len(city.terrain.waters) + 1
    assert tags["railway", "rail"] == 2
    assert tags["landuse", "residential"] == len(city.streets.compounds)


def test_parks_and_water_are_closed_rings(extract):
    for is_way, _, tags, refs in extract:
        if is_way and ({"natural", "landuse", "leisure"} & set(tags) or tags.get("area") == "yes"):
            assert refs[0] == refs[-1]
            assert len(set(refs)) == len(refs) - 1
