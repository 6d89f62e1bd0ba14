"""Takes a tile's streets and places, gives its residents' trips and what it tells others: work for one worker."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lifecircle.access.table import trips_from
from lifecircle.files import written_whole
from lifecircle.network.places import insert_places
from lifecircle.network.search import nearest_of_states, walk_graph
from lifecircle.network.snap import Snapped
from lifecircle.scale.borders import (
    arrivals_at,
    changed_searches,
    connected_with_rim,
    farthest_seconds,
    joined_borders,
    least_seconds,
    on_rim,
    told,
)
from lifecircle.scale.columns import arrays_hash, read_columns, work_key, write_columns
from lifecircle.scale.streets import read_streets, tile_folder
from lifecircle.scale.trips import read_trips, write_trips

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from lifecircle.access.table import Trips
    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.walkers import Walker
    from lifecircle.scale.borders import Columns
    from lifecircle.scale.streets import TileStreets


@dataclass(frozen=True)
class Search:
    """What is looked for: the nearest of those entrances that are marked with its number.

    Attributes
    ----------
    name : str
        As in the columns of the tiles' files.
    walker : Walker
    """

    name: str
    walker: Walker


@dataclass(frozen=True)
class Receipt:
    """What a tile has done.

    Attributes
    ----------
    key : str
        Of its inputs; its trips lie in ``trips/tile=…/<key>.parquet``.
    border : str
        SHA-256 of its border, which lies in ``borders/tile=…/<border>.parquet``.
    farthest_s : list
        As :func:`lifecircle.scale.borders.farthest_seconds` has it, for each search.
    cost : dict
        What it took: ``seconds`` of the processor for so many ``nodes``, ``places`` and ``searches``.
    """

    key: str
    border: str
    farthest_s: list[list[float]]
    cost: dict[str, float]


@dataclass(frozen=True)
class SearchTask:
    """Search the streets of one tile.

    Attributes
    ----------
    folder : str
        The working folder.
    tile : int
    searches : tuple of Search
    halo_m : float
        How far it is at least from the rim to anything that the tile owns.
    imports : tuple of (int, str)
        The tiles that own its rim, each with the hash of its latest border.
    before : Receipt, optional
        What the tile found before it knew these.
    """

    folder: str
    tile: int
    searches: tuple[Search, ...]
    halo_m: float
    imports: tuple[tuple[int, str], ...] = ()
    before: Receipt | None = None


def search_tile(task: SearchTask) -> Receipt:
    """Search a tile, write its trips and its border, and return the receipt.

    A tile that searched before repeats only the searches to which the borders of others may bring something better; if
    there are none, its earlier receipt stands. Work whose receipt is there already is not done again.
    """
    start, folder = time.process_time(), Path(task.folder)
    key = _key(task)
    done = tile_folder(folder, "receipts", task.tile) / f"{key}.json"
    if done.is_file():
        return Receipt(**json.loads(done.read_text(encoding="utf-8")))
    streets = read_streets(folder, task.tile)
    border = on_rim(joined_borders([_read_border(folder, *teller) for teller in task.imports]), streets)
    chosen: Sequence[int] = range(len(task.searches))
    if task.before is not None:
        reach_s = [least_seconds(search.walker, task.halo_m) for search in task.searches]
        chosen = changed_searches(border, task.before.farthest_s, reach_s).tolist()
        if not chosen:
            return task.before
    tile = _tile(streets, tile_folder(folder, "placed", task.tile))
    found = _found(task, tile, border, chosen)
    _write_trips(task, key, tile, found)
    receipt = Receipt(
        key=key,
        border=_write_border(task, found),
        farthest_s=_farthest_s(task, found),
        cost={
            "seconds": time.process_time() - start,
            "nodes": streets.network.node_count,
            "places": len(tile.placed.node_of_place),
            "searches": len(found),
        },
    )
    with written_whole(done) as temporary:
        temporary.write_text(json.dumps(asdict(receipt)), encoding="utf-8")
    return receipt


@dataclass(frozen=True, eq=False)
class _Tile:
    """The streets of a tile, cut at R residents and P entrances."""

    streets: TileStreets
    placed: PlacedNetwork
    residents: Columns
    entrances: Columns

    @property
    def resident_node(self) -> NDArray[np.int32]:
        return self.placed.node_of_place[: len(self.residents["place"])]

    @property
    def entrance_node(self) -> NDArray[np.int32]:
        return self.placed.node_of_place[len(self.residents["place"]) :]


@dataclass(frozen=True, eq=False)
class _Found:
    """What one search gave: the trips of the tile's own residents, its border, and how far it went."""

    trips: Trips
    told: Columns
    farthest_s: list[float]


