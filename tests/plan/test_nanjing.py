"""The Nanjing plan against the facts of its text."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from lifecircle.plan import read_plan
from lifecircle.plan.standards import SHARE_KINDS

TABLE_1 = Path(__file__).with_name("table1.csv")
TEXT = Path(__file__).parents[3] / "shared" / "plan" / "nanjing-14th-fyp-public-services.txt"


@pytest.fixture(scope="module")
def plan():
    return read_plan("nanjing-14fyp")


@pytest.fixture(scope="module")
def text():
    if not TEXT.exists():
        pytest.skip(f"no text of the plan at {TEXT}")
    return TEXT.read_text(encoding="utf-8")


def rows_of_table_1(text):
    """Return the rows as the text prints them: five cells each, a field standing for the rows below it too."""
    table = text[text.index("表1 ") : text.index("注：〔〕内数据为累计数")]
    cells = [line.strip() for line in table.splitlines() if line.startswith("\t")]
    rows, field = [], ""
    for start in range(5, len(cells), 5):
        field = cells[start] or field
        rows.append([field, *cells[start + 1 : start + 5]])
    return rows


def parts_of(text):
    """Return the text of every part by its place, such as ``三（五）专栏4``, as clauses name it."""
    parts, chapter, section, box = {}, "", "", ""
    for line in text.splitlines():
        if heading := re.match(r"([一二三四五])、", line):
            chapter, section, box = heading[1], "", ""
        elif heading := re.match(r"（[一二三四五六七八九十]+）", line):
            section, box = heading[0], ""
        elif heading := re.match(r"\s*(专栏\d|表1) ", line):
            box = heading[1]
        place = f"{chapter}{section}{box}"
        parts[place] = parts.get(place, "") + line + "\n"
    return parts


def test_the_indicators_are_the_39_rows_of_table_1_unaltered(plan):
    with TABLE_1.open(encoding="utf-8", newline="") as stream:
        printed = list(csv.reader(stream))[1:]
    assert len(printed) == 39
    assert [
        [plan.fields[row.field].zh, row.name.zh, row.value_2020.printed, row.target_2025.printed, row.binding]
        for row in plan.indicators
    ] == printed


def test_the_facts_of_table_1_are_those_of_the_text(text):
    with TABLE_1.open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream))[1:] == rows_of_table_1(text)


def test_the_unit_of_an_indicator_is_the_bracket_at_the_end_of_its_name(plan):
    """Only the vaccination rate is printed without a unit."""
    brackets = {row.id: re.search(r"（([^（）]+)）$", row.name.zh) for row in plan.indicators}
    assert {row.id: row.unit.zh if row.unit else None for row in plan.indicators} == {
        name: match[1] if match else None for name, match in brackets.items()
    }
    assert [name for name, match in brackets.items() if match is None] == ["child_vaccination"]


def test_every_quote_stands_where_its_clause_says(plan, text):
    parts = parts_of(text)
    entries = (*plan.scored(), *plan.promises)
    assert len(entries) == 120
    assert [entry.id for entry in entries if entry.clause.quote not in parts.get(entry.clause.place, "")] == []


def test_everything_is_verified_and_every_scored_entry_quotes_the_plan(plan):
    assert all(entry.verified for entry in (*plan.scored(), *plan.indicators, *plan.promises))


def test_a_printed_target_stands_in_the_words_quoted_for_it(plan):
    """As a number, or for 100 % in words that leave nobody out; four new centres are listed by their districts."""
    everyone = re.compile(r"每个|各区|全覆盖|全面建成")
    for standard in plan.standards:
        if standard.target_source == "reading" or standard.clause.box == "表1":
            continue
        share = standard.kind in SHARE_KINDS
        wanted = round(standard.target * 100, 9) if share else standard.target
        quote = standard.clause.quote
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", quote)]
        in_words = wanted == 100 and everyone.search(quote)
        listed = standard.id == "new_disease_control_centres" and len(re.findall(r"[、和在]\w+?区", quote)) == wanted
        assert wanted in numbers or in_words or listed, standard.id


def test_the_circles_are_15_minutes_and_fitness_10(plan):
    circles = {standard.id: standard for standard in plan.standards if standard.kind == "circle"}
    assert {name: (circle.minutes, circle.walker, circle.population) for name, circle in circles.items()} == {
        "medical_circle": (15, "standard", "population"),
        "culture_circle": (15, "standard", "population"),
        "elder_circle": (15, "elder", "pop_60_plus"),
        "childcare_circle": (15, "caregiver", "pop_0_2"),
        "fitness_circle": (10, "standard", "population"),
    }
    assert set(plan.standard("life_circle_15").circles) == set(circles)
    assert {circle.target_source for circle in circles.values()} == {"reading"}


def test_unknown_figures_are_unknown_and_never_zero(plan):
    unknown = [row.id for row in plan.indicators if row.value_2020.value is None]
    assert len(unknown) == 8
    assert all(row.value_2020.printed == "—" for row in plan.indicators if row.id in unknown)
    assert min(row.value_2020.value for row in plan.indicators if row.id not in unknown) == 2.3


def test_cumulative_figures_sum_over_the_years_of_the_plan(plan):
    cumulative = {row.id: row.target_2025.value for row in plan.indicators if row.target_2025.cumulative}
    assert cumulative == {
        "subsidised_training": 80,
        "shantytown_renewal": 16,
        "old_estate_renewal": 54,
        "work_accidents": 15,
    }
    assert {plan.standard(name).years for name in cumulative} == {(2021, 2025)}


def test_eight_indicators_are_computed_and_the_planner_supplies_the_others(plan):
    computed = {row.id: row.standard for row in plan.indicators if row.standard != "statistic"}
    assert computed == {
        "t1_childcare_places": "childcare_places_per_1000",
        "t1_inclusive_kindergartens": "inclusive_kindergarten_share",
        "t1_doctors": "doctors_per_1000",
        "t1_general_practitioners": "gps_per_10000",
        "t1_comprehensive_elder_institutions": "street_comprehensive_elder_institution",
        "t1_nursing_beds": "nursing_bed_share",
        "t1_burial_facilities": "burial_coverage",
        "t1_sports_area": "sports_area_per_head",
    }
    assert sum(row.standard == "statistic" for row in plan.indicators) == 31


def test_below_and_above_are_read_as_the_plan_words_them(plan):
    """超过 leaves the number itself out, 以上 includes it, an unemployment rate is at most its target."""
    comparators = {name: plan.standard(name).comparator for name in COMPARATORS}
    assert comparators == COMPARATORS


COMPARATORS = {
    "time_bank_sites": ">",
    "supported_entrepreneurs": ">",
    "inclusive_kindergarten_share": ">=",
    "new_schools": ">=",
    "urban_unemployment": "<=",
    "gps_per_10000": ">",
    "childcare_places_per_1000": "about",
    "work_accidents": ">",
}
