"""Takes the effects of some changes, gives the report and the sheet on them: what is to change, and whom it helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.crs import geodesic_m
from lifecircle.messages import number, paragraph, say
from lifecircle.monitoring.inventory import FACILITY_CHANGES, PEOPLE_CHANGES, STREET_CHANGES
from lifecircle.monitoring.page import MOST_COMMUNITIES, MOST_TOLD, larger_areas
from lifecircle.monitoring.parts import PARTS
from lifecircle.monitoring.sheets import standard_names
from lifecircle.monitoring.telling import Telling, change_paragraph, worth_telling
from lifecircle.plan import Circle, Composite
from lifecircle.report.blocks import Bullets, Cell, Column, Paragraph, Report, Row, Section, Table, numbered
from lifecircle.report.content.notes import credits_of, source_lines
from lifecircle.report.content.words import WHOLE_CITY, Words
from lifecircle.report.plain import plain
from lifecircle.report.workbook.sheet import Field, Sheet, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.report.blocks import Block
    from lifecircle.report.content.words import Area
    from lifecircle.report.findings import Findings
    from lifecircle.scenarios.changes import Changes

_PEOPLE: Final = ("gained", "lost", "newcomers_covered")
_LEVELS: Final = ("city", "group", "district", "street")


def telling_of_effects(effects: pd.DataFrame, after: Findings, lang: Lang) -> Telling:
    """Return effects ready to be told in one language; their cause is known, and no part of them is another's."""
    return Telling(
        words=Words(after, lang),
        earlier_plans=after.plans,
        changes=effects.assign(cause="", **dict.fromkeys(PARTS, np.nan)),
        facilities=pd.DataFrame(columns=list(FACILITY_CHANGES)),
        streets=pd.DataFrame(columns=list(STREET_CHANGES)),
        people=pd.DataFrame(columns=list(PEOPLE_CHANGES)),
    )


def effects_report(telling: Telling, changes: Changes, facilities: pd.DataFrame) -> Report:
    """Return the report on a scenario.

    Parameters
    ----------
    telling : Telling
        Of the effects.
    changes : Changes
    facilities : DataFrame
        Before the changes, for the names of those that move or close.
    """
    words = telling.words
    study = words.findings.study
    name = plain(changes.name.text(words.lang))
    sections = (_what(telling, changes, facilities), _before_and_after(telling), *credits_of(words))
    return numbered(
        Report(
            lang=words.lang,
            title=telling.say("scenario_title", study=words.area(WHOLE_CITY), scenario=name),
            lines=tuple(words.name(plan.name) for plan in words.findings.plans),
            warning=say("summary.synthetic", words.lang) if study.synthetic else "",
            sections=sections,
            credits=source_lines(words),
        )
    )


def effect_paragraph(telling: Telling, plan: Plan, row: pd.Series) -> str:
    """Tell how one standard changes in one area, and how many people win and lose by it."""
    said = change_paragraph(telling, plan, row)
    if np.isnan(row["gained"]):
        return said
    people = telling.words.people
    parts = [telling.say(f"people_{name}", people=people(row[name])) for name in ("gained", "lost") if row[name] > 0]
    if row["newcomers"] > 0:
        covered = people(row["newcomers_covered"])
        parts.append(telling.say("people_new", newcomers=people(row["newcomers"]), people=covered))
    if not parts:
        return said
    together = say("report.apart", telling.words.lang).join(parts)
    return paragraph([said, telling.say("people_all", parts=together)], telling.words.lang)


def _what(telling: Telling, changes: Changes, facilities: pd.DataFrame) -> Section:
    names = facilities.set_index(["layer", "facility_id"])["name"].to_dict()
    layers = telling.words.layers

    def named(layer: str, own: str) -> dict[str, str]:
        name = names.get((layer, own))
        return {"name": plain(name if isinstance(name, str) else own), "layer": layers.get(layer, layer)}

    said = [
        *(telling.say("add", name=plain(one.name or one.id), layer=layers.get(one.layer, one.layer)) for one in
          changes.add),
        *(telling.say("move", **named(one.layer, one.facility)) for one in changes.move),
        *(telling.say("close", **named(one.layer, one.facility)) for one in changes.close),
        *(telling.say("build", name=plain(one.name) or telling.say("a_street"), metres=number(_length_m(one.along)))
          for one in changes.streets),
        *(telling.say("open_gate", at=", ".join(f"{degrees:.5f}" for degrees in one.at)) for one in changes.gates),
        *(telling.say("house", name=plain(one.id), people=number(one.population)) for one in changes.housing),
    ]  # fmt: skip
    return Section(telling.say("what"), (Bullets(tuple(said)),))


def _length_m(along: list[tuple[float, float]]) -> float:
    lonlat = np.array(along, dtype=np.float64)
    return float(geodesic_m(lonlat[:-1], lonlat[1:]).sum())


