from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from lifecircle.bilingual import Bilingual
from lifecircle.errors import NetworkError
from lifecircle.network import search
from lifecircle.network.kerbs import AT_ROAD, AT_SIGNAL, NO_WAIT, with_kerbs
from lifecircle.network.pace import edge_seconds
from lifecircle.network.places import insert_places
from lifecircle.network.search import all_within, nearest, nearest_k, walk_graph
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.walkers import Walker
from small_networks import bare_network, lonlat_at, network_of, snapped_at

if TYPE_CHECKING:
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.snap import Snapped

METRES = 2**20  # a trip's quarter seconds and metres share one whole number, so that NetworkX compares both at once


def walker(speed_m_s=1.0, steps_speed_m_s=0.5, *, wheels=False, waits_s=(0.0, 0.0)):
    """Return a walker who waits so long at signals, and before wide roads."""
    made_up = {"source": "made up", "verified": False}
    return Walker(
        id="one",
        name=Bilingual(zh="行人", en="walker"),
        speed_m_s=speed_m_s,
        steps_speed_m_s=None if wheels else steps_speed_m_s,
        wheels=wheels,
        waits={"signal_delay_s": waits_s[0], "crossing_delay_s": waits_s[1], **made_up},
        **made_up,
    )


@dataclass(frozen=True)
class World:
    """Streets without kerbs, the kerbs at their ends, and places that want to be reached (targets) or to reach them."""

    streets: StreetNetwork
    wait: np.ndarray
    stops_wheels: np.ndarray
    snapped: Snapped
    targets: range
    origins: range

    @property
    def network(self):
        """The streets with their kerbs."""
        return with_kerbs(self.streets, self.wait, self.stops_wheels)


def oracle(world, who, metres_count=1):
    """Return a graph of NetworkX in which the trips that the rules allow are the paths from "first" to "last".

    Every node stands three times: on the private streets where a trip begins, on public ones, and on the private
    streets where it ends.
    """
    graph = nx.DiGraph()

    def add(start, end, seconds, metres):
        weight = 4 * seconds * METRES + metres * metres_count
        if weight < graph.get_edge_data(start, end, {"weight": np.inf})["weight"]:
            graph.add_edge(start, end, weight=weight)

    for edge in range(world.streets.edge_count):
        for stage in ("first", "last") if world.streets.edge_private[edge] else ("public",):
            for start, end, seconds, metres in (*street_arcs(world, edge, who), *kerb_arcs(world, edge, who)):
                add((start, stage), (end, stage), seconds, metres)
    for node in {node for node, _ in graph} | {f"place {row}" for row in range(len(world.snapped.edge))}:
        add((node, "first"), (node, "public"), 0, 0)
        add((node, "public"), (node, "last"), 0, 0)
    return graph


def street_arcs(world, edge, who):
    """Yield start, end, seconds and metres along a street, from place to place and to both its ends."""
    streets, snapped = world.streets, world.snapped
    length_m, slope, speed = streets.edge_length_m[edge], 0.0, who.speed_m_s
    if streets.edge_steps[edge] and not who.wheels:
        speed = who.steps_speed_m_s
    elif length_m:
        slope = max(-0.35, min(0.35, streets.edge_rise_m[edge] / length_m))
    passable = speed is not None and (streets.edge_wheels[edge] or not who.wheels)
    on_edge = sorted((at, f"place {row}") for row, at in enumerate(snapped.fraction) if snapped.edge[row] == edge)
    for (begin, one), (end, other) in itertools.pairwise([(0.0, (edge, 0)), *on_edge, (1.0, (edge, 1))]):
        metres = length_m * (end - begin)
        if passable or end == begin:
            for start, stop, rises in ((one, other, slope), (other, one, -slope)):
                factor = math.exp(0.175 - 3.5 * abs(rises + 0.05))
                yield start, stop, metres / (speed * factor) if metres else 0.0, metres


def kerb_arcs(world, edge, who):
    """Yield start, end, seconds and metres between both ends of a street and the junctions there."""
    wait_s = {AT_SIGNAL: who.signal_delay_s, AT_ROAD: who.crossing_delay_s, NO_WAIT: 0.0}
    for side, junction in enumerate(world.streets.edge_nodes[edge].tolist()):
        if not (who.wheels and world.stops_wheels[edge, side]):
            half_s = wait_s[int(world.wait[edge, side])] / 2
            yield (edge, side), junction, half_s, 0.0
            yield junction, (edge, side), half_s, 0.0


