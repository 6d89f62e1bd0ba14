"""Circles and bundles of circles: the share of people, households and residential land with services in reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.scores.results import NOT_JUDGED, Figures, judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lifecircle.plan import Circle, Composite
    from lifecircle.scores.membership import Membership

SPEED_RANGE: Final = 0.15
"""How much slower or faster than the walker's own speed the people of one kind walk."""

THRESHOLD_RANGE: Final = 0.10
"""How far the limit itself is a convention: GB 50180-2018 reads 15 minutes as 800 to 1000 m, 900 m ± 11 %."""

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


def circle_reach(access: pd.DataFrame, circle: Circle, snap_limit_m: float) -> Reach:
    """Find whom a circle reaches.

    Parameters
    ----------
    access : DataFrame
        The rows of the circle's service and walker, one per resident, in the residents' order.
    circle : Circle
    snap_limit_m : float
        The study's limit, for the reading in which far-off places are not joined.
    """
    measure, limit = measured(circle)
    cost = access[measure].to_numpy(np.float64)
    covered = _within(cost, limit)
    factors = (1 - SPEED_RANGE, 1 + SPEED_RANGE, 1 - THRESHOLD_RANGE, 1 + THRESHOLD_RANGE)
    readings = [_within(cost, limit * factor) for factor in factors]
    readings.append(covered & (access["leg_m"].to_numpy(np.float64) <= SNAP_RANGE * snap_limit_m))
    return Reach(
        covered=covered,
        unknown=~covered & _within(access[f"least_{measure}"].to_numpy(np.float64), limit),
        readings=np.stack(readings),
    )


def bundle_reach(composite: Composite, reaches: Sequence[Reach]) -> Reach:
    """Find who has enough circles of a bundle in reach; unknown where the unknown circles could make up for it."""
    needed = len(reaches) if composite.needed == "all" else composite.needed
    covered = np.sum([reach.covered for reach in reaches], axis=0) >= needed
    possible = np.sum([reach.covered | reach.unknown for reach in reaches], axis=0) >= needed
    return Reach(
        covered=covered,
        unknown=possible & ~covered,
        readings=np.sum([reach.readings for reach in reaches], axis=0) >= needed,
    )


def reach_results(
    standard: Circle | Composite,
    reach: Reach,
    residents: pd.DataFrame,
    membership: Membership,
    subject: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return the results of a circle or bundle for every area and denominator.

    Parameters
    ----------
    standard : Circle or Composite
    reach : Reach
        Whom it reaches.
    residents : DataFrame
        With the standard's population column, and ``households`` and ``residential_area_m2`` where known.
    membership : Membership
        Of the residents.
    subject : (R,) array of bool
        Whom the standard is about; others are on neither side of a share.
    """
    tables = [
        judged(membership.areas, standard, _figures(reach, weights * subject, membership)).assign(denominator=name)
        for name, weights in denominators(residents, standard.population)
    ]
    beyond = (membership.sums(subject) == 0) & (membership.sums(~subject) > 0)
    for table in tables:
        table.loc[beyond, "reason"] = NOT_JUDGED
    if standard.population not in residents:
        tables[0]["reason"] = "no_column"
    return pd.concat(tables, ignore_index=True)


def denominators(residents: pd.DataFrame, population: str) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield name and weights of each denominator that the residents carry; the people first.

    A target group that the residents do not carry has the weight ``nan``: it is unknown, not empty.
    """
    yield people_name(population), weights_of(residents, population)
    for name, column in (("households", "households"), ("residential_land", "residential_area_m2")):
        if column in residents:
            yield name, weights_of(residents, column)


PEOPLE_NAMES: Final = ("people", "target_group")
"""The denominators that count people."""


def people_name(population: str) -> str:
    """Return what a population column is called as a denominator: ``people`` or ``target_group``."""
    everybody, target_group = PEOPLE_NAMES
    return everybody if population == "population" else target_group


def weights_of(residents: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column of the residents as weights; ``nan`` where it is not there."""
    if column not in residents:
        return np.full(len(residents), np.nan)
    return residents[column].to_numpy(np.float64)


def minutes_missing(
    access: pd.DataFrame, circle: Circle, weights: NDArray[np.float64], membership: Membership
) -> NDArray[np.float64]:
    """Return by how much the last person needed for the target is beyond the limit, for every area.

    The quantile of the cost at the target share, less the limit: 0 or less where the target is met, ``inf`` where the
    target cannot be met because too many reach no facility at all, ``nan`` where nothing is known.
    """
    measure, limit = measured(circle)
    unreachable = (access["status"] == "unreachable").to_numpy()
    cost = np.where(unreachable, np.inf, access[measure].to_numpy(np.float64))
    usable = ~np.isnan(cost) & (np.nan_to_num(weights) > 0)
    order = np.flatnonzero(usable)[np.argsort(cost[usable], kind="stable")]
    by_cost = membership.matrix[:, order].tocsr()
    by_cost.sort_indices()
    missing = np.full(by_cost.shape[0], np.nan)
    for area in range(by_cost.shape[0]):
        columns = by_cost.indices[by_cost.indptr[area] : by_cost.indptr[area + 1]]
        if len(columns):
            running = np.cumsum(weights[order[columns]])
            last = np.searchsorted(running, circle.threshold * running[-1] - _ROUNDING)
            missing[area] = cost[order[columns[min(last, len(columns) - 1)]]] - limit
    return missing


def measured(circle: Circle) -> tuple[str, float]:
    """Return what a circle measures, ``minutes`` or ``metres``, and its limit."""
    if circle.minutes is not None:
        return "minutes", circle.minutes
    assert circle.metres is not None  # noqa: S101 - the plan holds one of the two
    return "metres", circle.metres


def _figures(reach: Reach, weights: NDArray[np.float64], membership: Membership) -> Figures:
    weights = np.nan_to_num(weights)
    known = ~reach.unknown
    readings = np.stack([membership.sums(weights * (reading & known)) for reading in reach.readings])
    covered = membership.sums(weights * (reach.covered & known))
    return Figures(
        covered=covered,
        total=membership.sums(weights * known),
        unknown=membership.sums(weights * reach.unknown),
        low=np.minimum(readings.min(axis=0), covered),
        high=np.maximum(readings.max(axis=0), covered),
    )


def _within(cost: NDArray[np.float64], limit: float) -> NDArray[np.bool_]:
    """Compare with the limit; what is unknown (``nan``) is not within it."""
    return np.asarray(cost <= limit + _ROUNDING)
