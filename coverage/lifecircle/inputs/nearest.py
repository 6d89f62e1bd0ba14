"""Takes straight segments and points in metres; gives how far each point is from the nearest segment.

A layer is held against the streets from more than a hundred thousand places, so the segments lie in the squares of a
grid: only those in the squares around a point are measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Function = TypeVar("Function", bound=Callable[..., Any])

SQUARE_M: Final = 100.0


@dataclass(frozen=True, eq=False)
class SegmentGrid:
    """Segments by the squares in which they lie.

    Attributes
    ----------
    ends : (m, 4) array
        x and y of both ends, metres.
    corner : (2,) array
        x and y of the south-western corner of the grid.
    across : int
        Squares from west to east.
    square : (n,) int64
        The square of every piece of a segment, ascending; a piece is no longer than the side of a square, and lies
        where its middle is.
    segment : (n,) int64
        The segment to which it belongs.
    """

    ends: Floats
    corner: Floats
    across: int
    square: Ints
    segment: Ints


def segment_grid(segments: NDArray[np.float64]) -> SegmentGrid:
    """Return segments, (m, 2, 2) in metres, by the squares in which they lie; what is not finite is left out."""
    ends = segments[np.isfinite(segments).all(axis=(1, 2))]
    pieces = np.maximum(np.ceil(np.hypot(*(ends[:, 1] - ends[:, 0]).T) / SQUARE_M), 1).astype(np.int64)
    segment = np.repeat(np.arange(len(ends)), pieces)
    at = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = ((at + 0.5) / pieces[segment])[:, None]
    middle = ends[segment, 0] * (1 - share) + ends[segment, 1] * share
    corner = middle.min(axis=0, initial=np.inf) if len(middle) else np.zeros(2)
    column, row = ((middle - corner) // SQUARE_M).astype(np.int64).T
    across = int(column.max(initial=0)) + 1
    square = row * across + column
    order = np.argsort(square, kind="stable")
    return SegmentGrid(ends.reshape(-1, 4), corner, across, square[order], segment[order])


def distance_m(grid: SegmentGrid, points: Floats, limit_m: float) -> Floats:
    """Return the distance of each point to the nearest segment.

    Parameters
    ----------
    grid : SegmentGrid
    points : (n, 2) array
        x and y, metres; points that are not finite lie nowhere.
    limit_m : float
        How far to look.

    Returns
    -------
    (n,) array
        Metres; infinite beyond the limit.

    Examples
    --------
    >>> grid = segment_grid(np.array([[[0.0, 0.0], [1000.0, 0.0]]]))
    >>> distance_m(grid, np.array([[500.0, 30.0], [1040.0, 30.0], [500.0, 201.0]]), 200.0)
    array([30., 50., inf])
    """
    return _distances(
        grid.ends, grid.corner, grid.across, grid.square, grid.segment, np.ascontiguousarray(points), limit_m
    )


def _compiled(function: Function) -> Function:
    return cast("Function", numba.njit(cache=True, nogil=True)(function))


@_compiled
def _distances(
    ends: Floats, corner: Floats, across: int, square: Ints, segment: Ints, points: Floats, limit_m: float
) -> Floats:
    found = np.full(len(points), np.inf)
    reach = limit_m + SQUARE_M / 2  # from the middle of a piece to any of its points it is half a square at most
    for at in range(len(points)):
        x, y = points[at]
        if not (np.isfinite(x) and np.isfinite(y)) or len(square) == 0:
            continue
        west = max((x - reach - corner[0]) // SQUARE_M, 0.0)
        east = min((x + reach - corner[0]) // SQUARE_M, across - 1.0)
        south = max((y - reach - corner[1]) // SQUARE_M, 0.0)
        north = min((y + reach - corner[1]) // SQUARE_M, float(square[-1] // across))
        if west > east:
            continue
        least = np.inf
        for row in range(int(south), int(north) + 1):
            first = np.searchsorted(square, row * across + int(west))
            last = np.searchsorted(square, row * across + int(east) + 1)
            for piece in range(first, last):
                least = min(least, _square_m2(ends[segment[piece]], x, y))
        if least <= limit_m * limit_m:
            found[at] = np.sqrt(least)
    return found


@_compiled
def _square_m2(ends: Floats, x: float, y: float) -> float:
    """Return the square of the distance of a point from a segment."""
    dx, dy = ends[2] - ends[0], ends[3] - ends[1]
    length_m2 = dx * dx + dy * dy
    along = 0.0
    if length_m2 > 0.0:
        along = min(max(((x - ends[0]) * dx + (y - ends[1]) * dy) / length_m2, 0.0), 1.0)
    return (x - ends[0] - along * dx) ** 2 + (y - ends[1] - along * dy) ** 2
