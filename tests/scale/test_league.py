from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.bilingual import Bilingual
from lifecircle.plan import read_plan
from lifecircle.scale.league import league, rank_ranges
from lifecircle.scale.league_report import league_report, write_league
from lifecircle.study import Study
from town_study import PLAN

NAMES = {"north": ("北市", "North"), "south": ("南市", "South"), "east": ("东市", "East")}
CITIES = [
    Study.model_validate(
        {
            "id": city,
            "name": {"zh": zh, "en": en},
            "synthetic": city == "east",
            "credits": ["OpenStreetMap contributors", f"Bureau of {en}"],
            "plans": ["plan.yaml"],
            "streets": {"file": "streets.osm.pbf"},
            "areas": {"grid_m": 500},
            "residents": {"file": "residents.csv"},
            "layers": {"clinic": {"osm": True}},
        }
    )
    for city, (zh, en) in NAMES.items()
]
THREE = Bilingual(zh="三市", en="Three cities")


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return read_plan("plan.yaml", tmp_path)


def result(value, low, high, verdict="short", standard="clinic_15"):
    """Return the row of a whole city, and one of a district, which is none of the league's business."""
    row = {
        "plan_id": "town-plan", "standard_id": standard, "level": "city", "value": value, "low": low, "high": high,
        "unit": "share", "target": 0.9, "verdict": verdict, "total": 1000.0, "shortfall_people": 50.0, "reason": "",
    }  # fmt: skip
    return pd.DataFrame([row, row | {"level": "district", "value": 0.0}])


def runs(plan):
    return {
        "north": ((plan,), result(0.50, 0.45, 0.70)),
        "south": ((plan,), result(0.80, 0.75, 0.85)),
        "east": ((plan,), result(0.60, 0.55, 0.78)),
    }


def test_cities_whose_ranges_overlap_share_their_ranks(plan):
    """South (0.75 … 0.85) may be behind east (0.55 … 0.78), not behind north (… 0.70); north and east overlap."""
    found = league(runs(plan)).set_index("city")
    assert found[["best_rank", "worst_rank"]].to_numpy().tolist() == [[2, 3], [1, 2], [1, 3]]
    assert found["ranked"].tolist() == [3, 3, 3]
    assert found["value"].tolist() == [0.50, 0.80, 0.60]


def test_a_city_without_data_has_no_rank_and_takes_none(plan):
    cities = runs(plan) | {"east": ((plan,), result(np.nan, np.nan, np.nan, "no_data"))}
    found = league(cities).set_index("city")
    assert found["best_rank"].isna().tolist() == [False, False, True]
    assert found["worst_rank"].dropna().tolist() == [2, 1]
    assert found["ranked"].tolist() == [2, 2, 2]


def test_where_less_is_promised_less_is_better(plan):
    standards = [
        one.model_copy(update={"comparator": "<="}) if one.id == "clinic_15" else one for one in plan.standards
    ]
    turned = (
        plan.model_copy(update={"standards": standards})
        if hasattr(plan, "model_copy")
        else replace(plan, standards=tuple(standards))
    )
    found = league({city: ((turned,), rows) for city, (_, rows) in runs(plan).items()}).set_index("city")
    assert found[["best_rank", "worst_rank"]].to_numpy().tolist() == [[1, 2], [2, 3], [1, 3]]


def test_cities_of_another_edition_are_ranked_among_themselves(plan):
    other = plan.model_copy(update={"edition": "2"})
    cities = runs(plan)
    cities["east"] = ((other,), cities["east"][1])
    found = league(cities)
    assert found[["city", "edition", "ranked"]].to_numpy().tolist() == [
        ["north", "1", 2],
        ["south", "1", 2],
        ["east", "2", 1],
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted), min_size=1, max_size=8))
def test_a_rank_is_as_good_and_as_bad_as_any_reading_of_the_ranges_makes_it(ranges):
    """Count for each city, one by one, who is surely ahead and who surely behind."""
    low, high = np.array(ranges, dtype=float).T
    best, worst = rank_ranges(low, high)
    for own in range(len(low)):
        assert best[own] == 1 + sum(low[other] > high[own] for other in range(len(low)))
        assert worst[own] == len(low) - sum(high[other] < low[own] for other in range(len(low)))
        assert best[own] <= worst[own]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["北市", "医疗圈", "名次", "未达标", "75.0%～85.0%", "1～2"]),
        ("en", ["North", "Clinic circle", "Rank", "short", "75.0 % – 85.0 %", "1 – 2"]),
    ],
)
def test_the_page_names_cities_ranges_and_ranks_in_both_languages(tmp_path, plan, lang, words):
    table = league(runs(plan))
    write_league(table, league_report(table, {("town-plan", "1"): plan}, CITIES, THREE, {}, lang), tmp_path)
    page = (tmp_path / "league.html").read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert all(word in page for word in words)
    rows = re.findall(r'<th scope="row"><bdi>([^<]+)', page)
    assert rows[-3:] == [NAMES[city][lang == "en"] for city in ("south", "east", "north")], "the best place first"
    assert "0.75" in (tmp_path / "league.csv").read_text(encoding="utf-8-sig")


def test_a_city_that_failed_is_named_with_its_reason(plan):
    failed = {"east": "streets.pbf: <broken>"}
    report = league_report(league(runs(plan)), {("town-plan", "1"): plan}, CITIES, THREE, failed, "en")
    assert report.sections[0].blocks[0].text == "East could not be analysed: streets.pbf: <broken>"


def test_invented_data_and_all_sources_are_named(plan):
    report = league_report(league(runs(plan)), {("town-plan", "1"): plan}, CITIES, THREE, {}, "en")
    assert report.warning.startswith("SYNTHETIC")
    assert report.credits == ("OpenStreetMap contributors", "Bureau of North", "Bureau of South", "Bureau of East")
    assert report.sections[-1].blocks[0].items == report.credits
