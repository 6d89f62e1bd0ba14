"""Takes the results of several years and a plan, gives whether each promise is on course for its year.

The course is a straight line from the plan's value for its base year to its target, both at the end of their years.
Where the plan prints no base value, the line through the first and the last run is drawn on to the target's year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.plan.standards import SHARE_KINDS
from lifecircle.scores.results import meets
from lifecircle.study import CITY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lifecircle.monitoring.runs import FinishedRun
    from lifecircle.plan import Plan, Standard

COURSES: Final = ("met", "on_course", "behind", "unknown")
COURSE_COLUMNS: Final = (
    "plan_id", "standard_id", "unit", "base_year", "base", "target_year", "target", "date", "value", "due", "projected",
    "course", "basis",
)  # fmt: skip
"""The columns of the course, for the whole city.

``base`` is the plan's value at the end of its base year, ``due`` what the straight line to the target asks for at
``date``, ``projected`` where the line through the runs leads in the target's year. ``course`` is one of
:data:`COURSES`; ``basis`` says by which line: ``plan``, ``trend``, or nothing.
"""

_PERCENT: Final = 100.0


@dataclass(frozen=True)
class Known:
    """What is known of one standard: values by date, and the plan's own base value (``nan`` where it prints none)."""

    dates: tuple[dt.date, ...]
    seen: tuple[float, ...]
    base_year: int
    base: float


def course(runs: Sequence[FinishedRun]) -> pd.DataFrame:
    """Return whether each standard of the latest run's plans is on course.

    Parameters
    ----------
    runs : sequence of FinishedRun
        From the earliest to the latest; those without a date do not count.

    Returns
    -------
    DataFrame
        :data:`COURSE_COLUMNS`, in the order of the plans; nothing where the latest run has no date.
    """
    dated = [run for run in runs if run.date is not None]
    if not dated or dated[-1] is not runs[-1]:
        return pd.DataFrame(columns=list(COURSE_COLUMNS))
    values = [_city_values(run) for run in dated]
    rows = []
    for plan in runs[-1].findings.plans:
        bases = dict(_bases(plan))
        for standard in plan.scored():
            dates = tuple(run.date for run in dated if run.date is not None)
            seen = tuple(float(table.get((plan.id, standard.id), np.nan)) for table in values)
            base_year, base = bases.get(standard.id, (standard.year, np.nan))
            rows.append({"plan_id": plan.id, **_judged(standard, Known(dates, seen, base_year, base))})
    return pd.DataFrame(rows, columns=list(COURSE_COLUMNS))


def _city_values(run: FinishedRun) -> dict[tuple[str, str], float]:
    results = run.findings.results
    city = results[results["level"] == CITY].drop_duplicates(["plan_id", "standard_id"])
    keys = zip(city["plan_id"], city["standard_id"], strict=True)
    return dict(zip(keys, city["value"].astype(float), strict=True))


def _bases(plan: Plan) -> Iterator[tuple[str, tuple[int, float]]]:
    """Yield the base year and value of every standard that an indicator of the plan's table has one for.

    A figure in 〔〕 sums over the years of the plan: before them it is nothing.
    """
    kinds = {standard.id: standard.kind for standard in plan.scored()}
    for row in plan.indicators:
        name = row.id if row.standard == "statistic" else row.standard
        if plan.period is None or row.value_2020.value is None:
            continue
        in_percent = kinds[name] in SHARE_KINDS and row.unit is not None and row.unit.zh == "%"
        value = 0.0 if row.target_2025.cumulative else row.value_2020.value / (_PERCENT if in_percent else 1.0)
        yield name, (plan.period[0] - 1, value)


def _judged(standard: Standard, known: Known) -> dict[str, object]:
    date, value = known.dates[-1], known.seen[-1]
    ends = _end_of(standard.year)
    due = _on_line(_end_of(known.base_year), known.base, ends, standard.threshold, date)
    projected = _projected(known, ends)
    basis = "plan" if not np.isnan(due) else "trend" if not np.isnan(projected) else ""
    if np.isnan(value) or (not basis and not _meets(value, standard)):
        verdict, basis = "unknown", ""
    elif _meets(value, standard):
        verdict = "met"
    elif basis == "plan":
        low_is_good = standard.comparator in {"<", "<="}
        ahead = due - value if low_is_good else value - due
        verdict = "on_course" if ahead >= -1e-9 else "behind"  # noqa: PLR2004 - rounding
    else:
        verdict = "on_course" if _meets(projected, standard) else "behind"
    return {
        "standard_id": standard.id, "unit": "share" if standard.kind in SHARE_KINDS else "", "base_year":
        known.base_year, "base": known.base, "target_year": standard.year, "target": standard.target, "date":
        date.isoformat(), "value": value, "due": due, "projected": projected, "course": verdict, "basis": basis,
    }  # fmt: skip


def _meets(value: float, standard: Standard) -> bool:
    return bool(meets(np.array([value]), standard)[0])


def _end_of(year: int) -> dt.date:
    return dt.date(year, 12, 31)


def _on_line(start: dt.date, first: float, end: dt.date, last: float, at: dt.date) -> float:
    """Return the height at a date of a straight line between two dates; after its end it goes on level.

    Examples
    --------
    The end of 2023 is 1095 of the 1826 days from the end of 2020 to the end of 2025.

    >>> years = [dt.date(year, 12, 31) for year in (2020, 2025, 2023)]
    >>> round(_on_line(years[0], 0.50, years[1], 0.85, years[2]), 4)
    0.7099
    """
    if end <= start:
        return float("nan")
    share = min(max((at - start).days / (end - start).days, 0.0), 1.0)
    return first + (last - first) * share


def _projected(known: Known, end: dt.date) -> float:
    """Return where the straight line through the first and the last known value leads; the last value after the end."""
    seen = [(date, value) for date, value in zip(known.dates, known.seen, strict=True) if not np.isnan(value)]
    if len(seen) < 2 or seen[0][0] == seen[-1][0]:  # noqa: PLR2004 - a line needs two points
        return float("nan")
    (first_date, first), (last_date, last) = seen[0], seen[-1]
    ahead = max((end - last_date).days, 0)
    return last + (last - first) * ahead / (last_date - first_date).days