def _key(task: SearchTask) -> str:
    streets, placed = (tile_folder(Path(task.folder), room, task.tile) for room in ("streets", "placed"))
    files = [streets / "streets.parquet", streets / "nodes.parquet"]
    files += [placed / "residents.parquet", placed / "entrances.parquet"]
    searches = [(search.name, search.walker.model_dump_json()) for search in task.searches]
    return work_key(files, searches, task.halo_m, task.imports, task.before.key if task.before else "")


def _tile(streets: TileStreets, placed: Path) -> _Tile:
    residents, entrances = (read_columns(placed / f"{name}.parquet") for name in ("residents", "entrances"))
    both = {name: np.concatenate([residents[name], entrances[name]]) for name in ("edge", "fraction", "leg_m")}
    here = np.searchsorted(streets.edges, both["edge"]).astype(np.int32)
    cut_lonlat = np.full((len(here), 2), np.nan)  # searches ask for nodes, not for where they are
    snapped = Snapped(
        np.where(both["edge"] >= 0, here, -1).astype(np.int32), both["fraction"], both["leg_m"], cut_lonlat
    )
    return _Tile(streets, insert_places(streets.network, snapped), residents, entrances)


def _found(task: SearchTask, tile: _Tile, border: Columns, chosen: Iterable[int]) -> dict[int, _Found]:
    """Return what each of the chosen searches gives."""
    walkers = {task.searches[number].walker.id: task.searches[number].walker for number in chosen}
    graphs = {name: walk_graph(tile.placed, walker) for name, walker in walkers.items()}
    own = tile.residents["own"]
    resident_node, resident_leg_m = tile.resident_node[own], tile.residents["leg_m"][own]
    changeable = {name: connected_with_rim(graph, tile.streets) for name, graph in graphs.items()}
    found = {}
    for number in chosen:
        walker = task.searches[number].walker.id
        graph = graphs[walker]
        entrance = tile.entrances[f"offers_{number}"]
        states = nearest_of_states(
            graph,
            tile.entrance_node[entrance],
            tile.entrances["leg_m"][entrance],
            tile.entrances["facility"][entrance],
            arrivals_at(border, number, graph, tile.streets),
        )
        found[number] = _Found(
            trips=trips_from(states.at(graph.begin_state), graph, resident_node, resident_leg_m),
            told=told(number, states, graph, tile.streets),
            farthest_s=farthest_seconds(
                states, graph, tile.streets, task.tile, resident_node[resident_node >= 0], changeable[walker]
            ),
        )
    return found


def _farthest_s(task: SearchTask, found: dict[int, _Found]) -> list[list[float]]:
    before = task.before.farthest_s if task.before else [[np.inf] * 3] * len(task.searches)
    return [found[number].farthest_s if number in found else known for number, known in enumerate(before)]


def _write_border(task: SearchTask, found: dict[int, _Found]) -> str:
    """Write what the tile tells, with what it told before of other searches, and return the hash of the file."""
    folder = Path(task.folder)
    parts = [one.told for one in found.values()]
    if task.before is not None:
        known = _read_border(folder, task.tile, task.before.border)
        kept = ~np.isin(known["search"], list(found))
        parts = [{name: column[kept] for name, column in known.items()}, *parts]
    border = joined_borders(parts)
    name = arrays_hash(border.values())
    write_columns(border, tile_folder(folder, "borders", task.tile) / f"{name}.parquet")
    return name


def _read_border(folder: Path, tile: int, name: str) -> Columns:
    return read_columns(tile_folder(folder, "borders", tile) / f"{name}.parquet")


def _write_trips(task: SearchTask, key: str, tile: _Tile, found: dict[int, _Found]) -> None:
    """Write the trips of the tile's own residents, with those of searches that were not repeated."""
    own = tile_folder(Path(task.folder), "trips", task.tile)
    trips = {task.searches[number].name: one.trips for number, one in found.items()}
    if task.before is not None:
        others = [search.name for search in task.searches if search.name not in trips]
        trips |= dict(zip(others, read_trips(own / f"{task.before.key}.parquet", others)[1], strict=True))
    residents = {name: column[tile.residents["own"]] for name, column in tile.residents.items()}
    write_trips(residents, {search.name: trips[search.name] for search in task.searches}, own / f"{key}.parquet")
