"""Takes a tile's streets and places, gives where each place joins a street: a piece of work for one worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lifecircle.network.snap import Snapped, snap_to_edges
from lifecircle.scale.columns import read_columns, work_key, write_columns
from lifecircle.scale.streets import read_streets, tile_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lifecircle.scale.tiling import Tiling


@dataclass(frozen=True)
class JoinTask:
    """Join the places of one tile to its streets.

    Attributes
    ----------
    folder : str
        The working folder.
    tile : int
    limit_m : float
        The longest access leg.
    """

    folder: str
    tile: int
    limit_m: float


def write_places(lonlat: NDArray[np.float64], tiling: Tiling, folder: Path) -> None:
    """Write the places that each tile owns, (n, 2) positions in WGS 84, as ``places/tile=…/places.parquet``."""
    order = np.argsort(tiling.place_tile, kind="stable")
    begins = np.searchsorted(tiling.place_tile[order], np.arange(len(tiling) + 1))
    for tile in range(len(tiling)):
        own = order[begins[tile] : begins[tile + 1]]
        columns = {"place": own.astype(np.int64), "lon": lonlat[own, 0], "lat": lonlat[own, 1]}
        write_columns(columns, tile_folder(folder, "places", tile) / "places.parquet")


def join_tile(task: JoinTask) -> str:
    """Snap the places of a tile and return the file that says where; a file that is there already is not made again."""
    folder = Path(task.folder)
    places = tile_folder(folder, "places", task.tile) / "places.parquet"
    streets = tile_folder(folder, "streets", task.tile)
    key = work_key([streets / "streets.parquet", streets / "nodes.parquet", places], "join", task.limit_m)
    made = tile_folder(folder, "joined", task.tile) / f"{key}.parquet"
    if not made.is_file():
        place, part = read_columns(places), read_streets(folder, task.tile)
        snapped = snap_to_edges(part.network, np.column_stack([place["lon"], place["lat"]]), task.limit_m)
        columns = {
            "place": place["place"],
            "edge": np.where(snapped.edge >= 0, np.append(part.edges, -1)[snapped.edge], -1).astype(np.int32),
            "fraction": snapped.fraction,
            "leg_m": snapped.leg_m,
            "cut_lon": snapped.cut_lonlat[:, 0],
            "cut_lat": snapped.cut_lonlat[:, 1],
        }
        write_columns(columns, made)
    return str(made)


def read_joined(count: int, files: Iterable[str]) -> Snapped:
    """Return where ``count`` places join the streets of the whole network, from the files of all tiles."""
    snapped = Snapped(
        np.full(count, -1, dtype=np.int32), np.full(count, np.nan), np.full(count, np.nan), np.full((count, 2), np.nan)
    )
    for file in files:
        own = read_columns(Path(file))
        place = own["place"]
        snapped.edge[place], snapped.fraction[place], snapped.leg_m[place] = own["edge"], own["fraction"], own["leg_m"]
        snapped.cut_lonlat[place] = np.column_stack([own["cut_lon"], own["cut_lat"]])
    return snapped
