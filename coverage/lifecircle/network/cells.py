"""Takes streets, gives the land that belongs to each short stretch of them, from which polygons are put together.

Points are taken every few metres along the streets and access legs, and each gets the land that is nearer to it than
to any other: its Voronoi cell. A polygon made of whole cells holds exactly the points that it should, and grows as
points are added; a street that takes longer has cells of its own, which stay outside. Land far from all streets goes to
points around their surroundings, whose cells no polygon gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from lifecircle.crs import to_metric
from lifecircle.network.lines import edge_points, measured_lines
from lifecircle.network.outlines import sides_of
from lifecircle.network.snap import edge_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.outlines import Sides
    from lifecircle.network.points import PieceWalks

FRINGE_M: Final = 25.0
"""How far land belongs to a street where no other is near. Gaps of up to four times this between streets are filled."""

STEP_M: Final = 10.0
STEP_S: Final = 10.0
"""The farthest that two neighbouring points along a street are from each other, and the longest walk between them."""

_DECIMALS: Final = 2  # points less than a centimetre apart would only make slivers


@dataclass(frozen=True, eq=False)
class StreetCells:
    """C cells around points along the streets, and the I intervals between neighbouring points.

    Attributes
    ----------
    sides : Sides
        Of the cells, which are convex and fill the land around the streets; metric frame.
    share : (I, 3) float64
        Where on its piece each interval begins, has its middle, and ends.
    point : (I, 2) int32
        Cells of the points at its two ends.
    start : (P + T + 1,) int64
        Intervals of piece ``p`` are ``start[p]:start[p + 1]``; none for pieces that are far from those asked for.
    """

    sides: Sides
    share: NDArray[np.float64]
    point: NDArray[np.int32]
    start: NDArray[np.int64]


def street_cells(walks: PieceWalks, piece: NDArray[np.int64]) -> StreetCells:
    """Return the cells of some pieces and of all streets around them.

    Parameters
    ----------
    walks : PieceWalks
        The streets and access legs.
    piece : (n,) int
        Pieces that may belong to a polygon.
    """
    placed = walks.placed
    streets, legs = edge_lines(placed.network), _leg_ends(walks)
    edges = _edges_around(streets, legs, np.unique(placed.piece_edge[piece[piece < walks.piece_count]]))
    chosen = np.append(np.isin(placed.piece_edge, edges), np.ones(len(legs), dtype=bool))
    count = np.where(chosen, _interval_counts(walks), 0)
    start = np.concatenate([[0], np.cumsum(count)])
    owner = np.repeat(np.arange(len(count)), count)
    share = (np.arange(len(owner)) - start[owner])[:, None] + [0.0, 0.5, 1.0]
    share /= count[owner, None]
    ends = _positions(walks, legs, np.repeat(owner, 2), share[:, [0, 2]].ravel())
    xy, point = np.unique(ends.round(_DECIMALS), axis=0, return_inverse=True)
    surroundings = _outline(np.concatenate([streets[edges], shapely.linestrings(legs)]))
    return StreetCells(sides_of(_cells(xy, surroundings)), share, point.reshape(-1, 2).astype(np.int32), start)


def _leg_ends(walks: PieceWalks) -> NDArray[np.float64]:
    """Return both ends of each access leg in the metric frame, shape (T, 2, 2)."""
    ends = np.stack([walks.placed.node_lonlat[walks.targets.node], walks.targets.lonlat], axis=1)
    return to_metric(ends.reshape(-1, 2), walks.placed.network.crs).reshape(-1, 2, 2)


def _edges_around(
    streets: NDArray[np.object_], legs: NDArray[np.float64], edges: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return some edges and all others whose cells could touch theirs or those of access legs, and a few more."""
    bounds = shapely.bounds(np.concatenate([streets[edges], shapely.linestrings(legs)]))
    west, south, east, north = (bounds + 4 * FRINGE_M * np.array([-1, -1, 1, 1])).T
    _, near = shapely.STRtree(streets).query(shapely.box(west, south, east, north))
    return np.unique(near)


def _interval_counts(walks: PieceWalks) -> NDArray[np.int64]:
    """Return into how many intervals each piece is divided; none where it has no length."""
    placed = walks.placed
    length_m = np.concatenate(
        [placed.network.edge_length_m[placed.piece_edge] * placed.piece_share, walks.targets.leg_m]
    )
    seconds = np.maximum(walks.forward_s, walks.backward_s)
    seconds[np.isinf(seconds)] = 0.0
    count = np.ceil(np.maximum(length_m / STEP_M, seconds / STEP_S)).astype(np.int64)
    return np.where(length_m > 0, count, 0)


def _positions(
    walks: PieceWalks, legs: NDArray[np.float64], piece: NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the points at shares of pieces, shape (n, 2), in the metric frame; ``piece`` ascends."""
    placed = walks.placed
    last = np.searchsorted(piece, walks.piece_count)
    on_street, on_leg = piece[:last], piece[last:] - walks.piece_count
    fraction = placed.piece_from[on_street] + share[:last] * placed.piece_share[on_street]
    along = share[last:, None]
    return np.concatenate(
        [
            edge_points(measured_lines(placed.network), placed.piece_edge[on_street].astype(np.int64), fraction),
            (1 - along) * legs[on_leg, 0] + along * legs[on_leg, 1],
        ]
    )


def _outline(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return points around some lines at twice the fringe, so that the cells on both sides meet at the fringe."""
    around = shapely.union_all(shapely.buffer(lines, 2 * FRINGE_M, quad_segs=4))
    rings = shapely.simplify(shapely.get_parts(shapely.boundary(around)), 1.0)  # apart is much faster than together
    return np.unique(shapely.get_coordinates(shapely.segmentize(rings, STEP_M)).round(_DECIMALS), axis=0)


def _cells(xy: NDArray[np.float64], outline: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the Voronoi cell of each point, clockwise, where the points of the outline have theirs too."""
    points = shapely.multipoints(np.concatenate([xy, outline]))
    return np.asarray(shapely.get_parts(shapely.voronoi_polygons(points, ordered=True))[: len(xy)])
