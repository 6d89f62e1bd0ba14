"""Takes access and plans, gives how far the ranking of communities holds when what was assumed is read otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.access.table import rows_of
from lifecircle.plan import Circle, Composite
from lifecircle.scores.circle import bundle_reach, circle_reach, weights_of
from lifecircle.scores.membership import in_setting, membership
from lifecircle.scores.results import KNOWN_ENOUGH
from lifecircle.scores.score import service_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lifecircle.inputs.collect import Collected
    from lifecircle.plan import Plan
    from lifecircle.scores.circle import Reach
    from lifecircle.scores.membership import Membership
    from lifecircle.study import Level, Study

READINGS: Final = ("slower", "faster", "shorter", "longer", "nearer")
"""The other readings of a circle, in the order of :class:`lifecircle.scores.circle.Reach`: speed -15 % and +15 %, limit
-10 % and +10 %, and places joined to their street within half the snap limit alone."""

STABILITY_COLUMNS: Final = ("plan_id", "standard_id", "level", "reading", "areas", "tau")
_ROWS_AT_ONCE: Final = 256  # of a square table of all pairs
_DECIMALS: Final = 9  # shares that differ by less are equal, and were only added up in another order


def stability(
    study: Study, plans: Sequence[Plan], inputs: Collected, access: pd.DataFrame, level: Level = "community"
) -> pd.DataFrame:
    """Compare how the areas of one level rank by each circle and bundle, as read and in the other readings.

    Nothing is searched again: the times are those of the access table, held against other limits.

    Parameters
    ----------
    study : Study
    plans : sequence of Plan
    inputs : Collected
        Areas and residents.
    access : DataFrame
        With the rows of every search that the plans need.
    level : {"community", "street", "district"}

    Returns
    -------
    DataFrame
        One row per standard and reading, with :data:`STABILITY_COLUMNS`: ``reading`` is one of :data:`READINGS`,
        ``areas`` how many are compared, ``tau`` their Kendall's tau (:func:`rank_agreement`).
    """
    members = membership(inputs.residents, inputs.areas, study.groups)
    tables = []
    for plan in plans:
        reaches = {
            circle.id: circle_reach(rows_of(access, service_of(circle), circle.walker), circle, study.snap_limit_m)
            for circle in plan.standards
            if isinstance(circle, Circle)
        }
        for standard in plan.scored():
            if isinstance(standard, Circle):
                reach, setting = reaches[standard.id], standard.setting
            elif isinstance(standard, Composite):
                reach, setting = bundle_reach(standard, [reaches[name] for name in standard.circles]), None
            else:
                continue
            weights = weights_of(inputs.residents, standard.population)
            weights = np.nan_to_num(weights) * in_setting(inputs.residents, inputs.areas, setting)
            table = reading_agreement(reach, weights, members, level)
            tables.append(table.assign(plan_id=plan.id, standard_id=standard.id))
    return pd.concat(tables, ignore_index=True)[list(STABILITY_COLUMNS)] if tables else _nothing()


def reading_agreement(reach: Reach, weights: NDArray[np.float64], members: Membership, level: Level) -> pd.DataFrame:
    """Return how the areas of one level rank in every reading, compared with how they rank as read.

    Areas rank by the share of their people who are reached. Of an area, its people count; in the ranking every area
    counts once, whatever its people. Areas of which less than half is known have no share, and take no part.

    Parameters
    ----------
    reach : Reach
        Of R residents.
    weights : (R,) array
        People at each.
    members : Membership
    level : str

    Returns
    -------
    DataFrame
        ``level, reading, areas, tau``; one row per reading.
    """
    known = weights * ~reach.unknown
    total, hidden = members.sums(known), members.sums(weights * reach.unknown)
    area = (members.areas["level"] == level).to_numpy() & (total > 0) & (total >= KNOWN_ENOUGH * (total + hidden))
    sums = [members.sums(known * reading)[area] for reading in (reach.covered, *reach.readings)]
    shares = np.round(np.stack(sums) / total[area], _DECIMALS)
    return pd.DataFrame(
        {
            "level": level,
            "reading": READINGS,
            "areas": np.count_nonzero(area),
            "tau": [rank_agreement(shares[0], share) for share in shares[1:]],
        }
    )


def rank_agreement(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return Kendall's tau-b between two rankings of the same areas.

    Pairs that both rank alike less pairs that they rank the other way round, over the geometric mean of the pairs that
    each of the two ranks at all (Kendall 1945, "The treatment of ties in ranking problems", Biometrika 33). 1 where
    both say the same, 0 where they have nothing to do with each other, ``nan`` where one of them ranks no pair.

    Parameters
    ----------
    first, second : (n,) arrays

    Examples
    --------
    Of three pairs, two are alike and one is not: (2 - 1) / 3.

    >>> round(rank_agreement(np.array([1.0, 2, 3]), np.array([1.0, 3, 2])), 3)
    0.333
    """
    alike = ranked_first = ranked_second = 0
    for begin in range(0, len(first), _ROWS_AT_ONCE):
        one, other = (_order(shares[begin : begin + _ROWS_AT_ONCE], shares) for shares in (first, second))
        alike += int((one * other).sum(dtype=np.int64))
        ranked_first += int(np.count_nonzero(one))
        ranked_second += int(np.count_nonzero(other))
    ranked = ranked_first * ranked_second
    return float(alike / np.sqrt(ranked)) if ranked else float("nan")


def _order(some: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return 1 where one of some shares is larger than another share, -1 where it is smaller, 0 where they tie."""
    return (some[:, None] > shares).view(np.int8) - (some[:, None] < shares).view(np.int8)


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in STABILITY_COLUMNS})
