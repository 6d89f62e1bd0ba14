"""Takes an OpenStreetMap extract (``.osm.pbf``, ``.osm``), gives its street ways and what was wrong with them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import chain, compress, islice
from typing import TYPE_CHECKING, Final

import numpy as np
import osmium
from osmium.filter import EntityFilter, KeyFilter
from osmium.osm import AREA, NODE, RELATION, WAY

from lifecircle.errors import InputError
from lifecircle.inputs.osm_reading import reading_extract
from lifecircle.inputs.ways import NODE_TAG_KEYS, TAG_KEYS, Ways, tag_table, ways_from_vertices, ways_within
from lifecircle.messages import told
from lifecircle.problems import Outcome, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.inputs.extent import Bounds

OSM_FORMATS: Final = {".osm.pbf": "pbf", ".pbf": "pbf", ".osm": "osm"}
"""Endings of the files that are read as OpenStreetMap, and libosmium's names of their formats."""

_PLACES_ON_FOOT: Final = (("railway", "platform"), ("public_transport", "platform"), ("man_made", "pier"))
"""Ways that are walked although they have no ``highway`` tag."""

_UNITS_PER_DEGREE: Final = 1e7
_LONGITUDE_LIMIT: Final = 1_800_000_000
_LATITUDE_LIMIT: Final = 900_000_000
_FAR: Final = 2 * _LONGITUDE_LIMIT


_CHUNK: Final = 20_000
"""So many ways, or tagged nodes, are read before those that lie too far away are dropped."""


