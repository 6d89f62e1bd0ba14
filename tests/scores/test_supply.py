"""Presence, ratios, parts and statistics, each by hand on one small city."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from lifecircle.bilingual import Bilingual
from lifecircle.errors import PlanError
from lifecircle.plan import Presence, Ratio, Share, Statistic
from lifecircle.scores.membership import membership
from lifecircle.scores.presence import places_of, presence_results
from lifecircle.scores.ratio import part_results, ratio_results
from lifecircle.scores.statistic import statistic_results
from lifecircle.scores.supply import Supply
from lifecircle.study import Group

GROUPS = {"outer": Group(name=Bilingual(zh="远郊", en="Outer"), areas=["二区"])}
COMMON = {
    "id": "s",
    "name": {"zh": "标准", "en": "Standard"},
    "field": "elders",
    "clause": {"chapter": "三"},
    "target": 1.0,
    "year": 2025,
}


@pytest.fixture
def areas():
    """Two districts; district 1 has streets a (communities 1, 2) and b (3), district 2 has street c (4)."""
    table = gpd.GeoDataFrame(
        [
            ("city", "city", "城", None),
            ("d1", "district", "一区", "city"),
            ("d2", "district", "二区", "city"),
            ("a", "street", "甲街道", "d1"),
            ("b", "street", "乙镇", "d1"),
            ("c", "street", "丙街道", "d2"),
            ("1", "community", "一", "a"),
            ("2", "community", "二", "a"),
            ("3", "community", "三", "b"),
            ("4", "community", "四", "c"),
        ],
        columns=["area_id", "level", "name", "parent_id"],
        geometry=[box(0, 0, 1, 1)] * 10,
        crs="EPSG:4326",
    )
    return table.assign(area_m2=2e6)


@pytest.fixture
def residents():
    """Communities 1 to 4 hold 1000, 500, 300 and 2200 people."""
    return pd.DataFrame(
        {
            "community_id": ["1", "2", "3", "4"],
            "street_id": ["a", "a", "b", "c"],
            "district_id": ["d1", "d1", "d1", "d2"],
            "population": [1000.0, 500.0, 300.0, 2200.0],
            "households": [400.0, 200.0, 100.0, 800.0],
        }
    )


@pytest.fixture
def people(residents, areas):
    members = membership(residents, areas, GROUPS)
    return pd.Series(members.sums(residents["population"].to_numpy()), pd.MultiIndex.from_frame(members.areas))


def supply_of(areas, facilities, silent=None):
    table = pd.DataFrame(facilities)
    place = {"1": ("a", "d1"), "2": ("a", "d1"), "3": ("b", "d1"), "4": ("c", "d2")}
    table["street_id"] = [place[community][0] for community in table["community_id"]]
    table["district_id"] = [place[community][1] for community in table["community_id"]]
    layers = frozenset(table["layer"])
    return Supply(
        table, membership(table, areas, GROUPS), {layer: frozenset() for layer in layers} | (silent or {}), layers
    )


@pytest.fixture
def centres():
    return {
        "layer": ["elder_care"] * 4,
        "community_id": ["1", "1", "3", "4"],
        "level": ["4A", "2A", "5A", "3A"],
        "beds": [40.0, 10.0, 50.0, 100.0],
        "nursing_beds": [30.0, 0.0, 20.0, 90.0],
    }


def by_area(results):
    return results.set_index(["level", "area_id"])


def presence(**changes):
    words = COMMON | {"kind": "presence", "level": "street", "layers": ["elder_care"]} | changes
    return Presence.model_validate(words)


def presence_of(standard, supply, areas, people):
    return presence_results(standard, supply, places_of(standard.level, areas, GROUPS, people))


def test_presence_by_hand(areas, people, centres):
    """Streets a and b hold a 4A-or-better centre, c does not: 2 of 3; c's 2200 people live in an area that fails."""
    standard = presence(where={"level": ["4A", "5A"]})
    rows = by_area(presence_of(standard, supply_of(areas, centres), areas, people))
    city = rows.loc[("city", "city")]
    assert (city["covered"], city["total"], city["unknown"]) == (2, 3, 0)
    assert city["value"] == pytest.approx(2 / 3)
    assert (city["verdict"], city["shortfall_people"], city["missing"]) == ("short", 2200, 1)
    assert rows.loc[("district", "d1"), "verdict"] == "met"
    assert rows.loc[("group", "outer"), "value"] == 0
    assert rows.loc[("street", "c"), ["covered", "total", "verdict"]].tolist() == [0, 1, "short"]
    assert set(rows["denominator"]) == {"areas"}


