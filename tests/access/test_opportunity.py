"""What residents can choose from, by hand and against plain counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.access.decay import Exponential, Step
from lifecircle.access.opportunity import amounts_within, counts_within, gravity, kinds_within, nearest_facilities
from lifecircle.errors import InputError
from measure_cases import pairs_from_matrix

MINUTES = [[3, 12, 7, 5], [np.inf, 15, 15, np.inf], [np.inf] * 4]


def test_the_nearest_facilities_stand_in_order_and_missing_ones_are_marked():
    nearest = nearest_facilities(pairs_from_matrix(MINUTES, 15), 3)
    assert nearest.facility.tolist() == [[0, 3, 2], [1, 2, -1], [-1, -1, -1]]
    assert nearest.minutes.tolist() == [[3, 5, 7], [15, 15, np.inf], [np.inf] * 3]


def test_counts_grow_with_the_threshold_and_a_walk_of_exactly_that_long_counts():
    counts = counts_within(pairs_from_matrix(MINUTES, 15), [5, 10, 15])
    assert counts.tolist() == [[2, 3, 4], [0, 0, 2], [0, 0, 0]]


def test_amounts_add_up_what_the_facilities_hold():
    """Resident 0: 10 + 40 within 5 minutes, 30 more within 10, 20 more within 15."""
    within = amounts_within(pairs_from_matrix(MINUTES, 15), [5, 10, 15], [10, 20, 30, 40])
    assert within.tolist() == [[50, 80, 100], [0, 0, 50], [0, 0, 0]]


def test_two_facilities_of_one_kind_are_one_kind_and_those_of_none_do_not_count():
    """Facilities 0 and 3 are pharmacies, 2 is a library, 1 is of no kind."""
    kinds = kinds_within(pairs_from_matrix(MINUTES, 15), [5, 10, 15], np.array([0, -1, 4, 0]))
    assert kinds.tolist() == [[1, 2, 2], [0, 0, 1], [0, 0, 0]]


def test_the_potential_adds_up_supply_by_weight():
    """Half-life 10 minutes: 8 at 0 min, 4 at 10 min and 4 at 20 min are 8 + 2 + 1 = 11."""
    weights = pairs_from_matrix([[0, 10, 20], [np.inf] * 3]).weights(Exponential(np.log(2) / 10))
    assert gravity(weights, [8, 4, 4]) == pytest.approx([11, 0], rel=1e-14)


def test_the_potential_of_a_step_is_the_amount_within_it():
    pairs = pairs_from_matrix(MINUTES, 15)
    within = amounts_within(pairs, [10], [10, 20, 30, 40])
    assert gravity(pairs.weights(Step((10,))), [10, 20, 30, 40]).tolist() == within[:, 0].tolist()


ROW = st.lists(st.sampled_from([0, 1, 4.5, 5, 9, 15, 16, np.inf]), min_size=5, max_size=5)


@given(
    minutes=st.lists(ROW, min_size=1, max_size=5),
    kind=st.lists(st.integers(-1, 2), min_size=5, max_size=5),
    k=st.integers(1, 6),
)
def test_choices_equal_plain_counting(minutes, kind, k):
    pairs = pairs_from_matrix(minutes, 15)
    limits = [1, 5, 15]
    counted = [[sum(walk <= limit for walk in row) for limit in limits] for row in minutes]
    assert counts_within(pairs, limits).tolist() == counted
    kinds = [
        [len({own for own, walk in zip(kind, row, strict=True) if walk <= limit} - {-1}) for limit in limits]
        for row in minutes
    ]
    assert kinds_within(pairs, limits, np.array(kind)).tolist() == kinds
    in_order = [sorted((walk, facility) for facility, walk in enumerate(row) if walk <= 15) for row in minutes]
    padded = [([*row] + [(np.inf, -1)] * k)[:k] for row in in_order]
    nearest = nearest_facilities(pairs, k)
    assert nearest.facility.tolist() == [[facility for _, facility in row] for row in padded]
    assert nearest.minutes.tolist() == [[walk for walk, _ in row] for row in padded]


def test_thresholds_beyond_the_cut_off_are_refused():
    pairs = pairs_from_matrix(MINUTES, 15)
    for measure in (counts_within, lambda *a: amounts_within(*a, [1] * 4), lambda *a: kinds_within(*a, np.arange(4))):
        with pytest.raises(InputError, match="20 is asked for, and the pairs know what lies within 15"):
            measure(pairs, [5, 20])
        with pytest.raises(InputError, match="0 is asked for"):
            measure(pairs, [0])
        with pytest.raises(InputError, match="no threshold"):
            measure(pairs, [])


def test_columns_of_the_wrong_length_are_refused():
    pairs = pairs_from_matrix(MINUTES, 15)
    with pytest.raises(InputError, match="kind: 4 values are needed, and there are 2"):
        kinds_within(pairs, [5], np.array([0, 1]))
    with pytest.raises(InputError, match="amount: 4 values are needed, and there are 2"):
        amounts_within(pairs, [5], [0, 1])
    with pytest.raises(InputError, match="amount: row 2 has nan"):
        amounts_within(pairs, [5], [0, 1, np.nan, 2])
    with pytest.raises(InputError, match="k: 0 facilities are asked for"):
        nearest_facilities(pairs, 0)
