from __future__ import annotations

import re
from pathlib import Path

from lifecircle.plan import plan_file_page, read_plan
from lifecircle.plan.schema import Plan
from lifecircle.plan.standards import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "plan-file.md"


def test_the_page_about_plan_files_is_current():
    """When this fails, write ``lifecircle.plan.plan_file_page()`` to docs/plan-file.md again."""
    assert PAGE.read_text(encoding="utf-8") == plan_file_page()


def test_the_chinese_page_names_every_key_and_gives_the_same_example():
    english, chinese = (page.read_text(encoding="utf-8") for page in (PAGE, PAGE.with_suffix(".zh.md")))
    cells = re.findall(r"^\| (`[^|]*) \|", english, re.MULTILINE)
    keys = {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}
    assert len(keys) > 50
    assert [key for key in sorted(keys) if f"`{key}`" not in chinese] == []
    assert chinese.split("```")[1] == english.split("```")[1]


def test_every_key_of_the_schema_is_explained():
    models = [Plan, *KINDS.values()]
    missing = [key for model in models for key, field in model.model_fields.items() if not field.description]
    assert missing == []


def test_the_example_of_the_page_is_a_valid_entry(plan_file):
    example = plan_file_page().split("```yaml\nstandards:\n")[1].split("```")[0]
    entry = example.replace("medical_circle", "example_circle")
    plan = read_plan(plan_file(("standards:\n", f"standards:\n{entry}")))
    assert (plan.standards[0].id, plan.standards[0].minutes) == ("example_circle", 15)
