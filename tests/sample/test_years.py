"""The city two years on: what the facts let happen, in its own scenes and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lifecircle.sample import write_sample_years
from lifecircle.sample.facts import figures
from lifecircle.sample.indicators import statistics_table
from lifecircle.sample.pieces import KIND
from lifecircle.sample.years import after_events, known_changes, years


@pytest.fixture(scope="module")
def later(city):
    return after_events(city)


def test_one_facility_opens_and_one_closes_with_all_columns_of_their_kind(city, later):
    old, new = (set(one.facilities["facility_id"]) for one in (city, later))
    opened = later.facilities[later.facilities["facility_id"].isin(new - old)]
    assert opened["name"].tolist() == ["样例村卫生室"]
    assert opened[["doctors", "source", "community_id"]].notna().all(axis=None)
    closed = city.facilities[city.facilities["facility_id"].isin(old - new)]
    assert closed["name"].tolist() == ["样例社区卫生服务站"]


def test_a_way_over_the_river_that_nobody_walked_becomes_a_footbridge(city, later):
    changed = np.flatnonzero(city.streets.kind != later.streets.kind)
    assert len(changed) == 1
    assert city.streets.kind[changed[0]] == KIND["bridge_motorway"]
    assert later.streets.kind[changed[0]] == KIND["bridge_footway"]
    assert later.streets.names[later.streets.name[changed[0]]] == "样例步行桥"


def test_the_newcomers_are_made_up_like_their_neighbours(city, later):
    assert later.people.table["population"].sum() - city.people.table["population"].sum() == 800
    home = later.people.table.iloc[-1]
    neighbour = city.people.table[city.people.group == "island"].iloc[0]
    assert home["pop_60_plus"] / home["population"] == pytest.approx(
        neighbour["pop_60_plus"] / neighbour["population"], abs=0.001
    )
    assert home["community_id"] == neighbour["community_id"]


def test_every_event_has_an_effect_on_somebody(city):
    known = known_changes(city)
    assert (known["first"], known["last"]) == (2023, 2025)
    for case, event in zip(known["cases"], years().events, strict=True):
        assert case["id"] == event.id
        assert case.get("newcomers", 0) > 0 or (case["people"] > 0) == event.effect.wins
        assert sum(part is not None for part in (event.opens, event.closes, event.bridge, event.housing)) == 1


def test_sums_of_statistics_end_with_the_year_and_other_values_are_of_it():
    facts = figures()
    whole, part = (statistics_table(facts.figures, facts.years, 1, upto) for upto in (None, 2023))
    assert part["year"].max() == 2023
    summed = {one.indicator for one in facts.figures if one.by_year}
    assert set(part["indicator"]) == set(whole["indicator"])
    for name in summed:
        own = whole[(whole["indicator"] == name) & (whole["year"] <= 2023)]
        assert part.loc[part["indicator"] == name, "value"].sum() == own["value"].sum()


@pytest.mark.usefixtures("made_already")
def test_each_year_has_a_folder_that_says_its_date(tiny, tmp_path):
    studies = write_sample_years(tmp_path / "city", tiny)
    assert [study.parent.name for study in studies] == ["2023", "2025"]
    for study in studies:
        assert f'date: "{study.parent.name}"' in study.read_text(encoding="utf-8")
    people = [pd.read_parquet(study.parent / "residents.parquet")["population"].sum() for study in studies]
    assert people[1] - people[0] == 800
    assert "cause: streets" in (studies[1].parent / "README.md").read_text(encoding="utf-8")
