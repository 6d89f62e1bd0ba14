from __future__ import annotations

import pytest

from lifecircle.errors import PlanError
from lifecircle.plan import plan_differences, read_plan


def other_plan(plan_file, *replacements):
    return read_plan(plan_file(("id: small", "id: other"), *replacements))


def test_a_plan_does_not_differ_from_a_copy_under_another_id(plan_file):
    small = read_plan(plan_file())
    assert plan_differences(small, other_plan(plan_file)).empty


def test_minutes_walker_and_target_are_compared_subject_by_subject(plan_file):
    small = read_plan(plan_file())
    other = other_plan(
        plan_file,
        ("minutes: 15\n    target: 0.9", "minutes: 10\n    walker: elder\n    target: 0.95"),
        ("metres: 900", "minutes: 15"),
        ("id: culture_circle", "id: culture"),
        ("[clinic_circle, culture_circle]", "[clinic_circle, culture]"),
    )
    table = plan_differences(small, other)
    assert table[["layer", "filter", "limit:small", "limit:other", "differs"]].to_numpy().tolist() == [
        ["clinic", "kind = centre | station", "15 min", "10 min", "limit, walker, target"],
        ["culture", "", "900 m", "15 min", "limit"],
        ["library", "", "900 m", "15 min", "limit"],
    ]
    assert table.loc[0, ["walker:small", "walker:other", "target:small", "target:other"]].tolist() == [
        "standard",
        "elder",
        "≥ 90 %",
        "≥ 95 %",
    ]
    assert table["standard:other"].tolist() == ["clinic_circle", "culture", "culture"]


def test_another_filter_or_population_is_another_subject(plan_file):
    small = read_plan(plan_file())
    other = other_plan(plan_file, ("kind: [centre, station]", "kind: centre"), ("level: street", "level: district"))
    assert plan_differences(small, other)[["kind", "filter", "population", "differs"]].to_numpy().tolist() == [
        ["circle", "kind = centre", "population", "only in other"],
        ["circle", "kind = centre | station", "population", "only in small"],
        ["presence", "", "district", "only in other"],
        ["presence", "", "street", "only in small"],
    ]


def test_two_plans_of_one_id_cannot_be_compared(plan_file):
    plan = read_plan(plan_file())
    with pytest.raises(PlanError, match=r"has the id 'small', as .* has. Give one of them another id") as error:
        plan_differences(plan, plan)
    assert error.value.text("zh") == f"{plan.path}：编号 'small' 与 {plan.path} 的相同。请为其中一个另取编号后再比较。"


def test_nanjing_allows_a_longer_walk_to_elder_care_than_the_check_up():
    """Nanjing's elder-care circle is 15 minutes, the check-up's 5; fitness is the other way about: 10 against 15."""
    table = plan_differences(read_plan("nanjing-14fyp"), read_plan("check-up"), "zh").set_index("layer")
    compared = table[table["differs"] == "limit"][["limit:nanjing-14fyp", "limit:check-up"]]
    assert compared.to_dict("index") == {
        "elder_care": {"limit:nanjing-14fyp": "15分钟", "limit:check-up": "5分钟"},
        "fitness": {"limit:nanjing-14fyp": "10分钟", "limit:check-up": "15分钟"},
    }
