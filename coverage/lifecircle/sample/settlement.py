"""From people per area to where they live: the cells that are built up, continuous in the centre, villages outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.units import SQUARE_METRES_PER_SQUARE_KILOMETRE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.sample.areas import Areas, Cells

_PER_KM2: Final = (
    5000.0  # people per square kilometre of a village; a community denser than this is built up throughout
)
_LEAST_KM2: Final = 0.16
_HAMLETS: Final = 3
_HAMLET_FROM_KM2: Final = (0.0, 3.0, 8.0)  # a rural community of this size has a first, second, third hamlet
_HAMLET_SIZE: Final = (1.0, 0.6, 0.45)


def people_where_built(cells: Cells, areas: Areas, closed: NDArray[np.bool_], seed: int) -> NDArray[np.float64]:
    """Return the people of each cell, 0 where nothing is built.

    Parameters
    ----------
    cells : Cells
    areas : Areas
    closed : (n,) array of bool
        Cells where nothing may be built.
    seed : int

    Returns
    -------
    (n,) array
        The people of each community are kept, unless all its cells are closed.
    """
    rng = np.random.default_rng([seed, 2])
    communities = len(areas.community)
    cell_km2 = cells.size_m**2 / SQUARE_METRES_PER_SQUARE_KILOMETRE
    free = ~(closed | cells.wet | cells.wooded)
    people = np.bincount(cells.community, cells.people, minlength=communities)
    land_km2 = np.bincount(cells.community, free, minlength=communities) * cell_km2
    need_km2 = np.maximum(people / np.maximum(people / np.maximum(land_km2, cell_km2), _PER_KM2), _LEAST_KM2)

    order = np.lexsort((_remoteness(cells, areas, free, rng), ~free, cells.community))
    rank = (
        np.arange(len(order)) - np.searchsorted(cells.community[order], np.arange(communities))[cells.community[order]]
    )
    built = np.zeros(len(order), dtype=bool)
    built[order] = rank * cell_km2 < need_km2[cells.community[order]]
    kept = np.where(built & free, cells.people, 0.0)
    return (
        kept * (people / np.maximum(np.bincount(cells.community, kept, minlength=communities), 1e-9))[cells.community]
    )


def _remoteness(cells: Cells, areas: Areas, free: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how far each cell is from the hamlets of its community, measured by their size.

    The first hamlet of an urban community lies where people are densest, of a rural one in its middle; the others of
    a rural community lie anywhere.
    """
    xy, communities = cells.xy, len(areas.community)
    rural = (areas.community["setting"] == "rural").to_numpy()
    count = np.maximum(np.bincount(cells.community, minlength=communities), 1)
    middle = np.column_stack([np.bincount(cells.community, axis, minlength=communities) / count for axis in xy.T])
    from_middle = np.hypot(*(xy - middle[cells.community]).T)
    first = np.where(rural[cells.community], from_middle, -cells.people)
    chance = rng.random((_HAMLETS - 1, len(xy)))
    size_km2 = count * cells.size_m**2 / SQUARE_METRES_PER_SQUARE_KILOMETRE

    remoteness = np.full(len(xy), np.inf)
    for hamlet, wish in enumerate([first, *chance]):
        order = np.lexsort((wish, ~free, cells.community))
        place = xy[order[np.searchsorted(cells.community[order], np.arange(communities))]]
        there = (hamlet == 0) | (rural & (size_km2 > _HAMLET_FROM_KM2[hamlet]))
        far = np.hypot(*(xy - place[cells.community]).T) / _HAMLET_SIZE[hamlet]
        remoteness = np.where(there[cells.community], np.minimum(remoteness, far), remoteness)
    return remoteness
