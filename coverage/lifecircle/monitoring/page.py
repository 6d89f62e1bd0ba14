"""Takes a comparison, gives the report on what changed and why: a tree of sections that every writer walks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.messages import number, say
from lifecircle.monitoring.inventory import HAPPENED
from lifecircle.monitoring.parts import PARTS
from lifecircle.monitoring.telling import Telling, change_paragraph, street_name, worth_telling
from lifecircle.plan import Circle, Composite
from lifecircle.report.blocks import Bullets, Cell, Column, Paragraph, Picture, Report, Row, Section, Table, numbered
from lifecircle.report.charts.change import parts_chart
from lifecircle.report.content.notes import credits_of, source_lines
from lifecircle.report.content.words import WHOLE_CITY
from lifecircle.report.plain import headline, plain
from lifecircle.scores.results import meets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.monitoring.compare import Comparison
    from lifecircle.plan import Plan
    from lifecircle.report.blocks import Block
    from lifecircle.report.content.words import Area, Words

MOST_COMMUNITIES: Final = 12
MOST_TOLD: Final = 6
_MOST_STREETS: Final = 20


def compare_report(telling: Telling, found: Comparison, more: tuple[Section, ...]) -> Report:
    """Return the report on a comparison.

    Parameters
    ----------
    telling : Telling
    found : Comparison
    more : tuple of Section
        Chapters on course and history, as far as there are any.
    """
    words = telling.words
    study = words.findings.study
    told = (overview(telling, found), data_chapter(telling), changes_chapter(telling))
    sections = (*told, *more, _method(telling), *credits_of(words))
    return numbered(
        Report(
            lang=words.lang,
            title=telling.say("title", study=words.area(WHOLE_CITY)),
            lines=(
                telling.say("runs", first=plain(found.first.label), last=plain(found.last.label)),
                *(words.name(plan.name) for plan in words.findings.plans),
            ),
            warning=say("summary.synthetic", words.lang) if study.synthetic else "",
            sections=tuple(one for one in sections if one.blocks or one.sections),
            credits=source_lines(words),
        )
    )


def overview(telling: Telling, found: Comparison) -> Section:
    """Return how many standards got better or worse for the city, and how the causes were told apart."""
    blocks: list[Block] = []
    for plan in telling.words.findings.plans:
        rows = telling.first_rows(plan, WHOLE_CITY)
        better = [_better(plan, row) for row in rows]
        counts = {
            "better": sum(one > 0 for one in better),
            "worse": sum(one < 0 for one in better),
            "same": sum(one == 0 for one in better),
            "unknown": sum(bool(np.isnan(one)) for one in better),
        }
        said = telling.counts("count", counts)
        counted = telling.say("counted", plan=telling.words.name(plan.name), standards=number(len(rows)), counts=said)
        blocks.append(Paragraph(counted))
        turned = list(_turned(telling, plan, rows))
        blocks += [Bullets(tuple(turned))] if turned else []
    if found.why_no_parts is not None:
        blocks.append(
            Paragraph(telling.say("no_parts", why=plain(found.why_no_parts.text(telling.words.lang))), "warning")
        )
    else:
        blocks.append(Paragraph(telling.say("order"), "note"))
    return Section(telling.say("overview"), tuple(blocks))


def _better(plan: Plan, row: pd.Series) -> float:
    """Return 1 for a change towards the promise, -1 for one away from it, 0 for none, nan where it is unknown."""
    standard = plan.standard(row["standard_id"])
    change = row["change"] * (-1 if standard.comparator in {"<", "<="} else 1)
    return float(np.sign(np.round(change, 9)))


def _turned(telling: Telling, plan: Plan, rows: list[pd.Series]) -> Iterator[str]:
    """Yield which standards are met now, and which no longer."""
    turned: dict[str, list[str]] = {"now_met": [], "now_short": []}
    for row in rows:
        if np.isnan(row["change"]):
            continue
        standard = plan.standard(row["standard_id"])
        was, now = meets(row[["before", "after"]].to_numpy(np.float64), standard)
        if was != now:
            turned["now_met" if now else "now_short"].append(f"“{telling.words.quoted(standard)}”")
    for key, names in turned.items():
        if names:
            yield telling.say(key, standards=say("summary.separator", telling.words.lang).join(names))


def data_chapter(telling: Telling) -> Section:
    """Return what is different in the data: people, facilities by layer, streets, rules."""
    blocks: list[Block] = []
    said = [*_people(telling), *_rules(telling)]
    if len(telling.facilities):
        blocks.append(_facilities_table(telling))
    if len(telling.streets):
        blocks.append(_streets_table(telling))
    lead: Block = Bullets(tuple(said)) if said else Paragraph(telling.say("nothing"))
    return Section(telling.say("data"), (lead, *blocks) if said or not blocks else tuple(blocks))


def _people(telling: Telling) -> Iterator[str]:
    words, people = telling.words, telling.people
    city = people[people["level"] == "city"].iloc[0]
    changed = people[(people["level"] == "community") & (people["change"].abs().round() >= words.fewest)]
    if city["change"] or len(changed):
        before, after = words.people(city["before"]), words.people(city["after"])
        yield telling.say("people", before=before, after=after, change=telling.people_words(city["change"]))
    if len(changed):
        most = changed.iloc[np.argsort(-changed["change"].abs(), kind="stable")].head(MOST_TOLD)
        named = [
            telling.say("people_one", area=words.area(("community", area)), change=telling.people_words(change))
            for area, change in most[["area_id", "change"]].itertuples(index=False)
        ]
        yield telling.say("people_areas", areas=say("summary.separator", words.lang).join(named))


def _rules(telling: Telling) -> Iterator[str]:
    before = {(plan.id, one.id): one for plan in telling.earlier_plans for one in plan.scored()}
    changed = [
        f"“{telling.words.quoted(one)}”"
        for plan in telling.words.findings.plans
        for one in plan.scored()
        if before.get((plan.id, one.id)) != one
    ]
    if changed:
        yield telling.say("rules_changed", standards=say("summary.separator", telling.words.lang).join(changed))


def _facilities_table(telling: Telling) -> Table:
    counts = pd.crosstab(telling.facilities["layer"], telling.facilities["happened"])
    columns = (Column(telling.say("layer"), width=2), *(Column(telling.say(one), number=True) for one in HAPPENED))
    rows = [
        Row((Cell(headline(telling.words.layers.get(str(layer), str(layer)))),
             *(Cell(number(own.get(one, 0))) for one in HAPPENED)))
        for layer, own in counts.iterrows()
    ]  # fmt: skip
    return Table(telling.say("facilities_table"), columns, tuple(rows))


def _streets_table(telling: Telling) -> Table:
    names = telling.words.names
    rows = telling.streets.groupby(["happened", "name", "district_id"], sort=False, dropna=False)
    sums = rows.agg(metres=("metres", "sum"), bridge=("bridge", "any")).reset_index().head(_MOST_STREETS)
    columns = (
        Column(telling.say("street"), width=2),
        Column(telling.say("happened")),
        Column(telling.say("district"), width=1.5),
        Column(telling.say("metres"), number=True),
    )
    lines = [
        Row((
            Cell(street_name(telling, row["name"], bridge=row["bridge"])),
            Cell(telling.say(f"street_{row['happened']}")),
            Cell(names.get(("district", row["district_id"]), "—")),
            Cell(number(row["metres"])),
        ))
        for row in sums.to_dict("records")
    ]  # fmt: skip
    return Table(telling.say("streets_table"), columns, tuple(lines))


def changes_chapter(telling: Telling) -> Section:
    """Return every change with its parts: the city's in a table, and in words where it is worth telling."""
    plans = telling.words.findings.plans
    city: list[Block] = []
    for plan in plans:
        city += [*_told(telling, plan, WHOLE_CITY, most=None), *_changes_table(telling, plan)]
    areas: list[Block] = [block for plan in plans for block in _areas(telling, plan)]
    communities: list[Block] = [block for plan in plans for block in _communities(telling, plan)]
    parts = (
        Section(telling.say("changes_city"), tuple(city)),
        Section(telling.say("changes_areas"), tuple(areas)),
        Section(telling.say("changes_communities"), tuple(communities)),
    )
    return Section(telling.say("changes"), sections=tuple(part for part in parts if part.blocks))


