from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from pyproj import Geod

from lifecircle.crs import metric_crs
from lifecircle.errors import NetworkError, StudyError
from lifecircle.inputs.streets import read_ways
from lifecircle.network.graph import build_network
from lifecircle.network.rules import read_walking_rules, way_uses
from lifecircle.study import Source
from small_networks import lonlat_at, network_of, uses_of, ways_of

if TYPE_CHECKING:
    from pathlib import Path

CROSS = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100), 5: (100, 50)}


def refs(network):
    """Return the OSM ids at the ends of each edge."""
    return [tuple(network.node_ref[list(nodes)].tolist()) for nodes in network.edge_nodes]


def test_ways_are_cut_where_they_meet_and_nowhere_else():
    """The way 1-2-3 is cut at 2, where 2-5-4 begins; the bend 5 stays inside its edge."""
    network = network_of([[1, 2, 3], [2, 5, 4]], CROSS)
    assert refs(network) == [(1, 2), (2, 3), (2, 4)]
    assert network.node_ref.tolist() == [1, 2, 3, 4]
    assert network.edge_way.tolist() == [100, 100, 101]
    assert network.edge_offsets.tolist() == [0, 2, 4, 7]
    assert network.edge_length_m == pytest.approx([100, 100, 100], rel=5e-4)  # UTM metres are off by up to 4 in 10,000


def test_edge_geometry_runs_from_the_first_node_to_the_last():
    network = network_of([[1, 2, 3], [2, 5, 4]], CROSS)
    assert network.vertex_lonlat[4:7] == pytest.approx(lonlat_at([CROSS[2], CROSS[5], CROSS[4]]))
    starts, stops = network.edge_offsets[:-1], network.edge_offsets[1:] - 1
    assert np.array_equal(network.vertex_lonlat[starts], network.node_lonlat[network.edge_nodes[:, 0]])
    assert np.array_equal(network.vertex_lonlat[stops], network.node_lonlat[network.edge_nodes[:, 1]])


def test_lengths_are_geodesic_along_the_vertices():
    bends = {ref: (40.0 * ref, 25.0 * (ref % 3)) for ref in range(1, 30)}
    network = network_of([list(bends)], bends)
    lon, lat = lonlat_at(list(bends.values())).T
    assert network.edge_length_m == pytest.approx([Geod(ellps="WGS84").line_length(lon, lat)], abs=1e-6)


def test_a_way_that_crosses_itself_is_cut_at_the_crossing():
    """1-2-3-4-2-5: the loop 2-3-4-2 hangs on the line 1-2-5."""
    network = network_of([[1, 2, 3, 4, 2, 5]], CROSS)
    assert refs(network) == [(1, 2), (2, 2), (2, 5)]


def test_a_closed_way_on_its_own_is_a_loop():
    network = network_of([[1, 2, 4, 1]], CROSS)
    assert refs(network) == [(1, 1)]
    assert network.component.tolist() == [0]


def test_two_ways_between_the_same_nodes_stay_two_edges():
    network = network_of([[1, 2], [1, 4, 2]], CROSS)
    assert refs(network) == [(1, 2), (1, 2)]


def test_a_vertex_that_repeats_the_one_before_is_left_out():
    network = network_of([[1, 1, 2, 2, 2, 3], [4, 4], [5]], CROSS)
    assert refs(network) == [(1, 3)]
    assert network.edge_offsets.tolist() == [0, 3]


def test_two_nodes_at_one_place_are_joined_by_an_edge_of_length_zero():
    places = CROSS | {9: CROSS[2]}
    network = network_of([[1, 2], [2, 9], [9, 3]], places)
    assert network.edge_length_m[1] == 0
    assert set(network.component.tolist()) == {0}


def test_a_bridge_without_a_shared_node_is_no_crossing():
    network = network_of([[1, 3], [4, 5]], CROSS | {5: (100, -100)})
    assert refs(network) == [(1, 3), (4, 5)]
    assert network.component.tolist() == [0, 0, 1, 1]


def test_ways_that_nobody_walks_are_left_out_and_cut_nothing():
    network = network_of([[1, 2, 3], [2, 4]], CROSS, walk=[True, False])
    assert refs(network) == [(1, 3)]


def test_uses_and_names_follow_the_ways_into_the_edges():
    network = network_of(
        [[1, 2, 3], [2, 4], [4, 5]],
        CROSS,
        names=["中山路", None, "Alley"],
        private=[False, False, True],
        steps=[False, True, False],
        snappable=[True, False, True],
        wheels=[True, False, True],
    )
    assert [network.names[name] for name in network.edge_name] == ["中山路", "中山路", "", "Alley"]
    assert network.names[0] == ""
    assert network.edge_private.tolist() == [False, False, False, True]
    assert network.edge_steps.tolist() == [False, False, True, False]
    assert network.edge_snappable.tolist() == [True, True, False, True]
    assert network.edge_wheels.tolist() == [True, True, False, True]