def oracle_trips(world, who):
    """Return {(origin, target): (seconds, metres)}, access legs included, for all that can be walked.

    Seconds have to be whole quarters; see :func:`oracle_seconds` for others.
    """
    backwards, snapped = oracle(world, who).reverse(), world.snapped
    trips = {}
    for target in (row for row in world.targets if snapped.edge[row] >= 0):
        weights = nx.single_source_dijkstra_path_length(backwards, (f"place {target}", "last"))
        for origin in (row for row in world.origins if snapped.edge[row] >= 0):
            if (f"place {origin}", "first") in weights:
                quarters, metres = divmod(weights[f"place {origin}", "first"], METRES)
                legs_m = snapped.leg_m[target] + snapped.leg_m[origin]
                trips[origin, target] = (quarters / 4 + legs_m / who.speed_m_s, metres + legs_m)
    return trips


def oracle_seconds(world, who):
    """Return {(origin, target): seconds} for all that can be walked."""
    backwards, leg_m = oracle(world, who, metres_count=0).reverse(), world.snapped.leg_m
    return {
        (origin, target): weights[f"place {origin}", "first"] / (4 * METRES)
        + (leg_m[target] + leg_m[origin]) / who.speed_m_s
        for target in world.targets
        for weights in [nx.single_source_dijkstra_path_length(backwards, (f"place {target}", "last"))]
        for origin in world.origins
        if (f"place {origin}", "first") in weights
    }


@st.composite
def worlds(draw):
    """Networks and places whose times are sums of quarters, so that equal times are equal to the last bit."""
    count = draw(st.integers(1, 6))
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.integers(0, 12), st.booleans(), st.booleans(), st.booleans())
    edges = draw(st.lists(edge, min_size=1, max_size=10))
    flags = dict(zip(("private", "steps", "wheels"), zip(*[each[3:] for each in edges], strict=True), strict=True))
    streets = bare_network(count, [each[:2] for each in edges], [4 * each[2] for each in edges], **flags)
    kerb = st.tuples(st.sampled_from([NO_WAIT, NO_WAIT, AT_ROAD, AT_SIGNAL]), st.sampled_from([False, False, True]))
    kerbs = np.array(draw(st.lists(st.tuples(kerb, kerb), min_size=len(edges), max_size=len(edges))))
    place = st.tuples(st.integers(-1, len(edges) - 1), st.sampled_from([0, 0.25, 0.5, 0.75, 1]), st.integers(0, 9))
    places = draw(st.lists(place, min_size=2, max_size=8))
    split = draw(st.integers(1, len(places) - 1))
    return World(
        streets=streets,
        wait=kerbs[..., 0].astype(np.uint8),
        stops_wheels=kerbs[..., 1].astype(bool),
        snapped=snapped_at(*zip(*places, strict=True)),
        targets=range(split),
        origins=range(split, len(places)),
    )


WAITS_S = (3.5, 1.5)
walkers = st.sampled_from(
    [walker(), walker(waits_s=WAITS_S), walker(steps_speed_m_s=None), walker(wheels=True, waits_s=WAITS_S)]
)


@settings(max_examples=150, deadline=None)
@given(worlds(), walkers, st.data())
def test_the_nearest_target_is_that_of_networkx(world, who, data):
    targets, origins, snapped = world.targets, world.origins, world.snapped
    labels = np.array([data.draw(st.integers(0, 3)) for _ in targets], dtype=np.int32)
    placed = insert_places(world.network, snapped)
    graph = walk_graph(placed, who)
    chosen = list(targets)
    found = nearest(graph, placed.node_of_place[chosen], placed.leg_m[chosen], labels)
    trips = oracle_trips(world, who)
    for origin in (row for row in origins if snapped.edge[row] >= 0):
        options = [
            (trips[origin, target][0], labels[target], trips[origin, target][1])
            for target in targets
            if (origin, target) in trips
        ]
        node, leg_m = placed.node_of_place[origin], placed.leg_m[origin]
        ours = (found.seconds[node] + graph.leg_seconds(leg_m), found.label[node], found.metres[node] + leg_m)
        assert ours == min(options, default=(np.inf, -1, np.inf))


