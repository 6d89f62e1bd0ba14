"""Takes street ways and their uses, gives a :class:`StreetNetwork`: walkable streets, cut at every junction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
        OSM id of each node. A node at a closed barrier stands once for each street end there, with the same id.
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

    @property
    def node_count(self) -> int:
        """N."""
        return len(self.node_ref)

    @property
    def edge_count(self) -> int:
        """E."""
        return len(self.edge_length_m)
