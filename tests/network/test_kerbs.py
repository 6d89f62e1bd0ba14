from __future__ import annotations

import numpy as np
import pytest

from lifecircle.inputs.osm_streets import read_osm_ways
from lifecircle.network.graph import build_network
from lifecircle.network.kerbs import AT_ROAD, AT_SIGNAL, NO_WAIT
from lifecircle.network.places import insert_places
from lifecircle.network.rules import read_walking_rules, way_uses
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from osm_files import write_osm
from small_networks import CRS, lonlat_at
from street_walks import walker

# Streets meet at 3: 1-2-3-4-5 runs east, 9-6-3-7-10 north.
NODES = {1: (-200, 0), 2: (-100, 0), 3: (0, 0), 4: (100, 0), 5: (200, 0)}
NODES |= {9: (0, -150), 6: (0, -100), 7: (0, 100), 10: (0, 150), 8: (71, -71)}
WAITS_S = (20.0, 12.0)
STREET = {"highway": "residential"}
PRIMARY = {"highway": "primary", "name": "中山路"}
SIGNALS = {3: {"highway": "traffic_signals"}}


@pytest.fixture
def network_of(tmp_path):
    def read(ways, node_tags=None, nodes=None):
        """Return the network of ways (node ids, tags), written to a file and read as in a run."""
        positions = nodes or NODES
        lonlat = dict(zip(positions, lonlat_at(list(positions.values())).tolist(), strict=True))
        tagged = {ref: (*place, (node_tags or {}).get(ref, {})) for ref, place in lonlat.items()}
        path = write_osm(tmp_path / "streets.osm", tagged, dict(enumerate(ways, start=1)))
        read_ways, _ = read_osm_ways(path, path.name)
        return build_network(read_ways, way_uses(read_ways, read_walking_rules()), CRS)

    return read


def waited_s(network, start, end, who=None):
    """Return the seconds from one node (or position) to another beyond those that the metres take."""
    lonlat = lonlat_at([NODES[each] if isinstance(each, int) else each for each in (start, end)])
    placed = insert_places(network, snap_to_edges(network, lonlat, 1))
    home, goal = placed.node_of_place
    found = nearest(walk_graph(placed, who or walker(waits_s=WAITS_S)), np.array([goal]), np.zeros(1))
    return found.seconds[home] - found.metres[home]


def test_crossing_a_wide_road_costs_one_wait_turning_a_half_and_walking_along_it_none(network_of):
    """A residential street crosses a primary road: 12 s across, 6 s from one into the other, 0 s straight on."""
    network = network_of([([1, 2, 3, 4, 5], PRIMARY), ([6, 3, 7], STREET)])
    assert waited_s(network, 6, 7) == waited_s(network, 7, 6) == pytest.approx(12)
    assert waited_s(network, 6, 5) == waited_s(network, 1, 7) == pytest.approx(6)
    assert waited_s(network, 1, 5) == pytest.approx(0)
    assert np.bincount(network.edge_wait).tolist() == [4, 2]


@pytest.mark.parametrize(
    ("highway", "waits"),
    [
        ("trunk", True),
        ("primary", True),
        ("secondary", True),
        ("tertiary", False),
        ("unclassified", False),
        ("primary_link", False),
    ],
)
def test_only_wide_roads_are_waited_for(network_of, highway, waits):
    network = network_of([([1, 3, 5], {"highway": highway, "foot": "yes"}), ([6, 3, 7], STREET)])
    assert waited_s(network, 6, 7) == pytest.approx(12 if waits else 0)


def test_a_road_that_nobody_walks_along_is_crossed_all_the_same(network_of):
    """The expressway is no street of the network, and the path across it waits: half before it, half behind it."""
    network = network_of([([1, 3, 5], {"highway": "trunk"}), ([6, 3, 7], {"highway": "footway"})])
    assert set(network.edge_way.tolist()) == {2}
    assert waited_s(network, 6, 7) == pytest.approx(12)


def test_a_bridge_over_a_wide_road_waits_for_nothing(network_of):
    network = network_of([([1, 2, 4, 5], PRIMARY), ([6, 7], {"highway": "footway", "bridge": "yes"})])
    assert network.edge_wait.tolist() == [NO_WAIT, NO_WAIT]


def test_signals_are_waited_at_on_any_street_that_carries_vehicles(network_of):
    """Signals on a tertiary street: a path across it waits 20 s, whoever walks along it does not."""
    network = network_of([([1, 3, 5], {"highway": "tertiary"}), ([6, 3, 7], {"highway": "footway"})], SIGNALS)
    assert waited_s(network, 6, 7) == pytest.approx(20)
    assert waited_s(network, 1, 5) == pytest.approx(0)