@settings(max_examples=100, deadline=None)
@given(worlds(), walkers, st.integers(1, 4), st.data())
def test_the_k_nearest_labels_are_those_of_networkx(world, who, k, data):
    targets, origins, snapped = world.targets, world.origins, world.snapped
    labels = np.array([data.draw(st.integers(0, 4)) for _ in targets], dtype=np.int32)
    placed = insert_places(world.network, snapped)
    chosen = list(targets)
    found = nearest_k(walk_graph(placed, who), placed.node_of_place[chosen], placed.leg_m[chosen], labels, k=k)
    trips = oracle_trips(world, who)
    for origin in (row for row in origins if snapped.edge[row] >= 0):
        best = {}
        for target in targets:
            if (origin, target) in trips:
                seconds, metres = trips[origin, target]
                option = (seconds, int(labels[target]), metres)
                best[option[1]] = min(option, best.get(option[1], option))
        expected = (sorted(best.values()) + [(np.inf, -1, np.inf)] * k)[:k]
        node, leg_m = placed.node_of_place[origin], placed.leg_m[origin]
        columns = (found.seconds[node] + leg_m, found.label[node], found.metres[node] + leg_m)
        assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected


@settings(max_examples=150, deadline=None)
@given(worlds(), walkers, st.integers(0, 60))
def test_the_trips_within_a_limit_are_those_of_networkx(world, who, limit_s):
    targets, origins = world.targets, world.origins
    placed = insert_places(world.network, world.snapped)
    ends, begins = list(targets), list(origins)
    node, leg_m = placed.node_of_place, placed.leg_m
    pairs = all_within(walk_graph(placed, who), node[ends], leg_m[ends], node[begins], leg_m[begins], limit_s)
    rows = zip(pairs.origin.tolist(), pairs.target.tolist(), pairs.seconds.tolist(), pairs.metres.tolist(), strict=True)
    ours = {(origins[origin], targets[target]): walked for origin, target, *walked in rows}
    trips = oracle_trips(world, who)
    assert ours == {pair: list(walked) for pair, walked in trips.items() if walked[0] <= limit_s}
    assert len(ours) == len(pairs.origin)
    for begin, end in zip(pairs.offsets, pairs.offsets[1:], strict=False):
        assert (np.diff(pairs.origin[begin:end]) > 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_trips_over_hills_crossings_and_private_streets_are_those_of_networkx_there_and_back(seed):
    """40 nodes, 70 streets that rise and fall by up to a third, and 16 places, each a home and a goal of all others."""
    rng = np.random.default_rng(seed)
    length_m = rng.uniform(1, 300, 70)
    streets = bare_network(
        40,
        rng.integers(0, 40, (70, 2)),
        length_m,
        private=rng.random(70) < 0.2,
        steps=rng.random(70) < 0.1,
        wheels=rng.random(70) < 0.9,
        rise_m=rng.uniform(-0.4, 0.4, 70) * length_m,
    )
    wait = rng.choice([NO_WAIT, AT_ROAD, AT_SIGNAL], (70, 2), p=[0.6, 0.2, 0.2]).astype(np.uint8)
    snapped = snapped_at(rng.integers(0, 70, 16), rng.random(16), rng.uniform(0, 50, 16))
    world = World(streets, wait, rng.random((70, 2)) < 0.05, snapped, range(16), range(16))
    placed = insert_places(world.network, snapped)
    for who in (walker(1.25, 0.4, waits_s=(20, 11)), walker(0.8, wheels=True, waits_s=(20, 25))):
        pairs = all_within(walk_graph(placed, who), *ends(placed, slice(None)), *ends(placed, slice(None)), np.inf)
        ours = dict(zip(zip(pairs.origin.tolist(), pairs.target.tolist(), strict=True), pairs.seconds, strict=True))
        theirs = oracle_seconds(world, who)
        assert ours.keys() == theirs.keys()
        assert max(abs(ours[pair] - theirs[pair]) for pair in theirs) < 1e-6
        assert any(abs(ours[pair] - ours.get(pair[::-1], np.inf)) > 10 for pair in ours)


def large_world(seed, *, private_share):
    """Return a network of 1,500 nodes in parts, with lengths from zero to kilometres, and 400 places."""
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, 1500, (2200, 2))
    length_m = rng.choice([0.0, 1.0], 2200, p=[0.05, 0.95]) * rng.lognormal(4, 1.5, 2200)
    network = bare_network(1500, edges, length_m, private=rng.random(2200) < private_share)
    snapped = snapped_at(rng.integers(0, 2200, 400), rng.random(400), rng.uniform(0, 500, 400))
    placed = insert_places(network, snapped)
    return placed, walk_graph(placed, walker(0.76))


