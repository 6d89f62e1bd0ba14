"""Takes the streets of a walker with their targets, gives what lies within some minutes: streets and polygons.

People walk *to* the targets, over the same search and the same access legs as in the access table. A polygon is a
picture of the streets from which a place is reached; no score is computed from it.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np

from lifecircle.crs import WGS84
from lifecircle.network.cells import STEP_S, street_cells
from lifecircle.network.lines import edge_parts, measured_lines
from lifecircle.network.outlines import blank_slate, outline, polygons_of
from lifecircle.network.points import seconds_at, seconds_to_any
from lifecircle.network.runs import numbers_of_runs
from lifecircle.network.search import all_within
from lifecircle.units import SECONDS_PER_MINUTE, SQUARE_METRES_PER_SQUARE_KILOMETRE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lifecircle.network.cells import StreetCells
    from lifecircle.network.outlines import Rings, Slate
    from lifecircle.network.points import PieceWalks

TOLERANCE_S: Final = STEP_S
"""A node that takes longer than the limit by more than this lies outside the polygon."""

_PLACES_AT_ONCE: Final = 256
_PLACES_DRAWN_AT_ONCE: Final = 32
_SLIVER: Final = 1e-9  # of a piece's length


@dataclass(frozen=True, eq=False)
class Reach:
    """The n pieces of street from which a place is reached within a limit.

    Attributes
    ----------
    piece : (n,) int64
        Pieces with at least one end within the limit, ascending.
    ends_s : (n, 2) float64
        Seconds from their ends to the place.
    """

    piece: NDArray[np.int64]
    ends_s: NDArray[np.float64]


def reach_of_any(walks: PieceWalks, limit_s: float) -> Reach:
    """Return from where the nearest of all targets is reached within a limit."""
    ends_s = seconds_to_any(walks)
    return _within(np.arange(len(ends_s)), ends_s, limit_s)


def reach_of_each(walks: PieceWalks, limit_s: float) -> list[Reach]:
    """Return from where each of the L places is reached within a limit."""
    state_count = len(walks.graph.begin_state)
    every_state, no_leg_m = np.arange(state_count, dtype=np.int32), np.zeros(state_count)
    first, piece_at = _pieces_at_states(walks)
    seconds = np.full(state_count + 1, np.inf)
    targets, reaches = walks.targets, []
    for rows in _by_places(targets.place):
        found = all_within(walks.graph, targets.node[rows], targets.leg_m[rows], every_state, no_leg_m, limit_s)
        bounds = np.flatnonzero(np.diff(targets.place[rows], prepend=-1, append=-1))
        for begin, end in pairwise(bounds.tolist()):
            trips = slice(found.offsets[begin], found.offsets[end])
            state, legs = found.origin[trips], walks.piece_count + rows.start + np.arange(begin, end)
            np.minimum.at(seconds, state, found.seconds[trips])
            touched = piece_at[numbers_of_runs(first[state], first[state + 1] - first[state])]
            piece = np.unique(np.concatenate([touched, legs]))
            ends_s = seconds[walks.end_state[piece]]
            ends_s[np.isin(piece, legs), 1] = 0.0  # where the place stands
            reaches.append(_within(piece, ends_s, limit_s))
            seconds[state] = np.inf
    return reaches


def _pieces_at_states(walks: PieceWalks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the pieces that begin or end at each state begin, shape (S + 2,), and all of them in one row."""
    state = walks.end_state.ravel()
    order = np.argsort(state, kind="stable")
    return np.searchsorted(state[order], np.arange(len(walks.graph.begin_state) + 2)), order // 2


def _by_places(place: NDArray[np.int64]) -> Iterator[slice]:
    """Yield the rows of so few places at a time that their trips fit into memory."""
    for first in range(0, int(place.max(initial=-1)) + 1, _PLACES_AT_ONCE):
        yield slice(*np.searchsorted(place, [first, first + _PLACES_AT_ONCE]).tolist())


