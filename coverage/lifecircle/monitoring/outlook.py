"""Takes the course and the history of a plan's standards, gives the chapters of the report that tell of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.messages import say
from lifecircle.monitoring.course import COURSES
from lifecircle.plan.standards import SHARE_KINDS
from lifecircle.report.blocks import Cell, Column, Paragraph, Picture, Row, Section, Table
from lifecircle.report.charts.change import Trend, trend_chart
from lifecircle.report.dates import long_date
from lifecircle.report.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from lifecircle.monitoring.runs import FinishedRun
    from lifecircle.monitoring.telling import Telling
    from lifecircle.plan import Plan
    from lifecircle.report.blocks import Block

_MARKS: Final = {"met": "met", "on_course": "met", "behind": "short", "unknown": "no_data"}
"""The colours and shapes that the courses share with the verdicts."""

_DAYS: Final = 365.25

_LEAST_SHARE: Final = 0.1
_LEAST_PART: Final = 0.1
"""A line is as high as ten points of a share, or a tenth of any other value, at the least."""

_SEEN: Final = 0.005
"""A change below this part of the least height is not seen in a line, nor in the figures beside it."""

_LEAST_RUNS: Final = 2


def course_chapter(telling: Telling, course: pd.DataFrame) -> Section:
    """Return which standards have reached their target, are on course, or behind; empty where no run has a date."""
    blocks: list[Block] = [Paragraph(telling.say("course_rule"), "note")] if len(course) else []
    for plan in telling.words.findings.plans:
        own = course[course["plan_id"] == plan.id]
        if len(own):
            counts = telling.counts("count_course", {name: int((own["course"] == name).sum()) for name in COURSES})
            blocks += [Paragraph(telling.say("course_counts", counts=counts)), _course_table(telling, plan, own)]
    return Section(telling.say("course"), tuple(blocks))


def _course_table(telling: Telling, plan: Plan, own: pd.DataFrame) -> Table:
    words = telling.words
    columns = (
        Column(say("board.standard", words.lang), width=3),
        *(
            Column(telling.say(name), number=True, width=1.4)
            for name in ("base", "due", "value", "projected", "target")
        ),
        Column(telling.say("verdict"), width=2.2),
    )
    lines = []
    for row in own.to_dict("records"):
        standard = plan.standard(row["standard_id"])
        figures = [words.figure(row[name], standard) for name in ("base", "due", "value", "projected")]
        verdict = telling.say(f"course_{row['course']}")
        if row["basis"] == "trend" and row["course"] != "met":
            verdict = telling.say("by_trend", verdict=verdict)
        cells = [words.name(standard.name), *figures, words.target(standard)]
        lines.append(Row((*map(Cell, cells), Cell(verdict, verdict=_MARKS[row["course"]]))))
    date = long_date(str(own["date"].iloc[0]), words.lang)
    title = telling.say("course_table", plan=words.name(plan.name), date=date)
    return Table(title, columns, tuple(lines))


def history_chapter(
    telling: Telling, runs: Sequence[FinishedRun], history: pd.DataFrame, course: pd.DataFrame
) -> Section:
    """Return how every standard of the city went from run to run; empty for fewer than two runs with a date."""
    dated = [number for number, run in enumerate(runs, start=1) if run.date is not None]
    if len(dated) < _LEAST_RUNS:
        return Section(telling.say("history"))
    city = history[(history["level"] == "city") & history["run"].isin(dated)]
    city = city.drop_duplicates(["run", "plan_id", "standard_id"])
    blocks: list[Block] = []
    for plan in telling.words.findings.plans:
        own = city[city["plan_id"] == plan.id]
        values = own.pivot_table(index="standard_id", columns="run", values="value", dropna=False)
        values = values.reindex([one.id for one in plan.scored()]).reindex(columns=dated)
        trends = list(_trends(telling, plan, values, [runs[one - 1] for one in dated], course))
        if trends:
            name = telling.words.name(plan.name)
            drawing = trend_chart(trends)
            blocks.append(Picture(telling.say("trend_chart", plan=name), telling.say("trend_alt"), drawing))
            if len(dated) > _LEAST_RUNS:  # of two runs the changes are in a table already
                blocks.append(_history_table(telling, plan, values, [runs[one - 1] for one in dated]))
    return Section(telling.say("history"), tuple(blocks))


def _trends(
    telling: Telling, plan: Plan, values: pd.DataFrame, runs: Sequence[FinishedRun], course: pd.DataFrame
) -> Iterator[Trend]:
    years = tuple(_year(run.date) for run in runs if run.date is not None)
    due = {row["standard_id"]: row for row in course[course["plan_id"] == plan.id].to_dict("records")}
    for standard in plan.scored():
        seen = [float(value) for value in values.loc[standard.id].to_numpy(np.float64)]
        own = due[standard.id]
        least = _LEAST_SHARE if standard.kind in SHARE_KINDS else _LEAST_PART * abs(seen[-1])
        if np.isnan(seen[-1]) or (np.isnan(own["base"]) and np.nanmax(seen) - np.nanmin(seen) < _SEEN * least):
            continue
        first, last = (telling.words.figure(value, standard) for value in (seen[0], seen[-1]))
        end = (_year(dt.date(standard.year, 12, 31)), standard.target)
        known = not np.isnan(own["base"])
        way = ((_year(dt.date(int(own["base_year"]), 12, 31)), float(own["base"])), end) if known else ()
        title = telling.words.name(standard.name)
        yield Trend(title, years, tuple(seen), way, first, last, _MARKS[str(own["course"])], least or 1.0)


def _year(date: dt.date) -> float:
    """Return a date as a year with its fraction, the end of a year as the next one's beginning."""
    return date.year + (date - dt.date(date.year - 1, 12, 31)).days / _DAYS


def _history_table(telling: Telling, plan: Plan, values: pd.DataFrame, runs: Sequence[FinishedRun]) -> Table:
    words = telling.words
    columns = (
        Column(say("board.standard", words.lang), width=3),
        *(Column(plain(run.label), number=True) for run in runs),
        Column(telling.say("target"), number=True),
    )
    rows = []
    for one in plan.scored():
        seen = [float(value) for value in values.loc[one.id].to_numpy(np.float64)]
        rows.append(Row(tuple(map(Cell, (words.name(one.name), *(words.figure(value, one) for value in seen),
                                         words.target(one))))))  # fmt: skip
    return Table(telling.say("history_table", plan=words.name(plan.name)), columns, tuple(rows))
