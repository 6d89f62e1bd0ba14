from __future__ import annotations

import re
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.errors import NetworkError
from lifecircle.network.graph import build_network
from lifecircle.network.places import insert_places
from lifecircle.network.routes import Stop, itinerary, quickest_route
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from small_networks import CORNER, CRS, bare_network, lonlat_at, network_of, snapped_at, uses_of, ways_of
from street_walks import walker

TOWN = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (200, 100), 5: (100, 100), 6: (300, 100)}


def way(network, positions, who=None):
    """Return the way from the first place to the nearest of the others as a table."""
    who, lonlat = who or walker(), lonlat_at(positions)
    placed = insert_places(network, snap_to_edges(network, lonlat, 300))
    nodes, legs_m = placed.node_of_place, placed.leg_m
    route = quickest_route(placed, walk_graph(placed, who), nodes[0], nodes[1:], legs_m[1:])
    origin, entrance = (Stop(nodes[row], legs_m[row], lonlat[row]) for row in (0, 1 + route.entrance))
    return itinerary(placed, who, route, origin, entrance)


def test_a_way_is_told_street_by_street_with_both_access_legs():
    """10 m to the street, 80 m and 100 m along Long Street, 100 m north, 40 m along North Road, 5 m to the door."""
    network = network_of(
        [[1, 2, 3], [3, 4], [4, 5], [4, 6]], TOWN, names=["Long Street", None, "North Road", "North Road"]
    )
    told = way(network, [(20, -10), (240, 105)])
    assert told["part"].tolist() == ["to_street", "street", "street", "street", "to_place"]
    assert told["name"].tolist() == ["", "Long Street", "", "North Road", ""]
    assert told["metres"].tolist() == pytest.approx([10, 180, 100, 40, 5], rel=1e-3)
    assert told["minutes"].tolist() == pytest.approx([10 / 60, 3, 100 / 60, 40 / 60, 5 / 60], rel=1e-3)


def test_its_lines_follow_one_another_from_door_to_door():
    network = network_of([[1, 2, 3], [3, 4], [4, 6]], TOWN)
    told = way(network, [(20, -10), (240, 105)]).to_crs(CRS)
    ends = [shapely.get_coordinates(line)[[0, -1]] - CORNER for line in told.geometry]
    assert ends[0][0] == pytest.approx([20, -10], abs=1e-3)
    assert ends[-1][1] == pytest.approx([240, 105], abs=1e-3)
    for before, after in pairwise(ends):
        assert before[1] == pytest.approx(after[0], abs=1e-3)
    assert told.length.tolist() == pytest.approx(told["metres"].tolist(), rel=1e-3)


def test_steps_are_a_part_of_their_own_at_their_own_speed():
    network = network_of([[1, 2], [2, 3]], TOWN, names=["Hill", "Hill"], steps=[False, True])
    told = way(network, [(50, 0), (200, 0)])
    assert told["part"].tolist() == ["street", "steps"]
    assert told["minutes"].tolist() == pytest.approx([50 / 60, 200 / 60], rel=1e-3)


def test_the_two_halves_of_a_wait_are_told_as_one():
    """Straight over a primary road that takes 8 s to cross: half of it before the junction, half behind."""
    ways = ways_of([[1, 2, 3], [5, 2, 7]], TOWN | {7: (100, -100)}, names=["Lane", "Road"])
    ways.tags["highway"] = ["residential", "primary"]
    told = way(build_network(ways, uses_of(ways), CRS), [(50, 0), (200, 0)], walker(waits_s=(20.0, 8.0)))
    assert told["part"].tolist() == ["street", "wait", "street"]
    assert told["name"].tolist() == ["Lane", "", "Lane"]
    assert told["minutes"].tolist() == pytest.approx([50 / 60, 8 / 60, 100 / 60], rel=1e-3)


def test_of_several_entrances_the_quickest_is_taken():
    told = way(network_of([[1, 2, 3]], TOWN), [(50, 0), (200, 0), (100, 60), (0, 0)])
    assert told["metres"].tolist() == pytest.approx([50], rel=1e-3)


