"""How long libraries take on one and the same graph to find the nearest facilities, and all pairs within 15 minutes."""

from __future__ import annotations

import ctypes
import importlib.util
import math
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
from ground import LAYERS, Places, Row, timed
from scipy.sparse.csgraph import dijkstra

from lifecircle.crs import to_metric
from lifecircle.network.search import all_within, nearest, nearest_k, walk_graph
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from ground import City
    from numpy.typing import NDArray

NEAREST = "nearest facility, 8 layers"
K_NEAREST = "3 nearest of 5,000 facilities"
PAIRS = "pairs within 15 min, 20,000 × 5,000"
LIMIT_S = 15 * SECONDS_PER_MINUTE
AGREE_S = 0.05
SCIPY_SOURCES, SLOW_SOURCES = 50, 10
SHORTEST_M = 0.001  # cityseer takes no lines without a length
SLOW_NODES = 100_000
"""On cities of more nodes, what takes minutes is measured on one of the eight layers."""


def nearest_rows(city: City) -> list[Row]:
    """Return who needs how long for the nearest facility of eight layers from every node."""
    layers = [city.facilities.first(count) for count in LAYERS]
    build_s, graph = timed(lambda: walk_graph(city.placed, city.graph.walker))
    nearest(graph, layers[0].node, layers[0].leg_m)  # compiles, or reads what was compiled
    query_s, ours = timed(lambda: [nearest(graph, layer.node, layer.leg_m) for layer in layers])
    rows = [Row(NEAREST, "lifecircle", build_s, query_s, 3, note="seconds, facility and metres")]

    matrix_s, matrices = timed(lambda: [city.matrix(layer) for layer in layers])
    query_s, theirs = timed(lambda: [dijkstra(one, indices=one.shape[0] - 1, min_only=True) for one in matrices])
    for found, seconds in zip(ours, theirs, strict=True):
        require_equal(found.seconds, seconds[city.graph.begin_state])
    build_s += matrix_s / len(layers)
    rows.append(Row(NEAREST, "SciPy", build_s, query_s, 3, note="seconds alone"))
    query_s, _ = timed(lambda: [_scipy_with_facilities(one) for one in matrices])
    rows.append(Row(NEAREST, "SciPy, facilities too", build_s, query_s, 3, note="seconds and facility, no metres"))
    rows += _c_rows(city, layers, [found.seconds for found in ours])
    rows.append(_networkx_nearest(city, layers, ours[-1].seconds))
    if importlib.util.find_spec("igraph"):
        rows.append(_igraph_nearest(city, layers, ours[-1].seconds))
    if importlib.util.find_spec("pandana"):
        rows += _pandana_rows(city, layers)
    return rows


def _scipy_with_facilities(matrix: Any) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return the seconds from every state, and the state of the facility that it is led to."""
    source = matrix.shape[0] - 1
    seconds, before = dijkstra(matrix, indices=source, return_predecessors=True)
    facility = np.where((before == source) | (before < 0), np.arange(source + 1, dtype=np.int32), before)
    while not np.array_equal(facility, farther := facility[facility]):
        facility = farther
    return seconds, facility


def require_equal(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> None:
    """Refuse to compare speeds of answers that differ."""
    reached = np.isfinite(theirs)
    if (
        not np.array_equal(reached, np.isfinite(ours))
        or np.abs(ours[reached] - theirs[reached]).max(initial=0) > AGREE_S
    ):
        raise SystemExit("the libraries differ in their answers; their speeds cannot be compared")


def _c_rows(city: City, layers: list[Places], expected: list[NDArray[np.float64]]) -> list[Row]:
    compiler = shutil.which("gcc")
    if compiler is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "kernel.so"
        source = Path(__file__).with_name("kernel.c")
        subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", source, "-o", binary], check=True)
        kernel = ctypes.CDLL(str(binary)).nearest
    arcs, end_state = city.graph.arcs, city.graph.end_state
    start, head = arcs.start.astype(np.int64), arcs.head.astype(np.int32)

    def search(layer: Places) -> NDArray[np.float64]:
        seconds, label = np.full(len(start) - 1, np.inf), np.full(len(start) - 1, -1, dtype=np.int32)
        seed, leg_s = end_state[layer.node], city.graph.leg_seconds(layer.leg_m)
        np.minimum.at(seconds, seed, leg_s)
        label[seed] = np.arange(len(seed))
        columns = (start, head, arcs.seconds), (np.ascontiguousarray(seed, dtype=np.int32), seconds, label)
        before, after = ([ctypes.c_void_p(column.ctypes.data) for column in part] for part in columns)
        kernel(*before, ctypes.c_int64(len(seed)), *after, ctypes.c_int64(len(head)))
        return seconds

    query_s, found = timed(lambda: [search(layer) for layer in layers])
    for seconds, ours in zip(found, expected, strict=True):
        require_equal(ours, seconds[city.graph.begin_state])
    return [Row(NEAREST, "plain C kernel", math.nan, query_s, 3, note="binary heap, seconds and label only")]


def reversed_graph(city: City) -> nx.DiGraph[int]:
    """Return the graph as NetworkX takes it."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    arcs = city.graph.arcs
    tail = np.repeat(np.arange(len(arcs.start) - 1), np.diff(arcs.start))
    order = np.argsort(-arcs.seconds, kind="stable")  # of arcs between the same states the quickest comes last
    graph.add_weighted_edges_from(
        zip(tail[order].tolist(), arcs.head[order].tolist(), arcs.seconds[order].tolist(), strict=True)
    )
    return graph


