"""A bent grid of streets: crossing points where people live, and main lines across the countryside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from lifecircle.sample.waves import bent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.sample.areas import Cells
    from lifecircle.sample.terrain import Terrain

_TURN_DEGREES: Final = 9.0
_WAVES_M: Final = ((700.0, 16_000.0), (70.0, 2300.0))
_SHAKEN: Final = 0.16  # of the spacing
_COLLECTOR_M: Final = 300.0
_COLLECTOR_STEPS: Final = 4
_MAIN_M: Final = 1900.0
_MAIN_STEPS: Final = 3
_PER_BUILT_AREA: Final = 0.86  # crossing points that are left, per square of the spacing


@dataclass(frozen=True)
class Lattice:
    """Crossing points of the grid.

    Attributes
    ----------
    column, row : (n,) arrays of int
        Place in the grid.
    xy : (n, 2) array
        Metres.
    built : (n,) array of bool
        People live around it; otherwise it lies on a road across the countryside.
    collector, main : int
        Every so many lines there is a collector street, a main road; ``main`` is a multiple of ``collector``.
    spacing_m : float
    """

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    xy: NDArray[np.float64]
    built: NDArray[np.bool_]
    collector: int
    main: int
    spacing_m: float


def spacing_for(people: NDArray[np.float64], cell_m: float, nodes: int) -> float:
    """Return how far apart streets have to be for a number of crossing points, metres."""
    return float(np.sqrt(np.count_nonzero(people) * cell_m**2 * _PER_BUILT_AREA / nodes))


def crossing_points(
    terrain: Terrain, cells: Cells, people: NDArray[np.float64], spacing_m: float, seed: int
) -> Lattice:
    """Return the crossing points: all where people live, those on the main lines elsewhere, none in water.

    Parameters
    ----------
    terrain : Terrain
    cells : Cells
    people : (n,) array
        People of each cell.
    spacing_m : float
    seed : int
    """
    rng = np.random.default_rng([seed, 3])
    collector = max(_COLLECTOR_STEPS, round(_COLLECTOR_M / spacing_m))
    main = collector * max(_MAIN_STEPS, round(_MAIN_M / (collector * spacing_m)))
    column, row = _grid(terrain, spacing_m)
    xy = bent(_turned(column, row, spacing_m), _WAVES_M, rng)
    cell = cells.at(xy)
    built = (cell >= 0) & (people[cell] > 0)
    on_line = ((row % main == 0) & (column % collector == 0)) | ((column % main == 0) & (row % collector == 0))
    kept = np.flatnonzero(built | (on_line & _within(terrain.reach, xy)))
    xy, column, row, built = xy[kept], column[kept], row[kept], built[kept]

    loose = (column % collector != 0) & (row % collector != 0)
    xy = xy + rng.uniform(-_SHAKEN, _SHAKEN, size=xy.shape) * spacing_m * np.where(loose, 1.0, 0.4)[:, None]
    dry = ~shapely.contains_xy(terrain.wet, xy[:, 0], xy[:, 1])
    return Lattice(column[dry], row[dry], xy[dry], built[dry], collector, main, spacing_m)


def segments(lattice: Lattice) -> pd.DataFrame:
    """Return the pieces of street between neighbouring crossing points.

    Returns
    -------
    DataFrame
        ``start, end`` (indices), ``axis`` (0 along rows, 1 along columns), ``line`` (row or column), ``place`` (where
        along the line), ``rank`` (0 main, 1 secondary, 2 collector, 3 local) and ``built``.
    """
    pieces = []
    for axis, (line, place) in enumerate([(lattice.row, lattice.column), (lattice.column, lattice.row)]):
        order = np.lexsort((place, line))
        start, end = order[:-1], order[1:]
        longest = np.where(line[start] % lattice.main == 0, lattice.collector, 1)
        joined = (line[start] == line[end]) & (place[end] - place[start] <= longest)
        start, end = start[joined], end[joined]
        rank = np.select(
            [line[start] % step == 0 for step in (lattice.main, 2 * lattice.collector, lattice.collector)], [0, 1, 2], 3
        )
        pieces.append(
            pd.DataFrame(
                {
                    "start": start,
                    "end": end,
                    "axis": axis,
                    "line": line[start],
                    "place": place[start].astype(np.float64),
                    "rank": rank,
                    "built": lattice.built[start] & lattice.built[end],
                }
            )
        )
    return pd.concat(pieces, ignore_index=True)


def _grid(terrain: Terrain, spacing_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return columns and rows of a grid that covers the city and what lies around it, however it is turned."""
    corners = shapely.get_coordinates(shapely.box(*terrain.reach.buffer(_WAVES_M[0][0] * 2).bounds))
    ends = corners @ _turn() / spacing_m
    west, south = np.floor(ends.min(axis=0)).astype(np.int64)
    east, north = np.ceil(ends.max(axis=0)).astype(np.int64)
    column, row = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1), indexing="ij")
    return column.ravel(), row.ravel()


def _turn() -> NDArray[np.float64]:
    angle = np.radians(_TURN_DEGREES)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _turned(column: NDArray[np.int64], row: NDArray[np.int64], spacing_m: float) -> NDArray[np.float64]:
    return np.column_stack([column, row]) * spacing_m @ _turn().T


def _within(shape: shapely.Polygon, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    shapely.prepare(shape)
    return np.asarray(shapely.contains_xy(shape, xy[:, 0], xy[:, 1]), dtype=bool)
