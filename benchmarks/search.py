"""Time the search for the nearest of many places, and for all places within a limit, against other libraries.

    python benchmarks/search.py [--nodes 500000] [--sources 2000] [--repeat 3]

The streets are a jittered grid from which every fourth edge is missing, so that three edges meet at a node on average,
as in cities. SciPy's times are the measure: the table gives each library's share of them, and by how many seconds its
answers differ. Times are processor seconds of all threads together, so that a busy machine does not blur them. pandana
takes part where it is installed, NetworkX on a tenth of the streets.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import numba
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from lifecircle.crs import to_lonlat
from lifecircle.network.graph import StreetNetwork
from lifecircle.network.places import PlacedNetwork, insert_places
from lifecircle.network.search import WalkGraph, all_within, nearest, walk_graph
from lifecircle.network.snap import Snapped
from lifecircle.network.walkers import read_walkers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

CRS = "EPSG:32650"
CORNER_M = (640_000.0, 3_520_000.0)
SPACING_M = 100.0
STREETS_KEPT = 0.75
LIMIT_S = 900.0
NETWORKX_SHARE = 10
WITHIN_SHARE = 10


@dataclass(frozen=True)
class Row:
    """One line of the table; ``ratio`` is to SciPy's query on the same streets."""

    library: str
    question: str
    build_s: float
    query_s: float
    ratio: float
    difference_s: float


