"""The table of results: one row per standard, area and denominator, with its range and verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.plan import Standard

RESULT_COLUMNS: Final = (
    "plan_id", "standard_id", "kind", "level", "area_id", "denominator", "covered", "total", "unknown", "value",
    "unit", "low", "high", "target", "verdict", "shortfall", "shortfall_people", "missing", "missing_unit", "reason",
)  # fmt: skip
"""The columns of the results, in their order.

``covered`` of ``total`` is what ``value`` says; ``unknown`` is the part of the denominator of which nothing is known.
``shortfall`` is by how much the value misses the target, ``shortfall_people`` how many people that is. ``missing`` is
what would have to be added or come nearer, in ``missing_unit``: minutes, metres, facilities, or a capacity.
``reason`` says in one word why there is no verdict: ``unknown``, ``nobody``, ``no_column``, ``no_layer``,
``no_areas``, ``no_statistic``; or :data:`NOT_JUDGED` where the plan asks nothing of an area; else it is empty.
"""

NOT_JUDGED: Final = "not_judged"
"""The reason of an area of which the plan asks nothing: too small, or without anybody whom the standard is about."""

VERDICTS: Final = ("met", "borderline", "short", "no_data")

KNOWN_ENOUGH: Final = 0.5
"""Below this known part of a denominator, an area has no verdict: half of it would be guessed."""

_TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class Figures:
    """What was counted for A areas, before it is held against a target.

    Attributes
    ----------
    covered, total, unknown : (A,) arrays
        Amounts that count, amounts whose state is known, and amounts whose state is unknown.
    low, high : (A,) arrays
        ``covered`` at the ends of its range, among the known.
    per : float
        The value is ``covered / total * per``.
    unit : str
        ``share``, or the unit of a ratio.
    """

    covered: NDArray[np.float64]
    total: NDArray[np.float64]
    unknown: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    per: float = 1.0
    unit: str = field(default="share")


def meets(value: NDArray[np.float64], standard: Standard) -> NDArray[np.bool_]:
    """Return which values keep the promise, by the standard's comparator; ``nan`` keeps none."""
    if standard.comparator == ">":
        return np.asarray(value > standard.target + _TOLERANCE)
    if standard.comparator == "<":
        return np.asarray(value < standard.target - _TOLERANCE)
    if standard.comparator == "<=":
        return np.asarray(value <= standard.target + _TOLERANCE)
    return np.asarray(value >= standard.threshold - _TOLERANCE)


def verdicts(
    value: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], standard: Standard
) -> NDArray[np.object_]:
    """Say whether values meet a target, and whether they still would at the ends of their range.

    Parameters
    ----------
    value, low, high : (n,) arrays
        ``nan`` where nothing is known.
    standard : Standard

    Returns
    -------
    (n,) array of str
        ``met`` or ``short`` where value and both ends agree, ``borderline`` where they do not, ``no_data``.
    """
    answers = np.stack([meets(figure, standard) for figure in (value, low, high)])
    verdict = np.full(len(value), "borderline", dtype=object)
    verdict[answers.all(axis=0)] = "met"
    verdict[~answers.any(axis=0)] = "short"
    verdict[np.isnan(value)] = "no_data"
    return verdict


def shortfall(value: NDArray[np.float64], standard: Standard) -> NDArray[np.float64]:
    """Return by how much values miss the target, in its unit; 0 where they meet it, ``nan`` where unknown."""
    missing = value - standard.target if standard.comparator in {"<", "<="} else standard.threshold - value
    return np.where(np.isnan(value), np.nan, np.where(meets(value, standard), 0.0, np.maximum(missing, 0.0)))


def judged(areas: pd.DataFrame, standard: Standard, figures: Figures) -> pd.DataFrame:
    """Hold figures against a standard's target.

    Parameters
    ----------
    areas : DataFrame
        A rows with ``level`` and ``area_id``.
    standard : Standard
    figures : Figures
        Of the A areas.

    Returns
    -------
    DataFrame
        A rows with all :data:`RESULT_COLUMNS` but ``plan_id`` and ``denominator``. What is unknown widens the range
        of a share: nothing of it is covered at the low end, all of it at the high end.
    """
    whole = figures.total + figures.unknown
    known = (figures.total > 0) & (figures.total >= KNOWN_ENOUGH * whole)
    hidden = figures.unknown if figures.unit == "share" else 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(known, figures.covered / figures.total, np.nan) * figures.per
        low = np.where(known, figures.low / (figures.total + hidden), np.nan) * figures.per
        high = np.where(known, (figures.high + hidden) / (figures.total + hidden), np.nan) * figures.per
    low, high = np.fmin(low, value), np.fmax(high, value)
    missing = shortfall(value, standard)
    columns = {
        "level": areas["level"],
        "area_id": areas["area_id"],
        "standard_id": standard.id,
        "kind": standard.kind,
        "covered": figures.covered,
        "total": figures.total,
        "unknown": figures.unknown,
        "value": value,
        "unit": figures.unit,
        "low": low,
        "high": high,
        "target": standard.target,
        "verdict": verdicts(value, low, high, standard),
        "shortfall": missing,
        "shortfall_people": missing / figures.per * figures.total,
        "missing": np.nan,
        "missing_unit": "",
        "reason": np.where(known, "", np.where(whole > 0, "unknown", "nobody")),
    }
    return pd.DataFrame(columns, index=areas.index)


def without_data(areas: pd.DataFrame, standard: Standard, unit: str, reason: str) -> pd.DataFrame:
    """Return the rows of a standard of which nothing is known, with the reason."""
    nothing = np.zeros(len(areas))
    rows = judged(areas, standard, Figures(nothing, nothing, nothing, nothing, nothing, unit=unit))
    return rows.assign(covered=np.nan, total=np.nan, unknown=np.nan, reason=reason)
