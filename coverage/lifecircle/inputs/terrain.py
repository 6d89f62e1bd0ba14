"""Takes a digital elevation model and positions, gives their heights in metres, on request smoothed over a distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.inputs.geotiff import Grid, opened_grid
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SMOOTHING_M: Final = 60.0
"""Radius that suits the usual models of 30 m cells: nineteen points of some thirteen cells."""

# The model is read in squares of this many cells, 8 MB each, and only where there are positions.
_BLOCK_CELLS: Final = 1024
_METRES_PER_DEGREE: Final = 111_320.0


def heights(
    dem_path: Path, lonlat: NDArray[np.float64], *, smooth_m: float = 0.0, file: str = ""
) -> tuple[NDArray[np.float64], list[Problem]]:
    """Return the heights of positions, bilinear between the middles of the model's cells.

    Parameters
    ----------
    dem_path : Path
        A GeoTIFF in metres, in any frame.
    lonlat : (n, 2) array
        WGS 84.
    smooth_m : float
        Radius of a disc over which each height is averaged, such as :data:`SMOOTHING_M`; 0 for the height at the very
        place. Models of 30 m cells carry metres of noise and the roofs of houses, which short streets would turn into
        cliffs. A plane stays as it is.
    file : str
        Name of the input, for messages; the path when absent.

    Returns
    -------
    heights : (n,) array
        Metres; NaN outside the model and where it has no data. Of a disc, half must be known.
    problems : list of Problem
        How many positions have no height.

    Raises
    ------
    InputError
        If the model cannot be read.
    """
    total, known = np.zeros(len(lonlat)), np.zeros(len(lonlat))
    east, north = _disc(smooth_m)
    shrunk = np.cos(np.radians(lonlat[:, 1]))
    with opened_grid(dem_path, file) as grid:
        for east_m, north_m in zip(east, north, strict=True):
            shift = np.column_stack([east_m / shrunk, np.full(len(lonlat), north_m)]) / _METRES_PER_DEGREE
            height = _bilinear(grid, grid.cells(grid.from_wgs84(lonlat + shift)))
            known += np.isfinite(height)
            total += np.nan_to_num(height)
        name = grid.file
    enough = 2 * known >= len(east)
    mean = np.divide(total, known, out=np.full(len(lonlat), np.nan), where=enough)
    if enough.all():
        return mean, []
    reason = told("problem.no_height", count=np.count_nonzero(~enough), all=len(lonlat))
    return mean, [Problem(name, None, "", "", reason, "noted")]


def _disc(radius_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points that fill a disc evenly: the middle, six at half the radius, and twelve at all of it."""
    if radius_m <= 0:
        return np.zeros(1), np.zeros(1)
    rings = [(0.0, 1), (0.5, 6), (1.0, 12)]
    radius = np.concatenate([np.full(count, part * radius_m) for part, count in rings])
    angle = np.concatenate([np.arange(count) / count for _, count in rings]) * 2 * np.pi
    return radius * np.sin(angle), radius * np.cos(angle)


def _bilinear(grid: Grid, cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the raster's values at columns and rows, counted with fractions from its upper left corner."""
    rows, columns = grid.shape
    inside = ((cells >= 0) & (cells <= [columns, rows])).all(axis=1)
    result = np.full(len(cells), np.nan)
    places = np.flatnonzero(inside)
    # Beyond the middles of the outermost cells their own height holds.
    at = np.clip(cells[places] - 0.5, 0, np.array([columns, rows]) - 1)
    corner = np.minimum(np.floor(at).astype(np.int64), np.maximum(np.array([columns, rows]) - 2, 0))
    blocks = corner // _BLOCK_CELLS
    for block in np.unique(blocks, axis=0):
        here = (blocks == block).all(axis=1)
        left, top = block * _BLOCK_CELLS
        width, height = min(_BLOCK_CELLS + 1, columns - left), min(_BLOCK_CELLS + 1, rows - top)
        values = grid.read(int(left), int(top), int(width), int(height))
        result[places[here]] = _between(values, at[here] - [left, top])
    return result


def _between(values: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values between the four cells around; NaN where one that counts is unknown."""
    last_row, last_column = np.array(values.shape) - 1
    column, row = np.floor(at).astype(np.int64).T
    right, down = at.T - [column, row]
    result = np.zeros(len(at))
    for weight, y, x in (
        ((1 - right) * (1 - down), row, column),
        (right * (1 - down), row, column + 1),
        ((1 - right) * down, row + 1, column),
        (right * down, row + 1, column + 1),
    ):
        value = values[np.minimum(y, last_row), np.minimum(x, last_column)]
        result += np.where(weight > 0, weight * value, 0.0)
    return result
