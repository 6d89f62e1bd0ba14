"""Takes a walker's graph, an origin and entrances of a place, gives the quickest way between them, street by street.

The search keeps times, not ways. A way is found again by following, from the origin on, the arcs over which the time
that is left falls by exactly what the arc takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84, to_metric
from lifecircle.errors import NetworkError
from lifecircle.network.kerbs import NO_WAIT
from lifecircle.network.lines import edge_parts, measured_lines
from lifecircle.network.pace import piece_seconds
from lifecircle.network.points import every_state
from lifecircle.network.search import nearest
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.search import Nearest, WalkGraph
    from lifecircle.network.walkers import Walker

PARTS: Final = ("to_street", "street", "steps", "wait", "to_place")
_SHORTEST_M: Final = 0.001  # nobody walks a millimetre


@dataclass(frozen=True, eq=False)
class Stop:
    """Where a way begins or ends: on the streets, at the end of the access leg, and where the leg leads (WGS 84)."""

    node: int
    leg_m: float
    lonlat: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Route:
    """The quickest way from an origin on the streets to one of some entrances, over n pieces of street.

    Attributes
    ----------
    entrance : int
        Which of the entrances it leads to.
    piece : (n,) int64
        Pieces in the order in which they are walked.
    forward : (n,) bool
        Whether a piece is walked in its own direction.
    seconds, metres : (n,) float64
        Of each piece.
    """

    entrance: int
    piece: NDArray[np.int64]
    forward: NDArray[np.bool_]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]


def quickest_route(
    placed: PlacedNetwork,
    graph: WalkGraph,
    origin_node: int,
    entrance_node: NDArray[np.int32],
    entrance_leg_m: NDArray[np.float64],
) -> Route:
    """Return the way on which a place is reached first; of equally quick ones the shortest.

    Parameters
    ----------
    placed : PlacedNetwork
    graph : WalkGraph
        Of this network.
    origin_node : int
        Where the trip comes out on the street.
    entrance_node, entrance_leg_m : (T,) arrays
        Entrances of the place; those at node -1 take no part.

    Raises
    ------
    NetworkError
        If none can be reached.
    """
    everywhere = every_state(graph)
    found = nearest(everywhere, entrance_node, entrance_leg_m, np.zeros(len(entrance_node), dtype=np.int32))
    begin = int(graph.begin_state[origin_node])
    if found.label[begin] < 0:
        raise NetworkError("route: no street leads from the origin to the place. Choose another origin or place.")
    entrances = _entrances(graph, found, entrance_node, entrance_leg_m)
    trail = _trail(begin, entrances, *_tight_arcs(graph, found))
    piece, forward = _pieces(placed, graph, trail)
    seconds = np.where(forward, *(seconds[piece] for seconds in piece_seconds(placed, graph.walker)))
    metres = placed.network.edge_length_m[placed.piece_edge[piece]] * placed.piece_share[piece]
    return Route(entrances[trail[-1]], piece, forward, seconds, metres)


def _entrances(graph: WalkGraph, found: Nearest, node: NDArray[np.int32], leg_m: NDArray[np.float64]) -> dict[int, int]:
    """Return the entrances that are reached over their own access legs, by the state in which trips end there."""
    placed = np.flatnonzero(node >= 0)
    state = graph.end_state[node[placed]]
    own = (found.seconds[state] == graph.leg_seconds(leg_m[placed])) & (found.metres[state] == leg_m[placed])
    return dict(zip(state[own].tolist(), placed[own].tolist(), strict=True))


def _tight_arcs(graph: WalkGraph, found: Nearest) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the arcs on quickest and shortest ways, walking forwards: where each state's begin, and where they lead.

    The search sets the values of a state by these very sums, so that equality is exact.
    """
    arcs = graph.arcs
    later = np.repeat(np.arange(len(arcs.start) - 1), np.diff(arcs.start))
    tight = np.isfinite(found.seconds[later])
    tight &= found.seconds[later] + arcs.seconds == found.seconds[arcs.head]
    tight &= found.metres[later] + arcs.metres == found.metres[arcs.head]
    state, later = arcs.head[tight], later[tight]
    order = np.argsort(state, kind="stable")
    return np.searchsorted(state[order], np.arange(len(arcs.start))), later[order]


def _trail(begin: int, ends: dict[int, int], start: NDArray[np.int64], later: NDArray[np.int64]) -> list[int]:
    """Return states from the beginning to one of the ends; arcs that take no time may lead in circles."""
    came_from = {begin: begin}
    waiting = [begin]
    state = waiting.pop()
    while state not in ends:
        for following in later[start[state] : start[state + 1]].tolist():
            if following not in came_from:
                came_from[following] = state
                waiting.append(following)
        state = waiting.pop()
    trail = [state]
    while state != begin:
        state = came_from[state]
        trail.append(state)
    return trail[::-1]


