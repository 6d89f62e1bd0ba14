from __future__ import annotations

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
from shapely import LineString

from lifecircle.crs import to_metric
from lifecircle.errors import InputError
from lifecircle.inputs.graph_streets import ways_from_graph
from osm_files import write_osm

CORNERS = {101: (118.79, 32.07), 102: (118.80, 32.07), 103: (118.80, 32.08)}
BEND = (118.795, 32.075)


def graph(kind=nx.MultiDiGraph, crs="EPSG:4326"):
    streets = kind(crs=crs)
    for ref, (x, y) in CORNERS.items():
        streets.add_node(ref, x=x, y=y, street_count=2)
    return streets


def two_way(streets, start, end, inner=(), **edge):
    """Add a street once in each direction, as OSMnx does."""
    for first, last, bend in ((start, end, list(inner)), (end, start, list(inner)[::-1])):
        shape = {"geometry": LineString([CORNERS[first], *bend, CORNERS[last]])} if bend else {}
        streets.add_edge(first, last, reversed=first != start, **shape, **edge)


def rows(ways):
    return [ways.node_ref[start:end].tolist() for start, end in zip(ways.offsets, ways.offsets[1:], strict=False)]


def test_both_directions_of_a_street_become_one_way():
    streets = graph()
    two_way(streets, 101, 102, osmid=7, highway="residential", name="中山路")
    two_way(streets, 102, 103, [BEND], osmid=8, highway="footway")
    streets.add_edge(103, 101, osmid=9, highway="primary", oneway=True)
    ways = ways_from_graph(streets)
    assert sorted(ways.way_id.tolist()) == [7, 8, 9]
    assert ways.tags.set_index(ways.way_id).loc[[7, 8, 9], "highway"].tolist() == ["residential", "footway", "primary"]
    assert {(frozenset((row[0], row[-1])), len(row)) for row in rows(ways)} == {
        (frozenset((101, 102)), 2),
        (frozenset((102, 103)), 3),
        (frozenset((103, 101)), 2),
    }


def test_two_streets_between_the_same_corners_stay_two():
    streets = graph()
    two_way(streets, 101, 103, osmid=1)
    two_way(streets, 101, 103, [BEND], osmid=2)
    two_way(streets, 101, 103, [(118.799, 32.071)], osmid=3)
    assert sorted(ways_from_graph(streets).way_id.tolist()) == [1, 2, 3]


def test_a_street_that_ends_where_it_began_becomes_one_way():
    streets = graph()
    two_way(streets, 101, 101, [BEND, (118.791, 32.079)], osmid=4, highway="residential")
    ways = ways_from_graph(streets)
    assert ways.closed().tolist() == [True]
    assert len(ways.node_ref) == 4


def test_bends_meet_no_other_street():
    streets = graph()
    two_way(streets, 101, 102, [BEND], osmid=1)
    two_way(streets, 102, 103, [BEND], osmid=2)
    ways = ways_from_graph(streets)
    bends = [row[1] for row in rows(ways)]
    assert len(set(bends)) == 2
    assert max(bends) < 0
    np.testing.assert_allclose(ways.lonlat[ways.node_ref < 0], [BEND, BEND])
    np.testing.assert_allclose(ways.lonlat[ways.node_ref == 102], [CORNERS[102]] * 2)


def test_an_undirected_graph_keeps_its_bends_in_order():
    """NetworkX may name the ends of an undirected edge in the other order than its geometry runs."""
    streets = graph(nx.MultiGraph)
    inner = [(118.792, 32.071), (118.798, 32.079)]
    streets.add_edge(103, 101, osmid=1, geometry=LineString([CORNERS[101], *inner, CORNERS[103]]))
    ways = ways_from_graph(streets)
    drawn = [CORNERS[101], *inner, CORNERS[103]]
    np.testing.assert_allclose(ways.lonlat, drawn if ways.node_ref[0] == 101 else drawn[::-1])


def test_lists_of_merged_ways_become_one_value_and_steps_win():
    streets = graph()
    two_way(streets, 101, 102, osmid=[30, 20], highway=["steps", "footway"], name=["b", "a"], bridge=float("nan"))
    ways = ways_from_graph(streets)
    assert ways.way_id.tolist() == [20]
    assert ways.tags.loc[0].dropna().to_dict() == {"highway": "steps", "name": "a"}


def test_an_edge_without_tags_is_an_ordinary_street():
    streets = graph()
    streets.add_edge(101, 102)
    ways = ways_from_graph(streets)
    assert ways.tags.loc[0].dropna().to_dict() == {"highway": "road"}
    assert ways.way_id.tolist() == [0]


def test_a_projected_graph_comes_back_to_wgs84():
    streets = graph(crs="EPSG:32650")
    metres = to_metric(np.array(list(CORNERS.values())), "EPSG:32650")
    for ref, (x, y) in zip(CORNERS, metres, strict=True):
        streets.nodes[ref].update(x=x, y=y)
    streets.add_edge(101, 102, osmid=1)
    np.testing.assert_allclose(ways_from_graph(streets).lonlat, [CORNERS[101], CORNERS[102]], rtol=0, atol=1e-9)


def test_tags_of_nodes_on_streets_are_kept():
    streets = graph()
    streets.add_edge(101, 102, osmid=1)
    streets.nodes[102]["highway"] = "crossing"
    streets.nodes[103]["highway"] = "traffic_signals"
    tags = ways_from_graph(streets).node_tags
    assert tags["highway"].dropna().to_dict() == {102: "crossing"}


@pytest.mark.parametrize(
    ("nodes", "fault"),
    [
        ({1: {"x": 1.0, "y": 1.0}}, "has no edges"),
        ({1: {"x": 1.0, "y": 1.0}, 2: {"x": 1.0}}, "node 2 has no whole-number id, or no x and y"),
        ({"a": {"x": 1.0, "y": 1.0}, 2: {"x": 1.0, "y": 1.0}}, "node 'a' has no whole-number id"),
    ],
)
def test_a_graph_that_is_no_street_graph_is_refused(nodes, fault):
    streets = nx.MultiDiGraph()
    streets.add_nodes_from(nodes.items())
    if len(nodes) > 1:
        streets.add_edge(*nodes)
    with pytest.raises(InputError, match=f"street graph: {fault}"):
        ways_from_graph(streets)


def test_a_graph_that_osmnx_made_becomes_its_undirected_streets(tmp_path):
    """OSMnx reads and simplifies a town of 8 × 8 corners; its own undirected edges are the oracle."""
    random = np.random.default_rng(5)
    corners = {10 * i + j + 1: (118.7 + i / 200 + random.normal(0, 3e-4), 32 + j / 200) for i, j in np.ndindex(8, 8)}
    avenues = [[10 * i + j + 1 for j in range(8)] for i in range(8)]
    streets = [[10 * j + i + 1 for j in range(8)] for i in range(8)]
    tags = [{"highway": "residential"}, {"highway": "residential", "oneway": "yes"}]
    drawn = {number: (refs, tags[number % 2]) for number, refs in enumerate(avenues + streets, start=1)}
    directed = ox.graph_from_xml(write_osm(tmp_path / "town.osm", corners, drawn))
    undirected = ox.convert.to_undirected(directed)
    assert len(directed.edges) > len(undirected.edges)
    read = sorted(tuple(sorted((row[0], row[-1]))) for row in rows(ways_from_graph(directed)))
    assert read == sorted(tuple(sorted(edge)) for edge in undirected.edges(keys=False))
