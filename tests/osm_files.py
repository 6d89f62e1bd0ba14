"""Small OpenStreetMap files for tests, written from Python literals by pyosmium's own writer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import osmium
import osmium.osm.mutable as osm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def write_osm(
    path: Path,
    nodes: Mapping[int, tuple[Any, ...]],
    ways: Mapping[int, tuple[Sequence[int], Mapping[str, str]]],
    relations: Mapping[int, tuple[Sequence[tuple[str, int, str]], Mapping[str, str]]] | None = None,
) -> Path:
    """Write an ``.osm.pbf`` or ``.osm`` file and return its path.

    Parameters
    ----------
    path : Path
        Its suffix chooses the format. A file that is there is written over.
    nodes : mapping
        Node id to ``(lon, lat)`` or ``(lon, lat, tags)``.
    ways : mapping
        Way id to ``(node ids, tags)``.
    relations : mapping, optional
        Relation id to ``(members, tags)``; a member is ``(type, id, role)`` with type ``"n"``, ``"w"`` or ``"r"``.
    """
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for node_id, (lon, lat, *tags) in nodes.items():
            writer.add_node(osm.Node(id=node_id, location=(lon, lat), tags=dict(*tags), version=1, visible=True))
        for way_id, (refs, tags) in ways.items():
            writer.add_way(osm.Way(id=way_id, nodes=list(refs), tags=dict(tags), version=1, visible=True))
        for relation_id, (members, tags) in (relations or {}).items():
            writer.add_relation(
                osm.Relation(id=relation_id, members=list(members), tags=dict(tags), version=1, visible=True)
            )
    return path
