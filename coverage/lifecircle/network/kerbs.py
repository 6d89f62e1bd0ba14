"""Takes streets and the nodes that matter, gives where walkers wait to cross, and where wheels meet a raised kerb.

A kerb is an edge of no length between the end of a street and the junction that it ends at. It carries what happens
there: half a wait, or a step that stops wheels. Times along the streets themselves stay in proportion to their length,
and so a place just before a crossing is as near as it is.

Who waits. At a node where a wide road runs through, every other street that ends there gets a kerb with half the delay
of a crossing. So crossing the road costs one delay (half before it, half behind it), walking along it costs none, and
turning into it costs a half: of two walkers who turn, one has to get to the other side. Where two wide roads cross,
both wait for each other. At signals the same holds for any street that carries vehicles, with the delay of signals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.inputs.ways import Ways
    from lifecircle.network.barriers import NodeBarriers
    from lifecircle.network.graph import StreetNetwork

NO_WAIT: Final = 0
AT_ROAD: Final = 1
AT_SIGNAL: Final = 2

WIDE_ROADS: Final = frozenset({"trunk", "primary", "secondary"})
"""Roads on which a walker has to wait for a gap. Their links are single lanes beside islands."""

CARRIAGEWAYS: Final = WIDE_ROADS | {
    "trunk_link",
    "primary_link",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "busway",
}
"""Streets that carry vehicles: what signals stop, and what a kerb stands beside."""

_CROSSING_WAYS: Final = frozenset({"crossing", "traffic_island"})
_THROUGH: Final = 2  # ends of a road at a node that it runs through: one on either side

MEDIAN_M: Final = 30.0
"""The longest way between the two carriageways of one road; whoever has waited for green walks over both."""


@dataclass(frozen=True, eq=False)
class Kerbs:
    """What happens between a street and each of R vertices of ways, should the street end there.

    Attributes
    ----------
    wait : (R,) uint8
        :data:`NO_WAIT`, :data:`AT_ROAD` or :data:`AT_SIGNAL`.
    stops_wheels : (R,) bool
    """

    wait: NDArray[np.uint8]
    stops_wheels: NDArray[np.bool_]


def vertex_kerbs(ways: Ways, barriers: NodeBarriers) -> Kerbs:
    """Return the kerbs of streets at their vertices.

    Roads that nobody walks along are crossed all the same, and count.

    Parameters
    ----------
    ways : Ways
        All streets; R vertices.
    barriers : NodeBarriers
        Of the same streets.
    """
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    _, node = np.unique(ways.node_ref, return_inverse=True)
    highway = ways.tags["highway"].astype(object)
    wide, carriageway = (highway.isin(kinds).to_numpy(dtype=bool)[way] for kinds in (WIDE_ROADS, CARRIAGEWAYS))
    ends = _ends_of_ways(ways)
    road, _ = pd.factorize(ways.tags["name"].astype(object).fillna(""))
    signals = np.isin(ways.node_ref, signal_nodes(ways.node_tags))
    wait = np.where(_others_run_through(node, road[way], wide, ends), AT_ROAD, NO_WAIT)
    wait[signals & _others_run_through(node, road[way], carriageway, ends)] = AT_SIGNAL
    raised = np.isin(ways.node_ref, barriers.raised)
    return Kerbs(
        wait.astype(np.uint8),
        np.isin(ways.node_ref, barriers.no_wheels) | (raised & _meets_kerb(ways, way, node, carriageway)),
    )


def signal_nodes(node_tags: pd.DataFrame) -> NDArray[np.int64]:
    """Return the OSM ids of the nodes with signals.

    Signals drawn at the stop line, on one street alone, stop nobody who crosses there, and change nothing.
    """
    said = {"highway": "traffic_signals", "crossing": "traffic_signals", "crossing:signals": "yes"}
    signals = np.logical_or.reduce([node_tags[key].astype(object) == value for key, value in said.items()])
    return node_tags.index.to_numpy(dtype=np.int64)[signals.astype(bool)]


def _ends_of_ways(ways: Ways) -> NDArray[np.int64]:
    """Return how many arms of its own way leave from each vertex: one at either end of the way, two between."""
    arms = np.full(len(ways.node_ref), 2)
    arms[ways.offsets[:-1]] -= 1
    arms[ways.offsets[1:] - 1] -= 1
    return arms


def _others_run_through(
    node: NDArray[np.intp], road: NDArray[np.intp], crossed: NDArray[np.bool_], arms: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return for each vertex whether a road other than its own runs through its node.

    Stretches of one name, or of none, are one road. So a road that takes another name at a corner crosses nothing.
    """
    all_arms = np.bincount(node, weights=arms * crossed)[node]
    _, both = np.unique(np.column_stack([node, road]), axis=0, return_inverse=True)
    both = both.ravel()
    own_arms = np.where(crossed, np.bincount(both, weights=arms * crossed)[both], 0)
    return np.asarray(all_arms - own_arms >= _THROUGH)


