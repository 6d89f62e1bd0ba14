from __future__ import annotations

import pytest

from lifecircle.errors import PlanError
from lifecircle.plan import read_plan


def test_about_lowers_the_threshold_by_its_tolerance(plan_file):
    """4.5 places 左右 with a tolerance of 0.1 is met from 4.4 on."""
    path = plan_file(
        ("    target: 5.5\n", "    target: 4.5\n    comparator: about\n    tolerance: 0.1\n"),
        ('"5.5"', "4.5左右"),
    )
    assert read_plan(path).standard("doctors").threshold == pytest.approx(4.4)
    assert read_plan(path).standard("clinic_circle").threshold == 0.9


REFUSALS = {
    "a negative target": (
        ("target: 0.9", "target: -0.9"),
        "line 19: standards.0.target: a target cannot be negative. Write the value that the plan promises (found: -0.9",
    ),
    "a share in per cent": (
        ("target: 0.9", "target: 90"),
        "line 19: standards.0.target: is not a share between 0 and 1. Write 85 % as 0.85 (found: 90)",
    ),
    "a missing clause": (
        ("    clause: {chapter: 三, section: （四）, quote: 十五分钟看病}\n", ""),
        "line 11: standards.0.clause: is missing. Add it.",
    ),
    "a clause without its chapter": (
        ("{chapter: 三, section: （四）, quote: 十五分钟看病}", "{section: （四）}"),
        "line 15: standards.0.clause.chapter: is missing. Add it.",
    ),
    "an unknown comparator": (
        ("    year: 2025\n", '    year: 2025\n    comparator: "=>"\n'),
        "line 21: standards.0.comparator: Input should be '>=', '>', '<=', '<' or 'about' (found: '=>')",
    ),
    "a misspelt key": (
        ("minutes: 15", "minuts: 15"),
        "line 18: standards.0.minuts: there is no key 'minuts' here. Did you mean 'minutes'?",
    ),
    "an unknown kind": (
        ("kind: circle", "kind: ring"),
        "line 11: standards.0: an entry needs kind:, one of circle, presence, ratio, share, statistic, composite",
    ),
    "no kind at all": (
        ("    kind: circle\n", ""),
        "line 11: standards.0: an entry needs kind:, one of circle, presence, ratio, share, statistic, composite",
    ),
    "minutes and metres together": (
        ("minutes: 15", "minutes: 15\n    metres: 900"),
        "clinic_circle: a circle needs either minutes: or metres:, and not both",
    ),
    "about without a tolerance": (
        ("    year: 2025\n", "    year: 2025\n    comparator: about\n"),
        "clinic_circle: comparator: about and tolerance: go together. Give both or neither",
    ),
    "a reading without a note": (
        ("    year: 2025\n", "    year: 2025\n    target_source: reading\n"),
        "clinic_circle: target_source: reading needs a note: that says how the target was chosen",
    ),
    "a verified entry without a quote": (
        (", section: （四）, quote: 十五分钟看病}", "}\n    verified: true"),
        "clinic_circle: verified: true needs clause.quote:, the words it was checked against",
    ),
    "a bundle that needs more circles than it has": (
        ("circles: [clinic_circle, culture_circle]", "circles: [clinic_circle, culture_circle]\n    needed: 3"),
        "both_circles: needed: 3 is more than the 2 circles listed",
    ),
    "a ratio per 500": (
        ("per: 1000", "per: 500"),
        "line 45: standards.3.per: Input should be 1, 100, 1000 or 10000 (found: 500)",
    ),
    "a share of everything": (
        ("    where: {tcm: true}\n", ""),
        "tcm: a share needs where:, or sum: and of:, to say which part is meant",
    ),
    "of without sum": (
        ("where: {tcm: true}", "of: beds"),
        "tcm: of: needs sum:, the column of the part",
    ),
    "an empty choice of areas": (
        ("areas: {name_ends: 街道}", "areas: {}"),
        "areas: needs names: or name_ends:. Remove it if every area is meant",
    ),
    "a filter that compares with a word": (
        ("where: {tcm: true}", 'where: {beds: ">= many"}'),
        "'>= many' compares with something that is not a number",
    ),
    "a target that is not a number": (
        ("target: 0.9", "target: nan"),
        "line 19: standards.0.target: Input should be a finite number (found: 'nan')",
    ),
    "years in the wrong order": (
        ("period: [2021, 2025]", "period: [2025, 2021]"),
        "line 7: period: the first year comes after the last. Write the earlier one first (found: [2025, 2021])",
    ),
    "a bare figure": (
        ('target_2025: "5.5"', "target_2025: 5.5"),
        "line 77: indicators.0.target_2025: write the figure in quotes, exactly as the plan prints it",
    ),
}


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_faulty_entry_is_refused_with_its_line_and_remedy(plan_file, fault):
    replacement, expected = REFUSALS[fault]
    with pytest.raises(PlanError) as refusal:
        read_plan(plan_file(replacement))
    assert expected in str(refusal.value)


def test_all_faults_of_a_file_are_reported_together(plan_file):
    with pytest.raises(PlanError) as refusal:
        read_plan(plan_file(("target: 0.9", "target: -1"), ("per: 1000", "per: 7")))
    assert "2 faults:" in str(refusal.value)
    assert "line 19: standards.0.target" in str(refusal.value)
    assert "line 45: standards.3.per" in str(refusal.value)
