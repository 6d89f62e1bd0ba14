from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.report.map.histograms import MINUTES, histogram, packed_histogram
from lifecircle.scores.circle import circle_reach
from lifecircle.scores.membership import membership
from report.map.decoding import unpacked
from report.map.town import invented_town

WIDTH = len(MINUTES) + 2


def belonging_of(*communities):
    """Return the membership of one resident point for each of some communities."""
    ids = sorted(set(communities))
    areas = gpd.GeoDataFrame(
        {"area_id": ["city", *ids], "level": ["city"] + ["community"] * len(ids), "name": ["city", *ids]},
        geometry=[None] * (len(ids) + 1),
    )
    return membership(pd.DataFrame({"community_id": list(communities)}), areas, {})


def access(*walks):
    """Return the access of some points, each (minutes, least minutes)."""
    return pd.DataFrame(walks, columns=["minutes", "least_minutes"], dtype=float)


def surely(*minutes):
    return access(*((one, one) for one in minutes))


NAN = np.nan


def test_people_are_covered_unknown_or_neither_by_the_ends_of_what_is_known():
    """Covered by the upper end, unknown by the lower end alone, neither by none.

    Of 100 people 10 walk 3.2 minutes, 20 exactly 15, 40 reach nothing, of 5 nothing is known (from 0 to never), 8 reach
    a facility in 12 minutes and perhaps one in 0, 17 reach one in 20 and perhaps one in 13.
    Within 15: 10 + 20 + 8 = 38; unknown: 5 + 17 = 22; share 38 / 78. Within 12: 10 + 8 = 18; unknown 5; share 18 / 95.
    Within 11: 10; unknown 5 + 8 = 13; share 10 / 87. Within 20: 55; unknown 5; share 55 / 95.
    """
    people = np.array([10.0, 20, 40, 5, 8, 17])
    walks = access((3.2, 3.2), (15, 15), (NAN, NAN), (NAN, 0), (12, 0), (20, 13))
    found = histogram(belonging_of(*["a"] * 6), people, walks)
    shares = [found.share(minutes)[0] for minutes in (11, 12, 15, 20)]
    assert shares == pytest.approx([10 / 87, 18 / 95, 38 / 78, 55 / 95])


def test_bins_are_closed_at_the_whole_minute():
    """3 minutes and less are within 3; 3.0001 is within 4, not within 3; 30.0001 is within none."""
    found = histogram(belonging_of(*["a"] * 5), np.ones(5), surely(0, 3, 3.0001, 30, 30.0001))
    assert found.within[0, [0, 1, -2, -1]].tolist() == [2, 3, 3, 4]


def test_a_walk_of_exactly_the_limit_is_within_it_in_spite_of_rounding():
    """900.0000000000001 s / 60 is 15.000000000000002 minutes."""
    found = histogram(belonging_of("a"), np.ones(1), surely(900.0000000000001 / 60))
    assert found.share(15)[0] == 1
    assert found.share(14)[0] == 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.just(NAN), st.floats(0, 40).map(lambda minutes: round(minutes, 2))),
            st.sampled_from([0, 0.5, 1]),
            st.floats(0, 500).map(lambda people: round(people, 1)),
            st.sampled_from("abc"),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_the_share_of_every_minute_and_area_equals_a_plain_sum(points):
    table = pd.DataFrame(points, columns=["minutes", "part", "people", "area"])
    table["least_minutes"] = table["minutes"].fillna(0) * table["part"]
    belonging = belonging_of(*table["area"])
    found = histogram(belonging, table["people"].to_numpy(), table)
    for minutes in (3, 9, 10, 15, 30):
        for row, area in enumerate(belonging.areas["area_id"]):
            here = table if area == "city" else table[table["area"] == area]
            covered = here["minutes"] <= minutes
            known = covered | ~(here["least_minutes"] <= minutes)
            total = here.loc[known, "people"].sum()
            expected = here.loc[covered, "people"].sum() / total if total > 0 else np.nan
            assert found.share(minutes)[row] == pytest.approx(expected, nan_ok=True)


def test_the_share_at_a_circles_limit_equals_the_score_of_the_circle():
    town = invented_town()
    circle = town.plan.standards[3]
    rows = town.run.access[(town.run.access["service"] == "culture") & (town.run.access["walker"] == "standard")]
    rows = rows.assign(leg_m=0.0, metres=np.nan)
    belonging = membership(town.run.residents, town.areas, town.study.groups)
    people = town.run.residents["population"].to_numpy()
    scored = circle_reach(rows, circle, 300.0)
    with np.errstate(invalid="ignore"):
        expected = belonging.sums(people * scored.covered) / belonging.sums(people * ~scored.unknown)
    assert histogram(belonging, people, rows).share(15) == pytest.approx(expected, nan_ok=True)


def test_packed_rows_hold_tenths_of_people_and_what_each_minute_adds():
    """0.26 + 0.26 people within 5 and 7 minutes: the sums 2.6 and 5.2 tenths round to 3 and 5, the steps are 3, 2."""
    found = histogram(belonging_of("a", "a"), np.array([0.26, 0.26]), surely(5, 6.5))
    rows = np.array(unpacked(packed_histogram(found)["rows"])).reshape(-1, WIDTH)
    assert rows[0].tolist() == [5, 0] + [0, 0, 3, 0, 2] + [0] * (len(MINUTES) - 5)


def test_only_areas_whose_unknown_people_change_with_the_minutes_have_a_second_row():
    """b: 2 people at 4 minutes, perhaps at 0: unknown at 3 minutes, known from 4 on. c: 3 people unknown throughout."""
    packed = packed_histogram(
        histogram(belonging_of("a", "b", "c"), np.array([1.0, 2, 3]), access((5, 5), (4, 0), (NAN, 0)))
    )
    rows = np.array(unpacked(packed["rows"])).reshape(-1, WIDTH)
    assert rows[:, :2].tolist() == [[60, 50], [10, 0], [20, 20], [30, 30]]
    assert unpacked(packed["doubtful"]) == [0, 2]
    assert unpacked(packed["doubts"]) == ([-20] + [0] * (len(MINUTES) - 2)) * 2


def test_points_of_an_unknown_number_of_people_count_as_nobody():
    found = histogram(belonging_of("a", "a"), np.array([NAN, 4.0]), surely(5, 5))
    assert found.everyone[0] == 4
    assert found.share(5)[0] == 1
