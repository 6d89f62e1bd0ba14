"""No output that is passed on tells of fewer people than may be told, or of a single resident point."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from lifecircle.report.content.words import Words
from lifecircle.report.dictionary import AUDIENCES
from lifecircle.report.suppression import without_few
from report.reading import Page
from report.small_city import TINY

SHARED = [name for name, audience in AUDIENCES.items() if audience == "everybody"]


def sheet_rows(path, name):
    sheet = openpyxl.load_workbook(path)[name]
    heads = [cell.value for cell in sheet[2]]
    return pd.DataFrame([[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)], columns=heads)


def test_results_of_too_few_people_lose_their_figures_and_say_why(city):
    shown = without_few(city.results, 10)
    own = shown[(shown["area_id"] == TINY) & (shown["denominator"] == "people")].set_index("standard_id")
    assert own.loc["clinic_15", ["verdict", "reason"]].tolist() == ["no_data", "few"]
    assert own.loc["clinic_15", ["value", "low", "high", "shortfall", "missing"]].isna().all()


def test_results_of_enough_people_and_of_nobody_stay_as_they_are(city):
    shown = without_few(city.results, 10)
    same = ~shown["reason"].eq("few")
    pd.testing.assert_frame_equal(shown[same], city.results[same])
    assert 0 < (~same).sum() < 20


def test_the_fewest_people_can_be_chosen(city):
    assert not without_few(city.results, 2)["reason"].eq("few").any()
    assert without_few(city.results, 1000)["reason"].eq("few").sum() > 20


def test_the_study_says_how_few_people_are_hidden(city):
    """Seven people live in the tiny community: hidden under ten, told from seven on."""
    told = {}
    for fewest in (7, 8, 10):
        study = city.study.model_copy(update={"fewest_people": fewest})
        told[fewest] = Words(replace(city, study=study), "en").people(7.0)
    assert told == {7: "7", 8: "<8", 10: "<10"}


def test_the_tiny_community_is_hidden_in_the_workbook(written):
    rows = sheet_rows(written / "report.xlsx", "各社区（村）").set_index("社区（村）")
    own = rows.loc[f"{TINY}号村"]
    assert own["常住人口（人）"] == "<10"
    assert own[["15分钟医疗圈（常住人口，%）", "15分钟医疗圈 缺口（人）"]].isna().all()
    others = rows.drop(f"{TINY}号村")
    assert pd.to_numeric(others["常住人口（人）"]).gt(10).all()


def test_the_tiny_community_has_no_share_in_the_geopackage(written):
    with sqlite3.connect(written / "communities.gpkg") as database:
        values = dict(database.execute("SELECT area_id, clinic_15_value FROM communities"))
    assert values[TINY] is None
    assert sum(value is None for value in values.values()) == 1


def test_the_tiny_community_is_named_on_no_page_as_one_that_falls_short(written):
    for path in [written / "report.html", *written.glob("districts/*/report.html")]:
        assert f"{TINY}号村" not in Page(path.read_text(encoding="utf-8")).text()


@pytest.mark.parametrize("name", SHARED)
def test_no_resident_point_is_in_what_is_passed_on(written, name):
    path = written / name
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    assert files
    for one in files:
        assert b"resident-" not in one.read_bytes()


def test_the_analyst_keeps_everything(written, city):
    assert len(pd.read_parquet(written / "access.parquet")) == len(city.access)
    own = pd.read_parquet(written / "results.parquet").query("area_id == @TINY and standard_id == 'clinic_15'")
    assert own["total"].iloc[0] == 7


def test_every_file_of_a_run_says_for_whom_it_is(written):
    made = {path.name for path in written.iterdir()}
    assert made == set(AUDIENCES) - {"manifest.json", "basemap.gpkg"}  # the small city has no basemap
