from __future__ import annotations

import networkx as nx
import numpy as np
import osmnx as ox
import pytest

from lifecircle.errors import NetworkError
from lifecircle.network.exchange import from_osmnx, to_osmnx
from lifecircle.network.kerbs import AT_ROAD, AT_SIGNAL, NO_WAIT, with_kerbs
from lifecircle.network.rules import read_walking_rules
from osm_files import write_osm
from small_networks import network_of

CORNERS = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100), 5: (100, 50)}
NODES = {
    1: (118.79, 32.07),
    2: (118.80, 32.07),
    3: (118.80, 32.08),
    4: (118.81, 32.085),
    5: (118.805, 32.081),
    6: (118.79, 32.08),
    7: (118.82, 32.09),
}
WAYS = {
    7: ([1, 2, 3], {"highway": "residential", "name": "中山路"}),
    8: ([3, 5, 4], {"highway": "steps"}),
    9: ([4, 7], {"highway": "motorway"}),
    10: ([4, 2], {"highway": "footway"}),
    11: ([3, 6], {"highway": "footway"}),
}


@pytest.fixture
def network():
    steps, private = [False, True], [False, True]
    return network_of([[1, 2, 3], [2, 5, 4]], CORNERS, names=["中山路", None], steps=steps, private=private)


def test_every_edge_stands_in_the_graph_once_in_each_direction(network):
    graph = to_osmnx(network)
    assert sorted(graph.edges()) == [(0, 1), (1, 0), (1, 2), (1, 3), (2, 1), (3, 1)]
    there, back = graph.edges[1, 3, 0], graph.edges[3, 1, 0]
    assert there["length"] == back["length"] == pytest.approx(100, rel=5e-4)
    assert list(there["geometry"].coords) == list(back["geometry"].coords)[::-1]
    assert len(there["geometry"].coords) == 3
    assert (there["osmid"], there["name"], there["steps"], there["private"]) == (101, "", True, True)
    assert graph.edges[0, 1, 0]["name"] == "中山路"
    assert [graph.nodes[node]["ref"] for node in graph] == [1, 2, 3, 4]


def test_kerbs_say_at_what_kind_of_crossing_people_wait(network):
    wait = np.array([[NO_WAIT, AT_SIGNAL], [NO_WAIT, NO_WAIT], [AT_ROAD, NO_WAIT]], dtype=np.uint8)
    graph = to_osmnx(with_kerbs(network, wait, np.zeros((3, 2), dtype=bool)))
    kerbs = [(edge["wait"], edge["length"]) for *_, edge in graph.edges(data=True) if edge["wait"]]
    assert sorted(kerbs) == [("road", 0), ("road", 0), ("signal", 0), ("signal", 0)]


def test_osmnx_computes_with_the_graph(network):
    graph = to_osmnx(network)
    nodes, edges = ox.convert.graph_to_gdfs(graph)
    assert nodes.crs == edges.crs == "EPSG:4326"
    projected = ox.project_graph(graph, to_crs=network.crs)
    x, y = 669_030.0, 3_549_004.0
    assert ox.distance.nearest_edges(projected, x, y)[:2] in {(0, 1), (1, 0)}
    assert ox.routing.shortest_path(graph, 0, 3, weight="length") == [0, 1, 3]


def test_a_network_without_bends_and_with_a_loop_becomes_a_graph():
    graph = to_osmnx(network_of([[1, 2, 4, 1]], CORNERS))
    assert sorted(graph.edges(keys=True)) == [(0, 0, 0), (0, 0, 1)]


def test_a_graph_of_osmnx_becomes_the_network_of_its_walkable_streets(tmp_path):
    """The motorway is left out; OSMnx has drawn the steps 3-5-4 and the street 1-2 as single edges."""
    path = write_osm(tmp_path / "streets.osm", NODES, WAYS)
    graph = ox.graph_from_xml(path, simplify=True, retain_all=True)
    network = from_osmnx(graph)
    assert network.crs == "EPSG:32650"
    assert set(network.edge_way.tolist()) == {7, 8, 10, 11}
    assert network.names == ("", "中山路")
    lengths = {frozenset(pair): data["length"] for *pair, data in graph.edges(data=True)}
    ends = [frozenset(network.node_ref[nodes].tolist()) for nodes in network.edge_nodes]
    assert network.edge_length_m == pytest.approx([lengths[pair] for pair in ends], rel=5e-3)  # OSMnx walks on a sphere
    assert network.edge_steps.tolist() == [way == 8 for way in network.edge_way]


def test_a_network_that_goes_to_osmnx_and_back_keeps_its_shape(tmp_path):
    path = write_osm(tmp_path / "streets.osm", NODES, WAYS)
    first = from_osmnx(ox.graph_from_xml(path, simplify=True, retain_all=True))
    graph = to_osmnx(first)
    again = from_osmnx(graph, read_walking_rules(), first.crs)
    assert again.node_count == first.node_count
    assert np.sort(again.edge_length_m) == pytest.approx(np.sort(first.edge_length_m))
    assert len(again.vertex_lonlat) == len(first.vertex_lonlat)


def test_shortest_ways_of_networkx_on_the_graph_are_as_long_as_the_edges_say(network):
    metres = nx.shortest_path_length(to_osmnx(network), 0, 3, weight="length")
    assert metres == pytest.approx(network.edge_length_m[[0, 2]].sum())


def test_steps_and_private_streets_come_back_as_what_they_were(network, tmp_path):
    path = tmp_path / "streets.graphml"
    ox.save_graphml(to_osmnx(network), path)
    for graph in (to_osmnx(network), ox.load_graphml(path)):
        again = from_osmnx(graph, crs=network.crs)
        for name in ("edge_steps", "edge_private", "edge_way"):
            assert sorted(getattr(again, name).tolist()) == sorted(getattr(network, name).tolist()), name
        assert np.sort(again.edge_length_m) == pytest.approx(np.sort(network.edge_length_m))
        assert set(again.names) == set(network.names)


def test_a_graph_that_nobody_can_walk_is_an_error(tmp_path):
    path = write_osm(tmp_path / "streets.osm", NODES, {9: WAYS[9]})
    with pytest.raises(NetworkError, match="can be walked"):
        from_osmnx(ox.graph_from_xml(path, simplify=True, retain_all=True))
