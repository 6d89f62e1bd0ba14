"""Takes placed streets and what was searched, gives the land from which each service is reached, drawn on squares.

A picture for maps of a whole city, many times quicker than :mod:`lifecircle.network.isochrones` and coarser: a square
counts from its middle, as the quickest point of the nearest street in its own or another square, and the walk there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import contourpy
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import ndimage

from lifecircle.access.services import offering
from lifecircle.crs import WGS84
from lifecircle.network.lines import edge_points, measured_lines
from lifecircle.network.points import Targets, piece_walks, seconds_at, seconds_to_any
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.access.services import Service
    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.walkers import Walker

BAND_MINUTES: Final = (5.0, 10.0, 15.0)

CELL_M: Final = 100.0
"""Side of the squares: a block of streets, and three pixels at zoom 12."""

FRINGE_M: Final = 100.0
"""Squares whose middle is farther than this from that of any square with a street belong to no band."""

TOLERANCE_M: Final = CELL_M / 3
"""How far a border may be moved for the sake of fewer corners."""

_BEYOND_S: Final = 2 * BAND_MINUTES[-1] * SECONDS_PER_MINUTE
"""What takes longer takes this long, so that borders are drawn between it and what lies within."""

_RIM: Final = 3  # empty squares around the streets, so that every band closes


@dataclass(frozen=True, eq=False)
class _StreetSquares:
    """Squares over the streets, and n points along these, at most half a square apart, sorted by square.

    Attributes
    ----------
    corner : (2,) array
        Middle of the square in the south-west, metric frame.
    piece, share : (n,) arrays
        Where each point lies.
    first : (S,) array
        First point of each of the S squares that hold a street.
    near : (rows, columns) array of bool
        The K squares that may belong to a band.
    nearest : (K,) array
        Which square with a street is nearest to each of them.
    off_m : (K,) array
        Metres to it, from middle to middle.
    """

    corner: NDArray[np.float64]
    piece: NDArray[np.int64]
    share: NDArray[np.float64]
    first: NDArray[np.int64]
    near: NDArray[np.bool_]
    nearest: NDArray[np.int64]
    off_m: NDArray[np.float64]


def isochrone_bands(
    joined: Joined,
    facilities: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    wanted: Sequence[tuple[Service, Walker]],
) -> gpd.GeoDataFrame:
    """Return from where the nearest facility of each service is reached within :data:`BAND_MINUTES`.

    Points are taken along the streets, at most half a square apart. Before its border is simplified, a band holds the
    middle of each square from one of whose points a facility is reached in time, and of no other square with points.

    Parameters
    ----------
    joined : Joined
        The facilities' entrances at their places on the streets.
    facilities : GeoDataFrame
        All layers.
    entrances : GeoDataFrame
        Points, WGS 84, in the order of ``joined``.
    wanted : sequence of (Service, Walker)

    Returns
    -------
    GeoDataFrame
        ``service``, ``walker``, ``minutes`` and polygons in WGS 84; a row for each service, walker and number of
        minutes, none for a service that no facility offers.
    """
    placed = joined.placed
    lonlat = entrances.get_coordinates().to_numpy()
    squares = _street_squares(placed)
    rows: list[tuple[str, str, float]] = []
    shapes: list[shapely.Geometry] = []
    for service, walker in wanted:
        surely, _ = offering(service, facilities)
        own = np.flatnonzero(surely[joined.entrance_facility] & (joined.entrance_node >= 0))
        if not own.size:
            continue
        own = own[np.argsort(joined.entrance_facility[own], kind="stable")]
        place = np.unique(joined.entrance_facility[own], return_inverse=True)[1]
        targets = Targets(joined.entrance_node[own], joined.entrance_leg_m[own], lonlat[own], place)
        seconds = _seconds(squares, placed, targets, walker)
        contours = contourpy.contour_generator(z=seconds, fill_type="ChunkCombinedOffsetOffset")
        rows += [(service.id, walker.id, minutes) for minutes in BAND_MINUTES]
        shapes += [_within(contours, squares, minutes * SECONDS_PER_MINUTE) for minutes in BAND_MINUTES]
    table = pd.DataFrame(rows, columns=["service", "walker", "minutes"])
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=placed.network.crs)).to_crs(WGS84)


def _street_squares(placed: PlacedNetwork) -> _StreetSquares:
    network = placed.network
    length_m = network.edge_length_m[placed.piece_edge] * placed.piece_share
    count = np.ceil(2 * length_m / CELL_M).astype(np.int64)
    piece = np.repeat(np.arange(len(count)), count)
    share = (np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[piece]
    fraction = placed.piece_from[piece] + share * placed.piece_share[piece]
    xy = edge_points(measured_lines(network), placed.piece_edge[piece].astype(np.int64), fraction)
    column_row = np.floor(xy / CELL_M).astype(np.int64)
    corner = column_row.min(axis=0, initial=np.iinfo(np.int64).max) - _RIM
    columns, rows = column_row.max(axis=0, initial=0) - corner + 1 + _RIM
    square = (column_row - corner) @ [1, columns]
    order = np.argsort(square, kind="stable")
    holding, first = np.unique(square[order], return_index=True)
    empty = np.ones(rows * columns, dtype=bool)
    empty[holding] = False
    off_m, (row, column) = ndimage.distance_transform_edt(
        empty.reshape(rows, columns), sampling=CELL_M, return_indices=True
    )
    near = off_m <= FRINGE_M
    nearest = np.searchsorted(holding, row[near].astype(np.int64) * columns + column[near])
    return _StreetSquares((corner + 0.5) * CELL_M, piece[order], share[order], first, near, nearest, off_m[near])


def _seconds(squares: _StreetSquares, placed: PlacedNetwork, targets: Targets, walker: Walker) -> NDArray[np.float64]:
    """Return the seconds from the middle of each square."""
    walks = piece_walks(placed, targets, walker)
    along_s = seconds_at(walks, seconds_to_any(walks)[squares.piece], squares.piece, squares.share)
    street_s = np.minimum.reduceat(along_s, squares.first)
    seconds = np.full(squares.near.shape, _BEYOND_S)
    near_s = street_s[squares.nearest] + walks.graph.leg_seconds(squares.off_m)
    seconds[squares.near] = np.minimum(near_s, _BEYOND_S)
    return seconds


def _within(contours: contourpy.ContourGenerator, squares: _StreetSquares, limit_s: float) -> shapely.Geometry:
    """Return the land within a limit, in the metric frame."""
    filled: Any = contours.filled(-1.0, limit_s)  # of one chunk
    (points,), (rings,), (polygons,) = filled
    if points is None:
        return shapely.MultiPolygon()
    land = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        squares.corner + CELL_M * points,
        (rings, polygons, np.array([0, len(polygons) - 1])),
    )[0]
    return shapely.simplify(land, TOLERANCE_M, preserve_topology=False)  # many times quicker, and valid all the same