@dataclass(frozen=True)
class City:
    """A grid of streets with targets at some of its nodes."""

    placed: PlacedNetwork
    targets: NDArray[np.int32]

    @property
    def edges(self) -> NDArray[np.int32]:
        """End nodes, shape (E, 2)."""
        return self.placed.network.edge_nodes

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Seconds along the edges at 1 m/s, shape (E,)."""
        return self.placed.network.edge_length_m


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--nodes", type=int, default=500_000)
    options.add_argument("--sources", type=int, default=2_000)
    options.add_argument("--repeat", type=int, default=3)
    asked = options.parse_args()
    city = grid_city(asked.nodes, asked.sources)
    rows, seconds = nearest_rows(city, asked.repeat)
    if importlib.util.find_spec("pandana"):
        rows.append(pandana_row(city, seconds, rows[0].query_s, asked.repeat))
    small = grid_city(asked.nodes // NETWORKX_SHARE, asked.sources // NETWORKX_SHARE)
    rows.append(networkx_row(small, asked.repeat))
    rows += within_rows(city, asked.sources // WITHIN_SHARE, asked.repeat)
    print(
        f"{city.placed.node_count:,} nodes, {len(city.edges):,} edges, {len(city.targets):,} sources; "
        f"medians of {asked.repeat}, processor seconds"
    )
    table = pd.DataFrame(rows)
    print(table.to_string(index=False, float_format=lambda value: f"{value:.3g}"))


def grid_city(nodes: int, sources: int) -> City:
    side = math.isqrt(nodes)
    rng = np.random.default_rng(2025)
    node = np.arange(side * side, dtype=np.int32).reshape(side, side)
    edges = np.concatenate(
        [
            np.column_stack([node[:-1].ravel(), node[1:].ravel()]),
            np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
        ]
    )
    edges = edges[rng.random(len(edges)) < STREETS_KEPT]
    xy = np.stack(np.divmod(node.ravel(), side), axis=1) * SPACING_M + rng.uniform(-30, 30, (side * side, 2))
    lonlat = to_lonlat(xy + CORNER_M, CRS)
    plain = np.zeros(len(edges), dtype=bool)
    network = StreetNetwork(
        crs=CRS,
        node_lonlat=lonlat,
        node_ref=node.ravel().astype(np.int64),
        edge_nodes=edges,
        edge_length_m=np.linalg.norm(xy[edges[:, 0]] - xy[edges[:, 1]], axis=1) * rng.uniform(1, 1.3, len(edges)),
        edge_way=np.arange(len(edges)),
        edge_name=np.zeros(len(edges), dtype=np.int32),
        names=("",),
        edge_private=plain,
        edge_steps=plain,
        edge_snappable=~plain,
        edge_wheels=~plain,
        edge_offsets=2 * np.arange(len(edges) + 1, dtype=np.int64),
        vertex_lonlat=lonlat[edges.ravel()],
        component=np.zeros(side * side, dtype=np.int32),
        edge_aloft=plain,
        edge_wait=np.zeros(len(edges), dtype=np.uint8),
        edge_rise_m=np.zeros(len(edges)),
    )
    nobody = Snapped(np.empty(0, np.int32), np.empty(0), np.empty(0), np.empty((0, 2)))
    return City(insert_places(network, nobody), rng.choice(side * side, sources, replace=False).astype(np.int32))


def nearest_rows(city: City, repeat: int) -> tuple[list[Row], NDArray[np.float64]]:
    question = "nearest"
    build_s, matrix = timed(lambda: symmetric_matrix(city), repeat)
    scipy_s, expected = timed(lambda: dijkstra(matrix, indices=city.targets, min_only=True), repeat)
    rows = [Row("SciPy", question, build_s, scipy_s, 1, 0)]

    build_s, graph = timed(lambda: lifecircle_graph(city), repeat)
    none = np.zeros(len(city.targets))
    nearest(graph, city.targets, none)  # compiles, or reads what was compiled
    query_s, found = timed(lambda: nearest(graph, city.targets, none), repeat)
    rows.append(Row("lifecircle: buckets", question, build_s, query_s, query_s / scipy_s, gap(found.seconds, expected)))

    start, head, seconds = matrix.indptr, matrix.indices, matrix.data
    heap_nearest(start, head, seconds, city.targets)
    query_s, (reached, _) = timed(lambda: heap_nearest(start, head, seconds, city.targets), repeat)
    rows.append(Row("numba: binary heap", question, math.nan, query_s, query_s / scipy_s, gap(reached, expected)))
    return rows, expected


def pandana_row(city: City, expected: NDArray[np.float64], scipy_s: float, repeat: int) -> Row:
    import pandana  # noqa: PLC0415 - a peer that need not be installed

    lonlat = city.placed.network.node_lonlat
    edges = pd.DataFrame({"u": city.edges[:, 0], "v": city.edges[:, 1], "seconds": city.seconds})
    build_s, network = timed(
        lambda: pandana.Network(
            pd.Series(lonlat[:, 0]), pd.Series(lonlat[:, 1]), edges["u"], edges["v"], edges[["seconds"]]
        ),
        1,
    )
    farthest = float(expected[np.isfinite(expected)].max()) + 1
    network.set_pois("target", farthest, 1, *(pd.Series(lonlat[city.targets, axis]) for axis in (0, 1)))
    query_s, found = timed(lambda: network.nearest_pois(farthest, "target", num_pois=1), repeat)
    return Row(
        "pandana",
        "nearest",
        build_s,
        query_s,
        query_s / scipy_s,
        gap(found[1].to_numpy(), np.minimum(expected, farthest)),
    )


def networkx_row(city: City, repeat: int) -> Row:
    matrix = symmetric_matrix(city)
    scipy_s, expected = timed(lambda: dijkstra(matrix, indices=city.targets, min_only=True), repeat)

    def build() -> nx.Graph[int]:
        graph: nx.Graph[int] = nx.empty_graph(city.placed.node_count)
        graph.add_weighted_edges_from(zip(*city.edges.T.tolist(), city.seconds.tolist(), strict=True))
        return graph

    build_s, graph = timed(build, repeat)
    targets = set(city.targets.tolist())
    query_s, found = timed(lambda: nx.multi_source_dijkstra_path_length(graph, targets), repeat)
    reached = np.array([found.get(node, np.inf) for node in range(len(expected))])
    share = f"nearest, 1/{NETWORKX_SHARE} of it"
    return Row("NetworkX", share, build_s, query_s, query_s / scipy_s, gap(reached, expected))


def within_rows(city: City, sources: int, repeat: int) -> list[Row]:
    """Ask for all nodes within 15 minutes of some sources."""
    question = f"within 900 s, {sources} sources"
    targets = city.targets[:sources]
    matrix = symmetric_matrix(city)
    scipy_s, expected = timed(lambda: scipy_within(matrix, targets), repeat)
    graph = lifecircle_graph(city)
    origins = np.arange(city.placed.node_count, dtype=np.int32)
    none, nowhere = np.zeros(sources), np.zeros(len(origins))

    def within() -> Any:
        return all_within(graph, targets, none, origins, nowhere, LIMIT_S)

    within()
    query_s, pairs = timed(within, repeat)
    assert np.array_equal(pairs.origin, np.concatenate([nodes for nodes, _ in expected]))  # noqa: S101 - a check
    difference = gap(pairs.seconds, np.concatenate([seconds for _, seconds in expected]))
    return [
        Row("SciPy", question, math.nan, scipy_s, 1, 0),
        Row("lifecircle: buckets", question, math.nan, query_s, query_s / scipy_s, difference),
    ]


def scipy_within(matrix: Any, targets: NDArray[np.int32]) -> list[tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Search from one source at a time, since all at once would take a dense table of sources by nodes."""
    found = []
    for target in targets.tolist():
        seconds = dijkstra(matrix, indices=target, limit=LIMIT_S)
        nodes = np.flatnonzero(np.isfinite(seconds))
        found.append((nodes, seconds[nodes]))
    return found


