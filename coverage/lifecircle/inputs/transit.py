"""Takes a timetable feed (GTFS, a zip), gives its stops and stations as a layer of facilities."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from lifecircle.bilingual import Bilingual
from lifecircle.crs import WGS84
from lifecircle.errors import InputError
from lifecircle.inputs.archives import check_archive, unpack
from lifecircle.inputs.cells import TEXT, text_cells
from lifecircle.inputs.facilities import read_facilities
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    import geopandas as gpd

    from lifecircle.study import Source

STOPS: Final = "stops.txt"
_COLUMNS: Final = {"facility_id": "stop_id", "name": "stop_name", "lon": "stop_lon", "lat": "stop_lat"}
# location_type: https://gtfs.org/documentation/schedule/reference/#stopstxt
_STOP, _STATION, _ENTRANCE = "0", "1", "2"


def is_feed(path: Path) -> bool:
    """Say whether a file is a zip archive that holds the stops of a timetable feed."""
    if path.suffix.lower() != ".zip":
        return False
    try:
        check_archive(path)
    except InputError:
        return False  # what reads it says what is wrong with it
    return _member(path) is not None


def read_stops(path: Path, source: Source, layer: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read the stops and stations of a feed.

    A station counts once, whatever platforms it has. It is reached at its entrances, or where the feed knows none, at
    its platforms, or at its own position.

    Parameters
    ----------
    path : Path
        A zip archive with ``stops.txt``.
    source : Source
        How to read it: conditions (``where``), further columns, and a frame other than WGS 84.
    layer : str
        The layer's id in the study.

    Returns
    -------
    facilities : GeoDataFrame
        As :func:`lifecircle.inputs.facilities.read_facilities` gives them, with ``kind`` ``stop`` or ``station``; a
        station is a point, or several points at which it is reached.
    problems : list of Problem
        Every row left out, and one note on rows that are parts of stations.

    Raises
    ------
    InputError
        If the archive or its stops cannot be used.
    """
    check_archive(path)
    member = _member(path)
    if member is None:
        raise InputError(told("error.no_stops", path=path, stops=STOPS))
    with tempfile.TemporaryDirectory(prefix="lifecircle-") as folder:
        table = Path(folder, "stops.csv")
        with zipfile.ZipFile(path) as archive:
            unpack(archive, member, table, path)
        how = source.model_copy(update={"crs": source.crs or WGS84, "columns": {**_COLUMNS, **source.columns}})
        try:
            rows, problems = read_facilities(table, how, layer)
        except InputError as error:
            said = {lang: error.text(lang).replace(str(table), f"{path}/{STOPS}") for lang in ("zh", "en")}
            raise InputError(Bilingual(**said)) from error
    places = _places(rows)
    others = len(rows) - len(places)
    note = told("problem.parts_of_stations", others=others, rows=len(rows))
    return places, [*problems, Problem(source.file, None, "", "", note, "noted")] if others else problems


def _member(path: Path) -> str | None:
    """Return the name of the archive's ``stops.txt``, at its top or inside a folder."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if PurePosixPath(name.replace("\\", "/")).name == STOPS]
    return min(names, key=len, default=None)


def _places(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the stops and stations among the rows."""
    kind = _texts(rows, "location_type").fillna(_STOP)
    station = _station_of(rows, kind == _STATION)
    part = kind.isin([_STOP, _ENTRANCE]) & station.notna()
    kept = ((kind == _STOP) & ~part) | (kind == _STATION)
    geometry = rows.geometry.copy()
    for row, parts in rows[part].groupby(station[part]):
        entrances = parts[kind[parts.index] == _ENTRANCE]
        geometry[row] = shapely.union_all((entrances if len(entrances) else parts).geometry)
    kinds = pd.Series(np.where(kind == _STATION, "station", "stop"), index=rows.index, dtype=TEXT)
    places: gpd.GeoDataFrame = rows.set_geometry(geometry).assign(kind=kinds)[kept].reset_index(drop=True)
    return places


def _station_of(rows: gpd.GeoDataFrame, is_station: pd.Series[bool]) -> pd.Series[float]:
    """Return the row of the station that each row is part of; missing where it is part of none that is there."""
    stations = pd.Series(rows.index[is_station], index=rows.loc[is_station, "facility_id"])
    return _texts(rows, "parent_station").map(stations)


def _texts(rows: gpd.GeoDataFrame, column: str) -> pd.Series[str]:
    cells = rows[column] if column in rows else pd.Series(None, index=rows.index, dtype=object)
    return text_cells(cells)[0]
