"""Takes what changed, gives the sheets of a workbook: numbers as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lifecircle.messages import say
from lifecircle.monitoring.parts import PARTS
from lifecircle.monitoring.telling import street_name
from lifecircle.report.workbook.sheet import Field, Sheet, Value

if TYPE_CHECKING:
    import pandas as pd

    from lifecircle.monitoring.telling import Telling

_LEVELS: Final = ("city", "group", "district", "street")


def change_sheets(telling: Telling, course: pd.DataFrame, history: pd.DataFrame) -> list[Sheet]:
    """Return the sheets on a comparison: changes with their parts, what is different in the data, course, history."""
    sheets = [_changes(telling), _facilities(telling), _streets(telling), _people(telling)]
    sheets += [_course(telling, course)] if len(course) else []
    return [sheet for sheet in [*sheets, _history(telling, history)] if sheet.rows]


def _sheet(telling: Telling, name: str, fields: tuple[Field, ...], rows: list[list[Any]]) -> Sheet:
    title = telling.say(f"{name}_sheet")
    return Sheet(title, title, fields, rows)


def standard_names(telling: Telling) -> dict[tuple[str, str], str]:
    """Return the names of all standards by plan and id."""
    words = telling.words
    return {(plan.id, one.id): words.name(one.name) for plan in words.findings.plans for one in plan.scored()}


def _changes(telling: Telling) -> Sheet:
    names, words = standard_names(telling), telling.words
    fields = (
        Field(say("board.standard", words.lang), width=34),
        Field(telling.say("area"), width=22),
        Field(telling.say("before"), "figure"),
        Field(telling.say("after"), "figure"),
        *(Field(telling.part_name(one), "figure") for one in ("change", *PARTS)),
        Field(telling.say("verdict"), "verdict"),
    )
    shown = telling.changes[telling.changes["level"].isin(_LEVELS)]
    shown = shown.drop_duplicates(["plan_id", "standard_id", "level", "area_id"])
    rows = []
    for row in shown.to_dict("records"):
        area, key = (row["level"], row["area_id"]), (row["plan_id"], row["standard_id"])
        few = row["denominator"] in {"people", "target_group"} and words.hides(row["total_after"])
        if key in names and area in words.names and not few:
            share = row["unit"] == "share"
            numbers = [Value(row[one], share=share) for one in ("before", "after", "change", *PARTS)]
            verdict = row["verdict_after"] if isinstance(row["verdict_after"], str) else "no_data"
            rows.append([names[key], words.area(area), *numbers, words.verdict(verdict)])
    return _sheet(telling, "changes", fields, rows)


def _facilities(telling: Telling) -> Sheet:
    words = telling.words
    fields = (
        Field(telling.say("happened"), width=16),
        Field(telling.say("layer"), width=20),
        Field("facility_id", width=16),
        Field(telling.say("facilities"), width=34),
        Field(telling.say("area"), width=22),
    )
    rows = [
        [telling.say(row["happened"]), words.layers.get(row["layer"], row["layer"]), row["facility_id"],
         row["name"] if isinstance(row["name"], str) else "", _place(telling, row)]
        for row in telling.facilities.to_dict("records")
    ]  # fmt: skip
    return _sheet(telling, "facilities", fields, rows)


def _streets(telling: Telling) -> Sheet:
    fields = (
        Field(telling.say("happened")),
        Field(telling.say("street"), width=30),
        Field(telling.say("area"), width=22),
        Field(telling.say("metres"), "count"),
    )
    rows = [
        [telling.say(f"street_{row['happened']}"), street_name(telling, row["name"], bridge=row["bridge"]),
         _place(telling, row), row["metres"]]
        for row in telling.streets.to_dict("records")
    ]  # fmt: skip
    return _sheet(telling, "streets", fields, rows)


def _place(telling: Telling, row: dict[Any, Any]) -> str:
    """Return the name of the smallest area that is known of a row."""
    for level in ("community", "street", "district"):
        if (level, row[f"{level}_id"]) in telling.words.names:
            return telling.words.area((level, row[f"{level}_id"]))
    return ""


def _people(telling: Telling) -> Sheet:
    fields = (
        Field(telling.say("area"), width=22),
        *(Field(telling.say(one), "people") for one in ("before", "after", "change")),
    )
    words, people = telling.words, telling.people
    changed = people[people["level"].isin(_LEVELS) & (people["change"] != 0)]
    rows = [
        [words.area((level, area)), before, after, change]
        for level, area, before, after, change in changed.itertuples(index=False)
    ]
    return _sheet(telling, "people", fields, rows)


def _course(telling: Telling, course: pd.DataFrame) -> Sheet:
    names = standard_names(telling)
    figures = ("base", "due", "value", "projected", "target")
    fields = (
        Field(say("board.standard", telling.words.lang), width=34),
        *(Field(telling.say(one), "figure") for one in figures),
        Field(telling.say("verdict"), width=16),
    )
    rows = [
        [names[row["plan_id"], row["standard_id"]], *(Value(row[one], share=row["unit"] == "share") for one in figures),
         telling.say(f"course_{row['course']}")]
        for row in course.to_dict("records")
    ]  # fmt: skip
    return _sheet(telling, "course", fields, rows)


def _history(telling: Telling, history: pd.DataFrame) -> Sheet:
    names, words = standard_names(telling), telling.words
    shown = history.drop_duplicates(["run", "plan_id", "standard_id", "level", "area_id"])
    wide = shown.pivot_table(
        index=["plan_id", "standard_id", "level", "area_id", "unit"], columns="run", values="value", sort=False
    ).reset_index()
    runs = sorted(history["run"].unique())
    dates = history.drop_duplicates("run").set_index("run")["date"]
    fields = (
        Field(say("board.standard", words.lang), width=34),
        Field(telling.say("area"), width=22),
        *(Field(dates[run] or str(run), "figure") for run in runs),
    )
    rows = [
        [names[row["plan_id"], row["standard_id"]], words.area((row["level"], row["area_id"])),
         *(Value(row.get(run, float("nan")), share=row["unit"] == "share") for run in runs)]
        for row in wide.to_dict("records")
        if (row["plan_id"], row["standard_id"]) in names and (row["level"], row["area_id"]) in words.names
    ]  # fmt: skip
    return _sheet(telling, "history", fields, rows)
