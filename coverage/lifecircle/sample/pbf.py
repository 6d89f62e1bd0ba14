"""Streets, water, parks and amenities as a real OpenStreetMap extract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import osmium
import shapely
from osmium.osm import mutable

from lifecircle.sample import facts
from lifecircle.sample.people import rounded_lonlat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from lifecircle.sample.scenes import PlacedScene
    from lifecircle.sample.streets import StreetMap
    from lifecircle.sample.terrain import Terrain

    Shape = tuple[NDArray[np.float64], dict[str, str]]  # vertices in metres, tags

GENERATOR: Final = "lifecircle sample, SYNTHETIC data (no real streets)"


def write_extract(
    path: Path, streets: StreetMap, terrain: Terrain, scenes: Iterable[PlacedScene], amenities: gpd.GeoDataFrame
) -> None:
    """Write an ``.osm.pbf`` file, in which nodes come before ways and ids rise.

    Parameters
    ----------
    path : Path
    streets : StreetMap
    terrain : Terrain
    scenes : iterable of PlacedScene
        For the water in them.
    amenities : GeoDataFrame
        Facilities that the extract knows, as points with ``layer, kind, name``.
    """
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    shapes = list(_shapes(streets, terrain, scenes))
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        first_amenity = 1 + len(streets.xy)
        first_vertex = first_amenity + len(amenities)
        _write_street_nodes(writer, streets)
        _write_amenities(writer, amenities, first_amenity)
        rings = list(_write_vertices(writer, [vertices for vertices, _ in shapes], first_vertex))
        _write_streets(writer, streets)
        for number, (ring, (_, tags)) in enumerate(zip(rings, shapes, strict=True), start=1 + len(streets.kind)):
            writer.add_way(mutable.Way(id=number, nodes=ring, tags=tags))


def _write_street_nodes(writer: osmium.SimpleWriter, streets: StreetMap) -> None:
    gates = set(streets.gates.tolist())
    for number, position in enumerate(rounded_lonlat(streets.xy).tolist()):
        tags = {"barrier": "gate"} if number in gates else None
        writer.add_node(mutable.Node(id=number + 1, location=position, tags=tags))


def _write_amenities(writer: osmium.SimpleWriter, amenities: gpd.GeoDataFrame, first: int) -> None:
    tags = {(kind.layer, kind.kind, kind.zh): kind.osm for kind in facts.supply().kinds}
    positions = shapely.get_coordinates(amenities.geometry).tolist()
    rows = amenities[["layer", "kind", "kind_zh", "name"]].itertuples(index=False, name=None)
    for number, (position, (*kind, name)) in enumerate(zip(positions, rows, strict=True), start=first):
        writer.add_node(mutable.Node(id=number, location=position, tags=tags[tuple(kind)] | {"name": name}))


def _write_vertices(writer: osmium.SimpleWriter, shapes: list[NDArray[np.float64]], first: int) -> Iterator[list[int]]:
    """Write the vertices of shapes and give the ids of each; a closed shape ends with its first vertex."""
    for vertices in shapes:
        closed = bool((vertices[0] == vertices[-1]).all())
        positions = rounded_lonlat(vertices[:-1] if closed else vertices).tolist()
        for number, position in enumerate(positions, start=first):
            writer.add_node(mutable.Node(id=number, location=position))
        ids = list(range(first, first + len(positions)))
        first += len(positions)
        yield ids + ids[:1] * closed


def _write_streets(writer: osmium.SimpleWriter, streets: StreetMap) -> None:
    kinds = [kind.tags for kind in facts.roads().kinds.values()]
    nodes = (streets.nodes + 1).tolist()
    offsets = streets.offsets.tolist()
    pairs = zip(streets.kind.tolist(), streets.name.tolist(), strict=True)
    for number, (kind, name) in enumerate(pairs):
        tags = kinds[kind] | {"name": streets.names[name]} if name else kinds[kind]
        way = mutable.Way(id=number + 1, nodes=nodes[offsets[number] : offsets[number + 1]], tags=tags)
        writer.add_way(way)


def _shapes(streets: StreetMap, terrain: Terrain, scenes: Iterable[PlacedScene]) -> Iterator[Shape]:
    """Give the lines and areas of the extract that are no streets."""
    for name, line in terrain.railways.items():
        yield shapely.get_coordinates(line), {"railway": "rail", "name": name}
    for name, line in terrain.motorways.items():
        yield shapely.get_coordinates(line), facts.roads().kinds["motorway"].tags | {"name": name}
    for name, area in terrain.waters.items():
        water = "lake" if name.endswith("湖") else "river"
        yield _ring(area), {"natural": "water", "water": water, "name": name}
    for placed in scenes:
        if placed.scene.water:
            ring = placed.metric([*placed.scene.water, placed.scene.water[0]])
            yield ring, {"natural": "water", "water": "river", "name": "样例河"}
    for name, area in terrain.hills.items():
        yield _ring(area), {"leisure": "park", "name": name}
    for number, area in enumerate(streets.parks, start=1):
        yield _ring(area), {"leisure": "park", "name": f"样例公园{number}"}
    for area in streets.compounds:
        yield _ring(area), {"landuse": "residential"}


def _ring(area: shapely.Polygon) -> NDArray[np.float64]:
    return shapely.get_coordinates(area.exterior)
