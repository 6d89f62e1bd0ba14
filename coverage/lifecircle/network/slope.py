"""Takes heights of nodes; gives the rise of every edge, and how much faster or slower than on the flat it is walked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork

# Tobler 1993, "Three presentations on geographical analysis and modeling", NCGIA report 93-1: 6 exp(-3.5 |s + 0.05|)
# km/h, fastest on a slope of 5 % downwards.
_DECLINE: Final = 3.5
_FASTEST_SLOPE: Final = -0.05

_SHORTEST_M: Final = 1e-3

STEEPEST_SLOPE: Final = 0.35
"""Slopes are cut off here. No street is steeper (Baldwin Street in Dunedin has 0.35): what is, is noise."""


def tobler_factor(slope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the walking speed on a slope as a multiple of that on the flat, by Tobler's hiking function.

    Parameters
    ----------
    slope : array
        Rise over length in the direction of walking: above 0 uphill. Cut off at :data:`STEEPEST_SLOPE` either way;
        unknown (NaN) slopes are taken as flat.

    Returns
    -------
    array
        1 on the flat; at most exp(0.175) = 1.19, at a slope of -0.05.

    Examples
    --------
    Uphill by 10 %: exp(-3.5 (0.15 - 0.05)) = exp(-0.35) = 0.705. Downhill by 10 %: exp(-3.5 (0.05 - 0.05)) = 1.

    >>> tobler_factor(np.array([0.1, -0.1])).round(3).tolist()
    [0.705, 1.0]
    """
    known = np.nan_to_num(np.clip(slope, -STEEPEST_SLOPE, STEEPEST_SLOPE))
    return np.asarray(np.exp(-_DECLINE * (np.abs(known - _FASTEST_SLOPE) + _FASTEST_SLOPE)))


def slope_factors(
    rise_m: NDArray[np.float64], length_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the speed factors of edges from their first node to their last, and back.

    Parameters
    ----------
    rise_m, length_m : (E,) arrays
        Height of the last node above the first, and length along the edge.
    """
    slope = np.divide(rise_m, length_m, out=np.zeros(len(length_m)), where=length_m > 0)
    return tobler_factor(slope), tobler_factor(-slope)


def with_rise(network: StreetNetwork, node_height_m: NDArray[np.float64]) -> StreetNetwork:
    """Return a network whose edges rise as the ground does; those whose ends have no known height stay flat.

    An edge is taken as one even slope: what it climbs and loses again between its ends is not seen.

    Parameters
    ----------
    network : StreetNetwork
    node_height_m : (N,) array
        As in :func:`edge_rise`.
    """
    rise_m = edge_rise(network.edge_nodes, network.edge_length_m, node_height_m, network.edge_aloft)
    return replace(network, edge_rise_m=np.nan_to_num(rise_m))


def edge_rise(
    edge_nodes: NDArray[np.int32],
    edge_length_m: NDArray[np.float64],
    node_height_m: NDArray[np.float64],
    edge_aloft: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return how far each edge rises from its first node to its last.

    An elevation model knows the ground, not the bridge above it nor the tunnel below. So a node that only bridges and
    tunnels meet gets its height from those that stand on the ground: along a bridge it changes evenly with the length,
    and where bridges meet in the air it is the mean of the heights around, weighted by nearness.

    Parameters
    ----------
    edge_nodes : (E, 2) int32
    edge_length_m : (E,) array
    node_height_m : (N,) array
        Heights of the ground, smoothed (:func:`lifecircle.inputs.terrain.heights`); NaN where unknown.
    edge_aloft : (E,) bool
        Bridges and tunnels.

    Returns
    -------
    (E,) array
        Metres; NaN where the height of an end is unknown.
    """
    height = _with_heights_aloft(edge_nodes, edge_length_m, node_height_m, edge_aloft)
    return np.asarray(height[edge_nodes[:, 1]] - height[edge_nodes[:, 0]])


def _with_heights_aloft(
    edge_nodes: NDArray[np.int32],
    edge_length_m: NDArray[np.float64],
    node_height_m: NDArray[np.float64],
    edge_aloft: NDArray[np.bool_],
) -> NDArray[np.float64]:
    n = len(node_height_m)
    grounded = np.ones(n, dtype=bool)
    grounded[edge_nodes[edge_aloft]] = False
    grounded[edge_nodes[~edge_aloft]] = True
    height = np.where(grounded, node_height_m, np.nan)
    base = np.isfinite(height)

    # Kirchhoff's law: what flows into a node aloft through its edges, height difference over length, adds up to nought.
    usable = edge_aloft & (base | ~grounded)[edge_nodes].all(axis=1)
    u, v = edge_nodes[usable].T
    nearness = np.tile(1.0 / np.maximum(edge_length_m[usable], _SHORTEST_M), 2)
    links = coo_array((nearness, (np.concatenate([u, v]), np.concatenate([v, u]))), shape=(n, n)).tocsr()
    _, group = connected_components(links, directed=False)
    anchored = np.bincount(group, weights=base)[group] > 0
    aloft = np.flatnonzero(~grounded & anchored)
    if len(aloft):
        between, to_base = links[aloft][:, aloft], links[aloft][:, base]
        flow = diags_array(between.sum(axis=1) + to_base.sum(axis=1)) - between
        height[aloft] = spsolve(flow.tocsc(), to_base @ height[base])
    return height
