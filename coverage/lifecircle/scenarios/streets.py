"""Takes a street network and changes, gives the network with streets built and gates opened; nothing old is lost.

Whoever could walk somewhere before walks there as far as before: streets are only added. An opened gate is a new way
through, not another kind of the old one, and a private way that is opened gets a public one beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.ops import substring

from lifecircle.crs import geodesic_m, to_lonlat, to_metric
from lifecircle.messages import told
from lifecircle.network.barriers import connected_nodes
from lifecircle.network.kerbs import NO_WAIT
from lifecircle.network.places import insert_places
from lifecircle.network.snap import edge_lines, snap_to_edges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.places import PlacedNetwork
    from lifecircle.scenarios.changes import Changes

JOIN_M: Final = 20.0
"""A vertex of a new street meets the old street that lies so near: half the width of a main road."""

GATE_M: Final = 30.0
"""A gate to be opened is looked for so near to the position that is given."""

_INHERITED: Final = (
    "edge_way", "edge_name", "edge_private", "edge_steps", "edge_snappable", "edge_wheels", "edge_aloft", "edge_wait",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ChangedStreets:
    """A network after changes.

    Attributes
    ----------
    network : StreetNetwork
        Old streets, cut where new ones meet them; then the new ones.
    old : (E,) bool
        The edges that are, or are part of, a street that was there before.
    """

    network: StreetNetwork
    old: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Edges:
    """M edges to be added: their end nodes (M, 2), vertices of each, and columns of a network by name."""

    nodes: NDArray[np.integer[Any]]
    shapes: Sequence[NDArray[np.float64]]
    columns: dict[str, NDArray[Any]]


def changed_streets(network: StreetNetwork, changes: Changes) -> ChangedStreets:
    """Return a network with the streets and gates of some changes.

    New streets are flat, and nobody waits where they meet others.

    Raises
    ------
    ScenarioError
        If a street meets no other, or nothing that could be opened lies near a gate.
    """
    built = _with_streets(network, changes) if changes.streets else network
    opened = _with_open_gates(built, changes) if changes.gates else built
    return ChangedStreets(opened, _is_old(network, opened))


def _is_old(before: StreetNetwork, after: StreetNetwork) -> NDArray[np.bool_]:
    """Return which edges are no new ones: new ways have ids below any that were there."""
    return np.asarray(after.edge_way >= min(0, int(before.edge_way.min(initial=0))))


def _with_streets(network: StreetNetwork, changes: Changes) -> StreetNetwork:
    lonlat = np.array([lonlat for street in changes.streets for lonlat in street.along], dtype=np.float64)
    sizes = np.array([len(street.along) for street in changes.streets])
    street = np.repeat(np.arange(len(sizes)), sizes)
    first = np.diff(street, prepend=-1) != 0
    last = np.append(first[1:], True)
    bridge = np.array([one.bridge for one in changes.streets])
    meets = first | last | ~bridge[street]
    snapped = snap_to_edges(network, np.where(meets[:, None], lonlat, np.nan), JOIN_M)
    joined = snapped.edge >= 0
    led_to = _led_to(lonlat, street, joined)
    alone = {number: changes.streets[number].name for number in range(len(sizes)) if not led_to[number]}
    unnamed = told("error.change_street_unnamed")
    changes.refuse(
        (("streets", number), told("error.change_street_alone", street=name or unnamed, metres=JOIN_M))
        for number, name in alone.items()
    )
    placed = insert_places(network, snapped)
    spots, spot = np.unique(lonlat[~joined], axis=0, return_inverse=True)
    node = placed.node_of_place.astype(np.int64)
    node[~joined] = placed.node_count + spot  # new streets meet each other where they share a vertex
    node_lonlat = np.concatenate([placed.node_lonlat, spots])
    start = np.flatnonzero(~last)
    nodes = np.column_stack([node[start], node[start + 1]])
    name = np.array([len(network.names) + number if one.name else 0 for number, one in enumerate(changes.streets)])
    own = street[start]
    columns = _new_columns(network, node_lonlat[nodes]) | {
        "edge_name": name[own].astype(np.int32),
        "edge_snappable": ~bridge[own],
        "edge_aloft": bridge[own],
    }
    cut = np.zeros(network.edge_count, dtype=bool)
    cut[snapped.edge[joined]] = True
    network = replace(network, names=(*network.names, *(one.name for one in changes.streets)))
    pieces = _pieces(placed, cut)
    whole = _with_edges(network, pieces, node_lonlat, ~cut)
    return _with_edges(whole, _Edges(nodes, list(node_lonlat[nodes]), columns), node_lonlat)


def _led_to(lonlat: NDArray[np.float64], street: NDArray[np.int64], joined: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which new streets meet an old one, by themselves or over other new ones that share a vertex with them."""
    _, spot = np.unique(lonlat, axis=0, return_inverse=True)
    count = int(street[-1]) + 1
    graph = coo_array((np.ones(len(street)), (street, count + spot)), shape=(count + len(lonlat),) * 2)
    part = connected_components(graph, directed=False)[1][:count]
    return np.isin(part, part[street[joined]])