@dataclass(frozen=True)
class _Drawn:
    """Ways as the file says them: W ways, R vertices.

    Positions are libosmium's whole numbers of 1e-7 degrees, and out of range where the extract lacks the node.
    """

    way_id: NDArray[np.int64]
    tags: list[dict[str, str]]
    size: NDArray[np.int64]
    node_ref: NDArray[np.int64]
    position: NDArray[np.int64]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which vertices the extract has a position for, shape (R,)."""
        return np.asarray((np.abs(self.position) <= [_LONGITUDE_LIMIT, _LATITUDE_LIMIT]).all(axis=1))

    def near(self, bounds: Bounds) -> _Drawn:
        """Return the ways that may reach into a rectangle, and those of which no position is known."""
        west, south, east, north = np.array(bounds) * _UNITS_PER_DEGREE
        known, starts = self.known[:, None], np.cumsum(self.size) - self.size
        filled = self.size > 0
        least = np.minimum.reduceat(np.where(known, self.position, _FAR), starts[filled])
        most = np.maximum.reduceat(np.where(known, self.position, -_FAR), starts[filled])
        kept = np.ones(len(self.size), dtype=np.bool_)
        kept[filled] = ((most >= [west, south]) & (least <= [east, north])).all(axis=1) | (least > most).any(axis=1)
        rows = np.repeat(kept, self.size)
        tags = list(compress(self.tags, kept))
        return _Drawn(self.way_id[kept], tags, self.size[kept], self.node_ref[rows], self.position[rows])


@dataclass(frozen=True)
class _Extract:
    """What is used of a file: its ways, and the tagged nodes on them; and how many street ways it has in all."""

    drawn: _Drawn
    tagged_ref: NDArray[np.int64]
    node_tags: list[dict[str, str]]
    count: int


def osm_format(path: Path) -> str | None:
    """Return libosmium's name of a file's format, or ``None`` when its name is not that of an extract."""
    name = path.name.lower()
    return next((kind for ending, kind in OSM_FORMATS.items() if name.endswith(ending)), None)


def read_osm_ways(path: Path, file: str, bounds: Bounds | None = None) -> tuple[Ways, list[Problem]]:
    """Read the street ways of an extract.

    Ways with ``highway``, platforms and piers are read; which of them can be walked is for the walking rules. A
    multipolygon with ``highway``, such as a square around a fountain, comes as its rings. Of a way whose nodes lie
    partly outside the extract, the parts that are known are kept, each in a row of its own.

    Parameters
    ----------
    path : Path
        An ``.osm.pbf`` or ``.osm`` file.
    file : str
        Its name in the problems.
    bounds : (4,) float, optional
        West, south, east and north of what the ways have to reach into, degrees. Of an extract of a province, nothing
        else is kept in memory while it is read, but for 16 bytes for each node.

    Raises
    ------
    InputError
        If the file is not what its ending says, is cut short, or holds no street whose nodes are known.
    """
    with reading_extract(path):
        extract = _read(path, bounds)
    if extract.count == 0:
        raise InputError(told("error.no_streets", path=path))
    if len(extract.drawn.way_id) == 0:
        raise InputError(told("error.no_street_near", path=path, count=extract.count))
    ways, problems = _usable(extract, file)
    if len(ways) == 0:
        raise InputError(told("error.no_street_nodes", path=path, count=len(extract.drawn.way_id)))
    return (ways if bounds is None else ways_within(ways, bounds)), problems


def _read(path: Path, bounds: Bounds | None) -> _Extract:
    """Read the ways, then the tags of their nodes; libosmium drops all other objects before they reach Python."""
    # The absolute path keeps libosmium from reading names such as "-" or "http://…" as anything but a file.
    source = osmium.io.File(str(path.absolute()), osm_format(path) or "pbf")
    count, parts = 0, []
    for part in chain(_chunks(source), [_squares(source)]):
        count += len(part.way_id)
        parts.append(part if bounds is None else part.near(bounds))
    drawn = _Drawn(
        way_id=np.concatenate([part.way_id for part in parts]),
        tags=[tags for part in parts for tags in part.tags],
        size=np.concatenate([part.size for part in parts]),
        node_ref=np.concatenate([part.node_ref for part in parts]),
        position=np.concatenate([part.position for part in parts]),
    )
    on_ways = np.unique(drawn.node_ref)
    refs, node_tags = [_numbers(array("q"))], []
    nodes = _tagged_nodes(source)
    while chunk := list(islice(nodes, _CHUNK)):
        ref = np.array([ref for ref, _ in chunk], dtype=np.int64)
        used = np.isin(ref, on_ways)
        refs.append(ref[used])
        node_tags += [tags for _, tags in compress(chunk, used)]
    return _Extract(drawn, np.concatenate(refs), node_tags, count)


def _chunks(source: osmium.io.File) -> Iterator[_Drawn]:
    """Yield the street ways of an extract, so many at a time; at least one chunk, which may be empty."""
    keys = KeyFilter("highway", *(key for key, _ in _PLACES_ON_FOOT))
    located = osmium.FileProcessor(source, NODE | WAY).with_locations()
    way_id, tags, size, vertices = array("q"), [], array("q"), array("q")
    for item in located.with_filter(EntityFilter(WAY)).with_filter(keys):
        if not (isinstance(item, osmium.osm.Way) and _is_walked(item.tags)):
            continue
        way_id.append(item.id)
        tags.append(_tags(item.tags, TAG_KEYS))
        size.append(len(item.nodes))
        for node in item.nodes:  # the only step in Python per node, so nothing but numbers is touched
            location = node.location
            vertices.extend((node.ref, location.x, location.y))
        if len(tags) == _CHUNK:
            yield _packed(way_id, tags, size, vertices)
            way_id, tags, size, vertices = array("q"), [], array("q"), array("q")
    yield _packed(way_id, tags, size, vertices)


def _squares(source: osmium.io.File) -> _Drawn:
    """Return the rings of street areas that are multipolygons, each with the tags and the negative id of its relation.

    Inner rings are squares as well: where two rings of one id lie over each other, neither is ground to walk on.
    """
    keys = KeyFilter("highway")
    tags: list[dict[str, str]] = []
    way_id, size, vertices = array("q"), array("q"), array("q")
    if not any(True for _ in osmium.FileProcessor(source, RELATION).with_filter(keys)):
        return _packed(way_id, tags, size, vertices)
    for area in osmium.FileProcessor(source).with_areas(keys).with_filter(EntityFilter(AREA)).with_filter(keys):
        if not isinstance(area, osmium.osm.Area) or area.from_way():
            continue
        for outer in area.outer_rings():
            for ring in (outer, *area.inner_rings(outer)):
                way_id.append(-area.orig_id())
                tags.append(_tags(area.tags, TAG_KEYS) | {"area": "yes"})
                size.append(len(ring))
                for node in ring:
                    location = node.location
                    vertices.extend((node.ref, location.x, location.y))
    return _packed(way_id, tags, size, vertices)


def _packed(way_id: array[int], tags: list[dict[str, str]], size: array[int], vertices: array[int]) -> _Drawn:
    vertex = _numbers(vertices).reshape(-1, 3)
    return _Drawn(_numbers(way_id), tags, _numbers(size), vertex[:, 0], vertex[:, 1:])


def _tagged_nodes(source: osmium.io.File) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield id and tags of every node that has a tag which is kept."""
    for item in osmium.FileProcessor(source, NODE).with_filter(KeyFilter(*NODE_TAG_KEYS)):
        if isinstance(item, osmium.osm.Node):
            yield item.id, _tags(item.tags, NODE_TAG_KEYS)


