"""The summary of a run as Markdown: the city, its groups and each district; every number is a cell of the results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from lifecircle.messages import number, paragraph, percent, say
from lifecircle.plan import Circle
from lifecircle.plan.wording import limit_words, target_words
from lifecircle.report.board import HEADS, board, by_field
from lifecircle.scores.membership import ancestors, membership

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.report.board import BoardRow
    from lifecircle.report.findings import Findings

WORST: Final = 3
_KEY: Final = ["plan_id", "standard_id", "denominator"]
_SPECIAL: Final = str.maketrans({character: f"\\{character}" for character in r"\`*_{}[]<>#|$"})


def summary(findings: Findings, lang: Lang) -> str:
    """Return the text of ``summary.md`` in one language."""
    study, teller = findings.study, _Teller(findings, lang)
    parts = [f"# {say('summary.title', lang, study=inert(study.name.text(lang)))}"]
    if study.synthetic:
        parts.append(f"**{say('summary.synthetic', lang)}**")
    if study.date:
        parts.append(say("summary.date", lang, date=inert(study.date)))
    for plan in findings.plans:
        parts += [f"## {inert(plan.name.text(lang))}", _board(plan, findings.results, lang)]
    parts += [f"## {say('summary.city', lang)}", teller.chapter("city", "city")]
    for level in ("group", "district"):
        areas = [area_id for own_level, area_id in teller.names if own_level == level]
        parts += [f"## {say(f'summary.{level}s', lang)}"] if areas else []
        for area_id in areas:
            parts += [f"### {inert(teller.names[level, area_id])}", teller.chapter(level, area_id)]
    return "\n\n".join([*parts, *_notes(findings, lang)]) + "\n"


def inert(name: str) -> str:
    """Return a name that Markdown and HTML show as it is: on one line, special characters escaped."""
    return " ".join(name.split()).translate(_SPECIAL)


def _board(plan: Plan, results: pd.DataFrame, lang: Lang) -> str:
    """Return the plan's standards for the whole city as a Markdown table, by field of the plan."""
    lines = [_line([say(f"board.{head}", lang) for head in HEADS]), "|---" * len(HEADS) + "|"]
    for field, rows in by_field(board(plan, results)):
        lines.append(_line([f"**{inert(field.text(lang))}**"] + [""] * (len(HEADS) - 1)))
        lines += [_line([inert(cell) for cell in row.cells(lang)]) for row in rows]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _notes(findings: Findings, lang: Lang) -> Iterator[str]:
    """Yield what a reader has to know about the data and the method."""
    counts = findings.problems["outcome"].value_counts()
    worded = {outcome: number(counts.get(outcome, 0)) for outcome in ("dropped", "repaired", "noted")}
    yield f"## {say('summary.problems', lang)}"
    yield say("summary.problem_counts", lang, **worded)
    yield f"## {say('summary.method', lang)}"
    yield say("summary.method_text", lang)
    if findings.study.credits:
        yield f"## {say('summary.credits', lang)}"
        yield "\n".join(f"- {inert(words)}" for words in findings.study.credits)


class _Teller:
    """Tells of one area after the other, in one language; looks tables up by key, since there are many areas."""

    def __init__(self, findings: Findings, lang: Lang) -> None:
        self.findings, self.lang = findings, lang
        self.names = findings.names(lang)
        gaps = findings.gaps
        self.gaps = gaps[gaps["difference"] > 0].set_index([*_KEY, "level", "area_id"]).sort_index()
        communities = ancestors(findings.areas, "community")
        self.above = membership(communities, findings.areas, findings.study.groups)
        short = findings.results[findings.results["level"].eq("community") & (findings.results["shortfall_people"] > 0)]
        order = pd.Index(communities["area_id"])
        self.short = dict(iter(short.assign(column=order.get_indexer(short["area_id"])).groupby(_KEY)))

    def chapter(self, level: str, area_id: str) -> str:
        """Return a list with a paragraph for each circle that an area is held to."""
        rows = [
            (plan, row) for plan in self.findings.plans for row in board(plan, self.findings.results, level, area_id)
        ]
        told = [self._paragraph(plan, row, row.standard) for plan, row in rows if isinstance(row.standard, Circle)]
        return "\n".join(f"- {words}" for words in told)

    def _paragraph(self, plan: Plan, row: BoardRow, circle: Circle) -> str:
        key = (plan.id, circle.id, row.result["denominator"])
        area = (row.result["level"], row.result["area_id"])
        if row.result["verdict"] == "no_data":
            reason = say(f"reason.{row.result['reason']}", self.lang)
            return say("summary.circle_unknown", self.lang, area=inert(self.names[area]), standard=self._name(circle),
                       reason=reason)  # fmt: skip
        sentences = [*self._share(row, circle, area), *self._gap(circle, key, area), *self._worst(key, area)]
        return paragraph(sentences, self.lang)

    def _name(self, circle: Circle) -> str:
        return inert(circle.name.text(self.lang))

    def _share(self, row: BoardRow, circle: Circle, area: tuple[str, str]) -> Iterator[str]:
        result, lang = row.result, self.lang
        yield say(
            "summary.circle",
            lang,
            area=inert(self.names[area]),
            people=number(result["total"]),
            covered=number(result["covered"]),
            value=percent(result["value"]),
            low=percent(result["low"]),
            high=percent(result["high"]),
            limit=limit_words(circle, lang),
            standard=self._name(circle),
        )
        verdict, goal = say(f"verdict.{result['verdict']}", lang), target_words(circle, lang)
        if result["shortfall_people"] > 0:
            missing = number(result["shortfall_people"])
            yield say("summary.circle_short", lang, target=goal, verdict=verdict, missing=missing)
        else:
            yield say("summary.circle_met", lang, target=goal, verdict=verdict)
        if result["unknown"] > 0:
            yield say("summary.unknown", lang, unknown=number(result["unknown"]))

    def _gap(self, circle: Circle, key: tuple[str, str, str], area: tuple[str, str]) -> Iterator[str]:
        """Say how far an area is behind the reference, if it is."""
        if (*key, *area) not in self.gaps.index:
            return
        gap = self.gaps.loc[(*key, *area)]
        yield say(
            "summary.gap",
            self.lang,
            reference=inert(self.names["group", gap["reference"]]),
            area=inert(self.names[area]),
            standard=self._name(circle),
            points=number(100 * gap["difference"], 1),
            value=percent(gap["value"]),
            reference_value=percent(gap["reference_value"]),
        )

    def _worst(self, key: tuple[str, str, str], area: tuple[str, str]) -> Iterator[str]:
        """Name the communities of an area in which most people miss the service."""
        if key not in self.short:
            return
        at = (self.above.areas["level"].eq(area[0]) & self.above.areas["area_id"].eq(area[1])).to_numpy().argmax()
        inside = self.above.points_of(at)
        own = self.short[key][self.short[key]["column"].isin(inside)]
        worst = own.sort_values(["shortfall_people", "area_id"], ascending=[False, True]).head(WORST)
        named = [
            say(
                "summary.worst_one", self.lang, name=inert(self.names["community", str(area_id)]), people=number(people)
            )
            for area_id, people in worst[["area_id", "shortfall_people"]].itertuples(index=False)
        ]
        if named:
            yield say("summary.worst", self.lang, areas=say("summary.separator", self.lang).join(named))