def _within(piece: NDArray[np.int64], ends_s: NDArray[np.float64], limit_s: float) -> Reach:
    reached = ends_s.min(axis=1) <= limit_s
    return Reach(piece[reached], ends_s[reached])


def isochrone_streets(walks: PieceWalks, reaches: Sequence[Reach], minutes: Sequence[float]) -> gpd.GeoDataFrame:
    """Return the streets from which places are reached, cut exactly where each band ends.

    Parameters
    ----------
    walks : PieceWalks
    reaches : sequence of Reach
        One for each place, or one for all together.
    minutes : sequence of float
        Ends of the bands, ascending.

    Returns
    -------
    GeoDataFrame
        Lines in WGS 84 that run away from the place, with ``place`` (position in ``reaches``), ``minutes`` (end of the
        band in which the line lies), ``least_minutes`` and ``most_minutes`` (from its two ends), ``length_m``,
        ``way_id`` and ``name``. A street is also cut where the ways over its two ends take equally long.
    """
    network, placed = walks.placed.network, walks.placed
    limits_s = SECONDS_PER_MINUTE * np.asarray(minutes, dtype=np.float64)
    parts = [_outward_parts(walks, reach, limits_s) for reach in reaches]
    piece, share, seconds, band = (
        np.concatenate([getattr(part, column) for part in parts]) for column in ("piece", "share", "seconds", "band")
    )
    edge = placed.piece_edge[piece].astype(np.int64)
    fraction = placed.piece_from[piece, None] + share * placed.piece_share[piece, None]
    lines = edge_parts(measured_lines(network), edge, *fraction.T)
    return gpd.GeoDataFrame(
        {
            "place": np.repeat(np.arange(len(parts)), [len(part.piece) for part in parts]),
            "minutes": limits_s[band] / SECONDS_PER_MINUTE,
            "least_minutes": seconds[:, 0] / SECONDS_PER_MINUTE,
            "most_minutes": seconds[:, 1] / SECONDS_PER_MINUTE,
            "length_m": network.edge_length_m[edge] * np.abs(fraction[:, 1] - fraction[:, 0]),
            "way_id": network.edge_way[edge],
            "name": np.asarray(network.names, dtype=object)[network.edge_name[edge]],
        },
        geometry=gpd.GeoSeries(lines, crs=network.crs).to_crs(WGS84),
    )


@dataclass(frozen=True, eq=False)
class _Parts:
    """n parts of pieces, each within one band: ``share`` and ``seconds`` at its nearer and farther end, (n, 2)."""

    piece: NDArray[np.int64]
    share: NDArray[np.float64]
    seconds: NDArray[np.float64]
    band: NDArray[np.int64]


def _outward_parts(walks: PieceWalks, reach: Reach, limits_s: NDArray[np.float64]) -> _Parts:
    """Cut pieces of street at the limits, and where the ways over their two ends take equally long.

    At a share ``x`` of the piece away from one of its ends, the trip over that end takes ``start + x * pace``; it is
    the quickest up to the share ``most``. These three have the shape (n, 2): a column for each end of the piece.
    """
    placed = walks.placed
    long = placed.network.edge_length_m[placed.piece_edge] * placed.piece_share > 0
    street = np.append(long, np.zeros(len(walks.targets.node), dtype=bool))[reach.piece]
    piece, start = reach.piece[street], reach.ends_s[street]
    pace = np.column_stack([walks.backward_s[piece], walks.forward_s[piece]])
    with np.errstate(invalid="ignore"):  # inf / inf where there is no way
        meeting = np.clip((start[:, 1] + pace[:, 1] - start[:, 0]) / pace.sum(axis=1), 0, 1)
        meeting = np.where(np.isinf(pace[:, 1]), 1.0, np.where(np.isinf(pace[:, 0]), 0.0, meeting))
        most = np.column_stack([meeting, 1 - meeting])
        reached = np.clip((limits_s - start[..., None]) / pace[..., None], 0, most[..., None])
    bounds = np.concatenate([np.zeros((*start.shape, 1)), reached], axis=2)
    row, end, band = np.nonzero(np.diff(bounds, axis=2) > _SLIVER)
    near_far = np.column_stack([bounds[row, end, band], bounds[row, end, band + 1]])
    return _Parts(
        piece=piece[row],
        share=np.where(end[:, None] == 0, near_far, 1 - near_far),
        seconds=start[row, end, None] + near_far * pace[row, end, None],
        band=band,
    )


