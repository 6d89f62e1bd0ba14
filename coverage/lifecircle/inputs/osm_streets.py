"""Takes an OpenStreetMap extract (``.osm.pbf``, ``.osm``), gives its street ways and what was wrong with them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE, WAY

from lifecircle.errors import InputError
from lifecircle.inputs.osm_reading import reading_extract
from lifecircle.inputs.ways import NODE_TAG_KEYS, TAG_KEYS, Ways, tag_table, ways_from_vertices
from lifecircle.problems import Outcome, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

OSM_FORMATS: Final = {".osm.pbf": "pbf", ".pbf": "pbf", ".osm": "osm"}
"""Endings of the files that are read as OpenStreetMap, and libosmium's names of their formats."""

_PLACES_ON_FOOT: Final = (("railway", "platform"), ("public_transport", "platform"), ("man_made", "pier"))
"""Ways that are walked although they have no ``highway`` tag."""

_UNITS_PER_DEGREE: Final = 1e7
_LONGITUDE_LIMIT: Final = 1_800_000_000
_LATITUDE_LIMIT: Final = 900_000_000


@dataclass(frozen=True)
class _Extract:
    """What the file says: W ways, R vertices, and tagged nodes.

    Positions are libosmium's whole numbers of 1e-7 degrees, and out of range where the extract lacks the node.
    """

    way_id: NDArray[np.int64]
    tags: list[dict[str, str]]
    size: NDArray[np.int64]
    node_ref: NDArray[np.int64]
    position: NDArray[np.int64]
    tagged_ref: NDArray[np.int64]
    node_tags: list[dict[str, str]]


def osm_format(path: Path) -> str | None:
    """Return libosmium's name of a file's format, or ``None`` when its name is not that of an extract."""
    name = path.name.lower()
    return next((kind for ending, kind in OSM_FORMATS.items() if name.endswith(ending)), None)


def read_osm_ways(path: Path, file: str) -> tuple[Ways, list[Problem]]:
    """Read the street ways of an extract.

    Ways with ``highway``, platforms and piers are read; which of them can be walked is for the walking rules. Of a way
    whose nodes lie partly outside the extract, the parts that are known are kept, each in a row of its own.

    Parameters
    ----------
    path : Path
        An ``.osm.pbf`` or ``.osm`` file.
    file : str
        Its name in the problems.

    Raises
    ------
    InputError
        If the file is not what its ending says, is cut short, or holds no street whose nodes are known.
    """
    with reading_extract(path):
        extract = _read(path)
    if len(extract.way_id) == 0:
        message = f"{path}: holds no streets (ways with a highway tag). Take an extract that was not filtered by tags."
        raise InputError(message)
    ways, problems = _usable(extract, file)
    if len(ways) == 0:
        message = (
            f"{path}: has no positions for the nodes of its {len(extract.way_id)} streets. Take an extract that holds "
            "the nodes, before the ways (osmium sort) and with positive ids (osmium renumber)."
        )
        raise InputError(message)
    return ways, problems


def _read(path: Path) -> _Extract:
    """Read everything in one pass; libosmium drops all other objects before they reach Python."""
    way_id, tags, size = array("q"), [], array("q")
    vertices = array("q")
    tagged_ref, node_tags = array("q"), []
    # The absolute path keeps libosmium from reading names such as "-" or "http://…" as anything but a file.
    source = osmium.io.File(str(path.absolute()), osm_format(path) or "pbf")
    street_keys = KeyFilter("highway", *(key for key, _ in _PLACES_ON_FOOT))
    street_keys.enable_for(WAY)
    node_keys = KeyFilter(*NODE_TAG_KEYS)
    node_keys.enable_for(NODE)
    found = osmium.FileProcessor(source, NODE | WAY).with_locations().with_filter(street_keys).with_filter(node_keys)
    for item in found:
        if isinstance(item, osmium.osm.Node):
            tagged_ref.append(item.id)
            node_tags.append(_tags(item.tags, NODE_TAG_KEYS))
        elif isinstance(item, osmium.osm.Way) and _is_walked(item.tags):
            way_id.append(item.id)
            tags.append(_tags(item.tags, TAG_KEYS))
            size.append(len(item.nodes))
            for node in item.nodes:  # the only step in Python per node, so nothing but numbers is touched
                location = node.location
                vertices.extend((node.ref, location.x, location.y))
    vertex = _numbers(vertices).reshape(-1, 3)
    return _Extract(
        _numbers(way_id), tags, _numbers(size), vertex[:, 0], vertex[:, 1:], _numbers(tagged_ref), node_tags
    )


def _is_walked(tags: osmium.osm.TagList) -> bool:
    return "highway" in tags or any(tags.get(key) == value for key, value in _PLACES_ON_FOOT)


def _tags(tags: osmium.osm.TagList, keys: Iterable[str]) -> dict[str, str]:
    return {key: value for key in keys if (value := tags.get(key)) is not None}


def _numbers(values: array[int]) -> NDArray[np.int64]:
    return np.frombuffer(values, dtype=np.int64) if values else np.array([], dtype=np.int64)


def _usable(extract: _Extract, file: str) -> tuple[Ways, list[Problem]]:
    """Return the known parts of all ways, and a problem for every way that was cut, dropped or repeated."""
    count = len(extract.way_id)
    way = np.repeat(np.arange(count), extract.size)
    first_row = np.zeros(count, dtype=bool)
    first_row[np.unique(extract.way_id, return_index=True)[1]] = True
    known = (np.abs(extract.position) <= [_LONGITUDE_LIMIT, _LATITUDE_LIMIT]).all(axis=1)

    usable = known & first_row[way]
    begins = usable.copy()
    begins[1:] &= ~usable[:-1] | (way[1:] != way[:-1])
    part = np.cumsum(begins) - 1
    part_way = way[begins]
    ways, kept = ways_from_vertices(
        row=part[usable],
        node_ref=extract.node_ref[usable],
        lonlat=extract.position[usable] / _UNITS_PER_DEGREE,
        way_id=extract.way_id[part_way],
        tags=tag_table(extract.tags).iloc[part_way],
        node_tags=tag_table(extract.node_tags, NODE_TAG_KEYS, extract.tagged_ref),
    )
    used = np.isin(np.arange(count), part_way[kept])
    unknown = np.bincount(way[~known], minlength=count)
    return ways, _problems(extract, first_row, used, unknown, file)


def _problems(
    extract: _Extract, first_row: NDArray[np.bool_], used: NDArray[np.bool_], unknown: NDArray[np.int64], file: str
) -> list[Problem]:
    found = []
    for index in np.flatnonzero(~used | (unknown > 0)):
        missing = f"{unknown[index]} of its {extract.size[index]} nodes lie outside the extract"
        outcome: Outcome = "dropped"
        if not first_row[index]:
            reason = "the way is in the file twice; the first is used"
        elif used[index]:
            reason, outcome = f"{missing}; the way is used as far as it is known", "repaired"
        elif unknown[index]:
            reason = f"{missing}, and no two that follow each other are known"
        else:
            reason = "the way has fewer than two different nodes"
        found.append(Problem(file, None, str(extract.way_id[index]), "", reason, outcome))
    return found
