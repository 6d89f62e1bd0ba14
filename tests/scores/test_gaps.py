from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality.gini import Gini
from shapely import box

from lifecircle.bilingual import Bilingual
from lifecircle.scores.gaps import gaps, weighted_gini, weighted_quantile
from lifecircle.study import Group

GROUPS = {
    "central": Group(name=Bilingual(zh="中心", en="Centre"), areas=["d1"]),
    "outer": Group(name=Bilingual(zh="远郊", en="Outer"), areas=["d2"]),
}


@pytest.fixture
def areas():
    return gpd.GeoDataFrame(
        {
            "area_id": ["city", "d1", "d2", "c1", "c2", "c3", "c4"],
            "level": ["city", "district", "district"] + ["community"] * 4,
            "name": ["城", "一", "二", "甲", "乙", "丙", "丁"],
            "parent_id": [None, "city", "city", "d1", "d1", "d2", "d2"],
        },
        geometry=[box(0, 0, 1, 1)] * 7,
        crs="EPSG:4326",
    )


@pytest.fixture
def people():
    return pd.Series({("community", "c1"): 100.0, ("community", "c2"): 100.0, ("community", "c3"): 300.0,
                      ("community", "c4"): 100.0})  # fmt: skip


@pytest.fixture
def results():
    rows = [
        ("city", "city", 0.70, 600),
        ("district", "d1", 0.95, 200),
        ("district", "d2", 0.575, 400),
        ("group", "central", 0.95, 200),
        ("group", "outer", 0.575, 400),
        ("community", "c1", 1.0, 100),
        ("community", "c2", 0.9, 100),
        ("community", "c3", 0.5, 300),
        ("community", "c4", 0.8, 100),
    ]
    table = pd.DataFrame(rows, columns=["level", "area_id", "value", "total"])
    return table.assign(plan_id="p", standard_id="s", denominator="people", unit="share")


def test_the_gap_to_the_centre_by_hand(results, areas, people):
    """Centre 0.95, outer 0.575 of 400 people.

    0.375 behind, ratio 0.575 / 0.95 = 0.605263, 0.375 x 400 = 150 people behind.
    """
    table = gaps(results, areas, GROUPS, people, "central").set_index("area_id")
    outer = table.loc["outer"]
    assert outer["difference"] == pytest.approx(0.375)
    assert outer["ratio"] == pytest.approx(0.605263, abs=1e-6)
    assert outer["people_behind"] == pytest.approx(150)
    assert table.loc["central", "difference"] == 0
    assert table.loc["d2", "people_behind"] == pytest.approx(150)


@pytest.mark.parametrize(("reference", "ratio"), [(0.5, 1.15), (0.0, np.nan), (-0.5, np.nan)])
def test_a_ratio_to_nothing_or_to_less_is_no_ratio(results, areas, people, reference, ratio):
    changed = results.assign(value=results["value"].where(results["area_id"] != "central", reference))
    table = gaps(changed, areas, GROUPS, people, "central").set_index("area_id")
    assert table.loc["outer", "ratio"] == pytest.approx(ratio, nan_ok=True)


def test_the_spread_over_communities_by_hand(results, areas, people):
    """District 2: 300 people at 0.5 and 100 at 0.8.

    Mean 0.575. Half the mean absolute difference: 0.3 x (300 x 100) x 2 / 400^2 / 2 = 0.05625; over 0.575 = 0.097826.
    The worst tenth, 40 people, are all at 0.5.
    """
    table = gaps(results, areas, GROUPS, people, "central").set_index("area_id")
    assert table.loc["d2", "gini"] == pytest.approx(0.05625 / 0.575)
    assert table.loc["d2", "p10"] == 0.5
    assert table.loc["d2", "communities"] == 2
    assert table.loc["city", "communities"] == 4


def test_a_gap_that_narrows_has_a_negative_change(results, areas, people):
    earlier = gaps(results, areas, GROUPS, people, "central")
    better = results.assign(value=results["value"].where(results["area_id"] != "outer", 0.675))
    table = gaps(better, areas, GROUPS, people, "central", earlier).set_index("area_id")
    assert table.loc["outer", "change"] == pytest.approx(-0.1)
    assert table.loc["d2", "change"] == pytest.approx(0)


def test_behind_in_beds_per_1000_people_are_beds_and_not_people(results, areas, people):
    """Centre 9.5 beds, outer 5.75 beds for 1,000 people: 3.75 behind; nobody can say how many people that is."""
    beds = results.assign(value=10 * results["value"], unit="beds for 1,000 people")
    outer = gaps(beds, areas, GROUPS, people, "central").set_index("area_id").loc["outer"]
    assert outer["difference"] == pytest.approx(3.75)
    assert np.isnan(outer["people_behind"])


def test_without_a_reference_only_the_spread_is_known(results, areas, people):
    table = gaps(results, areas, GROUPS, people, None).set_index("area_id")
    assert table["difference"].isna().all()
    assert table.loc["city", "gini"] > 0


@given(
    st.lists(st.tuples(st.floats(0, 1, width=32), st.integers(1, 20)), min_size=2, max_size=12).filter(
        lambda rows: sum(value * heads for value, heads in rows) > 1e-3
    )
)
def test_the_weighted_gini_is_that_of_every_person_alone(rows):
    values, heads = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    each = Gini(np.repeat(values, heads))
    assert weighted_gini(values, heads.astype(float)) == pytest.approx(each.g, abs=1e-9)


def test_a_weighted_quantile_counts_people_not_areas():
    values, heads = np.array([0.9, 0.1, 0.5]), np.array([80.0, 5.0, 15.0])
    assert weighted_quantile(values, heads, 0.05) == 0.1
    assert weighted_quantile(values, heads, 0.1) == 0.5
    assert np.isnan(weighted_quantile(values[:0], heads[:0], 0.1))
    assert np.isnan(weighted_gini(values * 0, heads))


def test_where_nobody_lives_there_is_neither_a_spread_nor_a_worst_tenth():
    nobody = np.array([0.5, 0.7]), np.array([0.0, 0.0])
    nowhere = np.array([]), np.array([])
    assert np.isnan([weighted_gini(*nobody), weighted_quantile(*nobody, 0.1)]).all()
    assert np.isnan([weighted_gini(*nowhere), weighted_quantile(*nowhere, 0.1)]).all()