def symmetric_matrix(city: City) -> Any:
    size = city.placed.node_count
    u, v = city.edges.T
    ends = (np.concatenate([u, v]), np.concatenate([v, u]))
    return csr_array((np.tile(city.seconds, 2), ends), shape=(size, size))


def lifecircle_graph(city: City) -> WalkGraph:
    return walk_graph(city.placed, read_walkers()["standard"])


@numba.njit(cache=True)
def heap_nearest(start: Any, head: Any, arc_s: Any, sources: Any) -> Any:
    """Search with a binary heap whose stale entries are skipped."""
    seconds = np.full(len(start) - 1, np.inf)
    label = np.full(len(start) - 1, -1, dtype=np.int32)
    key = np.empty(len(head) + len(sources) + 1)
    node = np.empty(len(key), dtype=np.int32)
    size = 0
    for source in sources:
        seconds[source], label[source] = 0, source
        key[size], node[size] = 0, source
        size += 1
    while size:
        so_far, origin = key[0], node[0]
        size -= 1
        last_key, last_node, at = key[size], node[size], 0
        while 2 * at + 1 < size:
            child = 2 * at + 1
            if child + 1 < size and key[child + 1] < key[child]:
                child += 1
            if key[child] >= last_key:
                break
            key[at], node[at] = key[child], node[child]
            at = child
        key[at], node[at] = last_key, last_node
        if so_far > seconds[origin]:
            continue
        for arc in range(start[origin], start[origin + 1]):
            arrival, end = so_far + arc_s[arc], head[arc]
            if arrival < seconds[end]:
                seconds[end], label[end] = arrival, label[origin]
                at = size
                size += 1
                while at > 0 and key[(at - 1) // 2] > arrival:
                    key[at], node[at] = key[(at - 1) // 2], node[(at - 1) // 2]
                    at = (at - 1) // 2
                key[at], node[at] = arrival, end
    return seconds, label


def gap(ours: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Return the largest difference in seconds; infinite where one reaches what the other does not."""
    reached = np.isfinite(expected)
    if not np.array_equal(reached, np.isfinite(ours)):
        return math.inf
    return float(np.max(np.abs(ours[reached] - expected[reached]), initial=0))


def timed(work: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the median processor seconds of some runs, and what the last one gave."""
    seconds = []
    for _ in range(repeat):
        begin = time.process_time()
        result = work()
        seconds.append(time.process_time() - begin)
    return statistics.median(seconds), result


if __name__ == "__main__":
    main()
