"""Takes street ways and their uses, gives a :class:`StreetNetwork`: walkable streets, cut at every junction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lifecircle.crs import geodesic_m, require_metric
from lifecircle.errors import NetworkError
from lifecircle.network.barriers import connected_nodes, enclosed_edges, gated_edges, node_barriers
from lifecircle.network.kerbs import NO_WAIT, vertex_kerbs, with_kerbs, without_medians
from lifecircle.network.squares import with_crossings

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.inputs.ways import Ways
    from lifecircle.network.barriers import NodeBarriers


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Walkable streets as columns: N nodes, E edges between them, V vertices along the edges.

    Attributes
    ----------
    crs : str
        Projected frame in metres in which places are snapped to the edges.
    node_lonlat : (N, 2) float64
        WGS 84.
    node_ref : (N,) int64
        OSM id of each node. A node at a closed barrier stands once for each street end there, with the same id; so
        does a node with kerbs, once more for each kerb.
    edge_nodes : (E, 2) int32
        First and last node of each edge, ``u`` and ``v``. Every edge can be walked both ways.
    edge_length_m : (E,) float64
        Geodesic length along the vertices.
    edge_way : (E,) int64
        OSM id of the way that the edge is part of.
    edge_name : (E,) int32
        Index into ``names``.
    names : tuple of str
        Street names; the first is ``""``.
    edge_private : (E,) bool
        Trips may start and end here, but not cut through.
    edge_steps : (E,) bool
        A flight of steps.
    edge_snappable : (E,) bool
        Places may be joined to it: not steps, tunnels, or bridges.
    edge_wheels : (E,) bool
        Passable with a wheelchair or pushchair, as far as is known.
    edge_offsets : (E + 1,) int64
        Vertices of edge ``e`` are ``offsets[e]:offsets[e + 1]``, both end nodes included, from ``u`` to ``v``.
    vertex_lonlat : (V, 2) float64
        WGS 84.
    component : (N,) int32
        Nodes with the same number are connected.
    edge_aloft : (E,) bool
        A bridge or a tunnel: what lies below or above it on the map does not touch it.
    edge_wait : (E,) uint8
        What half a wait is spent on, of edges that are kerbs (:mod:`lifecircle.network.kerbs`); 0 of all others. A kerb
        has no length, and parts the end of a street from the junction; both nodes have the same id and place.
    edge_rise_m : (E,) float64
        Height of ``v`` above ``u``; 0 where it is not known (:func:`lifecircle.network.slope.with_rise`).

    Examples
    --------
    >>> import lifecircle
    >>> network = lifecircle.example_run().network
    >>> network.node_count, network.edge_count, network.names, network.edge_length_m.round(-1).tolist()
    (2, 1, ('', '长街'), [3000.0])
    """

    crs: str
    node_lonlat: NDArray[np.float64]
    node_ref: NDArray[np.int64]
    edge_nodes: NDArray[np.int32]
    edge_length_m: NDArray[np.float64]
    edge_way: NDArray[np.int64]
    edge_name: NDArray[np.int32]
    names: tuple[str, ...]
    edge_private: NDArray[np.bool_]
    edge_steps: NDArray[np.bool_]
    edge_snappable: NDArray[np.bool_]
    edge_wheels: NDArray[np.bool_]
    edge_offsets: NDArray[np.int64]
    vertex_lonlat: NDArray[np.float64]
    component: NDArray[np.int32]
    edge_aloft: NDArray[np.bool_]
    edge_wait: NDArray[np.uint8]
    edge_rise_m: NDArray[np.float64]

    @property
    def node_count(self) -> int:
        """N."""
        return len(self.node_ref)

    @property
    def edge_count(self) -> int:
        """E."""
        return len(self.edge_length_m)


