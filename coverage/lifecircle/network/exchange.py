"""Takes graphs of OSMnx, gives networks, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import numpy as np
import shapely

from lifecircle.crs import WGS84, metric_crs
from lifecircle.inputs.streets import ways_from_graph
from lifecircle.network.graph import StreetNetwork, build_network
from lifecircle.network.rules import read_walking_rules, way_uses

if TYPE_CHECKING:
    from lifecircle.network.rules import WalkingRules

_WAITS: Final = ("", "road", "signal")  # by the numbers of lifecircle.network.kerbs


def from_osmnx(graph: nx.MultiDiGraph[Any], rules: WalkingRules | None = None, crs: str | None = None) -> StreetNetwork:
    """Return the walkable network of a graph that OSMnx downloaded.

    Parameters
    ----------
    graph : MultiDiGraph
        As for :func:`lifecircle.inputs.streets.ways_from_graph`, which says what to download.
    rules : WalkingRules, optional
        Who may walk where; the rules that come with lifecircle when absent.
    crs : str, optional
        Projected frame in metres; the UTM zone of the graph when absent.

    Raises
    ------
    LifecircleError
        If the graph holds nothing that can be walked.

    Examples
    --------
    >>> import lifecircle
    >>> graph = lifecircle.to_osmnx(lifecircle.example_run().network)
    >>> lifecircle.from_osmnx(graph).edge_length_m.round(-1).tolist()
    [3000.0]
    """
    ways = ways_from_graph(graph)
    return build_network(ways, way_uses(ways, rules or read_walking_rules()), crs or metric_crs(ways.lonlat))


def to_osmnx(network: StreetNetwork) -> nx.MultiDiGraph[int]:
    """Return a network as a graph that OSMnx takes.

    Nodes are numbered as in the network and carry ``x``, ``y`` and their OSM id as ``ref``. Every edge stands once in
    each direction, with ``osmid``, ``name``, ``length`` (geodesic metres), ``geometry``, and whether it is ``private``,
    ``steps`` or passable on ``wheels``, and at what kind of crossing half a ``wait`` is spent on it (``road``,
    ``signal``, or ``""``); ``highway`` and ``access`` say the first two as OpenStreetMap does, so that
    :func:`from_osmnx` reads them again.

    Examples
    --------
    >>> import lifecircle
    >>> graph = lifecircle.to_osmnx(lifecircle.example_run().network)
    >>> [(edge["name"], edge["highway"], round(edge["length"], -1)) for *_, edge in graph.edges(data=True)]
    [('长街', 'road', 3000.0), ('长街', 'road', 3000.0)]
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=WGS84, simplified=True)
    for node, ((x, y), ref) in enumerate(zip(network.node_lonlat.tolist(), network.node_ref.tolist(), strict=True)):
        graph.add_node(node, x=x, y=y, ref=ref)
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.edge_offsets))
    lines = np.asarray(shapely.linestrings(network.vertex_lonlat, indices=edge))
    columns = {
        "osmid": network.edge_way.tolist(),
        "name": [network.names[name] for name in network.edge_name.tolist()],
        "length": network.edge_length_m.tolist(),
        "private": network.edge_private.tolist(),
        "steps": network.edge_steps.tolist(),
        "wheels": network.edge_wheels.tolist(),
        "wait": np.array(_WAITS)[network.edge_wait].tolist(),
        "highway": np.where(network.edge_steps, "steps", "road").tolist(),
        "access": np.where(network.edge_private, "private", "yes").tolist(),
    }
    for (u, v), line, back, *values in zip(
        network.edge_nodes.tolist(), lines, np.asarray(shapely.reverse(lines)), *columns.values(), strict=True
    ):
        attributes = dict(zip(columns, values, strict=True))
        graph.add_edge(u, v, **attributes, oneway=False, reversed=False, geometry=line)
        graph.add_edge(v, u, **attributes, oneway=False, reversed=True, geometry=back)
    return graph