def _before_and_after(telling: Telling) -> Section:
    plans = telling.words.findings.plans
    city = [block for plan in plans for block in (*_told(telling, plan, WHOLE_CITY, None), *_city_table(telling, plan))]
    areas = [
        block
        for plan in plans
        for area in larger_areas(telling.words)
        for block in _told(telling, plan, area, MOST_TOLD)
    ]
    communities = [block for plan in plans for block in _communities(telling, plan)]
    parts = (
        Section(telling.say("changes_city"), tuple(city)),
        Section(telling.say("changes_areas"), tuple(areas)),
        Section(telling.say("changes_communities"), tuple(communities)),
    )
    return Section(telling.say("effects"), sections=tuple(part for part in parts if part.blocks))


def _told(telling: Telling, plan: Plan, area: Area, most: int | None) -> Iterator[Block]:
    rows = [row for row in telling.first_rows(plan, area) if _is_seen(telling, plan, row)]
    shown = sorted(rows, key=lambda row: (row["unit"] != "share", -abs(row["change"])))[:most]
    lead = "" if area == WHOLE_CITY else telling.words.area(area)
    if shown:
        yield Bullets(tuple(effect_paragraph(telling, plan, row) for row in shown), lead=lead)
    elif area == WHOLE_CITY:
        yield Paragraph(telling.say("unchanged", plan=telling.words.name(plan.name)))


def _is_seen(telling: Telling, plan: Plan, row: pd.Series) -> bool:
    """Say whether an effect is worth telling: seen in the share, or enough people win or lose."""
    touched = max(row["gained"], row["lost"]) if not np.isnan(row["gained"]) else 0.0
    return worth_telling(row, plan, telling.words.fewest) or bool(touched >= telling.words.fewest)


def _city_table(telling: Telling, plan: Plan) -> Iterator[Table]:
    """Yield the city before and after, those standards alone that change or touch somebody."""
    columns = (
        Column(say("board.standard", telling.words.lang), width=2.8),
        Column(telling.say("before"), number=True, width=1.5),
        Column(telling.say("after"), number=True, width=1.5),
        Column(telling.say("change"), number=True, width=1.4),
        *(Column(telling.say(f"{_head(name)}_column"), number=True, width=1.5) for name in _PEOPLE),
        Column(telling.say("verdict"), width=1.7),
    )
    lines = []
    for row in telling.first_rows(plan, WHOLE_CITY):
        if not (abs(row["change"]) > 0 or row[["gained", "lost", "newcomers"]].gt(0).any()):
            continue
        standard = plan.standard(row["standard_id"])
        cells = [telling.words.figure(row[when], standard) for when in ("before", "after")]
        cells.append(telling.bare_size(row["change"], standard))
        cells += [telling.words.people(row[name]) for name in _PEOPLE]
        verdict = telling.words.verdict_cell(row["verdict_after"])
        lines.append(Row((Cell(telling.words.name(standard.name)), *map(Cell, cells), verdict)))
    if lines:
        title = telling.say("effects_table", plan=telling.words.name(plan.name))
        yield Table(title, columns, tuple(lines), telling.say("effects_note"))


def _head(name: str) -> str:
    return name.removesuffix("_covered")


def _communities(telling: Telling, plan: Plan) -> Iterator[Block]:
    """Tell of the communities where most people win or lose a circle."""
    circles = {one.id for one in plan.standards if isinstance(one, Circle | Composite)}
    own = telling.changes[(telling.changes["level"] == "community") & (telling.changes["plan_id"] == plan.id)]
    own = own[own["standard_id"].isin(circles)].drop_duplicates(["standard_id", "area_id"])
    own = own.assign(touched=own["gained"] + own["lost"]).sort_values("touched", ascending=False, kind="stable")
    told = [
        effect_paragraph(telling, plan, row)
        for _, row in own.head(MOST_COMMUNITIES).iterrows()
        if round(row["touched"]) >= telling.words.fewest and not np.isnan(row["change"])
    ]
    if told:
        yield Bullets(tuple(told))


def effects_sheet(telling: Telling) -> Sheet:
    """Return the effects of the larger areas and streets as a sheet."""
    names, words = standard_names(telling), telling.words
    fields = (
        Field(say("board.standard", words.lang), width=34),
        Field(telling.say("area"), width=22),
        *(Field(telling.say(one), "figure") for one in ("before", "after", "change")),
        *(Field(telling.say(f"{_head(one)}_column"), "people") for one in _PEOPLE),
        Field(telling.say("verdict"), "verdict"),
    )
    shown = telling.changes[telling.changes["level"].isin(_LEVELS)]
    shown = shown.drop_duplicates(["plan_id", "standard_id", "level", "area_id"])
    rows = []
    for row in shown.to_dict("records"):
        area = (row["level"], row["area_id"])
        if row["denominator"] in {"people", "target_group"} and words.hides(row["total_after"]):
            continue
        figures = [Value(row[one], share=row["unit"] == "share") for one in ("before", "after", "change")]
        people = [words.people(row[one]) if words.hides(row[one]) else row[one] for one in _PEOPLE]
        key = (row["plan_id"], row["standard_id"])
        rows.append([names[key], words.area(area), *figures, *people, words.verdict(row["verdict_after"])])
    return Sheet(telling.say("effects"), telling.say("effects"), fields, rows)
