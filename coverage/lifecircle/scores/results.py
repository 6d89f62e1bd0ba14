"""The table of results: one row per standard, area and denominator, with its range and verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.plan import Standard
    from lifecircle.scores.membership import Membership

RESULT_COLUMNS: Final = (
    "plan_id", "standard_id", "level", "area_id", "denominator", "covered", "total", "unknown", "value", "unit",
    "low", "high", "target", "verdict", "shortfall", "shortfall_people", "reason",
)  # fmt: skip
"""``reason`` says in one word why there is no verdict; it is empty otherwise."""

KNOWN_ENOUGH: Final = 0.5
"""Below this known part of a denominator, an area has no verdict: half of it would be guessed."""

_TOLERANCE: Final = 1e-9


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


def share_rows(
    membership: Membership,
    standard: Standard,
    *,
    covered: NDArray[np.float64],
    total: NDArray[np.float64],
    unknown: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> pd.DataFrame:
    """Return the results of a share for every area, without denominator, plan and standard.

    Parameters
    ----------
    membership : Membership
        Its A areas give the rows.
    standard : Standard
    covered, total, unknown : (A,) arrays
        Amounts that are covered, whose state is known, and whose state is unknown.
    low, high : (A,) arrays
        Covered amounts at the ends of the range, among the known. The unknown amount widens the range: nothing of it
        is covered at the low end, all of it at the high end.
    """
    whole = total + unknown
    known = (total > 0) & (total >= KNOWN_ENOUGH * whole)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(known, covered / total, np.nan)
        lowest = np.minimum(np.where(known, low / whole, np.nan), value)
        highest = np.maximum(np.where(known, (high + unknown) / whole, np.nan), value)
    missing = shortfall(value, standard)
    return membership.areas.assign(
        covered=covered,
        total=total,
        unknown=unknown,
        value=value,
        unit="share",
        low=lowest,
        high=highest,
        target=standard.target,
        verdict=verdicts(value, lowest, highest, standard),
        shortfall=missing,
        shortfall_people=missing * total,
        reason=np.where(known, "", np.where(whole > 0, "unknown", "nobody")),
    )
