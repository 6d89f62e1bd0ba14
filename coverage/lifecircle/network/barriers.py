"""Takes the barriers on streets, gives which of them nobody passes and which only residents do.

This is the one place that knows what a barrier does to a trip. :func:`node_barriers` reads the tags of single nodes,
:func:`enclosed_edges` finds the streets behind private ones; :mod:`lifecircle.network.graph` applies both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

ALLOWED: Final = frozenset({"yes", "designated", "permissive", "official", "public", "destination", "customers"})
FORBIDDEN: Final = frozenset({"no"})
RESIDENTS_ONLY: Final = frozenset({"private", "residents", "permit", "delivery", "service"})
SOLID: Final = frozenset({"wall", "fence", "hedge", "retaining_wall", "city_wall"})
"""Barriers without an opening; a street that goes on behind one is open only where a tag says so."""

ENCLOSED_LIMIT_M: Final = 20_000.0
"""A gated estate of 1 km² has some 20 km of streets and paths; a larger area is a district, not an estate."""


@dataclass(frozen=True, eq=False)
class NodeBarriers:
    """Nodes with a barrier that changes who walks past.

    Attributes
    ----------
    closed : (n,) int64
        OSM ids of nodes that nobody passes.
    private : (m,) int64
        OSM ids of nodes that only residents pass.
    """

    closed: NDArray[np.int64]
    private: NDArray[np.int64]


def node_barriers(node_tags: pd.DataFrame) -> NodeBarriers:
    """Return which tagged nodes stop a walk, and which let only residents through.

    The tag ``foot`` outranks ``access``. Without either, walls, fences and hedges are closed, locked gates are for
    residents, and everything else (bollards, kerbs, open gates, lift gates) can be passed.

    Parameters
    ----------
    node_tags : DataFrame
        As in :class:`lifecircle.inputs.ways.Ways`.
    """
    ref = node_tags.index.to_numpy(dtype=np.int64)
    barrier = node_tags["barrier"].astype(object)
    permission = node_tags["foot"].astype(object).fillna(node_tags["access"].astype(object))
    untagged = ~permission.isin(ALLOWED | FORBIDDEN | RESIDENTS_ONLY)
    solid = barrier.isin(SOLID)
    closed = permission.isin(FORBIDDEN) | (untagged & solid)
    private = permission.isin(RESIDENTS_ONLY) | (untagged & ~solid & (node_tags["locked"].astype(object) == "yes"))
    return NodeBarriers(
        ref[(barrier.notna() & closed).to_numpy(dtype=bool)], ref[(barrier.notna() & private).to_numpy(dtype=bool)]
    )


def gated_edges(edge_nodes: NDArray[np.int32], gates: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the edges that end at a private gate.

    A gate drawn on a crossing of three or more edges does not say which of them it closes, and is taken as open.

    Parameters
    ----------
    edge_nodes : (E, 2) int
        End nodes.
    gates : (N,) bool
        Nodes with a gate for residents.

    Returns
    -------
    (E,) bool
    """
    closes = gates & (np.bincount(edge_nodes.ravel(), minlength=len(gates)) <= 2)  # noqa: PLR2004 - before and behind
    return np.asarray(closes[edge_nodes].any(axis=1))


def enclosed_edges(
    edge_nodes: NDArray[np.int32], length_m: NDArray[np.float64], private: NDArray[np.bool_], node_count: int
) -> NDArray[np.bool_]:
    """Return the public edges that can be reached over private ones alone.

    The lanes inside a gated estate often carry no tag: only the gate, or the drive behind it, is private. Left public,
    they would trap their residents, because a trip may not go from a public street over a private one to a public one.
    So a small set of streets cut off from the public network by private edges counts as private itself: its residents
    leave, nobody cuts through.

    Parameters
    ----------
    edge_nodes : (E, 2) int
        End nodes.
    length_m : (E,) float64
        Lengths.
    private : (E,) bool
        Edges known to be private.
    node_count : int
        N.

    Returns
    -------
    (E,) bool
        Public edges in sets of at most :data:`ENCLOSED_LIMIT_M`, other than the longest public set of all the streets
        that they are connected with.
    """
    whole = connected_nodes(edge_nodes, node_count)
    public_set = connected_nodes(edge_nodes[~private], node_count)
    set_of_edge = public_set[edge_nodes[:, 0]]
    sets = int(public_set.max(initial=-1)) + 1
    set_length_m = np.bincount(set_of_edge, weights=np.where(private, 0, length_m), minlength=sets)
    whole_of_set = np.empty(sets, dtype=np.intp)
    whole_of_set[public_set] = whole
    by_length = np.lexsort((set_length_m, whole_of_set))
    longest = np.zeros(sets, dtype=bool)
    longest[by_length[np.diff(whole_of_set[by_length], append=-1) != 0]] = True
    enclosed = ~longest & (set_length_m <= ENCLOSED_LIMIT_M)
    return np.asarray(~private & enclosed[set_of_edge])


def connected_nodes(edge_nodes: NDArray[np.int32], node_count: int) -> NDArray[np.int32]:
    """Return the number of the connected set that each node is in, shape (N,); numbers go by the lowest node."""
    ones = np.ones(len(edge_nodes), dtype=np.int32)
    graph = coo_array((ones, (edge_nodes[:, 0], edge_nodes[:, 1])), shape=(node_count, node_count))
    _, component = connected_components(graph, directed=False)
    return np.asarray(component, dtype=np.int32)
