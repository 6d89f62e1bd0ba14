"""The trips of a tile's residents as GeoParquet: one point per resident, three columns per search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from lifecircle.access.table import Trips
from lifecircle.crs import WGS84
from lifecircle.files import written_whole
from lifecircle.scale.columns import read_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_MEASURES: Final = ("minutes", "metres", "facility")


def write_trips(residents: Mapping[str, NDArray[Any]], trips: Mapping[str, Trips], path: Path) -> None:
    """Write trips beside the residents who make them.

    Parameters
    ----------
    residents : mapping
        ``place`` (row of the resident), ``resident_id``, ``lon`` and ``lat`` of R residents.
    trips : mapping
        Name of each search to its trips; they become ``<name> minutes``, ``<name> metres`` and ``<name> facility``,
        the row of the facility.
    path : Path
    """
    columns = {"resident": residents["place"], "resident_id": residents["resident_id"]}
    for name, one in trips.items():
        columns |= dict(zip(_named(name), (one.minutes, one.metres, one.facility.astype(np.int32)), strict=True))
    points = shapely.points(residents["lon"], residents["lat"])
    with written_whole(path) as temporary:
        gpd.GeoDataFrame(columns, geometry=points, crs=WGS84).to_parquet(temporary, index=False, compression="zstd")


def read_trips(path: Path, names: Sequence[str]) -> tuple[NDArray[np.int64], list[Trips]]:
    """Return the rows of the residents and their trips by some searches.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    table = read_columns(path, ["resident", *(column for name in names for column in _named(name))])
    return table["resident"], [Trips(*(table[column] for column in _named(name))) for name in names]


def _named(search: str) -> list[str]:
    return [f"{search} {measure}" for measure in _MEASURES]
