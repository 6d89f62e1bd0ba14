"""Takes places and a network, gives the point on the nearest street where each place joins it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from lifecircle.crs import geodesic_m, to_lonlat, to_metric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork

_SQUARE_M: Final = 200.0


@dataclass(frozen=True, eq=False)
class Snapped:
    """Where n places join the network.

    Attributes
    ----------
    edge : (n,) int32
        The nearest edge that places may be joined to; -1 where none lies within the limit.
    fraction : (n,) float64
        Position of the cut point along the edge, 0 at ``u`` and 1 at ``v``.
    leg_m : (n,) float64
        Geodesic metres from the place to its cut point, straight; NaN where not snapped.
    cut_lonlat : (n, 2) float64
        The cut point, WGS 84; NaN where not snapped.
    """

    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    leg_m: NDArray[np.float64]
    cut_lonlat: NDArray[np.float64]


def snap_to_edges(network: StreetNetwork, lonlat: NDArray[np.float64], limit_m: float) -> Snapped:
    """Join places to the nearest point of the nearest street.

    Parameters
    ----------
    network : StreetNetwork
        The streets.
    lonlat : (n, 2) float64
        Places, WGS 84. Places without a position are not snapped.
    limit_m : float
        The longest access leg, geodesic metres; a place at exactly this distance is snapped.

    Returns
    -------
    Snapped
        A row per place, in their order. Of equally near edges the one with the lowest index is taken.
    """
    xy = _metric(lonlat, network.crs)
    points = np.asarray(shapely.points(xy))
    place, edge = _nearest_edges(network, xy, points)
    line = edge_lines(network)[edge]
    along_m = shapely.line_locate_point(line, points[place])
    length_m = shapely.length(line)
    fraction = np.divide(along_m, length_m, out=np.zeros_like(along_m), where=length_m > 0)
    cut_lonlat = to_lonlat(shapely.get_coordinates(shapely.line_interpolate_point(line, along_m)), network.crs)
    leg_m = geodesic_m(lonlat[place], cut_lonlat)
    near = leg_m <= limit_m
    return _spread(len(lonlat), place[near], edge[near], fraction[near], leg_m[near], cut_lonlat[near])


@lru_cache(maxsize=1)
def edge_lines(network: StreetNetwork) -> NDArray[np.object_]:
    """Return the edges as shapely lines in the network's metric frame, shape (E,); nobody may write into it."""
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.edge_offsets))
    lines = np.asarray(shapely.linestrings(to_metric(network.vertex_lonlat, network.crs), indices=edge))
    lines.flags.writeable = False
    return lines


def _metric(lonlat: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Return positions in the metric frame; NaN where a place has none on earth."""
    xy = np.full((len(lonlat), 2), np.nan)
    known = np.isfinite(lonlat).all(axis=1)
    xy[known] = to_metric(lonlat[known], crs)
    xy[~np.isfinite(xy).all(axis=1)] = np.nan
    return xy


def _nearest_edges(
    network: StreetNetwork, xy: NDArray[np.float64], points: NDArray[np.object_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places that have a position, in order, and the lowest nearest edge of each."""
    candidates = np.flatnonzero(network.edge_snappable)
    asked = np.flatnonzero(np.isfinite(xy[:, 0]))
    asked = asked[np.lexsort((xy[asked] // _SQUARE_M).T)]  # from square to square the tree answers twice as quickly
    asked_index, line_index = shapely.STRtree(edge_lines(network)[candidates]).query_nearest(points[asked])
    place, edge = asked[asked_index], candidates[line_index]
    order = np.lexsort((edge, place))
    place, edge = place[order], edge[order]
    lowest = np.diff(place, prepend=-1) != 0
    return place[lowest], edge[lowest]


def _spread(
    count: int,
    place: NDArray[np.intp],
    edge: NDArray[np.intp],
    fraction: NDArray[np.float64],
    leg_m: NDArray[np.float64],
    cut_lonlat: NDArray[np.float64],
) -> Snapped:
    """Return a row per place, where only the given places are snapped."""
    snapped = Snapped(
        np.full(count, -1, dtype=np.int32),
        np.full(count, np.nan),
        np.full(count, np.nan),
        np.full((count, 2), np.nan),
    )
    snapped.edge[place] = edge
    snapped.fraction[place] = np.clip(fraction, 0, 1)
    snapped.leg_m[place] = leg_m
    snapped.cut_lonlat[place] = cut_lonlat
    return snapped
