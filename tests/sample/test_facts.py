"""The facts are what they claim to be, and agree with the plan and the settings that use them."""

from __future__ import annotations

import csv

import pytest

from lifecircle.plan import read_plan
from lifecircle.sample import facts

CITY_2020 = 9_314_685
TABLE = {  # the brief table of the 2020 census, in thousands
    "玄武区": 538,
    "秦淮区": 741,
    "建邺区": 534,
    "鼓楼区": 940,
    "栖霞区": 988,
    "雨花台区": 609,
    "江宁区": 1926,
    "浦口区": 1172,
    "溧水区": 491,
    "六合区": 947,
    "高淳区": 429,
}


def test_the_districts_add_up_to_the_census_of_the_city():
    assert sum(district.people for district in facts.districts()) == CITY_2020


def test_each_district_has_its_census_total():
    assert {district.name: round(district.people / 1000) for district in facts.districts()} == TABLE


def test_about_a_fifth_of_the_people_are_sixty_or_older():
    """The census counted 18.98 % in the city; the rough shares of the districts have to come near."""
    older = sum(district.people * district.over_60 for district in facts.districts())
    assert older / CITY_2020 == pytest.approx(0.19, abs=0.005)


def test_there_are_95_streets_and_six_towns_each_in_a_known_district():
    names = [street.name for street in facts.streets()]
    assert sum(name.endswith("街道") for name in names) == 95
    assert sum(name.endswith("镇") for name in names) == 6
    assert len(names) == 101
    assert {street.district for street in facts.streets()} == {district.code for district in facts.districts()}


def test_no_two_communities_have_the_same_code():
    codes = [street.code + digits for street in facts.streets() for digits, _ in street.communities]
    assert len(set(codes)) == len(codes) == 1255


def test_codes_and_names_are_those_of_the_register(real_data):
    with (real_data / "nanjing" / "streets.csv").open(encoding="utf-8", newline="") as stream:
        names = {row[0]: row[1] for row in csv.reader(stream)}
    with (real_data / "nanjing" / "communities.csv").open(encoding="utf-8", newline="") as stream:
        communities = {row["code"]: row["name"] for row in csv.DictReader(stream)}
    for street in facts.streets():
        assert names[street.code] == street.name
        for digits, name in street.communities:
            # The register adds the committee: 丹湖村村委会, 大涵村委会, 梅园新村社区居委会, 城东居委会.
            assert communities[street.code + digits].startswith(name.removesuffix("社区").removesuffix("村"))


def test_the_facilities_have_every_kind_and_column_that_the_plan_asks_for():
    plan = read_plan("nanjing-14fyp")
    kinds = {(kind.layer, kind.kind) for kind in facts.supply().kinds}
    columns = {(kind.layer, column) for kind in facts.supply().kinds for column in kind.columns}
    for standard in plan.scored():
        conditions = {**(getattr(standard, "where", None) or {}), **(getattr(standard, "among", None) or {})}
        for layer in getattr(standard, "layers", ()):
            for column, wanted in conditions.items():
                if column == "kind":
                    some = wanted if isinstance(wanted, list) else [wanted]
                    assert any((layer, kind) in kinds for kind in some), (standard.id, layer)
                else:
                    assert (layer, column) in columns, (standard.id, layer)


def test_every_statistic_of_the_plan_but_one_has_a_value():
    plan = read_plan("nanjing-14fyp")
    asked = {standard.id for standard in plan.scored() if standard.kind == "statistic"}
    given = [figure.indicator for figure in facts.figures().figures]
    assert len(set(given)) == len(given)
    assert asked - set(given) == {"jiangbei_public_health_centre"}
    assert set(given) <= asked


def test_sums_over_the_years_are_those_that_the_plan_prints_as_sums():
    plan = read_plan("nanjing-14fyp")
    by_year = {figure.indicator: figure.by_year for figure in facts.figures().figures}
    for standard in plan.scored():
        if standard.id in by_year and standard.kind == "statistic":
            assert by_year[standard.id] == (standard.years is not None), standard.id