def _networkx_nearest(city: City, layers: list[Places], expected: NDArray[np.float64]) -> Row:
    build_s, graph = timed(lambda: reversed_graph(city), 1)
    chosen = layers if len(expected) <= SLOW_NODES else layers[-1:]

    def search(layer: Places) -> dict[int, float]:
        graph.add_weighted_edges_from(
            (-1, state, leg)
            for leg, state in sorted(
                zip(
                    city.graph.leg_seconds(layer.leg_m).tolist(),
                    city.graph.end_state[layer.node].tolist(),
                    strict=True,
                ),
                reverse=True,
            )
        )
        found = nx.single_source_dijkstra_path_length(graph, -1)
        graph.remove_node(-1)
        return found

    query_s, found = timed(lambda: [search(layer) for layer in chosen], 1)
    seconds = np.array([found[-1].get(state, np.inf) for state in city.graph.begin_state.tolist()])
    require_equal(expected, seconds)
    part = len(chosen) / len(layers)
    return Row(NEAREST, "NetworkX", build_s, query_s / part, 1, part)


def _igraph_nearest(city: City, layers: list[Places], expected: NDArray[np.float64]) -> Row:
    import igraph  # noqa: PLC0415 - a peer that need not be installed

    chosen = layers if len(expected) <= SLOW_NODES else layers[-1:]
    matrices = [city.matrix(layer) for layer in chosen]
    count = matrices[0].shape[0]

    def build(matrix: Any) -> Any:
        tail = np.repeat(np.arange(count), np.diff(matrix.indptr))
        graph = igraph.Graph(n=count, edges=np.column_stack([tail, matrix.indices]), directed=True)
        graph.es["seconds"] = matrix.data
        return graph

    build_s, graphs = timed(lambda: [build(matrix) for matrix in matrices], 1)
    query_s, found = timed(lambda: [one.distances(source=count - 1, weights="seconds")[0] for one in graphs])
    require_equal(expected, np.array(found[-1])[city.graph.begin_state])
    part = len(chosen) / len(layers)
    return Row(NEAREST, "igraph", build_s / len(chosen), query_s / part, 3, part)


def _pandana_rows(city: City, layers: list[Places]) -> list[Row]:
    """Measure pandana on the plain streets: it knows neither private streets nor access legs."""
    import pandana  # noqa: PLC0415 - a peer that need not be installed

    placed = city.placed
    x, y = (pd.Series(column) for column in placed.node_lonlat.T)
    metres = placed.network.edge_length_m[placed.piece_edge] * placed.piece_share
    edges = pd.DataFrame({"u": placed.piece_nodes[:, 0], "v": placed.piece_nodes[:, 1], "seconds": metres})
    build_s, network = timed(lambda: pandana.Network(x, y, edges["u"], edges["v"], edges[["seconds"]]), 1)
    farthest = 2 * LIMIT_S

    def ask(layer: Places, count: int) -> Any:
        network.set_pois("layer", farthest, count, x.iloc[layer.node], y.iloc[layer.node])
        return network.nearest_pois(farthest, "layer", num_pois=count)

    query_s, _ = timed(lambda: [ask(layer, 1) for layer in layers], 1)
    note = "no private streets, no access legs, up to 30 min"
    rows = [Row(NEAREST, "pandana", build_s, query_s, 1, note=note)]
    query_s, _ = timed(lambda: ask(layers[-1], 3), 1)
    rows.append(Row(K_NEAREST, "pandana", build_s, query_s, 1, note=note))
    sources = city.facilities.node[:SCIPY_SOURCES].tolist()
    query_s, _ = timed(lambda: network.nodes_in_range(sources, LIMIT_S), 1)
    part = len(sources) / len(city.facilities.node)
    rows.append(Row(PAIRS, "pandana", build_s, query_s / part, 1, part, "all nodes in range; no access legs"))
    return rows


def k_nearest_rows(city: City) -> list[Row]:
    """Return how long the three nearest facilities of every node take."""
    places = city.facilities
    nearest_k(city.graph, places.node[:9], places.leg_m[:9], k=3)
    query_s, _ = timed(lambda: nearest_k(city.graph, places.node, places.leg_m, k=3))
    return [Row(K_NEAREST, "lifecircle", timed(lambda: walk_graph(city.placed, city.graph.walker))[0], query_s, 3)]


