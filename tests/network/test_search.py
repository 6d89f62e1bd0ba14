from __future__ import annotations

import itertools

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
from lifecircle.network.places import insert_places
from lifecircle.network.search import all_within, edge_seconds, nearest, nearest_k, walk_graph
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.walkers import Walker
from small_networks import bare_network, lonlat_at, network_of, snapped_at

METRES = 2**20  # a trip's quarter seconds and metres share one whole number, so that NetworkX compares both at once


def walker(speed_m_s=1.0, steps_speed_m_s=0.5, *, wheels=False):
    name = Bilingual(zh="行人", en="walker")
    return Walker(
        id="one",
        name=name,
        speed_m_s=speed_m_s,
        steps_speed_m_s=None if wheels else steps_speed_m_s,
        wheels=wheels,
        source="made up",
        verified=False,
    )


def oracle(network, snapped, who):
    """Return a graph of NetworkX in which the trips that the rules allow are the paths from "first" to "last".

    Every node stands three times: on the private streets where a trip begins, on public ones, and on the private
    streets where it ends.
    """
    graph = nx.DiGraph()

    def add(start, end, seconds, metres):
        weight = 4 * seconds * METRES + metres
        if weight < graph.get_edge_data(start, end, {"weight": np.inf})["weight"]:
            graph.add_edge(start, end, weight=weight)

    for edge, (u, v) in enumerate(network.edge_nodes.tolist()):
        length_m = network.edge_length_m[edge]
        speed = who.steps_speed_m_s if network.edge_steps[edge] and not who.wheels else who.speed_m_s
        passable = speed is not None and (network.edge_wheels[edge] or not who.wheels)
        on_edge = sorted((at, row) for row, at in enumerate(snapped.fraction) if snapped.edge[row] == edge)
        stops = [(0.0, u), *((at, f"place {row}") for at, row in on_edge), (1.0, v)]
        for (begin, one), (end, other) in itertools.pairwise(stops):
            metres = length_m * (end - begin)
            if passable or end == begin:
                for stage in ("first", "last") if network.edge_private[edge] else ("public",):
                    seconds = metres / speed if metres else 0
                    add((one, stage), (other, stage), seconds, metres)
                    add((other, stage), (one, stage), seconds, metres)
    for node in [*range(network.node_count), *(f"place {row}" for row in range(len(snapped.edge)))]:
        add((node, "first"), (node, "public"), 0, 0)
        add((node, "public"), (node, "last"), 0, 0)
    return graph


def oracle_trips(network, snapped, who, targets, origins):
    """Return {(origin, target): (seconds, metres)}, access legs included, for all that can be walked."""
    backwards = oracle(network, snapped, who).reverse()
    trips = {}
    for target in (row for row in targets if snapped.edge[row] >= 0):
        weights = nx.single_source_dijkstra_path_length(backwards, (f"place {target}", "last"))
        for origin in (row for row in origins if snapped.edge[row] >= 0):
            if (f"place {origin}", "first") in weights:
                quarters, metres = divmod(weights[f"place {origin}", "first"], METRES)
                legs_m = snapped.leg_m[target] + snapped.leg_m[origin]
                trips[origin, target] = (quarters / 4 + legs_m / who.speed_m_s, metres + legs_m)
    return trips


@st.composite
def worlds(draw):
    """Networks and places whose times are sums of quarters, so that equal times are equal to the last bit."""
    count = draw(st.integers(1, 6))
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.integers(0, 12), st.booleans(), st.booleans(), st.booleans())
    edges = draw(st.lists(edge, min_size=1, max_size=10))
    nodes = [each[:2] for each in edges]
    flags = dict(zip(("private", "steps", "wheels"), zip(*[each[3:] for each in edges], strict=True), strict=True))
    network = bare_network(count, nodes, [4 * each[2] for each in edges], **flags)
    place = st.tuples(st.integers(-1, len(edges) - 1), st.sampled_from([0, 0.25, 0.5, 0.75, 1]), st.integers(0, 9))
    places = draw(st.lists(place, min_size=2, max_size=8))
    snapped = snapped_at(*zip(*places, strict=True))
    split = draw(st.integers(1, len(places) - 1))
    return network, snapped, range(split), range(split, len(places))


walkers = st.sampled_from([walker(), walker(steps_speed_m_s=None), walker(wheels=True)])


@settings(max_examples=150, deadline=None)
@given(worlds(), walkers, st.data())
def test_the_nearest_target_is_that_of_networkx(world, who, data):
    network, snapped, targets, origins = world
    labels = np.array([data.draw(st.integers(0, 3)) for _ in targets], dtype=np.int32)
    placed = insert_places(network, snapped)
    graph = walk_graph(placed, who)
    chosen = list(targets)
    found = nearest(graph, placed.node_of_place[chosen], placed.leg_m[chosen], labels)
    trips = oracle_trips(network, snapped, who, targets, origins)
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
    network, snapped, targets, origins = world
    labels = np.array([data.draw(st.integers(0, 4)) for _ in targets], dtype=np.int32)
    placed = insert_places(network, snapped)
    chosen = list(targets)
    found = nearest_k(walk_graph(placed, who), placed.node_of_place[chosen], placed.leg_m[chosen], labels, k=k)
    trips = oracle_trips(network, snapped, who, targets, origins)
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
    network, snapped, targets, origins = world
    placed = insert_places(network, snapped)
    ends, begins = list(targets), list(origins)
    node, leg_m = placed.node_of_place, placed.leg_m
    pairs = all_within(walk_graph(placed, who), node[ends], leg_m[ends], node[begins], leg_m[begins], limit_s)
    rows = zip(pairs.origin.tolist(), pairs.target.tolist(), pairs.seconds.tolist(), pairs.metres.tolist(), strict=True)
    ours = {(origins[origin], targets[target]): walked for origin, target, *walked in rows}
    trips = oracle_trips(network, snapped, who, targets, origins)
    assert ours == {pair: list(walked) for pair, walked in trips.items() if walked[0] <= limit_s}
    assert len(ours) == len(pairs.origin)
    for begin, end in zip(pairs.offsets, pairs.offsets[1:], strict=False):
        assert (np.diff(pairs.origin[begin:end]) > 0).all()


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
