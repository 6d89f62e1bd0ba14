"""Population rasters (WorldPop, GHS-POP and their like) as resident points, and summed by area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from lifecircle.crs import WGS84
from lifecircle.errors import InputError
from lifecircle.inputs.contracts import MAX_NUMBER
from lifecircle.inputs.coordinates import to_wgs84
from lifecircle.inputs.geotiff import Grid, opened_grid
from lifecircle.messages import number, told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.bilingual import Bilingual

_FIRST_IDS: Final = 5
# Borders and grids that agree do so to about a thousandth of a cell once they have been projected and written down.
_ROUNDING: Final = 1e-3


def residents_from_raster(
    path: Path, areas: gpd.GeoDataFrame, groups: Mapping[str, Sequence[Path]] | None = None, file: str = ""
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Turn the cells of a population raster into resident points.

    A cell on a border is split in the proportions of its parts, so that every area keeps the people that
    :func:`zonal_people` counts in it, to the last digits of double precision.

    Parameters
    ----------
    path : Path
        A GeoTIFF of people per cell, in any frame.
    areas : GeoDataFrame
        Areas of one level, such as communities: ``area_id`` and polygons, WGS 84.
    groups : mapping, optional
        Column of an age group to the rasters whose sum it is, such as ``{"pop_60_plus": [men_60, women_60, …]}``; all
        on the grid of ``path``.
    file : str
        Name of the input, for messages; the path when absent.

    Returns
    -------
    residents : GeoDataFrame
        ``resident_id`` (``area:row:column`` of the raster, from 0), ``population`` above 0, the groups,
        ``area_id`` and a point in WGS 84: the middle of the cell, or where that is in another area, a point in
        the cell's part.
    problems : list of Problem
        Areas that the raster does not cover or that hold nobody, cells without data or with impossible values, and the
        people of the cells on a border who live outside every area.

    Raises
    ------
    InputError
        If a raster cannot be used, its grid differs from the first one's, or nobody lives in the areas.
    """
    with opened_grid(path, file) as grid:
        parts = _parts(grid, areas)
        people, problems = _people(grid, parts)
        problems += _uncounted(grid, parts, people)
        columns = {"population": people * parts.share}
        for group, paths in (groups or {}).items():
            columns[group] = np.zeros(len(people))
            for other_path in paths:
                with opened_grid(other_path) as other:
                    _require_same_grid(other, grid)
                    more, found = _people(other, parts)
                columns[group] += more * parts.share
                problems += found
        home = columns["population"] > 0
        if not home.any():
            raise InputError(told("error.raster_nobody", path=grid.file))
        points = to_wgs84(parts.xy[home], grid.crs, grid.file)
    area_id = areas["area_id"].iloc[parts.area[home]].reset_index(drop=True)
    row, column = (pd.Series(numbers[home]).astype("str") for numbers in (parts.row, parts.column))
    residents = gpd.GeoDataFrame(
        {
            "resident_id": area_id.str.cat([row, column], sep=":"),
            **{name: values[home] for name, values in columns.items()},
            "area_id": area_id,
        },
        geometry=shapely.points(points),
        crs=WGS84,
    )
    return residents, problems + _area_notes(parts, areas, area_id, grid.file)


def zonal_people(path: Path, areas: gpd.GeoDataFrame, file: str = "") -> NDArray[np.float64]:
    """Return the people of a raster in each of some areas; a cell on a border counts by the part inside.

    Parameters
    ----------
    path : Path
        A GeoTIFF of people per cell, in any frame.
    areas : GeoDataFrame
        Polygons, WGS 84; they may overlap.
    file : str
        Name of the input, for messages.

    Returns
    -------
    (k,) array
        People, in the order of the areas.
    """
    with opened_grid(path, file) as grid:
        parts = _parts(grid, areas)
        people, _ = _people(grid, parts)
    return np.asarray(np.bincount(parts.area, people * parts.share, len(areas)), dtype=np.float64)


@dataclass(frozen=True)
class _Parts:
    """Every part of a cell that lies in an area.

    Attributes
    ----------
    area, row, column : (p,) arrays
        Position of the area in its table, and of the cell in the raster.
    share : (p,) array
        Part of the cell, 0 to 1.
    xy : (p, 2) array
        A point of the part, in the raster's frame.
    beyond : (k,) array
        Which areas reach beyond the raster.
    window : tuple of int
        Column, row, width and height of the block of cells that holds all parts.
    """

    area: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    share: NDArray[np.float64]
    xy: NDArray[np.float64]
    beyond: NDArray[np.bool_]
    window: tuple[int, int, int, int]


