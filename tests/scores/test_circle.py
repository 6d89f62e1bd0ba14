from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from lifecircle.plan import Circle, Composite
from lifecircle.scores.circle import Reach, bundle_reach, circle_reach, minutes_missing, reach_results
from lifecircle.scores.membership import membership


def circle(**changes):
    words = {
        "id": "clinic_15",
        "kind": "circle",
        "name": {"zh": "医疗", "en": "Clinic"},
        "field": "health",
        "clause": {"chapter": "二"},
        "target": 0.8,
        "year": 2025,
        "layers": ["clinic"],
        "minutes": 15,
    }
    return Circle.model_validate(words | changes)


def access(minutes, status=None, leg_m=None):
    minutes = np.asarray(minutes, dtype=float)
    status = np.asarray(status or ["reached"] * len(minutes))
    least = np.where(np.isin(status, ["no_data", "not_snapped"]), 0, minutes)
    return pd.DataFrame(
        {
            "minutes": minutes,
            "metres": minutes * 60,
            "least_minutes": least,
            "least_metres": least * 60,
            "status": status,
            "leg_m": leg_m or [10.0] * len(minutes),
        }
    )


@pytest.fixture
def residents():
    return pd.DataFrame(
        {
            "district_id": ["d1", "d1", "d2", "d2", "d2"],
            "population": [100.0, 50.0, 200.0, 50.0, 100.0],
            "households": [40.0, 20.0, 80.0, 20.0, 40.0],
        }
    )


@pytest.fixture
def members(residents):
    areas = gpd.GeoDataFrame(
        {"area_id": ["city", "d1", "d2"], "level": ["city", "district", "district"], "name": ["城", "一区", "二区"]},
        geometry=[box(0, 0, 1, 1)] * 3,
        crs="EPSG:4326",
    )
    return membership(residents, areas, {})


def scored(standard, table, residents, members, subject=None):
    subject = np.ones(len(residents), dtype=bool) if subject is None else np.asarray(subject)
    return reach_results(standard, circle_reach(table, standard, 300), residents, members, subject)


def rows(results, denominator="people"):
    return results[results["denominator"] == denominator].set_index("area_id")


def test_what_is_missing_is_the_walk_of_the_last_person_needed_less_the_limit(residents, members):
    """Of 500 people 400 are needed: by minutes 100 (4), 150 (9), 250 (12), 300 (16), 500 (21), so 21 - 15 = 6.

    Of 150 in d1 120 are needed: 100 (4) and 150 (9), so 9 - 15 = -6. Of 350 in d2 280: 100 (12), 150 (16), 350 (21).
    """
    table = access([4, 9, 21, 16, 12])
    weights = residents["population"].to_numpy()
    assert minutes_missing(table, circle(), weights, members).tolist() == [6, -6, 6]
    assert minutes_missing(table, circle(target=0.5), weights, members).tolist() == [-3, -11, 6]
    assert minutes_missing(table, circle(target=0.4), weights, members).tolist() == [-3, -11, 1]


def test_a_circle_by_hand(residents, members):
    """Minutes 5, 14, 16, 20 and unreachable, limit 15, people 100, 50, 200, 50, 100.

    City: (100 + 50) / 500 = 0.30. District 1: 150 / 150 = 1. District 2: 0 / 350 = 0.
    At 1.15 x 15 = 17.25 minutes the 200 people at 16 minutes are covered too: (150 + 200) / 500 = 0.70.
    At 0.85 x 15 = 12.75 minutes only the first 100 are: 100 / 500 = 0.20.
    Shortfall of the city: 0.8 - 0.3 = 0.5 of 500 people = 250 people.
    """
    table = access([5, 14, 16, 20, np.nan], ["reached"] * 4 + ["unreachable"])
    found = rows(scored(circle(), table, residents, members))
    city = found.loc["city"]
    assert (city["covered"], city["total"], city["unknown"]) == (150, 500, 0)
    assert city[["value", "low", "high"]].tolist() == pytest.approx([0.30, 0.20, 0.70])
    assert (city["shortfall"], city["shortfall_people"]) == pytest.approx((0.5, 250))
    assert found["verdict"].to_dict() == {"city": "short", "d1": "borderline", "d2": "short"}
    assert found.loc["d1", "low"] == pytest.approx(100 / 150)


def test_every_denominator_has_its_own_share(residents, members):
    # Households within 15 minutes: 40 + 20 of 200.
    table = access([5, 14, 16, 20, 30])
    results = scored(circle(), table, residents, members)
    assert rows(results, "households").loc["city", "value"] == pytest.approx(60 / 200)
    assert set(results["denominator"]) == {"people", "households"}


