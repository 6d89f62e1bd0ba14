"""Measure all pairs of 20,000 resident points and 5,000 places within 15 minutes, and the measures made from them.

    python benchmarks/measures.py [--residents 20000] [--places 5000] [--minutes 15]

The streets are a jittered grid of 100 m. Each city is computed in a process of its own, whose largest memory is printed
with that of a dense matrix of minutes. Floating catchments are compared with PySAL's where it is installed; the largest
difference is relative.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import multiprocessing
import resource
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from lifecircle.access.allocation import nearest_first
from lifecircle.access.catchment import three_step, two_step
from lifecircle.access.decay import Step
from lifecircle.access.joining import Joined
from lifecircle.access.opportunity import counts_within, nearest_facilities
from lifecircle.access.pairs import AccessPairs, access_pairs
from lifecircle.crs import to_lonlat
from lifecircle.network.graph import StreetNetwork
from lifecircle.network.places import insert_places
from lifecircle.network.search import walk_graph
from lifecircle.network.snap import Snapped
from lifecircle.network.walkers import read_walkers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

CRS: Final = "EPSG:32650"
CORNER_M: Final = (640_000.0, 3_520_000.0)
SPACING_M: Final = 100.0
STREETS_KEPT: Final = 0.75
KM2_PER_NODE: Final = 0.01
BYTES_PER_KIB: Final = 1024
BYTES_PER_GB: Final = 1e9
MOST_GB: Final = 2.0
LONGEST_LEG_M: Final = 60.0


@dataclass(frozen=True)
class City:
    """Streets over so many square kilometres; each of the places may be entered at several points."""

    name: str
    km2: float
    entrances: int


CITIES: Final = (
    City("city of 400 km2", 400, 1),
    City("inner city of 144 km2", 144, 1),
    City("everything in 36 km2", 36, 1),
    City("400 km2, parks of 40 entrances", 400, 40),
)


@dataclass(frozen=True)
class Size:
    """One line of the first table."""

    city: str
    pairs: int
    per_resident: float
    build_s: float
    table_gb: float
    dense_gb: float
    peak_gb: float


@dataclass(frozen=True)
class Speed:
    """One line of the second table."""

    measure: str
    library: str
    seconds: float
    difference: float


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--residents", type=int, default=20_000)
    options.add_argument("--places", type=int, default=5_000)
    options.add_argument("--minutes", type=float, default=15.0)
    asked = options.parse_args()
    fresh = multiprocessing.get_context("spawn")
    sizes = []
    for city in CITIES:
        with fresh.Pool(1) as pool:
            sizes.append(pool.apply(size_of, (city, asked.residents, asked.places, asked.minutes)))
    print_table(sizes)
    largest = max(size.peak_gb for size in sizes)
    print(f"largest process {largest:.2f} GB, {'under' if largest < MOST_GB else 'NOT UNDER'} {MOST_GB:g} GB\n")
    print_table(speeds(pairs_in(CITIES[1], asked.residents, asked.places, asked.minutes)))


def size_of(city: City, residents: int, places: int, minutes: float) -> Size:
    joined = joined_city(city, residents, places)
    graph = walk_graph(joined.placed, read_walkers()["standard"])
    everything = np.ones(places, dtype=bool)
    access_pairs(joined, graph, everything, 1.0)  # compiles, or reads what was compiled
    build_s, pairs = timed(lambda: access_pairs(joined, graph, everything, minutes), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB
    table = pairs.offsets.nbytes + pairs.facility.nbytes + pairs.minutes.nbytes
    dense = residents * places * pairs.minutes.itemsize
    count = len(pairs.minutes)
    return Size(city.name, count, count / residents, build_s, *(size / BYTES_PER_GB for size in (table, dense, peak)))


def pairs_in(city: City, residents: int, places: int, minutes: float) -> AccessPairs:
    joined = joined_city(city, residents, places)
    graph = walk_graph(joined.placed, read_walkers()["standard"])
    return access_pairs(joined, graph, np.ones(places, dtype=bool), minutes)


def joined_city(city: City, residents: int, places: int) -> Joined:
    network = grid_network(round(city.km2 / KM2_PER_NODE))
    rng = np.random.default_rng(7)
    first_edge = rng.integers(network.edge_count, size=places)
    around = (first_edge[:, np.newaxis] + np.arange(city.entrances)) % network.edge_count
    edge = np.concatenate([rng.integers(network.edge_count, size=residents), around.ravel()]).astype(np.int32)
    snapped = Snapped(edge, rng.random(len(edge)), rng.uniform(0, LONGEST_LEG_M, len(edge)), np.zeros((len(edge), 2)))
    placed = insert_places(network, snapped)
    return Joined(
        placed=placed,
        resident_node=placed.node_of_place[:residents],
        resident_leg_m=placed.leg_m[:residents],
        entrance_node=placed.node_of_place[residents:],
        entrance_leg_m=placed.leg_m[residents:],
        entrance_facility=np.repeat(np.arange(places, dtype=np.int32), city.entrances),
    )


def grid_network(nodes: int) -> StreetNetwork:
    """Return a jittered grid without every fourth of its edges, so that three meet at a node, as in cities."""
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
    return StreetNetwork(
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


def speeds(pairs: AccessPairs) -> list[Speed]:
    rng = np.random.default_rng(11)
    demand = rng.integers(0, 400, pairs.resident_count).astype(float)
    supply = rng.integers(0, 60, pairs.facility_count).astype(float)
    zones = Step((pairs.limit_minutes / 3, pairs.limit_minutes * 2 / 3, pairs.limit_minutes), (1, 0.68, 0.22))
    own = {
        "counts within 5, 10, 15 min": lambda: counts_within(pairs, zones.until_minutes),
        "3 nearest": lambda: nearest_facilities(pairs, 3),
        "E2SFCA": lambda: two_step(pairs.weights(zones), supply, demand).supply_per_person,
        "3SFCA": lambda: three_step(pairs.weights(zones), supply, demand).supply_per_person,
        "nearest-first filling": lambda: nearest_first(pairs, demand, supply).placed,
    }
    nearest_first(pairs, demand, supply)  # compiles, or reads what was compiled
    found = {name: timed(work, 3) for name, work in own.items()}
    rows = [Speed(name, "lifecircle", seconds, 0) for name, (seconds, _) in found.items()]
    if importlib.util.find_spec("access"):
        for name, work in pysal_works(pairs, zones, supply, demand).items():
            seconds, values = timed(work, 1)
            ours = found[name][1]
            theirs = values.reindex(range(len(ours))).fillna(0).to_numpy()
            rows.append(Speed(name, "PySAL access", seconds, float(np.max(np.abs(theirs - ours)) / ours.max())))
    return rows


def pysal_works(
    pairs: AccessPairs, zones: Step, supply: NDArray[np.float64], demand: NDArray[np.float64]
) -> dict[str, Callable[[], Any]]:
    from access import fca, weights  # noqa: PLC0415 - a peer that need not be installed

    walks = pd.DataFrame({"origin": pairs.resident, "dest": pairs.facility, "cost": pairs.minutes})
    tables = (
        pd.DataFrame({"geoid": range(len(demand)), "demand": demand}),
        pd.DataFrame({"supply": supply}),
        walks,
        pairs.limit_minutes,
    )
    law = weights.step_fn(dict(zip(zones.until_minutes, zones.weights, strict=True)))
    return {
        "E2SFCA": lambda: fca.two_stage_fca(*tables, weight_fn=law),
        "3SFCA": lambda: fca.three_stage_fca(*tables, weight_fn=law),
    }


def print_table(rows: list[Any]) -> None:
    print(pd.DataFrame(rows).to_string(index=False, float_format=lambda value: f"{value:.3g}"))


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