@pytest.mark.parametrize("tags", [{"crossing": "traffic_signals"}, {"highway": "crossing", "crossing:signals": "yes"}])
def test_signals_at_a_wide_road_replace_the_wait_for_a_gap(network_of, tags):
    network = network_of([([1, 3, 5], PRIMARY), ([6, 3, 7], STREET)], {3: tags})
    assert waited_s(network, 6, 7) == pytest.approx(20)
    assert set(network.edge_wait.tolist()) == {NO_WAIT, AT_SIGNAL}


def test_signals_at_the_stop_line_stop_nobody_who_walks_along(network_of):
    network = network_of([([1, 2, 3, 4, 5], PRIMARY), ([6, 3, 7], STREET)], {2: {"highway": "traffic_signals"}})
    assert waited_s(network, 1, 5) == pytest.approx(0)
    assert waited_s(network, 6, 7) == pytest.approx(12)


def test_signals_where_paths_alone_meet_stop_nobody(network_of):
    network = network_of([([1, 3, 5], {"highway": "footway"}), ([6, 3, 7], {"highway": "footway"})], SIGNALS)
    assert not network.edge_wait.any()


def test_where_two_wide_roads_cross_both_wait_for_each_other(network_of):
    """Straight on over the other road one wait; a turn from one into the other two halves, for one crossing on average.

    Keeping to the right or left pavement with equal chance, a walker who turns gets by without crossing, crosses one of
    the two, or both, as 1 : 2 : 1.
    """
    network = network_of([([1, 3, 5], PRIMARY), ([6, 3, 7], {"highway": "secondary", "name": "汉口路"})])
    assert waited_s(network, 1, 5) == waited_s(network, 6, 7) == waited_s(network, 1, 7) == pytest.approx(12)


def test_a_road_that_ends_at_another_is_not_crossed_by_those_who_pass_its_mouth(network_of):
    network = network_of([([1, 3, 5], PRIMARY), ([6, 3], {"highway": "secondary", "name": "汉口路"})])
    assert waited_s(network, 1, 5) == pytest.approx(0)
    assert waited_s(network, 6, 5) == pytest.approx(6)


def test_a_road_that_changes_its_name_at_a_corner_is_one_road(network_of):
    """中山路 becomes 中山东路 where a lane joins: along the road nobody waits, the lane waits its half."""
    other = {"highway": "primary", "name": "中山东路"}
    network = network_of([([1, 3], PRIMARY), ([3, 5], other), ([6, 3], STREET)])
    assert waited_s(network, 1, 5) == pytest.approx(0)
    assert waited_s(network, 6, 1) == pytest.approx(6)


def test_a_wide_road_that_goes_on_as_a_lane_is_not_crossed(network_of):
    network = network_of([([1, 3], PRIMARY), ([3, 5], STREET)])
    assert not network.edge_wait.any()


def test_a_road_of_two_carriageways_is_crossed_in_two_waits_or_on_one_green(network_of):
    """Carriageways 20 m apart: without signals two gaps, 24 s; with signals at both one green, 20 s.

    At 40 m apart, each carriageway has its own signals, 40 s.
    """
    ways = [([11, 12, 13], PRIMARY), ([21, 22, 23], PRIMARY), ([6, 12, 22, 7], STREET)]
    signals = {ref: {"highway": "traffic_signals"} for ref in (12, 22)}
    for width_m, tags, seconds in ((20, {}, 24), (20, signals, 20), (40, signals, 40)):
        south, north = -width_m / 2, width_m / 2
        nodes = {11: (-90, south), 12: (0, south), 13: (90, south), 21: (-90, north), 22: (0, north), 23: (90, north)}
        assert waited_s(network_of(ways, tags, nodes | NODES), 6, 7) == pytest.approx(seconds)


def test_a_place_just_before_the_crossing_does_not_wait(network_of):
    """From the south end to a door at 1 m from the road there is nothing to cross; to one 1 m beyond it there is."""
    network = network_of([([1, 3, 5], PRIMARY), ([6, 3, 7], STREET)])
    assert waited_s(network, 6, (0, -1)) == pytest.approx(0)
    assert waited_s(network, 6, (0, 1)) == pytest.approx(12)


def test_nobody_waits_where_no_wait_is_given(network_of):
    network = network_of([([1, 3, 5], PRIMARY), ([6, 3, 7], STREET)], SIGNALS)
    assert waited_s(network, 6, 7, walker()) == pytest.approx(0)


