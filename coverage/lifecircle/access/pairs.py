"""Takes facilities and residents joined to the streets, gives all pairs of them within a cut-off, and nothing else.

The pairs are kept as a sparse table, never as a matrix of everybody by everything: of 5,000 places in a city a
resident reaches some dozens in 15 minutes. All measures that look at more than the nearest facility start from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from lifecircle.access.decay import ROUNDING_MINUTES
from lifecircle.errors import InputError
from lifecircle.network.search import all_within
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lifecircle.access.decay import Decay
    from lifecircle.access.joining import Joined
    from lifecircle.network.search import WalkGraph

    _Walks = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]

_ENTRANCES_AT_ONCE: Final = 4096
"""A park has dozens of entrances: all walks to all of them need not be in memory together."""


@dataclass(frozen=True, eq=False)
class AccessPairs:
    """P pairs of R residents and F facilities within a cut-off, each pair once.

    Attributes
    ----------
    offsets : (R + 1,) int64
        The pairs of resident ``i`` are ``offsets[i]:offsets[i + 1]``, nearest first, of equally near ones the facility
        of the lowest index.
    facility : (P,) int32
        Index of the facility.
    minutes : (P,) float64
        Of the quickest way, through whichever entrance, access legs included.
    facility_count : int
        F.
    limit_minutes : float
        The cut-off; a walk of exactly this long is in.
    """

    offsets: NDArray[np.int64]
    facility: NDArray[np.int32]
    minutes: NDArray[np.float64]
    facility_count: int
    limit_minutes: float

    @property
    def resident_count(self) -> int:
        """R."""
        return len(self.offsets) - 1

    @property
    def resident(self) -> NDArray[np.int32]:
        """Index of the resident of each pair, shape (P,)."""
        return np.repeat(np.arange(self.resident_count, dtype=np.int32), np.diff(self.offsets))

    @property
    def nearest_minutes(self) -> NDArray[np.float64]:
        """Minutes to the nearest facility of each resident, shape (R,); infinite where none is within the cut-off."""
        some = self.offsets[:-1] < self.offsets[1:]
        nearest = np.full(self.resident_count, np.inf)
        nearest[some] = self.minutes[self.offsets[:-1][some]]
        return nearest

    def weights(self, decay: Decay) -> sparse.csr_array:
        """Return the weight of every pair, shape (R, F); a pair that is not stored weighs 0.

        A decay that never ends, such as the exponential, ends at the cut-off.

        Raises
        ------
        InputError
            If the decay reaches farther than the pairs, so that its outer zones would be lost.
        """
        if np.isfinite(decay.limit_minutes):
            check_thresholds(self, (decay.limit_minutes,))
        shape = (self.resident_count, self.facility_count)
        matrix = sparse.csr_array((decay(self.minutes), self.facility, self.offsets), shape=shape, copy=True)
        matrix.eliminate_zeros()
        matrix.sort_indices()
        return matrix


def access_pairs(joined: Joined, graph: WalkGraph, offered: NDArray[np.bool_], limit_minutes: float) -> AccessPairs:
    """Return all pairs of residents and some facilities within a cut-off, for one walker.

    Parameters
    ----------
    joined : Joined
        R residents and the entrances of F facilities at their places on the streets.
    graph : WalkGraph
        The walker's streets.
    offered : (F,) array of bool
        The facilities that take part; the others keep their index and have no pairs.
    limit_minutes : float
        The cut-off, above 0.

    Raises
    ------
    InputError
        If the cut-off is no number above 0.
    """
    _check_limit(limit_minutes)
    shape = (len(joined.resident_node), len(offered))
    limit_s = (limit_minutes + ROUNDING_MINUTES) * SECONDS_PER_MINUTE
    walks = [_walks_to(joined, graph, block, limit_s) for block in _blocks(joined.entrance_facility, offered)]
    resident, facility, minutes = (np.concatenate(columns) for columns in zip(*walks, strict=True))
    return _nearest_first(resident, facility, minutes, shape, limit_minutes)


def pairs_of(
    resident: ArrayLike, facility: ArrayLike, minutes: ArrayLike, shape: tuple[int, int], limit_minutes: float
) -> AccessPairs:
    """Return pairs made from a table of walks that was computed elsewhere.

    Parameters
    ----------
    resident, facility : (n,) array_like of int
        Indices from 0.
    minutes : (n,) array_like of float
        Infinite where nothing leads there. Walks beyond the cut-off are left out; of several walks of one pair the
        quickest counts.
    shape : (int, int)
        Number of residents and of facilities.
    limit_minutes : float
        The cut-off, above 0.

    Raises
    ------
    InputError
        If an index or a walk cannot be one.

    Examples
    --------
    >>> pairs = pairs_of([0, 0, 1], [0, 1, 1], [7, 5, 20], (2, 2), limit_minutes=15)
    >>> pairs.facility.tolist(), pairs.minutes.tolist(), pairs.offsets.tolist()
    ([1, 0], [5.0, 7.0], [0, 2, 2])
    """
    _check_limit(limit_minutes)
    residents, facilities, walks = np.asarray(resident), np.asarray(facility), np.asarray(minutes, dtype=np.float64)
    if not len(residents) == len(facilities) == len(walks):
        raise InputError(
            "walks: resident, facility and minutes must have one value per walk. Give equally long columns."
        )
    for name, index, count in (("resident", residents, shape[0]), ("facility", facilities, shape[1])):
        wrong = np.flatnonzero((index < 0) | (index >= count) | (index != np.trunc(index)))
        if len(wrong):
            raise InputError(
                f"walks: row {wrong[0]} names {name} {index[wrong[0]]}, and there are {count}. Number them from 0."
            )
    wrong = np.flatnonzero(~(walks >= 0))
    if len(wrong):
        raise InputError(
            f"walks: row {wrong[0]} takes {walks[wrong[0]]} minutes. Write inf where nothing leads there, and leave "
            "out walks that are not known."
        )
    inside = walks <= limit_minutes + ROUNDING_MINUTES
    columns = _quickest(
        residents[inside].astype(np.int32), facilities[inside].astype(np.int32), walks[inside], shape[0]
    )
    return _nearest_first(*columns, shape, limit_minutes)


def check_thresholds(pairs: AccessPairs, thresholds_minutes: ArrayLike) -> None:
    """Refuse thresholds beyond the cut-off of the pairs: what lies between is not in the table.

    Raises
    ------
    InputError
        If a threshold is not above 0, or beyond the cut-off, or there is none.
    """
    if not np.size(thresholds_minutes):
        raise InputError("minutes: no threshold is asked for. Give one or more, such as 5, 10 and 15.")
    for threshold in np.asarray(thresholds_minutes, dtype=np.float64):
        if not 0 < threshold <= pairs.limit_minutes:
            raise InputError(
                f"minutes: {threshold:g} is asked for, and the pairs know what lies within {pairs.limit_minutes:g}. "
                "Compute the pairs with a larger cut-off."
            )


def _check_limit(limit_minutes: float) -> None:
    if not 0 < limit_minutes < np.inf:
        raise InputError(f"limit_minutes: {limit_minutes} must be a number above 0. Give the cut-off in minutes.")


def _blocks(entrance_facility: NDArray[np.int32], offered: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Return the entrances of some facilities in blocks; those of one facility are in one block."""
    entrance = np.flatnonzero(offered[entrance_facility])
    entrance = entrance[np.argsort(entrance_facility[entrance], kind="stable")]
    first = np.flatnonzero(np.diff(entrance_facility[entrance], prepend=-1))
    return np.split(entrance, first[np.diff(first // _ENTRANCES_AT_ONCE, prepend=0) > 0])


def _walks_to(joined: Joined, graph: WalkGraph, entrance: NDArray[np.intp], limit_s: float) -> _Walks:
    """Return the quickest walk of every resident to every facility that some entrances belong to."""
    trips = all_within(
        graph,
        joined.entrance_node[entrance],
        joined.entrance_leg_m[entrance],
        joined.resident_node,
        joined.resident_leg_m,
        limit_s,
    )
    facility = joined.entrance_facility[entrance][trips.target]
    return _quickest(trips.origin, facility, trips.seconds / SECONDS_PER_MINUTE, len(joined.resident_node))


def _quickest(
    resident: NDArray[np.int32], facility: NDArray[np.int32], minutes: NDArray[np.float64], resident_count: int
) -> _Walks:
    """Return one walk for each pair, by facility and resident."""
    pair = facility.astype(np.int64) * resident_count + resident
    order = np.lexsort((minutes, pair))
    best = order[np.diff(pair[order], prepend=-1) > 0]
    return resident[best], facility[best], minutes[best]


def _nearest_first(
    resident: NDArray[np.int32],
    facility: NDArray[np.int32],
    minutes: NDArray[np.float64],
    shape: tuple[int, int],
    limit_minutes: float,
) -> AccessPairs:
    """Return pairs, given by facility, in the order of :class:`AccessPairs`."""
    order = np.lexsort((minutes, resident))  # stable: equally near facilities stay in their order
    offsets = np.concatenate([[0], np.cumsum(np.bincount(resident, minlength=shape[0]))])
    return AccessPairs(offsets, facility[order], minutes[order], shape[1], limit_minutes)