def test_presence_of_some_areas_only(areas, people, centres):
    # Of the two 街道 (a, c) one has a 4A-or-better centre; the 镇 (b) is not asked.
    standard = presence(where={"level": ["4A", "5A"]}, areas={"name_ends": "街道"})
    rows = by_area(presence_of(standard, supply_of(areas, centres), areas, people))
    assert rows.loc[("city", "city"), ["covered", "total"]].tolist() == [1, 2]
    assert ("street", "b") not in rows.index


def test_larger_communities_need_several(areas, people, centres):
    """One for every 600 people: the four communities need 2, 1, 1, 4 and have 2, 0, 1, 1: two pass, 1 + 3 missing."""
    standard = presence(level="community", per_people=600)
    rows = by_area(presence_of(standard, supply_of(areas, centres), areas, people))
    assert rows.loc[("city", "city"), ["covered", "total", "missing"]].tolist() == [2, 4, 4]
    assert rows.loc[("community", "4"), "missing"] == 3


def test_wide_communities_need_several(areas, people, centres):
    # 2 km² at one per 1 km² need two centres: only community 1 has them.
    standard = presence(level="community", per_km2=1)
    rows = by_area(presence_of(standard, supply_of(areas, centres), areas, people))
    assert rows.loc[("city", "city"), "covered"] == 1


def test_an_area_without_data_is_unknown_not_failing(areas, people, centres):
    silent = {"elder_care": frozenset({"d2"})}
    table = {name: values[:3] for name, values in centres.items()}
    rows = by_area(presence_of(presence(), supply_of(areas, table, silent), areas, people))
    assert rows.loc[("city", "city"), ["covered", "total", "unknown"]].tolist() == [2, 2, 1]
    assert rows.loc[("street", "c"), "verdict"] == "no_data"
    # Were c to pass, all three would; were it not, two of three.
    assert rows.loc[("city", "city"), ["low", "high"]].tolist() == pytest.approx([2 / 3, 1])


def test_a_missing_attribute_is_unknown(areas, people, centres):
    table = centres | {"level": ["4A", "2A", None, "3A"]}
    rows = by_area(presence_of(presence(where={"level": ["4A", "5A"]}), supply_of(areas, table), areas, people))
    assert rows.loc[("street", "b"), "verdict"] == "no_data"
    assert rows.loc[("city", "city"), ["covered", "total", "unknown"]].tolist() == [1, 2, 1]


def test_a_layer_that_the_study_does_not_have_is_no_data(areas, people, centres):
    rows = presence_of(presence(layers=["meal_point"]), supply_of(areas, centres), areas, people)
    assert set(rows["verdict"]) == {"no_data"}
    assert set(rows["reason"]) == {"no_layer"}


def ratio(**changes):
    words = COMMON | {
        "kind": "ratio",
        "numerator": {"layers": ["elder_care"], "sum": "beds"},
        "denominator": "population",
        "per": 1000,
        "unit": {"zh": "张", "en": "beds"},
        "target": 60,
    }
    return Ratio.model_validate(words | changes)


def test_a_ratio_by_hand(areas, residents, centres):
    """200 beds for 4000 people are 50 per 1000; district 1 has 100 for 1800 = 55.56, district 2 100 for 2200 = 45.45.

    The city lacks 10 per 1000 for 4000 people: 40 beds.
    """
    members = membership(residents, areas, GROUPS)
    rows = by_area(ratio_results(ratio(), supply_of(areas, centres), residents, members))
    assert rows.loc[("city", "city"), ["covered", "total", "value", "missing"]].tolist() == [200, 4000, 50, 40]
    assert rows.loc[("district", "d1"), "value"] == pytest.approx(100 / 1.8)
    assert rows.loc[("district", "d2"), "value"] == pytest.approx(100 / 2.2)
    assert rows.loc[("city", "city"), "verdict"] == "short"
    assert rows.loc[("community", "1"), ["verdict", "reason"]].tolist() == ["no_data", "not_judged"]
    assert rows.loc[("community", "1"), "value"] == 50


def test_people_of_districts_without_data_are_on_neither_side_of_the_line(areas, residents, centres):
    members = membership(residents, areas, GROUPS)
    table = {name: values[:3] for name, values in centres.items()}
    silent = {"elder_care": frozenset({"d2"})}
    rows = by_area(ratio_results(ratio(), supply_of(areas, table, silent), residents, members))
    # 2200 of 4000 people are unknown: more than half, so the city has no verdict.
    assert rows.loc[("city", "city"), "verdict"] == "no_data"
    assert rows.loc[("district", "d1"), "value"] == pytest.approx(100 / 1.8)


