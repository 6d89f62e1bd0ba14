"""What a report opens with, held against the tables of results and gaps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecircle.report.content.highlights import highlights
from lifecircle.report.content.words import Words


def told(city, lang="en", **tables):
    changed = replace(city, **tables)
    sentences = highlights(Words(changed, lang), changed.plans[0])
    return [one.replace("\N{NO-BREAK SPACE}", " ") for one in sentences]


def found(sentences, part):
    """Return the one sentence in which some words stand."""
    (sentence,) = [one for one in sentences if part in one]
    return sentence


@pytest.fixture(scope="module")
def whole(city):
    """Return the results of the whole city, by standard."""
    own = city.results[city.results["level"] == "city"].drop_duplicates("standard_id")
    return own.set_index("standard_id")


def test_the_circle_with_the_lowest_share_is_named_with_those_it_misses(city, whole):
    """Of the three circles alone: the bundle, which is lower than each of its parts, is not one of them."""
    lowest = whole.loc[["clinic_15", "elder_12", "culture_900"], "value"].idxmin()
    assert lowest == "culture_900"
    share, missing = whole.loc[lowest, "value"], whole.loc[lowest, "shortfall_people"]
    assert found(told(city), "smallest share") == (
        f"Of the circles, “900-metre culture circle” reaches the smallest share ({100 * share:.1f} %). "
        f"To meet the target, {missing:,.0f} more people have to be covered."
    )


def test_the_requirement_that_lacks_most_facilities_is_named(city, whole):
    missing = whole.loc[["clinic_each", "elder_each"], "missing"]
    assert missing["clinic_each"] > missing["elder_each"] > 0
    assert found(told(city), "facilities") == (
        f"“A clinic in every community” lacks more facilities than any other requirement: {missing['clinic_each']:.0f}."
    )


def test_of_two_requirements_that_lack_equally_many_facilities_none_is_named(city):
    results = city.results.copy()
    results.loc[(results["level"] == "city") & (results["kind"] == "presence"), "missing"] = 3.0
    assert not any("lacks more facilities" in one for one in told(city, results=results))


def test_the_greatest_gap_of_a_district_is_named(city):
    first = city.gaps.drop_duplicates(["standard_id", "level", "area_id"])
    circles = first["standard_id"].isin(["clinic_15", "elder_12", "culture_900", "bundle"])
    own = first[circles & (first["level"] == "district")]
    most = own.loc[own["difference"].idxmax()]
    sentence = found(told(city, "zh"), "落后最多")
    assert {"01": "六合区", "02": "高淳区"}[most["area_id"]] in sentence
    assert f"低{100 * most['difference']:.1f}个百分点" in sentence
    assert f"为{100 * most['value']:.1f}%，比中心城区（{100 * most['reference_value']:.1f}%）" in sentence


def test_the_district_that_misses_most_requirements_is_named(city):
    first = city.results.drop_duplicates(["standard_id", "level", "area_id"])
    short = first[(first["level"] == "district") & (first["verdict"] == "short")]["area_id"].value_counts()
    names = {"00": "玄武区", "01": "六合区", "02": "高淳区"}
    most = [name for area, name in names.items() if short.get(area, 0) == short.max()]
    assert found(told(city, "zh"), "未达标要求最多") == f"未达标要求最多的区是{'、'.join(most)}（{short.max()}项）。"


def test_where_all_districts_miss_equally_many_none_is_named(city):
    results = city.results.copy()
    results.loc[results["level"] == "district", "verdict"] = "short"
    assert not any("misses more requirements" in one for one in told(city, results=results))


def test_without_gaps_nothing_is_said_of_them(city):
    assert not any("behind" in one for one in told(city, gaps=city.gaps.head(0)))
