"""Boards as tables: every standard of a plan with its verdict for the city, a field or a district."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.messages import number, paragraph, say
from lifecircle.plan import Circle, Statistic
from lifecircle.plan.wording import binding_words
from lifecircle.report.blocks import Cell, Column, Row, Table
from lifecircle.report.board import by_field
from lifecircle.report.content.words import NOTHING
from lifecircle.report.plain import headline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lifecircle.plan import Plan
    from lifecircle.report.board import BoardRow
    from lifecircle.report.content.words import Words


VERDICT_WIDTHS: Final = {"met": 1.1, "borderline": 1.7, "short": 1.1, "no_data": 1.3}
"""The verdicts, and how wide a column their name needs in either language."""

OPTIONAL: Final = (1, 2)
"""Columns of a field's table that a plan may have nothing to say in: the clause, and whether it binds."""

DENOMINATORS: Final = ("people", "target_group", "households", "residential_land")


def city_board(words: Words, plan: Plan) -> Table:
    """Return the headline board: every standard of a plan for the whole city, by field of the plan."""
    columns = (
        Column(say("board.standard", words.lang), width=3.6),
        Column(say("board.value", words.lang), number=True, width=1.5),
        Column(say("board.range", words.lang), number=True, width=2.0),
        Column(say("board.target", words.lang), number=True, width=1.6),
        Column(say("board.verdict", words.lang), width=1.5),
        Column(say("board.people", words.lang), number=True, width=1.4),
    )
    rows = []
    for field, own in by_field(words.board(plan, ("city", "city"))):
        rows.append(Row((Cell(words.name(field)),), band=True))
        rows += [Row((*_standing(words, row), Cell(words.people(row.result["shortfall_people"])))) for row in own]
    return Table(words.say("city_board", plan=words.name(plan.name)), columns, tuple(rows), words.say("board_note"))


def field_table(words: Words, rows: Sequence[BoardRow], field: str) -> Table:
    """Return the standards of one field with what the plan says and what would have to be added."""
    columns = (
        Column(say("board.standard", words.lang), width=3.4),
        Column(words.say("clause"), width=1.7),
        Column(words.say("binding"), width=1.2),
        Column(say("board.target", words.lang), number=True, width=1.5),
        Column(say("board.value", words.lang), number=True, width=1.5),
        Column(say("board.verdict", words.lang), width=1.5),
        Column(words.say("to_add"), width=1.8),
    )
    lines = []
    for row in rows:
        standard = row.standard
        reading = words.say("reading_mark") if standard.target_source == "reading" else ""
        lines.append(
            Row(
                (
                    Cell(words.name(standard.name)),
                    Cell(standard.clause.place),
                    Cell(binding_words(standard.binding, words.lang) or NOTHING),
                    Cell(words.target(standard) + reading),
                    words.value_cell(row),
                    words.verdict_cell(row.result["verdict"]),
                    Cell(words.missing(row)),
                )
            )
        )
    notes = []
    if any(row.standard.target_source == "reading" for row in rows):
        notes.append(words.say("reading_note", mark=words.say("reading_mark")))
    if any(isinstance(row.standard, Circle) and 0 < row.result["missing"] < np.inf for row in rows):
        notes.append(words.say("nearer_note"))
    told = _without_empty(columns, lines, OPTIONAL)
    return Table(words.say("field_table", field=field), *told, paragraph(notes, words.lang))


