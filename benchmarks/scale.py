"""Time and memory of tiles against the size of an area: several copies of a sample city side by side.

    python benchmarks/scale.py [--study data/nanjing-sample/study.yaml] [--copies 1,2,4,6] [--side 20000] [--check]

Every size is measured in a process of its own, with two workers; the smallest also with one worker, both three times,
and untiled. Prints for each size the seconds of join (with the cut of the streets) and search; what the leading process
and all workers took of the processor for each 100,000 nodes, which other work on the machine does not change; and the
peak memory of the leading process and of its largest worker. Then how much faster two workers are than one, and a cost
model: what a task takes for itself and for each 100,000 nodes and places; what the smaller sizes let expect of the
largest; and what that makes for a province and a country. With --check, the tables of the smallest size are compared.

The copies lie apart, so that no walk leads from one to another; they share one projected frame, and their streets keep
their geodesic lengths.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from lifecircle.access.joining import join
from lifecircle.access.table import access_table
from lifecircle.inputs.entrances import entrances
from lifecircle.network.snap import edge_lines
from lifecircle.network.walkers import read_walkers
from lifecircle.run import read_ground
from lifecircle.scale.engine import Tiles
from lifecircle.scale.workers import cluster
from lifecircle.scores.farthest import farthest_walk_m
from lifecircle.scores.score import searches
from lifecircle.study import read_study

if TYPE_CHECKING:
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.run import Ground
    from lifecircle.scale.workers import Cluster

GIB = 1024**3
ROUNDS = 3
WIDTH = 12
HEADS = (
    "nodes", "residents", "facilities", "workers", "tiles", "tasks", "join s", "search s", "lead s/100k", "work s/100k",
    "lead GiB", "worker GiB",
)  # fmt: skip
PER = 100_000
APART_DEGREES = 0.2
AREAS = {"Jiangsu": (85.0e6, 13), "China": (1_410.0e6, 337)}
"""People (census of 2020) and cities of the prefecture level and above."""

SAMPLE_PEOPLE = 9.31e6


@dataclass(frozen=True)
class Area:
    """Streets, people and facilities, as an engine takes them."""

    network: StreetNetwork
    residents: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame


def area_of(ground: Ground) -> Area:
    inputs = ground.inputs
    lines = edge_lines(ground.network)[ground.network.edge_snappable]
    return Area(
        ground.network,
        inputs.residents,
        inputs.facilities,
        entrances(inputs.facilities, inputs.crs, inputs.gates, lines),
    )


def side_by_side(area: Area, copies: int) -> Area:
    """Return so many copies of an area in a row from west to east."""
    lon = area.network.vertex_lonlat[:, 0]
    step = lon.max() - lon.min() + APART_DEGREES
    shifts = [at * step for at in range(copies)]

    def tables(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        parts = [table.set_geometry(table.geometry.translate(xoff=shift)) for shift in shifts]
        return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=table.crs)

    residents = tables(area.residents)
    residents["resident_id"] = np.arange(len(residents)).astype(str)
    ways_in = tables(area.entrances)
    ways_in["facility_row"] += np.repeat(np.arange(copies), len(area.entrances)) * len(area.facilities)
    return Area(_streets(area.network, shifts), residents, tables(area.facilities), ways_in)


def _streets(network: StreetNetwork, shifts: list[float]) -> StreetNetwork:
    count, vertices = network.node_count, len(network.vertex_lonlat)
    columns: dict[str, Any] = {}
    for name, column in vars(network).items():
        if isinstance(column, np.ndarray):
            columns[name] = np.concatenate([column] * len(shifts))
    copy = np.arange(len(shifts))
    columns["edge_nodes"] += np.repeat(copy * count, network.edge_count)[:, None].astype(np.int32)
    columns["component"] += np.repeat(copy * (network.component.max() + 1), count).astype(np.int32)
    columns["node_lonlat"][:, 0] += np.repeat(shifts, count)
    columns["vertex_lonlat"][:, 0] += np.repeat(shifts, vertices)
    starts = [network.edge_offsets[:-1] + at * vertices for at in copy]
    columns["edge_offsets"] = np.concatenate([*starts, [len(shifts) * vertices]])
    return replace(network, **columns)


def peak_gib() -> float:
    """Return the most memory that this process has held; unlike that of getrusage, its parent's does not count."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / GIB


