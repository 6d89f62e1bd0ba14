from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lifecircle.bilingual import Bilingual
from lifecircle.plan.standards import Circle, Statistic
from lifecircle.scores.results import Figures, judged, meets, shortfall, verdicts, without_data

FACTS = {"id": "s", "name": Bilingual(zh="一", en="One"), "field": "f", "clause": {"chapter": "一"}, "year": 2025}
CIRCLE = Circle(kind="circle", layers=("clinic",), minutes=15, target=0.9, **FACTS)


def statistic(target, comparator=">="):
    unit = Bilingual(zh="张", en="beds")
    return Statistic(kind="statistic", unit=unit, target=target, comparator=comparator, **FACTS)


def figures(covered, total, unknown, low, high, **how):
    columns = (np.array(each, dtype=float) for each in (covered, total, unknown, low, high))
    return Figures(*columns, **how)


def areas(count):
    return pd.DataFrame({"level": "district", "area_id": [f"d{n}" for n in range(count)]})


@pytest.mark.parametrize(
    ("comparator", "expected"),
    [
        (">=", [False, True, True, False]),
        (">", [False, False, True, False]),
        ("<=", [True, True, False, False]),
        ("<", [True, False, False, False]),
    ],
)
def test_each_comparator_keeps_its_own_side_of_the_target(comparator, expected):
    values = np.array([9.0, 10.0, 11.0, np.nan])
    assert meets(values, statistic(10.0, comparator)).tolist() == expected


@pytest.mark.parametrize(("comparator", "expected"), [(">=", [1, 0, 0]), ("<=", [0, 0, 1]), ("<", [0, 0, 1])])
def test_a_shortfall_is_the_way_to_the_target_from_the_wrong_side(comparator, expected):
    found = shortfall(np.array([9.0, 10.0, 11.0, np.nan]), statistic(10.0, comparator))
    assert found[:3].tolist() == expected
    assert np.isnan(found[3])


def test_a_verdict_holds_only_where_both_ends_of_the_range_agree():
    value, low, high = np.array([[0.95, 0.91, 0.97], [0.95, 0.85, 0.97], [0.7, 0.6, 0.8], [np.nan] * 3]).T
    assert verdicts(value, low, high, CIRCLE).tolist() == ["met", "borderline", "short", "no_data"]


def test_what_is_unknown_widens_the_range_of_a_share():
    """60 of 80 known people, 20 unknown: between 50/100 and (70 + 20)/100, and 0.15 of 80 people are missing."""
    row = judged(areas(1), CIRCLE, figures([60], [80], [20], [50], [70])).iloc[0]
    assert (row["value"], row["low"], row["high"]) == pytest.approx((0.75, 0.5, 0.9))
    assert (row["shortfall"], row["shortfall_people"]) == pytest.approx((0.15, 12.0))
    assert (row["verdict"], row["reason"], row["missing_unit"]) == ("borderline", "", "")
    assert (row["covered"], row["total"], row["unknown"], row["target"]) == (60, 80, 20, 0.9)


def test_the_unknown_does_not_widen_what_is_no_share():
    """30 beds of 2,000 known people are 15 of 1,000; the range comes from the beds alone."""
    beds = figures([30], [2000], [500], [20], [40], per=1000, unit="beds")
    row = judged(areas(1), statistic(18.0), beds).iloc[0]
    assert (row["value"], row["low"], row["high"]) == pytest.approx((15.0, 10.0, 20.0))
    assert (row["shortfall"], row["shortfall_people"]) == pytest.approx((3.0, 6.0))


def test_less_than_half_known_has_no_verdict_and_half_has_one():
    rows = judged(areas(3), CIRCLE, figures([50, 49, 0], [50, 49, 0], [50, 51, 0], [50, 49, 0], [50, 49, 0]))
    assert rows["value"].isna().tolist() == [False, True, True]
    assert rows["verdict"].tolist() == ["borderline", "no_data", "no_data"]
    assert rows["reason"].tolist() == ["", "unknown", "nobody"]


def test_the_value_lies_in_its_range_whatever_the_readings():
    row = judged(areas(1), CIRCLE, figures([60], [100], [0], [70], [50])).iloc[0]
    assert (row["low"], row["value"], row["high"]) == pytest.approx((0.6, 0.6, 0.6))


def test_nothing_is_counted_where_nothing_is_known():
    rows = without_data(areas(2), CIRCLE, "share", "no_layer")
    assert rows[["covered", "total", "unknown", "value"]].isna().all(axis=None)
    assert rows["reason"].tolist() == ["no_layer"] * 2
    assert rows["verdict"].tolist() == ["no_data"] * 2
