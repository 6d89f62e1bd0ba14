"""Circles: the share of people, households and residential land within so many minutes' walk of a service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.scores.results import share_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lifecircle.plan import Circle
    from lifecircle.scores.membership import Membership

SPEED_RANGE: Final = 0.15
"""How much slower or faster than the walker's own speed people may be.

As wide as the gap between planning speed and healthy adults' speed (Bohannon & Andrews 2011, 1.43 m/s at 40 to 49)
would be too much: that is what walkers are for. This is the spread within one kind of walker."""

THRESHOLD_RANGE: Final = 0.10
"""How far the limit itself is a convention: 15 minutes is read as 800 to 1000 m by GB 50180-2018."""

SNAP_RANGE: Final = 0.5
"""The part of the snap limit up to which a place is surely joined to its own street."""

_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Reach:
    """Which residents a circle reaches, in every reading of the range.

    Attributes
    ----------
    covered, unknown : (R,) arrays of bool
        Within the limit; and not known to be so or not.
    readings : (S, R) array of bool
        ``covered`` under each other reading of speed, limit and snap distance.
    """

    covered: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    readings: NDArray[np.bool_]


def reach(access: pd.DataFrame, circle: Circle, snap_limit_m: float) -> Reach:
    """Find whom a circle reaches.

    Parameters
    ----------
    access : DataFrame
        The rows of the circle's service and walker, one per resident, in the residents' order.
    circle : Circle
    snap_limit_m : float
        The study's limit, for the reading in which far-off places are not joined.
    """
    cost, limit = _cost_and_limit(access, circle)
    status = access["status"].to_numpy(dtype=object)
    leg_m = access["leg_m"].to_numpy(np.float64)
    covered = _within(cost, limit)
    factors = (1 - SPEED_RANGE, 1 + SPEED_RANGE, 1 - THRESHOLD_RANGE, 1 + THRESHOLD_RANGE)
    readings = [_within(cost, limit * factor) for factor in factors]
    readings.append(covered & (leg_m <= SNAP_RANGE * snap_limit_m))
    return Reach(
        covered=covered,
        unknown=(status == "not_snapped") | ((status == "no_data") & ~covered),
        readings=np.stack(readings),
    )


def circle_results(circle: Circle, reached: Reach, residents: pd.DataFrame, membership: Membership) -> pd.DataFrame:
    """Return the results of a circle for every area and denominator.

    Parameters
    ----------
    circle : Circle
    reached : Reach
    residents : DataFrame
        With the circle's population column, and ``households`` and ``residential_area_m2`` where known.
    membership : Membership
        Of the residents.
    """
    tables = [
        _weighted(circle, reached, weights, membership).assign(denominator=name)
        for name, weights in denominators(residents, circle.population)
    ]
    if circle.population not in residents:
        tables[0]["reason"] = "no_column"
    return pd.concat(tables, ignore_index=True)


def denominators(residents: pd.DataFrame, population: str) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield name and weights of each denominator that the residents carry; the people first.

    A target group that the residents do not carry has the weight ``nan``: it is unknown, not empty.
    """
    people = "people" if population == "population" else "target_group"
    yield people, _column(residents, population)
    for name, column in (("households", "households"), ("residential_land", "residential_area_m2")):
        if column in residents:
            yield name, _column(residents, column)


def _column(residents: pd.DataFrame, column: str) -> NDArray[np.float64]:
    if column not in residents:
        return np.full(len(residents), np.nan)
    return residents[column].to_numpy(np.float64)


def _weighted(circle: Circle, reached: Reach, weights: NDArray[np.float64], membership: Membership) -> pd.DataFrame:
    missing = np.isnan(weights)
    weights = np.where(missing, 0.0, weights)
    known = ~reached.unknown & ~missing
    readings = np.stack([membership.sums(weights * (reading & known)) for reading in reached.readings])
    covered = membership.sums(weights * (reached.covered & known))
    return share_rows(
        membership,
        circle,
        covered=covered,
        total=membership.sums(weights * known),
        unknown=membership.sums(weights * reached.unknown),
        low=np.minimum(readings.min(axis=0), covered),
        high=np.maximum(readings.max(axis=0), covered),
    )


def _cost_and_limit(access: pd.DataFrame, circle: Circle) -> tuple[NDArray[np.float64], float]:
    if circle.minutes is not None:
        return access["minutes"].to_numpy(np.float64), circle.minutes
    assert circle.metres is not None  # noqa: S101 - the plan holds one of the two
    return access["metres"].to_numpy(np.float64), circle.metres


def _within(cost: NDArray[np.float64], limit: float) -> NDArray[np.bool_]:
    """Compare with the limit; what is unknown (``nan``) is not within it."""
    return np.asarray(cost <= limit + _ROUNDING)
