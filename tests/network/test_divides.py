"""Rivers, railways and expressways are crossed at bridges, subways and crossings alone."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import osmium
import pytest
import shapely

from lifecircle.crs import to_metric
from lifecircle.inputs.osm_streets import read_osm_ways
from lifecircle.inputs.streets import ways_from_lines
from lifecircle.network.graph import build_network
from lifecircle.network.places import insert_places
from lifecircle.network.rules import read_walking_rules, way_uses
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import edge_lines, snap_to_edges
from lifecircle.network.store import cached_network
from lifecircle.study import Source
from osm_files import write_osm
from small_networks import CORNER, CRS, lonlat_at
from street_walks import walker

# A river runs east along y = 0, a railway along y = 400, an expressway along y = 800. Streets run along both banks and
# both sides at y = -50, 50, 350, 450, 750, 850, and end at x = 0 and x = 900. At x = 900 a bridge leads over the river,
# a subway under the railway, and a bridge over the expressway; at x = 600 a level crossing over the railway, which has
# a node there. Lanes at x = 100 stop at either bank; a lane at x = 200 is drawn across everything and meets nothing.
STREET = {"highway": "residential"}
DIVIDES = {"river": 0, "railway": 400, "expressway": 800}


def node(x, y):
    return 10_000 * (y + 100) + x


def town():
    """Return nodes (id to metres) and ways (id to nodes and tags)."""
    ways = {}
    for y in (-50, 50, 350, 450, 750, 850):
        ways[1000 + y] = ([node(x, y) for x in (0, 100, 600, 900)], STREET)
    ways[1] = ([node(900, -50), node(900, 50)], STREET | {"bridge": "yes"})
    ways[2] = ([node(900, 350), node(900, 450)], {"highway": "footway", "tunnel": "yes"})
    ways[3] = ([node(900, 750), node(900, 850)], {"highway": "footway", "bridge": "yes"})
    ways[4] = ([node(900, 50), node(900, 350)], STREET)
    ways[5] = ([node(900, 450), node(900, 750)], STREET)
    ways[6] = ([node(600, 350), node(600, 400), node(600, 450)], STREET)
    ways[7] = ([node(100, -50), node(100, -20)], STREET)
    ways[8] = ([node(100, 50), node(100, 20)], STREET)
    ways[11] = ([node(0, 0), node(950, 0)], {"waterway": "river"})
    ways[12] = ([node(0, 400), node(600, 400), node(950, 400)], {"railway": "rail"})
    ways[13] = ([node(0, 800), node(950, 800)], {"highway": "motorway"})
    nodes = {ref: (ref % 10_000, ref // 10_000 - 100) for refs, _ in ways.values() for ref in refs}
    return nodes, ways


def divide(y):
    return shapely.LineString(np.array([(-50, y), (1000, y)]) + CORNER)


def crossing_ways(network, line):
    """Return the ways of the edges that touch a line."""
    return set(network.edge_way[shapely.intersects(edge_lines(network), line)].tolist())


def from_osm(tmp_path):
    nodes, ways = town()
    lonlat = lonlat_at(list(nodes.values())).tolist()
    tags = {node(600, 400): {"railway": "level_crossing"}}
    tagged = {ref: (*place, tags.get(ref, {})) for ref, place in zip(nodes, lonlat, strict=True)}
    path = write_osm(tmp_path / "town.osm.pbf", tagged, ways)
    return cached_network(path, Source(file=path.name), CRS)[0]


def from_lines(_):
    """Return the town drawn as lines without topology: only positions say what meets."""
    nodes, ways = town()
    streets = {row: (refs, tags) for row, (refs, tags) in ways.items() if "highway" in tags}
    lines = [shapely.LineString(np.array([nodes[ref] for ref in refs]) + CORNER) for refs, _ in streets.values()]
    columns = {key: [tags.get(key) for _, tags in streets.values()] for key in ("highway", "bridge", "tunnel")}
    table = gpd.GeoDataFrame(columns, geometry=lines, crs=CRS)
    table.index = np.array(list(streets)) - 1  # so that way ids are those of the town
    ways_read, _ = ways_from_lines(table)
    return build_network(ways_read, way_uses(ways_read, read_walking_rules()), CRS)


@pytest.mark.parametrize("read", [from_osm, from_lines])
def test_rivers_railways_and_expressways_are_crossed_at_bridges_subways_and_crossings_alone(tmp_path, read):
    network = read(tmp_path)
    crossings = {name: crossing_ways(network, divide(y)) for name, y in DIVIDES.items()}
    assert crossings == {"river": {1}, "railway": {2, 6}, "expressway": {3}}
    over = np.isin(network.edge_way, [1, 2, 3])
    assert network.edge_aloft[over].all()
    assert set(network.component.tolist()) == {0}


def test_the_way_to_the_other_bank_leads_over_the_bridge(tmp_path):
    """From the end of one lane to the end of the other, 40 m apart: 30 + 800 + 100 + 800 + 30 = 1760 m."""
    network = from_osm(tmp_path)
    places = lonlat_at([(100, -20), (100, 20)])
    placed = insert_places(network, snap_to_edges(network, places, 10))
    south, north = placed.node_of_place
    found = nearest(walk_graph(placed, walker()), np.array([north]), np.zeros(1))
    assert found.metres[south] == pytest.approx(1760, rel=5e-4)


def test_a_street_that_is_drawn_across_another_without_a_node_does_not_meet_it(tmp_path):
    """A footbridge at x = 200 over all six streets, drawn as one line: no edge of it ends between its own ends."""
    nodes, ways = town()
    nodes |= {1: (200, -90), 2: (200, 890)}
    lonlat = dict(zip(nodes, lonlat_at(list(nodes.values())).tolist(), strict=True))
    ways[20] = ([1, 2], {"highway": "footway", "bridge": "yes"})
    path = write_osm(tmp_path / "town.osm.pbf", lonlat, ways)
    network, _ = cached_network(path, Source(file=path.name), CRS)
    assert np.count_nonzero(network.edge_way == 20) == 1
    assert len(set(network.component.tolist())) == 2


def test_no_chord_of_a_square_leaves_it_for_the_water(tmp_path):
    """A quay of 100 m by 100 m around a dock that reaches in from the south, 40 m wide and 60 m deep.

    Entrances are at the four corners. Both diagonals and the line between the south corners would cross the dock; what
    is left are the other three sides, and the way around the dock.
    """
    quay = [(0, 0), (30, 0), (30, 60), (70, 60), (70, 0), (100, 0), (100, 100), (0, 100)]
    entrances = {21: (0, 0), 22: (100, 0), 23: (100, 100), 24: (0, 100)}
    outside = {31: (-50, -20), 32: (150, -20), 33: (150, 120), 34: (-50, 120)}
    ids = {place: ref for ref, place in entrances.items()}
    ring = [ids.get(place, 40 + number) for number, place in enumerate(quay)]
    nodes = dict(zip(ring, quay, strict=True)) | outside
    ways = {1: ([*ring, ring[0]], {"highway": "pedestrian", "area": "yes"})}
    ways |= {10 + ref: ([ref, ref + 10], STREET) for ref in entrances}
    path = write_osm(
        tmp_path / "quay.osm.pbf", dict(zip(nodes, lonlat_at(list(nodes.values())).tolist(), strict=True)), ways
    )
    network, _ = cached_network(path, Source(file=path.name), CRS)
    dock = shapely.Polygon(np.array([(31, -1), (31, 59), (69, 59), (69, -1)]) + CORNER)
    assert not shapely.intersects(edge_lines(network), dock).any()
    chords = [set(pair) for pair in network.node_ref[network.edge_nodes].tolist() if {*pair} <= set(entrances)]
    assert {21, 23} not in chords
    assert {22, 24} not in chords
    assert {21, 24} in chords


@pytest.mark.real
@pytest.mark.parametrize(
    ("extract", "crs"), [("porto_alegre/poa_osm.pbf", "EPSG:31982"), ("helsinki/Helsinki.osm.pbf", "EPSG:3067")]
)
def test_railways_of_real_cities_are_crossed_on_bridges_and_in_tunnels_alone(real_data, extract, crs):
    """Where a street's line crosses rails on the map, it is a bridge, a tunnel, or a passage beneath them."""
    path = real_data / extract
    network, _ = cached_network(path, Source(file=path.name), crs)
    ways, _ = read_osm_ways(path, path.name)
    covered = ways.way_id[(ways.tags["tunnel"] == "building_passage").to_numpy()]
    rails = shapely.union_all(
        [
            shapely.LineString(to_metric(np.array([(place.lon, place.lat) for place in way.nodes]), crs))
            for way in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
            if way.is_way()
            and way.tags.get("railway") in {"rail", "subway", "light_rail"}
            and not {"bridge", "tunnel"} & {tag.k for tag in way.tags}
            and all(place.location.valid() for place in way.nodes)
        ]
    )
    crossing = shapely.crosses(edge_lines(network), rails)
    assert crossing.any()
    assert (network.edge_aloft | np.isin(network.edge_way, covered))[crossing].all()
