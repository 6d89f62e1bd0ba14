"""Takes the barriers on streets, gives which of them nobody passes, which only residents do, and which stop wheels.

This is the one place that knows what a barrier does to a trip. :func:`node_barriers` reads the tags of single nodes,
:func:`enclosed_edges` finds the streets behind private ones; :mod:`lifecircle.network.graph` applies both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lifecircle.network.rules import meets_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

Who = Literal["everyone", "residents", "nobody"]
Over = Literal["yes", "no", "raised"]


@dataclass(frozen=True)
class NodeRule:
    """What a node with some tags does to a trip; what a rule does not say is left to the rules below it.

    Attributes
    ----------
    when : mapping
        Conditions, written as in ``configs/walking.yaml``; all of them must be met.
    walk : {"everyone", "residents", "nobody"}, optional
        Who passes.
    wheels : {"yes", "no", "raised"}, optional
        Whether wheels pass; ``raised`` stands for a kerb, which stops them between path and carriageway.
    why : str
    """

    when: Mapping[str, str | list[str]]
    walk: Who | None = None
    wheels: Over | None = None
    why: str = ""


_FOR_RESIDENTS: Final = ["private", "residents", "permit", "permit_holders", "members", "employees", "staff"]
_FOR_VISITORS: Final = ["customers", "destination", "delivery", "service"]
_OPEN: Final = ["yes", "designated", "official", "permissive", "public"]
_BOOMS: Final = ["lift_gate", "swing_gate"]
_AGAINST_VEHICLES: Final = [
    "bollard",
    "block",
    "bus_trap",
    "cattle_grid",
    "chain",
    "cycle_barrier",
    "debris",
    "height_restrictor",
    "horse_stile",
    "jersey_barrier",
    "kerb",
    "log",
    "motorcycle_barrier",
    "planter",
    "rope",
    "sump_buster",
    "toll_booth",
]
_SOLID: Final = ["wall", "fence", "hedge", "retaining_wall", "city_wall", "guard_rail"]
_NARROW_OR_HIGH: Final = [
    "cattle_grid",
    "chain",
    "cycle_barrier",
    "full-height_turnstile",
    "horse_stile",
    "kissing_gate",
    "log",
    "motorcycle_barrier",
    "rope",
    "step",
    "stile",
    "turnstile",
]
_BARRIER: Final = {"barrier": "*"}

NODE_RULES: Final = (
    # On foot: what is said of walkers outranks what is said of everybody.
    NodeRule(_BARRIER | {"foot": "no"}, walk="nobody", why="Closed to walkers."),
    NodeRule(
        _BARRIER | {"foot": [*_FOR_RESIDENTS, *_FOR_VISITORS]},
        walk="residents",
        why="Open to those who live, work or have business behind it.",
    ),
    NodeRule(_BARRIER | {"foot": _OPEN}, walk="everyone", why="Open to walkers."),
    NodeRule(
        {"barrier": _AGAINST_VEHICLES},
        walk="everyone",
        why="Made against vehicles, and access is said of these; whoever walks passes between, beside or over it.",
    ),
    NodeRule(
        {"barrier": _BOOMS, "access": ["no", *_FOR_RESIDENTS, *_FOR_VISITORS]},
        walk="residents",
        why="A boom at the entrance of an estate or car park: those whose cars it lets in live or work there.",
    ),
    NodeRule(_BARRIER | {"access": ["no", "emergency", "military"]}, walk="nobody", why="Closed to the public."),
    NodeRule(
        _BARRIER | {"access": [*_FOR_RESIDENTS, *_FOR_VISITORS]},
        walk="residents",
        why="The gate of a compound, a school or a shop: no way through for others.",
    ),
    NodeRule(_BARRIER | {"access": _OPEN}, walk="everyone", why="Open to the public."),
    NodeRule(
        {"barrier": _SOLID}, walk="nobody", why="Without an opening; where there is one, a tag or another node says so."
    ),
    NodeRule(_BARRIER | {"locked": "yes"}, walk="residents", why="Those who live there have the key."),
    # On wheels: what somebody tried outranks what the kind of barrier suggests.
    NodeRule({"wheelchair": ["yes", "designated", "limited"]}, wheels="yes", why="Tried, or signed."),
    NodeRule(_BARRIER | {"wheelchair": "no"}, wheels="no", why="Tried, and not passable."),
    NodeRule(
        {"highway": "crossing", "wheelchair": "no"}, wheels="raised", why="Wheels pass along the road, not across it."
    ),
    NodeRule({"barrier": _NARROW_OR_HIGH}, wheels="no", why="Too narrow, or has to be stepped over."),
    NodeRule({"kerb": ["raised", "regular"]}, wheels="raised", why="Higher than 3 cm."),
    NodeRule({}, walk="everyone", wheels="yes", why="Bollards, open gates, entrances, and whatever is no barrier."),
)
"""Read from top to bottom; for each of ``walk`` and ``wheels`` the first rule that is met and speaks of it decides."""

ENCLOSED_LIMIT_M: Final = 20_000.0
"""A gated estate of 1 km² has some 20 km of streets and paths; a larger area is a district, not an estate."""


@dataclass(frozen=True, eq=False)
class NodeBarriers:
    """OSM ids of the nodes that change who passes.

    Attributes
    ----------
    closed : (n,) int64
        Nobody passes.
    private : (m,) int64
        Only residents pass.
    no_wheels : (k,) int64
        No wheels pass.
    raised : (l,) int64
        No wheels pass between path and carriageway.
    """

    closed: NDArray[np.int64]
    private: NDArray[np.int64]
    no_wheels: NDArray[np.int64]
    raised: NDArray[np.int64]


def node_barriers(node_tags: pd.DataFrame) -> NodeBarriers:
    """Return which tagged nodes stop a walk, let only residents through, or stop wheels, by :data:`NODE_RULES`.

    Parameters
    ----------
    node_tags : DataFrame
        As in :class:`lifecircle.inputs.ways.Ways`.
    """
    ref = node_tags.index.to_numpy(dtype=np.int64)
    columns = {key: node_tags[key].astype("category") for key in node_tags.columns}
    met = np.array([meets_all(columns, rule.when, len(ref)) for rule in NODE_RULES])
    walk = _said(met, [rule.walk for rule in NODE_RULES])
    wheels = _said(met, [rule.wheels for rule in NODE_RULES])
    return NodeBarriers(
        closed=ref[walk == "nobody"],
        private=ref[walk == "residents"],
        no_wheels=ref[wheels == "no"],
        raised=ref[wheels == "raised"],
    )


def _said(met: NDArray[np.bool_], words: list[str | None]) -> NDArray[np.str_]:
    """Return for each node the word of the first rule that is met and has one."""
    speaks = np.array([word is not None for word in words])
    return np.array([word or "" for word in words])[np.argmax(met & speaks[:, None], axis=0)]


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
