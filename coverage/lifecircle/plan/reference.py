"""The page that explains plan files, made from the schema itself, so that it cannot fall behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lifecircle.plan.schema import Indicator, Plan, Promise
from lifecircle.plan.standards import KINDS, Amount, AreaChoice, Clause, Standard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

_INTRODUCTION: Final = """\
# Plan files

<!-- Made from the schema by lifecircle.plan.plan_file_page; change the descriptions there. -->

A plan file is YAML and says what a plan asks of a city: one entry for each requirement, with the clause it comes from.
The plans in `configs/plans` can be named in a study (`plans: [nanjing-14fyp]`); a file of your own is given by its
path, relative to the study file (`plans: [our-plan.yaml]`). [中文](plan-file.zh.md)

Rules that hold for every file:

- Unknown keys, ids given twice, and values that two programs would read differently are refused, with their line.
- A share is written as a number between 0 and 1: `target: 0.85` is 85 %. Other targets are in the entry's `unit`; a
  `statistic` whose unit is `%` is written in per cent, as printed.
- A target that the plan words without a number says `target_source: reading` and explains itself in a `note`.
- `verified: true` needs the words of the plan in `clause.quote`.
- A comparator stands in quotes: `comparator: ">"`.

```yaml
{example}```
"""

_EXAMPLE: Final = """\
standards:
  - id: medical_circle
    name: {zh: 15分钟医疗服务圈, en: 15-minute medical circle}
    field: health
    kind: circle
    clause: {chapter: 二, section: （三）, quote: 社区15分钟医疗、文化、养老等服务圈进一步完善}
    layers: [clinic, hospital]
    minutes: 15
    target: 0.9
    target_source: reading
    year: 2025
    verified: true
    note: {zh: 规划未印出覆盖率目标；90%是工作目标。, en: The plan prints no target share; 90 % is a working target.}
"""

_WHERE: Final = """\
## Conditions

`where` and `among` filter facilities by their columns. A condition is a value (`kind: centre`), a list of values
(`level: [4A, 5A]`) or a comparison with a number (`capacity: ">= 60"`). All conditions must hold; a missing value meets
none.
"""

_FIGURES: Final = """\
## Figures as printed

`value_2020` and `target_2025` hold the cell of the table in quotes, and are read from it: a number, optionally with
≥ > ≤ < before it or 左右 after it, and in 〔〕 when it is a sum over the years of the plan. `"—"` is unknown, never 0.
"""

_NAMES: Final = {
    "Bilingual": "`{zh, en}`",
    "Clause": "[clause](#clause)",
    "Amount": "[amount](#numerator)",
    "AreaChoice": "[areas](#areas)",
    "Figure": "[figure](#figures-as-printed)",
    "Indicator": "[indicator](#indicators)",
    "Promise": "[promise](#promises)",
}


def plan_file_page() -> str:
    """Return the page as Markdown.

    Examples
    --------
    >>> plan_file_page().splitlines()[0]
    '# Plan files'
    """
    parts = [_INTRODUCTION.replace("{example}", _EXAMPLE), "## The file\n", _keys(Plan)]
    parts += ["## Every standard\n", _keys(Standard)]
    for kind, model in KINDS.items():
        own = [key for key in model.model_fields if key not in Standard.model_fields]
        parts += _section(f"`kind: {kind}`", model, own)
    parts += [*_section("Clause", Clause), *_section("Numerator", Amount), *_section("Areas", AreaChoice), _WHERE]
    parts += [*_section("Indicators", Indicator), *_section("Promises", Promise)]
    return "\n".join([*parts, _FIGURES])


def _section(title: str, model: type[BaseModel], keys: Iterable[str] | None = None) -> list[str]:
    sentence = (model.__doc__ or "").strip().splitlines()[0]
    return [f"## {title}\n", f"{sentence}\n", _keys(model, keys)]


def _keys(model: type[BaseModel], keys: Iterable[str] | None = None) -> str:
    """Return the keys of a model as a table."""
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    rows = ["| key | value | left out | meaning |", "|---|---|---|---|"]
    for key in model.model_fields if keys is None else keys:
        part = schema["properties"][key]
        absent = "required" if key in required else _default(part.get("default"))
        meaning = (model.model_fields[key].description or "").replace("|", "\\|")
        rows.append(f"| `{key}` | {_value(part)} | {absent} | {meaning} |")
    return "\n".join(rows) + "\n"


def _default(value: Any) -> str:
    return {"None": "", "{}": "", "[]": ""}.get(str(value), f"`{str(value).lower()}`")


def _value(schema: dict[str, Any]) -> str:
    """Word the JSON schema of one value."""
    if "$ref" in schema:
        return _NAMES[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_value(part) for part in schema["anyOf"] if part.get("type") != "null"))
    if "const" in schema or "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return _list(schema)
    if "patternProperties" in schema:
        return f"for each id {' or '.join(_value(part) for part in schema['patternProperties'].values())}"
    words = {"string": "text", "number": "number", "integer": "whole number", "boolean": "`true`, `false`"}
    return words.get(schema.get("type", ""), "conditions")


def _list(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return "two years"
    if "oneOf" in schema["items"]:
        return "list of [standards](#every-standard)"
    return f"list of {_value(schema['items'])}"
