"""Takes a study, gives the engine that joins and searches its places tile by tile: with the same results."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.access.joining import joined_at, positions
from lifecircle.access.services import offering
from lifecircle.access.table import Trips, table_of_trips
from lifecircle.crs import to_metric
from lifecircle.errors import ReportError, StudyError
from lifecircle.files import written_whole
from lifecircle.messages import listing, told
from lifecircle.network.search import NOTHING
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import read_plan
from lifecircle.run import Engine
from lifecircle.scale.columns import write_columns
from lifecircle.scale.exchange import settled_tiles
from lifecircle.scale.joining import JoinTask, join_tile, read_joined, write_places
from lifecircle.scale.searching import Search
from lifecircle.scale.streets import tile_folder, write_streets
from lifecircle.scale.tiling import area_tiling, square_tiling
from lifecircle.scale.trips import read_trips
from lifecircle.scores.farthest import farthest_walk_m

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.access.services import Service
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.snap import Snapped
    from lifecircle.network.walkers import Walker
    from lifecircle.scale.searching import Receipt
    from lifecircle.scale.streets import Cut
    from lifecircle.scale.tiling import Tiling
    from lifecircle.scale.workers import Tell, Workers
    from lifecircle.study import Study

DEFAULT_SIDE_M: Final = 20_000.0
"""Side of square tiles: a halo of some 3 km then adds two thirds to what a tile reads, and a task takes seconds."""

LEAST_SIDE_M: Final = 500.0
"""Smaller tiles are nearly all halo."""

_MARKER: Final = "tiles.txt"
_FRAME_SLACK: Final = 1.01  # as in snapping: how far metres of a projected frame may differ from geodesic ones


@dataclass(frozen=True, eq=False)
class _Ground:
    """What the join leaves for the search."""

    folder: Path
    tiling: Tiling
    cut: Cut
    snapped: Snapped


class Tiles:
    """Joins and searches the places of one study tile by tile.

    Attributes
    ----------
    receipts : list of Receipt
        Of the last search.
    """

    def __init__(self, workers: Workers, folder: Path, reach_m: float, split: float | str, tell: Tell) -> None:
        """Keep what every step needs.

        Parameters
        ----------
        workers : Workers
        folder : Path
            Where the tiles are kept. All workers have to see it under this path.
        reach_m : float
            The longest walk that counts.
        split : float or str
            Side of square tiles in metres, or the level of the areas that are to be tiles.
        tell : callable
            Told how many tiles of how many are done.
        """
        self._workers, self._folder, self._reach_m, self._split, self._tell = workers, folder, reach_m, split, tell
        self._ground: _Ground | None = None
        self._joins = 0
        self.receipts: list[Receipt] = []

    def join(
        self, network: StreetNetwork, residents: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame, limit_m: float
    ) -> Joined:
        """Join all places to the streets; see :func:`lifecircle.access.joining.join`.

        The tiles of a second source of people are kept apart from those of the first.
        """
        self._joins += 1
        folder = self._folder if self._joins == 1 else self._folder / f"join-{self._joins}"
        lonlat = positions(residents, entrances)
        node_xy, place_xy = to_metric(network.node_lonlat, network.crs), to_metric(lonlat, network.crs)
        if isinstance(self._split, str):
            tiling = area_tiling(node_xy, place_xy, residents[f"{self._split}_id"])
        else:
            tiling = square_tiling(node_xy, place_xy, self._split)
        cut = write_streets(network, tiling, self._reach_m + _FRAME_SLACK * limit_m, folder)
        write_places(lonlat, tiling, folder)
        tasks = [JoinTask(str(folder), tile, limit_m) for tile in cut.largest_first]
        snapped = read_joined(len(lonlat), self._workers.map(join_tile, tasks, self._tell))
        self._ground = _Ground(folder, tiling, cut, snapped)
        return joined_at(network, snapped, entrances)

    def access_table(
        self,
        joined: Joined,
        residents: gpd.GeoDataFrame,
        facilities: gpd.GeoDataFrame,
        wanted: Sequence[tuple[Service, Walker]],
        silent: Mapping[str, frozenset[str]],
    ) -> pd.DataFrame:
        """Search for everything that is wanted; see :func:`lifecircle.access.table.access_table`."""
        ground = self._ground
        assert ground is not None, "places are joined before they are searched"  # noqa: S101 - the one order
        searches, offers, numbers = _searches(wanted, facilities)
        _write_placed(ground, joined, residents, offers)
        neighbours = [np.unique(ground.tiling.node_tile[rim]).tolist() for rim in ground.cut.rims]
        self.receipts = settled_tiles(
            self._workers, ground.folder, searches, self._reach_m, neighbours, ground.cut.largest_first, self._tell
        )
        trips = _gathered(ground.folder, self.receipts, [search.name for search in searches], len(residents))
        pairs = ((trips[sure], trips[best]) for sure, best in numbers)
        return table_of_trips(joined, residents, facilities, wanted, silent, pairs)


def tiled_engine(
    study: Study, workers: Workers, folder: Path, split: float | str, tell: Tell, *, resume: bool = False
) -> Engine:
    """Return the engine that searches a study tile by tile.

    Parameters
    ----------
    study : Study
    workers : Workers
    folder : Path
        Where the tiles are kept; what an earlier run left there is used if ``resume`` is set, and removed if not.
    split : float or str
        Side of square tiles in metres, or the level of the areas that are to be tiles.
    tell : callable
        Told how many tiles of how many are done.
    resume : bool
        Go on with what an earlier run left.

    Raises
    ------
    ReportError
        If the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARKER).is_file():
        raise ReportError(told("error.tiles_in_the_way", folder=folder))
    if not resume:
        shutil.rmtree(folder, ignore_errors=True)
    with written_whole(folder / _MARKER) as temporary:
        temporary.write_text("The tiles of a lifecircle run; lifecircle run --resume goes on with them.\n", "utf-8")
    plans = [read_plan(name, study.path.parent) for name in study.plans]
    tiles = Tiles(workers, folder.resolve(), farthest_walk_m(plans, read_walkers()), split, tell)
    return Engine(join=tiles.join, access_table=tiles.access_table)


