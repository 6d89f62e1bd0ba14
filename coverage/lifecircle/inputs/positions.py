"""Where the rows of a table lie: geometry from any columns, in WGS 84, whole, and in the right city.

Rows that lie nowhere are listed and left out. What is wrong with the whole file is an error that names the remedy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84, geodesic_m
from lifecircle.errors import InputError
from lifecircle.inputs.cells import cell_text, number_cells, shown
from lifecircle.inputs.columns import POSITION_COLUMNS
from lifecircle.inputs.coordinates import read_positions
from lifecircle.messages import told
from lifecircle.problems import Problem
from lifecircle.units import METRES_PER_KILOMETRE

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.bilingual import Bilingual
    from lifecircle.study import Source

SAME_CITY_KM: Final = 100.0
# The largest coordinates of any frame are the eastings of numbered zones, below 130,000,000 m.
MAX_COORDINATE: Final = 1e9
_RIGHT_ANGLE: Final = 90.0
_HALF_CIRCLE: Final = 180.0
_POLYGON: Final = int(shapely.GeometryType.POLYGON)
_AREAL: Final = 2


def located(table: pd.DataFrame, source: Source, path: Path) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return the rows that lie somewhere, in WGS 84, and what was wrong with the others.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
        With ``row``, and with geometry or the columns ``geometry`` (WKT), ``lon`` and ``lat``, or ``x`` and ``y``.
    source : Source
        Its ``crs`` stands over what the file says.
    path : Path
        The file, for errors.

    Returns
    -------
    table : GeoDataFrame
        Two-dimensional, valid, not empty; position columns are taken out. Polygons that cross themselves are repaired.
    problems : list of Problem

    Raises
    ------
    InputError
        If there are no positions, their frame is not known, latitude and longitude are swapped, or no row is left.
    """
    geometry, faults = _geometry(table, path)
    geometry = shapely.force_2d(geometry)
    _blame_positions(faults, geometry)
    sound = faults == ""
    geometry[sound], outside, notes = _in_wgs84(geometry[sound], _declared_frame(table, source, path), path)
    _blame(faults, _spread(outside, sound), told("problem.outside_frame"))
    sound = faults == ""
    geometry[sound], repaired = whole(geometry[sound])
    _blame(faults, shapely.is_empty(geometry), told("problem.encloses_nothing"))

    rows, kept = table["row"], faults == ""
    if not kept.any():
        named = {"rows": len(table), "row": rows.iloc[0], "reason": faults[0]}
        raise InputError(told("error.no_row_placed", path=path, **named))
    problems = [Problem(source.file, None, "", "", note, "noted") for note in notes]
    problems += [
        Problem(source.file, row, "", "geometry", fault, "dropped")
        for row, fault in zip(rows[~kept].tolist(), faults[~kept].tolist(), strict=True)
    ]
    problems += [
        Problem(source.file, row, "", "geometry", told("problem.crosses_itself"), "repaired")
        for row in rows[kept & _spread(repaired, sound)].tolist()
    ]
    used = ("geometry",) if isinstance(table, gpd.GeoDataFrame) else POSITION_COLUMNS
    others = pd.DataFrame(table)[kept].drop(columns=[name for name in used if name in table])
    return gpd.GeoDataFrame(others, geometry=geometry[kept], crs=WGS84).reset_index(drop=True), problems


def require_near(table: gpd.GeoDataFrame, residents: gpd.GeoDataFrame, file: str) -> None:
    """Refuse a layer of which every row lies farther from the residents than any row of this city could.

    Parameters
    ----------
    table : GeoDataFrame
        Facilities, areas or streets, WGS 84.
    residents : GeoDataFrame
        Points, WGS 84.
    file : str
        The layer's file, for the message.

    Raises
    ------
    InputError
        If even the nearest row is more than :data:`SAME_CITY_KM` from the box around the residents.
    """
    if len(table) == 0:
        return
    west, south, east, north = residents.total_bounds
    boxes = table.geometry.bounds.to_numpy()

    def nearest_km(places: NDArray[np.float64]) -> float:
        on_box = np.clip(places, [west, south], [east, north])
        return float(geodesic_m(places, on_box).min()) / METRES_PER_KILOMETRE

    places = np.clip([west, south], boxes[:, :2], boxes[:, 2:])
    distance_km = nearest_km(places)
    if distance_km <= SAME_CITY_KM:
        return
    swapped = places[:, ::-1]
    if (np.abs(swapped[:, 1]) <= _RIGHT_ANGLE).all() and nearest_km(swapped) <= SAME_CITY_KM:
        raise InputError(told("error.axes_swapped", path=file))
    raise InputError(told("error.another_city", path=file, km=f"{distance_km:.0f}"))


