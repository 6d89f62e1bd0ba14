from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.access.second_engine import backwards, seconds_to_nearest, town
from lifecircle.network.graph import build_network
from lifecircle.network.places import insert_places
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from small_networks import CRS, lonlat_at, uses_of, ways_of
from street_walks import walker

LINE = {1: (0, 0), 2: (200, 0), 3: (400, 0), 4: (200, 300)}


def seconds_of(ways, uses, positions, targets, who=None, limit_m=300):
    """Return the seconds from every place to the nearest of the first few."""
    who = who or walker()
    streets = town(ways, uses, CRS, enumerate(lonlat_at(positions).tolist()), limit_m)
    return seconds_to_nearest(backwards(streets, who), streets, who, range(targets), range(len(positions)))


def test_a_trip_along_one_street_is_its_legs_and_what_lies_between():
    """30 m + 100 m + 40 m at 1 m/s."""
    ways = ways_of([[1, 2]], LINE)
    assert seconds_of(ways, uses_of(ways), [(50, 30), (150, -40)], 1)[1] == pytest.approx(170, rel=1e-3)


def test_ways_are_joined_where_they_share_a_node():
    """50 m to node 2, 300 m north; with steps at half the speed 600 s."""
    ways = ways_of([[1, 2, 3], [2, 4]], LINE)
    uses = uses_of(ways, steps=[False, True])
    assert seconds_of(ways, uses, [(250, 0), (200, 300)], 1)[1] == pytest.approx(50 + 600, rel=1e-3)


def test_a_wall_is_no_way_and_a_gate_is_one_for_its_residents():
    """The street 1-2-3 with a barrier at 2; the place is west of it, one home east of it."""
    positions = [(100, 0), (300, 0)]
    for tags, reached in (({"barrier": "wall"}, {0}), ({"barrier": "gate", "access": "private"}, {0, 1})):
        ways = ways_of([[1, 2, 3]], LINE, node_tags={2: tags})
        assert set(seconds_of(ways, uses_of(ways), positions, 1)) == reached


def test_nobody_cuts_through_a_private_street():
    """From 3 to 1 the private way over 2 is 400 m; the public one over 4 is 721 m. Who lives at 2 walks 200 m."""
    ways = ways_of([[1, 2, 3], [1, 4, 3]], LINE)
    uses = uses_of(ways, private=[True, False])
    seconds = seconds_of(ways, uses, [(-1, 0), (401, 0), (200, -1)], 1)
    assert seconds[2] == pytest.approx(202, rel=1e-3)
    ways = ways_of([[5, 1], [1, 2, 3], [1, 4, 3], [3, 6]], LINE | {5: (-50, 0), 6: (450, 0)})
    uses = uses_of(ways, private=[False, True, False, False])
    assert seconds_of(ways, uses, [(-50, 0), (450, 0)], 1)[1] == pytest.approx(100 + 2 * np.hypot(200, 300), rel=1e-3)


def test_places_beyond_the_limit_are_on_no_street():
    ways = ways_of([[1, 2]], LINE)
    assert set(seconds_of(ways, uses_of(ways), [(0, 0), (100, 299), (100, 302)], 1)) == {0, 1}


@st.composite
def worlds(draw):
    """Ways over a lattice of 70 m with bends, loops, walls, gates, private streets, steps, and places beside them."""
    nodes = {10 * y + x: (70.0 * x + 5 * y, 70.0 * y - 3 * x) for y in range(4) for x in range(4)}
    way = st.lists(st.sampled_from(list(nodes)), min_size=2, max_size=5)
    lines = draw(st.lists(way.filter(lambda line: len(set(line)) > 1), min_size=2, max_size=9))
    barrier = st.sampled_from([{"barrier": "wall"}, {"barrier": "gate", "access": "private"}, {"barrier": "bollard"}])
    tags = draw(st.dictionaries(st.sampled_from(list(nodes)), barrier, max_size=3))
    ways = ways_of(lines, nodes, node_tags=tags)
    flags = {
        name: [draw(st.integers(0, 3)) == 0 for _ in lines] for name in ("private", "steps", "wheels", "snappable")
    }
    flags |= {name: [not flag for flag in flags[name]] for name in ("wheels", "snappable")}
    place = st.tuples(st.floats(-60, 300), st.floats(-60, 300))
    return ways, uses_of(ways, **flags), draw(st.lists(place, min_size=3, max_size=8))


@settings(max_examples=150, deadline=None)
@given(worlds(), st.sampled_from([walker(), walker(steps_speed_m_s=None), walker(wheels=True)]))
def test_both_engines_find_the_same_times(world, who):
    ways, uses, positions = world
    theirs = seconds_of(ways, uses, positions, 2, who, limit_m=80)
    network = build_network(ways, uses, CRS)
    placed = insert_places(network, snap_to_edges(network, lonlat_at(positions), 80))
    graph, node = walk_graph(placed, who), placed.node_of_place
    found = nearest(graph, node[:2], placed.leg_m[:2]).seconds[node] + graph.leg_seconds(placed.leg_m)
    ours = np.where(node >= 0, found, np.inf)
    assert [theirs.get(place, np.inf) for place in range(len(positions))] == pytest.approx(ours.tolist(), abs=1e-6)
