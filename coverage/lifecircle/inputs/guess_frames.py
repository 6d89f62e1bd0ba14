"""Takes tables whose frame nobody declared and the streets, gives the frame in which each table lies among them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from lifecircle.crs import WGS84
from lifecircle.errors import InputError
from lifecircle.inputs.alignment import surroundings
from lifecircle.inputs.cells import cell_text, number_cells
from lifecircle.inputs.coordinates import BD09, GCJ02, read_positions
from lifecircle.inputs.extent import bounds_around
from lifecircle.inputs.formats import read_rows
from lifecircle.inputs.frame_checks import frame_fit
from lifecircle.inputs.frames import ZONE_117, ZONE_120

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.inputs.alignment import Surroundings
    from lifecircle.inputs.extent import Bounds
    from lifecircle.inputs.guess import Guess
    from lifecircle.study import Source

NEAR_M: Final = 5000.0
"""How far from the box around the streets most rows may lie and still be of the same city."""

# CGCS2000's zones of 3 degrees from 114E to 123E, those of Nanjing first, then UTM.
_PLAIN_METRES: Final = (ZONE_120, ZONE_117, "EPSG:4547", "EPSG:4550", "EPSG:32650", "EPSG:32651")
_FIRST_PREFIXED_ZONE, _FIRST_PREFIXED_CODE = 25, 4513
_ZONE_M: Final = 1e6
_HALF_CIRCLE, _RIGHT_ANGLE = 180.0, 90.0
_WITH_PLACES: Final = ("layer", "residents", "district", "street", "community")


def with_frames(found: Sequence[Guess], folder: Path, streets: NDArray[np.float64]) -> list[Guess]:
    """Return guesses whose sources name their frame where the file does not, or says it wrongly.

    Parameters
    ----------
    found : sequence of Guess
    folder : Path
        Where their files lie.
    streets : (m, 2, 2) array
        Longitude and latitude of both ends of straight segments of street, WGS 84.

    Returns
    -------
    list of Guess
        ``crs`` is set where a table has metres without a frame, where its frame puts it beside the city, and where its
        places surely fit the streets better in another one. Columns of longitude and latitude that bear each other's
        names are exchanged.
    """
    around = surroundings(streets)
    west, south = streets.min(axis=(0, 1)).tolist()
    east, north = streets.max(axis=(0, 1)).tolist()
    box = bounds_around((west, south, east, north), NEAR_M)
    known: dict[tuple[str, str | None], Source] = {}
    framed = []
    for guess in found:
        source = guess.source
        if guess.role in _WITH_PLACES and not (guess.role == "layer" and guess.why == "GTFS"):
            key = (source.file, source.layer)
            if key not in known:
                known[key] = _framed(source, folder, around, box)
            changes = {"crs": known[key].crs, "columns": known[key].columns}
            source = source.model_copy(update=changes)
        framed.append(replace(guess, source=source))
    return framed


def _framed(source: Source, folder: Path, around: Surroundings, box: Bounds) -> Source:
    rows, _ = read_rows(folder / source.file, source)
    xy = _positions(rows, source)
    columns = dict(source.columns)
    if not isinstance(rows, gpd.GeoDataFrame) and _exchanged(xy):
        columns |= {"lon": columns.get("lat", "lat"), "lat": columns.get("lon", "lon")}
        xy = xy[:, ::-1]
    said = rows.crs.to_wkt() if isinstance(rows, gpd.GeoDataFrame) and rows.crs is not None else None
    return source.model_copy(update={"columns": columns, "crs": guessed_frame(xy, said, around, box)})


def guessed_frame(xy: NDArray[np.float64], said: str | None, around: Surroundings, box: Bounds) -> str | None:
    """Return the frame that has to be declared for positions to be read rightly, or ``None`` where none has to.

    Parameters
    ----------
    xy : (n, 2) array
        As they stand in the file.
    said : str, optional
        The frame that the file says.
    around : Surroundings
        The streets.
    box : (4,) float
        Where the city may lie: west, south, east and north.
    """
    for crs in _candidates(xy, said):
        try:
            positions = read_positions(xy, crs)
        except InputError:
            continue
        lonlat = positions.lonlat
        if 2 * ((lonlat >= box[:2]) & (lonlat <= box[2:])).all(axis=1).sum() < len(lonlat):
            continue
        fit = frame_fit(lonlat, around, positions.frame)
        zones = () if _are_degrees(xy) else (ZONE_117, ZONE_120)
        if fit.verdict == "wrong" and fit.frame in {GCJ02, BD09, *zones}:
            return fit.frame
        return None if crs == said else crs
    return None


def _candidates(xy: NDArray[np.float64], said: str | None) -> Iterator[str | None]:
    yield said
    if _are_degrees(xy):
        yield WGS84
        return
    zone = int(np.median(xy.max(axis=1)) // _ZONE_M) if len(xy) else 0
    if zone >= _FIRST_PREFIXED_ZONE:
        yield f"EPSG:{_FIRST_PREFIXED_CODE + zone - _FIRST_PREFIXED_ZONE}"
    yield from _PLAIN_METRES


def _are_degrees(xy: NDArray[np.float64]) -> bool:
    return bool((np.abs(xy) <= _HALF_CIRCLE).all())


def _exchanged(xy: NDArray[np.float64]) -> bool:
    """Say whether what is called longitude can only be latitude, and the other way round."""
    first, second = np.abs(xy).T
    return bool(len(xy) and (first <= _RIGHT_ANGLE).all() and (second > _RIGHT_ANGLE).all() and _are_degrees(xy))


def _positions(rows: pd.DataFrame, source: Source) -> NDArray[np.float64]:
    """Return one position of each row that has one, as it stands in the file."""
    columns = {"lon": "lon", "lat": "lat", "x": "x", "y": "y", "geometry": "geometry"} | dict(source.columns)
    if isinstance(rows, gpd.GeoDataFrame):
        xy = shapely.get_coordinates(shapely.centroid(rows.geometry.to_numpy()))
    elif columns["geometry"] in rows:
        text = rows[columns["geometry"]].map(cell_text).astype(object).to_numpy()
        xy = shapely.get_coordinates(shapely.centroid(shapely.from_wkt(text, on_invalid="ignore")))
    else:
        pair = ("lon", "lat") if {columns["lon"], columns["lat"]} <= set(rows.columns) else ("x", "y")
        xy = np.column_stack([number_cells(rows[columns[name]]).number for name in pair])
    return xy[np.isfinite(xy).all(axis=1) & (xy != 0).any(axis=1)]
