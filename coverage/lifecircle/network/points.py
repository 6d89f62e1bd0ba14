"""Takes a placed network, a walker and targets, gives the seconds to them from any point along the streets.

The search knows the times at nodes. Between them a trip begins at a point of a piece of street and leaves it over one
of its two ends, so that its time is the lesser of two straight lines. The access legs of the targets are pieces too:
dead ends, with the target at the far end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lifecircle.network.pace import part, piece_seconds
from lifecircle.network.search import nearest, walk_graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.search import WalkGraph
    from lifecircle.network.walkers import Walker


@dataclass(frozen=True, eq=False)
class Targets:
    """T entrances of L places, sorted by place, all joined to a street; every place has at least one.

    Attributes
    ----------
    node : (T,) int32
        Node of each entrance.
    leg_m : (T,) float64
        Metres from that node.
    lonlat : (T, 2) float64
        Where the entrance is, WGS 84.
    place : (T,) int64
        The place that each belongs to, 0 … L - 1, ascending.
    """

    node: NDArray[np.int32]
    leg_m: NDArray[np.float64]
    lonlat: NDArray[np.float64]
    place: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PieceWalks:
    """How a walker leaves each of the P pieces of a placed network and of the T access legs, which count as pieces too.

    Attributes
    ----------
    placed : PlacedNetwork
    targets : Targets
    graph : WalkGraph
        The reversed graph, in which every state of the search counts as a node, so that a search tells the seconds of
        all S states.
    end_state : (P + T, 2) int32
        State of a trip that began on the piece and arrives at its first or last node; S where it gets nowhere.
    forward_s, backward_s : (P + T,) float64
        Seconds along the whole piece, with and against its direction; infinite where the walker cannot pass. Access
        legs run from the street to the target.
    """

    placed: PlacedNetwork
    targets: Targets
    graph: WalkGraph
    end_state: NDArray[np.int32]
    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]

    @property
    def piece_count(self) -> int:
        """P."""
        return len(self.placed.piece_edge)


def piece_walks(placed: PlacedNetwork, targets: Targets, walker: Walker) -> PieceWalks:
    """Return how a walker leaves the pieces of a network.

    A trip that begins on a private piece has its first private stretch still before it. One that begins on a public
    piece has not: where a private street branches off, it may enter only to end there.
    """
    graph = walk_graph(placed, walker)
    nowhere = len(graph.arcs.start) - 1
    private = placed.network.edge_private[placed.piece_edge]
    piece_state = np.where(private[:, None], graph.begin_state[placed.piece_nodes], placed.piece_nodes)
    leg_state = np.column_stack([graph.begin_state[targets.node], np.full(len(targets.node), nowhere)])
    leg_s = graph.leg_seconds(targets.leg_m)
    forward_s, backward_s = piece_seconds(placed, walker)
    return PieceWalks(
        placed=placed,
        targets=targets,
        graph=every_state(graph),
        end_state=np.concatenate([piece_state, leg_state]).astype(np.int32),
        forward_s=np.concatenate([forward_s, leg_s]),
        backward_s=np.concatenate([backward_s, leg_s]),
    )


def every_state(graph: WalkGraph) -> WalkGraph:
    """Return a graph in which every state counts as a node, so that a search tells the times of all states."""
    states = np.arange(len(graph.arcs.start) - 1, dtype=np.int32)
    return replace(
        graph, begin_state=states, end_state=np.concatenate([graph.end_state, states[len(graph.end_state) :]])
    )


def seconds_to_any(walks: PieceWalks) -> NDArray[np.float64]:
    """Return the seconds from both ends of each piece to the nearest target, shape (P + T, 2)."""
    found = nearest(walks.graph, walks.targets.node, walks.targets.leg_m)
    ends_s = np.append(found.seconds, np.inf)[walks.end_state]
    ends_s[walks.piece_count :, 1] = 0.0  # where the targets stand
    return ends_s


def seconds_at(
    walks: PieceWalks, ends_s: NDArray[np.float64], piece: NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the seconds from points along pieces, shape (n,); infinite where nothing can be reached.

    Parameters
    ----------
    walks : PieceWalks
    ends_s : (n, 2) float64
        Seconds from the ends of each point's piece.
    piece : (n,) int
        The piece that each point lies on.
    share : (n,) float64
        How far along its piece each point lies, 0 at the first node and 1 at the last.
    """
    back_s = ends_s[:, 0] + part(walks.backward_s[piece], share)
    on_s = ends_s[:, 1] + part(walks.forward_s[piece], 1 - share)
    return np.minimum(back_s, on_s)


def piece_of(
    placed: PlacedNetwork, edge: NDArray[np.int32], fraction: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the piece on which each point of an edge lies, and how far along the piece.

    Parameters
    ----------
    placed : PlacedNetwork
    edge, fraction : (n,) arrays
        As :class:`lifecircle.network.snap.Snapped` holds them, of places that are snapped.

    Returns
    -------
    piece : (n,) int64
    share : (n,) float64
        Between 0 and 1.
    """
    ends = placed.piece_edge + placed.piece_to
    first, last = (np.searchsorted(placed.piece_edge, edge, side=side) for side in ("left", "right"))
    piece = np.clip(np.searchsorted(ends, edge + fraction), first, last - 1)
    length = placed.piece_share[piece]
    share = np.divide(fraction - placed.piece_from[piece], length, out=np.zeros_like(fraction), where=length > 0)
    return piece, np.clip(share, 0, 1)
