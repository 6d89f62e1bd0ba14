from __future__ import annotations

import numpy as np
import pytest

from lifecircle.network import islands as module
from lifecircle.network.islands import component_kinds, island_problems, island_streets, islands
from lifecircle.network.places import insert_places
from lifecircle.network.snap import snap_to_edges
from small_networks import lonlat_at, network_of

# A city of 300 m, a town of 200 m across the river, and two lanes of 40 and 30 m that nothing leads to.
PLACES = {
    1: (0, 0),
    2: (100, 0),
    3: (300, 0),
    4: (0, 500),
    5: (200, 500),
    6: (0, 900),
    7: (40, 900),
    8: (500, 0),
    9: (530, 0),
}
LINES = [[6, 7], [1, 2, 3], [4, 5], [8, 9]]


@pytest.fixture
def table(monkeypatch):
    """Return the parts: 8 people live in the city, 5 in the town, 3 and none on the lanes, 7 far from all streets."""
    monkeypatch.setattr(module, "TOWN_M", 150.0)
    network = network_of(LINES, PLACES)
    lonlat = lonlat_at([(10, 5), (200, 0), (200, 500), (20, 905), (5000, 5000)])
    placed = insert_places(network, snap_to_edges(network, lonlat, 100))
    return islands(placed, placed.node_of_place, np.array([6.0, 2.0, 5.0, 3.0, 7.0]))


def test_the_longest_part_is_the_city_long_ones_are_towns_and_the_rest_are_islands(table):
    assert table["kind"].tolist() == ["main", "town", "island", "island"]
    assert table["metres"].tolist() == pytest.approx([300, 200, 40, 30], rel=5e-4)
    assert table["nodes"].tolist() == [2, 2, 2, 2]


def test_people_are_counted_where_they_are_joined_to_the_streets(table):
    assert table["people"].tolist() == [8, 5, 3, 0]


def test_a_part_is_named_by_its_number_in_the_network_and_found_by_one_of_its_nodes(table):
    network = network_of(LINES, PLACES)
    for row in table.itertuples():
        node = np.flatnonzero(network.component == row.component)[0]
        assert (row.lon, row.lat) == tuple(network.node_lonlat[node])


def test_islands_that_people_live_on_are_listed(table):
    (problem,) = island_problems(table, "streets.osm.pbf")
    assert (problem.file, problem.outcome) == ("streets.osm.pbf", "noted")
    assert problem.reason.en.startswith("3 people live on 40 m of streets around 118.")


def test_the_streets_of_islands_are_drawn_whether_people_live_on_them_or_not(table):
    network = network_of(LINES, PLACES)
    streets = island_streets(network, table)
    assert streets["component"].tolist() == table.loc[table["kind"] == "island", "component"].tolist()
    expected = [lonlat_at([(0, 900), (40, 900)]), lonlat_at([(500, 0), (530, 0)])]
    for line, lonlat in zip(streets.geometry, expected, strict=True):
        assert np.asarray(line.coords) == pytest.approx(lonlat)


def test_a_city_in_one_piece_has_no_islands():
    network = network_of([[1, 2, 3]], PLACES)
    placed = insert_places(network, snap_to_edges(network, np.empty((0, 2)), 100))
    table = islands(placed, placed.node_of_place, np.empty(0))
    assert table["kind"].tolist() == ["main"]
    assert island_problems(table, "streets.osm.pbf") == []
    assert len(island_streets(network, table)) == 0


def test_twenty_kilometres_of_streets_are_a_town():
    kinds = [module.KINDS[kind] for kind in component_kinds(np.array([19_999.0, 20_000.0, 20_001.0, 20_001.0]))]
    assert kinds == ["island", "town", "main", "town"]


def test_nodes_with_kerbs_are_counted_once():
    """The stile at 2 has a kerb on either side: five nodes of the graph, at three places on the map."""
    network = network_of([[1, 2, 3]], PLACES, node_tags={2: {"barrier": "stile"}})
    placed = insert_places(network, snap_to_edges(network, np.empty((0, 2)), 100))
    assert network.node_count == 5
    assert islands(placed, placed.node_of_place, np.empty(0))["nodes"].tolist() == [3]