def test_streets_that_nobody_walks_are_an_error():
    with pytest.raises(NetworkError, match="none of the 1 ways can be walked"):
        network_of([[1, 2]], CROSS, walk=[False])


def test_a_frame_in_degrees_is_refused():
    ways = ways_of([[1, 2]], CROSS)
    with pytest.raises(StudyError, match="not projected"):
        build_network(ways, uses_of(ways), "EPSG:4326")


def test_a_wall_parts_the_street():
    """Nobody passes node 2: each of the three edges there ends in a node of its own."""
    network = network_of([[1, 2, 3], [2, 4]], CROSS, node_tags={2: {"barrier": "wall"}})
    assert refs(network) == [(1, 2), (2, 3), (2, 4)]
    assert len(set(network.component.tolist())) == 3
    assert Counter(network.node_ref.tolist()) == {1: 1, 2: 3, 3: 1, 4: 1}


@pytest.mark.parametrize("tags", [{"barrier": "wall", "foot": "yes"}, {"barrier": "gate"}, {"crossing": "zebra"}])
def test_what_can_be_passed_parts_nothing(tags):
    network = network_of([[1, 2, 3]], CROSS, node_tags={2: tags})
    assert refs(network) == [(1, 3)]
    assert not network.edge_private.any()


def test_edges_at_a_gate_for_residents_are_private():
    """The way 1-2-3 is cut at its gate 2, and both edges there are private.

    So is the street 3-4 behind it, which nothing but the gate leads to.
    """
    line = {1: (0, 0), 2: (50, 0), 3: (100, 0), 4: (140, 0), 5: (-900, 0)}
    network = network_of([[5, 1], [1, 2, 3], [3, 4]], line, node_tags={2: {"barrier": "gate", "access": "private"}})
    assert refs(network) == [(5, 1), (1, 2), (2, 3), (3, 4)]
    assert network.edge_private.tolist() == [False, True, True, True]


def test_a_square_is_crossed_straight():
    """Three streets meet the outline of a square of 100 m at 1, 3 and 6, the middle of the side 3-4.

    1 and 3 are opposite corners (141 m), 1 and 6 see each other across (112 m), and 3 and 6 are neighbours.
    """
    corners = {
        1: (0, 0),
        2: (100, 0),
        3: (100, 100),
        6: (50, 100),
        4: (0, 100),
        7: (-50, 0),
        8: (150, 100),
        9: (50, 150),
    }
    ways = [[1, 2, 3, 6, 4, 1], [1, 7], [3, 8], [6, 9]]
    network = network_of(ways, corners, square=[True, False, False, False])
    crossings = dict(zip(refs(network), network.edge_length_m.round().tolist(), strict=True))
    assert crossings[1, 3] == 141
    assert crossings[1, 6] == 112
    assert network.edge_count == 3 + 3 + 2  # the outline between three entrances, the streets, the crossings
    assert network.edge_way.tolist()[-2:] == [100, 100]


@pytest.mark.real
def test_the_network_of_porto_alegre_is_as_long_and_as_connected_as_its_ways(real_data: Path):
    """Lengths by pyproj way by way; connectedness by NetworkX over the single vertices."""
    path = real_data / "porto_alegre" / "poa_osm.pbf"
    ways, _ = read_ways(path, Source(file=path.name))
    ways.node_tags["barrier"] = None
    uses = way_uses(ways, read_walking_rules()).assign(square=False)
    network = build_network(ways, uses, metric_crs(ways.lonlat))
    geod, graph, length_m = Geod(ellps="WGS84"), nx.Graph(), 0.0
    for row in np.flatnonzero(uses["walk"]):
        part = slice(ways.offsets[row], ways.offsets[row + 1])
        length_m += geod.line_length(*ways.lonlat[part].T)
        nx.add_path(graph, ways.node_ref[part].tolist())
    assert network.edge_length_m.sum() == pytest.approx(length_m, abs=0.01)
    components = [frozenset(nodes) for nodes in nx.connected_components(graph)]
    ours = {frozenset(network.node_ref[network.component == number].tolist()) for number in set(network.component)}
    assert len(ours) == len(components)
    assert all(any(part <= whole for whole in components) for part in ours)
    degrees = dict(graph.degree)
    assert set(network.node_ref.tolist()) >= {ref for ref, degree in degrees.items() if degree != 2}
    assert network.crs == "EPSG:32722"