def build_network(ways: Ways, uses: pd.DataFrame, crs: str) -> StreetNetwork:
    """Return the network of the streets that somebody can walk.

    Ways are cut where they meet, where they end, where one crosses itself, at barriers that change who passes
    (:mod:`lifecircle.network.barriers`), and where walkers wait (:mod:`lifecircle.network.kerbs`); squares are crossed
    straight (:mod:`lifecircle.network.squares`). All is taken as flat.

    Parameters
    ----------
    ways : Ways
        Streets as read.
    uses : DataFrame
        One row per way, as :func:`lifecircle.network.rules.way_uses` gives it.
    crs : str
        Projected frame in metres for snapping.

    Raises
    ------
    NetworkError
        If nothing can be walked.
    StudyError
        If the frame is not projected in metres.
    """
    ways, uses = with_crossings(ways, uses)
    barriers = node_barriers(ways.node_tags)
    kerbs = vertex_kerbs(ways, barriers)
    kept = _walked_vertices(ways, uses["walk"].to_numpy(dtype=bool))
    if not len(kept):
        raise NetworkError(
            f"streets: none of the {len(ways)} ways can be walked. Check the file and the walking rules."
        )
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))[kept]
    ref, lonlat, wait, stops_wheels = ways.node_ref[kept], ways.lonlat[kept], kerbs.wait[kept], kerbs.stops_wheels[kept]
    barred = np.isin(ref, np.concatenate([barriers.closed, barriers.private]))
    ends = _edge_ends(way, ref, barred | (wait != NO_WAIT) | stops_wheels)
    node_vertex, edge_nodes = _nodes(ends, ref, barriers)
    offsets, vertex = _edge_vertices(ends)
    length_m = _lengths_m(lonlat[vertex], offsets)
    edge_way = way[ends[:, 0]]
    edge_uses = uses.iloc[edge_way]
    gates = np.isin(ref[node_vertex], barriers.private)
    private = edge_uses["private"].to_numpy(dtype=bool) | gated_edges(edge_nodes, gates)
    private |= enclosed_edges(edge_nodes, length_m, private, len(node_vertex))
    names, edge_name = _names(ways.tags["name"].iloc[edge_way])
    network = StreetNetwork(
        crs=require_metric(crs),
        node_lonlat=lonlat[node_vertex],
        node_ref=ref[node_vertex],
        edge_nodes=edge_nodes,
        edge_length_m=length_m,
        edge_way=ways.way_id[edge_way],
        edge_name=edge_name,
        names=names,
        edge_private=private,
        edge_steps=edge_uses["steps"].to_numpy(dtype=bool),
        edge_snappable=edge_uses["snappable"].to_numpy(dtype=bool),
        edge_wheels=edge_uses["wheels"].to_numpy(dtype=bool),
        edge_offsets=offsets,
        vertex_lonlat=lonlat[vertex],
        component=connected_nodes(edge_nodes, len(node_vertex)),
        edge_aloft=aloft(ways.tags)[edge_way],
        edge_wait=np.full(len(ends), NO_WAIT, dtype=np.uint8),
        edge_rise_m=np.zeros(len(ends)),
    )
    return with_kerbs(network, without_medians(wait[ends], length_m), stops_wheels[ends])


def aloft(tags: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which of W ways are bridges or tunnels, by their tags; an archway is neither."""
    bridge, tunnel = tags["bridge"].astype(object), tags["tunnel"].astype(object)
    over = bridge.notna() & ~bridge.isin(["no", "boardwalk"])
    return (over | (tunnel.notna() & ~tunnel.isin(["no", "building_passage"]))).to_numpy(dtype=bool)


def _walked_vertices(ways: Ways, walk: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the vertices of ways that can be walked.

    A vertex that repeats the one before it is left out, and so is a way that has but one vertex then. Two nodes at one
    place both stay: each may be a junction, and an edge of length zero joins them.
    """
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    repeats = (np.diff(way, prepend=-1) == 0) & (np.diff(ways.node_ref, prepend=0) == 0)
    kept = walk[way] & ~repeats
    kept &= (np.bincount(way[kept], minlength=len(ways)) > 1)[way]
    return np.flatnonzero(kept)


def _edge_ends(way: NDArray[np.intp], ref: NDArray[np.int64], parted: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the first and last vertex of every edge, shape (E, 2); ways are also cut where they are ``parted``."""
    _, node, uses = np.unique(ref, return_inverse=True, return_counts=True)
    starts = np.diff(way, prepend=-1) != 0
    cuts = np.flatnonzero(starts | np.append(starts[1:], True) | (uses[node] > 1) | parted)
    ends = np.column_stack([cuts[:-1], cuts[1:]])
    return ends[way[ends[:, 0]] == way[ends[:, 1]]]


def _nodes(
    ends: NDArray[np.intp], ref: NDArray[np.int64], barriers: NodeBarriers
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return a vertex for every node, shape (N,), and the nodes of every edge, shape (E, 2).

    Nodes go by their OSM id. At a closed barrier every edge gets an end of its own, which no other edge shares.
    """
    vertex = ends.ravel()
    _, key = np.unique(ref[vertex], return_inverse=True)
    closed = np.isin(ref[vertex], barriers.closed)
    key[closed] = len(vertex) + np.arange(np.count_nonzero(closed))
    _, first, node = np.unique(key, return_index=True, return_inverse=True)
    return vertex[first], node.reshape(ends.shape).astype(np.int32)


def _edge_vertices(ends: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return where the vertices of each edge begin, shape (E + 1,), and all of them in one row, shape (V,)."""
    counts = ends[:, 1] - ends[:, 0] + 1
    offsets = np.concatenate([[0], np.cumsum(counts)])
    return offsets, np.repeat(ends[:, 0] - offsets[:-1], counts) + np.arange(offsets[-1])


def _lengths_m(lonlat: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    steps_m = np.append(geodesic_m(lonlat[:-1], lonlat[1:]), 0.0)
    steps_m[offsets[1:] - 1] = 0.0  # from the last vertex of one edge to the first of the next
    return np.add.reduceat(steps_m, offsets[:-1])


def _names(name: pd.Series) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the distinct names, ``""`` first, and the index of each edge's name."""
    values, index = np.unique(np.append("", name.astype(object).fillna("").to_numpy(dtype=str)), return_inverse=True)
    return tuple(values.tolist()), index[1:].astype(np.int32)
