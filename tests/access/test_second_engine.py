from __future__ import annotations

from dataclasses import replace

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
    network = build_network(ways, uses, CRS)
    streets = town(ways, uses, network, enumerate(lonlat_at(positions).tolist()), limit_m)
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


def test_nobody_else_passes_a_residents_gate_unless_two_streets_cross_there():
    """From 5 over the gate at 2 to 6 are 500 m; the way round over 4 is 821 m. Where 2-7 crosses, it closes nothing."""
    positions = LINE | {5: (-50, 0), 6: (450, 0), 7: (200, -200)}
    ends, tags = [(-50, 0), (450, 0)], {2: {"barrier": "gate", "access": "private"}}
    streets = [[5, 1], [1, 2, 3], [1, 4, 3], [3, 6]]
    for lines, metres in ((streets, 100 + 2 * np.hypot(200, 300)), ([*streets, [2, 7]], 500)):
        ways = ways_of(lines, positions, node_tags=tags)
        assert seconds_of(ways, uses_of(ways), ends, 1)[1] == pytest.approx(metres, rel=1e-3)


def test_places_beyond_the_limit_are_on_no_street():
    ways = ways_of([[1, 2]], LINE)
    assert set(seconds_of(ways, uses_of(ways), [(0, 0), (100, 299), (100, 302)], 1)) == {0, 1}


def test_a_wide_road_is_crossed_after_a_wait():
    """From 1 to 3 straight over the primary road 5-2-4: 400 m and a wait of 8 s; into the road half of it."""
    ways = ways_of([[1, 2, 3], [4, 2, 5]], LINE | {5: (200, -300)}, names=["Lane", "Road"])
    ways.tags["highway"] = ["residential", "primary"]
    seconds = seconds_of(ways, uses_of(ways), [(0, 0), (400, 0), (200, 300)], 1, walker(waits_s=(20.0, 8.0)))
    assert seconds[1] == pytest.approx(400 + 8, rel=1e-3)
    assert seconds[2] == pytest.approx(500 + 4, rel=1e-3)


def test_uphill_it_takes_longer_than_downhill():
    """100 m rising by 10 m: Tobler's factor is exp(-3.5 * 0.10) = 0.7047 up, and 1 down."""
    ways = ways_of([[1, 2]], LINE)
    uses = uses_of(ways)
    network = replace(build_network(ways, uses, CRS), edge_rise_m=np.array([20.0]))
    positions = lonlat_at([(0, 0), (100, 0), (200, 0)]).tolist()
    streets = town(ways, uses, network, enumerate(positions), 300)
    graph = backwards(streets, walker())
    assert seconds_to_nearest(graph, streets, walker(), [2], [1])[1] == pytest.approx(100 / 0.70469, rel=1e-3)
    assert seconds_to_nearest(graph, streets, walker(), [0], [1])[1] == pytest.approx(100, rel=1e-3)


@st.composite
def worlds(draw):
    """Ways over a narrow lattice with bends, loops, walls, gates, kerbs, signals, slopes, and places beside them."""
    nodes = {10 * y + x: (28.0 * x + 5 * y, 70.0 * y - 3 * x) for y in range(4) for x in range(4)}
    way = st.lists(st.sampled_from(list(nodes)), min_size=2, max_size=5)
    lines = draw(st.lists(way.filter(lambda line: len(set(line)) > 1), min_size=2, max_size=9))
    tags = draw(st.dictionaries(st.sampled_from(list(nodes)), st.sampled_from(NODE_TAGS), max_size=4))
    ways = ways_of(lines, nodes, node_tags=tags)
    for key, values in (("highway", ["primary", "residential", "footway"]), ("name", ["a", "b"])):
        ways.tags[key] = [draw(st.sampled_from(values)) for _ in lines]
    flags = {
        name: [draw(st.integers(0, 3)) == 0 for _ in lines] for name in ("private", "steps", "wheels", "snappable")
    }
    flags |= {name: [not flag for flag in flags[name]] for name in ("wheels", "snappable")}
    uses = uses_of(ways, **flags)
    network = build_network(ways, uses, CRS)
    rises = [draw(st.sampled_from([0.0, 0.0, -3.0, 4.0, 60.0])) for _ in range(network.edge_count)]
    network = replace(network, edge_rise_m=np.where(network.edge_length_m > 0, rises, 0.0))
    place = st.tuples(st.floats(-60, 150), st.floats(-60, 300))
    return ways, uses, network, draw(st.lists(place, min_size=3, max_size=8))


NODE_TAGS = [
    {"barrier": "wall"},
    {"barrier": "gate", "access": "private"},
    {"barrier": "bollard"},
    {"barrier": "stile"},
    {"highway": "crossing", "kerb": "raised"},
    {"highway": "traffic_signals"},
]
WALKERS = [
    walker(),
    walker(steps_speed_m_s=None),
    walker(wheels=True, waits_s=(30.0, 10.0)),
    walker(waits_s=(20.0, 8.0)),
]


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from(WALKERS))
def test_both_engines_find_the_same_times(world, who):
    ways, uses, network, positions = world
    lonlat = lonlat_at(positions)
    streets = town(ways, uses, network, enumerate(lonlat.tolist()), 80)
    theirs = seconds_to_nearest(backwards(streets, who), streets, who, range(2), range(len(positions)))
    placed = insert_places(network, snap_to_edges(network, lonlat, 80))
    graph, node = walk_graph(placed, who), placed.node_of_place
    found = nearest(graph, node[:2], placed.leg_m[:2]).seconds[node] + graph.leg_seconds(placed.leg_m)
    ours = np.where(node >= 0, found, np.inf)
    assert [theirs.get(place, np.inf) for place in range(len(positions))] == pytest.approx(ours.tolist(), abs=1e-6)
