"""Places given out nearest first: by hand, against plain Python, and against the most that could be placed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from lifecircle.access.allocation import nearest_first
from lifecircle.errors import InputError
from measure_cases import golden, pairs_from_matrix


def people_matrix(pairs, given_out):
    """Return who was placed where, residents by facilities."""
    shape = (pairs.resident_count, pairs.facility_count)
    return csr_array((given_out.people, pairs.facility, pairs.offsets), shape=shape).toarray()


def test_places_are_given_out_as_in_the_case_worked_by_hand():
    case = golden("nearest_first")
    pairs = pairs_from_matrix(case["minutes"])
    given_out = nearest_first(pairs, case["demand"], case["places"])
    assert people_matrix(pairs, given_out).tolist() == case["people"]
    for column in ("placed", "left_out", "taken", "free"):
        assert getattr(given_out, column).tolist() == case[column]


def test_of_equally_near_pairs_the_first_facility_and_then_the_first_resident_come_first():
    pairs = pairs_from_matrix([[5, 5], [5, 5]])
    given_out = nearest_first(pairs, [10, 10], [15, 15])
    assert people_matrix(pairs, given_out).tolist() == [[10, 0], [5, 5]]


def test_a_neighbour_with_a_choice_can_leave_out_somebody_without():
    """Resident p is nearer to X than q and could go to Y, q could not: nearest first places 10, the best way 20."""
    pairs = pairs_from_matrix([[2, 4], [5, np.inf]])
    given_out = nearest_first(pairs, [10, 10], [10, 10])
    assert given_out.placed.tolist() == [10, 0]
    assert given_out.free.tolist() == [0, 10]


def test_nobody_is_sent_beyond_the_cut_off():
    given_out = nearest_first(pairs_from_matrix([[16]], limit_minutes=15), [3], [5])
    assert (given_out.placed.tolist(), given_out.left_out.tolist(), given_out.free.tolist()) == ([0], [3], [5])


ROW = st.lists(st.sampled_from([1, 2, 3, 10, np.inf]), min_size=4, max_size=4)


@st.composite
def towns(draw):
    minutes = draw(st.lists(ROW, min_size=1, max_size=5))
    demand = draw(st.lists(st.integers(0, 12), min_size=len(minutes), max_size=len(minutes)))
    return minutes, demand, draw(st.lists(st.integers(0, 12), min_size=4, max_size=4))


@given(towns())
def test_places_are_given_out_as_plain_python_does(town):
    minutes, demand, places = town
    expected = np.zeros((len(minutes), 4))
    left, free = list(demand), list(places)
    walks = sorted(
        (walk, facility, resident) for resident, row in enumerate(minutes) for facility, walk in enumerate(row)
    )
    for walk, facility, resident in walks:
        if walk < np.inf:
            number = min(left[resident], free[facility])
            expected[resident, facility] = number
            left[resident] -= number
            free[facility] -= number
    pairs = pairs_from_matrix(minutes)
    given_out = nearest_first(pairs, demand, places)
    assert people_matrix(pairs, given_out).tolist() == expected.tolist()
    assert given_out.left_out.tolist() == left
    assert given_out.free.tolist() == free
    assert (given_out.placed + given_out.left_out).tolist() == demand
    assert (given_out.taken + given_out.free).tolist() == places


@given(towns())
def test_between_half_and_all_of_the_most_that_could_be_placed_are_placed(town):
    minutes, demand, places = town
    placed = nearest_first(pairs_from_matrix(minutes), demand, places).placed.sum()
    most = most_placed(np.isfinite(minutes), demand, places)
    assert most / 2 <= placed <= most


def most_placed(reached, demand, places):
    """Return the largest flow from a source through residents and facilities to a sink."""
    residents, facilities = reached.shape
    size = residents + facilities + 2
    capacity = np.zeros((size, size), dtype=np.int32)
    capacity[0, 1 : residents + 1] = demand
    capacity[1 : residents + 1, residents + 1 : -1] = reached * 1000
    capacity[residents + 1 : -1, -1] = places
    return maximum_flow(csr_array(capacity), 0, size - 1).flow_value


@given(towns(), st.floats(0.1, 10))
def test_nobody_is_left_out_while_a_place_in_reach_is_free(town, scale):
    minutes, demand, places = town
    pairs = pairs_from_matrix(minutes)
    given_out = nearest_first(pairs, np.array(demand) * scale, places)
    assert not np.any((given_out.left_out[pairs.resident] > 0) & (given_out.free[pairs.facility] > 0))


def test_what_was_asked_is_not_changed():
    demand, places = np.array([4.0]), np.array([3.0])
    nearest_first(pairs_from_matrix([[1]]), demand, places)
    assert (demand.tolist(), places.tolist()) == ([4], [3])


@pytest.mark.parametrize(
    ("demand", "places", "message"),
    [
        ([np.nan], [1], "demand: row 0 has nan"),
        ([1], [-1], "places: row 0 has -1.0"),
        ([1, 1], [1], "demand: 1 values are needed, and there are 2"),
    ],
)
def test_numbers_that_cannot_be_given_out_are_refused(demand, places, message):
    with pytest.raises(InputError, match=message):
        nearest_first(pairs_from_matrix([[1]]), demand, places)
