"""Takes the finished runs of many cities, gives one table in which each city has its range and the ranks it may have.

Cities whose ranges overlap cannot be told apart, so a rank is a range too: from the place that a city has if all
doubts are settled in its favour, to the place that it has if they are settled against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lifecircle.plan import Plan

LEAGUE_COLUMNS: Final = (
    "plan_id", "edition", "standard_id", "city", "value", "low", "high", "unit", "target", "verdict", "best_rank",
    "worst_rank", "ranked", "total", "shortfall_people", "reason",
)  # fmt: skip


def league(runs: Mapping[str, tuple[tuple[Plan, ...], pd.DataFrame]]) -> pd.DataFrame:
    """Return what every city reaches of every standard, and between which places it stands among the cities.

    Parameters
    ----------
    runs : mapping
        City to the plans and results of its run.

    Returns
    -------
    DataFrame
        :data:`LEAGUE_COLUMNS`, one row per standard and city, in the order of the plans and cities. ``best_rank`` and
        ``worst_rank`` are places among the ``ranked`` cities of which the value is known, and missing for the others.
        Cities are compared only where they are held against the same edition of a plan.
    """
    rows = pd.concat([_city_rows(city, *run) for city, run in runs.items()], ignore_index=True)
    keys = ["plan_id", "edition", "standard_id"]
    lower = rows["lower_is_better"].to_numpy(dtype=bool)
    ends = rows[["low", "high"]].to_numpy(np.float64)
    ends = np.where(lower[:, None], -ends[:, ::-1], ends)
    known = rows["value"].notna().to_numpy()
    best, worst, ranked = (np.zeros(len(rows), dtype=np.int64) for _ in range(3))
    for _, rivals in rows.groupby(keys, sort=False):
        own = rivals.index.to_numpy()
        able = own[known[own]]
        best[able], worst[able] = rank_ranges(ends[able, 0], ends[able, 1])
        ranked[own] = len(able)
    rows["best_rank"], rows["worst_rank"] = (pd.Series(rank, dtype="Int64").where(known) for rank in (best, worst))
    rows["ranked"] = ranked
    order = rows.groupby(keys, sort=False).ngroup()
    return rows.iloc[np.argsort(order, kind="stable")][list(LEAGUE_COLUMNS)].reset_index(drop=True)


def rank_ranges(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the best and the worst place that each of n ranges may have; more is better.

    Examples
    --------
    The first is surely ahead of the last, and nobody can say where the second stands.

    >>> best, worst = rank_ranges(np.array([0.8, 0.5, 0.4]), np.array([0.9, 0.85, 0.6]))
    >>> best.tolist(), worst.tolist()
    ([1, 1, 2], [2, 3, 3])
    """
    surely_better = len(low) - np.searchsorted(np.sort(low), high, side="right")
    surely_worse = np.searchsorted(np.sort(high), low, side="left")
    return 1 + surely_better, len(low) - surely_worse


def _city_rows(city: str, plans: tuple[Plan, ...], results: pd.DataFrame) -> pd.DataFrame:
    """Return the results of a whole city, for the first denominator of every standard."""
    whole = results[results["level"] == "city"].drop_duplicates(["plan_id", "standard_id"])
    standards = {(plan.id, standard.id): standard for plan in plans for standard in plan.scored()}
    editions = {plan.id: plan.edition for plan in plans}
    keys = zip(whole["plan_id"].astype(str), whole["standard_id"].astype(str), strict=True)
    return whole.assign(
        city=city,
        edition=whole["plan_id"].astype(str).map(editions),
        lower_is_better=[standards[key].comparator in {"<", "<="} for key in keys],
    )