def as_matrix(graph):
    states = len(graph.arcs.start) - 1
    return csr_array((graph.arcs.seconds, graph.arcs.head, graph.arcs.start.astype(np.int32)), shape=(states, states))


@pytest.mark.parametrize("private_share", [0, 0.2])
@pytest.mark.parametrize("buckets_per_mean_arc", [0.01, 2, 5000])
def test_seconds_equal_those_of_scipy_to_the_last_bit_whatever_the_width_of_buckets(
    private_share, buckets_per_mean_arc, monkeypatch
):
    monkeypatch.setattr(search, "_BUCKETS_PER_MEAN_ARC", buckets_per_mean_arc)
    placed, graph = large_world(1, private_share=private_share)
    targets = placed.node_of_place[:100]
    found = nearest(graph, targets, np.zeros(100))
    seconds = dijkstra(as_matrix(graph), indices=graph.end_state[targets], min_only=True)
    assert np.array_equal(found.seconds, seconds[graph.begin_state])
    assert np.isinf(found.seconds).any()
    assert np.isfinite(found.seconds).any()


def test_trips_within_a_limit_equal_those_of_scipy_to_the_last_bit():
    placed, graph = large_world(2, private_share=0.2)
    targets, origins, none = placed.node_of_place[:50], placed.node_of_place[50:], np.zeros(400)
    pairs = all_within(graph, targets, none[:50], origins, none[50:], 2000.0)
    seconds = dijkstra(as_matrix(graph), indices=graph.end_state[targets])[:, graph.begin_state[origins]]
    target, origin = np.nonzero(seconds <= 2000)
    assert np.array_equal(pairs.target, target)
    assert np.array_equal(pairs.origin, origin)
    assert np.array_equal(pairs.seconds, seconds[target, origin])
    assert 500 < len(pairs.origin) < 50 * 350


def test_trips_within_a_limit_do_not_depend_on_how_the_work_is_shared(monkeypatch):
    placed, graph = large_world(3, private_share=0.1)
    node, leg_m = placed.node_of_place, placed.leg_m

    def trips(cores):
        monkeypatch.setattr("os.cpu_count", lambda: cores)
        return all_within(graph, node[:77], leg_m[:77], node, leg_m, 1500.0)

    alone, shared = trips(1), trips(13)
    for column in ("offsets", "origin", "seconds", "metres"):
        assert np.array_equal(getattr(alone, column), getattr(shared, column))


@pytest.mark.parametrize("length_m", [0.0, 5e-324, 1e-310])
def test_streets_that_take_hardly_any_time_are_walked_as_others(length_m):
    """One over 1e-310 is no number any more; the buckets of the queue must not be as narrow as such streets."""
    network = bare_network(3, np.array([[0, 1], [1, 2]]), np.full(2, length_m))
    placed = insert_places(network, snapped_at([0], [0.0], [0.0]))
    found = nearest(walk_graph(placed, walker()), placed.node_of_place, placed.leg_m)
    assert found.seconds[:3].tolist() == [0.0, length_m, 2 * length_m]


def test_metres_are_those_of_the_quickest_way_and_not_of_the_shortest():
    """From 0 to 1: 100 m of steps take 200 s at 0.5 m/s, 150 m on the flat take 150 s at 1 m/s."""
    network = bare_network(2, [(0, 1), (0, 1)], [100, 150], steps=[True, False])
    placed = insert_places(network, snapped_at([1], [1.0]))
    found = nearest(walk_graph(placed, walker()), placed.node_of_place, placed.leg_m)
    assert (found.seconds[0], found.metres[0]) == (150, 150)


def test_a_trip_along_one_edge_does_not_go_by_its_corners():
    """Home at 20 m and clinic at 60 m of a street of 100 m, legs of 10 and 5 m: 10 + 40 + 5 = 55 m."""
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([0, 0], [0.2, 0.6], [10, 5]))
    graph = walk_graph(placed, walker())
    found = nearest(graph, placed.node_of_place[1:], placed.leg_m[1:])
    home = placed.node_of_place[0]
    assert found.seconds[home] + graph.leg_seconds(placed.leg_m[0]) == pytest.approx(55)