def test_a_missing_capacity_counts_nothing_but_widens_the_range(areas, residents, centres):
    """Beds 40, 10, 50 known, one missing: 100 for 4000 = 25; with their median of 40 more, 140 = 35."""
    table = centres | {"beds": [40.0, 10.0, 50.0, np.nan]}
    rows = by_area(
        ratio_results(ratio(target=30), supply_of(areas, table), residents, membership(residents, areas, GROUPS))
    )
    city = rows.loc[("city", "city")]
    assert city[["value", "low", "high"]].tolist() == [25, 25, 35]
    assert city["verdict"] == "borderline"


def test_square_metres_per_hundred_households(areas, residents, centres):
    table = centres | {"floor_area_m2": [100.0, 50.0, 150.0, 150.0]}
    standard = ratio(
        numerator={"layers": ["elder_care"], "sum": "floor_area_m2"}, denominator="households", per=100, target=30
    )
    rows = by_area(ratio_results(standard, supply_of(areas, table), residents, membership(residents, areas, GROUPS)))
    # 450 m² for 1500 households are 30 m² for each hundred.
    assert rows.loc[("city", "city"), ["value", "denominator", "verdict"]].tolist() == [30, "households", "met"]


def test_about_a_target_is_met_within_its_tolerance(areas, residents, centres):
    members = membership(residents, areas, GROUPS)
    supply = supply_of(areas, centres)
    about = ratio(target=50.5, comparator="about", tolerance=0.5)
    assert by_area(ratio_results(about, supply, residents, members)).loc[("city", "city"), "verdict"] == "met"
    about = ratio(target=50.5, comparator="about", tolerance=0.4)
    assert by_area(ratio_results(about, supply, residents, members)).loc[("city", "city"), "verdict"] == "short"


def part(**changes):
    words = COMMON | {"kind": "share", "layers": ["elder_care"], "target": 0.85} | changes
    return Share.model_validate(words)


def test_a_part_of_a_capacity_by_hand(areas, centres):
    """Nursing beds 30 + 0 + 20 + 90 = 140 of 40 + 10 + 50 + 100 = 200 beds: 0.7, 0.15 x 200 = 30 too few."""
    rows = by_area(part_results(part(sum="nursing_beds", of="beds"), supply_of(areas, centres)))
    assert rows.loc[("city", "city"), ["covered", "total", "value", "missing"]].tolist() == [140, 200, 0.7, 30]
    assert rows.loc[("district", "d2"), "value"] == 0.9
    assert rows.loc[("district", "d2"), "verdict"] == "met"


def test_a_part_of_the_facilities_leaves_the_unknown_out(areas, centres):
    table = centres | {"level": ["4A", "2A", None, "3A"]}
    rows = by_area(part_results(part(where={"level": ["4A", "5A"]}), supply_of(areas, table)))
    assert rows.loc[("city", "city"), ["covered", "total", "unknown"]].tolist() == [1, 3, 1]


def test_a_condition_on_a_column_that_no_facility_has_is_unknown(areas, centres):
    rows = by_area(part_results(part(where={"rooms": "> 1"}), supply_of(areas, centres)))
    assert rows.loc[("city", "city"), ["verdict", "unknown"]].tolist() == ["no_data", 4]


def test_a_column_to_add_up_that_no_facility_has_is_refused(areas, centres):
    with pytest.raises(PlanError, match="has a column 'rooms'") as error:
        part_results(part(sum="rooms", of="beds"), supply_of(areas, centres))
    assert error.value.text("zh") == (
        "没有设施带有可供合计的列 'rooms'。请在研究文件的图层中指定该列的对应列名，或修改规划中的条目。"
    )


def statistic(**changes):
    words = COMMON | {"kind": "statistic", "target": 98, "unit": {"zh": "%", "en": "%"}} | changes
    return Statistic.model_validate(words)


def test_statistics_are_the_latest_up_to_the_year_and_the_rest_is_no_data(areas):
    table = pd.DataFrame(
        {
            "indicator": ["s", "s", "s", "other"],
            "area_id": ["city", "city", "d1", "d2"],
            "year": [2023, 2024, 2026, 2024],
            "value": [97.0, 98.5, 99.0, 50.0],
        }
    )
    rows = by_area(statistic_results(statistic(), table, areas))
    assert rows.loc[("city", "city"), ["value", "verdict", "unit"]].tolist() == [98.5, "met", "%"]
    assert rows.loc[("district", "d1"), ["verdict", "reason"]].tolist() == ["no_data", "no_statistic"]
    assert len(rows) == 3


def test_cumulative_statistics_add_up_the_years_of_the_plan(areas):
    table = pd.DataFrame(
        {"indicator": "s", "area_id": "city", "year": [2020, 2021, 2022, 2023], "value": [9.0, 20.0, 30.0, 29.0]}
    )
    rows = by_area(statistic_results(statistic(target=80, years=(2021, 2025)), table, areas))
    assert rows.loc[("city", "city"), ["value", "verdict", "shortfall"]].tolist() == [79, "short", 1]
