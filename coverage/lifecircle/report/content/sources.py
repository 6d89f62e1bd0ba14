"""What the numbers rest on: where a layer seems to lack facilities, and what another source of people would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lifecircle.inputs.completeness import FAR_FEWER
from lifecircle.messages import in_percent, number, say
from lifecircle.report.blocks import Cell, Column, Paragraph, Row, Section, Table
from lifecircle.report.content.words import NOTHING, WHOLE_CITY
from lifecircle.report.plain import headline, plain
from lifecircle.report.wording import tied

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from lifecircle.report.content.words import Area, Words

MOST_GAPS: Final = 20


def sources(words: Words) -> tuple[Section, ...]:
    """Return a section on the layers by district, and one on the two sources of people; each where there are some."""
    parts = [Section(words.say("completeness"), tuple(_gaps(words)))] if words.districts else []
    if not words.findings.populations.empty:
        parts.append(Section(words.say("populations"), tuple(_populations(words))))
    return tuple(parts)


def _gaps(words: Words) -> Iterator[Paragraph | Table]:
    """Yield the rule, and the layers and districts that it strikes, those with most people first."""
    table = words.findings.completeness
    struck = table[table["flag"] != "usual"].sort_values(["people", "district_id"], ascending=[False, True])
    if struck.empty:
        yield Paragraph(say("check.no_gaps", words.lang))
    else:
        heads = ("layer", "district", "people", "facilities", "per_10000", "city", "flag")
        columns = tuple(
            Column(say(f"check.head_{head}", words.lang), number=head not in {"layer", "district", "flag"})
            for head in heads
        )
        rows = tuple(Row(_gap_cells(words, row)) for row in struck.head(MOST_GAPS).to_dict("records"))
        left = len(struck) - len(rows)
        note = words.say("more_gaps", more=number(left)) if left > 0 else ""
        yield Table(say("check.gap_table", words.lang), columns, rows, note)
    yield Paragraph(say("check.gap_rule", words.lang, share=f"1/{1 / FAR_FEWER:g}"), "note")


def _gap_cells(words: Words, row: Mapping[Hashable, Any]) -> tuple[Cell, ...]:
    flag = "no_data" if np.isnan(row["facilities"]) else str(row["flag"])
    texts = (
        headline(words.layers[row["layer"]]),
        plain(row["district"]),
        words.people(row["people"]),
        number(row["facilities"]),
        number(row["per_10000"], 2),
        number(row["city_per_10000"], 2),
        say(f"check.{flag}", words.lang),
    )
    return tuple(map(Cell, texts))


def _populations(words: Words) -> Iterator[Paragraph | Table]:
    """Yield what the second source says of the people of the larger areas, and of each circle in the city."""
    study, table = words.findings.study, words.findings.populations
    everybody = table[table["standard_id"].isna()]
    city = everybody[everybody["level"] == "city"].iloc[0]
    named = {
        "file": plain(study.residents.file),
        "second": plain(study.second_residents.file if study.second_residents else ""),
        "people": words.people(city["people"]),
        "second_people": words.people(city["second_people"]),
    }
    yield Paragraph(words.say("populations_city", **named))
    columns = _columns(words, words.say("area"), ("people", "second_people", "people_difference"))
    of_area = {(row["level"], row["area_id"]): row for row in everybody.to_dict("records")}
    large = [WHOLE_CITY, *(("group", one) for one in words.groups), *(("district", one) for one in words.districts)]
    rows = tuple(Row(_people_cells(words, area, of_area[area])) for area in large)
    yield Table(words.say("populations_people_table"), columns, rows)
    heads = ("value", "second_value", "value_difference", "verdict", "second_verdict")
    columns = _columns(words, say("board.standard", words.lang), heads)
    for plan in words.findings.plans:
        own = table[(table["plan_id"] == plan.id) & (table["level"] == "city")]
        told = {row["standard_id"]: row for row in own.to_dict("records")}
        rows = tuple(
            Row((Cell(words.name(one.name)), *_share_cells(words, told[one.id])))
            for one in plan.standards
            if one.id in told
        )
        if rows:
            title = words.of_plan(words.say("populations_share_table", area=words.area(WHOLE_CITY)), plan)
            yield Table(title, columns, rows, words.say("populations_note"))


def _columns(words: Words, first: str, heads: tuple[str, ...]) -> tuple[Column, ...]:
    others = (Column(words.say(f"populations_{head}"), number="verdict" not in head) for head in heads)
    return (Column(first, width=2.2), *others)


def _people_cells(words: Words, area: Area, row: Mapping[Hashable, Any]) -> tuple[Cell, ...]:
    first, second = row["people"], row["second_people"]
    told = first > 0 and not words.hides(first) and not words.hides(second)
    change = tied(in_percent(_signed((second - first) / first), words.lang)) if told else NOTHING
    return tuple(map(Cell, (words.area(area), words.people(first), words.people(second), change)))


def _share_cells(words: Words, row: Mapping[Hashable, Any]) -> tuple[Cell, ...]:
    difference = row["value_difference"]
    points = NOTHING if np.isnan(difference) else words.say("points", points=_signed(difference))
    shares = (words.share(row["value"]), words.share(row["second_value"]), points)
    return (*map(Cell, shares), words.verdict_cell(row["verdict"]), words.verdict_cell(row["second_verdict"]))


def _signed(share: float) -> str:
    """Word a difference in hundredths with its sign."""
    return f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")
