"""Pairs within a cut-off, against streets walked by hand and against SciPy's Dijkstra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from lifecircle.access import pairs as pairs_module
from lifecircle.access.decay import Exponential, Step
from lifecircle.access.pairs import access_pairs, pairs_of
from lifecircle.errors import InputError
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.walkers import read_walkers
from measure_cases import joined_at, pairs_from_matrix
from small_networks import bare_network

STANDARD = read_walkers()["standard"]
EDGES = [(0, 1), (1, 2), (2, 3), (3, 0), (1, 3), (4, 5)]
LENGTHS_M = [120, 60, 300, 240, 90, 150]


def found(pairs):
    """Return the pairs as {(resident, facility): minutes}."""
    rows = zip(pairs.resident.tolist(), pairs.facility.tolist(), pairs.minutes.tolist(), strict=True)
    return {(resident, facility): minutes for resident, facility, minutes in rows}


def street_pairs(residents, entrances, facilities, limit_minutes):
    """Return the pairs on one street of 1200 m: a fraction of 0.05 is one minute."""
    joined = joined_at(bare_network(2, [(0, 1)], [1200]), residents, entrances)
    graph = walk_graph(joined.placed, STANDARD)
    return access_pairs(joined, graph, np.ones(facilities, dtype=bool), limit_minutes)


def test_a_walk_includes_both_access_legs():
    """1 min along the street, 30 m and 60 m to it: 60 + 30 + 60 = 150 s."""
    assert found(street_pairs([(0, 0, 30)], [(0, 0.05, 60, 0)], 1, 15)) == {(0, 0): pytest.approx(2.5)}


def test_a_park_is_reached_through_its_nearest_entrance():
    """From 0 m the park's entrances lie at 600 and 240 m: 4 minutes; from 720 m they lie 120 and 480 m away: 2."""
    pairs = street_pairs([(0, 0, 0), (0, 0.6, 0)], [(0, 0.5, 0, 0), (0, 0.2, 0, 0)], 1, 15)
    assert found(pairs) == {(0, 0): pytest.approx(4), (1, 0): pytest.approx(2)}


def test_pairs_stand_nearest_first_and_equally_near_ones_by_facility():
    """From the middle facilities 2 and 0 lie 5 minutes away on either side, and 1 lies 2 minutes away."""
    pairs = street_pairs([(0, 0.5, 0)], [(0, 0.75, 0, 2), (0, 0.25, 0, 0), (0, 0.4, 0, 1)], 3, 15)
    assert pairs.facility.tolist() == [1, 0, 2]
    assert pairs.minutes == pytest.approx([2, 5, 5])


def test_a_walk_of_exactly_the_cut_off_is_in_and_a_longer_one_is_out():
    pairs = street_pairs([(0, 0, 0)], [(0, 0.5, 0, 0), (0, 0.5001, 0, 1)], 2, 10)
    assert found(pairs) == {(0, 0): pytest.approx(10)}


def test_places_that_are_not_snapped_have_no_pairs_and_keep_their_rows():
    pairs = street_pairs([(-1, 0, 0), (0, 0, 0)], [(-1, 0, 0, 0), (0, 0.05, 0, 1)], 2, 15)
    assert found(pairs) == {(1, 1): pytest.approx(1)}
    assert pairs.offsets.tolist() == [0, 0, 1]
    assert pairs.nearest_minutes == pytest.approx([np.inf, 1])


def test_facilities_that_do_not_take_part_keep_their_rows():
    joined = joined_at(bare_network(2, [(0, 1)], [1200]), [(0, 0, 0)], [(0, 0.1, 0, 0), (0, 0.2, 0, 1)])
    pairs = access_pairs(joined, walk_graph(joined.placed, STANDARD), np.array([False, True]), 15)
    assert found(pairs) == {(0, 1): pytest.approx(4)}
    assert pairs.facility_count == 2


def test_a_town_without_facilities_or_residents_has_no_pairs():
    assert len(street_pairs([(0, 0, 0)], [], 0, 15).minutes) == 0
    assert len(street_pairs([], [(0, 0, 0, 0)], 1, 15).minutes) == 0


PLACE = st.tuples(st.integers(-1, len(EDGES) - 1), st.sampled_from([0, 0.2, 0.5, 0.8, 1]), st.sampled_from([0, 12, 60]))


