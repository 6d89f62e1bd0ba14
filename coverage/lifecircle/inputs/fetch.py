"""Takes a study's outline, gives the streets and places of OpenStreetMap inside it as a file, with where it comes from.

The question is put to an Overpass server; see :mod:`lifecircle.inputs.overpass`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import osmium
import shapely
from pydantic import RootModel

from lifecircle.configs import configs_dir
from lifecircle.crs import metric_crs, to_lonlat, to_metric
from lifecircle.errors import InputError, StudyError
from lifecircle.files import content_hash, written_whole
from lifecircle.inputs.areas import read_areas
from lifecircle.inputs.files import RESIDENTS, people_files
from lifecircle.inputs.osm_places import OsmLayer, facility_layers
from lifecircle.inputs.osm_streets import osm_format, read_osm_ways
from lifecircle.inputs.overpass import download, require_whole
from lifecircle.inputs.people import read_people
from lifecircle.messages import told
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from lifecircle.inputs.overpass import Patience
    from lifecircle.study import Study

ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright)"

QUERY_SECONDS: Final = 900
"""How long the server may compute: a city takes a minute or two."""

SIMPLIFIED_M: Final = 500.0
"""An outline of few corners is searched faster; it is drawn wider by as much as it may lose."""

SIDE_SUFFIX: Final = ".source.json"

_STREETS: Final = ('way["highway"]', 'way["railway"="platform"]', 'way["public_transport"="platform"]',
                   'way["man_made"="pier"]', 'node["entrance"]', 'node["barrier"]')  # fmt: skip


class _Basemap(RootModel[dict[str, OsmLayer]]):
    pass


@dataclass(frozen=True)
class Fetched:
    """What was fetched.

    Attributes
    ----------
    path : Path
        The extract.
    side : Path
        Where it comes from, beside it.
    streets : int
    map_time : str
        Up to when the map's changes are in it, as the server says it.
    """

    path: Path
    side: Path
    streets: int
    map_time: str


def study_outline(study: Study) -> shapely.Geometry:
    """Return where a study's areas lie, or its people where it has no areas; WGS 84.

    Raises
    ------
    LifecircleError
        If neither can be read.
    """
    sources = {level: (study.file(source.file), source) for level, source in study.areas.sources().items()}
    if sources:
        areas, _ = read_areas(sources)
        return areas.geometry.iloc[0]
    files = {name: study.file(file) for name, file in people_files(study.residents, RESIDENTS).items()}
    residents, _ = read_people(study.residents, "residents", files, None)
    return shapely.convex_hull(shapely.union_all(residents.geometry.to_numpy()))


def place_outline(name: str, server: str, folder: Path, patience: Patience) -> shapely.Geometry:
    """Return the outline of an administrative area that the map knows by a name or by the number of its relation.

    Parameters
    ----------
    name : str
        In the local language, Chinese or English; or a number.
    server : str
    folder : Path
        For the answer while it is read.
    patience : Patience

    Raises
    ------
    InputError
        If there is no such area, or several; they are listed with their numbers.
    """
    answer = folder / "place.json"
    download(server, place_query(name), answer, patience)
    try:
        found = json.loads(answer.read_bytes())["elements"]
        relations = [each for each in found if each["type"] == "relation"]
    except (ValueError, KeyError, TypeError) as fault:
        raise InputError(told("error.server_other", server=server)) from fault
    if not relations:
        raise InputError(told("error.place_unknown", name=name))
    if len(relations) > 1:
        areas = "; ".join(_described(relation) for relation in relations[:8])
        raise InputError(told("error.place_several", name=name, count=len(relations), areas=areas))
    outline = shapely.build_area(shapely.GeometryCollection(list(_rings(relations[0]))))
    if outline.is_empty:
        raise InputError(told("error.place_open", name=name))
    return outline


def place_query(name: str) -> str:
    """Return the question for the outline of an administrative area."""
    if name.isdigit():
        wanted = f"relation({name});"
    else:
        keys = ("name", "name:zh", "name:en")
        wanted = "".join(f'relation["boundary"="administrative"]["{key}"={_quoted(name)}];' for key in keys)
    return f"[out:json][timeout:120];({wanted});out geom;"


def around(outline: shapely.Geometry, beyond_m: float) -> shapely.Geometry:
    """Return an outline of few corners that holds everything within a distance of another one; WGS 84, no holes.

    Parameters
    ----------
    outline : Geometry
        WGS 84.
    beyond_m : float
        Metres.
    """
    crs = metric_crs(shapely.get_coordinates(outline))
    metric = shapely.transform(outline, partial(to_metric, crs=crs))
    wide = shapely.simplify(shapely.buffer(metric, beyond_m + SIMPLIFIED_M), SIMPLIFIED_M)
    filled = shapely.union_all([shapely.Polygon(ring) for ring in shapely.get_exterior_ring(shapely.get_parts(wide))])
    return shapely.transform(filled, partial(to_lonlat, crs=crs))


def streets_query(outline: shapely.Geometry, layers: Iterable[str]) -> str:
    """Return the question for streets, gates, the background of maps, and the places of some layers.

    Parameters
    ----------
    outline : Geometry
        Polygons, WGS 84.
    layers : iterable of str
        Of ``configs/layers.yaml``.
    """
    known = facility_layers()
    basemap = read_model(configs_dir() / "basemap.yaml", _Basemap, StudyError)[0].root
    described = [*basemap.values(), *(known[layer] for layer in layers if layer in known)]
    wanted = dict.fromkeys([*_STREETS, *(words for layer in described for words in _filters(layer))])
    rings = [_polygon(shapely.get_coordinates(shapely.get_exterior_ring(part))) for part in shapely.get_parts(outline)]
    lines = "\n".join(f"{words}{ring};" for ring in rings for words in wanted)
    return f"[out:xml][timeout:{QUERY_SECONDS}][maxsize:2000000000];\n(\n{lines}\n);\n(._;>;);\nout body;\n"


def fetch(target: Path, query: str, server: str, patience: Patience, facts: dict[str, Any]) -> Fetched:
    """Ask for an extract and put it in place once it is known to be whole and to hold streets.

    Parameters
    ----------
    target : Path
        ``.osm.pbf`` or ``.osm``.
    query, server, patience
        As for :func:`lifecircle.inputs.overpass.download`.
    facts : dict
        What else the file beside it is to say.

    Raises
    ------
    InputError
        If there is no answer, or it is not what was asked for.
    ReportError
        If the file cannot be written.
    """
    if osm_format(target) is None:
        raise InputError(told("error.streets_no_extract", path=target))
    side = target.with_name(target.name + SIDE_SUFFIX)
    answer = target.with_name(f".unfinished-{target.name}.osm")
    with written_whole(target) as whole:
        try:
            download(server, query, answer, patience)
            map_time = require_whole(answer)
            ways, _ = read_osm_ways(answer, target.name)
            if osm_format(target) == "pbf":
                _packed(answer, whole)
            else:
                answer.replace(whole)
        finally:
            answer.unlink(missing_ok=True)
        source = {
            "source": "OpenStreetMap",
            "attribution": ATTRIBUTION,
            "fetched": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "map_time": map_time,
            "server": server,
            "sha256": content_hash(whole),
            **facts,
            "query": query,
        }
    with written_whole(side) as temporary:
        temporary.write_text(json.dumps(source, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Fetched(target, side, len(ways), map_time)


def _packed(answer: Path, path: Path) -> None:
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for item in osmium.FileProcessor(str(answer.absolute())):
            writer.add(item)


def _described(relation: dict[str, Any]) -> str:
    tags = relation.get("tags", {})
    return f"{relation['id']}: {tags.get('name')}, admin_level {tags.get('admin_level')}"


def _rings(relation: dict[str, Any]) -> Iterator[shapely.Geometry]:
    for member in relation.get("members", ()):
        places = [(place["lon"], place["lat"]) for place in member.get("geometry") or () if place]
        if member.get("role") in {"outer", "inner", ""} and len(places) > 1:
            yield shapely.LineString(places)


def _filters(layer: OsmLayer) -> Iterator[str]:
    """Yield what finds the elements of a layer: of each alternative all tags, whose values may stand in a list."""
    for alternative in layer.tags:
        yield "nwr" + "".join(
            f'["{key}"~"(^|;) *({"|".join(map(re.escape, values))}) *(;|$)"]' for key, values in alternative.items()
        )


def _polygon(ring: NDArray[np.float64]) -> str:
    return f'(poly:"{" ".join(f"{lat:.5f} {lon:.5f}" for lon, lat in ring[:-1])}")'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