def pair_rows(city: City) -> list[Row]:
    """Return how long all trips of 20,000 residents to 5,000 facilities within 15 minutes take."""
    rows = [Row(PAIRS, "lifecircle", timed(lambda: walk_graph(city.placed, city.graph.walker))[0], *_own_pairs(city))]
    origins = city.graph.begin_state[city.residents.node]
    leg_s = city.graph.leg_seconds(city.residents.leg_m)
    states = city.graph.end_state[city.facilities.node].tolist()
    target_s = city.graph.leg_seconds(city.facilities.leg_m).tolist()
    matrix_s, matrix = timed(lambda: city.matrix(city.facilities.first(1)))

    def scipy_pairs(count: int) -> int:
        found = 0
        for state, own_s in zip(states[:count], target_s, strict=False):
            seconds = dijkstra(matrix, indices=state, limit=LIMIT_S)[origins] + own_s + leg_s
            found += int(np.count_nonzero(seconds <= LIMIT_S))
        return found

    query_s, found = timed(lambda: scipy_pairs(SCIPY_SOURCES))
    if found != _count(city, SCIPY_SOURCES):
        raise SystemExit("SciPy and lifecircle differ in the pairs that they find")
    part = SCIPY_SOURCES / len(states)
    rows.append(Row(PAIRS, "SciPy", matrix_s, query_s / part, 3, part))

    build_s, graph = timed(lambda: reversed_graph(city), 1)

    def networkx_pairs() -> int:
        found = 0
        for state, own_s in zip(states[:SLOW_SOURCES], target_s, strict=False):
            near = nx.single_source_dijkstra_path_length(graph, state, cutoff=LIMIT_S)
            seconds = np.array([near.get(origin, np.inf) for origin in origins.tolist()]) + own_s + leg_s
            found += int(np.count_nonzero(seconds <= LIMIT_S))
        return found

    query_s, found = timed(networkx_pairs, 1)
    if found != _count(city, SLOW_SOURCES):
        raise SystemExit("NetworkX and lifecircle differ in the pairs that they find")
    part = SLOW_SOURCES / len(states)
    rows.append(Row(PAIRS, "NetworkX", build_s, query_s / part, 1, part))
    if importlib.util.find_spec("cityseer") and city.placed.node_count <= SLOW_NODES:
        rows.append(_cityseer_pairs(city))
    return rows


def pairs_of(city: City, residents: int, facilities: int) -> Any:
    """Return the trips of the first so many residents and facilities."""
    to, start = city.facilities.first(facilities), city.residents.first(residents)
    return all_within(city.graph, to.node, to.leg_m, start.node, start.leg_m, LIMIT_S)


def _own_pairs(city: City) -> tuple[float, int]:
    pairs_of(city, 10, 10)
    return timed(lambda: pairs_of(city, len(city.residents.node), len(city.facilities.node)))[0], 3


def _count(city: City, facilities: int) -> int:
    return len(pairs_of(city, len(city.residents.node), facilities).origin)


def _cityseer_pairs(city: City) -> Row:
    """Measure cityseer on straight lines between the nodes; it knows no private streets and no access legs."""
    from cityseer import rustalgos  # noqa: PLC0415 - a peer that need not be installed

    placed = city.placed
    xy = to_metric(placed.node_lonlat, placed.network.crs)
    first, last = xy[placed.piece_nodes[:, 0]], xy[placed.piece_nodes[:, 1]]
    ends = placed.piece_nodes[np.hypot(*(first - last).T) > SHORTEST_M]

    def build() -> Any:
        structure = rustalgos.graph.NetworkStructure()
        index = [structure.add_street_node(str(node), x, y, True, 1.0) for node, (x, y) in enumerate(xy.tolist())]
        for edge, (u, v) in enumerate(ends.tolist()):
            line = f"LINESTRING ({xy[u, 0]} {xy[u, 1]}, {xy[v, 0]} {xy[v, 1]})"
            back = f"LINESTRING ({xy[v, 0]} {xy[v, 1]}, {xy[u, 0]} {xy[u, 1]})"
            structure.add_street_edge(index[u], index[v], edge, str(u), str(v), line)
            structure.add_street_edge(index[v], index[u], edge, str(v), str(u), back)
        return structure, index

    build_s, (structure, index) = timed(build, 1)
    sources = [index[node] for node in city.facilities.node[:SCIPY_SOURCES].tolist()]
    query_s, _ = timed(lambda: [structure.dijkstra_tree_shortest(one, int(LIMIT_S), 1.0) for one in sources], 1)
    part = len(sources) / len(city.facilities.node)
    note = "trees from the facilities, on straight lines; no access legs"
    return Row(PAIRS, "cityseer", build_s, query_s / part, 1, part, note)
