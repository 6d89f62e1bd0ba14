"""The findings that a report opens with: where a city is farthest from a plan, a sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lifecircle.messages import number, paragraph, say
from lifecircle.plan import Circle, Composite, Presence
from lifecircle.report.content.words import WHOLE_CITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.plan import Plan
    from lifecircle.report.content.words import Words

MOST_ALIKE: Final = 3
"""Districts that are named together where they miss equally many requirements; where more do, none stands out."""


def highlights(words: Words, plan: Plan) -> tuple[str, ...]:
    """Tell what stands out: the circle with the lowest share, facilities missing, the districts farthest from the plan.

    What has nothing to be compared with, a plan's only circle say, is left to the tables.
    """
    return (
        *_lowest_circle(words, plan),
        *_most_missing(words, plan),
        *_farthest_behind(words, plan),
        *_most_missed(words, plan),
    )


def _lowest_circle(words: Words, plan: Plan) -> Iterator[str]:
    rows = words.board(plan, WHOLE_CITY)
    circles = [row for row in rows if isinstance(row.standard, Circle) and row.result["verdict"] != "no_data"]
    if len(circles) > 1:
        lowest = min(circles, key=lambda row: row.result["value"])
        share, missing = words.share(lowest.result["value"]), lowest.result["shortfall_people"]
        told = [words.say("lowest_circle", standard=words.quoted(lowest.standard), value=share)]
        told += [words.say("reach_short", missing=words.people(missing))] if missing > 0 else []
        yield paragraph(told, words.lang)


def _most_missing(words: Words, plan: Plan) -> Iterator[str]:
    rows = words.board(plan, WHOLE_CITY)
    lacking = [row for row in rows if isinstance(row.standard, Presence) and row.result["missing"] > 0]
    lacking.sort(key=lambda row: row.result["missing"], reverse=True)
    if len(lacking) > 1 and lacking[0].result["missing"] > lacking[1].result["missing"]:
        missing = number(lacking[0].result["missing"])
        yield words.say("most_missing", standard=words.quoted(lacking[0].standard), missing=missing)


def _farthest_behind(words: Words, plan: Plan) -> Iterator[str]:
    """Name the district and the circle or bundle with the greatest gap to the reference group."""
    rows = (row for district in words.districts for row in words.board(plan, ("district", district)))
    found = ((words.gap(plan, row), row) for row in rows if isinstance(row.standard, Circle | Composite))
    gaps = [(gap, row) for gap, row in found if gap is not None and gap["difference"] > 0]
    if gaps:
        gap, row = max(gaps, key=lambda one: one[0]["difference"])
        yield words.say(
            "farthest_behind",
            area=words.area((row.result["level"], row.result["area_id"])),
            standard=words.quoted(row.standard),
            value=words.share(gap["value"]),
            reference=words.area(("group", gap["reference"])),
            reference_value=words.share(gap["reference_value"]),
            points=number(100 * gap["difference"], 1),
        )


def _most_missed(words: Words, plan: Plan) -> Iterator[str]:
    """Name the districts in which most requirements of the plan are missed."""
    missed = {
        district: sum(row.result["verdict"] == "short" for row in words.board(plan, ("district", district)))
        for district in words.districts
    }
    most = max(missed.values(), default=0)
    first = [words.area(("district", district)) for district, count in missed.items() if count == most]
    if most > 0 and len(first) <= min(MOST_ALIKE, len(missed) - 1):
        yield words.say("most_missed", areas=say("summary.separator", words.lang).join(first), short=number(most))
