"""Takes street ways with pedestrian squares, gives the same ways and a straight crossing between a square's entrances.

OpenStreetMap draws a square as its outline. Walked along the outline alone, a square would be a detour.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

_CORNERS: Final = 3  # a polygon has three corners and comes back to the first

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.inputs.ways import Ways

MAX_ENTRANCES: Final = 60
"""Crossings grow with the square of the entrances; of a larger number, only so many spread evenly are joined."""


def with_crossings(ways: Ways, uses: pd.DataFrame) -> tuple[Ways, pd.DataFrame]:
    """Add a way of two vertices for each pair of entrances of a square that see each other across it.

    An entrance is a node of the outline that another walkable way shares. A crossing has the tags and uses of its
    square and the same way id. Pairs that are neighbours along the outline are joined by it already. The rings of a
    multipolygon, which bear one negative id, are one square; what its inner rings enclose is not walked across.

    Parameters
    ----------
    ways : Ways
        Streets as read.
    uses : DataFrame
        One row per way with the columns ``walk`` and ``square``.
    """
    walk = uses["walk"].to_numpy(dtype=bool)
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    entrance = _shared(ways.node_ref, way, walk[way])
    rows = np.flatnonzero(walk & uses["square"].to_numpy(dtype=bool))
    id_or_row = np.where(ways.way_id[rows] < 0, ways.way_id[rows], rows)
    squares = pd.Series(rows).groupby(id_or_row, sort=False)
    pieces = [_crossings(ways, rings.tolist(), entrance) for _, rings in squares]
    if not any(len(piece) for piece in pieces):
        return ways, uses
    vertex = np.concatenate(pieces)
    square = way[vertex[:, 0]]
    flat = vertex.ravel()
    more = replace(
        ways,
        way_id=np.append(ways.way_id, ways.way_id[square]),
        tags=pd.concat([ways.tags, ways.tags.iloc[square]], ignore_index=True),
        offsets=np.append(ways.offsets, ways.offsets[-1] + 2 * np.arange(1, len(square) + 1)),
        node_ref=np.append(ways.node_ref, ways.node_ref[flat]),
        lonlat=np.concatenate([ways.lonlat, ways.lonlat[flat]]),
    )
    return more, pd.concat([uses, uses.iloc[square]], ignore_index=True)


def _shared(ref: NDArray[np.int64], way: NDArray[np.intp], walked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the vertices at nodes that walkable ways share, shape (R,)."""
    pairs = np.unique(np.column_stack([ref[walked], way[walked]]), axis=0)
    nodes, ways_there = np.unique(pairs[:, 0], return_counts=True)
    return np.isin(ref, nodes[ways_there > 1])


def _crossings(ways: Ways, rings: list[int], entrance: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the pairs of vertices to join across the square that some closed ways enclose, shape (n, 2)."""
    rings = [row for row in rings if ways.offsets[row + 1] - ways.offsets[row] > _CORNERS]
    at = np.concatenate([np.empty(0, dtype=np.intp), *(_entrances(ways, row, entrance) for row in rings)])
    if len(at) > MAX_ENTRANCES:
        at = at[np.linspace(0, len(at) - 1, MAX_ENTRANCES).astype(int)]
    first, second = np.triu_indices(len(at), k=1)
    pairs = np.column_stack([at[first], at[second]])
    for row in rings:
        begin, end = ways.offsets[row], ways.offsets[row + 1]
        apart = pairs[:, 1] - pairs[:, 0]
        on_ring = ((pairs >= begin) & (pairs < end)).all(axis=1)
        pairs = pairs[~on_ring | ((apart > 1) & (apart < end - begin - 2))]
    if not len(pairs):
        return np.empty((0, 2), dtype=np.intp)
    outlines = [ways.lonlat[ways.offsets[row] : ways.offsets[row + 1]] for row in rings]
    shapes = [shapely.make_valid(shapely.Polygon(outline)) for outline in outlines]
    area = reduce(shapely.symmetric_difference, shapes)
    shapely.prepare(area)
    return pairs[shapely.covers(area, shapely.linestrings(ways.lonlat[pairs]))]


def _entrances(ways: Ways, row: int, entrance: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the entrances of one closed way, without the vertex that closes it."""
    begin, end = ways.offsets[row], ways.offsets[row + 1] - 1
    return np.asarray(begin + np.flatnonzero(entrance[begin:end]), dtype=np.intp)