def split_of(words: str, study: Study) -> float | str:
    """Return what the tiles of a study are to be: squares of so many metres, or the areas of a level.

    Raises
    ------
    StudyError
        If it is neither, or the study has no areas of the level.
    """
    levels = list(study.areas.sources())
    if words in levels:
        return words
    try:
        side_m = float(words)
    except ValueError:
        side_m = 0.0
    if not LEAST_SIDE_M <= side_m < float("inf"):
        named = listing(levels or [told("error.tiles_no_level")])
        sizes = {"words": repr(words), "least": f"{LEAST_SIDE_M:g}", "levels": named}
        raise StudyError(told("error.tiles_unknown", path=study.path, **sizes))
    return side_m


def _searches(
    wanted: Sequence[tuple[Service, Walker]], facilities: gpd.GeoDataFrame
) -> tuple[tuple[Search, ...], list[NDArray[np.bool_]], list[tuple[int, int]]]:
    """Return all searches, what each looks for, and the numbers of those for sure and possible facilities per pair."""
    searches: list[Search] = []
    offers: list[NDArray[np.bool_]] = []
    numbers = []
    for service, walker in wanted:
        surely, perhaps = offering(service, facilities)
        name = f"{service.id} {walker.id}"
        first = len(searches)
        searches.append(Search(name, walker))
        offers.append(surely)
        if perhaps.any():
            searches.append(Search(f"{name} perhaps", walker))
            offers.append(surely | perhaps)
        numbers.append((first, len(searches) - 1))
    return tuple(searches), offers, numbers


def _write_placed(
    ground: _Ground, joined: Joined, residents: gpd.GeoDataFrame, offers: list[NDArray[np.bool_]]
) -> None:
    """Write for each tile the residents and entrances on its streets, and its own residents on no street."""
    snapped, count = ground.snapped, len(residents)
    lonlat = residents.get_coordinates().to_numpy()
    ids = residents["resident_id"].to_numpy(dtype=object)
    here = np.zeros(joined.placed.network.edge_count + 1, dtype=bool)  # the last stands for no edge
    for tile, edges in enumerate(ground.cut.edges):
        here[edges] = True
        on_streets, own = here[snapped.edge], ground.tiling.place_tile == tile
        here[edges] = False
        rows = np.flatnonzero((on_streets | own)[:count])
        doors = np.flatnonzero(on_streets[count:])
        facility = joined.entrance_facility[doors]
        marks = {f"offers_{number}": offered[facility] for number, offered in enumerate(offers)}
        people = {"resident_id": ids[rows], "lon": lonlat[rows, 0], "lat": lonlat[rows, 1], "own": own[rows]}
        for name, places, columns in (
            ("residents", rows, people),
            ("entrances", count + doors, {"facility": facility, **marks}),
        ):
            where = {column: getattr(snapped, column)[places] for column in ("edge", "fraction", "leg_m")}
            write_columns(
                {"place": places, **where, **columns}, tile_folder(ground.folder, "placed", tile) / f"{name}.parquet"
            )


def _gathered(folder: Path, receipts: list[Receipt], names: list[str], count: int) -> list[Trips]:
    """Return the trips of all residents by search, and leave each tile's under ``access/``."""
    gathered = [Trips(np.full(count, np.inf), np.full(count, np.inf), np.full(count, NOTHING)) for _ in names]
    for tile, receipt in enumerate(receipts):
        made = tile_folder(folder, "trips", tile) / f"{receipt.key}.parquet"
        rows, trips = read_trips(made, names)
        for whole, own in zip(gathered, trips, strict=True):
            whole.minutes[rows], whole.metres[rows], whole.facility[rows] = own.minutes, own.metres, own.facility
        with written_whole(tile_folder(folder, "access", tile) / "access.parquet") as temporary:
            shutil.copyfile(made, temporary)
    return gathered