def _pieces(placed: PlacedNetwork, cut: NDArray[np.bool_]) -> _Edges:
    """Return the pieces of the edges that were cut."""
    network = placed.network
    piece = np.flatnonzero(cut[placed.piece_edge])
    parent, nodes, share = placed.piece_edge[piece], placed.piece_nodes[piece], placed.piece_share[piece]
    lines = edge_lines(network)
    shapes = []
    for one in piece:  # a handful: new streets meet few old ones
        line = lines[placed.piece_edge[one]]
        part = substring(line, placed.piece_from[one], placed.piece_to[one], normalized=True)
        inner = to_lonlat(shapely.get_coordinates(part), network.crs)[1:-1]
        start, end = placed.node_lonlat[placed.piece_nodes[one]]
        shapes.append(np.vstack([start, inner, end]))
    columns = {name: getattr(network, name)[parent] for name in _INHERITED}
    columns["edge_snappable"] &= share > 0  # nothing but a point is left of an edge that is met at its end
    lengths = {name: getattr(network, name)[parent] * share for name in ("edge_length_m", "edge_rise_m")}
    return _Edges(nodes, shapes, columns | lengths)


def _new_columns(network: StreetNetwork, lonlat: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Return the columns of new edges, straight and open to everybody, that no place is joined to.

    Parameters
    ----------
    network : StreetNetwork
    lonlat : (M, 2, 2) float64
        Both ends of each.
    """
    count = len(lonlat)
    return {
        "edge_length_m": geodesic_m(lonlat[:, 0], lonlat[:, 1]),
        "edge_rise_m": np.zeros(count),
        "edge_way": np.full(count, _new_way(network)),
        "edge_name": np.zeros(count, dtype=np.int32),
        "edge_private": np.zeros(count, dtype=bool),
        "edge_steps": np.zeros(count, dtype=bool),
        "edge_snappable": np.zeros(count, dtype=bool),
        "edge_wheels": np.ones(count, dtype=bool),
        "edge_aloft": np.zeros(count, dtype=bool),
        "edge_wait": np.full(count, NO_WAIT, dtype=np.uint8),
    }


def _new_way(network: StreetNetwork) -> int:
    return min(0, int(network.edge_way.min(initial=0))) - 1


def _with_edges(
    network: StreetNetwork,
    edges: _Edges,
    node_lonlat: NDArray[np.float64],
    kept: NDArray[np.bool_] | None = None,
) -> StreetNetwork:
    """Return a network with more edges at its end, and with nodes at ``node_lonlat``; ``kept`` says what stays."""
    stays = np.ones(network.edge_count, dtype=bool) if kept is None else kept
    counts = np.diff(network.edge_offsets)
    sizes = np.concatenate([counts[stays], [len(shape) for shape in edges.shapes]])
    nodes = np.concatenate([network.edge_nodes[stays], edges.nodes]).astype(np.int32)
    new = len(node_lonlat) - network.node_count
    refs = min(0, int(network.node_ref.min(initial=0))) - 1 - np.arange(new)
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(network, name)[stays], own]) for name, own in edges.columns.items()
    }
    return replace(
        network,
        node_lonlat=node_lonlat,
        node_ref=np.concatenate([network.node_ref, refs]),
        edge_nodes=nodes,
        edge_offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        vertex_lonlat=np.vstack([network.vertex_lonlat[np.repeat(stays, counts)], *edges.shapes]),
        component=connected_nodes(nodes, len(node_lonlat)),
        **columns,
    )


def _with_open_gates(network: StreetNetwork, changes: Changes) -> StreetNetwork:
    """Return a network with ways through walls and public ways beside private ones.

    Private ways are opened as far as they hang together from the gate on: a gate is opened so that people can pass.
    """
    xy = to_metric(network.node_lonlat, network.crs)
    spots = to_metric(np.array([gate.at for gate in changes.gates]), network.crs)
    private = np.flatnonzero(network.edge_private)
    compound = connected_nodes(network.edge_nodes[private], network.node_count)
    inside = np.zeros(network.node_count, dtype=bool)
    inside[network.edge_nodes[private]] = True
    near = [_nearest_first(found, xy, spot) for found, spot in
            zip(cKDTree(xy).query_ball_point(spots, GATE_M), spots, strict=True)]  # fmt: skip
    walls = [_through_wall(network, own) for own in near]
    gated = [own[inside[own]][:1] for own in near]
    missing = [number for number in range(len(spots)) if not len(walls[number]) and not len(gated[number])]
    changes.refuse((("gates", number), told("error.change_no_gate", metres=GATE_M)) for number in missing)
    opened = private[np.isin(compound[network.edge_nodes[private, 0]], compound[np.concatenate(gated)])]
    way = np.full(len(opened), _new_way(network))
    beside = {name: getattr(network, name)[opened] for name in (*_INHERITED, "edge_length_m", "edge_rise_m")} | {
        "edge_way": way,
        "edge_private": np.zeros(len(opened), dtype=bool),
        "edge_snappable": np.zeros(len(opened), dtype=bool),
    }
    bounds = zip(network.edge_offsets[opened], network.edge_offsets[opened + 1], strict=True)
    shapes = [network.vertex_lonlat[start:end] for start, end in bounds]
    pairs = np.concatenate(walls)
    lonlat = network.node_lonlat[pairs]
    through = _Edges(pairs, list(lonlat), _new_columns(network, lonlat))
    whole = _with_edges(network, through, network.node_lonlat)
    return _with_edges(whole, _Edges(network.edge_nodes[opened], shapes, beside), network.node_lonlat)


def _nearest_first(nodes: list[int], xy: NDArray[np.float64], spot: NDArray[np.float64]) -> NDArray[np.int64]:
    near = np.array(nodes, dtype=np.int64)
    return near[np.lexsort((near, np.hypot(*(xy[near] - spot).T)))]


def _through_wall(network: StreetNetwork, near: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return pairs of nodes that a wall parts, at the nearest wall: they have one id, and no edge joins them.

    Kerbs part nodes too, but join them by edges of no length.
    """
    refs, counts = np.unique(network.node_ref[near], return_counts=True)
    for ref in dict.fromkeys(network.node_ref[near][np.isin(network.node_ref[near], refs[counts > 1])]):
        ends = np.flatnonzero(network.node_ref == ref)
        joins = np.isin(network.edge_nodes, ends).all(axis=1)
        part = connected_nodes(np.searchsorted(ends, network.edge_nodes[joins]).astype(np.int32), len(ends))
        apart = ends[np.unique(part, return_index=True)[1]]
        if len(apart) > 1:
            return np.column_stack([np.repeat(apart[:1], len(apart) - 1), apart[1:]])
    return np.empty((0, 2), dtype=np.int64)
