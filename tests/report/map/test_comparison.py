from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from lifecircle.bilingual import Bilingual
from lifecircle.report.map.comparison import comparison_data
from lifecircle.report.map.payload import payload
from report.map.town import NEW_CLINIC, findings_of, with_a_new_facility

NAMES = (Bilingual(zh="现状", en="today"), Bilingual(zh="方案一", en="proposal 1"))


@pytest.fixture(scope="module")
def runs(town):
    proposed = with_a_new_facility(town, "clinic", NEW_CLINIC)
    return findings_of(town, town.run), findings_of(town, proposed)


def content_of(runs, names=NAMES):
    return payload(comparison_data(runs, names), lang="zh")


def test_a_comparison_holds_what_a_map_of_both_runs_holds(town, runs):
    both = [replace(town.run, name=NAMES[0]), with_a_new_facility(town, "clinic", NEW_CLINIC)]
    expected = payload(town.data(*both), lang="zh")
    found = content_of(runs)
    assert {key for key in expected if found[key] != expected[key]} == {"pictures"}
    assert isinstance(found["runs"][1]["cells"][-2], int)  # what did not change is held once
    assert [run["name"]["en"] for run in found["runs"]] == ["today", "proposal 1"]


def test_each_run_has_bands_of_its_own_on_one_basemap(town, runs):
    bands = runs[1].basemap["bands"]
    wider = bands.assign(geometry=shapely.buffer(bands.geometry.to_numpy(), 0.001))
    second = replace(runs[1], basemap=runs[1].basemap | {"bands": wider})
    pictures = content_of((runs[0], second))["pictures"]
    assert set(pictures) == {"water", "green", "streets", "bands"}
    assert [(band["run"], band["minutes"]) for band in pictures["bands"]] == [
        (0, 15), (0, 10), (0, 5), (1, 15), (1, 10), (1, 5),
    ]  # fmt: skip
    own = payload(town.data(), lang="zh")["pictures"]
    assert pictures["bands"][:3] == own["bands"]
    assert pictures["bands"][3]["shape"] != own["bands"][0]["shape"]


def test_runs_without_a_basemap_are_compared_all_the_same(runs):
    assert content_of([replace(run, basemap={}) for run in runs])["pictures"] == {}


def test_what_must_be_said_of_one_run_is_said_of_both(runs):
    changed = {"synthetic": True, "date": "2020-12-31", "credits": ["Another source", *runs[1].study.credits]}
    first = replace(runs[0], study=runs[0].study.model_copy(update=changed))
    second = replace(runs[1], study=runs[1].study.model_copy(update={"synthetic": False}))
    told = content_of((first, second))["study"]
    assert told["synthetic"]
    assert told["date"] is None
    assert told["credits"] == [*runs[1].study.credits, "Another source"]


def test_plans_of_either_run_are_shown_once(town, runs):
    other = town.plan.model_copy(update={"id": "other-plan"})
    results = runs[1].results.assign(plan_id="other-plan")
    second = replace(runs[1], plans=(other, town.plan), results=results)
    content = content_of((runs[0], second))
    assert [plan["id"] for plan in content["plans"]] == ["other-plan", "town-plan"]
    assert {cells["plan"] for cells in content["runs"][1]["cells"]} == {"other-plan"}


def test_people_of_other_areas_are_counted_where_they_live(town, runs):
    """Once the last two communities were one, of the same people: the map shows the two, and the people of each."""
    one, other = town.areas["area_id"].iloc[-2:]
    merged = town.areas.iloc[:-1].copy()
    merged.loc[merged.index[-1], "geometry"] = town.areas.geometry.iloc[-2:].union_all()
    residents = town.run.residents.assign(community_id=town.run.residents["community_id"].replace(other, one))
    results = town.run.results[town.run.results["area_id"] != other]
    first = replace(runs[0], areas=merged, residents=residents, results=results)
    data = comparison_data((first, runs[1]), NAMES)
    rows = data.areas.index[data.areas["area_id"].isin([one, other])]
    clinic = data.runs[0].reach[0].people["population"].everyone[rows]
    people = town.run.residents.groupby("community_id")["population"].sum()
    assert clinic == pytest.approx(people[[one, other]].to_numpy())
    assert set(data.runs[0].cells["area"]) & set(rows) == {rows[0]}
