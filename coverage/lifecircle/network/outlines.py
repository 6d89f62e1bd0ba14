"""Takes cells that fill land without gaps, gives the outlines of some of them together.

Each side of a cell knows the neighbour's side that runs against it (a half-edge structure, Muller & Preparata 1978).
So an outline is followed from side to side, and however many cells lie within, no geometry is united. Where land
touches itself at a corner only, the way goes round inside it; a ring that comes to a corner again is parted there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from lifecircle.network.kernels import compiled, inlined
from lifecircle.network.runs import numbers_of_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Flags = NDArray[np.bool_]

_NONE: Final = -1
_DECIMALS: Final = 6  # where several cells meet, corners may differ by what a float cannot hold


class Sides(NamedTuple):
    """M sides of C cells with K corners: those of cell ``c``, clockwise, are ``start[c]:start[c + 1]``.

    Attributes
    ----------
    start : (C + 1,) int64
    cell : (M,) int32
        The cell that each belongs to.
    corner : (M,) int32
        Where each begins; it ends where the next one of its cell begins.
    twin : (M,) int32
        The neighbour's side along it; -1 where there is no neighbour.
    corner_xy : (K, 2) float64
    """

    start: NDArray[np.int64]
    cell: NDArray[np.int32]
    corner: NDArray[np.int32]
    twin: NDArray[np.int32]
    corner_xy: NDArray[np.float64]


class Rings(NamedTuple):
    """n rings around some land, shells anticlockwise and holes clockwise, no corner twice in one.

    Attributes
    ----------
    corner : (V,) int32
        Corners of all rings, one ring after the other.
    size : (n,) int64
        Corners of each.
    part : (n,) int32
        Equal for the shell and the holes of one piece of land.
    hole : (n,) bool
    """

    corner: NDArray[np.int32]
    size: NDArray[np.int64]
    part: NDArray[np.int32]
    hole: NDArray[np.bool_]


class Slate(NamedTuple):
    """Room for one outline after another, blank between them."""

    root: NDArray[np.int32]  # (C,): a cell of the same piece of land, or the cell itself; -1 outside
    place: NDArray[np.int32]  # (K,): where on the path each corner is; -1 elsewhere
    followed: NDArray[np.bool_]  # (M,)


def sides_of(cells: NDArray[np.object_]) -> Sides:
    """Return the sides of polygons without holes, given clockwise, that have their corners in common."""
    _, xy, (ring, _) = shapely.to_ragged_array(cells)
    xy = np.delete(xy.round(_DECIMALS), ring[1:] - 1, axis=0)  # the last corner of a ring repeats its first
    begin = ring - np.arange(len(ring))
    cell = np.repeat(np.arange(len(cells), dtype=np.int32), np.diff(begin))
    _, first, corner = np.unique(xy.view(np.complex128).ravel(), return_index=True, return_inverse=True)
    end = np.append(corner[1:], _NONE)
    end[begin[1:] - 1] = corner[begin[:-1]]
    long = corner != end
    cell, corner, end = cell[long], corner[long], end[long]
    line = np.minimum(corner, end) * len(first) + np.maximum(corner, end)
    order = np.argsort(line)
    shared = np.flatnonzero(np.diff(line[order]) == 0)
    twin = np.full(len(corner), _NONE, dtype=np.int32)
    twin[order[shared]], twin[order[shared + 1]] = order[shared + 1], order[shared]
    start = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=len(cells)))])
    return Sides(start, cell, corner.astype(np.int32), twin, xy[first])


def blank_slate(sides: Sides) -> Slate:
    """Return room for outlines of these cells."""
    root = np.full(len(sides.start) - 1, _NONE, dtype=np.int32)
    place = np.full(len(sides.corner_xy), _NONE, dtype=np.int32)
    return Slate(root, place, np.zeros(len(sides.corner), dtype=np.bool_))


def outline(sides: Sides, cells: Ints, slate: Slate) -> Rings:
    """Return the rings around some cells, each given once; the slate is left blank."""
    return Rings(*_outline(sides, cells, slate))


def polygons_of(outlines: Sequence[Rings], corner_xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return a polygon for each outline, or a multipolygon where there are several shells or none."""
    corner, size, part, hole = (np.concatenate(columns) for columns in zip(*outlines, strict=True))
    owner = np.repeat(np.arange(len(outlines)), [len(rings.size) for rings in outlines])
    order = np.lexsort((hole, part, owner))  # the shell of each part before its holes
    begin, size = (np.cumsum(size) - size)[order], size[order]
    ring = np.concatenate([[0], np.cumsum(size + 1)])
    vertex = np.insert(numbers_of_runs(begin, size), np.cumsum(size), begin)  # each ring ends where it began
    shells = np.flatnonzero(~hole[order])
    bounds = np.searchsorted(owner[order][shells], np.arange(len(outlines) + 1))
    land = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, corner_xy[corner[vertex]], (ring, np.append(shells, len(size)), bounds)
    )
    single = np.diff(bounds) == 1
    land[single] = shapely.get_geometry(land[single], 0)
    return np.asarray(land)