def _parts(grid: Grid, areas: gpd.GeoDataFrame) -> _Parts:
    # In units of cells, from the upper left corner and with rows counted upwards: fractions need no other scale.
    corners = shapely.get_coordinates(areas.geometry.to_numpy())
    if not np.isfinite(grid.cells(grid.from_wgs84(corners))).all():
        raise InputError(told("error.raster_beyond_frame", path=grid.file))
    shapes = shapely.transform(areas.geometry.to_numpy(), lambda lonlat: grid.cells(grid.from_wgs84(lonlat)) * [1, -1])
    height, width = grid.shape
    west, south, east, north = shapely.total_bounds(shapes)
    left, right = max(int(np.floor(west)), 0), min(int(np.ceil(east)), width)
    top, bottom = max(int(np.floor(-north)), 0), min(int(np.ceil(-south)), height)
    if not (left < right and top < bottom):
        raise InputError(told("error.raster_elsewhere", path=grid.file))
    grid.require_affordable(right - left, bottom - top)
    empty = np.broadcast_to(np.zeros(1), (bottom - top, right - left))
    cells = NumPyRasterSource(empty, left, -bottom, right, -top, srs_wkt=grid.crs)
    zones = gpd.GeoDataFrame(geometry=shapes, crs=grid.crs)
    found = exact_extract(cells, zones, ["cell_id", "coverage"], output="pandas")
    area = np.repeat(np.arange(len(areas)), found["cell_id"].map(len))
    row, column = np.divmod(np.concatenate(found["cell_id"].to_numpy()).astype(np.int64), right - left)
    row, column = row + top, column + left
    share = np.concatenate(found["coverage"].to_numpy()).astype(np.float64)
    xy = np.column_stack([column + 0.5, -row - 0.5])

    # exactextract gives shares in single precision, which would lose a person in ten million, also where 1 - 1e-8
    # became 1: so all cells are reckoned anew but those that full ones surround.
    border = np.flatnonzero(~_surrounded(area, row - top, column - left, share == 1.0, (bottom - top, right - left)))
    squares = shapely.box(column[border], -row[border] - 1, column[border] + 1, -row[border])
    pieces = shapely.intersection(squares, shapes[area[border]])
    share[border] = shapely.area(pieces)
    astray = ~shapely.covers(pieces, shapely.points(xy[border])) & (share[border] > 0)
    xy[border[astray]] = shapely.get_coordinates(shapely.point_on_surface(pieces[astray]))

    covered = shapely.box(0, -height, width, 0).buffer(_ROUNDING, join_style="mitre")
    beyond = ~shapely.covered_by(shapes, covered)
    window = (left, top, right - left, bottom - top)
    return _Parts(area, row, column, share, grid.xy(xy * [1, -1]), beyond, window)


def _surrounded(
    area: NDArray[np.intp], row: NDArray[np.int64], column: NDArray[np.int64], full: NDArray[np.bool_],
    shape: tuple[int, int],
) -> NDArray[np.bool_]:  # fmt: skip
    """Return which parts, and all eight cells around each, are full cells of one area."""
    height, width = shape[0] + 2, shape[1] + 2  # with a rim, so that no neighbour lies in another row or area
    key = (area * height + row + 1) * width + column + 1
    known = np.sort(key[full])
    around = [down * width + right for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return np.logical_and.reduce([np.isin(key + step, known) for step in around])


def _people(grid: Grid, parts: _Parts) -> tuple[NDArray[np.float64], list[Problem]]:
    """Return the people of each part's whole cell, none where the raster has no data or cannot be believed."""
    left, top, width, height = parts.window
    values = grid.read(left, top, width, height)[parts.row - top, parts.column - left]
    impossible = (values < 0) | (values > MAX_NUMBER)
    problems = []
    if grid.dataset.count > 1:
        problems.append(_noted(grid.file, told("problem.only_first_band", bands=grid.dataset.count)))
    if impossible.any():
        count, value = np.count_nonzero(impossible), f"{values[impossible][0]:g}"
        reason = told("problem.impossible_people", count=count, value=value)
        problems.append(_noted(grid.file, reason))
    return np.where(np.isnan(values) | impossible, 0.0, values), problems


def _uncounted(grid: Grid, parts: _Parts, people: NDArray[np.float64]) -> list[Problem]:
    """Return notes on the cells without data, and on the people of cells on a border who live in no area."""
    cells = np.column_stack([parts.row, parts.column])
    _, first, cell = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    covered = np.bincount(cell, parts.share)
    first, covered = first[covered > _ROUNDING], covered[covered > _ROUNDING]
    left, top, width, height = parts.window
    empty = np.isnan(grid.read(left, top, width, height)[parts.row[first] - top, parts.column[first] - left])
    outside = float((people[first] * np.clip(1.0 - covered, 0.0, 1.0)).sum())
    problems = []
    if empty.any():
        reason = told("problem.cells_without_data", count=np.count_nonzero(empty), all=len(empty))
        problems.append(_noted(grid.file, reason))
    if round(outside):
        reason = told("problem.people_outside", people=number(outside))
        problems.append(_noted(grid.file, reason))
    return problems


def _require_same_grid(other: Grid, grid: Grid) -> None:
    same_place = np.allclose(
        [other.west, other.north, other.cell_width, other.cell_height],
        [grid.west, grid.north, grid.cell_width, grid.cell_height],
        rtol=0.0,
        atol=_ROUNDING * grid.cell_width,
    )
    if other.shape != grid.shape or not same_place or other.dataset.crs != grid.dataset.crs:
        raise InputError(told("error.raster_other_cells", path=other.file, other=grid.file))


def _area_notes(parts: _Parts, areas: gpd.GeoDataFrame, inhabited: pd.Series[str], file: str) -> list[Problem]:
    beyond = areas.loc[parts.beyond, "area_id"]
    problems = [Problem(file, None, area_id, "", told("problem.area_beyond_raster"), "noted") for area_id in beyond]
    deserted = areas.loc[~areas["area_id"].isin(inhabited), "area_id"].tolist()
    if deserted:
        first = ", ".join(deserted[:_FIRST_IDS])
        reason = told("problem.deserted_areas", count=len(deserted), all=len(areas), first=first)
        problems.append(_noted(file, reason))
    return problems


def _noted(file: str, reason: Bilingual) -> Problem:
    return Problem(file, None, "", "", reason, "noted")