def test_kerbs_have_no_length_and_the_place_id_way_and_use_of_their_street(network_of):
    """The lane of an estate ends at a primary road: its kerb is private too, and takes no places."""
    network = network_of([([1, 3, 5], PRIMARY), ([6, 3], {"highway": "service", "access": "private", "bridge": "yes"})])
    (kerb,) = np.flatnonzero(network.edge_wait)
    assert network.edge_wait[kerb] == AT_ROAD
    assert (network.edge_length_m[kerb], network.edge_rise_m[kerb], network.edge_way[kerb]) == (0, 0, 2)
    assert network.edge_private[kerb]
    assert network.edge_aloft[kerb]
    assert not network.edge_snappable[kerb]
    before, junction = network.edge_nodes[kerb]
    assert network.node_ref[[before, junction]].tolist() == [3, 3]
    ends = network.vertex_lonlat[network.edge_offsets[kerb] : network.edge_offsets[kerb + 1]]
    assert ends.tolist() == network.node_lonlat[[before, junction]].tolist()
    assert set(network.component.tolist()) == {0}
    assert len(network.component) == network.node_count == len(network.node_lonlat) == 5


def test_a_loop_waits_at_both_its_ends(network_of):
    network = network_of([([1, 3, 5], PRIMARY), ([3, 6, 8, 3], STREET)])
    kerbs = np.flatnonzero(network.edge_wait)
    assert len(kerbs) == 2
    assert len(np.unique(network.edge_nodes[kerbs, 0])) == 2


WHEELS = walker(wheels=True)
ON_FOOT = walker()


def metres(network, start, end, who):
    """Return the metres of the quickest way between two nodes; infinite where there is none."""
    placed = insert_places(network, snap_to_edges(network, lonlat_at([NODES[start], NODES[end]]), 1))
    home, goal = placed.node_of_place
    return nearest(walk_graph(placed, who), np.array([goal]), np.zeros(1)).metres[home]


@pytest.mark.parametrize(
    "tags",
    [
        {"barrier": "stile"},
        {"barrier": "turnstile"},
        {"barrier": "cycle_barrier"},
        {"barrier": "kerb", "kerb": "raised"},
        {"barrier": "gate", "wheelchair": "no"},
    ],
)
def test_a_wheelchair_goes_around_what_it_cannot_pass(network_of, tags):
    """From 9 to 10 straight on is 300 m. Around 3 by 4 it is 50 + 2 · 100 √2 + 50 = 382.84 m: a detour of 82.84 m."""
    path = {"highway": "footway"}
    network = network_of([([9, 6, 3, 7, 10], path), ([6, 4, 7], path)], {3: tags})
    assert metres(network, 9, 10, ON_FOOT) == pytest.approx(300, rel=5e-4)
    assert metres(network, 9, 10, WHEELS) == pytest.approx(382.84, rel=5e-4)
    assert metres(network, 9, 6, WHEELS) == pytest.approx(50, rel=5e-4)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "steps"},
        {"highway": "footway", "wheelchair": "no"},
        {"highway": "footway", "surface": "sand"},
        {"highway": "footway", "smoothness": "very_bad"},
        {"highway": "path", "ford": "yes"},
    ],
)
def test_a_wheelchair_goes_around_a_way_that_it_cannot_take(network_of, tags):
    path = {"highway": "footway"}
    network = network_of([([9, 6], path), ([6, 3, 7], tags), ([7, 10], path), ([6, 4, 7], path)])
    assert metres(network, 9, 10, walker(steps_speed_m_s=1.0)) == pytest.approx(300, rel=5e-4)
    assert metres(network, 9, 10, WHEELS) == pytest.approx(382.84, rel=5e-4)


def test_a_raised_kerb_stops_wheels_on_the_crossing_and_not_along_the_pavement(network_of):
    """The pavement 1-3-5 goes on; the crossing 6-3-7, drawn as a way of its own, is closed to wheels at its kerb 3."""
    crossing = {"highway": "footway", "footway": "crossing"}
    network = network_of([([1, 3, 5], {"highway": "footway"}), ([6, 3, 7], crossing)], {3: {"kerb": "raised"}})
    assert metres(network, 1, 5, WHEELS) == pytest.approx(400, rel=5e-4)
    assert metres(network, 1, 7, WHEELS) == np.inf
    assert metres(network, 1, 7, ON_FOOT) == pytest.approx(300, rel=5e-4)


def test_a_raised_kerb_on_the_crossing_of_a_street_does_not_stop_wheels_on_the_street(network_of):
    tags = {3: {"highway": "crossing", "kerb": "raised"}}
    network = network_of([([1, 3, 5], STREET), ([6, 3, 7], {"highway": "footway"})], tags)
    assert metres(network, 1, 5, WHEELS) == pytest.approx(400, rel=5e-4)
    assert metres(network, 6, 7, WHEELS) == np.inf


def test_a_kerb_that_stops_wheels_stops_nobody_on_foot_and_takes_no_time(network_of):
    network = network_of([([6, 3, 7], {"highway": "footway"})], {3: {"barrier": "stile"}})
    assert waited_s(network, 6, 7, ON_FOOT) == pytest.approx(0)
