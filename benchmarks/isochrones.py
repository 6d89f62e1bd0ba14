"""Draw isochrones around many random places of real cities, and hold every polygon against the times at all nodes.

    python benchmarks/isochrones.py [--origins 500] [--minutes 5,10,15] [--walker standard]

For each city it prints how long searching and drawing took, how many nodes lie within the limits, how many of these are
outside their polygon (should be 0), how many nodes that take longer by more than the tolerance are inside (should be
0), and how many polygons are invalid or do not cover the one before (should be 0). Nodes at one position count as one
place, which takes as long as the quickest of them. Cities whose data is absent are passed over: the real data is found
as in the tests, the sample city in data/nanjing-sample.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from lifecircle.configs import configs_dir
from lifecircle.crs import to_lonlat, to_metric
from lifecircle.network.isochrones import TOLERANCE_S, isochrone_polygons, reach_of_each
from lifecircle.network.places import insert_places
from lifecircle.network.points import Targets, piece_walks
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.store import cached_network
from lifecircle.network.walkers import read_walkers
from lifecircle.study import read_study

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.points import PieceWalks

REPOSITORY = Path(__file__).parents[1]
BESIDE_M = 60.0  # origins lie so far from a random point of a street, as a standard deviation
SEED = 500


@dataclass
class Faults:
    """What was counted over all polygons of a city."""

    within: int = 0
    lost: int = 0
    beyond: int = 0
    swallowed: int = 0
    invalid: int = 0
    not_nested: int = 0


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--origins", type=int, default=500)
    options.add_argument("--minutes", default="5,10,15")
    options.add_argument("--walker", default="standard")
    chosen = options.parse_args()
    minutes = [float(part) for part in chosen.minutes.split(",")]
    os.environ.setdefault("LIFECIRCLE_REAL_DATA", str(REPOSITORY.parent / "shared" / "data"))
    studies = [configs_dir() / "studies" / f"{name}.yaml" for name in ("porto_alegre", "helsinki")]
    for path in (*studies, REPOSITORY / "data" / "nanjing-sample" / "study.yaml"):
        network = network_of(path)
        if network is None:
            print(f"{path}: no data, passed over")
        else:
            measure(path.stem, network, chosen.origins, minutes, chosen.walker)


def network_of(path: Path) -> StreetNetwork | None:
    """Return the streets of a study, flat; ``None`` where its files are absent."""
    if not path.exists():
        return None
    study = read_study(path)
    streets = study.place(study.streets.file)
    if not streets.exists() or study.crs is None:
        return None
    return cached_network(streets, study.streets, study.crs, gap_m=study.repair_gap_m)[0]


def measure(name: str, network: StreetNetwork, count: int, minutes: list[float], walker: str) -> None:
    walks = origins(network, count, walker)
    start = time.perf_counter()
    reaches = reach_of_each(walks, 60 * minutes[-1])
    searched = time.perf_counter()
    areas = isochrone_polygons(walks, reaches, minutes)
    drawn = time.perf_counter()
    places = len(reaches)
    faults = faults_of(walks, areas.geometry.to_numpy().reshape(places, len(minutes)), minutes)
    print(
        f"{name}: {network.node_count:,} nodes, {network.edge_length_m.sum() / 1000:,.0f} km; {places} places x "
        f"{len(minutes)} limits: searched in {searched - start:.1f} s, drawn in {drawn - searched:.1f} s\n"
        f"  {faults.within:,} nodes within, {faults.lost} of them outside; {faults.beyond:,} nodes beyond, "
        f"{faults.swallowed} of them inside; {faults.invalid} polygons invalid, {faults.not_nested} not nested"
    )


def origins(network: StreetNetwork, count: int, walker: str) -> PieceWalks:
    """Return random places beside the streets, joined to them."""
    rng = np.random.default_rng(SEED)
    near = network.vertex_lonlat[rng.integers(len(network.vertex_lonlat), size=count)]
    lonlat = to_lonlat(to_metric(near, network.crs) + rng.normal(0, BESIDE_M, (count, 2)), network.crs)
    placed = insert_places(network, snap_to_edges(network, lonlat, 300))
    joined = np.flatnonzero(placed.node_of_place >= 0)
    targets = Targets(
        placed.node_of_place[joined], placed.leg_m[joined], lonlat[joined], np.arange(len(joined), dtype=np.int64)
    )
    return piece_walks(placed, targets, read_walkers()[walker])


def faults_of(walks: PieceWalks, polygons: NDArray[np.object_], minutes: list[float]) -> Faults:
    """Hold the polygons of every place against the times of all nodes, searched again."""
    placed, targets = walks.placed, walks.targets
    graph = walk_graph(placed, walks.graph.walker)
    _, position = np.unique(placed.node_lonlat.round(7), axis=0, return_inverse=True)
    faults = Faults(
        invalid=int((~shapely.is_valid(polygons)).sum()),
        not_nested=int((~shapely.covers(polygons[:, 1:], polygons[:, :-1])).sum()),
    )
    for place, own in enumerate(polygons):
        seconds = nearest(graph, targets.node[place : place + 1], targets.leg_m[place : place + 1]).seconds
        least_s = np.full(position.max() + 1, np.inf)
        np.minimum.at(least_s, position, seconds)
        for limit, polygon in zip(minutes, own, strict=True):
            shapely.prepare(polygon)
            inside = shapely.contains_xy(polygon, *placed.node_lonlat.T)
            within, beyond = seconds <= 60 * limit, least_s[position] > 60 * limit + TOLERANCE_S
            faults.within += int(within.sum())
            faults.lost += int((within & ~inside).sum())
            faults.beyond += int(beyond.sum())
            faults.swallowed += int((beyond & inside).sum())
    return faults


if __name__ == "__main__":
    main()
