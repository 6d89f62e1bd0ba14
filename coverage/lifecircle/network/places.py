"""Takes a network and snapped places, gives the network cut at every place, so that each place is a node of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.snap import Snapped


@dataclass(frozen=True, eq=False)
class PlacedNetwork:
    """A network with K snapped places as nodes, cut into E + K pieces of edges.

    Attributes
    ----------
    network : StreetNetwork
        The streets, whose nodes 0 … N - 1 keep their numbers.
    node_of_place : (n,) int32
        Node of each place: N … N + K - 1 in the order of the places, -1 for a place that is not snapped.
    node_lonlat : (N + K, 2) float64
        WGS 84; a place's node lies at its cut point.
    leg_m : (n,) float64
        Access leg from each place to its node, metres; NaN where not snapped.
    piece_nodes : (E + K, 2) int32
        End nodes of each piece, in the direction of its edge.
    piece_edge : (E + K,) int32
        The edge that the piece is part of; the pieces of an edge follow one another.
    piece_from, piece_to : (E + K,) float64
        Fractions of the edge at which the piece begins and ends.
    """

    network: StreetNetwork
    node_of_place: NDArray[np.int32]
    node_lonlat: NDArray[np.float64]
    leg_m: NDArray[np.float64]
    piece_nodes: NDArray[np.int32]
    piece_edge: NDArray[np.int32]
    piece_from: NDArray[np.float64]
    piece_to: NDArray[np.float64]

    @property
    def node_count(self) -> int:
        """N + K."""
        return len(self.node_lonlat)

    @property
    def piece_share(self) -> NDArray[np.float64]:
        """Share of its edge that each piece is, shape (E + K,)."""
        return self.piece_to - self.piece_from


def insert_places(network: StreetNetwork, snapped: Snapped) -> PlacedNetwork:
    """Cut the edges at the places that are joined to them.

    Places at one cut point become a chain of nodes with pieces of length zero between them, in the order of the places;
    so does a place at the end of an edge.

    Parameters
    ----------
    network : StreetNetwork
        The streets.
    snapped : Snapped
        All places that take part in a study, facilities and residents together: trips between them run from node to
        node, also where both ends lie on one edge.
    """
    placed = np.flatnonzero(snapped.edge >= 0)
    edge, fraction = snapped.edge[placed], snapped.fraction[placed]
    node_of_place = np.full(len(snapped.edge), -1, dtype=np.int32)
    node_of_place[placed] = network.node_count + np.arange(len(placed))

    # Sorted along the edges, the j-th place ends piece edge[j] + j: each earlier edge and place began one piece more.
    order = np.lexsort((fraction, edge))
    ended = edge[order] + np.arange(len(order))
    pieces = 1 + np.bincount(edge, minlength=network.edge_count)
    piece_nodes = np.repeat(network.edge_nodes, pieces, axis=0)
    piece_nodes[ended, 1] = piece_nodes[ended + 1, 0] = node_of_place[placed[order]]
    piece_from, piece_to = np.zeros(len(piece_nodes)), np.ones(len(piece_nodes))
    piece_to[ended] = piece_from[ended + 1] = fraction[order]
    return PlacedNetwork(
        network=network,
        node_of_place=node_of_place,
        node_lonlat=np.concatenate([network.node_lonlat, snapped.cut_lonlat[placed]]),
        leg_m=snapped.leg_m,
        piece_nodes=piece_nodes,
        piece_edge=np.repeat(np.arange(network.edge_count, dtype=np.int32), pieces),
        piece_from=piece_from,
        piece_to=piece_to,
    )
