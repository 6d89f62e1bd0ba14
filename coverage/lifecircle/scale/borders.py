"""What tiles tell each other: the nearest facilities of the nodes on their borders, as far as is known.

A search inside a tile and its halo is exact for every walk that stays inside. Longer walks come in over the rim. So a
tile tells what it found at those of its nodes that lie on the rim of another one, and that tile searches on from there.
What is told can only improve, and once nothing changes any more, every tile holds what a search of the whole network
would give: the values at the rim are those of their owners, and inside no edge is missing.

Private streets make a trip *last* (on its last private stretch), *through* or *first* at a node (see
:class:`lifecircle.network.search.WalkGraph`), and each of the three is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from lifecircle.network.search import NOTHING, Arrivals
from lifecircle.network.slope import tobler_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.search import Nearest, WalkGraph
    from lifecircle.network.walkers import Walker
    from lifecircle.scale.streets import TileStreets

    Columns = dict[str, NDArray[Any]]

LAST, THROUGH, FIRST = range(3)
"""Kinds of trips at a node, in the order in which a search backwards passes through them."""

BORDER_COLUMNS: Final = ("search", "node", "kind", "seconds", "metres", "label")
_FRAME_SLACK: Final = 1.02  # metres of a projected frame against geodesic ones, and the rounding of sums
_STEEPEST_GAIN: Final = float(tobler_factor(np.array([-0.05]))[0])


def least_seconds(walker: Walker, distance_m: float) -> float:
    """Return the least time in which a walker gets so far, downhill all the way."""
    fastest_m_s = max(walker.speed_m_s * _STEEPEST_GAIN, walker.steps_speed_m_s or 0.0)
    return distance_m / (fastest_m_s * _FRAME_SLACK)


def told(search: int, found: Nearest, graph: WalkGraph, streets: TileStreets) -> Columns:
    """Return what one search found at the nodes that other tiles ask about.

    Parameters
    ----------
    search : int
        Its number.
    found : Nearest
        Of all states.
    graph : WalkGraph
    streets : TileStreets

    Returns
    -------
    dict
        :data:`BORDER_COLUMNS`; ``node`` is a row of the whole network.
    """
    node = np.flatnonzero(streets.asked)
    states, distinct = _states(graph, node)
    kind, at = np.nonzero(distinct & (found.label[states] != NOTHING))
    state = states[kind, at]
    return {
        "search": np.full(len(state), search, dtype=np.int16),
        "node": streets.nodes[node[at]],
        "kind": kind.astype(np.int8),
        "seconds": found.seconds[state],
        "metres": found.metres[state],
        "label": found.label[state],
    }


def arrivals_at(border: Columns, search: int, graph: WalkGraph, streets: TileStreets) -> Arrivals:
    """Return what the border says of one search, as states of a tile's own graph."""
    own = {name: column[border["search"] == search] for name, column in border.items()}
    node = np.searchsorted(streets.nodes, own["node"])
    states, _ = _states(graph, node)
    state = states[own["kind"], np.arange(len(node))]
    # Where the private streets of a node lie all beyond the rim, a trip on its first stretch leads nowhere in here.
    usable = (own["kind"] != FIRST) | (graph.begin_state[node] != node)
    return Arrivals(state[usable].astype(np.int64), own["seconds"][usable], own["metres"][usable], own["label"][usable])


def on_rim(border: Columns, streets: TileStreets) -> Columns:
    """Return those rows of other tiles' borders that are about the rim of this one."""
    there = np.isin(border["node"], streets.nodes[streets.rim])
    return {name: column[there] for name, column in border.items()}


def farthest_seconds(
    found: Nearest,
    graph: WalkGraph,
    streets: TileStreets,
    tile: int,
    resident_node: NDArray[np.int32],
    changeable: NDArray[np.bool_],
) -> list[float]:
    """Return by kind the longest way from anything that a tile owns; infinite where something was not reached.

    Parameters
    ----------
    found : Nearest
        Of all states.
    graph : WalkGraph
    streets : TileStreets
    tile : int
    resident_node : (n,) int
        Nodes of the tile's residents.
    changeable : (S,) array of bool
        States that count (:func:`connected_with_rim`).
    """
    node = np.flatnonzero(streets.owner == tile)
    states, distinct = _states(graph, node)
    public = np.zeros(len(graph.begin_state), dtype=bool)
    public[streets.network.edge_nodes[~streets.network.edge_private]] = True
    distinct[THROUGH] &= public[node]
    by_kind = [states[kind, distinct[kind]] for kind in (LAST, THROUGH, FIRST)]
    by_kind[FIRST] = np.append(by_kind[FIRST], graph.begin_state[resident_node])
    return [float(found.seconds[own[changeable[own]]].max(initial=0.0)) for own in by_kind]


def changed_searches(border: Columns, farthest_s: list[list[float]], reach_s: list[float]) -> NDArray[np.intp]:
    """Return the searches to which a border may bring something better.

    From the rim to anything that the tile owns it takes at least ``reach_s``; so what arrives there so late that the
    tile knows better already changes nothing.

    Parameters
    ----------
    border : dict
        Rows about the rim.
    farthest_s : list
        For each of the searches, by kind (:func:`farthest_seconds`).
    reach_s : list of float
        For each of the searches.
    """
    # A trip that is on its last stretch at the rim may also be through or first further on; hence the running maximum.
    farthest = np.maximum.accumulate(np.array(farthest_s)[:, ::-1], axis=1)[:, ::-1]
    search, kind = border["search"], border["kind"]
    latest = farthest[search, kind] - np.array(reach_s)[search]
    return np.unique(search[border["seconds"] <= latest]).astype(np.intp)


def joined_borders(parts: list[Columns]) -> Columns:
    """Return the rows of several borders in one table."""
    return {name: np.concatenate([part[name] for part in parts]) for name in BORDER_COLUMNS} if parts else _nothing()


def _nothing() -> Columns:
    types = (np.int16, np.int64, np.int8, np.float64, np.float64, np.int32)
    return {name: np.array([], dtype=kind) for name, kind in zip(BORDER_COLUMNS, types, strict=True)}


def _states(graph: WalkGraph, node: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the states of nodes by kind, shape (3, n), and which of them are not the same as another kind's."""
    states = np.stack([graph.end_state[node], node, graph.begin_state[node]])
    distinct = states != node
    distinct[THROUGH] = True
    return states, distinct


def connected_with_rim(graph: WalkGraph, streets: TileStreets) -> NDArray[np.bool_]:
    """Return the states that streets join to a node on the rim, shape (S,); nothing from beyond can change others."""
    arcs, count = graph.arcs, len(graph.arcs.start) - 1
    links = csr_array((np.ones(len(arcs.head), dtype=np.int8), arcs.head, arcs.start), shape=(count, count))
    _, group = connected_components(links, directed=False)
    open_group = np.zeros(count, dtype=bool)
    open_group[group[_states(graph, np.flatnonzero(streets.rim))[0]]] = True
    return open_group[group]