def point_of(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return a point for each geometry: itself, or one that is certain to lie on it."""
    points = geometry.to_numpy().copy()
    others = shapely.get_type_id(points) != shapely.GeometryType.POINT
    points[others] = shapely.point_on_surface(points[others])
    return gpd.GeoSeries(points, index=geometry.index, crs=geometry.crs)


def whole(geometry: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return valid geometry, and which was repaired; of a repaired polygon only what has an area is kept."""
    broken = ~shapely.is_valid(geometry)
    valid = geometry.copy()
    valid[broken] = shapely.make_valid(geometry[broken])
    for place in np.flatnonzero(broken & (shapely.get_dimensions(geometry) == _AREAL)):
        parts = shapely.get_parts(shapely.get_parts(valid[place]))  # a collection may hold a polygon of many parts
        valid[place] = shapely.union_all(parts[shapely.get_type_id(parts) == _POLYGON])
    return valid, broken


def _geometry(table: pd.DataFrame, path: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return a table's geometry, and what kept it from being read, row by row (``""`` where nothing did)."""
    faults = np.full(len(table), "", dtype=object)
    if isinstance(table, gpd.GeoDataFrame):
        return table.geometry.to_numpy().copy(), faults
    if "geometry" in table:
        text = table["geometry"].map(cell_text).astype(object).where(table["geometry"].notna(), None).to_numpy()
        geometry = shapely.from_wkt(text, on_invalid="ignore")
        unread = shapely.is_missing(geometry) & pd.notna(text)
        faults[unread] = [told("problem.not_wkt", cell=shown(cell)) for cell in text[unread]]
        return geometry, faults
    pair = next((pair for pair in (("lon", "lat"), ("x", "y")) if table.columns.isin(pair).sum() == len(pair)), None)
    if pair is None:
        names = ", ".join(map(str, table.columns.drop("row")))
        raise InputError(told("error.no_positions", path=path, columns=names))
    numbers = [number_cells(table[name]) for name in pair]
    for name, number in zip(pair, numbers, strict=True):
        cells = table[name][number.unreadable]
        faults[number.unreadable] = [
            told("problem.position_no_number", column=name, cell=shown(cell)) for cell in cells
        ]
    pairs = np.column_stack([number.number for number in numbers])
    geometry = np.asarray(shapely.points(pairs), dtype=object)
    geometry[np.isnan(pairs).any(axis=1)] = None
    return geometry, faults


def _blame_positions(faults: NDArray[Any], geometry: NDArray[Any]) -> None:
    """Note the faults that show before the frame is known."""
    _blame(faults, shapely.is_missing(geometry) | shapely.is_empty(geometry), told("problem.no_position"))
    vertices, of_row = shapely.get_coordinates(geometry, return_index=True)
    on_no_map = _any_vertex(~(np.abs(vertices) <= MAX_COORDINATE), of_row, len(geometry))
    _blame(faults, on_no_map, told("problem.on_no_map"))
    at_zero = ~_any_vertex(vertices != 0, of_row, len(geometry))
    _blame(faults, at_zero, told("problem.at_zero"))


def _declared_frame(table: pd.DataFrame, source: Source, path: Path) -> str | None:
    """Return the frame that the study or else the file declares; tables of cells may do without one."""
    if source.crs is not None or not isinstance(table, gpd.GeoDataFrame):
        return source.crs
    if table.crs is None:
        raise InputError(told("error.no_frame", path=path))
    return str(table.crs.to_wkt())


def _blame(faults: NDArray[Any], mask: NDArray[np.bool_], fault: Bilingual) -> None:
    """Note a fault of rows that have none yet."""
    faults[mask & (faults == "")] = fault


def _any_vertex(mask: NDArray[np.bool_], of_row: NDArray[np.intp], rows: int) -> NDArray[np.bool_]:
    return np.bincount(of_row, weights=mask.any(axis=1), minlength=rows) > 0


def _spread(some: NDArray[np.bool_], rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a mask of all rows from a mask of some of them."""
    mask = np.zeros(len(rows), dtype=bool)
    mask[rows] = some
    return mask


def _in_wgs84(
    geometry: NDArray[Any], crs: str | None, path: Path
) -> tuple[NDArray[Any], NDArray[np.bool_], tuple[Bilingual, ...]]:
    """Return geometry in WGS 84, which of it has vertices that its frame cannot hold, and notes on the frame."""
    if len(geometry) == 0:
        return geometry, np.zeros(0, dtype=bool), ()
    vertices, of_row = shapely.get_coordinates(geometry, return_index=True)
    first, second = np.abs(vertices).T
    if (first <= _RIGHT_ANGLE).all() and (second > _RIGHT_ANGLE).all() and (second <= _HALF_CIRCLE).all():
        raise InputError(told("error.axes_swapped", path=path))
    positions = read_positions(vertices, crs, str(path))
    outside = _any_vertex(np.isnan(positions.lonlat), of_row, len(geometry))
    moved = shapely.set_coordinates(geometry.copy(), np.where(np.isnan(positions.lonlat), 0.0, positions.lonlat))
    return moved, outside, positions.notes