def _is_walked(tags: osmium.osm.TagList) -> bool:
    return "highway" in tags or any(tags.get(key) == value for key, value in _PLACES_ON_FOOT)


def _tags(tags: osmium.osm.TagList, keys: Iterable[str]) -> dict[str, str]:
    return {key: value for key in keys if (value := tags.get(key)) is not None}


def _numbers(values: array[int]) -> NDArray[np.int64]:
    return np.frombuffer(values, dtype=np.int64) if values else np.array([], dtype=np.int64)


def _usable(extract: _Extract, file: str) -> tuple[Ways, list[Problem]]:
    """Return the known parts of all ways, and a problem for every way that was cut, dropped or repeated."""
    drawn = extract.drawn
    count, known = len(drawn.way_id), drawn.known
    way = np.repeat(np.arange(count), drawn.size)
    first_row = np.zeros(count, dtype=bool)
    first_row[np.unique(drawn.way_id, return_index=True)[1]] = True
    first_row |= drawn.way_id < 0  # the rings of one multipolygon

    usable = known & first_row[way]
    begins = usable.copy()
    begins[1:] &= ~usable[:-1] | (way[1:] != way[:-1])
    part = np.cumsum(begins) - 1
    part_way = way[begins]
    ways, kept = ways_from_vertices(
        row=part[usable],
        node_ref=drawn.node_ref[usable],
        lonlat=drawn.position[usable] / _UNITS_PER_DEGREE,
        way_id=drawn.way_id[part_way],
        tags=tag_table(drawn.tags).iloc[part_way],
        node_tags=tag_table(extract.node_tags, NODE_TAG_KEYS, extract.tagged_ref),
    )
    used = np.isin(np.arange(count), part_way[kept])
    unknown = np.bincount(way[~known], minlength=count)
    return ways, _problems(drawn, first_row, used, unknown, file)


def _problems(
    drawn: _Drawn, first_row: NDArray[np.bool_], used: NDArray[np.bool_], unknown: NDArray[np.int64], file: str
) -> list[Problem]:
    found = []
    for index in np.flatnonzero(~used | (unknown > 0)):
        missing = told("problem.nodes_outside", count=unknown[index], all=drawn.size[index])
        outcome: Outcome = "dropped"
        if not first_row[index]:
            reason = told("problem.way_twice")
        elif used[index]:
            reason, outcome = told("problem.way_in_part", nodes=missing), "repaired"
        elif unknown[index]:
            reason = told("problem.way_unknown", nodes=missing)
        else:
            reason = told("problem.way_too_short")
        found.append(Problem(file, None, str(drawn.way_id[index]), "", reason, outcome))
    return found