def _without_empty(
    columns: Sequence[Column], rows: Sequence[Row], optional: Sequence[int]
) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Leave out those of the optional columns in which nothing stands."""
    empty = {at for at in optional if all(row.cells[at].text == NOTHING for row in rows)}
    told = [at for at in range(len(columns)) if at not in empty]
    return tuple(columns[at] for at in told), tuple(Row(tuple(row.cells[at] for at in told)) for row in rows)


def spread_table(words: Words, plan: Plan, rows: Sequence[BoardRow], field: str) -> Table | None:
    """Return how the districts stand on the standards of a field; ``None`` where no district has a verdict."""
    columns = (
        Column(say("board.standard", words.lang), width=3.4),
        *(Column(headline(words.verdict(one)), number=True, width=width) for one, width in VERDICT_WIDTHS.items()),
        Column(words.say("lowest"), width=2.2),
        Column(words.say("highest"), width=2.2),
    )
    lines = []
    for row in rows:
        found = [words.row(plan, ("district", district), row.standard) for district in words.districts]
        own = sorted((one for one in found if one is not None), key=lambda one: one.result["value"])
        known = [one for one in own if one.result["verdict"] != "no_data"]
        if not known or isinstance(row.standard, Statistic):
            continue
        verdicts = [one.result["verdict"] for one in own]
        counts = (number(verdicts.count(verdict)) for verdict in VERDICT_WIDTHS)
        lines.append(Row(tuple(map(Cell, (words.name(row.standard.name), *counts, *_ends(words, known))))))
    title = words.say("spread_table", field=field)
    return Table(title, columns, tuple(lines)) if lines else None


def area_board(words: Words, plan: Plan, rows: Sequence[BoardRow], area: str) -> Table:
    """Return the standards that have a verdict in one area, with the distance to the reference group."""
    reference = words.findings.study.reference
    columns = [
        Column(say("board.standard", words.lang), width=2.85),
        Column(say("board.value", words.lang), number=True, width=1.55),
        Column(say("board.range", words.lang), number=True, width=2.0),
        Column(say("board.target", words.lang), number=True, width=1.45),
        Column(say("board.verdict", words.lang), width=1.65),
        Column(say("board.people", words.lang), number=True, width=1.35),
    ]
    if reference is not None:
        behind = words.say("behind", reference=words.area(("group", reference)))
        columns.append(Column(behind, number=True, width=2.15))
    lines = []
    for field, own in by_field([row for row in rows if row.result["verdict"] != "no_data"]):
        lines.append(Row((Cell(words.name(field)),), band=True))
        for row in own:
            gap = words.gap(plan, row)
            behind = NOTHING if gap is None else words.difference(gap, row.standard)
            cells = (*_standing(words, row), Cell(words.people(row.result["shortfall_people"])))
            lines.append(Row((*cells, Cell(behind)) if reference is not None else cells))
    return Table(words.say("area_board", area=area, plan=words.name(plan.name)), tuple(columns), tuple(lines))


def denominator_table(words: Words, plan: Plan) -> Table | None:
    """Return the shares of all circles by people, households and residential land, side by side, for the city."""
    own = words.results[(words.results["plan_id"] == plan.id) & (words.results["level"] == "city")]
    own = own[own["kind"].isin(["circle", "composite"])]
    names = [name for name in DENOMINATORS if name in set(own["denominator"])]
    if len(names) < 2:  # noqa: PLR2004 - one denominator has nothing beside it
        return None
    columns = (
        Column(say("board.standard", words.lang), width=3),
        *(Column(say(f"denominator.{name}", words.lang), number=True) for name in names),
    )
    lines = []
    for standard_id, rows in own.groupby("standard_id", sort=False):
        value = rows.set_index("denominator")["value"].reindex(names)
        shares = (Cell(NOTHING if np.isnan(share) else words.share(share)) for share in value)
        lines.append(Row((Cell(words.name(plan.standard(str(standard_id)).name)), *shares)))
    return Table(
        words.of_plan(words.say("denominator_table"), plan), columns, tuple(lines), words.say("denominator_note")
    )


def _standing(words: Words, row: BoardRow) -> tuple[Cell, ...]:
    """Return name, value, range, target and verdict of a result."""
    return (
        Cell(words.name(row.standard.name)),
        words.value_cell(row),
        Cell(words.range(row)),
        Cell(words.target(row.standard)),
        words.verdict_cell(row.result["verdict"]),
    )


def _ends(words: Words, rows: Sequence[BoardRow]) -> tuple[str, str]:
    """Name the first and the last of some areas, in the order of their values; no name where all are alike."""
    values = [words.figure(row.result["value"], row.standard) for row in rows]
    if values[0] == values[-1]:
        return values[0], values[-1]
    first, last = (
        _placed(words, [row for row, own in zip(rows, values, strict=True) if own == value], value)
        for value in (values[0], values[-1])
    )
    return first, last


def _placed(words: Words, rows: Sequence[BoardRow], value: str) -> str:
    """Name the areas that have a value: the first one, and how many they are where there are several."""
    area = words.area((rows[0].result["level"], rows[0].result["area_id"]))
    if len(rows) == 1:
        return words.say("placed", area=area, value=value)
    return words.say("placed_alike", area=area, count=number(len(rows)), value=value)
