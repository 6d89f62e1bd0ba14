"""Choose sites among 500 candidates for the 100,000 resident points of the full sample, beside spopt with pulp and CBC.

    python benchmarks/siting.py [--study study.yaml] [--candidates 500] [--peer-points 10000]

Without a study the full sample is made first. People walk to centres of elder care within 15 minutes. The whole
problem is given to lifecircle, and a part of its points, drawn at random, to both. Each is solved in a process of its
own. Times are wall seconds, the first for stating the problem, with all walks for the whole; memory is the peak of the
process.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from lifecircle.run import access_on, join_ground, read_ground
from lifecircle.sample import write_sample
from lifecircle.siting.candidates import Lacking, street_candidates
from lifecircle.siting.models import maximal_cover
from lifecircle.siting.need import chosen_circle, need_of
from lifecircle.siting.rules import Effort, Rules
from lifecircle.siting.walks import site_walks, within
from lifecircle.study import read_study

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

LAYER: Final = "elder_care"
NUMBERS: Final = (5, 20, 50)
MOST_SECONDS: Final = 60.0
MOST_GAP: Final = 0.01
MOST_GB: Final = 4.0
PEER_SECONDS: Final = 600
KIB_PER_GB: Final = 1e9 / 1024


@dataclass(frozen=True, eq=False)
class Problem:
    """One set of people and candidates."""

    name: str
    reach: sparse.csr_array
    people: NDArray[np.float64]
    state_s: float


@dataclass(frozen=True)
class Solved:
    """One line of the table."""

    problem: str
    points: int
    sites: int
    solver: str
    state_s: float
    solve_s: float
    objective: float
    gap: float
    peak_gb: float


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--study", type=Path)
    options.add_argument("--candidates", type=int, default=500)
    options.add_argument("--peer-points", type=int, default=10_000)
    asked = options.parse_args()
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        study = asked.study or write_sample(Path(folder) / "city", "full")
        with fresh.Pool(1) as pool:
            problems, peak_gb = pool.apply(problems_of, (study, asked.candidates))
    print(f"reading the study and walking from its points to the candidates took {peak_gb:.2f} GB at most")
    rows = []
    for problem in problems:
        part = part_of(problem, asked.peer_points)
        for sites in NUMBERS:
            for given, solver in ((problem, by_lifecircle), (part, by_lifecircle), (part, by_spopt)):
                with fresh.Pool(1) as pool:
                    rows.append(pool.apply(solver, (given, sites)))
                print_table(rows[-1:], header=len(rows) == 1)
    own = [row for row in rows if row.solver == "lifecircle"]
    worst = max(row.solve_s for row in own), max(row.gap for row in own), max([peak_gb, *(row.peak_gb for row in own)])
    kept = all(value <= most for value, most in zip(worst, (MOST_SECONDS, MOST_GAP, MOST_GB), strict=True))
    print(
        f"lifecircle: at most {worst[0]:.1f} s, gap {worst[1]:.2%}, {worst[2]:.2f} GB: "
        f"{'within' if kept else 'NOT WITHIN'} {MOST_SECONDS:g} s, {MOST_GAP:.0%}, {MOST_GB:g} GB"
    )


def problems_of(study_file: Path, candidates: int) -> tuple[list[Problem], float]:
    """Return the people who lack the service, and everybody as if nothing stood yet, with the peak of memory in GB."""
    study = read_study(study_file)
    ground = read_ground(study)
    inputs, joined = join_ground(ground)
    plan, circle = chosen_circle(ground.plans, LAYER)
    need = need_of(study, plan, circle, inputs.residents, inputs.areas, access_on(ground, inputs, joined))
    lonlat, reach_m = inputs.residents.get_coordinates().to_numpy(), need.limit * 60 * need.walker.speed_m_s
    found = []
    for name, people in (("who lack it", need.lacking), ("everybody", need.people)):
        start = time.perf_counter()
        sites = street_candidates(inputs, ground.network, Lacking(lonlat, people, reach_m), candidates)
        walks = site_walks(ground.network, inputs.residents, sites, circle, need.walker, study.snap_limit_m, need.limit)
        found.append(Problem(name, within(walks, need.limit), people, time.perf_counter() - start))
    return found, peak_gb()


def part_of(problem: Problem, points: int) -> Problem:
    """Return a problem with some of the points that have people, and the time to state it left to the solver."""
    some = np.flatnonzero(problem.people > 0)
    chosen = np.sort(np.random.default_rng(3).choice(some, min(points, len(some)), replace=False))
    return replace(problem, reach=problem.reach[chosen], people=problem.people[chosen], state_s=0.0)


def by_lifecircle(problem: Problem, sites: int) -> Solved:
    rules = Rules(np.ones(problem.reach.shape[1]), most=sites)
    start = time.perf_counter()
    best = maximal_cover(problem.reach, problem.people, rules, Effort(MOST_SECONDS))
    return row_of(problem, sites, "lifecircle", problem.state_s, time.perf_counter() - start, best.value, best.gap)


def by_spopt(problem: Problem, sites: int) -> Solved:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp  # noqa: PLC0415 - a peer that need not be installed
        from spopt.locate import MCLP  # noqa: PLC0415 - a peer that need not be installed

        start = time.perf_counter()
        cost = np.where(problem.reach.toarray(), 0.0, 1.0)
        model = MCLP.from_cost_matrix(cost, problem.people, service_radius=0.5, p_facilities=sites)
        stated = time.perf_counter()
        solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=PEER_SECONDS)
        found = model.solve(solver, results=False)
        solve_s = time.perf_counter() - stated
    proven = found.problem.sol_status == pulp.LpSolutionOptimal and solve_s < PEER_SECONDS
    value = float(found.problem.objective.value())
    return row_of(problem, sites, "spopt, CBC", stated - start, solve_s, value, 0.0 if proven else np.nan)


def row_of(
    problem: Problem, sites: int, solver: str, state_s: float, solve_s: float, value: float, gap: float
) -> Solved:
    return Solved(problem.name, len(problem.people), sites, solver, state_s, solve_s, value, gap, peak_gb())


def peak_gb() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / KIB_PER_GB


def print_table(rows: list[Any], *, header: bool) -> None:
    table = pd.DataFrame(rows)
    widths = {"problem": 12, "points": 7, "sites": 5, "solver": 11}
    formats = {name: (f"{{:>{width}}}").format for name, width in widths.items()}
    formats |= dict.fromkeys(("state_s", "solve_s", "peak_gb"), "{:8.2f}".format)
    formats |= {"objective": "{:12,.0f}".format, "gap": "{:8.2%}".format}
    print(table.to_string(index=False, header=header, formatters=formats), flush=True)


if __name__ == "__main__":
    main()