def test_the_access_leg_is_walked_at_the_walkers_own_speed():
    """The same 55 m take an older person at 0.5 m/s 110 s: the 15 m of access legs are slower too."""
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([0, 0], [0.2, 0.6], [10, 5]))
    graph = walk_graph(placed, walker(0.5))
    found = nearest(graph, placed.node_of_place[1:], placed.leg_m[1:])
    home = placed.node_of_place[0]
    assert found.seconds[home] + graph.leg_seconds(placed.leg_m[0]) == pytest.approx(110)
    assert found.metres[home] + placed.leg_m[0] == pytest.approx(55)


def test_homes_and_facilities_are_joined_within_one_and_the_same_limit():
    """A home and a clinic, both 250 m off the street, are both joined at a limit of 300 m and both lost at 200 m."""
    network = network_of([[1, 2]], {1: (0, 0), 2: (400, 0)})
    places = lonlat_at([(100, 250), (300, -250)])
    for limit_m, seconds in ((300, 250 + 200 + 250), (200, None)):
        placed = insert_places(network, snap_to_edges(network, places, limit_m))
        assert (placed.node_of_place >= 0).tolist() == [seconds is not None] * 2
        if seconds is not None:
            graph = walk_graph(placed, walker())
            pairs = all_within(graph, *ends(placed, slice(1, 2)), *ends(placed, slice(0, 1)), 900)
            assert pairs.seconds == pytest.approx([seconds], rel=5e-4)


def ends(placed, rows):
    return placed.node_of_place[rows], placed.leg_m[rows]


def test_others_do_not_cut_through_an_estate_and_its_residents_leave_it():
    """0 - 1 is 10 m through an estate and 100 m around it.

    A neighbour at node 0 walks around; a resident in the middle of the private lane leaves by either gate, 5 m; and a
    visitor reaches the resident the same way.
    """
    network = bare_network(2, [(0, 1), (0, 1)], [10, 100], private=[True, False])
    placed = insert_places(network, snapped_at([0, 1, 1], [0.5, 1.0, 0.0]))
    resident, shop, neighbour = placed.node_of_place
    graph = walk_graph(placed, walker())
    to_shop = nearest(graph, np.array([shop]), np.zeros(1)).seconds
    assert to_shop[neighbour] == 100
    assert to_shop[resident] == 5
    to_resident = nearest(graph, np.array([resident]), np.zeros(1)).seconds
    assert to_resident[neighbour] == to_resident[shop] == 5


def test_a_trip_inside_an_estate_stays_inside():
    network = bare_network(3, [(0, 1), (1, 2), (0, 2)], [10, 10, 900], private=[True, True, False])
    placed = insert_places(network, snapped_at([0, 1], [0.0, 1.0]))
    found = nearest(walk_graph(placed, walker()), placed.node_of_place[1:], np.zeros(1))
    assert found.seconds[placed.node_of_place[0]] == 20


def test_steps_are_slower_and_wheels_pass_them_by_a_ramp_alone():
    network = bare_network(2, [(0, 1)] * 3, [100] * 3, steps=[True, True, False], wheels=[False, True, False])
    assert edge_seconds(network, walker())[0].tolist() == [200, 200, 100]
    assert edge_seconds(network, walker(steps_speed_m_s=None))[0].tolist() == [np.inf, np.inf, 100]
    forward, backward = edge_seconds(network, walker(wheels=True))
    assert forward.tolist() == backward.tolist() == [np.inf, 100, np.inf]


def test_up_is_slower_than_down_and_steps_keep_their_own_speed():
    """100 m that rise by 10 m, at 1 m/s: up 100 / exp(-0.35) = 141.91 s, down 100 / exp(0) = 100 s.

    100 m of steps that rise by 30 m take 200 s at 0.5 m/s either way: that speed is measured on steps.
    """
    network = bare_network(2, [(0, 1)] * 3, [100] * 3, steps=[False, True, False], rise_m=[10, 30, -10])
    forward, backward = edge_seconds(network, walker())
    assert forward == pytest.approx([141.907, 200, 100], abs=1e-3)
    assert backward == pytest.approx([100, 200, 141.907], abs=1e-3)