def isochrone_polygons(walks: PieceWalks, reaches: Sequence[Reach], minutes: Sequence[float]) -> gpd.GeoDataFrame:
    """Return the polygons around the streets from which places are reached.

    A polygon holds every node within its limit, the places and their access legs, and the land around these streets,
    up to :data:`lifecircle.network.cells.FRINGE_M` or half way to the next street that takes longer. Nodes that take
    :data:`TOLERANCE_S` longer lie outside, unless at the very position of a point within the limit, as under a bridge.
    Between nodes the same holds to within half of :data:`lifecircle.network.cells.STEP_M`. The polygon of a longer
    limit covers those of shorter ones.

    Parameters
    ----------
    walks : PieceWalks
    reaches : sequence of Reach
        One for each place, or one for all together.
    minutes : sequence of float
        Limits, ascending.

    Returns
    -------
    GeoDataFrame
        WGS 84, one row per place and limit, in their order: ``place`` (position in ``reaches``), ``minutes``,
        ``area_km2``.
    """
    cells = street_cells(walks, np.unique(np.concatenate([reach.piece for reach in reaches])))
    return polygons_on_cells(walks, cells, reaches, minutes)


def polygons_on_cells(
    walks: PieceWalks, cells: StreetCells, reaches: Sequence[Reach], minutes: Sequence[float]
) -> gpd.GeoDataFrame:
    """Return what :func:`isochrone_polygons` does, on cells that hold all pieces reached; these can be used again."""
    crs = walks.placed.network.crs
    limits_s = SECONDS_PER_MINUTE * np.asarray(minutes, dtype=np.float64)

    def drawn(first: int) -> list[Rings]:
        slate = blank_slate(cells.sides)
        batch = reaches[first : first + _PLACES_DRAWN_AT_ONCE]
        return [rings for reach in batch for rings in _outlines(walks, cells, slate, reach, limits_s)]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        batches = pool.map(drawn, range(0, len(reaches), _PLACES_DRAWN_AT_ONCE))
        geometry = gpd.GeoSeries(polygons_of([*chain.from_iterable(batches)], cells.sides.corner_xy), crs=crs)
    return gpd.GeoDataFrame(
        {
            "place": np.repeat(np.arange(len(reaches)), len(limits_s)),
            "minutes": np.tile(limits_s / SECONDS_PER_MINUTE, len(reaches)),
            "area_km2": geometry.area.to_numpy() / SQUARE_METRES_PER_SQUARE_KILOMETRE,
        },
        geometry=geometry.to_crs(WGS84),
    )


def _outlines(
    walks: PieceWalks, cells: StreetCells, slate: Slate, reach: Reach, limits_s: NDArray[np.float64]
) -> list[Rings]:
    """Return the outlines for each limit: around the cells of all points with a reached stretch of street at them."""
    first = cells.start[reach.piece]
    count = cells.start[reach.piece + 1] - first
    row, interval = np.repeat(np.arange(len(count)), count), numbers_of_runs(first, count)
    begin_s, middle_s, end_s = (
        seconds_at(walks, reach.ends_s[row], reach.piece[row], share) for share in cells.share[interval].T
    )
    # Along a piece the seconds rise from both ends towards one point between: the least are at an end of each half.
    half_s = np.minimum(np.column_stack([begin_s, end_s]), middle_s[:, None])
    point, owner = np.unique(cells.point[interval], return_inverse=True)
    point_s = np.full(len(point), np.inf)
    np.minimum.at(point_s, owner.ravel(), half_s.ravel())
    return [outline(cells.sides, point[point_s <= limit_s], slate) for limit_s in limits_s]