def measured(study_file: Path, copies: int, workers: int, side_m: float, check: bool) -> dict[str, Any]:
    """Measure one size in this process; untiled if there are no workers."""
    study = read_study(study_file)
    ground = read_ground(study)
    wanted = searches(ground.plans, read_walkers())
    area = side_by_side(area_of(ground), copies)
    silent, limit_m = ground.inputs.silent, study.snap_limit_m
    reach_m = farthest_walk_m(ground.plans, read_walkers())
    del ground
    found: dict[str, Any] = {
        "copies": copies,
        "workers": workers,
        "nodes": area.network.node_count,
        "residents": len(area.residents),
        "facilities": len(area.facilities),
        "places": len(area.residents) + len(area.entrances),
    }
    start = time.perf_counter()
    if workers == 0:
        joined = join(area.network, area.residents, area.entrances, limit_m)
        found["join_s"], start = time.perf_counter() - start, time.perf_counter()
        access_table(joined, area.residents, area.facilities, wanted, silent)
        return found | {"search_s": time.perf_counter() - start, "peak_gib": peak_gib()}
    with tempfile.TemporaryDirectory() as folder, cluster("local", workers) as machines:
        machines.client.run(_warm)
        taken_s = _processor_s(machines)
        start = time.perf_counter()
        tiles = Tiles(machines, Path(folder), reach_m, side_m, _quiet)
        joined = tiles.join(area.network, area.residents, area.entrances, limit_m)
        found["join_s"], start = time.perf_counter() - start, time.perf_counter()
        tiled = tiles.access_table(joined, area.residents, area.facilities, wanted, silent)
        found["search_s"] = time.perf_counter() - start
        found["lead_s"], found["work_s"] = (_processor_s(machines) - taken_s).tolist()
        costs = [json.loads(path.read_text("utf-8"))["cost"] for path in Path(folder).glob("receipts/*/*.json")]
        found |= {"tiles": len(tiles.receipts), "tasks": len(costs), "peak_gib": peak_gib(), "costs": costs}
        found["worker_gib"] = max(machines.client.run(peak_gib).values())
        found["bytes"] = sum(path.stat().st_size for path in Path(folder).glob("streets/*/*.parquet"))
    if check:
        whole = join(area.network, area.residents, area.entrances, limit_m)
        expected = access_table(whole, area.residents, area.facilities, wanted, silent)
        pd.testing.assert_frame_equal(tiled, expected, check_exact=True)
        found["same"] = len(expected)
    return found


def _processor_s(machines: Cluster) -> np.ndarray:
    """Return what this process, and all workers together, have taken of the processor so far."""
    return np.array([time.process_time(), sum(machines.client.run(time.process_time).values())])


def _warm() -> None:
    """Import and load what every task needs, so that no measured task pays for it."""
    import lifecircle.scale.searching  # noqa: F401, PLC0415 - a worker's first import


def _quiet(_done: int, _whole: int) -> None:
    pass


