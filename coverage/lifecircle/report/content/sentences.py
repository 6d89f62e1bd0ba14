"""Sentences about results: templates whose blanks are filled from cells, one paragraph for each standard and area."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from lifecircle.messages import number, paragraph, say
from lifecircle.plan import Circle, Composite, Presence, Statistic
from lifecircle.report.board import verdict_counts
from lifecircle.scores.results import NOT_JUDGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.plan import Plan
    from lifecircle.report.board import BoardRow, Record
    from lifecircle.report.content.words import Area, Words

WORST_NAMED: Final = 3


def reach_paragraph(words: Words, plan: Plan, row: BoardRow) -> str:
    """Tell of a circle or bundle in one area: whom it reaches, who is missing, how far behind, where it is worst."""
    sentences = [_reach(words, row), *_unknown(words, row), *_gap(words, plan, row), *_worst(words, plan, row)]
    return paragraph(sentences, words.lang)


def reach_paragraphs(words: Words, area: Area) -> tuple[str, ...]:
    """Tell of every circle and bundle that is asked of an area; of those without a verdict, why there is none."""
    told = []
    for plan in words.findings.plans:
        for row in words.board(plan, area):
            if not isinstance(row.standard, Circle | Composite) or row.result["reason"] == NOT_JUDGED:
                continue
            if row.result["verdict"] == "no_data":
                told.append(_without_verdict(words, row))
            else:
                told.append(reach_paragraph(words, plan, row))
    return tuple(told)


def need_sentence(words: Words, row: BoardRow) -> str:
    """Tell in one sentence by how much a standard misses its target."""
    result, standard = row.result, row.standard
    value, target = words.figure(result["value"], standard), words.target(standard)
    named = {"standard": words.quoted(standard), "value": value, "target": target}
    if isinstance(standard, Circle | Composite):
        return words.say("need_reach", **named, missing=words.people(result["shortfall_people"]))
    if isinstance(standard, Presence):
        return words.say(
            "need_presence",
            **named,
            covered=number(result["covered"]),
            total=number(result["total"]),
            missing=number(result["missing"]),
            people=words.people(result["shortfall_people"]),
        )
    if isinstance(standard, Statistic):
        return words.say("need_value", **named)
    return words.say("need_amount", **named, missing=words.missing(row))


def area_counts(words: Words, plan: Plan, rows: list[BoardRow], area: Area) -> str:
    """Tell how many standards have which verdict in a part of the city; most of a plan may not speak of it at all."""
    judged = [row for row in rows if row.result["verdict"] != "no_data"]
    named = {"plan": words.name(plan.name), "area": words.area(area), "standards": number(len(rows))}
    if not judged:
        return words.say("counted_none", **named)
    counts = verdict_counts(judged, words.lang)
    told = [words.say("counted_in", **named, counts=counts, judged=number(len(judged)))]
    told += [words.say("counted_rest", no_data=number(len(rows) - len(judged)))] if len(judged) < len(rows) else []
    return paragraph(told, words.lang)


def _reach(words: Words, row: BoardRow) -> str:
    result, standard = row.result, row.standard
    told = words.say(
        "reach" if words.share(result["low"]) != words.share(result["high"]) else "reach_sure",
        area=words.area((result["level"], result["area_id"])),
        standard=words.quoted(standard),
        covered=words.people(result["covered"]),
        total=words.people(result["total"]),
        value=words.share(result["value"]),
        low=words.share(result["low"]),
        high=words.share(result["high"]),
        target=words.target(standard),
        verdict=words.verdict(result["verdict"]),
    )
    if not result["shortfall_people"] > 0:
        return told
    return paragraph([told, words.say("reach_short", missing=words.people(result["shortfall_people"]))], words.lang)


def _without_verdict(words: Words, row: BoardRow) -> str:
    return words.say(
        "no_verdict",
        area=words.area((row.result["level"], row.result["area_id"])),
        standard=words.quoted(row.standard),
        reason=words.reason(row.result),
    )


def _unknown(words: Words, row: BoardRow) -> Iterator[str]:
    unknown = row.result["unknown"]
    if words.hides(unknown):
        yield words.say("unknown_few", fewest=words.fewest)
    elif unknown > 0:
        yield words.say("unknown", unknown=words.people(unknown))


def _gap(words: Words, plan: Plan, row: BoardRow) -> Iterator[str]:
    """Say how far an area is behind the reference, if it is, and whether that is more or less than before."""
    gap = words.gap(plan, row)
    if gap is None or not gap["difference"] > 0:
        return
    yield words.say(
        "gap",
        reference=words.area(("group", gap["reference"])),
        points=number(100 * gap["difference"], 1),
        reference_value=words.share(gap["reference_value"]),
    )
    if gap["change"] < 0:
        yield words.say("gap_narrower", points=number(-100 * gap["change"], 1))
    elif gap["change"] > 0:
        yield words.say("gap_wider", points=number(100 * gap["change"], 1))


def _worst(words: Words, plan: Plan, row: BoardRow) -> Iterator[str]:
    """Name the communities of an area in which most people miss the service."""
    worst = worst_communities(words, plan, row, WORST_NAMED)
    if worst:
        named = [
            words.say(
                "worst_one",
                name=words.area(("community", one["area_id"])),
                people=words.people(one["shortfall_people"]),
            )
            for one in worst
        ]
        yield words.say("worst", areas=say("summary.separator", words.lang).join(named))


def worst_communities(words: Words, plan: Plan, row: BoardRow, most: int, setting: str | None = None) -> list[Record]:
    """Return the results of the communities of an area that fall short most, those with most people first.

    Parameters
    ----------
    words : Words
    plan : Plan
    row : BoardRow
        The standard's result for the area.
    most : int
        How many at the most.
    setting : {"urban", "rural"}, optional
        Of one setting only.
    """
    inside = words.communities_in((row.result["level"], row.result["area_id"]))
    own = (one for one in words.short_communities(plan, row.standard) if one["area_id"] in inside)
    return list(islice((one for one in own if setting in {None, one["setting"]}), most))
