"""The chapter on walking in the whole city: its minutes, groups and districts, the gap to the centre, communities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.messages import number, say
from lifecircle.plan import Circle, Composite
from lifecircle.report.blocks import Bullets, Cell, Column, Row, Section, Table
from lifecircle.report.content.boards import denominator_table
from lifecircle.report.content.pictures import (
    coverage_picture,
    gap_pictures,
    map_pictures,
    minutes_pictures,
    reached,
    sixes,
)
from lifecircle.report.content.sentences import reach_paragraphs
from lifecircle.report.content.words import NOTHING, WHOLE_CITY
from lifecircle.scores.stability import READINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lifecircle.plan import Plan
    from lifecircle.report.blocks import Block
    from lifecircle.report.board import BoardRow
    from lifecircle.report.content.words import Area, Words


def city_chapter(words: Words) -> Section:
    """Return the chapter; parts about districts and groups only where the study has any."""
    parts = [_whole(words), _areas(words), _gap(words), _communities(words)]
    return Section(words.say("city"), sections=tuple(part for part in parts if part.blocks))


def _whole(words: Words) -> Section:
    blocks: list[Block] = [Bullets(reach_paragraphs(words, WHOLE_CITY))]
    for plan in words.findings.plans:
        blocks += minutes_pictures(words, plan)
        blocks += [table] if (table := denominator_table(words, plan)) else []
    return Section(words.say("city_whole"), tuple(blocks))


def _areas(words: Words) -> Section:
    areas = _larger_areas(words)
    blocks: list[Block] = []
    if areas:
        for plan in words.findings.plans:
            for rows in sixes(reached(words, plan)):
                picture = coverage_picture(words, plan, rows, areas)
                blocks += [picture, _coverage_table(words, plan, rows, areas)]
    return Section(words.say("city_areas"), tuple(blocks))


def _coverage_table(words: Words, plan: Plan, rows: Sequence[BoardRow], areas: Sequence[Area]) -> Table:
    """Return the share of some circles in some areas, one row for each area."""
    columns = (
        Column(words.say("area"), width=1.4),
        *(Column(words.name(row.standard.name), number=True) for row in rows),
    )
    lines = []
    for area in (WHOLE_CITY, *areas):
        found = (words.row(plan, area, row.standard) for row in rows)
        shares = (NOTHING if one is None else words.share(one.result["value"]) for one in found)
        lines.append(Row(tuple(map(Cell, (words.area(area), *shares)))))
    return Table(words.of_plan(words.say("coverage_chart"), plan), columns, tuple(lines))


def _gap(words: Words) -> Section:
    reference = words.findings.study.reference
    if reference is None:
        return Section("")
    blocks: list[Block] = []
    for plan in words.findings.plans:
        blocks += gap_pictures(words, plan, _larger_areas(words))
        blocks += _gap_tables(words, plan)
    return Section(words.say("city_gap", reference=words.area(("group", reference))), tuple(blocks))


def _communities(words: Words) -> Section:
    blocks: list[Block] = []
    for plan in words.findings.plans:
        blocks += map_pictures(words, plan, WHOLE_CITY)
    blocks += [table] if (table := _ranking_table(words)) else []  # after all maps, each of which fills a page
    return Section(words.say("city_communities"), tuple(blocks))


def _ranking_table(words: Words) -> Table | None:
    """Return how far the ranking of the communities holds in each other reading of a circle, plan by plan."""
    taus = words.findings.ranking.pivot_table(index=["plan_id", "standard_id"], columns="reading", values="tau")
    if taus.empty:
        return None
    readings = [reading for reading in READINGS if reading in taus]
    columns = (
        Column(say("board.standard", words.lang), width=3),
        *(Column(words.say(f"reading_{reading}"), number=True) for reading in readings),
    )
    values = {(str(plan), str(standard)): own for (plan, standard), *own in taus[readings].itertuples()}
    rows = []
    for plan in words.findings.plans:
        own = [one for one in plan.standards if (plan.id, one.id) in values]
        rows += [Row((Cell(words.name(plan.name)),), band=True)] if own and len(words.findings.plans) > 1 else []
        rows += [
            Row((Cell(words.name(one.name)), *(Cell(number(tau, 2)) for tau in values[plan.id, one.id]))) for one in own
        ]
    return Table(words.say("ranking_table"), columns, tuple(rows), words.say("ranking_note"))


def _gap_tables(words: Words, plan: Plan) -> Iterator[Table]:
    """Yield how unevenly each circle is spread over people and communities, in the city, its groups and districts."""
    compared = bool(words.findings.gaps["change"].notna().any())
    columns = (
        Column(words.say("area"), width=2.2),
        Column(words.say("behind_points"), number=True, width=1.3),
        Column(words.say("people_behind"), number=True, width=1.5),
        *([Column(words.say("change"), number=True, width=1.3)] if compared else []),
        Column(words.say("gini"), number=True),
        Column(words.say("worst_tenth"), number=True, width=1.3),
    )
    lines = []
    for row in words.board(plan, WHOLE_CITY):
        if not isinstance(row.standard, Circle | Composite) or row.result["verdict"] == "no_data":
            continue
        lines.append(Row((Cell(words.name(row.standard.name)),), band=True))
        for area in (WHOLE_CITY, *_larger_areas(words)):
            own = words.row(plan, area, row.standard)
            gap = None if own is None else words.gap(plan, own)
            if gap is not None:
                cells = (
                    words.difference(gap, row.standard),
                    words.behind(gap),
                    *([number(100 * gap["change"], 1)] if compared else []),
                    number(gap["gini"], 2),
                    words.share(gap["p10"]),
                )
                lines.append(Row((Cell(words.area(area)), *map(Cell, cells))))
    if lines:
        yield Table(words.of_plan(words.say("gap_table"), plan), columns, tuple(lines), words.say("gap_note"))


def _larger_areas(words: Words) -> list[Area]:
    return [*(("group", one) for one in words.groups), *(("district", one) for one in words.districts)]
