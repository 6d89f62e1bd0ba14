"""Takes a proposal in words, gives its report: a tree of sections that every writer walks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lifecircle.messages import number, say
from lifecircle.plan import Circle, Composite
from lifecircle.report.blocks import Bullets, Cell, Column, Picture, Report, Row, Section, Table, numbered
from lifecircle.report.board import board, records
from lifecircle.report.charts.returns import returns_chart
from lifecircle.report.content.notes import credits_of, source_lines
from lifecircle.report.proposal.telling import CITY, method_lines, short_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lifecircle.report.blocks import Block
    from lifecircle.report.proposal.telling import ProposalWords


def proposal_report(told: ProposalWords) -> Report:
    """Return the report on a proposal."""
    words = told.words
    study = words.findings.study
    sections = (
        _part(
            told,
            "proposal",
            overview=(Bullets(tuple(short_lines(told))),),
            sites=(_sites_table(told),),
            areas=(_areas_table(told), _standards_table(told)),
        ),
        Section(told.say("target"), (_fewest_table(told), _returns_picture(told))),
        _part(told, "grounds", robust=(_readings_table(told),), method=(Bullets(tuple(method_lines(told))),)),
        *credits_of(words),
    )
    return numbered(
        Report(
            lang=words.lang,
            title=told.title(),
            lines=tuple(words.name(plan.name) for plan in words.findings.plans),
            warning=say("summary.synthetic", words.lang) if study.synthetic else "",
            sections=sections,
            credits=source_lines(words),
        )
    )


def _part(told: ProposalWords, title: str, **sections: tuple[Block, ...]) -> Section:
    """Return a chapter of sections, by the keys of their titles."""
    parts = tuple(Section(told.say(key), blocks) for key, blocks in sections.items())
    return Section(told.say(title), sections=parts)


def _sites_table(told: ProposalWords) -> Table:
    sites, words = records(told.proposal.sites.drop(columns="geometry")), told.words
    priced = any(site["cost"] != 1 for site in sites)
    columns = (
        Column(told.say("number"), width=0.7),
        Column(told.say("place"), width=1.6),
        Column(say("level.district", words.lang), width=1.2),
        Column(say("level.street", words.lang), width=1.5),
        Column(told.say("position"), width=2.4),
        *((Column(told.say("cost"), number=True),) if priced else ()),
        Column(told.say("gains"), number=True, width=1.2),
        Column(told.say("share_after"), number=True, width=1.1),
        Column(told.say("kept"), width=1.1),
    )

    def cells(site: dict[str, Any]) -> list[str]:
        return [
            number(site["rank"]),
            told.place(site),
            told.area(site["district_id"]),
            told.area(site["street_id"], "street"),
            told.position(site),
            *([f"{site['cost']:,g}"] if priced else []),
            words.people(site["gains"]),
            words.share(site["share_after"]),
            told.kept(site),
        ]

    return Table(told.say("sites_table"), columns, _rows(map(cells, sites)), told.say("sites_note"))


def _areas_table(told: ProposalWords) -> Table:
    words = told.words
    columns = (
        Column(words.say("area"), width=2),
        Column(told.say("before"), number=True),
        Column(told.say("after"), number=True),
        Column(told.say("gains"), number=True),
        Column(told.say("site_count"), number=True),
    )
    rows = _rows(
        (
            words.area((row["level"], row["area_id"])),
            words.share(row["share_before"]),
            words.share(row["share_after"]),
            words.people(row["gained"]),
            number(row["sites"]),
        )
        for row in records(told.proposal.by_area)
        if row["people"] > 0
    )
    return Table(told.say("areas_table", standard=words.quoted(told.circle)), columns, rows)


def _standards_table(told: ProposalWords) -> Table:
    """Return the circles and bundles whose share of the city the sites change."""
    words = told.words
    columns = (
        Column(say("board.standard", words.lang), width=2.4),
        Column(told.say("before"), number=True),
        Column(told.say("after"), number=True),
        Column(say("board.target", words.lang), number=True),
        Column(say("board.verdict", words.lang)),
    )
    rows = []
    for plan in words.findings.plans:
        before = {row.standard.id: row.result["value"] for row in board(plan, told.before, *CITY)}
        for row in board(plan, told.after, *CITY):
            known = before[row.standard.id]
            if isinstance(row.standard, Circle | Composite) and abs(row.result["value"] - known) > 0:
                cells = (words.name(row.standard.name), words.share(known), words.share(row.result["value"]))
                last = (Cell(words.target(row.standard)), words.verdict_cell(row.result["verdict"]))
                rows.append(Row((*map(Cell, cells), *last)))
    return Table(told.say("standards_table"), columns, tuple(rows), told.say("standards_note"))


def _fewest_table(told: ProposalWords) -> Table:
    words = told.words
    columns = (
        Column(words.say("area"), width=1.8),
        Column(told.say("before"), number=True),
        Column(told.say("fewest"), number=True),
        Column(told.say("after"), number=True),
        Column(told.say("how"), width=1.9),
    )
    rows = _rows(
        (
            words.area((row["level"], row["area_id"])),
            words.share(row["share"]),
            told.fewest(row),
            words.share(row["share_after"]),
            told.how(row),
        )
        for row in records(told.proposal.fewest)
    )
    title = told.say("fewest_table", standard=words.quoted(told.circle))
    return Table(title, columns, rows, told.say("fewest_note"))


def _returns_picture(told: ProposalWords) -> Block:
    returns, words = told.proposal.returns, told.words
    last = returns.iloc[-1]
    solved = int(returns.loc[returns["how"] == "exact", "sites"].max())
    alt = told.say(
        "returns_alt",
        first=number(0),
        share_first=words.share(returns["share"].iloc[0]),
        last=number(last["sites"]),
        share_last=words.share(last["share"]),
    )
    drawing = returns_chart(
        returns["sites"].to_numpy(np.int64),
        returns["share"].to_numpy(np.float64),
        returns["share_bound"].to_numpy(np.float64),
        {"target": told.circle.threshold, "wish": len(told.proposal.sites)},
        {"axis": told.say("returns_axis")}
        | {part: told.say(f"line_{part}") for part in ("share", "bound", "target", "wish")},
        words.lang,
    )
    return Picture(told.say("returns_chart"), alt, drawing, told.say("returns_note", solved=number(solved)))


def _readings_table(told: ProposalWords) -> Table:
    words = told.words
    columns = (
        Column(told.say("reading"), width=1.8),
        Column(told.say("same"), number=True),
        Column(told.say("before"), number=True),
        Column(told.say("after"), number=True),
        Column(told.say("best"), number=True),
    )
    rows = _rows(
        (
            told.say(f"reading_{row['reading']}"),
            number(row["same"]),
            *(words.share(row[share]) for share in ("share_before", "share_after", "share_best")),
        )
        for row in records(told.proposal.readings)
    )
    return Table(told.say("robust_table"), columns, rows, told.say("robust_note"))


def _rows(lines: Iterable[Iterable[str]]) -> tuple[Row, ...]:
    return tuple(Row(tuple(map(Cell, line))) for line in lines)
