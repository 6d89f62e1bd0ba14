"""Takes a placed network, a walker and places, gives exact times: the nearest place, the k nearest, all within a limit.

Every search runs backwards, from the places that people walk to, over the reversed streets.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.errors import NetworkError
from lifecircle.network.kernels import NO_LABEL, Arcs, Buckets, Origins, Seeds, Slots, spread, spread_each
from lifecircle.network.pace import piece_seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.walkers import Walker

NOTHING: Final = -1
_BUCKETS_PER_MEAN_ARC: Final = 2  # from 1 to 8 makes no difference to speed, and never to the results
_MOST_BUCKETS: Final = 2**20
_NARROWEST_BUCKET_S: Final = 0.001  # also where no arc takes any time: one over the width has to stay a number
_CHUNKS_PER_CORE: Final = 4  # targets differ in how much lies around them; smaller chunks even that out


@dataclass(frozen=True, eq=False)
class WalkGraph:
    """The reversed graph of one walker: S states, one for each of the N nodes and two more where a private street is.

    A trip may begin and end on private streets, but not cut through them. So a node of a private street has three
    states: the trip is on its last private stretch (searched first, as the search runs backwards), on public streets,
    or on its first private stretch. Arcs lead from each state to the next but not back, and the search itself needs to
    know nothing about it.

    Attributes
    ----------
    walker : Walker
    arcs : Arcs
        Seconds and metres from state to state.
    end_state : (N,) int32
        State in which a trip that ends at a node does so.
    begin_state : (N,) int32
        State in which a trip that begins at a node does so.
    """

    walker: Walker
    arcs: Arcs
    end_state: NDArray[np.int32]
    begin_state: NDArray[np.int32]

    def leg_seconds(self, leg_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the time for access legs, walked at the walker's own speed on the flat."""
        return leg_m / self.walker.speed_m_s


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest target of each of N nodes, shape (N,), or the k nearest, shape (N, k), nearest first.

    Attributes
    ----------
    seconds : float64
        From the node to the target, its access leg included; infinite where none can be reached.
    metres : float64
        Along this quickest way, the access leg included; infinite where none can be reached.
    label : int32
        Label of the target; -1 where none can be reached.
    """

    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]
    label: NDArray[np.int32]

    def at(self, rows: NDArray[np.int32]) -> Nearest:
        """Return some of the rows."""
        return Nearest(self.seconds[rows], self.metres[rows], self.label[rows])


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What a search beyond the border of some streets has found at n of their states.

    Attributes
    ----------
    state : (n,) int64
        States of the graph, in any order, also repeatedly.
    seconds, metres : (n,) float64
        From the state to a target, finite.
    label : (n,) int32
        Label of the target.
    """

    state: NDArray[np.int64]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]
    label: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Trips from origins to T targets within a limit, as a sparse table.

    Attributes
    ----------
    offsets : (T + 1,) int64
        Trips to target ``t`` are ``offsets[t]:offsets[t + 1]`` of the other columns.
    origin : (P,) int32
        Index of the origin, ascending within each target.
    seconds, metres : (P,) float64
        Of the quickest way, both access legs included.
    """

    offsets: NDArray[np.int64]
    origin: NDArray[np.int32]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]

    @property
    def target(self) -> NDArray[np.int32]:
        """Index of the target of each trip, shape (P,)."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))


def walk_graph(placed: PlacedNetwork, walker: Walker) -> WalkGraph:
    """Return the reversed graph of the streets that a walker can pass."""
    edge = placed.piece_edge
    tail = np.concatenate([placed.piece_nodes[:, 1], placed.piece_nodes[:, 0]])
    head = np.concatenate([placed.piece_nodes[:, 0], placed.piece_nodes[:, 1]])
    seconds = np.concatenate(piece_seconds(placed, walker))
    metres = np.tile(placed.network.edge_length_m[edge] * placed.piece_share, 2)
    private = np.tile(placed.network.edge_private[edge], 2)
    passed = np.isfinite(seconds)
    return _with_private_states(
        walker, placed.node_count, tail[passed], head[passed], seconds[passed], metres[passed], private[passed]
    )


def _with_private_states(
    walker: Walker,
    node_count: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    seconds: NDArray[np.float64],
    metres: NDArray[np.float64],
    private: NDArray[np.bool_],
) -> WalkGraph:
    """Return the graph, with each private arc twice: once for the ends of trips, once for their beginnings."""
    nodes = np.unique(np.concatenate([tail[private], head[private]]))
    end_state, begin_state = (np.arange(node_count, dtype=np.int32) for _ in range(2))
    end_state[nodes] = node_count + np.arange(len(nodes))
    begin_state[nodes] = node_count + len(nodes) + np.arange(len(nodes))
    public, last, first = ~private, end_state, begin_state
    tail = np.concatenate([tail[public], last[tail[private]], first[tail[private]], last[nodes], nodes])
    head = np.concatenate([head[public], last[head[private]], first[head[private]], nodes, first[nodes]])
    switch = np.zeros(2 * len(nodes))
    seconds = np.concatenate([seconds[public], seconds[private], seconds[private], switch])
    metres = np.concatenate([metres[public], metres[private], metres[private], switch])
    order = np.argsort(tail, kind="stable")
    start = _starts(tail, node_count + 2 * len(nodes))
    return WalkGraph(walker, Arcs(start, head[order], seconds[order], metres[order]), end_state, begin_state)


