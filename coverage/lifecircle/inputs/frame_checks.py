"""Takes the layers of a study and the streets; says which layers lie as in a wrong frame, and refuses these.

A layer in an undeclared GCJ-02 lies some 500 m off in Nanjing: every walking time to it would be wrong, and plausible.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow.parquet as pq
import pyogrio
from pyproj import CRS

from lifecircle.crs import WGS84
from lifecircle.errors import InputError
from lifecircle.inputs.alignment import surroundings
from lifecircle.inputs.archives import unpacked_shapefile
from lifecircle.inputs.coordinates import frame_name
from lifecircle.inputs.files import RESIDENTS, SECOND_RESIDENTS
from lifecircle.inputs.frames import FrameFit, detect_frame
from lifecircle.inputs.people import homes_source
from lifecircle.inputs.positions import point_of
from lifecircle.inputs.transit import is_feed
from lifecircle.messages import lines, told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.inputs.alignment import Surroundings
    from lifecircle.inputs.collect import Collected
    from lifecircle.study import Source, Study

SOME: Final = 120
"""So many places are enough for most layers; the time that a look takes grows with them."""

_CELLS: Final = (".csv", ".xlsx")
_PARQUET: Final = (".parquet", ".geoparquet")


@dataclass(frozen=True)
class LayerFit:
    """How one input fits the streets.

    Attributes
    ----------
    layer : str
        Layer of facilities, ``residents`` or ``second_residents``.
    file : str
    trusted : bool
        The study says ``trust_crs: true``.
    fit : FrameFit
    """

    layer: str
    file: str
    trusted: bool
    fit: FrameFit

    @property
    def refused(self) -> bool:
        """The frame is surely wrong, and the study does not insist on it."""
        return self.fit.verdict == "wrong" and not self.trusted


def frame_fits(study: Study, inputs: Collected, streets: NDArray[np.float64]) -> tuple[LayerFit, ...]:
    """Hold residents and every layer that has a file of its own against the streets.

    Parameters
    ----------
    study : Study
    inputs : Collected
    streets : (m, 2, 2) array
        Longitude and latitude of both ends of straight segments of street, WGS 84.
    """
    around = surroundings(streets)
    fits = []
    for layer, path, source, places in _tables(study, inputs):
        lonlat = point_of(places).get_coordinates().to_numpy()
        fit = frame_fit(lonlat, around, declared_frame(path, source))
        fits.append(LayerFit(layer, source.file, source.trust_crs, fit))
    return tuple(fits)


def frame_fit(lonlat: NDArray[np.float64], around: Surroundings, declared: str) -> FrameFit:
    """Return how positions fit the streets: by some of them where these are enough, else by as many as are looked at.

    Parameters
    ----------
    lonlat : (n, 2) array
        WGS 84, as read from the declared frame.
    around : Surroundings
        The streets.
    declared : str
    """
    some = lonlat[np.linspace(0, len(lonlat) - 1, min(len(lonlat), SOME)).astype(np.intp)]
    fit = detect_frame(some, around, declared)
    return fit if fit.verdict != "undecided" or len(some) == len(lonlat) else detect_frame(lonlat, around, declared)


def segments_of(lonlat: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the straight segments of lines, (m, 2, 2), of which line ``i`` has the vertices ``offsets[i:i + 2]``."""
    pairs = np.stack([lonlat[:-1], lonlat[1:]], axis=1)
    within_a_line = np.ones(len(pairs), dtype=bool)
    within_a_line[offsets[1:-1] - 1] = False
    return pairs[within_a_line]


def fit_problems(fits: Sequence[LayerFit]) -> list[Problem]:
    """Return a note for every input whose frame is surely wrong."""
    return [
        Problem(each.file, None, "", "geometry", each.fit.message, "noted")
        for each in fits
        if each.fit.verdict == "wrong"
    ]


def require_fitting(fits: Sequence[LayerFit]) -> None:
    """Refuse to go on where the frame of an input is surely wrong and not trusted.

    Raises
    ------
    InputError
        With every such input, its shift, and the remedy.
    """
    refused = [
        told("error.frame_refused", file=each.file, layer=each.layer, fault=each.fit.message)
        for each in fits
        if each.refused
    ]
    if refused:
        raise InputError(told("error.frames_refused", faults=lines(refused)))


def declared_frame(path: Path, source: Source) -> str:
    """Return the frame in which a file is read: what the study says, else the file itself, else WGS 84."""
    if source.crs is not None:
        return frame_name(source.crs)
    said = None if path.suffix.lower() in _CELLS or is_feed(path) else _frame_in_file(path, source)
    if said is None:
        return WGS84
    crs = CRS.from_user_input(said)
    code = crs.to_epsg()
    return crs.name if code is None else f"EPSG:{code}"


def _frame_in_file(path: Path, source: Source) -> dict[str, Any] | str | None:
    suffix = path.suffix.lower()
    if suffix in _PARQUET:
        geo = (pq.read_schema(path).metadata or {}).get(b"geo")
        return None if geo is None else _frame_in_geo(json.loads(geo))
    if suffix == ".zip":
        with unpacked_shapefile(path) as shapefile:
            return pyogrio.read_info(shapefile)["crs"]
    return pyogrio.read_info(path, layer=source.layer)["crs"]


def _frame_in_geo(geo: dict[str, Any]) -> dict[str, Any] | str | None:
    """Return the frame of a GeoParquet file's geometry; where none is named it is WGS 84, as the format has it."""
    return geo["columns"][geo["primary_column"]].get("crs", "OGC:CRS84")


def _tables(study: Study, inputs: Collected) -> Iterator[tuple[str, Path, Source, gpd.GeoSeries]]:
    peoples = ((RESIDENTS, study.residents, inputs.residents),
               (SECOND_RESIDENTS, study.second_residents, inputs.second_residents))  # fmt: skip
    for name, people, residents in peoples:
        homes = None if people is None else homes_source(people, name)
        if homes is not None and residents is not None:
            file, source = homes
            yield name, inputs.files[file], source, residents.geometry
    for layer, layer_source in study.layers.items():
        if layer_source.file is not None:
            own = inputs.facilities["layer"] == layer
            yield layer, inputs.files[f"layers.{layer}"], layer_source.source(), inputs.facilities.geometry[own]
