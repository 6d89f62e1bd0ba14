"""Facilities from an OpenStreetMap extract: the layers of ``configs/layers.yaml`` as points and polygons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from pydantic import BaseModel, ConfigDict, RootModel

from lifecircle.bilingual import Bilingual
from lifecircle.configs import configs_dir
from lifecircle.crs import WGS84
from lifecircle.errors import InputError, StudyError
from lifecircle.inputs.contracts import FACILITIES, fulfilled
from lifecircle.inputs.facilities import in_layer, points_and_polygons
from lifecircle.inputs.formats import nearest
from lifecircle.inputs.osm_reading import reading_extract
from lifecircle.inputs.positions import whole
from lifecircle.messages import told
from lifecircle.problems import Problem
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.inputs.extent import Bounds

Tags = dict[str, list[str]]
_Found = dict[str, tuple[dict[str, str], str | None]]
"""Tags and shape (hexadecimal WKB) of elements by their id."""

# Tags that say something of a facility, and the columns they fill; the first that is there counts.
_COLUMNS: Final = {
    "name": ("name:zh", "name", "official_name", "operator"),
    "capacity": ("capacity",),
    "beds": ("beds", "capacity:beds"),
    "opened": ("start_date",),
}
_SHAPES: Final = osmium.geom.WKBFactory()
_LINE: Final = int(shapely.GeometryType.LINESTRING)
_MULTIPOLYGON: Final = int(shapely.GeometryType.MULTIPOLYGON)
_RING_COORDINATES: Final = 4
_AREAL: Final = 2
_CHUNK: Final = 20_000
"""So many elements are read before those that lie too far away are dropped."""


class OsmLayer(BaseModel):
    """A facility layer.

    Attributes
    ----------
    name, description : Bilingual
    tags : list of dict
        Alternatives; all tags of one must hold. The first key of an alternative names the facility's kind. Empty for a
        layer that comes from files only.
    unless : dict
        Tags of which none may hold.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Bilingual
    description: Bilingual
    tags: list[Tags]
    unless: Tags = {}


class _Layers(RootModel[dict[str, OsmLayer]]):
    pass


@lru_cache(maxsize=1)
def facility_layers() -> dict[str, OsmLayer]:
    """Return the layers that come with lifecircle."""
    return read_model(configs_dir() / "layers.yaml", _Layers, StudyError)[0].root


def osm_places(
    path: Path, layers: Iterable[str], bounds: Bounds | None = None
) -> tuple[dict[str, gpd.GeoDataFrame], list[Problem]]:
    """Read facilities from an OpenStreetMap extract, in one go for all layers.

    Parameters
    ----------
    path : Path
        An ``.osm.pbf`` or ``.osm`` file.
    layers : iterable of str
        Layers of ``configs/layers.yaml``. An element may belong to several.
    bounds : (4,) float, optional
        West, south, east and north of what places have to reach into, degrees. Of an extract of a province, no other
        place is kept in memory while it is read.

    Returns
    -------
    places : dict of GeoDataFrame
        For each layer the columns of :func:`lifecircle.inputs.facilities.read_facilities`; ``facility_id`` is such as
        ``node/12``, ``way/7`` or ``relation/3``, ``row`` is missing. Nodes are points; closed ways and multipolygons
        are polygons; of an open way a point on it is taken. A layer that the map does not have is an empty table.
    problems : list of Problem
        Elements whose geometry cannot be built (extracts cut ways at their edge), cells that are no numbers, layers
        without a place, and how many places lie beyond the bounds.

    Raises
    ------
    InputError
        If a layer is not known, or the file cannot be read.
    """
    wanted = list(layers)
    known = facility_layers()
    for layer in wanted:
        if layer not in known or not known[layer].tags:
            mapped = [name for name in known if known[name].tags]
            hint = nearest(layer, mapped)
            raise InputError(told("error.no_tags", layer=layer, hint=hint))
    elements, problems, far = _elements(path, {layer: known[layer] for layer in wanted}, bounds)
    places = {}
    for layer in wanted:
        table = _table(elements, known[layer])
        if far[layer]:
            reason = told("problem.places_far", far=far[layer], all=far[layer] + len(table), layer=layer)
            problems.append(Problem(path.name, None, "", "geometry", reason, "noted"))
        if table.empty and not far[layer]:
            note = told("problem.nothing_mapped", layer=layer)
            problems.append(Problem(path.name, None, "", "", note, "noted"))
        elif len(table):
            table, faults = fulfilled(table, FACILITIES, path.name)
            table, moved = points_and_polygons(table, path.name)
            problems += faults + moved
        places[layer] = in_layer(table, layer)
    return places, problems