def nearest(
    graph: WalkGraph,
    target_node: NDArray[np.int32],
    target_leg_m: NDArray[np.float64],
    target_label: NDArray[np.int32] | None = None,
) -> Nearest:
    """Return for every node the target that is reached first.

    Parameters
    ----------
    graph : WalkGraph
        The reversed streets.
    target_node : (T,) int
        Node of each target; targets at -1 (not snapped) take no part.
    target_leg_m : (T,) float64
        Access leg from the node to the target.
    target_label : (T,) int, optional
        What to call each target, from 0; the index of the target when absent. The entrances of one place share one.

    Returns
    -------
    Nearest
        Of targets in equal seconds the one with the lowest label.

    Raises
    ------
    NetworkError
        If a node, a leg or a label cannot be one.
    """
    slots = _spread_from(graph, target_node, target_leg_m, target_label, 1)
    return _found(slots).at(graph.begin_state)


def nearest_of_states(
    graph: WalkGraph,
    target_node: NDArray[np.int32],
    target_leg_m: NDArray[np.float64],
    target_label: NDArray[np.int32],
    arrivals: Arrivals,
) -> Nearest:
    """Return for each of the S states the target that is reached first, also over ways beyond the graph's border.

    Parameters
    ----------
    graph, target_node, target_leg_m, target_label
        As for :func:`nearest`.
    arrivals : Arrivals
        Where such ways come in, and what they lead to.
    """
    slots = _spread_from(graph, target_node, target_leg_m, target_label, 1, arrivals)
    return _found(slots)


def _found(slots: Slots) -> Nearest:
    return Nearest(slots.seconds, slots.metres, np.where(slots.label == NO_LABEL, np.int32(NOTHING), slots.label))


def nearest_k(
    graph: WalkGraph,
    target_node: NDArray[np.int32],
    target_leg_m: NDArray[np.float64],
    target_label: NDArray[np.int32] | None = None,
    *,
    k: int,
) -> Nearest:
    """Return for every node the ``k`` labels that are reached first; for the rest see :func:`nearest`."""
    slots = _spread_from(graph, target_node, target_leg_m, target_label, k)
    seconds = slots.seconds.reshape(-1, k)[graph.begin_state]
    metres = slots.metres.reshape(-1, k)[graph.begin_state]
    label = slots.label.reshape(-1, k)[graph.begin_state]
    order = np.lexsort((label, seconds))
    label[label == NO_LABEL] = NOTHING
    return Nearest(
        np.take_along_axis(seconds, order, axis=1),
        np.take_along_axis(metres, order, axis=1),
        np.take_along_axis(label, order, axis=1),
    )


def _spread_from(
    graph: WalkGraph,
    node: NDArray[np.int32],
    leg_m: NDArray[np.float64],
    label: NDArray[np.int32] | None,
    k: int,
    arrivals: Arrivals | None = None,
) -> Slots:
    """Return the ``k`` best labels of every state; arrivals need ``k = 1``."""
    if label is None:
        label = np.arange(len(node), dtype=np.int32)
    _check_places(graph, node, leg_m)
    if len(label) != len(node) or np.any(label < 0) or np.any(label >= NO_LABEL):
        raise NetworkError("targets: each needs one label, a whole number from 0. Number the labels.")
    seeds, seed_label, seed_leg_m = _seeds(graph, node, leg_m, label, k)
    seed_s = graph.leg_seconds(seed_leg_m)
    if arrivals is not None:
        own = Arrivals(seeds, seed_s, seed_leg_m, seed_label)
        seeds, seed_s, seed_leg_m, seed_label = _best_of_each_state(own, arrivals)
    slots, buckets, reached = _workspace(graph, k, seed_s.max(initial=0))
    slots.label[seeds], slots.seconds[seeds], slots.metres[seeds] = seed_label, seed_s, seed_leg_m
    spread(graph.arcs, slots, k, seeds, np.inf, buckets, reached)
    return slots


