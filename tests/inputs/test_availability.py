from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from lifecircle.inputs.availability import days, in_use
from lifecircle.inputs.cells import TEXT


def clinics(**columns):
    table = pd.DataFrame({name: pd.Series(cells, dtype=TEXT) for name, cells in columns.items()})
    table["row"] = range(1, len(table) + 1)
    table["facility_id"] = [f"k{row}" for row in table["row"]]
    return gpd.GeoDataFrame(table, geometry=[Point(118.8, 32.0)] * len(table), crs="EPSG:4326")


@pytest.mark.parametrize(
    "status",
    [
        "停用",
        "已关闭",
        "停业整顿",
        "建设中",
        "规划",
        "在 建",
        "Closed",
        "ｐｌａｎｎｅｄ 2027",
        "under-construction",
        "暂停营业",
    ],
)
def test_closed_and_planned_facilities_are_left_out(status):
    used, problems = in_use(clinics(status=[status, "正常"]), "2025", "clinics.csv")
    assert used["facility_id"].tolist() == ["k2"]
    [problem] = problems
    assert (problem.file, problem.row, problem.feature_id) == ("clinics.csv", 1, "k1")
    assert (problem.column, problem.outcome) == ("status", "dropped")


@pytest.mark.parametrize("status", ["正常", "营业", "在业", "open", "active", "未停业", "3", None])
def test_any_other_word_means_in_use(status):
    used, problems = in_use(clinics(status=[status]), "2025", "clinics.csv")
    assert len(used) == 1
    assert problems == []


@pytest.mark.parametrize(
    ("date", "used"),
    [
        ("2025", ["2024-12-31", "2025", "2025年6月", "20251231", "unknown", None]),
        ("2025-06", ["2024-12-31", "2025", "2025年6月", "unknown", None]),
        ("2025-05-31", ["2024-12-31", "2025", "unknown", None]),
        ("census 2020", ["2024-12-31", "2025", "2025年6月", "20251231", "2026/1/1", "unknown", None]),
        (None, ["2024-12-31", "2025", "2025年6月", "20251231", "2026/1/1", "unknown", None]),
    ],
)
def test_what_opens_after_the_studys_date_is_left_out(date, used):
    """A year may lie wholly before any of its days: what opened in 2025 may have been there in May 2025."""
    opened = ["2024-12-31", "2025", "2025年6月", "20251231", "2026/1/1", "unknown", None]
    found, problems = in_use(clinics(opened=opened), date, "clinics.csv")
    assert found["opened"].astype(object).where(found["opened"].notna(), None).tolist() == used
    assert len(found) + len(problems) == len(opened)
    assert {problem.column for problem in problems} <= {"opened"}


def test_the_reason_names_the_cell_and_the_date():
    _, problems = in_use(clinics(status=["建设中", None], opened=["2027", "2026-03-01"]), "2025", "a.csv")
    assert [problem.reason.en for problem in problems] == [
        "status '建设中' says that it is only planned; it is left out.",
        "opens at '2026-03-01', after the study's date 2025-12-31; it is left out.",
    ]


def test_a_layer_without_status_and_dates_is_taken_as_it_is():
    table = clinics(name=["a", "b"])
    used, problems = in_use(table, "2025", "a.csv")
    assert used.equals(table)
    assert problems == []


@pytest.mark.parametrize("text", ["2025-13", "2025-02-30", "25", "1200", "约2025年", "2025-1-1-1", ""])
def test_what_is_no_date_is_not_guessed_at(text):
    assert days(text) is None


def test_a_time_of_day_does_no_harm():
    assert days("2025-03-01 08:30:00") == days("2025/3/1") == days("2025年3月1日")