def osm_basemap(path: Path, bounds: Bounds | None = None) -> dict[str, gpd.GeoDataFrame]:
    """Read what a map draws beneath the areas: ``water``, ``green`` and main ``streets``, by ``configs/basemap.yaml``.

    Parameters
    ----------
    path : Path
        An ``.osm.pbf`` or ``.osm`` file.
    bounds : (4,) float, optional
        As for :func:`osm_places`.

    Returns
    -------
    dict of GeoDataFrame
        Lines and polygons, WGS 84. What cannot be drawn is left out: nothing is counted from it.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    layers = read_model(configs_dir() / "basemap.yaml", _Layers, StudyError)[0].root
    elements, _, _ = _elements(path, layers, bounds)
    tables = {name: _table(elements, layer) for name, layer in layers.items()}
    return {name: table[table.geom_type != "Point"].reset_index(drop=True) for name, table in tables.items()}


def osm_barriers(path: Path, bounds: Bounds | None = None) -> NDArray[Any]:
    """Read what nobody walks through where no street leads: waters, walls and railways, by ``configs/barriers.yaml``.

    Parameters
    ----------
    path : Path
        An ``.osm.pbf`` or ``.osm`` file.
    bounds : (4,) float, optional
        As for :func:`osm_places`.

    Returns
    -------
    array of geometries
        WGS 84. Waters are lines and polygons; of a wall around something only the line counts, not what it encloses.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    layers = read_model(configs_dir() / "barriers.yaml", _Layers, StudyError)[0].root
    elements, _, _ = _elements(path, layers, bounds)
    water, walls = (_table(elements, layers[name]).geometry.to_numpy() for name in ("water", "walls"))
    outlines = np.where(shapely.get_dimensions(walls) == _AREAL, shapely.boundary(walls), walls)
    solid = np.concatenate([water, outlines])
    return np.asarray(solid[shapely.get_dimensions(solid) > 0])


@dataclass(frozen=True)
class _Elements:
    """Elements that belong to some layer: ids as in the addresses of the map's website, tags, and geometry."""

    ids: list[str]
    tags: list[dict[str, str]]
    geometry: NDArray[Any]


def _elements(
    path: Path, layers: Mapping[str, OsmLayer], bounds: Bounds | None
) -> tuple[_Elements, list[Problem], Counter[str]]:
    """Return the elements of any of the layers that have a geometry and reach into the bounds.

    Besides, those that have none or needed repair, and how many of each layer lie beyond.
    """
    found, far = _found(path, layers, bounds)
    ids, tags = list(found), [own_tags for own_tags, _ in found.values()]
    geometry, repaired = whole(_closed(_shapes(found)))
    if bounds is not None:
        near = shapely.is_missing(geometry) | shapely.intersects(geometry, shapely.box(*bounds))
        far += Counter(layer for own_tags in compress(tags, ~near) for layer in _layers_of(own_tags, layers))
        ids, tags = list(compress(ids, near)), list(compress(tags, near))
        geometry, repaired = geometry[near], repaired[near]
    lost = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    reason = told("problem.no_shape")
    problems = [Problem(path.name, None, each, "geometry", reason, "dropped") for each in compress(ids, lost)]
    reason = told("problem.crosses_itself")
    problems += [
        Problem(path.name, None, each, "geometry", reason, "repaired") for each in compress(ids, repaired & ~lost)
    ]
    return _Elements(list(compress(ids, ~lost)), list(compress(tags, ~lost)), geometry[~lost]), problems, far


def _found(path: Path, layers: Mapping[str, OsmLayer], bounds: Bounds | None) -> tuple[_Found, Counter[str]]:
    """Return the elements of any of the layers, in the order of the file, and how many of each layer were too far."""
    alternatives = [alternative for layer in layers.values() for alternative in layer.tags]
    marks = sorted({mark for alternative in alternatives for mark in _first_tags(alternative)})
    found: _Found = {}
    far: dict[str, list[str]] = {}
    kept = 0
    with reading_extract(path):
        filtered = osmium.filter.TagFilter(*marks)
        for item in osmium.FileProcessor(path).with_areas(filtered).with_filter(filtered):
            tags = dict(item.tags)
            if _layers_of(tags, layers):
                element_id, shape = _element_id(item), _shape(item)
                again = element_id in found  # an area comes after its way and replaces it
                if element_id not in far and (shape is not None or not again):
                    found[element_id] = (tags, shape)
            if bounds is not None and len(found) - kept >= _CHUNK:
                found = _without_far(found, far, layers, bounds)
                kept = len(found)
    return found, Counter(layer for names in far.values() for layer in names)


