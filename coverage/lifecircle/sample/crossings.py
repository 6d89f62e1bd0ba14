"""Where streets meet water and railways: bridges, underpasses and footbridges, and gaps everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely import Point

from lifecircle.crs import to_metric
from lifecircle.sample import facts
from lifecircle.sample.pieces import KIND, drawn_lines, is_public, public_nodes
from lifecircle.sample.terrain import FRAME

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.sample.terrain import Terrain

_FOOTBRIDGES: Final = 0.06  # of the local streets that a railway cuts
_COLLECTOR_RANK: Final = 2
_BEYOND_BANK_M: Final = 150.0

CONNECTOR_AXIS: Final = 3
BRIDGE_AXIS: Final = 4


def with_crossings(
    pieces: pd.DataFrame, xy: NDArray[np.float64], terrain: Terrain, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the pieces that remain where water and railways are: larger streets cross them, few others do.

    The main river is crossed by none of them; see :func:`bridges`.

    Parameters
    ----------
    pieces : DataFrame
        ``start, end, rank, kind``.
    xy : (n, 2) array
        Nodes, metres.
    terrain : Terrain
    rng : Generator
    """
    lines = shapely.linestrings(np.stack([xy[pieces["start"]], xy[pieces["end"]]], axis=1))
    wet = shapely.intersects(terrain.wet, lines)
    tracks = shapely.union_all(list(terrain.railways.values()))
    shapely.prepare(tracks)
    cut = shapely.intersects(tracks, lines)
    large = (pieces["rank"] <= _COLLECTOR_RANK).to_numpy()
    footbridge = cut & ~large & ~wet & (rng.random(len(pieces)) < _FOOTBRIDGES)
    kind = np.select(
        [large & wet, large & cut, footbridge],
        [KIND["bridge"], KIND["underpass"], KIND["footbridge"]],
        pieces["kind"],
    )
    north = terrain.on_north_bank(xy)
    astride = north[pieces["start"]] != north[pieces["end"]]
    return pieces.assign(kind=kind)[(large | footbridge | ~(wet | cut)) & ~astride]


def joining_roads(pieces: pd.DataFrame, xy: NDArray[np.float64], terrain: Terrain) -> pd.DataFrame:
    """Return a road from every separate net of streets to the nearest node of the largest net on its bank.

    Nets are those of the public streets, so that nobody has to cut through a compound.
    """
    net = nets(pieces[is_public(pieces)], len(xy))
    roads: list[tuple[int, int]] = []
    for here in _by_bank(public_nodes(pieces), xy, terrain):
        largest = np.bincount(net[here]).argmax()
        main, others = here[net[here] == largest], here[net[here] != largest]
        far, nearest = cKDTree(xy[main]).query(xy[others])
        order = np.lexsort((far, net[others]))
        first = order[np.unique(net[others][order], return_index=True)[1]]
        roads += zip(others[first].tolist(), main[nearest[first]].tolist(), strict=True)
    ends = np.array(roads, dtype=np.int64).reshape(-1, 2)
    over_water = np.asarray(shapely.intersects(terrain.wet, shapely.linestrings(xy[ends])))
    return drawn_lines(roads, ["bridge" if wet else "connector" for wet in over_water], CONNECTOR_AXIS)


def bridges(pieces: pd.DataFrame, xy: NDArray[np.float64], terrain: Terrain) -> tuple[pd.DataFrame, list[str]]:
    """Return the bridges over the main river, each between the nearest nodes of both banks, and their names."""
    entries = facts.ground().bridges
    spots = to_metric(np.array([bridge.at for bridge in entries]), FRAME)
    abutments = zip(*(_abutments(terrain, spot) for spot in spots), strict=True)
    ends = [
        bank[cKDTree(xy[bank]).query(np.array(places))[1]]
        for bank, places in zip(_by_bank(public_nodes(pieces), xy, terrain), abutments, strict=True)
    ]
    lines = np.column_stack(ends).tolist()
    return drawn_lines(lines, [bridge.way for bridge in entries], BRIDGE_AXIS), [bridge.name for bridge in entries]


def _by_bank(
    nodes: NDArray[np.int64], xy: NDArray[np.float64], terrain: Terrain
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the nodes on the north and those on the south bank."""
    north = terrain.on_north_bank(xy[nodes])
    return nodes[north], nodes[~north]


def nets(pieces: pd.DataFrame, nodes: int) -> NDArray[np.int64]:
    """Return for each node the number of the net of streets that it belongs to."""
    start, end = pieces["start"].to_numpy(), pieces["end"].to_numpy()
    graph = coo_array((np.ones(len(pieces), dtype=bool), (start, end)), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _abutments(terrain: Terrain, spot: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the places on the north and the south bank, straight across the river from each other."""
    along = terrain.main_line.project(Point(spot))
    middle, ahead = (np.array(terrain.main_line.interpolate(along + step).coords[0]) for step in (0.0, _BEYOND_BANK_M))
    left = np.array([-(ahead - middle)[1], (ahead - middle)[0]]) / np.hypot(*(ahead - middle))
    across = left * (terrain.main_width_m / 2 + _BEYOND_BANK_M)
    return middle + across, middle - across
