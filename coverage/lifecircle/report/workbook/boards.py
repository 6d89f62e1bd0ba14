"""The sheets about standards: the board, a sheet for each field of the plan, districts, and the plan's own table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lifecircle.messages import catalogue, say
from lifecircle.plan import Circle, Composite, Ratio, Statistic
from lifecircle.plan.wording import KIND_NAMES, binding_words
from lifecircle.report.board import by_field
from lifecircle.report.content.words import WHOLE_CITY
from lifecircle.report.plain import plain
from lifecircle.report.workbook.sheet import Field, Sheet, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lifecircle.plan import Plan, Standard
    from lifecircle.report.board import BoardRow, Record
    from lifecircle.report.content.words import Area, Words


def board_sheet(words: Words, area: Area) -> Sheet:
    """Return every standard of every plan for one area."""
    fields = (
        Field(words.say("plan"), width=42),
        Field(words.say("field"), width=14),
        Field(say("board.standard", words.lang), width=46),
        Field(words.say("kind"), width=10),
        Field(words.say("clause"), width=18),
        Field(words.say("binding"), width=9),
        Field(words.say("year"), "year", 7),
        *_result_fields(words),
    )
    rows = []
    for plan in words.findings.plans:
        for row in words.board(plan, area):
            standard = row.standard
            about = [
                words.name(plan.name),
                words.name(row.field),
                words.name(standard.name),
                KIND_NAMES[standard.kind].text(words.lang),
                standard.clause.place,
                binding_words(standard.binding, words.lang),
                standard.year,
            ]
            rows.append([*about, *_result_cells(words, row)])
    return Sheet(words.say("sheet_board"), words.say("board_of", area=words.area(area)), fields, rows, frozen=3)


def field_sheets(words: Words) -> Iterator[Sheet]:
    """Yield a sheet for each field of each plan: its standards by city, groups and districts."""
    areas = [WHOLE_CITY, *(("group", one) for one in words.groups), *(("district", one) for one in words.districts)]
    for plan in words.findings.plans:
        for field, own in by_field(words.board(plan, WHOLE_CITY)):
            fields = (
                Field(say("board.standard", words.lang), width=46),
                Field(words.say("denominator"), width=12),
                Field(words.say("unit"), width=12),
                Field(say("board.target", words.lang), width=14),
                *(Field(words.area(area), "figure", 10) for area in areas),
            )
            rows = [_across(words, plan, row, areas) for row in own]
            title = words.say("field_sheet", field=words.name(field), plan=words.name(plan.name))
            yield Sheet(words.name(field), title, fields, rows)


def districts_sheet(words: Words, areas: Sequence[Area]) -> Sheet | None:
    """Return what every standard says of some areas, with the gap to the reference; ``None`` where there are none."""
    fields = (
        Field(words.say("area"), width=20),
        Field(words.say("level"), width=9),
        Field(words.say("field"), width=14),
        Field(say("board.standard", words.lang), width=46),
        *_result_fields(words),
        Field(words.say("reference_value"), "figure"),
        Field(words.say("difference"), "figure"),
        Field(words.say("people_behind"), "people"),
        Field(words.say("gini"), "number"),
    )
    rows = []
    for area in areas:
        for plan in words.findings.plans:
            for row in words.board(plan, area):
                if row.result["verdict"] == "no_data" and isinstance(row.standard, Statistic):
                    continue
                place = [words.area(area), say(f"level.{area[0]}", words.lang)]
                about = [words.name(row.field), words.name(row.standard.name)]
                rows.append([*place, *about, *_result_cells(words, row), *_gap_cells(words, plan, row)])
    return Sheet(words.say("sheet_districts"), words.say("districts_sheet"), fields, rows, frozen=4) if rows else None


def indicators_sheet(words: Words) -> Sheet | None:
    """Return the plans' tables of indicators as printed, beside our values; ``None`` where no plan has one."""
    fields = (
        Field(words.say("field"), width=14),
        Field(words.say("indicator"), width=44),
        Field(words.say("binding"), width=9),
        Field(words.say("printed_2020"), width=12),
        Field(words.say("printed_2025"), width=12),
        Field(words.say("own_value"), "figure", 12),
        Field(words.say("unit"), width=14),
        Field(say("board.verdict", words.lang), "verdict", 10),
        Field(words.say("computed_by"), width=36),
    )
    rows: list[list[Any]] = []
    for plan in words.findings.plans:
        board = {row.standard.id: row for row in words.board(plan, WHOLE_CITY)}
        for one in plan.indicators:
            row = board.get(one.id if one.standard == "statistic" else one.standard)
            about = [words.name(plan.fields[one.field]), words.name(one.name), binding_words(one.binding, words.lang)]
            printed = [one.value_2020.printed, one.target_2025.printed]
            rows.append([*about, *printed, *_own(words, row)])
    return Sheet(words.say("sheet_indicators"), words.say("indicators_sheet"), fields, rows, frozen=2) if rows else None