def _pieces(placed: PlacedNetwork, graph: WalkGraph, trail: list[int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the pieces between the states of a trail, and whether they are walked in their own direction."""
    node_of_state = np.arange(len(graph.arcs.start) - 1)
    for states in (graph.end_state, graph.begin_state):
        node_of_state[states] = np.arange(placed.node_count)
    nodes = node_of_state[trail].tolist()
    near = np.flatnonzero(np.isin(placed.piece_nodes, nodes).all(axis=1))
    private = placed.network.edge_private[placed.piece_edge[near]]
    forward_s, backward_s = (seconds[near] for seconds in piece_seconds(placed, graph.walker))
    metres = placed.network.edge_length_m[placed.piece_edge[near]] * placed.piece_share[near]
    quickest: dict[tuple[int, int, bool], tuple[float, float, int, bool]] = {}
    for first, last, own, ahead_s, back_s, length_m, piece in zip(
        *placed.piece_nodes[near].T.tolist(),
        *(column.tolist() for column in (private, forward_s, backward_s, metres, near)),
        strict=True,
    ):
        for key, choice in (
            ((first, last, own), (ahead_s, length_m, piece, True)),
            ((last, first, own), (back_s, length_m, piece, False)),
        ):
            quickest[key] = min(quickest.get(key, choice), choice)
    steps = [
        quickest[before, after, state >= placed.node_count]
        for state, (before, after) in zip(trail, pairwise(nodes), strict=False)
        if before != after
    ]
    piece, forward = (
        np.array([step[2] for step in steps], dtype=np.int64),
        np.array([step[3] for step in steps], dtype=bool),
    )
    return piece, forward


def itinerary(placed: PlacedNetwork, walker: Walker, route: Route, origin: Stop, entrance: Stop) -> gpd.GeoDataFrame:
    """Return a way as a table to read: both access legs, and the streets between by name.

    Parameters
    ----------
    placed : PlacedNetwork
    walker : Walker
    route : Route
    origin, entrance : Stop
        Where the way begins, and the entrance that the route leads to.

    Returns
    -------
    GeoDataFrame
        Lines in WGS 84 in the order walked, with ``part`` (one of :data:`PARTS`), ``name`` (of the street, or ``""``),
        ``minutes`` and ``metres``. Neighbouring pieces of one street are one row, and so are the two halves of a wait;
        what takes neither way nor time has none.
    """
    network = placed.network
    edge = placed.piece_edge[route.piece].astype(np.int64)
    ends = np.column_stack([placed.piece_from[route.piece], placed.piece_to[route.piece]])
    ends[~route.forward] = ends[~route.forward, ::-1]
    waits = network.edge_wait[edge] != NO_WAIT
    pieces = pd.DataFrame(
        {
            "part": np.select([waits, network.edge_steps[edge]], ["wait", "steps"], "street"),
            "name": np.where(waits, "", np.asarray(network.names, dtype=object)[network.edge_name[edge]]),
            "minutes": route.seconds / SECONDS_PER_MINUTE,
            "metres": route.metres,
            "geometry": edge_parts(measured_lines(network), edge, *ends.T),
        }
    )
    legs = [_leg(placed, walker, part, stop) for part, stop in (("to_street", origin), ("to_place", entrance))]
    rows = pd.concat([legs[0], pieces, legs[1]], ignore_index=True)
    rows = rows[(rows["metres"] >= _SHORTEST_M) | ((rows["part"] == "wait") & (rows["minutes"] > 0))]
    stretch = (rows[["part", "name"]] != rows[["part", "name"]].shift()).any(axis=1).cumsum()
    grouped = rows.groupby(stretch)
    table = grouped.agg({"part": "first", "name": "first", "minutes": "sum", "metres": "sum"}).reset_index(drop=True)
    coordinates, row = shapely.get_coordinates(rows["geometry"].to_numpy(), return_index=True)
    lines = shapely.linestrings(coordinates, indices=stretch.to_numpy()[row] - 1)
    geometry = gpd.GeoSeries(shapely.remove_repeated_points(lines), crs=network.crs).to_crs(WGS84)
    return gpd.GeoDataFrame(table, geometry=geometry)


def _leg(placed: PlacedNetwork, walker: Walker, part: str, stop: Stop) -> pd.DataFrame:
    ends = np.stack([stop.lonlat, placed.node_lonlat[stop.node]])
    line = shapely.linestrings(to_metric(ends if part == "to_street" else ends[::-1], placed.network.crs))
    minutes = stop.leg_m / walker.speed_m_s / SECONDS_PER_MINUTE
    return pd.DataFrame(
        {"part": [part], "name": [""], "minutes": [minutes], "metres": [stop.leg_m], "geometry": [line]}
    )