def test_unknown_people_widen_the_range_and_are_not_counted_as_unserved(residents, members):
    """The last 100 people are not joined to a street: 400 known, 150 covered = 0.375.

    Low: 100 covered at the slow end of all 500 = 0.2. High: (350 + 100 unknown) / 500 = 0.9, which meets 0.8.
    """
    table = access([5, 14, 16, 20, np.nan], ["reached"] * 4 + ["not_snapped"])
    city = rows(scored(circle(), table, residents, members)).loc["city"]
    assert (city["covered"], city["total"], city["unknown"]) == (150, 400, 100)
    assert city[["value", "low", "high"]].tolist() == pytest.approx([0.375, 0.2, 0.9])
    assert city["verdict"] == "borderline"


def test_a_district_without_data_has_no_verdict_but_known_neighbours_count(residents, members):
    """District 2 has no data; 200 of its people reach a clinic across the border in 10 minutes, 150 do not.

    Known there: 200 of 350, all covered. In the city: 100 + 50 + 200 of 350 known.
    """
    table = access([5, 14, 10, 20, np.nan], ["reached"] * 2 + ["no_data"] * 3)
    found = rows(scored(circle(), table, residents, members))
    assert (found.loc["d2", "total"], found.loc["d2", "unknown"], found.loc["d2", "value"]) == (200, 150, 1.0)
    table = access([5, 14, 16, 20, np.nan], ["reached"] * 2 + ["no_data"] * 3)
    found = rows(scored(circle(), table, residents, members))
    assert found.loc["d2", "verdict"] == "no_data"
    assert np.isnan(found.loc["d2", "value"])
    assert found.loc["d2", "reason"] == "unknown"


def test_places_far_from_their_street_are_not_surely_covered(residents, members):
    table = access([5, 5, 5, 5, 5], leg_m=[10, 10, 200, 10, 10])
    city = rows(scored(circle(), table, residents, members)).loc["city"]
    assert (city["value"], city["low"]) == (1.0, pytest.approx(300 / 500))
    assert city["verdict"] == "borderline"


def test_a_distance_rule_reads_metres(residents, members):
    # 5, 14, 16, 20, 30 minutes at 60 m/min are 300, 840, 960, 1200, 1800 m; within 1000 m are 100 + 50 + 200.
    by_metres = circle(minutes=None, metres=1000)
    city = rows(scored(by_metres, access([5, 14, 16, 20, 30]), residents, members))
    assert city.loc["city", "value"] == pytest.approx(350 / 500)


def test_a_target_group_that_nobody_counted_is_unknown(residents, members):
    elders = circle(population="pop_60_plus")
    found = rows(scored(elders, access([5] * 5), residents, members), "target_group")
    assert set(found["verdict"]) == {"no_data"}
    assert set(found["reason"]) == {"no_column"}


def test_exactly_the_limit_is_within_it(residents, members):
    table = access([15.0] * 5)
    assert rows(scored(circle(), table, residents, members)).loc["city", "value"] == 1


def test_the_city_is_the_sum_of_its_districts(residents, members):
    table = access([5, 14, 16, 20, np.nan], ["reached"] * 3 + ["no_data", "not_snapped"])
    results = scored(circle(), table, residents, members)
    for denominator in ("people", "households"):
        found = rows(results, denominator)
        for column in ("covered", "total", "unknown"):
            assert found.loc["city", column] == found.loc["d1", column] + found.loc["d2", column]


def test_a_standard_for_towns_asks_nothing_of_villages(residents, members):
    """District 1 is rural: of the town's 350 people the 200 at 10 minutes are covered, the rural ones do not count."""
    found = rows(scored(circle(), access([5, 5, 10, 20, 30]), residents, members, [False, False, True, True, True]))
    assert found.loc["city", ["covered", "total"]].tolist() == [200, 350]
    assert found.loc["d1", ["verdict", "reason"]].tolist() == ["no_data", "not_judged"]


@pytest.mark.parametrize(
    ("needed", "covered", "unknown", "readings"),
    [
        ("all", [True, False, False], [False, True, False], [[True, False, False], [False, False, False]]),
        (1, [True, True, False], [False, False, True], [[True, True, False], [True, False, True]]),
    ],
)
def test_a_bundle_counts_its_circles_resident_by_resident(needed, covered, unknown, readings):
    """Of two circles the second resident has one and may have the other; the third has none, and may have one."""
    bundle = Composite.model_validate(
        circle().model_dump(include={"name", "field", "clause", "target", "year"})
        | {"id": "both", "kind": "composite", "circles": ["a", "b"], "needed": needed}
    )
    first = Reach(
        covered=np.array([True, True, False]),
        unknown=np.array([False, False, True]),
        readings=np.array([[True, True, False], [False, False, True]]),
    )
    second = Reach(
        covered=np.array([True, False, False]),
        unknown=np.array([False, True, False]),
        readings=np.array([[True, False, False], [True, False, False]]),
    )
    found = bundle_reach(bundle, [first, second])
    assert found.covered.tolist() == covered
    assert found.unknown.tolist() == unknown
    assert found.readings.tolist() == readings
