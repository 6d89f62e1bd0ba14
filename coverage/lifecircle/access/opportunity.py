"""Takes pairs within a cut-off, gives what residents can choose from: the nearest ones, how many, of how many kinds.

- "Is there a second one, should the first be full or closed?": :func:`nearest_facilities`.
- "How many are there within 5, 10 and 15 minutes?": :func:`counts_within`; "how many places?": :func:`amounts_within`.
- "How many different services are there?": :func:`kinds_within`.
- "How much is in reach, all told, near counting more than far?": :func:`gravity`. It knows nothing of how many people
  share it; for that see :mod:`lifecircle.access.catchment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.access.amounts import checked_amounts
from lifecircle.access.catchment import checked_weights
from lifecircle.access.decay import ROUNDING_MINUTES
from lifecircle.access.pairs import check_thresholds
from lifecircle.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from scipy import sparse

    from lifecircle.access.pairs import AccessPairs

_NOTHING: Final = -1


@dataclass(frozen=True, eq=False)
class NearestFacilities:
    """The k nearest distinct facilities of R residents, nearest first.

    Attributes
    ----------
    facility : (R, k) int32
        -1 where there are fewer within the cut-off.
    minutes : (R, k) float64
        Infinite there.
    """

    facility: NDArray[np.int32]
    minutes: NDArray[np.float64]


def nearest_facilities(pairs: AccessPairs, k: int) -> NearestFacilities:
    """Return the k nearest distinct facilities within the cut-off.

    Without a cut-off, :func:`lifecircle.network.search.nearest_k` finds them on the streets.

    Parameters
    ----------
    pairs : AccessPairs
    k : int
        At least 1.

    Raises
    ------
    InputError
        If ``k`` is less than 1.
    """
    if k < 1:
        raise InputError(f"k: {k} facilities are asked for. Ask for 1 or more.")
    rank = np.arange(k)
    there = rank < np.diff(pairs.offsets)[:, np.newaxis]
    row = (pairs.offsets[:-1, np.newaxis] + rank)[there]
    facility = np.full(there.shape, _NOTHING, dtype=np.int32)
    minutes = np.full(there.shape, np.inf)
    facility[there], minutes[there] = pairs.facility[row], pairs.minutes[row]
    return NearestFacilities(facility, minutes)


def counts_within(pairs: AccessPairs, thresholds_minutes: Sequence[float]) -> NDArray[np.int64]:
    """Return how many facilities each resident reaches within each of T thresholds, shape (R, T).

    Raises
    ------
    InputError
        If a threshold lies beyond the cut-off of the pairs.
    """
    check_thresholds(pairs, thresholds_minutes)
    return _counts(pairs.resident, pairs.minutes, thresholds_minutes, pairs.resident_count)


def amounts_within(pairs: AccessPairs, thresholds_minutes: Sequence[float], amount: ArrayLike) -> NDArray[np.float64]:
    """Return how much each resident reaches within each of T thresholds, shape (R, T).

    Parameters
    ----------
    pairs : AccessPairs
    thresholds_minutes : sequence of float
    amount : (F,) array_like of float
        Of each facility: places, square metres.

    Raises
    ------
    InputError
        If a threshold lies beyond the cut-off of the pairs, or an amount is missing or negative.
    """
    check_thresholds(pairs, thresholds_minutes)
    weight = checked_amounts("amount", amount, pairs.facility_count)[pairs.facility]
    resident = pairs.resident
    within = (pairs.minutes <= threshold + ROUNDING_MINUTES for threshold in thresholds_minutes)
    sums = [np.bincount(resident[near], weight[near], minlength=pairs.resident_count) for near in within]
    return np.stack(sums, axis=1)


def kinds_within(
    pairs: AccessPairs, thresholds_minutes: Sequence[float], kind: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Return how many different kinds of facility each resident reaches within each of T thresholds, shape (R, T).

    Parameters
    ----------
    pairs : AccessPairs
    thresholds_minutes : sequence of float
    kind : (F,) array of int
        Code of each facility's kind, such as the codes of a categorical; -1 for one that counts for no kind.

    Raises
    ------
    InputError
        If a threshold lies beyond the cut-off of the pairs, or there is not one kind per facility.
    """
    check_thresholds(pairs, thresholds_minutes)
    if len(kind) != pairs.facility_count:
        raise InputError(
            f"kind: {pairs.facility_count} values are needed, and there are {len(kind)}. Give one per row."
        )
    resident, own = pairs.resident, kind[pairs.facility]
    order = np.lexsort((own, resident))  # stable: the nearest of each kind comes first
    new_resident = np.diff(resident[order], prepend=_NOTHING) != 0
    new_kind = np.diff(own[order], prepend=_NOTHING) != 0
    nearest = order[(new_resident | new_kind) & (own[order] != _NOTHING)]
    return _counts(resident[nearest], pairs.minutes[nearest], thresholds_minutes, pairs.resident_count)


def gravity(weights: sparse.sparray, supply: ArrayLike) -> NDArray[np.float64]:
    r"""Return the potential :math:`\sum_j w_{ij} S_j` of each resident, shape (R,) (Hansen 1959).

    Parameters
    ----------
    weights : (R, F) sparse array
        Of every walk; 0 where a facility is out of reach.
    supply : (F,) array_like of float
        Of each facility.

    Raises
    ------
    InputError
        If a number is missing, negative or infinite, or the shapes do not fit.
    """
    rows = checked_weights(weights)
    return np.asarray(rows @ checked_amounts("supply", supply, rows.shape[1]))


def _counts(
    resident: NDArray[np.int32], minutes: NDArray[np.float64], thresholds_minutes: Sequence[float], residents: int
) -> NDArray[np.int64]:
    within = (minutes <= threshold + ROUNDING_MINUTES for threshold in thresholds_minutes)
    return np.stack([np.bincount(resident[near], minlength=residents) for near in within], axis=1)