def test_next_door_there_is_no_street_between():
    told = way(network_of([[1, 2]], TOWN), [(50, 10), (50, -20)])
    assert told["part"].tolist() == ["to_street", "to_place"]
    assert told["metres"].tolist() == pytest.approx([10, 20], rel=1e-3)


def test_where_no_street_leads_there_is_no_way():
    with pytest.raises(NetworkError, match="no street leads"):
        way(network_of([[1, 2], [4, 5]], TOWN), [(50, 0), (150, 100)])


def layered(network, snapped, who):
    """Return streets for trips that begin and end on private ones but do not cut through, as a graph of NetworkX."""
    graph = nx.MultiDiGraph()
    for edge, (u, v) in enumerate(network.edge_nodes.tolist()):
        speed = who.steps_speed_m_s if network.edge_steps[edge] and not who.wheels else who.speed_m_s
        on_edge = sorted((at, f"place {row}") for row, at in enumerate(snapped.fraction) if snapped.edge[row] == edge)
        stops = [(0.0, u), *on_edge, (1.0, v)]
        for (begin, one), (end, other) in pairwise(stops):
            metres = network.edge_length_m[edge] * (end - begin)
            for stage in ("first", "last") if network.edge_private[edge] else ("public",):
                graph.add_edge((one, stage), (other, stage), seconds=metres / speed, edge=edge)
                graph.add_edge((other, stage), (one, stage), seconds=metres / speed, edge=edge)
    for node in {node for node, _ in list(graph)}:
        graph.add_edge((node, "first"), (node, "public"), seconds=0)
        graph.add_edge((node, "public"), (node, "last"), seconds=0)
    return graph


@st.composite
def worlds(draw):
    """Networks whose lengths are odd enough that hardly two ways are equal, and an origin and three entrances."""
    count = draw(st.integers(2, 8))
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.just(0.0) | st.floats(0.01, 100), st.booleans(), st.booleans())
    edges = draw(st.lists(edge, min_size=1, max_size=16))
    flags = dict(zip(("private", "steps"), zip(*[each[3:] for each in edges], strict=True), strict=True))
    network = bare_network(count, [each[:2] for each in edges], [each[2] for each in edges], **flags)
    at = st.tuples(st.integers(0, len(edges) - 1), st.sampled_from([0, 0.3, 0.5, 1]) | st.floats(0, 1), st.floats(0, 9))
    return network, snapped_at(*zip(*draw(st.lists(at, min_size=4, max_size=4)), strict=True))


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_ways_are_shortest_paths_of_networkx(world):
    """Also over private streets, loops, and streets of no length; and each way hangs together from end to end."""
    network, snapped = world
    who, placed = walker(), insert_places(network, snapped)
    graph = walk_graph(placed, who)
    theirs = nx.single_source_dijkstra_path_length(
        layered(network, snapped, who), ("place 0", "first"), weight="seconds"
    )
    theirs_s = [theirs.get((f"place {row}", "last"), np.inf) + snapped.leg_m[row] for row in (1, 2, 3)]
    nodes = placed.node_of_place
    if np.isinf(min(theirs_s)):
        with pytest.raises(NetworkError, match="no street leads"):
            quickest_route(placed, graph, nodes[0], nodes[1:], placed.leg_m[1:])
        return
    route = quickest_route(placed, graph, nodes[0], nodes[1:], placed.leg_m[1:])
    assert route.seconds.sum() + snapped.leg_m[1 + route.entrance] == pytest.approx(min(theirs_s), abs=1e-9)
    found = nearest(graph, nodes[1:], placed.leg_m[1:])
    assert route.metres.sum() + snapped.leg_m[1 + route.entrance] == pytest.approx(found.metres[nodes[0]], abs=1e-9)
    trail = placed.piece_nodes[route.piece]
    trail[~route.forward] = trail[~route.forward, ::-1]
    assert [nodes[0], *trail[:, 1]] == [*trail[:, 0], nodes[1 + route.entrance]]
    private = network.edge_private[placed.piece_edge[route.piece]]
    assert re.fullmatch("p* *p*", "".join(np.where(private, "p", " ")))