def test_half_a_street_uphill_takes_half_its_time_and_the_access_legs_are_flat():
    """A home 10 m off the foot of the hill and a clinic 4 m off at half its height: 10 + 141.907 / 2 + 4 = 84.953 s."""
    network = bare_network(2, [(0, 1)], [100], rise_m=[10])
    placed = insert_places(network, snapped_at([0, 0], [0.0, 0.5], [10, 4]))
    pairs = all_within(walk_graph(placed, walker()), *ends(placed, slice(1, 2)), *ends(placed, slice(0, 1)), np.inf)
    back = all_within(walk_graph(placed, walker()), *ends(placed, slice(0, 1)), *ends(placed, slice(1, 2)), np.inf)
    assert pairs.seconds.tolist() == pytest.approx([84.953], abs=1e-3)
    assert back.seconds.tolist() == pytest.approx([10 + 50 + 4], abs=1e-3)
    assert pairs.metres.tolist() == back.metres.tolist() == [64]


def test_kerbs_take_half_a_wait_of_their_kind():
    network = bare_network(2, [(0, 1)] * 3, [0] * 3, wait=[NO_WAIT, AT_ROAD, AT_SIGNAL])
    forward, backward = edge_seconds(network, walker(waits_s=(20, 12)))
    assert forward.tolist() == backward.tolist() == [0, 6, 10]


def test_a_place_at_the_corner_of_an_impassable_street_is_reached_from_the_corner():
    network = bare_network(3, [(0, 1), (1, 2)], [100, 50], wheels=[False, True])
    placed = insert_places(network, snapped_at([0, 0], [1.0, 0.5]))
    found = nearest(walk_graph(placed, walker(wheels=True)), placed.node_of_place[:1], np.zeros(1))
    assert found.seconds[2] == 50
    assert np.isinf(found.seconds[placed.node_of_place[1]])


def test_of_two_facilities_equally_far_the_first_is_taken():
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([0, 0, 0], [0.0, 1.0, 0.5]))
    found = nearest(walk_graph(placed, walker()), placed.node_of_place[:2], np.zeros(2), np.array([7, 3]))
    assert found.label[placed.node_of_place[2]] == 3


def test_entrances_with_one_label_count_once_among_the_nearest():
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([0, 0, 0], [0.1, 0.2, 0.9]))
    found = nearest_k(walk_graph(placed, walker()), placed.node_of_place, np.zeros(3), np.array([0, 0, 1]), k=2)
    assert found.label[0].tolist() == [0, 1]
    assert found.seconds[0] == pytest.approx([10, 90])


def test_nothing_is_near_where_no_facility_is_joined_to_a_street():
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([-1, 0], [0, 0.5]))
    graph = walk_graph(placed, walker())
    for node, leg_m in (ends(placed, slice(1)), ends(placed, slice(0))):
        found = nearest(graph, node, leg_m)
        assert np.isinf(found.seconds).all()
        assert np.isinf(found.metres).all()
        assert (found.label == -1).all()
        pairs = all_within(graph, node, leg_m, *ends(placed, slice(2)), np.inf)
        assert pairs.offsets.tolist() == [0] * (len(node) + 1)
        assert len(pairs.origin) == 0


def test_streets_that_a_walker_cannot_pass_at_all_lead_nowhere():
    network = bare_network(2, [(0, 1)], [100], wheels=[False])
    placed = insert_places(network, snapped_at([0], [0.5], [4]))
    found = nearest(walk_graph(placed, walker(wheels=True)), placed.node_of_place, placed.leg_m)
    assert found.seconds.tolist() == [np.inf, np.inf, 4]


@pytest.mark.parametrize(
    ("node", "leg_m", "label", "fault"),
    [
        ([3], [0.0], [0], "nodes that this network does not have"),
        ([-2], [0.0], [0], "nodes that this network does not have"),
        ([0], [np.nan], [0], "access leg"),
        ([0], [-1.0], [0], "access leg"),
        ([0, 1], [0.0], [0, 1], "access leg"),
        ([0], [0.0], [-1], "whole number from 0"),
        ([0], [0.0], [0, 1], "one label"),
    ],
)
def test_places_that_cannot_be_are_refused_before_the_search(node, leg_m, label, fault):
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([0], [0.5]))
    with pytest.raises(NetworkError, match=fault):
        nearest(walk_graph(placed, walker()), np.array(node), np.array(leg_m), np.array(label))