def all_within(
    graph: WalkGraph,
    target_node: NDArray[np.int32],
    target_leg_m: NDArray[np.float64],
    origin_node: NDArray[np.int32],
    origin_leg_m: NDArray[np.float64],
    limit_s: float,
) -> Pairs:
    """Return all trips from origins to targets that take at most a limit, access legs included.

    Parameters
    ----------
    graph : WalkGraph
        The reversed streets.
    target_node, origin_node : (T,), (n,) int
        Nodes; places at -1 (not snapped) take no part.
    target_leg_m, origin_leg_m : (T,), (n,) float64
        Access legs.
    limit_s : float
        The longest trip; a trip that takes exactly this long is listed.
    """
    _check_places(graph, target_node, target_leg_m)
    _check_places(graph, origin_node, origin_leg_m)
    origins = _origins(graph, origin_node, origin_leg_m)
    leg_s = np.where(target_node >= 0, graph.leg_seconds(target_leg_m), np.nan)  # NaN is within no limit
    seeds = Seeds(graph.end_state[target_node].astype(np.int64), leg_s, np.asarray(target_leg_m, dtype=np.float64))

    def chunk(rows: slice) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
        part = Seeds(seeds.state[rows], seeds.seconds[rows], seeds.metres[rows])
        return spread_each(graph.arcs, part, origins, limit_s, *_workspace(graph, 1, 0.0))

    workers = os.cpu_count() or 1
    size = max(1, -(-len(target_node) // (workers * _CHUNKS_PER_CORE)))
    rows = [slice(begin, begin + size) for begin in range(0, max(1, len(target_node)), size)]
    with ThreadPoolExecutor(workers) as pool:
        offsets, *columns = zip(*pool.map(chunk, rows), strict=True)
    counts = np.concatenate([np.diff(part) for part in offsets])
    origin, seconds, metres = (np.concatenate(parts) for parts in columns)
    return Pairs(np.concatenate([[0], np.cumsum(counts)]), origin, seconds, metres)


def _check_places(graph: WalkGraph, node: NDArray[np.int32], leg_m: NDArray[np.float64]) -> None:
    """Refuse what the compiled loops, which check nothing, would run into."""
    placed = node >= 0
    if len(leg_m) != len(node) or not np.all(np.isfinite(leg_m[placed]) & (leg_m[placed] >= 0)):
        raise NetworkError(
            "places: each that is joined to a street needs an access leg of 0 m or more. Snap them again."
        )
    if np.any(node >= len(graph.end_state)) or np.any(node < NOTHING):
        raise NetworkError(
            "places: some stand on nodes that this network does not have. Insert them into this network."
        )


def _workspace(graph: WalkGraph, k: int, longest_leg_s: float) -> tuple[Slots, Buckets, NDArray[np.int32]]:
    """Return empty slots, an empty ring of buckets wide enough for all arcs and seeds, and room for what is reached."""
    size = k * (len(graph.arcs.start) - 1)
    longest_s = max(graph.arcs.seconds.max(initial=0), longest_leg_s)
    mean_s = graph.arcs.seconds.mean() if len(graph.arcs.seconds) else 0
    width_s = max(mean_s / _BUCKETS_PER_MEAN_ARC, longest_s / _MOST_BUCKETS, _NARROWEST_BUCKET_S)
    ring = 1 << (int(longest_s / width_s) + 2).bit_length()
    slots = Slots(np.full(size, NO_LABEL, dtype=np.int32), np.full(size, np.inf), np.full(size, np.inf))
    first, before, after = (np.full(length, NOTHING, dtype=np.int32) for length in (ring, size, size))
    return slots, Buckets(1 / width_s, first, before, after), np.empty(size, dtype=np.int32)


def _seeds(
    graph: WalkGraph, node: NDArray[np.int32], leg_m: NDArray[np.float64], label: NDArray[np.int32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return slots to start from, with their labels and access legs: the best ``k`` labels of each target's state."""
    placed = node >= 0
    state, leg_m, label = graph.end_state[node[placed]].astype(np.int64), leg_m[placed], label[placed]
    by_label = np.lexsort((leg_m, label, state))
    best = by_label[_first_of_each(state[by_label] * NO_LABEL + label[by_label])]
    order = best[np.lexsort((label[best], leg_m[best], state[best]))]
    begins = np.flatnonzero(_first_of_each(state[order]))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    order, rank = order[rank < k], rank[rank < k]
    return state[order] * k + rank, label[order], leg_m[order]


def _best_of_each_state(
    own: Arrivals, more: Arrivals
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Return states, seconds, metres and labels of the best of two kinds of arrivals, each state once."""
    state, seconds, metres, label = (
        np.concatenate([getattr(own, name), getattr(more, name)]) for name in ("state", "seconds", "metres", "label")
    )
    order = np.lexsort((metres, label, seconds, state))
    best = order[_first_of_each(state[order])]
    return state[best], seconds[best], metres[best], label[best].astype(np.int32)


def _first_of_each(values: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of some sorted values differ from the one before."""
    return np.diff(values, prepend=values[:1] - 1) != 0


def _origins(graph: WalkGraph, node: NDArray[np.int32], leg_m: NDArray[np.float64]) -> Origins:
    placed = np.flatnonzero(node >= 0)
    state = np.where(node >= 0, graph.begin_state[node], NOTHING)
    order = placed[np.argsort(state[placed], kind="stable")].astype(np.int32)
    start = _starts(state[placed], len(graph.arcs.start) - 1)
    return Origins(start, order, state.astype(np.int32), graph.leg_seconds(leg_m), np.asarray(leg_m, dtype=np.float64))


def _starts(state: NDArray[np.int32], state_count: int) -> NDArray[np.int64]:
    """Return where the rows of each state begin once they are sorted by state, shape (S + 1,)."""
    return np.concatenate([[0], np.cumsum(np.bincount(state, minlength=state_count))])
