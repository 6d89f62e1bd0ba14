"""Takes a street graph of OSMnx, gives its street ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lifecircle.errors import InputError
from lifecircle.inputs.coordinates import to_wgs84
from lifecircle.inputs.ways import NODE_TAG_KEYS, TAG_KEYS, Ways, tag_table, ways_from_vertices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx
    from numpy.typing import NDArray

    _Graph = nx.MultiDiGraph[Any] | nx.MultiGraph[Any]
    _Street = tuple[tuple[int, int], NDArray[np.float64], Mapping[str, Any]]

_ORDINARY_STREET: Final = "road"


def ways_from_graph(graph: _Graph) -> Ways:
    """Turn a graph of OSMnx into street ways, one for each street between two nodes.

    A street that the graph holds once in each direction becomes one way. OSMnx keeps few tags: to tell shared cycleways
    and closed paths, add ``foot``, ``sidewalk``, ``segregated`` and others to ``osmnx.settings.useful_tags_way``, and
    download with ``network_type="all"``, so that its own filter for walking loses nothing.

    Parameters
    ----------
    graph : MultiDiGraph or MultiGraph
        Nodes with whole-number ids, ``x`` and ``y`` in the frame of ``graph.graph["crs"]`` (WGS 84 when absent), edges
        with ``osmid``, tags and, where they are not straight, ``geometry``.

    Raises
    ------
    InputError
        If there are no edges, or a node has no whole-number id or no position.
    """
    position = _positions(graph)
    streets = _streets(graph, position)
    if not streets:
        message = "street graph: has no edges. Download it again, for a larger area."
        raise InputError(message)
    ends, inner, edges = zip(*streets, strict=True)
    sizes = np.array([len(points) + 2 for points in inner])
    xy = np.concatenate(
        [[position[first], *points, position[last]] for (first, last), points in zip(ends, inner, strict=True)]
    )
    first_vertex = np.cumsum(sizes) - sizes
    node_ref = -1 - np.arange(len(xy))  # inner vertices are nobody else's, so each gets an id that no node has
    node_ref[first_vertex], node_ref[first_vertex + sizes - 1] = np.array(ends).T
    nodes = list(graph.nodes(data=True))
    ways, _ = ways_from_vertices(
        row=np.repeat(np.arange(len(edges)), sizes),
        node_ref=node_ref,
        lonlat=to_wgs84(xy, graph.graph.get("crs"), "street graph"),
        way_id=np.array([_way_id(edge) for edge in edges], dtype=np.int64),
        tags=tag_table([{"highway": _ORDINARY_STREET} | _tags(edge, TAG_KEYS) for edge in edges]),
        node_tags=tag_table(
            [_tags(node, NODE_TAG_KEYS) for _, node in nodes],
            NODE_TAG_KEYS,
            np.array([ref for ref, _ in nodes], dtype=np.int64),
        ),
    )
    return ways


def _positions(graph: _Graph) -> dict[int, tuple[float, float]]:
    positions = {}
    for ref, node in graph.nodes(data=True):
        if not isinstance(ref, int | np.integer) or "x" not in node or "y" not in node:
            message = (
                f"street graph: node {ref!r} has no whole-number id, or no x and y. Build the graph with OSMnx, or "
                "relabel its nodes."
            )
            raise InputError(message)
        positions[int(ref)] = (float(node["x"]), float(node["y"]))
    return positions


def _streets(graph: _Graph, position: Mapping[int, tuple[float, float]]) -> list[_Street]:
    """Return ends, inner points and attributes of each street; of both directions, the one that comes first."""
    found: dict[tuple[int, int, bytes], _Street] = {}
    for start, end, edge in graph.edges(data=True):
        line = np.array(edge["geometry"].coords)[:, :2] if "geometry" in edge else np.empty((0, 2))
        if len(line) and np.abs(line[0] - position[start]).sum() > np.abs(line[-1] - position[start]).sum():
            line = line[::-1]  # undirected graphs keep the geometry of either direction
        inner = line[1:-1]
        forward = (int(start), int(end), inner.tobytes())
        backward = (int(end), int(start), inner[::-1].tobytes())
        found.setdefault(min(forward, backward), ((int(start), int(end)), inner, edge))
    return list(found.values())


def _tags(attributes: Mapping[str, Any], keys: Iterable[str]) -> dict[str, str]:
    return {key: _one([str(value) for value in _listed(attributes[key])]) for key in keys if _has(attributes, key)}


def _has(attributes: Mapping[str, Any], key: str) -> bool:
    value = attributes.get(key)
    return value is not None and value != [] and value == value  # noqa: PLR0124 - NaN is no tag


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _one(values: list[str]) -> str:
    """Return one value of several: OSMnx merges ways into one edge and keeps their tags in no order.

    Steps anywhere make the whole edge steps, so that nobody is sent up them unawares.
    """
    return "steps" if "steps" in values else min(values)


def _way_id(edge: Mapping[str, Any]) -> int:
    """Return the least way id of an edge, or 0 where it has none."""
    return min((int(each) for each in _listed(edge.get("osmid")) if str(each).isdecimal()), default=0)
