"""New streets, bridges and opened gates on networks drawn in metres."""

from __future__ import annotations

import numpy as np
import pytest

from lifecircle.errors import ScenarioError
from lifecircle.network.places import insert_places
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.walkers import read_walkers
from lifecircle.scenarios.streets import changed_streets
from small_networks import lonlat_at, network_of

TWO_BANKS = {1: (0, 0), 2: (400, 0), 3: (0, 200), 4: (400, 200)}


def metres(network, start, goal):
    """Return the walk between two places, their legs left out."""
    places = lonlat_at([start, goal])
    placed = insert_places(network, snap_to_edges(network, places, 300))
    graph = walk_graph(placed, read_walkers()["standard"])
    node = placed.node_of_place
    return nearest(graph, node[1:], np.zeros(1), np.zeros(1, dtype=np.int32)).metres[node[0]]


def along(*positions, **more):
    at = [[round(float(x), 7) for x in one] for one in lonlat_at(positions)]
    extra = "".join(f", {name}: {value}" for name, value in more.items())
    return f"streets:\n  - {{along: {at}{extra}}}\n"


def test_a_bridge_joins_both_banks_where_its_ends_lie(idea):
    """From 100 m along one bank to 300 m along the other over a bridge at 200 m: 100 + 200 + 100 m."""
    network = network_of([(1, 2), (3, 4)], TWO_BANKS)
    assert metres(network, (100, 0), (300, 200)) == np.inf
    changed = changed_streets(network, idea(along((200, 0), (200, 200), bridge="true", name="新桥")))
    assert metres(changed.network, (100, 0), (300, 200)) == pytest.approx(400, rel=1e-3)
    assert changed.network.component.max() == 0
    new = ~changed.old
    assert new.sum() == 1
    assert changed.network.names[changed.network.edge_name[new][0]] == "新桥"
    assert not changed.network.edge_snappable[new][0]


def test_streets_that_are_cut_keep_their_length_and_their_shape(idea):
    network = network_of([(1, 2), (3, 4)], TWO_BANKS)
    changed = changed_streets(network, idea(along((130, 0), (130, 200)))).network
    assert metres(changed, (0, 0), (400, 0)) == pytest.approx(metres(network, (0, 0), (400, 0)), abs=1e-9)
    old = changed.edge_way >= 0
    assert changed.edge_length_m[old].sum() == pytest.approx(network.edge_length_m.sum(), abs=1e-9)
    for edge in range(changed.edge_count):
        vertices = changed.vertex_lonlat[changed.edge_offsets[edge] : changed.edge_offsets[edge + 1]]
        np.testing.assert_array_equal(vertices[[0, -1]], changed.node_lonlat[changed.edge_nodes[edge]])


def test_a_bridge_meets_nothing_between_its_ends_and_a_street_meets_what_its_vertices_touch(idea):
    """A road runs 100 m north of the bank. The bridge's vertex on it meets nothing; a street's does."""
    positions = TWO_BANKS | {5: (0, 100), 6: (400, 100)}
    network = network_of([(1, 2), (3, 4), (5, 6)], positions)
    line = [(200, 0), (200, 100), (200, 200)]
    bridge = changed_streets(network, idea(along(*line, bridge="true"))).network
    street = changed_streets(network, idea(along(*line))).network
    assert metres(bridge, (200, 0), (300, 100)) == np.inf
    assert metres(street, (200, 0), (300, 100)) == pytest.approx(200, rel=1e-3)


def test_new_streets_meet_each_other_where_they_share_a_vertex(idea):
    network = network_of([(1, 2)], TWO_BANKS)
    first, second = along((200, 0), (200, 90)), along((200, 90), (320, 90))
    changed = changed_streets(network, idea(first + second.removeprefix("streets:\n"))).network
    assert metres(changed, (200, 0), (320, 90)) == pytest.approx(90 + 120, rel=1e-3)


def test_a_street_that_meets_no_other_is_refused_with_its_line(idea):
    network = network_of([(1, 2)], TWO_BANKS)
    with pytest.raises(ScenarioError, match=r"line 4: it meets no street that is there. Let one of its vertices lie"):
        changed_streets(network, idea(along((200, 60), (200, 200))))


def test_a_wall_that_is_opened_can_be_walked_through(idea):
    """A wall stands 200 m along the street: nobody passes. Opened, it is 300 m from 50 m to 350 m."""
    positions = {1: (0, 0), 2: (200, 0), 3: (400, 0)}
    network = network_of([(1, 2, 3)], positions, node_tags={2: {"barrier": "wall"}})
    assert metres(network, (50, 0), (350, 0)) == np.inf
    lon, lat = lonlat_at([(205, 3)])[0]
    changed = changed_streets(network, idea(f"gates:\n  - {{at: [{lon}, {lat}]}}\n")).network
    assert metres(changed, (50, 0), (350, 0)) == pytest.approx(300, rel=1e-3)


def test_a_compound_that_is_opened_may_be_cut_through(idea):
    """Round the compound it is 200 + 2 x 300 + 200 m, through it 400 m; its private ways stay for its residents."""
    positions = {1: (0, 0), 2: (100, 0), 3: (300, 0), 4: (400, 0), 5: (100, 300), 6: (300, 300)}
    lines = [(1, 2), (2, 3), (3, 4), (2, 5), (5, 6), (6, 3)]
    private = [False, True, False, False, False, False]
    network = network_of(lines, positions, private=private)
    assert metres(network, (0, 0), (400, 0)) == pytest.approx(1000, rel=1e-3)
    lon, lat = lonlat_at([(110, 0)])[0]
    changed = changed_streets(network, idea(f"gates:\n  - {{at: [{lon}, {lat}]}}\n"))
    assert metres(changed.network, (0, 0), (400, 0)) == pytest.approx(400, rel=1e-3)
    assert changed.network.edge_private.sum() == 1
    assert changed.old.sum() == 6


def test_where_there_is_nothing_to_open_the_gate_is_refused(idea):
    network = network_of([(1, 2)], TWO_BANKS)
    lon, lat = lonlat_at([(200, 0)])[0]
    with pytest.raises(ScenarioError, match="line 4: neither a closed gate or wall nor a private way lies within 30 m"):
        changed_streets(network, idea(f"gates:\n  - {{at: [{lon}, {lat}]}}\n"))