def _without_far(found: _Found, far: dict[str, list[str]], layers: Mapping[str, OsmLayer], bounds: Bounds) -> _Found:
    """Return the elements whose box reaches into the bounds, or that have no shape; note the layers of the others."""
    west, south, east, north = bounds
    boxes = shapely.bounds(_shapes(found))
    beyond = (boxes[:, 0] > east) | (boxes[:, 1] > north) | (boxes[:, 2] < west) | (boxes[:, 3] < south)
    far |= {each: _layers_of(tags, layers) for each, (tags, _) in compress(found.items(), beyond)}
    return dict(compress(found.items(), ~beyond))


def _shapes(found: _Found) -> NDArray[Any]:
    return np.asarray(shapely.from_wkb(np.array([shape for _, shape in found.values()], dtype=object)), dtype=object)


def _layers_of(tags: Mapping[str, str], layers: Mapping[str, OsmLayer]) -> list[str]:
    return [name for name, layer in layers.items() if _kind(tags, layer)]


def _first_tags(tags: Tags) -> list[tuple[str, str]]:
    """Return the pairs of key and value by which the extract is searched; further tags are checked afterwards."""
    key, values = next(iter(tags.items()))
    return [(key, value) for value in values]


def _kind(tags: Mapping[str, str], layer: OsmLayer) -> str | None:
    """Return the kind of facility that an element is within a layer, or ``None`` where it does not belong."""
    if any(_holds(tags, key, values) for key, values in layer.unless.items()):
        return None
    for alternative in layer.tags:
        if all(_holds(tags, key, values) for key, values in alternative.items()):
            return tags[next(iter(alternative))]
    return None


def _holds(tags: Mapping[str, str], key: str, values: Collection[str]) -> bool:
    return any(value.strip() in values for value in tags.get(key, "").split(";"))


def _element_id(item: Any) -> str:
    if item.is_area():
        return f"{'way' if item.from_way() else 'relation'}/{item.orig_id()}"
    return f"{'node' if item.is_node() else 'way' if item.is_way() else 'relation'}/{item.id}"


def _shape(item: Any) -> str | None:
    """Return an element's shape as hexadecimal WKB; relations get theirs when they come again as an area."""
    try:
        if item.is_node():
            return str(_SHAPES.create_point(item))
        if item.is_way():
            return str(_SHAPES.create_linestring(item))
        return str(_SHAPES.create_multipolygon(item)) if item.is_area() else None
    except (RuntimeError, osmium.InvalidLocationError):
        return None


def _closed(shapes: NDArray[Any]) -> NDArray[Any]:
    """Return shapes with polygons in place of closed lines, and of multipolygons that have one part.

    The area assembler leaves out closed ways that cross themselves.
    """
    closed = shapes.copy()
    kind = shapely.get_type_id(shapes)
    rings = (kind == _LINE) & shapely.is_closed(shapes) & (shapely.get_num_coordinates(shapes) >= _RING_COORDINATES)
    closed[rings] = [shapely.Polygon(line.coords) for line in shapes[rings]]
    single = (kind == _MULTIPOLYGON) & (shapely.get_num_geometries(shapes) == 1)
    closed[single] = shapely.get_geometry(shapes[single], 0)
    return closed


def _table(elements: _Elements, layer: OsmLayer) -> gpd.GeoDataFrame:
    """Return the elements of one layer with the columns of facilities."""
    kinds = [_kind(tags, layer) for tags in elements.tags]
    mine = np.array([kind is not None for kind in kinds], dtype=bool)
    tags = list(compress(elements.tags, mine))
    columns: dict[str, list[Any]] = {"row": [None] * len(tags), "facility_id": list(compress(elements.ids, mine))}
    columns["kind"] = list(filter(None, kinds))
    for column, keys in _COLUMNS.items():
        columns[column] = [next((own[key] for key in keys if key in own), None) for own in tags]
    return gpd.GeoDataFrame(pd.DataFrame(columns, dtype=object), geometry=elements.geometry[mine], crs=WGS84)
