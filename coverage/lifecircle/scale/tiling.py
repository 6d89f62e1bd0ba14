"""Takes the nodes of streets and the places beside them, gives each of them exactly one tile: a square, or an area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from lifecircle.errors import StudyError
from lifecircle.messages import told

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_TILE: Final = -1


@dataclass(frozen=True, eq=False)
class Tiling:
    """N nodes and n places, parted into T tiles.

    Attributes
    ----------
    node_tile : (N,) int32
    place_tile : (n,) int32
        -1 for places without a position.
    bounds : (T, 4) float64
        West, south, east and north of what each tile owns, in the metric frame.
    """

    node_tile: NDArray[np.int32]
    place_tile: NDArray[np.int32]
    bounds: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.bounds)


def square_tiling(node_xy: NDArray[np.float64], place_xy: NDArray[np.float64], side_m: float) -> Tiling:
    """Return tiles that are the squares of a grid, from south-west to north-east; empty squares are no tiles.

    Parameters
    ----------
    node_xy, place_xy : (N, 2), (n, 2) float64
        In a metric frame, at whose origin the grid begins.
    side_m : float
        Side of the squares.
    """
    xy = np.concatenate([node_xy, place_xy])
    known = np.isfinite(xy).all(axis=1)
    label = np.full(len(xy), NO_TILE)
    square = np.floor(xy[known] / side_m).astype(np.int64)
    square -= square.min(axis=0)
    label[known] = square[:, 0] * (square[:, 1].max() + 1) + square[:, 1]
    return _tiling(xy, label, len(node_xy))


def area_tiling(node_xy: NDArray[np.float64], place_xy: NDArray[np.float64], area: pd.Series) -> Tiling:
    """Return tiles that are areas: residents go with their own, all else goes with the nearest resident.

    Parameters
    ----------
    node_xy, place_xy : (N, 2), (n, 2) float64
        In a metric frame; the first R places are the residents.
    area : Series
        R ids of areas; residents without one go with the nearest who has one.

    Raises
    ------
    StudyError
        If no resident has an area.
    """
    xy = np.concatenate([node_xy, place_xy])
    known = np.isfinite(xy).all(axis=1)
    label = np.full(len(xy), NO_TILE)
    label[len(node_xy) : len(node_xy) + len(area)] = pd.factorize(area, sort=True)[0]
    label[~known] = NO_TILE
    settled, others = np.flatnonzero(label != NO_TILE), np.flatnonzero(known & (label == NO_TILE))
    if not len(settled):
        raise StudyError(told("error.tiles_nobody"))
    label[others] = label[settled[KDTree(xy[settled]).query(xy[others])[1]]]
    return _tiling(xy, label, len(node_xy))


def _tiling(xy: NDArray[np.float64], label: NDArray[np.intp], nodes: int) -> Tiling:
    """Return the tiles of positions by their labels, of which -1 is none; the first positions are the nodes."""
    placed = np.flatnonzero(label != NO_TILE)
    order = placed[np.argsort(label[placed], kind="stable")]
    begins = np.flatnonzero(np.diff(label[order], prepend=NO_TILE))
    tile = np.full(len(xy), NO_TILE, dtype=np.int32)
    tile[order] = np.cumsum(np.diff(label[order], prepend=NO_TILE) != 0) - 1
    bounds = [extreme.reduceat(xy[order], begins) for extreme in (np.minimum, np.maximum)]
    return Tiling(tile[:nodes], tile[nodes:], np.column_stack(bounds))
