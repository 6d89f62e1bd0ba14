"""Where a facility is entered: a point at itself, a park or campus at its gates, or where streets lead in.

Of what is known of a polygon the best is taken: gates and entrances mapped on its boundary; else the points where
walkable streets meet the boundary; else its whole boundary, so that it is reached wherever a street comes close.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84, to_metric

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]
    Found = tuple[NDArray[np.intp], NDArray[np.float64]]

BOUNDARY_STEP_M: Final = 30.0
"""Largest distance between two entrances along a boundary: half a minute of walking at the planning speed."""

ON_BOUNDARY_M: Final = 5.0
"""How near to a boundary a gate stands: in one map it is a vertex of it; another map's lines differ by metres."""

GRID_M: Final = 0.01
"""Maps keep positions to a centimetre: what is nearer than that is the same."""

NO_GATES: Final[NDArray[np.float64]] = np.empty((0, 2))
NO_STREETS: Final[NDArray[np.object_]] = np.empty(0, dtype=object)


def entrances(
    facilities: gpd.GeoDataFrame,
    crs: str,
    gates: NDArray[np.float64] = NO_GATES,
    streets: NDArray[np.object_] = NO_STREETS,
) -> gpd.GeoDataFrame:
    """Return the points at which facilities can be entered.

    Parameters
    ----------
    facilities : GeoDataFrame
        F rows of points, sets of points or polygons, WGS 84.
    crs : str
        A metric frame.
    gates : (G, 2) array
        Longitudes and latitudes of mapped gates and entrances, as :func:`lifecircle.inputs.gates.mapped_gates` gives
        them.
    streets : (E,) array of lines
        Streets that can be walked and that places may be joined to, in the metric frame.

    Returns
    -------
    GeoDataFrame
        Points in WGS 84, at least one for each facility and in their order, with ``facility_row``, the position of
        the facility in the table, and ``entered``: ``point`` (at itself), ``gate``, ``street`` or ``boundary``. Along
        a boundary, and along a street on it, there is one every :data:`BOUNDARY_STEP_M` at most.
    """
    shapes = facilities.geometry.to_crs(crs).to_numpy()
    areal = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 - polygons
    points, left = shapes.copy(), np.asarray(shapely.boundary(shapes))
    points[areal], left[~areal] = None, None
    found = {"point": _vertices(points)}
    ways_in: dict[str, Callable[[Shapes], Found]] = {
        "gate": partial(_gates_on, gates=np.asarray(shapely.points(to_metric(gates, crs)))),
        "street": partial(_streets_at, streets=streets),
        "boundary": _vertices,
    }
    for kind, way_in in ways_in.items():
        found[kind] = rows, _ = way_in(left)
        left[rows] = None
    return _table(found, crs)


def _vertices(shapes: Shapes) -> Found:
    """Return the vertices of shapes, and of lines so many between them that none is far from the next."""
    xy, rows = shapely.get_coordinates(shapely.segmentize(shapes, BOUNDARY_STEP_M), return_index=True)
    return rows, xy


def _gates_on(boundaries: Shapes, gates: Shapes) -> Found:
    rows, gate = shapely.STRtree(gates).query(boundaries, predicate="dwithin", distance=ON_BOUNDARY_M)
    return rows, shapely.get_coordinates(gates[gate])


def _streets_at(boundaries: Shapes, streets: Shapes) -> Found:
    rows, street = shapely.STRtree(streets).query(boundaries, predicate="dwithin", distance=GRID_M)
    meeting, xy = _vertices(shapely.intersection(boundaries[rows], streets[street], grid_size=GRID_M))
    return rows[meeting], xy


def _table(found: Mapping[str, Found], crs: str) -> gpd.GeoDataFrame:
    """Return all entrances in the order of their facilities, each once: a ring ends where it began."""
    rows = np.concatenate([rows for rows, _ in found.values()])
    xy = np.concatenate([xy for _, xy in found.values()])
    entered = np.repeat(list(found), [len(rows) for rows, _ in found.values()])
    _, first = np.unique(np.column_stack([rows, xy]), axis=0, return_index=True)
    kept = np.sort(first)
    kept = kept[np.argsort(rows[kept], kind="stable")]
    columns = {"facility_row": rows[kept], "entered": pd.Categorical(entered[kept], categories=list(found))}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*xy[kept].T), crs=crs).to_crs(WGS84)