def _told(telling: Telling, plan: Plan, area: Area, most: int | None) -> Iterator[Block]:
    """Tell the changes of an area in words; figures that were only supplied anew are told in the table."""
    rows = [
        row
        for row in telling.first_rows(plan, area)
        if row["kind"] != "statistic" and worth_telling(row, plan, telling.words.fewest)
    ]
    shown = sorted(rows, key=lambda row: (row["unit"] != "share", -abs(row["change"])))[:most]
    if shown:
        lead = "" if area == WHOLE_CITY else telling.words.area(area)
        yield Bullets(tuple(change_paragraph(telling, plan, row) for row in shown), lead=lead)


def _changes_table(telling: Telling, plan: Plan) -> Iterator[Table]:
    """Yield the city's changes, those standards alone whose figures read otherwise."""
    rows = [row for row in telling.first_rows(plan, WHOLE_CITY) if _reads_otherwise(telling, plan, row)]
    parts = [part for part in PARTS if any(abs(row[part]) > 0 for row in rows)]
    columns = (
        Column(say("board.standard", telling.words.lang), width=2.8),
        Column(telling.say("before"), number=True, width=1.5),
        Column(telling.say("after"), number=True, width=1.5),
        *(Column(telling.part_name(name), number=True, width=1.4) for name in ("change", *parts)),
        Column(telling.say("verdict"), width=1.7),
    )
    lines = []
    for row in rows:
        standard = plan.standard(row["standard_id"])
        cells = [telling.words.figure(row[when], standard) for when in ("before", "after")]
        cells += [telling.bare_size(row[name], standard) for name in ("change", *parts)]
        verdict = row["verdict_after"] if isinstance(row["verdict_after"], str) else "no_data"
        lines.append(Row((Cell(telling.words.name(standard.name)), *map(Cell, cells),
                          telling.words.verdict_cell(verdict))))  # fmt: skip
    if lines:
        title = telling.say("changes_table", plan=telling.words.name(plan.name))
        yield Table(title, columns, tuple(lines), telling.say("changes_note"))


