from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.report.map.services import known_minutes, median_minutes, nearest_to_most
from report.map.test_histograms import belonging_of


def test_the_median_is_the_minute_within_which_half_of_the_people_arrive():
    """30, 30 and 40 people at 4, 9 and 20 minutes: after 9 minutes 60 of 100 have arrived, after 4 only 30."""
    median = median_minutes(belonging_of("a", "a", "a"), np.array([30.0, 40, 30]), np.array([4.0, 20, 9]))
    assert median.tolist() == [9, 9]


def test_exactly_half_is_enough():
    assert median_minutes(belonging_of("a", "a"), np.array([5.0, 5]), np.array([3.0, 8]))[0] == 3


def test_where_most_people_arrive_nowhere_the_median_is_infinite():
    assert median_minutes(belonging_of("a", "a"), np.array([4.0, 6]), np.array([3.0, np.inf]))[0] == np.inf


def test_people_of_whom_nothing_is_known_do_not_count():
    belonging = belonging_of("a", "a", "b")
    median = median_minutes(belonging, np.array([1.0, 99, 5]), np.array([7.0, np.nan, np.nan]))
    assert median[:2].tolist() == [7, 7]
    assert np.isnan(median[2])


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9), st.sampled_from("ab")), min_size=1, max_size=30))
def test_the_median_equals_that_of_the_people_lined_up_one_by_one(points):
    minutes, people, area = (list(column) for column in zip(*points, strict=True))
    belonging = belonging_of(*area)
    found = median_minutes(belonging, np.array(people, float), np.array(minutes, float))
    for row, name in enumerate(belonging.areas["area_id"]):
        line = sorted(m for m, p, a in points if name in {"city", a} for _ in range(p))
        assert found[row] == line[(len(line) - 1) // 2]


def test_minutes_are_known_only_where_a_facility_is_reached_or_none_can_be():
    access = pd.DataFrame(
        {"status": ["reached", "unreachable", "no_data", "not_snapped"], "minutes": [5.0, np.nan, 6.0, np.nan]}
    )
    assert known_minutes(access).tolist() == pytest.approx([5, np.inf, np.nan, np.nan], nan_ok=True)


def test_the_nearest_facility_of_an_area_is_the_one_nearest_to_the_most_people():
    """In a, facility 2 is nearest to 30 + 15 = 45 people and facility 0 to 40; in the city, 0 leads with 40 + 20."""
    belonging = belonging_of("a", "a", "a", "b")
    found = nearest_to_most(belonging, np.array([30.0, 40, 15, 20]), np.array([2, 0, 2, 0]), 3)
    assert found.tolist() == [0, 2, 0]


def test_among_equals_the_first_facility_is_named_and_nobody_reaching_any_gives_none():
    belonging = belonging_of("a", "a", "b")
    found = nearest_to_most(belonging, np.array([10.0, 10, 10]), np.array([4, 1, -1]), 5)
    assert found.tolist() == [1, 1, -1]