def _meets_kerb(
    ways: Ways, way: NDArray[np.intp], node: NDArray[np.intp], carriageway: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the vertices at which a way would lead over a kerb at its node.

    That is the crossing where it is drawn as a way of its own, or else every path there. Streets lie below the kerb.
    """
    tags = ways.tags
    crossing = tags["footway"].astype(object).isin(_CROSSING_WAYS) | tags["highway"].astype(object).isin(_CROSSING_WAYS)
    over = crossing.to_numpy(dtype=bool)[way]
    drawn = np.bincount(node, weights=over)[node] > 0
    return np.asarray(np.where(drawn, over, ~carriageway))


def without_medians(wait: NDArray[np.uint8], length_m: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the waits at both ends of E edges, shape (E, 2), without those between the carriageways of one road.

    An edge of at most :data:`MEDIAN_M` with signals at both ends is crossed on one green.
    """
    median = (wait == AT_SIGNAL).all(axis=1) & (length_m <= MEDIAN_M)
    return np.where(median[:, None], NO_WAIT, wait).astype(np.uint8)


def with_kerbs(network: StreetNetwork, wait: NDArray[np.uint8], stops_wheels: NDArray[np.bool_]) -> StreetNetwork:
    """Return a network with an edge of no length between a junction and every street end that has a kerb there.

    Parameters
    ----------
    network : StreetNetwork
        E edges.
    wait, stops_wheels : (E, 2) arrays
        What happens at the first and the last node of each edge.
    """
    edge, side = np.nonzero((wait != NO_WAIT) | stops_wheels)
    count, junction = len(edge), network.edge_nodes[edge, side]
    before = (network.node_count + np.arange(count)).astype(np.int32)
    edge_nodes = network.edge_nodes.copy()
    edge_nodes[edge, side] = before
    none, place = np.zeros(count, dtype=bool), network.node_lonlat[junction]
    return replace(
        network,
        node_lonlat=np.concatenate([network.node_lonlat, place]),
        node_ref=np.append(network.node_ref, network.node_ref[junction]),
        edge_nodes=np.concatenate([edge_nodes, np.column_stack([before, junction])]),
        edge_length_m=np.append(network.edge_length_m, np.zeros(count)),
        edge_way=np.append(network.edge_way, network.edge_way[edge]),
        edge_name=np.append(network.edge_name, network.edge_name[edge]),
        edge_private=np.append(network.edge_private, network.edge_private[edge]),
        edge_steps=np.append(network.edge_steps, none),
        edge_snappable=np.append(network.edge_snappable, none),
        edge_wheels=np.append(network.edge_wheels, ~stops_wheels[edge, side]),
        edge_aloft=np.append(network.edge_aloft, network.edge_aloft[edge]),
        edge_wait=np.append(network.edge_wait, wait[edge, side]),
        edge_rise_m=np.append(network.edge_rise_m, np.zeros(count)),
        edge_offsets=np.append(network.edge_offsets, network.edge_offsets[-1] + 2 * np.arange(1, count + 1)),
        vertex_lonlat=np.concatenate([network.vertex_lonlat, np.repeat(place, 2, axis=0)]),
        component=np.append(network.component, network.component[junction]),
    )
