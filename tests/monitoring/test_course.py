"""Whether a plan is on course, against straight lines drawn by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lifecircle.monitoring.course import course
from lifecircle.plan import read_plan

PLAN = """
id: p
name: {zh: 规划, en: Plan}
edition: "1"
issuer: {zh: 市, en: City}
date: "2021"
source: invented
period: [2021, 2025]
table: {chapter: 一}
fields: {a: {zh: 甲, en: A}}
standards:
  - {id: circle, name: {zh: 圈, en: Circle}, field: a, kind: circle, clause: {chapter: 一}, layers: [clinic],
     minutes: 15, target: 0.85, year: 2025}
  - {id: free, name: {zh: 另, en: Free}, field: a, kind: circle, clause: {chapter: 一}, layers: [clinic],
     minutes: 10, target: 0.80, year: 2025}
indicators:
  - {id: c1, field: a, name: {zh: 覆盖率, en: Coverage}, unit: {zh: "%", en: "%"}, value_2020: "50", target_2025: "85",
     binding: 预期性, standard: circle}
  - {id: deaths, field: a, name: {zh: 死亡率, en: Deaths}, value_2020: "10", target_2025: "≤5", binding: 约束性,
     standard: statistic}
  - {id: homes, field: a, name: {zh: 套数, en: Homes}, value_2020: "〔7〕", target_2025: "〔20〕", binding: 预期性,
     standard: statistic}
"""


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.yaml"
    text = PLAN.replace("standard: circle}", "standard: circle}").replace(
        "target: 0.85, year: 2025}", "target: 0.85, year: 2025, binding: 预期性}"
    )
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def run(plan, year, **values):
    table = pd.DataFrame({"plan_id": "p", "standard_id": list(values), "level": "city", "value": list(values.values())})
    findings = SimpleNamespace(plans=(plan,), results=table)
    return SimpleNamespace(folder=Path(str(year)), findings=findings, date=year and dt.date(year, 12, 31), manifest={})


def judged(*runs):
    return course(runs).set_index("standard_id")


def test_the_line_of_the_plan_by_hand(plan):
    """At the end of 2023, 1095 of 1826 days: 0.50 + 0.35 × 0.5997 = 0.7099; deaths 10 − 5 × 0.5997; homes 20 × 0.5997.

    What sums over the years of the plan begins with nothing, whatever the years before it had.
    """
    part = 1095 / 1826
    table = judged(run(plan, 2023, circle=0.71, free=0.5, deaths=7.1, homes=11.0))
    assert table.loc["circle", "due"] == pytest.approx(0.50 + 0.35 * part)
    assert table.loc["deaths", "due"] == pytest.approx(10 - 5 * part)
    assert table.loc["homes", "due"] == pytest.approx(20 * part)
    assert table["course"].to_dict() == {"circle": "on_course", "free": "unknown", "deaths": "behind",
                                         "homes": "behind"}  # fmt: skip


def test_fewer_is_better_where_the_plan_says_so(plan):
    table = judged(run(plan, 2023, circle=0.7, free=0.9, deaths=6.9, homes=25.0))
    assert table["course"].to_dict() == {"circle": "behind", "free": "met", "deaths": "on_course", "homes": "met"}


def test_without_a_base_value_the_trend_of_the_runs_decides(plan):
    """From 0.60 in 2021 to 0.70 in 2023 it is 0.80 in 2025 (730 days on, as many as between); from 0.64 only 0.76."""
    steep = judged(run(plan, 2021, free=0.60), run(plan, 2023, free=0.70)).loc["free"]
    flat = judged(run(plan, 2021, free=0.64), run(plan, 2023, free=0.70)).loc["free"]
    assert steep["projected"] == pytest.approx(0.70 + 0.10 * 731 / 730)
    assert steep[["course", "basis"]].tolist() == ["on_course", "trend"]
    assert flat[["course", "basis"]].tolist() == ["behind", "trend"]


def test_what_is_not_known_is_not_judged(plan):
    table = judged(run(plan, 2022, circle=0.6), run(plan, 2023, circle=np.nan))
    assert table.loc["circle", ["course", "basis"]].tolist() == ["unknown", ""]


def test_runs_without_a_date_have_no_course(plan):
    assert len(course([run(plan, None, circle=0.6)])) == 0
    assert len(course([run(plan, 2022, circle=0.6), run(plan, None, circle=0.7)])) == 0


def test_after_its_year_the_target_itself_is_due(plan):
    assert judged(run(plan, 2027, circle=0.8)).loc["circle", ["due", "course"]].tolist() == [0.85, "behind"]