@compiled
def _outline(sides: Sides, cells: Ints, slate: Slate) -> tuple[Ints, NDArray[np.int64], Ints, Flags]:
    start, owner, corner, twin, xy = sides
    root, place, followed = slate
    _join(start, owner, twin, cells, root)
    most = 0
    for cell in cells:
        most += start[cell + 1] - start[cell]
    path, trail = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int32)
    size, part, hole = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int32), np.empty(most, dtype=np.bool_)
    rings = corners = 0
    for cell in cells:
        for first in range(start[cell], start[cell + 1]):
            if followed[first] or _inner(first, owner, twin, root):
                continue
            side, length = first, 0
            while True:
                begin = place[corner[side]]
                if begin >= 0:  # here before: the path since then is a ring
                    size[rings], part[rings] = length - begin, _found(cell, root)
                    trail[corners : corners + length - begin] = path[begin:length][::-1]  # cells run clockwise
                    hole[rings] = _clockwise(trail[corners : corners + length - begin], xy)
                    place[path[begin:length]] = _NONE
                    rings, corners, length = rings + 1, corners + length - begin, begin
                    if length == 0:
                        break
                place[corner[side]], path[length], followed[side] = length, corner[side], True
                length += 1
                side = _next(side, start, owner)
                while _inner(side, owner, twin, root):
                    side = _next(twin[side], start, owner)
    for cell in cells:
        root[cell] = _NONE
        followed[start[cell] : start[cell + 1]] = False
    return trail[:corners].copy(), size[:rings].copy(), part[:rings].copy(), hole[:rings].copy()


@compiled
def _join(start: NDArray[np.int64], owner: Ints, twin: Ints, cells: Ints, root: Ints) -> None:
    """Give cells with sides in common the same root."""
    for cell in cells:
        root[cell] = cell
    for cell in cells:
        for side in range(start[cell], start[cell + 1]):
            if _inner(side, owner, twin, root):
                one, other = _found(cell, root), _found(owner[twin[side]], root)
                root[max(one, other)] = min(one, other)


@inlined
def _found(cell: int, root: Ints) -> int:
    found = cell
    while root[found] != found:
        root[found] = root[root[found]]
        found = root[found]
    return found


@inlined
def _inner(side: int, owner: Ints, twin: Ints, root: Ints) -> bool:
    """Return whether there is land on both sides."""
    return twin[side] >= 0 and root[owner[twin[side]]] >= 0


@inlined
def _next(side: int, start: NDArray[np.int64], owner: Ints) -> int:
    """Return the side of the same cell that begins where this one ends."""
    return side + 1 if side + 1 < start[owner[side] + 1] else start[owner[side]]


@compiled
def _clockwise(ring: Ints, xy: NDArray[np.float64]) -> bool:
    area = 0.0
    last = ring[-1]
    for this in ring:
        area += (xy[this, 0] - xy[last, 0]) * (xy[this, 1] + xy[last, 1])
        last = this
    return area > 0
