"""Takes pairs, people and places, gives who gets a place when every place is given once: the nearest pairs first.

It answers "how many have a place within 15 minutes, and how many are left out because the near ones are full?", which a
circle cannot: a circle covers all who live near a nursery, however few cots it has.

Nearest first is how places are handed out where nobody plans ahead. It is not the most that could be placed: somebody
with one choice may come after a nearer neighbour with several. Hence at least half of that most get a place, no more
can be promised, and what a better assignment would gain is a matter for siting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numba
import numpy as np

from lifecircle.access.amounts import checked_amounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from lifecircle.access.pairs import AccessPairs


@dataclass(frozen=True, eq=False)
class Allocation:
    """Who got a place where.

    Attributes
    ----------
    people : (P,) float64
        People of each pair who got a place, in the order of the pairs.
    placed, left_out : (R,) float64
        People of each resident point with and without a place.
    taken, free : (F,) float64
        Places of each facility that were given, and that are left.
    """

    people: NDArray[np.float64]
    placed: NDArray[np.float64]
    left_out: NDArray[np.float64]
    taken: NDArray[np.float64]
    free: NDArray[np.float64]


def nearest_first(pairs: AccessPairs, demand: ArrayLike, places: ArrayLike) -> Allocation:
    """Give out all places, the nearest pairs first.

    The order is that of the minutes; of equally near pairs the facility of the lowest index comes first, then the
    resident of the lowest index. Each pair places as many of the people still without a place as the facility still has
    places for: a resident point may be placed in part, and its people in several facilities.

    Parameters
    ----------
    pairs : AccessPairs
        The farthest that anybody is sent is their cut-off.
    demand : (R,) array_like of float
        People who need a place.
    places : (F,) array_like of float
        Places of each facility.

    Raises
    ------
    InputError
        If a number is missing, negative or infinite, or there are not as many as there should be.
    """
    left_out = checked_amounts("demand", demand, pairs.resident_count).copy()
    free = checked_amounts("places", places, pairs.facility_count).copy()
    resident = pairs.resident
    order = np.lexsort((resident, pairs.facility, pairs.minutes))
    people = _filled(order, resident, pairs.facility, left_out, free)
    placed = np.bincount(resident, people, minlength=pairs.resident_count).astype(np.float64)
    taken = np.bincount(pairs.facility, people, minlength=pairs.facility_count).astype(np.float64)
    return Allocation(people, placed, left_out, taken, free)


def _fill(
    order: NDArray[np.int64],
    resident: NDArray[np.int32],
    facility: NDArray[np.int32],
    left_out: NDArray[np.float64],
    free: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Place people pair by pair; ``left_out`` and ``free`` are changed in place."""
    people = np.zeros(len(order))
    for pair in order:
        own, place = resident[pair], facility[pair]
        people[pair] = min(left_out[own], free[place])
        left_out[own] -= people[pair]
        free[place] -= people[pair]
    return people


_filled = cast("Callable[..., Any]", numba.njit(cache=True, nogil=True)(_fill))
