"""Every reader of files from outside, under one name each: takes the path of a file, gives nothing or raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from shapely import box

from lifecircle.errors import LifecircleError
from lifecircle.inputs.areas import read_areas
from lifecircle.inputs.facilities import read_facilities
from lifecircle.inputs.gates import mapped_gates
from lifecircle.inputs.osm_places import facility_layers, osm_basemap, osm_places
from lifecircle.inputs.rasters import residents_from_raster
from lifecircle.inputs.residents import read_residents
from lifecircle.inputs.streets import read_ways
from lifecircle.inputs.terrain import heights
from lifecircle.inputs.transit import read_stops
from lifecircle.plan import read_plan
from lifecircle.study import Source, read_study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HALVES = gpd.GeoDataFrame(
    {"area_id": ["w", "e"], "name": ["西", "东"], "level": "community"},
    geometry=[box(118.79, 31.99, 118.81, 32.02), box(118.81, 31.99, 118.84, 32.02)],
    crs="EPSG:4326",
)


def _table(path: Path) -> None:
    """Read a table as each thing that a table may be; what one refuses another may accept."""
    source = Source(file=path.name)
    readers: tuple[Callable[[], object], ...] = (
        lambda: read_facilities(path, source, "clinic"),
        lambda: read_residents(path, source),
        lambda: read_areas({"community": (path, source)}),
    )
    _all(readers)


def _extract(path: Path) -> None:
    _all(
        (
            lambda: read_ways(path, Source(file=path.name)),
            lambda: osm_places(path, facility_layers()),
            lambda: osm_basemap(path),
            lambda: mapped_gates(path),
        )
    )


def _raster(path: Path) -> None:
    _all(
        (
            lambda: residents_from_raster(path, _HALVES),
            lambda: heights(path, np.array([[118.80, 32.0], [118.82, 32.01]])),
        )
    )


def _all(readers: tuple[Callable[[], object], ...]) -> None:
    """Call all readers; when every one of them refuses the file on purpose, the last refusal is raised."""
    refused: list[LifecircleError] = []
    for reader in readers:
        try:
            reader()
        except LifecircleError as error:
            refused.append(error)
    if len(refused) == len(readers):
        raise refused[-1]


TARGETS: dict[str, Callable[[Path], object]] = {
    **dict.fromkeys(("csv", "fgb", "geojson", "gpkg", "kml", "parquet", "shp", "xlsx", "zip"), _table),
    "gtfs": lambda path: read_stops(path, Source(file=path.name), "transit"),
    "osm": _extract,
    "pbf": _extract,
    "plan": read_plan,
    "study": read_study,
    "tiff": _raster,
}
