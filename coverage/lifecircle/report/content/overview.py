"""The first chapters: the headline board of each plan, and each field of the plan on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.messages import number
from lifecircle.report.blocks import Bullets, Paragraph, Section
from lifecircle.report.board import by_field, verdict_counts
from lifecircle.report.content.boards import city_board, field_table, spread_table
from lifecircle.report.content.highlights import highlights
from lifecircle.report.content.sentences import need_sentence
from lifecircle.report.content.words import WHOLE_CITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.plan import Plan
    from lifecircle.report.blocks import Block
    from lifecircle.report.board import BoardRow
    from lifecircle.report.content.words import Words


def overview(words: Words) -> Section:
    """Return the chapter with the headline boards, each after what stands out in it."""
    blocks: list[Block] = []
    for plan in words.findings.plans:
        rows = words.board(plan, WHOLE_CITY)
        counts = verdict_counts(rows, words.lang)
        told = words.say("counted", plan=words.name(plan.name), standards=number(len(rows)), counts=counts)
        blocks.append(Paragraph(told))
        if found := highlights(words, plan):
            blocks.append(Bullets(found))
        blocks.append(city_board(words, plan))
    return Section(words.say("overview"), tuple(blocks))


def fields(words: Words) -> Iterator[Section]:
    """Yield a chapter for each plan, with a part for each of its fields."""
    several = len(words.findings.plans) > 1
    for plan in words.findings.plans:
        title = words.say("fields_of", plan=words.name(plan.name)) if several else words.say("fields")
        parts = [_field(words, plan, rows) for _, rows in by_field(words.board(plan, WHOLE_CITY))]
        yield Section(title, sections=tuple(parts))


def _field(words: Words, plan: Plan, rows: list[BoardRow]) -> Section:
    name = words.name(rows[0].field)
    counts = verdict_counts(rows, words.lang)
    blocks: list[Block] = [Paragraph(words.say("field_counted", standards=number(len(rows)), counts=counts))]
    blocks.append(field_table(words, rows, name))
    if needs := [need_sentence(words, row) for row in rows if _is_needed(row)]:
        blocks.append(Bullets(tuple(needs), lead=words.say("needs")))
    if spread := spread_table(words, plan, rows, name):
        blocks.append(spread)
    return Section(name, tuple(blocks))


def _is_needed(row: BoardRow) -> bool:
    """Say whether a result misses its target; what only might miss it goes without a sentence."""
    return bool(row.result["shortfall"] > 0)
