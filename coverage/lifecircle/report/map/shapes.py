"""Geometries as integers on a grid of Web Mercator metres, simplified so that neighbours keep one border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from lifecircle.crs import WGS84, to_metric
from lifecircle.inputs.gcj02 import wgs84_to_gcj02
from lifecircle.report.map.codec import packed
from lifecircle.study import LEVELS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.study import Tiles

    Geometries = NDArray[np.object_]

MERCATOR: Final = "EPSG:3857"
"""The frame of web maps; at 32° N one of its metres is 0.85 m on the ground."""

AREA_TOLERANCE_M: Final = 8.0
"""Square root of the area of the triangles that simplification may remove: half a pixel at zoom 13."""

_CENTIMETRE: Final = 0.01

_SAME_AREA: Final = 0.02
"""Children tile their parent when the two differ by less than this part of the parent's area."""

_LEAST_VERTICES: Final = {True: 3, False: 2}


@dataclass(frozen=True)
class Frame:
    """The grid's origin; its columns go east and its rows south, one Web Mercator metre each.

    Attributes
    ----------
    west, north : int
        Web Mercator metres of grid position (0, 0).
    """

    west: int
    north: int

    def on_grid(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return Web Mercator positions as grid positions, (n, 2)."""
        return np.rint((xy - [self.west, self.north]) * [1, -1]).astype(np.int64)

    def from_lonlat(self, lonlat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return WGS 84 positions as grid positions, (n, 2)."""
        return self.on_grid(to_metric(lonlat, MERCATOR))


def frame_around(geometries: Geometries) -> Frame:
    """Return the frame whose origin is the middle of some Web Mercator geometries."""
    west, south, east, north = shapely.total_bounds(geometries)
    return Frame(west=round((west + east) / 2), north=round((south + north) / 2))


def mercator(geometries: gpd.GeoSeries, tiles: Tiles | None = None) -> Geometries:
    """Return valid geometries in Web Mercator, rounded to a centimetre: borders that differ by less are the same.

    Parameters
    ----------
    geometries : GeoSeries
        In any frame.
    tiles : Tiles, optional
        The background on which they are to lie: on one in GCJ-02 they are shifted as it is.
    """
    if tiles is not None and tiles.crs == "GCJ-02":
        geometries = gpd.GeoSeries(shapely.transform(geometries.to_crs(WGS84), wgs84_to_gcj02), crs=WGS84)
    shapes = shapely.set_precision(np.asarray(geometries.to_crs(MERCATOR), dtype=object), _CENTIMETRE, mode="pointwise")
    return np.asarray(shapely.make_valid(shapes), dtype=object)


def packed_shapes(geometries: Geometries, frame: Frame, *, closed: bool) -> dict[str, str]:
    """Return the rings of polygons, or the lines, as text.

    Parameters
    ----------
    geometries : (n,) array
        Web Mercator. Parts of another kind than asked for are left out.
    frame : Frame
    closed : bool
        Polygons; otherwise lines.

    Returns
    -------
    dict
        ``rings`` (of each geometry), ``vertices`` (of each ring; the first is not repeated) and ``xy`` (steps east
        and south from vertex to vertex, through all rings).
    """
    parts, owner = shapely.get_parts(geometries, return_index=True)
    fitting = shapely.get_dimensions(parts) == (2 if closed else 1)
    parts, owner = parts[fitting], owner[fitting]
    if closed:
        parts, part_of_ring = shapely.get_rings(parts, return_index=True)
        owner = owner[part_of_ring]
    xy, ring = shapely.get_coordinates(parts, return_index=True)
    grid = frame.on_grid(xy)
    kept = _steps(grid, ring, closed=closed)
    counts = np.bincount(ring[kept], minlength=len(parts))
    kept &= (counts >= _LEAST_VERTICES[closed])[ring]
    counts = np.where(counts >= _LEAST_VERTICES[closed], counts, 0)
    return {
        "rings": packed(np.bincount(owner[counts > 0], minlength=len(geometries))),
        "vertices": packed(counts[counts > 0]),
        "xy": packed(np.diff(grid[kept], axis=0, prepend=0)),
    }


def _steps(grid: NDArray[np.int64], ring: NDArray[np.int64], *, closed: bool) -> NDArray[np.bool_]:
    """Return which vertices differ from the one before in their ring; a closed ring's last repeats its first."""
    same_ring = ring[1:] == ring[:-1]
    kept = np.ones(len(grid), dtype=bool)
    kept[1:] = ~(same_ring & (grid[1:] == grid[:-1]).all(axis=1))
    if closed:
        kept[:-1] &= same_ring
        kept[-1:] = False
    return kept


def outlines(areas: pd.DataFrame, shapes: Geometries) -> Geometries:
    """Simplify areas of all levels so that neighbours, and parents with their children, share their borders.

    The smallest areas are simplified together as a coverage. An area above is the union of its simplified children
    where these tile it, and is simplified with the others of its level where they do not.

    Parameters
    ----------
    areas : DataFrame
        A rows with ``level`` and ``parent``, the row of the parent or -1.
    shapes : (A,) array
        Polygons in Web Mercator.

    Returns
    -------
    (A,) array
        Polygons and multipolygons.
    """
    simple = np.full(len(areas), None, dtype=object)
    polygons = _polygons(shapes)
    parent = areas["parent"].to_numpy()
    for level in reversed(LEVELS):
        rows = np.flatnonzero(areas["level"] == level)
        if len(rows) == 0:
            continue
        simple[rows] = shapely.coverage_simplify(polygons[rows], AREA_TOLERANCE_M)
        for row in rows[np.isin(rows, parent)]:
            whole = shapely.union_all(simple[parent == row])
            if shapely.area(shapely.symmetric_difference(whole, polygons[row])) <= _SAME_AREA * polygons[row].area:
                simple[row] = whole
    return simple


def _polygons(shapes: Geometries) -> Geometries:
    """Return the polygons among the parts of each geometry, as one multipolygon each."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # make_valid may nest a multipolygon in a collection
    owner = owner[inner]
    polygonal = shapely.get_dimensions(parts) == 2  # noqa: PLR2004 - the dimension of a polygon
    empty: Any = shapely.MultiPolygon()
    merged = np.full(len(shapes), empty, dtype=object)
    if polygonal.any():
        rows = np.unique(owner[polygonal])
        merged[rows] = shapely.multipolygons(parts[polygonal], indices=np.searchsorted(rows, owner[polygonal]))
    return merged
