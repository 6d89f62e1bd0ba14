"""Every reader of files from outside, under one name each: takes the path of a file, gives nothing or raises."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import osmnx as ox
from shapely import box

from fuzz.corpus import town
from lifecircle.errors import InputError, LifecircleError
from lifecircle.files import content_hash
from lifecircle.inputs.areas import read_areas
from lifecircle.inputs.census import read_totals
from lifecircle.inputs.facilities import read_facilities
from lifecircle.inputs.gates import mapped_gates
from lifecircle.inputs.guess import guesses
from lifecircle.inputs.osm_places import facility_layers, osm_basemap, osm_places
from lifecircle.inputs.rasters import residents_from_raster
from lifecircle.inputs.residents import read_residents
from lifecircle.inputs.statistics import read_statistics
from lifecircle.inputs.streets import read_ways, ways_from_graph
from lifecircle.inputs.terrain import heights
from lifecircle.inputs.transit import read_stops
from lifecircle.monitoring.compare import comparison
from lifecircle.monitoring.course import course
from lifecircle.monitoring.history import history
from lifecircle.monitoring.runs import read_runs
from lifecircle.network.rules import read_walking_rules
from lifecircle.network.store import load_network
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import read_plan
from lifecircle.repeat import repeated
from lifecircle.report.finished import earlier_gaps
from lifecircle.report.manifest import MANIFEST
from lifecircle.scale.batch import read_batch
from lifecircle.scenarios.changes import read_changes
from lifecircle.siting.candidates import Lacking, read_candidates
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


def _figures(path: Path) -> None:
    source = Source(file=path.name)
    _all(
        (
            lambda: read_statistics(path, source, _HALVES),
            lambda: read_totals(path, source, _HALVES, "community"),
        )
    )


def _graph(path: Path) -> None:
    """Read a graph that OSMnx saved; what OSMnx itself does not read never comes to us."""
    try:
        graph = ox.load_graphml(path)
    except Exception as error:
        raise InputError(f"{path}: no graph ({error})") from error
    ways_from_graph(graph)


def _sites(path: Path) -> None:
    ground = town()
    residents = ground.inputs.residents
    lacking = Lacking(residents.get_coordinates().to_numpy(), residents["population"].to_numpy(float), reach_m=1000.0)
    read_candidates(path, ground.inputs, ground.network, lacking, snap_limit_m=300.0)


def _sign(manifest: Path, folder: Path) -> None:
    """Let a manifest vouch for the files that lie beside it, so that they are read in spite of their other bytes."""
    with suppress(ValueError, TypeError, RecursionError):
        content = json.loads(manifest.read_text(encoding="utf-8"))
        outputs = {file.name: content_hash(file) for file in folder.iterdir() if file != manifest}
        manifest.write_text(json.dumps(content | {"outputs": outputs}), encoding="utf-8")


def _run(path: Path) -> None:
    """Read a run folder as everything does that reads one."""
    folder = path.parent
    _sign(folder / MANIFEST, folder)

    def compared() -> None:
        runs = read_runs((folder, folder))
        comparison(*runs)
        course(runs)
        history(runs)

    _all((compared, lambda: earlier_gaps(folder), lambda: repeated(folder)))


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
    "batch": read_batch,
    "cache": load_network,
    "changes": read_changes,
    "figures": _figures,
    "graph": _graph,
    "init": lambda path: guesses(path.parent),
    "lines": lambda path: read_ways(path, Source(file=path.name)),
    "osm": _extract,
    "pbf": _extract,
    "plan": read_plan,
    "run": _run,
    "settings": lambda path: _all((lambda: read_walkers(path), lambda: read_walking_rules(path))),
    "sites": _sites,
    "study": read_study,
    "tiff": _raster,
}
SLOW = frozenset({"batch", "csv", "lines", "run", "settings", "shp", "sites"})
"""These take 5 to 60 ms for an input, the others 1 to 5 ms."""
