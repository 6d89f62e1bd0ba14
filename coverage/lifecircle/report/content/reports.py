"""Whole reports: the city's, the summary of it, and one for each district that can be sent alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lifecircle.messages import say
from lifecircle.report.blocks import Bullets, Report, Section, numbered
from lifecircle.report.content.city import city_chapter
from lifecircle.report.content.district import district_chapter
from lifecircle.report.content.notes import credits_of, data_chapter, method_chapter, method_rules, source_lines
from lifecircle.report.content.overview import fields, overview
from lifecircle.report.content.sentences import reach_paragraphs
from lifecircle.report.content.words import WHOLE_CITY, Words
from lifecircle.report.dates import long_date
from lifecircle.report.plain import plain
from lifecircle.scores.membership import group_areas

if TYPE_CHECKING:
    from collections.abc import Mapping


OUTER: Final = "outer"
"""The group whose districts have chapters of their own in full, before the others."""


@dataclass(frozen=True)
class Contents:
    """The reports of a run in one language.

    Attributes
    ----------
    words : Words
        The findings as they are told.
    city : Report
        Everything.
    districts : dict of Report
        One for each district, by its id.
    """

    words: Words
    city: Report
    districts: dict[str, Report]


def contents(words: Words, facts: Mapping[str, Any]) -> Contents:
    """Build the reports of a run.

    Parameters
    ----------
    words : Words
        The findings as they are told.
    facts : mapping
        The manifest of the run, as far as it is known.
    """
    chapters = {district: district_chapter(words, district) for district in words.districts}
    outer = _outer_districts(words)
    city = (
        overview(words),
        *fields(words),
        city_chapter(words),
        *(chapters[district].whole for district in outer),
        *(chapter.brief for district, chapter in chapters.items() if district not in outer),
        data_chapter(words),
        method_chapter(words, facts, files=True),
    )
    closing = (*credits_of(words), method_chapter(words, facts, files=False))
    packs = {district: (*chapter.whole.sections, *closing) for district, chapter in chapters.items()}
    return Contents(
        words=words,
        city=_report(words, words.say("title", study=words.area(WHOLE_CITY)), city),
        districts={
            district: _report(words, words.say("title", study=words.area(("district", district))), sections)
            for district, sections in packs.items()
        },
    )


def summary(words: Words) -> Report:
    """Build the summary of a run: the board, and one paragraph for each circle and area."""
    return _report(words, say("summary.title", words.lang, study=words.area(WHOLE_CITY)), _paragraphs(words))


def _report(words: Words, title: str, sections: tuple[Section, ...]) -> Report:
    """Return a numbered report with what has to be said before everything else."""
    study = words.findings.study
    lines = [words.name(plan.name) for plan in words.findings.plans]
    if study.date:
        lines.append(say("summary.date", words.lang, date=plain(long_date(study.date, words.lang))))
    warning = say("summary.synthetic", words.lang) if study.synthetic else ""
    return numbered(Report(words.lang, title, tuple(lines), warning, sections, source_lines(words)))


def _paragraphs(words: Words) -> tuple[Section, ...]:
    """Return the board, a paragraph for each circle of the city, its groups and districts, and the closing notes."""
    whole = Bullets(reach_paragraphs(words, WHOLE_CITY))
    chapters = [overview(words), Section(say("summary.city", words.lang), (whole,))]
    for level, ids in (("group", words.groups), ("district", words.districts)):
        parts = [
            Section(words.area((level, area_id)), (Bullets(reach_paragraphs(words, (level, area_id))),))
            for area_id in ids
        ]
        chapters += [Section(say(f"summary.{level}s", words.lang), sections=tuple(parts))] if parts else []
    return (*chapters, data_chapter(words), Section(words.say("method_rules"), (method_rules(words),)))


def _outer_districts(words: Words) -> list[str]:
    """Return the districts of the group ``outer``, in the order of the areas."""
    group = words.findings.study.groups.get(OUTER)
    if group is None:
        return []
    named = set(group_areas(words.findings.areas, OUTER, group)["area_id"])
    return [district for district in words.districts if district in named]
