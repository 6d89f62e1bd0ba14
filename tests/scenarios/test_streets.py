"""New streets, bridges and opened gates on networks drawn in metres."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.errors import ScenarioError
from lifecircle.network.places import insert_places
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.walkers import read_walkers
from lifecircle.scenarios.changes import Changes
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


@settings(max_examples=40, deadline=None)
@given(
    meets=st.lists(st.tuples(st.integers(20, 980), st.integers(20, 980)), min_size=1, max_size=3, unique=True),
    trip=st.tuples(st.integers(0, 1000), st.integers(0, 1000)),
)
def test_a_street_that_is_built_is_walked_as_if_it_had_been_in_the_file(meets, trip):
    """Two banks 300 m apart; the file drawn anew has a node wherever a new street meets a bank."""
    banks = {1: (0, 0), 2: (1000, 0), 3: (0, 300), 4: (1000, 300)}
    south, north = sorted({x for x, _ in meets}), sorted({x for _, x in meets})
    spots = {(x, 0): 10 + at for at, x in enumerate(south)} | {(x, 300): 50 + at for at, x in enumerate(north)}
    lines = [[1, *(spots[x, 0] for x in south), 2], [3, *(spots[x, 300] for x in north), 4]]
    lines += [[spots[x, 0], spots[y, 300]] for x, y in meets]
    drawn = network_of(lines, banks | {node: xy for xy, node in spots.items()})
    streets = [{"along": lonlat_at([(x, 0), (y, 300)]).tolist()} for x, y in meets]
    changes = Changes.model_validate({"id": "any", "name": {"zh": "任意", "en": "Any"}, "streets": streets})
    built = changed_streets(network_of([(1, 2), (3, 4)], banks), changes).network
    start, goal = (trip[0], 0), (trip[1], 300)
    assert metres(built, start, goal) == pytest.approx(metres(drawn, start, goal), abs=0.01)


@settings(max_examples=40, deadline=None)
@given(
    private=st.lists(st.booleans(), min_size=12, max_size=12),
    gate=st.integers(0, 8),
    trip=st.tuples(st.integers(0, 8), st.integers(0, 8)),
)
def test_a_gate_that_is_opened_never_makes_a_way_longer(private, gate, trip):
    """Nine junctions in a square of 200 m with any of their twelve streets private."""
    node = {(x, y): 3 * y + x for x in range(3) for y in range(3)}
    positions = {number: (100 * x, 100 * y) for (x, y), number in node.items()}
    lines = [(node[x, y], node[x + 1, y]) for x in range(2) for y in range(3)]
    lines += [(node[x, y], node[x, y + 1]) for x in range(3) for y in range(2)]
    network = network_of(lines, positions, private=private)
    at = lonlat_at([positions[gate]])[0].tolist()
    changes = Changes.model_validate({"id": "any", "name": {"zh": "任意", "en": "Any"}, "gates": [{"at": at}]})
    try:
        opened = changed_streets(network, changes).network
    except ScenarioError:
        assert not any(own for own, line in zip(private, lines, strict=True) if gate in line)
        return
    start, goal = (positions[number] for number in trip)
    assert metres(opened, start, goal) <= metres(network, start, goal) + 1e-9
