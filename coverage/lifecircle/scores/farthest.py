"""Takes plans and walkers, gives how far any walk leads that a report speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lifecircle.plan import Circle
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lifecircle.network.walkers import Walker
    from lifecircle.plan import Plan

TIMES_THE_LIMIT: Final = 2.0
"""Charts show walks of up to twice their limit; the readings of its range end at 1.15 x 1.1 times the limit."""


def farthest_walk_m(plans: Iterable[Plan], walkers: Mapping[str, Walker]) -> float:
    """Return the longest walk that counts, metres: streets and facilities so far beyond the city take part.

    Parameters
    ----------
    plans : iterable of Plan
    walkers : mapping of Walker
        By their ids; a circle of an unknown walker is left to those who search for it.

    Returns
    -------
    float
        0 where no plan asks for a walk.
    """
    circles = [circle for plan in plans for circle in plan.standards if isinstance(circle, Circle)]
    limits = [_limit_m(circle, walkers[circle.walker]) for circle in circles if circle.walker in walkers]
    return TIMES_THE_LIMIT * max(limits, default=0.0)


def _limit_m(circle: Circle, walker: Walker) -> float:
    if circle.minutes is None:
        return circle.metres or 0.0
    fastest_m_s = max(walker.speed_m_s, walker.steps_speed_m_s or 0.0)
    return circle.minutes * SECONDS_PER_MINUTE * fastest_m_s
