"""The cities that libraries are measured in: their streets, places drawn beside them, and what a measurement says."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from lifecircle.crs import to_lonlat, to_metric
from lifecircle.network.places import insert_places
from lifecircle.network.search import walk_graph
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.store import cached_network
from lifecircle.network.walkers import read_walkers
from lifecircle.sample import write_sample
from lifecircle.study import read_study

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.search import WalkGraph
    from lifecircle.study import Study

REPOSITORY = Path(__file__).parents[2]
RESIDENTS, FACILITIES = 20_000, 5_000
LAYERS = (50, 100, 200, 400, 800, 1_600, 3_200, 5_000)
"""Facilities of each of the eight layers: the first so many of all."""

BESIDE_M, SNAP_LIMIT_M = 60.0, 300.0
SEED = 2025


@dataclass(frozen=True, eq=False)
class Places:
    """Nodes and access legs (metres) of places that are joined to the streets."""

    node: NDArray[np.int32]
    leg_m: NDArray[np.float64]
    lonlat: NDArray[np.float64]

    def first(self, count: int) -> Places:
        """Return some of them."""
        return Places(self.node[:count], self.leg_m[:count], self.lonlat[:count])


@dataclass(frozen=True, eq=False)
class City:
    """Streets with 20,000 residents and 5,000 facilities at them, and the graph of the standard walker."""

    name: str
    study: Study
    placed: PlacedNetwork
    graph: WalkGraph
    residents: Places
    facilities: Places

    @property
    def network(self) -> StreetNetwork:
        """The streets alone."""
        return self.placed.network

    @property
    def extract(self) -> Path:
        """The street file."""
        return self.study.place(self.study.streets.file)

    def matrix(self, targets: Places) -> Any:
        """Return the graph as SciPy takes it, with one more state, the last, from which arcs lead to all targets."""
        arcs = self.graph.arcs
        seconds = np.append(arcs.seconds, self.graph.leg_seconds(targets.leg_m))
        head = np.append(arcs.head, self.graph.end_state[targets.node])
        start = np.append(arcs.start, len(head)).astype(np.int32)
        return csr_array((seconds, head, start), shape=(len(arcs.start), len(arcs.start)))


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    task, library : str
    build_s : float
        Seconds to make the library's own graph; NaN where none is made.
    query_s : float
        Seconds for the whole task, the build apart.
    runs : int
        Of which it is the median.
    part : float
        Share of the task that was measured; ``query_s`` is that of the part, divided by it.
    note : str
    """

    task: str
    library: str
    build_s: float
    query_s: float
    runs: int
    part: float = 1.0
    note: str = ""


def timed(work: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    """Return the median processor seconds of some runs, over all threads, and what the last one gave."""
    seconds, result = [], None
    for _ in range(runs):
        begin = time.process_time()
        result = work()
        seconds.append(time.process_time() - begin)
    return statistics.median(seconds), result


def full_sample(folder: Path) -> City:
    """Return the sample city at full scale, written anew into a folder."""
    write_sample(folder, "full")
    return _city("Sample", folder / "study.yaml")


def porto_alegre() -> City:
    """Return Porto Alegre, of the real data that the tests use."""
    os.environ.setdefault("LIFECIRCLE_REAL_DATA", str(REPOSITORY.parent / "shared" / "data"))
    return _city("Porto Alegre", REPOSITORY / "configs" / "studies" / "porto_alegre.yaml")


def _city(name: str, path: Path) -> City:
    study = read_study(path)
    assert study.crs is not None  # noqa: S101 - both studies name their frame
    network = cached_network(study.place(study.streets.file), study.streets, study.crs, gap_m=study.repair_gap_m)[0]
    lonlat = beside_streets(network, RESIDENTS + FACILITIES)
    placed = insert_places(network, snap_to_edges(network, lonlat, SNAP_LIMIT_M))
    residents, facilities = (
        Places(placed.node_of_place[rows], placed.leg_m[rows], lonlat[rows])
        for rows in (slice(RESIDENTS), slice(RESIDENTS, None))
    )
    return City(name, study, placed, walk_graph(placed, read_walkers()["standard"]), residents, facilities)


def beside_streets(network: StreetNetwork, count: int) -> NDArray[np.float64]:
    """Return random positions near streets, so near that each can be joined to one (WGS 84)."""
    rng = np.random.default_rng(SEED)
    vertex = np.repeat(network.edge_snappable, np.diff(network.edge_offsets)).nonzero()[0]
    near = to_metric(network.vertex_lonlat[rng.choice(vertex, count)], network.crs)
    away = rng.normal(0, BESIDE_M, (count, 2)).clip(-SNAP_LIMIT_M / 2, SNAP_LIMIT_M / 2)
    return to_lonlat(near + away, network.crs)
