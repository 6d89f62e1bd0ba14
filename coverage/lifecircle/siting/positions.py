"""Takes land or streets, and where people lack something; gives positions for sites that are spread as people are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from lifecircle.crs import to_lonlat, to_metric
from lifecircle.network.snap import edge_lines, snap_to_edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork

STRAIGHT: Final = 0.7
"""Walks in cities are about 1.4 times as long as the straight line (Stahle, Marcus & Karlström 2005: 1.2 to 1.4)."""

NEAR_STREET_M: Final = 100.0
"""A building on a plot of land has its door this near to a street, if any part of the plot is."""

_SURE: Final = 1 - 1e-9


def need_around(
    xy: NDArray[np.float64], people_xy: NDArray[np.float64], people: NDArray[np.float64], reach_m: float, cell_m: float
) -> NDArray[np.float64]:
    """Return roughly how many people live within reach of positions: those in the square of cells around.

    Parameters
    ----------
    xy : (n, 2) array
        Positions, metres.
    people_xy, people : (R, 2), (R,) arrays
        Where people live, metres.
    reach_m : float
        How far they walk; the square reaches :data:`STRAIGHT` times as far to each side.
    cell_m : float
        Side of a cell.
    """
    wide = max(1, round(STRAIGHT * reach_m / cell_m))
    own, theirs = (np.floor(where / cell_m).astype(np.int64) for where in (xy, people_xy))
    low = theirs.min(axis=0) - wide - 1
    size = theirs.max(axis=0) - low + wide + 2
    cells = np.zeros(size)
    np.add.at(cells, tuple((theirs - low).T), people)
    sums = cells.cumsum(axis=0).cumsum(axis=1)
    first, last = (np.clip(own - low + shift, 0, size - 1) for shift in (-wide - 1, wide))
    (west, south), (east, north) = first.T, last.T
    found = sums[east, north] - sums[west, north] - sums[east, south] + sums[west, south]
    outside = ((own < low) | (own >= low + size)).any(axis=1)
    return np.where(outside, 0.0, np.maximum(found, 0.0))


def street_positions(network: StreetNetwork, spacing_m: float) -> NDArray[np.float64]:
    """Return positions on public streets, at most one in each square of a side, the nearest to the square's middle.

    Parameters
    ----------
    network : StreetNetwork
    spacing_m : float
        Side of the squares; along a street positions stand half as far apart before one is chosen.

    Returns
    -------
    (n, 2) array
        WGS 84, by square.
    """
    usable = network.edge_snappable & ~network.edge_private & ~network.edge_aloft
    lines = edge_lines(network)[usable]
    length_m = shapely.length(lines)
    count = np.maximum(1, np.ceil(length_m / (spacing_m / 2))).astype(np.int64)
    line = np.repeat(np.arange(len(lines)), count)
    rank = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    along_m = (rank + 0.5) / count[line] * length_m[line]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], along_m)).reshape(-1, 2)
    return to_lonlat(xy[one_in_each_square(xy, spacing_m)], network.crs)


def one_in_each_square(xy: NDArray[np.float64], side_m: float) -> NDArray[np.int64]:
    """Return the rows of the positions nearest to the middle of their square, by square; the first of equals."""
    square = np.floor(xy / side_m)
    from_middle = np.hypot(*(xy - (square + 0.5) * side_m).T)
    order = np.lexsort((from_middle, square[:, 1], square[:, 0]))
    begins = np.any(np.diff(square[order], axis=0, prepend=np.nan) != 0, axis=1)
    return order[begins]


def land_positions(
    land: gpd.GeoDataFrame, network: StreetNetwork, spacing_m: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return positions on plots of land from which a street is near.

    Parameters
    ----------
    land : GeoDataFrame
        Polygons, WGS 84.
    network : StreetNetwork
    spacing_m : float
        Positions stand on a net of this width; a plot between its meshes, or far from streets, has one of its own.

    Returns
    -------
    lonlat : (n, 2) array
        WGS 84, by plot.
    plot : (n,) array
        Row of the plot that each belongs to: the first, where plots overlap.
    """
    plots = land.geometry.to_crs(network.crs).to_numpy()
    xy, plot = _net(plots, spacing_m)
    near = snap_to_edges(network, to_lonlat(xy, network.crs), NEAR_STREET_M).edge >= 0 if len(xy) else plot < 0
    alone = np.setdiff1d(np.arange(len(plots)), plot[near])
    own = shapely.get_coordinates(shapely.point_on_surface(plots[alone])).reshape(-1, 2)
    xy, plot = np.concatenate([xy[near], own]), np.concatenate([plot[near], alone])
    order = np.argsort(plot, kind="stable")
    return to_lonlat(xy[order], network.crs), plot[order]


def _net(plots: NDArray[np.object_], spacing_m: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the meshes of a net that lie in plots, each with the first plot that holds it."""
    first, last = shapely.bounds(plots)[:, :2], shapely.bounds(plots)[:, 2:]
    begin, end = np.ceil(first / spacing_m).astype(np.int64), np.floor(last / spacing_m).astype(np.int64)
    wide, high = np.maximum(end - begin + 1, 0).T
    count = wide * high
    plot = np.repeat(np.arange(len(plots)), count)
    rank = np.arange(len(plot)) - np.repeat(np.cumsum(count) - count, count)
    xy = (begin[plot] + np.column_stack([rank % wide[plot], rank // wide[plot]])) * spacing_m
    shapely.prepare(plots)
    held = shapely.contains_xy(plots[plot], xy[:, 0], xy[:, 1])
    xy, plot = xy[held], plot[held]
    _, own = np.unique(xy, axis=0, return_index=True)  # the first of each, and plots are in order
    own = np.sort(own)
    return xy[own].astype(np.float64), plot[own]


def spread_sample(lonlat: NDArray[np.float64], weight: NDArray[np.float64], most: int, crs: str) -> NDArray[np.int64]:
    """Return a part of some positions that is as dense as their weights, and always the same.

    Systematic sampling with unequal probabilities along a Hilbert curve (Madow 1949; Stevens & Olsen 2004), so that
    neighbours on the ground are neighbours on the list and no corner is left out.

    Parameters
    ----------
    lonlat : (n, 2) array
        WGS 84.
    weight : (n,) array
        Positions of no weight are never taken.
    most : int
    crs : str
        Metric frame of the curve.

    Returns
    -------
    (m,) array
        Rows, ascending.
    """
    some = np.flatnonzero(weight > 0)
    if len(some) <= most:
        return some
    points = gpd.GeoSeries(shapely.points(to_metric(lonlat[some], crs)), crs=crs)
    order = some[np.argsort(points.hilbert_distance().to_numpy(), kind="stable")]
    chance = weight[order] / weight[order].sum() * most
    while (beyond := chance > 1).any():  # what is sure to be taken leaves the rest to the others
        chance[beyond] = _SURE
        others = chance < _SURE
        chance[others] *= (most - np.count_nonzero(~others)) / chance[others].sum()
    marks = np.arange(most) + 0.5
    return np.sort(order[np.searchsorted(np.cumsum(chance), marks).clip(max=len(order) - 1)])
