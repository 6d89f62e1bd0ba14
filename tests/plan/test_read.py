from __future__ import annotations

import pytest

from lifecircle.errors import PlanError
from lifecircle.plan import plan_names, read_plan
from lifecircle.plan.standards import Statistic


def refusal(path):
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    return str(caught.value).removeprefix(f"{path}: ")


def test_the_shipped_plans_are_found_by_name():
    assert plan_names() == ["check-up", "fifteen-minutes", "gb50180-2018", "nanjing-14fyp", "tdt1062-rural"]
    assert [read_plan(name).id for name in plan_names()] == plan_names()


def test_a_path_is_relative_to_the_base_folder(plan_file):
    path = plan_file()
    plan = read_plan("plan.yaml", path.parent)
    assert (plan.id, plan.path) == ("small", path)
    assert read_plan(f"{path.parent.name}/plan.yaml", path.parent.parent).id == "small"
    assert read_plan(path).id == "small"


def test_an_unknown_name_is_refused_with_the_nearest_known_one():
    assert refusal("nanjing-14fpy") == (
        "There is no plan 'nanjing-14fpy' among those that come with lifecircle. Did you mean 'nanjing-14fyp'? "
        "For a file of your own, give its path with .yaml at the end."
    )


def test_a_missing_file_is_refused(tmp_path):
    assert refusal(tmp_path / "none.yaml") == "there is no such file. Check the path."


def test_an_id_given_twice_is_refused_with_both_lines(plan_file):
    path = plan_file(("id: culture_circle", "id: clinic_circle"), ("[clinic_circle, culture_circle]", "[doctors, tcm]"))
    assert "line 21: clinic_circle: this id stands on line 11 already. Give one of the two another id." in refusal(path)


def test_a_standard_an_indicator_and_a_promise_share_one_space_of_ids(plan_file):
    path = plan_file(("id: unemployment", "id: tcm"), ("id: fair_fees", "id: tcm"))
    assert refusal(path) == (
        "2 faults:\n"
        "  line 80: tcm: this id stands on line 50 already. Give one of the two another id.\n"
        "  line 90: tcm: this id stands on line 50 already. Give one of the two another id."
    )


def test_a_bundle_of_an_unknown_circle_is_refused(plan_file):
    path = plan_file(("[clinic_circle, culture_circle]", "[clinic_circle, culture_cirle]"))
    assert (
        refusal(path) == "line 35: both_circles: there is no standard 'culture_cirle'. Did you mean 'culture_circle'?"
    )


def test_a_bundle_of_something_else_than_circles_is_refused(plan_file):
    path = plan_file(("[clinic_circle, culture_circle]", "[clinic_circle, doctors]"))
    assert refusal(path) == "line 35: both_circles: doctors is a ratio, but a bundle holds circles only. Remove it."


def test_an_unknown_field_is_refused(plan_file):
    path = plan_file(("    field: health\n    kind: ratio", "    field: heath\n    kind: ratio"))
    assert refusal(path) == (
        "line 40: doctors: the plan has no field 'heath'. Did you mean 'health'? Or add it to fields:."
    )


@pytest.mark.parametrize(
    ("replacement", "message"),
    [
        (
            ('target_2025: "5.5"', 'target_2025: "5.6"'),
            "line 72: t1_doctors: the table prints 5.6, but doctors has the target 5.5.",
        ),
        (
            ('target_2025: "5.5"', 'target_2025: ">5.5"'),
            "line 72: t1_doctors: the table prints >5.5, but doctors compares by >=.",
        ),
        (
            ("binding: 预期性\n    standard: doctors", "binding: 约束性\n    standard: doctors"),
            "line 72: t1_doctors: the table prints 约束性, but doctors is 预期性.",
        ),
        (
            ("    standard: doctors\n", '    standard: doctors\n    comparator: ">"\n'),
            "line 72: t1_doctors: doctors says how it is compared. Remove comparator: and tolerance: here.",
        ),
        (
            ('target_2025: "5"', 'target_2025: "—"'),
            "line 85: unemployment: a target cannot be unknown. Write it as printed.",
        ),
        (
            ('target_2025: "5"', 'target_2025: "≤5"'),
            "line 80: unemployment: the comparator is printed already. Remove comparator:.",
        ),
        (
            ('    comparator: "<="\n', "    tolerance: 1\n"),
            "line 80: unemployment: 左右 and tolerance: go together. Give both or neither.",
        ),
        (
            ("table: {chapter: 二, box: 表1}\n", ""),
            "line 70: indicators: need table:, the clause where the table stands. Add it.",
        ),
        (
            ("period: [2021, 2025]\n", ""),
            "line 70: indicators: need period:, the first and last year of the plan. Add it.",
        ),
    ],
)
def test_an_indicator_that_disagrees_with_the_file_is_refused(plan_file, replacement, message):
    assert refusal(plan_file(replacement)) == message


def test_an_indicator_of_an_unknown_standard_is_refused(plan_file):
    assert refusal(plan_file(("standard: doctors", "standard: docters"))) == (
        "line 79: t1_doctors: there is no standard 'docters'. Did you mean 'doctors'? "
        "Or write statistic, if the planner supplies the value."
    )


def test_an_indicator_without_a_standard_is_scored_as_a_statistic_of_its_own(plan_file):
    plan = read_plan(plan_file(('target_2025: "5"', 'target_2025: "〔5〕"')))
    assert [standard.id for standard in plan.scored()][-2:] == ["street_clinic", "unemployment"]
    statistic = plan.standard("unemployment")
    assert isinstance(statistic, Statistic)
    assert (statistic.target, statistic.comparator, statistic.years) == (5, "<=", (2021, 2025))
    assert (statistic.clause.place, statistic.clause.quote) == ("二表1", "失业率（%）")
    assert (statistic.year, statistic.binding, statistic.unit.zh) == (2025, "预期性", "%")


def test_a_standard_that_is_not_there_is_a_key_error(plan_file):
    with pytest.raises(KeyError, match="t1_doctors"):
        read_plan(plan_file()).standard("t1_doctors")


def test_a_plan_put_together_without_its_table_has_no_statistics_to_score(plan_file):
    plan = read_plan(plan_file()).model_copy(update={"table": None})
    with pytest.raises(ValueError, match="unemployment: a plan with indicators has a table, a period and targets"):
        plan.scored()