def apart(chosen: argparse.Namespace, copies: int, workers: int, *, check: bool = False) -> dict[str, Any]:
    """Measure one size in a process of its own."""
    command = [sys.executable, __file__, "--study", str(chosen.study), "--side", str(chosen.side)]
    command += ["--one", f"{copies},{workers}", *(["--check"] if check else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def fitted(costs: list[dict[str, float]]) -> np.ndarray:
    """Return seconds per task, per 100,000 nodes and per 100,000 places of full searches, by least squares."""
    full = [cost for cost in costs if cost["searches"] == max(one["searches"] for one in costs)]
    sizes = np.array([[1.0, cost["nodes"] / PER, cost["places"] / PER] for cost in full])
    return np.linalg.lstsq(sizes, np.array([cost["seconds"] for cost in full]), rcond=None)[0]


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--study", type=Path, default=Path("data/nanjing-sample/study.yaml"))
    options.add_argument("--copies", default="1,2,4,6")
    options.add_argument("--side", type=float, default=20_000.0)
    options.add_argument("--check", action="store_true")
    options.add_argument("--one", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        copies, workers = map(int, chosen.one.split(","))
        print(json.dumps(measured(chosen.study, copies, workers, chosen.side, chosen.check)))
        return
    sizes = [int(part) for part in chosen.copies.split(",")]
    print("".join(f"{head:>{WIDTH}}" for head in HEADS), flush=True)
    alone = row(apart(chosen, sizes[0], 0))
    first, *rest = sizes
    pairs = [(row(apart(chosen, first, 1)), row(apart(chosen, first, 2, check=chosen.check))) for _ in range(ROUNDS)]
    two = [pairs[0][1], *(row(apart(chosen, size, 2)) for size in rest)]
    gains = sorted(seconds(one) / seconds(both) for one, both in pairs)
    print(
        f"\nTwo workers are {gains[ROUNDS // 2]:.2f} times as fast as one (median; {gains[0]:.2f} to {gains[-1]:.2f}); "
        f"untiled in one process: {seconds(alone):.1f} s."
    )
    if "same" in two[0]:
        print(f"All {two[0]['same']:,} rows of the access table are the same, tiled and untiled, to the bit.")
    if len(two) > 1:
        model(two)


def seconds(found: dict[str, Any]) -> float:
    return found["join_s"] + found["search_s"]


def row(found: dict[str, Any]) -> dict[str, Any]:
    """Print a size and return it."""
    cells = [f"{found[name]:,}" for name in ("nodes", "residents", "facilities", "workers")]
    cells += [f"{found[name]:,}" if name in found else "—" for name in ("tiles", "tasks")]
    cells += [f"{found[name]:.1f}" for name in ("join_s", "search_s")]
    cells += [f"{found[name] / found['nodes'] * PER:.2f}" if name in found else "—" for name in ("lead_s", "work_s")]
    cells += [f"{found[name]:.2f}" if name in found else "—" for name in ("peak_gib", "worker_gib")]
    print("".join(f"{cell:>{WIDTH}}" for cell in cells), flush=True)
    return found


def model(runs: list[dict[str, Any]]) -> None:
    """Print what a task costs, what that makes for the largest size, and for larger areas."""
    *smaller, largest = runs
    task, nodes, places = fitted([cost for run in smaller for cost in run["costs"]])
    lead, work = (float(np.mean([run[name] / run["nodes"] for run in smaller])) for name in ("lead_s", "work_s"))
    grown = np.polyfit([run["nodes"] for run in runs], [run["peak_gib"] for run in runs], 1)[0]
    workers = [run["worker_gib"] for run in runs]
    expected, taken = (lead + work) * largest["nodes"], largest["lead_s"] + largest["work_s"]
    print(
        f"A task of all searches takes {task:.3f} s, {nodes:.3f} s per 100,000 nodes and {places:.3f} s per 100,000 "
        f"places, halo included.\nThe whole takes {lead * PER:.2f} s of the leading process and {work * PER:.2f} s of "
        f"the workers per 100,000 nodes of the area.\n"
        f"The largest size: {expected:.0f} s expected, {taken:.0f} s measured, {taken / expected - 1:+.0%}.\n"
        f"Memory: workers {min(workers):.2f} to {max(workers):.2f} GiB; the leading process {grown * PER:.3f} GiB, and "
        f"the streets of the tiles {largest['bytes'] / largest['nodes'] * PER / 1e6:.0f} MB on disk, per 100,000 nodes."
    )
    per_person = largest["nodes"] / largest["copies"] / SAMPLE_PEOPLE
    for name, (people, cities) in AREAS.items():
        count = people * per_person
        hours = (lead + work) * count / 3600
        print(f"{name}: {count / 1e6:.1f} million nodes in {cities} cities, {hours:.1f} hours of one processor.")


if __name__ == "__main__":
    os.environ.setdefault("LIFECIRCLE_CACHE", str(Path(tempfile.gettempdir()) / "lifecircle-benchmark"))
    main()
