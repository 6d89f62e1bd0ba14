"""Takes placements of the same points among streets; says how far beyond chance each of them lies along the streets.

Places keep off the carriageway but near it, and inside buildings or outside them, each layer in its own way. Moved by
some hundred metres, they lie about the streets as random points do. So the points are moved rigidly a hundred times
and more, which shows how points without a tie to the streets lie (the background), and how well they fit by chance.
A placement is measured by how differently from the background its points lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.special import gammaln

from lifecircle.crs import metric_crs, to_metric
from lifecircle.inputs.nearest import SegmentGrid, distance_m, segment_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.inputs.ways import Ways

    Points = NDArray[np.float64]

# How far from the nearest street places usually lie, and how many of them outside buildings and inside: a first guess
# worth ten places, which the layer's own places soon outweigh. Bus stops stand at the kerb, clinics 20 m behind it.
_EDGES_M: Final = np.array([0, 2, 4, 7, 10, 14, 20, 28, 40, 60, 100, 200])
_USUAL_DISTANCES: Final = np.array([6, 8, 16, 20, 17, 14, 9, 5, 3, 1.5, 0.5]) / 100
_USUAL_GROUNDS: Final = np.array([0.55, 0.45])
_CLASSES: Final = len(_USUAL_GROUNDS) * len(_USUAL_DISTANCES)
_WORTH: Final = 10.0

_MOVES: Final = 150
_FEWEST_MOVES: Final = 30
_NEAREST_MOVE_M: Final = 150.0
_FARTHEST_MOVE_M: Final = 1500.0
_CLEAR_M: Final = 100.0
_GOLDEN_ANGLE: Final = np.pi * (3.0 - 5.0**0.5)


@dataclass(frozen=True)
class Surroundings:
    """What points are held against, indexed in a metric frame.

    Attributes
    ----------
    crs : str
        The metric frame.
    streets : SegmentGrid
        Straight segments.
    buildings : STRtree
        Polygons; may be empty.
    """

    crs: str
    streets: SegmentGrid
    buildings: shapely.STRtree


def street_segments(ways: Ways) -> NDArray[np.float64]:
    """Return the straight segments of street ways: (m, 2, 2) longitudes and latitudes."""
    pairs = np.stack([ways.lonlat[:-1], ways.lonlat[1:]], axis=1)
    within_a_way = np.ones(len(pairs), dtype=bool)
    within_a_way[ways.offsets[1:-1] - 1] = False
    return pairs[within_a_way]


def surroundings(streets: NDArray[np.float64], buildings: NDArray[np.object_] | None = None) -> Surroundings:
    """Index streets, and buildings if there are any.

    Parameters
    ----------
    streets : (m, 2, 2) array
        Longitude and latitude of both ends of straight segments, WGS 84, as from :func:`street_segments`.
    buildings : array of polygons, optional
        WGS 84. They sharpen layers of places inside houses, such as shops, and do nothing for bus stops.
    """
    crs = metric_crs(streets.reshape(-1, 2))
    ends = to_metric(streets.reshape(-1, 2), crs)
    built = np.array([], dtype=object) if buildings is None else buildings
    return Surroundings(
        crs,
        segment_grid(ends.reshape(-1, 2, 2)),
        shapely.STRtree(shapely.transform(built, partial(to_metric, crs=crs))),
    )


def strengths(around: Surroundings, placements: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far beyond chance the points fit their surroundings in each placement.

    The fit is the log of a Bayes factor: the points' distances, in classes, come from a distribution of
    the layer's own (Dirichlet-multinomial about the usual one) against from the background. Points farther than 200 m
    from any street say nothing, so that the edge of an extract is no evidence.

    Parameters
    ----------
    around : Surroundings
    placements : (h, n, 2) array
        The same points in each of h frames, in the metric frame of ``around``.

    Returns
    -------
    (h,) array
        Standard deviations above the mean fit of the random moves; NaN where the streets are too few to move about.
    """
    taken = np.median(placements - placements[0], axis=1)
    moved = placements[0] + _moves(taken)[:, None, :]
    of_placements, of_moves = _counts(around, placements), _counts(around, moved)
    most = of_placements.sum(axis=1).max()
    of_moves = of_moves[2 * of_moves.sum(axis=1) >= most]
    usual = _usual(around)
    if most == 0 or len(of_moves) < _FEWEST_MOVES:
        return np.full(len(placements), np.nan)
    # One usual place joins every move, so that no class is impossible and a single odd place proves nothing.
    background = (of_moves + usual).sum(axis=0)
    background /= background.sum()
    by_chance = _fits(of_moves, usual, background)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((_fits(of_placements, usual, background) - by_chance.mean()) / by_chance.std())


def _moves(taken: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return vectors spread evenly over a ring (a sunflower's seeds), none of them near a placement's own."""
    seed = np.arange(_MOVES) + 0.5
    radius = np.sqrt(_NEAREST_MOVE_M**2 + (_FARTHEST_MOVE_M**2 - _NEAREST_MOVE_M**2) * seed / _MOVES)
    vectors = radius[:, None] * np.column_stack([np.cos(seed * _GOLDEN_ANGLE), np.sin(seed * _GOLDEN_ANGLE)])
    apart = np.hypot(*(vectors[:, None, :] - taken).T).T
    return np.asarray(vectors[(apart > _CLEAR_M).all(axis=1)])


def _counts(around: Surroundings, placements: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many points of each placement fall into each class of distance, outside buildings and inside."""
    h, n, _ = placements.shape
    points = placements.reshape(-1, 2)
    distance = np.searchsorted(_EDGES_M, distance_m(around.streets, points, float(_EDGES_M[-1])), side="right") - 1
    inside = np.zeros(len(points), dtype=np.int64)
    if len(around.buildings):
        rows, _ = around.buildings.query(shapely.points(points), predicate="within")
        inside[rows] = 1
    known = distance < len(_USUAL_DISTANCES)
    cell = np.repeat(np.arange(h), n) * _CLASSES + inside * len(_USUAL_DISTANCES) + distance
    return np.bincount(cell[known], minlength=h * _CLASSES).reshape(h, _CLASSES)


def _usual(around: Surroundings) -> NDArray[np.float64]:
    """Return the usual share of each class; where no buildings are known all is outside."""
    grounds = _USUAL_GROUNDS if len(around.buildings) else np.array([1.0, 0.0])
    return np.outer(grounds, _USUAL_DISTANCES).ravel()


def _fits(
    counts: NDArray[np.int64], usual: NDArray[np.float64], background: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log Bayes factor of each row of counts: a distribution of its own against the background."""
    possible = usual > 0
    counts, prior = counts[:, possible], _WORTH * usual[possible]
    total = counts.sum(axis=1)
    own = gammaln(_WORTH) - gammaln(_WORTH + total) + (gammaln(counts + prior) - gammaln(prior)).sum(axis=1)
    return np.asarray(own - counts @ np.log(background[possible]))
