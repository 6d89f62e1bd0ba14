"""Squares that stand in for communities where a city has no boundaries to give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84, to_lonlat, to_metric
from lifecircle.inputs.cells import TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A straight line of the frame is a curve in longitude and latitude. Over 1 km they part by less than 2 cm between the
# polar circles (s² tan φ / 8 R); longer sides get more corners.
_STRAIGHT_M: Final = 1000.0


def square_areas(residents: gpd.GeoDataFrame, grid_m: float, crs: str) -> gpd.GeoDataFrame:
    """Return the squares of a grid in which somebody is registered, as communities.

    Parameters
    ----------
    residents : GeoDataFrame
        Points, WGS 84.
    grid_m : float
        Side of the squares, metres.
    crs : str
        Metric frame. The grid starts at its origin, so that the squares do not move with the data.

    Returns
    -------
    GeoDataFrame
        Areas of the level ``community``, WGS 84, ordered from south-west to north-east; ``area_id`` such as
        ``x12y7`` counts squares from the origin. Parents are left to :func:`lifecircle.inputs.areas.read_areas`.
    """
    cells = np.floor(to_metric(shapely.get_coordinates(residents.geometry), crs) / grid_m).astype(np.int64)
    cells = np.unique(cells, axis=0)
    outline = _unit_square(math.ceil(grid_m / _STRAIGHT_M))
    corners = (cells[:, None, :] + outline[None, :, :]) * grid_m
    lonlat = to_lonlat(corners.reshape(-1, 2), crs).reshape(corners.shape)
    ids = pd.Series([f"x{x}y{y}" for x, y in cells.tolist()], dtype=TEXT)
    return gpd.GeoDataFrame(
        {"area_id": ids, "level": pd.Series("community", index=ids.index, dtype=TEXT), "name": ids},
        geometry=shapely.polygons(lonlat),
        crs=WGS84,
    )


def _unit_square(steps: int) -> NDArray[np.float64]:
    """Return the closed outline of the unit square, anticlockwise, with ``steps`` segments per side."""
    along = np.arange(steps) / steps
    zero, one = np.zeros(steps), np.ones(steps)
    x = np.concatenate([along, one, 1 - along, zero, [0.0]])
    y = np.concatenate([zero, along, one, 1 - along, [0.0]])
    return np.column_stack([x, y])