def unit_words(words: Words, standard: Standard) -> str:
    """Return the unit of a standard's value."""
    if isinstance(standard, Ratio | Statistic):
        return words.name(standard.unit) if standard.unit is not None else ""
    return "%"


def denominator_words(words: Words, result: Record) -> str:
    """Return what the total of a result counts; a column of the facilities has no other name than its own."""
    name = str(result["denominator"])
    for key in (f"denominator.{name}", f"report.counted_{name}"):
        if key in catalogue():
            return say(key, words.lang)
    return plain(name)


def figure(row: BoardRow | None, column: str = "value") -> Value:
    """Return a value of a result, coloured by its verdict."""
    if row is None:
        return Value(np.nan, share=True, verdict="no_data")
    result = row.result
    return Value(result[column], result["unit"] == "share", result["verdict"] if column == "value" else "")


def _result_fields(words: Words) -> tuple[Field, ...]:
    return (
        Field(words.say("denominator"), width=12),
        Field(words.say("covered"), "people", 13),
        Field(words.say("total"), "people", 13),
        Field(words.say("unknown_count"), "people", 11),
        Field(say("board.value", words.lang), "figure", 11),
        Field(words.say("low"), "figure", 10),
        Field(words.say("high"), "figure", 10),
        Field(words.say("unit"), width=12),
        Field(say("board.target", words.lang), width=14),
        Field(say("board.verdict", words.lang), "verdict", 10),
        Field(say("board.people", words.lang), "people", 12),
        Field(words.say("to_add"), width=18),
        Field(words.say("no_verdict_why"), width=24),
    )


def _result_cells(words: Words, row: BoardRow) -> list[Any]:
    result = row.result
    people = isinstance(row.standard, Circle | Composite)
    amounts = [result[column] for column in ("covered", "total", "unknown")]
    return [
        denominator_words(words, result),
        *(counted(words, amount) if people else amount for amount in amounts),
        figure(row),
        figure(row, "low"),
        figure(row, "high"),
        unit_words(words, row.standard),
        words.target(row.standard),
        words.verdict(result["verdict"]),
        counted(words, result["shortfall_people"]),
        words.missing(row),
        words.reason(result) if result["reason"] else "",
    ]


def counted(words: Words, people: float) -> float | str:
    """Return a number of people, in words where it is too small to be told."""
    return words.people(people) if words.hides(people) else people


def _gap_cells(words: Words, plan: Plan, row: BoardRow) -> list[Any]:
    gap = words.gap(plan, row)
    if gap is None:
        return [None, None, None, None]
    share = gap["unit"] == "share"
    behind = counted(words, gap["people_behind"]) if share else None
    return [Value(gap["reference_value"], share), Value(gap["difference"], share), behind, gap["gini"]]


def _across(words: Words, plan: Plan, row: BoardRow, areas: Sequence[Area]) -> list[Any]:
    about = [words.name(row.standard.name), denominator_words(words, row.result), unit_words(words, row.standard)]
    return [*about, words.target(row.standard), *(figure(words.row(plan, area, row.standard)) for area in areas)]


def _own(words: Words, row: BoardRow | None) -> list[Any]:
    if row is None:
        return [None, "", words.verdict("no_data"), ""]
    computed = words.say("supplied") if isinstance(row.standard, Statistic) else words.name(row.standard.name)
    return [figure(row), unit_words(words, row.standard), words.verdict(row.result["verdict"]), computed]