def _reads_otherwise(telling: Telling, plan: Plan, row: pd.Series) -> bool:
    """Say whether a change is seen in the table: in its values, or in one of its parts."""
    standard = plan.standard(row["standard_id"])
    before, after = (telling.words.figure(row[when], standard) for when in ("before", "after"))
    parts = {telling.bare_size(row[name], standard) for name in ("change", *PARTS)}
    return before != after or bool(parts - {"0", "—"})


def larger_areas(words: Words) -> list[Area]:
    """Return the groups and districts."""
    return [*(("group", one) for one in words.groups), *(("district", one) for one in words.districts)]


def _areas(telling: Telling, plan: Plan) -> Iterator[Block]:
    areas = larger_areas(telling.words)
    for area in areas:
        yield from _told(telling, plan, area, MOST_TOLD)
    for standard in plan.standards:
        if not isinstance(standard, Circle | Composite):
            continue
        rows = {area: row for area in (WHOLE_CITY, *areas) for row in telling.first_rows(plan, area)
                if row["standard_id"] == standard.id and row["cause"]}  # fmt: skip
        if len(rows) > 1 and any(worth_telling(row, plan, telling.words.fewest) for row in rows.values()):
            sizes = {telling.part_name(part): [100 * row[part] for row in rows.values()] for part in PARTS}
            drawing = parts_chart([telling.words.area(area) for area in rows], sizes)
            title = telling.say("parts_chart", standard=telling.words.name(standard.name))
            yield Picture(title, telling.say("parts_alt"), drawing)


def _communities(telling: Telling, plan: Plan) -> Iterator[Block]:
    """Tell of the communities where most people come into reach of a circle or fall out of it."""
    own = telling.changes[(telling.changes["level"] == "community") & (telling.changes["plan_id"] == plan.id)]
    own = own[own["kind"].isin(["circle", "composite"])].drop_duplicates(["standard_id", "area_id"])
    people = (own["change"] * own["total_after"]).abs()
    own = own.assign(weight=people.fillna(0.0)).sort_values("weight", ascending=False, kind="stable")
    told = [
        change_paragraph(telling, plan, row)
        for _, row in own.head(10 * MOST_COMMUNITIES).iterrows()
        if worth_telling(row, plan, telling.words.fewest) and round(row["weight"]) >= telling.words.fewest
    ]
    if told:
        yield Bullets(tuple(told[:MOST_COMMUNITIES]))


def _method(telling: Telling) -> Section:
    rules = [telling.say("order"), *(telling.say(f"{part}_rule") for part in PARTS)]
    return Section(telling.say("method"), (Bullets(tuple(rules)),))
