"""Where a facility is entered: a point at itself, a park or campus anywhere along its boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from lifecircle.crs import WGS84

if TYPE_CHECKING:
    from numpy.typing import NDArray

BOUNDARY_STEP_M: Final = 30.0
"""Largest distance between two entrances along a boundary: half a minute of walking at the planning speed."""


def entrances(facilities: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """Return the points at which facilities can be entered.

    Parameters
    ----------
    facilities : GeoDataFrame
        F rows of points, lines or polygons, WGS 84.
    crs : str
        A metric frame.

    Returns
    -------
    GeoDataFrame
        Points in WGS 84 with ``facility_row``, the position of the facility in the table; at least one each, in the
        order of the facilities. A polygon has one every :data:`BOUNDARY_STEP_M` along its boundary at most, so it is
        reached wherever a street comes close.
    """
    shapes = facilities.geometry.to_crs(crs).to_numpy()
    extended = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 - polygons
    shapes[extended] = shapely.segmentize(shapely.boundary(shapes[extended]), BOUNDARY_STEP_M)
    xy, rows = shapely.get_coordinates(shapes, return_index=True)
    kept = _first_of_each(rows, xy)
    points = gpd.GeoDataFrame({"facility_row": rows[kept]}, geometry=gpd.points_from_xy(*xy[kept].T), crs=crs)
    return points.to_crs(WGS84)


def _first_of_each(rows: NDArray[np.int64], xy: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the positions of the first of equal points of one facility (a ring ends where it began)."""
    _, first = np.unique(np.column_stack([rows, xy]), axis=0, return_index=True)
    return np.sort(first)
