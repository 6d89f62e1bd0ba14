"""Takes a directed graph in flat arrays and states to start from, gives the least seconds to every other state.

The queue is a ring of buckets, each holding the slots whose seconds fall into one interval (Dial 1969). Dial's buckets
are as narrow as the shortest arc; here they may be wider, because a slot that improves goes back into the bucket that
is being emptied. A bucket is left for good once it is empty: every arc takes at least 0 seconds, so that nothing taken
from a later bucket can lead back into it. Hence all seconds are exact, whatever the width, and the width is a matter of
speed alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Function = TypeVar("Function", bound=Callable[..., Any])

NO_LABEL: Final = 2**31 - 1
_NOWHERE: Final = -1


class Arcs(NamedTuple):
    """Arcs from S states: those of state ``s`` are ``start[s]:start[s + 1]``."""

    start: NDArray[np.int64]
    head: NDArray[np.int32]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]


class Slots(NamedTuple):
    """The best labels of each state so far: those of state ``s`` are ``s * k:(s + 1) * k``, in no order."""

    label: NDArray[np.int32]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]


class Buckets(NamedTuple):
    """A ring of doubly linked lists of slots; the number of buckets is a power of two.

    ``before`` holds the slot before each, -1 for a slot in no list, or -2 - b for the first slot of bucket ``b``.
    """

    per_s: float  # one over the width
    first: NDArray[np.int32]
    before: NDArray[np.int32]
    after: NDArray[np.int32]


class Seeds(NamedTuple):
    """States to search from, with what was walked before them."""

    state: NDArray[np.int64]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]


class Origins(NamedTuple):
    """Where trips begin: those that begin at state ``s`` are ``order[start[s]:start[s + 1]]``."""

    start: NDArray[np.int64]
    order: NDArray[np.int32]
    state: NDArray[np.int32]
    leg_s: NDArray[np.float64]
    leg_m: NDArray[np.float64]


def compiled(function: Function) -> Function:
    """Return a function as machine code that lets other threads run."""
    return cast("Function", numba.njit(cache=True, nogil=True)(function))


def inlined(function: Function) -> Function:
    """Return a function whose code becomes part of that of its callers."""
    return cast("Function", numba.njit(cache=True, nogil=True, inline="always")(function))


@inlined
def _put(slot: int, bucket: int, first: Ints, before: Ints, after: Ints) -> None:
    second = first[bucket]
    after[slot] = second
    if second >= 0:
        before[second] = slot
    before[slot] = -2 - bucket
    first[bucket] = slot


@inlined
def _take(slot: int, first: Ints, before: Ints, after: Ints) -> None:
    if before[slot] < _NOWHERE:
        first[-2 - before[slot]] = after[slot]
    else:
        after[before[slot]] = after[slot]
    if after[slot] >= 0:
        before[after[slot]] = before[slot]


@inlined
def _slot_for(own: int, state: int, k: int, label: Ints, seconds: Floats) -> int:
    """Return the slot of a state that holds the label already, or else the worst one."""
    worst = state * k
    for slot in range(state * k, state * k + k):
        if label[slot] == own:
            worst = slot
            break
        if seconds[slot] > seconds[worst] or (seconds[slot] == seconds[worst] and label[slot] > label[worst]):
            worst = slot
    return worst


@compiled
def spread(
    arcs: Arcs, slots: Slots, k: int, seeds: NDArray[np.int64], limit_s: float, buckets: Buckets, reached: Ints
) -> int:
    """Let labels spread along the arcs until each state holds its ``k`` best within the limit.

    Best is least seconds, then lowest label, then least metres.

    Parameters
    ----------
    arcs : Arcs
        The graph; seconds are finite and not negative.
    slots : Slots
        Filled at the seeds, empty elsewhere; changed in place.
    k : int
        Slots of each state; the labels in them are distinct.
    seeds : (n,) int64
        Slots to start from, each given once.
    limit_s : float
        Labels do not spread beyond.
    buckets : Buckets
        Empty, and wide enough for the longest arc and the range of the seeds; changed in place and left empty.
    reached : (S * k,) int32
        Receives the slots that were filled.

    Returns
    -------
    int
        How many were.
    """
    start, head, arc_s, arc_m = arcs
    label, seconds, metres = slots
    per_s, first, before, after = buckets
    ring = len(first) - 1
    earliest = np.inf
    for seed in seeds:
        _put(seed, int(seconds[seed] * per_s) & ring, first, before, after)
        earliest = min(earliest, seconds[seed])
    count = waiting = len(seeds)
    reached[:count] = seeds
    bucket = int(earliest * per_s) & ring if waiting else 0
    while waiting:
        while first[bucket] >= 0:
            origin = first[bucket]
            first[bucket] = after[origin]
            if after[origin] >= 0:
                before[after[origin]] = -2 - bucket
            before[origin] = _NOWHERE
            waiting -= 1
            own, so_far_s, so_far_m = label[origin], seconds[origin], metres[origin]
            state = origin // k if k > 1 else origin
            for arc in range(start[state], start[state + 1]):
                slot = _slot_for(own, head[arc], k, label, seconds) if k > 1 else head[arc]
                arrival_s = so_far_s + arc_s[arc]
                if arrival_s > seconds[slot] or arrival_s > limit_s:
                    continue
                walked_m = so_far_m + arc_m[arc]
                if arrival_s < seconds[slot] or own < label[slot] or (own == label[slot] and walked_m < metres[slot]):
                    if label[slot] == NO_LABEL:
                        reached[count] = slot
                        count += 1
                    if before[slot] == _NOWHERE:
                        waiting += 1
                    else:
                        _take(slot, first, before, after)
                    label[slot], seconds[slot], metres[slot] = own, arrival_s, walked_m
                    _put(slot, int(arrival_s * per_s) & ring, first, before, after)
        bucket = (bucket + 1) & ring
    return count


@compiled
def spread_each(
    arcs: Arcs, seeds: Seeds, origins: Origins, limit_s: float, slots: Slots, buckets: Buckets, reached: Ints
) -> tuple[NDArray[np.int64], Ints, Floats, Floats]:
    """Search from each seed on its own and list the origins within the limit, both access legs included.

    Parameters
    ----------
    arcs, buckets, reached
        As in :func:`spread`.
    seeds : Seeds
        n states to search from.
    origins : Origins
        Where trips may begin.
    limit_s : float
        The longest trip.
    slots : Slots
        One per state, empty; left empty.

    Returns
    -------
    offsets : (n + 1,) int64
        The origins of seed ``i`` are ``offsets[i]:offsets[i + 1]`` of the three other columns, sorted.
    origin : (P,) int32
    seconds, metres : (P,) float64
    """
    offsets = np.zeros(len(seeds.state) + 1, dtype=np.int64)
    found, found_s, found_m = np.empty(64, dtype=np.int32), np.empty(64), np.empty(64)
    size = 0
    for row in range(len(seeds.state)):
        if seeds.seconds[row] <= limit_s:
            seed = seeds.state[row]
            slots.label[seed], slots.seconds[seed], slots.metres[seed] = 0, seeds.seconds[row], seeds.metres[row]
            count = spread(arcs, slots, 1, seeds.state[row : row + 1], limit_s, buckets, reached)
            begin = size
            for state in reached[:count]:
                for origin in origins.order[origins.start[state] : origins.start[state + 1]]:
                    if slots.seconds[state] + origins.leg_s[origin] <= limit_s:
                        if size == len(found):
                            found, found_s, found_m = _longer(found), _longer(found_s), _longer(found_m)
                        found[size] = origin
                        size += 1
            found[begin:size].sort()
            for pair in range(begin, size):
                origin = found[pair]
                found_s[pair] = slots.seconds[origins.state[origin]] + origins.leg_s[origin]
                found_m[pair] = slots.metres[origins.state[origin]] + origins.leg_m[origin]
            for state in reached[:count]:
                slots.label[state], slots.seconds[state], slots.metres[state] = NO_LABEL, np.inf, np.inf
        offsets[row + 1] = size
    return offsets, found[:size].copy(), found_s[:size].copy(), found_m[:size].copy()


@compiled
def _longer(column: NDArray[Any]) -> NDArray[Any]:
    longer = np.empty(2 * len(column), dtype=column.dtype)
    longer[: len(column)] = column
    return longer
