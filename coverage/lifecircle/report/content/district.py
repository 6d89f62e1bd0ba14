"""The chapter of one district: its standards, its gap, its worst communities and why, the rural ones apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeGuard

import numpy as np

from lifecircle.messages import number, say
from lifecircle.plan import Circle, Composite, Presence
from lifecircle.report.blocks import Bullets, Cell, Column, Paragraph, Row, Section, Table
from lifecircle.report.content.boards import area_board
from lifecircle.report.content.pictures import map_pictures, profile_picture
from lifecircle.report.content.sentences import area_counts, reach_paragraphs, worst_communities
from lifecircle.report.content.words import beyond
from lifecircle.report.plain import headline

if TYPE_CHECKING:
    from lifecircle.plan import Plan, Standard
    from lifecircle.report.blocks import Block
    from lifecircle.report.board import Record
    from lifecircle.report.content.words import Words

MOST_COMMUNITIES: Final = 12
BRIEF_COMMUNITIES: Final = 5
SETTINGS: Final = ("urban", "rural")


@dataclass(frozen=True)
class DistrictChapter:
    """The chapter of a district in two lengths, which share their tables and drawings.

    Attributes
    ----------
    whole : Section
        With maps, the gap in detail, and the rural communities apart.
    brief : Section
        The board, the circles and the worst communities.
    """

    whole: Section
    brief: Section


def district_chapter(words: Words, district: str) -> DistrictChapter:
    """Return the chapter of a district.

    Parameters
    ----------
    words : Words
    district : str
        Its id.
    """
    area = ("district", district)
    standing, circles = _standing(words, district), _circles(words, district)
    maps = [picture for plan in words.findings.plans for picture in map_pictures(words, plan, area)]
    whole = (
        standing,
        replace(circles, blocks=(*circles.blocks, *maps)),
        _gap(words, district),
        _worst(words, district, MOST_COMMUNITIES),
        _settings(words, district),
    )
    brief = (standing, circles, _worst(words, district, BRIEF_COMMUNITIES))
    title = words.area(area)
    return DistrictChapter(
        *(Section(title, sections=tuple(part for part in parts if part.blocks)) for parts in (whole, brief))
    )


def _standing(words: Words, district: str) -> Section:
    """Return the board, and what has no verdict here."""
    area = ("district", district)
    blocks: list[Block] = []
    for plan in words.findings.plans:
        rows = words.board(plan, area)
        blocks.append(Paragraph(area_counts(words, plan, rows, area)))
        table = area_board(words, plan, rows, words.area(area))
        blocks += [table] if table.rows else []
    return Section(words.say("district_standing"), tuple(blocks))


def _circles(words: Words, district: str) -> Section:
    area = ("district", district)
    blocks: list[Block] = []
    if told := reach_paragraphs(words, area):
        blocks.append(Bullets(told))
    for plan in words.findings.plans:
        picture = profile_picture(words, plan, area)
        blocks += [picture] if picture else []
    return Section(words.say("district_circles"), tuple(blocks))


def _gap(words: Words, district: str) -> Section:
    """Return every figure that the reference group has too, with the difference and the spread over communities."""
    reference = words.findings.study.reference
    if reference is None:
        return Section("")
    named, area = words.area(("group", reference)), words.area(("district", district))
    columns = (
        Column(say("board.standard", words.lang), width=3.0),
        Column(area, number=True, width=1.4),
        Column(named, number=True, width=1.4),
        Column(words.say("behind_short"), number=True, width=2.1),
        Column(words.say("people_behind"), number=True, width=1.3),
        Column(words.say("gini"), number=True, width=1.3),
        Column(words.say("worst_tenth"), number=True, width=1.6),
    )
    lines = []
    for plan in words.findings.plans:
        for row in words.board(plan, ("district", district)):
            gap = words.gap(plan, row)
            if gap is None:
                continue
            cells = (
                words.name(row.standard.name),
                words.figure(gap["value"], row.standard),
                words.figure(gap["reference_value"], row.standard),
                words.difference(gap, row.standard),
                words.behind(gap),
                number(gap["gini"], 2),
                words.figure(gap["p10"], row.standard),
            )
            lines.append(Row(tuple(map(Cell, cells))))
    title = words.say("district_gap_table", area=area, reference=named)
    table = Table(title, columns, tuple(lines), words.say("gap_note"))
    return Section(words.say("district_gap", reference=named), (table,) if lines else ())


def _worst(words: Words, district: str, most: int) -> Section:
    blocks = [table] if (table := _worst_table(words, district, most)) else []
    return Section(words.say("district_worst"), tuple(blocks))


def _worst_table(words: Words, district: str, most: int, setting: str | None = None) -> Table | None:
    """Return the communities in which most people miss a circle, with the reason; of one setting only if asked."""
    found = []
    for plan in words.findings.plans:
        for row in words.board(plan, ("district", district)):
            if isinstance(row.standard, Circle):
                own = worst_communities(words, plan, row, most, setting)
                found += [(plan, row.standard, result) for result in own]
    found.sort(key=lambda one: (-one[2]["shortfall_people"], one[2]["area_id"]))
    columns = (
        Column(say("level.community", words.lang), width=2.2),
        Column(say("level.street", words.lang), width=1.8),
        Column(say("board.standard", words.lang), width=2.6),
        Column(say("board.value", words.lang), number=True, width=1.2),
        Column(say("board.people", words.lang), number=True, width=1.2),
        Column(words.say("why"), width=3.4),
    )
    lines = []
    for plan, standard, result in found[:most]:
        street = result["street_id"]
        cells = (
            words.area(("community", result["area_id"])),
            words.area(("street", street)) if isinstance(street, str) else "—",
            words.name(standard.name),
            words.share(result["value"]),
            words.people(result["shortfall_people"]),
            _why(words, plan, standard, result),
        )
        lines.append(Row(tuple(map(Cell, cells))))
    key = "worst_table" if setting is None else "worst_table_setting"
    kind = say(f"setting.{setting}", words.lang) if setting else ""
    title = words.say(key, area=words.area(("district", district)), setting=kind)
    return Table(title, columns, tuple(lines), words.say("why_note")) if lines else None


def _why(words: Words, plan: Plan, circle: Circle, result: Record) -> str:
    """Say why a community misses a circle: how far the service is, and which facility it or its street lacks."""
    reasons = []
    if np.isinf(result["missing"]):
        reasons.append(words.say("why_nowhere"))
    elif result["missing"] > 0:
        reasons.append(
            words.say(f"why_{result['missing_unit']}", amount=beyond(result["missing"], result["missing_unit"]))
        )
    own = {"community": result["area_id"], "street": result["street_id"]}
    for presence in (one for level in own for one in plan.standards if _places_in(one, level, circle)):
        if words.lacks(plan, presence, own[presence.level]):
            level = say(f"level.{presence.level}", words.lang).lower()
            reasons.append(words.say("why_lacking", level=level, standard=words.quoted(presence)))
            break
    return say("summary.separator", words.lang).join(reasons) or "—"


def _places_in(standard: Standard, level: str, circle: Circle) -> TypeGuard[Presence]:
    """Say whether a standard promises every area of a level a facility that the circle is about."""
    return isinstance(standard, Presence) and standard.level == level and bool({*standard.layers} & {*circle.layers})


def _settings(words: Words, district: str) -> Section:
    """Return the urban and the rural communities side by side, then the worst of the rural ones."""
    blocks: list[Block] = []
    for plan in words.findings.plans:
        table = _settings_table(words, plan, district)
        blocks += [table] if table else []
    rural = _worst_table(words, district, MOST_COMMUNITIES, "rural")
    blocks += [rural] if rural else []
    return Section(words.say("district_settings"), tuple(blocks))


def _settings_table(words: Words, plan: Plan, district: str) -> Table | None:
    area = words.area(("district", district))
    columns = (
        Column(say("board.standard", words.lang), width=3.2),
        Column(area, number=True, width=1.3),
        *(Column(headline(say(f"setting.{setting}", words.lang)), number=True, width=1.5) for setting in SETTINGS),
        Column(say("board.target", words.lang), number=True, width=1.3),
    )
    lines = []
    for row in words.board(plan, ("district", district)):
        own = [words.row(plan, ("setting", f"{district}:{setting}"), row.standard) for setting in SETTINGS]
        known = [part is not None and part.result["verdict"] != "no_data" for part in own]
        if isinstance(row.standard, Circle | Composite | Presence) and any(known):
            told = (words.value_cell(part) if part is not None else Cell("—") for part in own)
            lines.append(
                Row(
                    (
                        Cell(words.name(row.standard.name)),
                        words.value_cell(row),
                        *told,
                        Cell(words.target(row.standard)),
                    )
                )
            )
    if not lines:
        return None
    return Table(words.of_plan(words.say("settings_table", area=area), plan), columns, tuple(lines))