@settings(max_examples=60, deadline=None)
@given(
    residents=st.lists(PLACE, min_size=1, max_size=6),
    entrances=st.lists(st.tuples(PLACE, st.integers(0, 3)), max_size=9),
    limit_minutes=st.sampled_from([1, 3, 5, 20]),
    at_once=st.sampled_from([1, 2, 4096]),
)
def test_pairs_equal_those_of_scipy_whatever_the_entrances_and_blocks(residents, entrances, limit_minutes, at_once):
    joined = joined_at(
        bare_network(6, EDGES, LENGTHS_M), residents, [(*place, facility) for place, facility in entrances]
    )
    graph = walk_graph(joined.placed, STANDARD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_module, "_ENTRANCES_AT_ONCE", at_once)
        pairs = access_pairs(joined, graph, np.ones(4, dtype=bool), limit_minutes)
    expected = {
        (resident, facility): minutes
        for (resident, facility), minutes in scipy_minutes(joined).items()
        if minutes <= limit_minutes + 1e-9
    }
    assert found(pairs) == pytest.approx(expected, abs=1e-9)
    rows = list(zip(pairs.resident.tolist(), pairs.minutes.tolist(), pairs.facility.tolist(), strict=True))
    assert rows == sorted(rows)
    searched = nearest(graph, joined.entrance_node, joined.entrance_leg_m).seconds[joined.resident_node] / 60
    nearest_minutes = searched + np.where(joined.resident_node >= 0, joined.resident_leg_m, np.inf) / 60
    nearest_minutes[nearest_minutes > limit_minutes + 1e-9] = np.inf
    assert pairs.nearest_minutes == pytest.approx(nearest_minutes, abs=1e-9)


def scipy_minutes(joined):
    """Return the quickest walk of every pair by Dijkstra over all pieces, at 1 m/s."""
    placed = joined.placed
    tail, head = placed.piece_nodes.T
    metres = placed.network.edge_length_m[placed.piece_edge] * placed.piece_share
    best = {}
    for u, v, length in zip(tail.tolist(), head.tolist(), metres.tolist(), strict=True):
        best[u, v] = min(length, best.get((u, v), np.inf))
    ends = np.array(list(best), dtype=np.int64).reshape(-1, 2)
    lengths = np.maximum(np.array(list(best.values())), 1e-12)  # SciPy takes no arcs of length zero
    matrix = csr_array((lengths, ends.T), shape=(placed.node_count, placed.node_count))
    between = dijkstra(matrix, directed=False)
    walks = {}
    for resident in np.flatnonzero(joined.resident_node >= 0).tolist():
        for entrance in np.flatnonzero(joined.entrance_node >= 0).tolist():
            street_m = between[joined.resident_node[resident], joined.entrance_node[entrance]]
            walk = (street_m + joined.resident_leg_m[resident] + joined.entrance_leg_m[entrance]) / 60
            pair = resident, int(joined.entrance_facility[entrance])
            walks[pair] = min(walk, walks.get(pair, np.inf))
    return walks


def test_walks_from_elsewhere_are_sorted_cut_off_and_merged():
    pairs = pairs_of([1, 0, 0, 1, 1], [0, 1, 0, 0, 1], [9, 2, 2, 4, np.inf], (3, 2), 15)
    assert pairs.offsets.tolist() == [0, 2, 3, 3]
    assert pairs.facility.tolist() == [0, 1, 0]
    assert pairs.minutes.tolist() == [2, 2, 4]
    assert pairs.resident.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("walks", "limit_minutes", "message"),
    [
        (([0, 2], [0, 0], [1, 1]), 15, "row 1 names resident 2, and there are 2"),
        (([0, -1], [0, 0], [1, 1]), 15, "row 1 names resident -1"),
        (([0, 0], [0, 1.5], [1, 1]), 15, "row 1 names facility 1.5"),
        (([0, 0], [0, 1], [1, np.nan]), 15, "row 1 takes nan minutes"),
        (([0, 0], [0, 1], [1, -3]), 15, "row 1 takes -3.0 minutes"),
        (([0], [0, 1], [1, 3]), 15, "equally long columns"),
        (([0], [0], [1]), 0, "limit_minutes: 0"),
        (([0], [0], [1]), np.inf, "limit_minutes: inf"),
    ],
)
def test_walks_that_cannot_be_are_refused_with_their_row(walks, limit_minutes, message):
    with pytest.raises(InputError, match=message):
        pairs_of(*walks, (2, 2), limit_minutes)


def test_weights_stand_where_the_pairs_are_and_zeros_are_not_stored():
    pairs = pairs_from_matrix([[4, 0], [np.inf, 12]], limit_minutes=15)
    weights = pairs.weights(Step((5, 10), (1, 0.5)))
    assert weights.toarray().tolist() == [[1, 1], [0, 0]]
    assert weights.nnz == 2
    assert pairs.weights(Exponential(0.1)).toarray() == pytest.approx(
        np.array([[np.exp(-0.4), 1], [0, np.exp(-1.2)]]), rel=1e-15
    )


def test_taking_weights_does_not_disturb_the_pairs():
    pairs = pairs_from_matrix([[9, 3, 14]], limit_minutes=15)
    pairs.weights(Step((10,)))
    assert pairs.facility.tolist() == [1, 0, 2]
    assert pairs.offsets.tolist() == [0, 3]


def test_a_decay_that_reaches_beyond_the_pairs_is_refused():
    with pytest.raises(InputError, match="30 is asked for, and the pairs know what lies within 15"):
        pairs_from_matrix([[1]], limit_minutes=15).weights(Step((10, 30), (1, 0.5)))
