"""The one-way flow: a study file in, a finished run folder out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lifecircle.access.joining import join, unjoined
from lifecircle.access.table import access_table
from lifecircle.files import folder_written_whole
from lifecircle.inputs.collect import Collected, collect
from lifecircle.network.store import cached_network
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import read_plan
from lifecircle.progress import quietly
from lifecircle.report.folder import write_folder
from lifecircle.report.manifest import MANIFEST, manifest, write_manifest
from lifecircle.scores.score import score, searches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from lifecircle.access.joining import Joined
    from lifecircle.bilingual import Lang
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.plan import Plan
    from lifecircle.problems import Problem
    from lifecircle.progress import Step
    from lifecircle.study import Study


@dataclass(frozen=True)
class Analysis:
    """Everything that one study gave, in memory.

    Attributes
    ----------
    study : Study
    plans : tuple of Plan
    inputs : Collected
        Areas, residents and facilities as used.
    network : StreetNetwork
    joined : Joined
        Residents and facilities at their places on the streets.
    access : DataFrame
        One row per resident, service and walker; see :mod:`lifecircle.access.table`.
    results : DataFrame
        One row per standard, area and denominator; see :mod:`lifecircle.scores.results`.
    problems : list of Problem
        Everything that was dropped, repaired or worth noting.
    """

    study: Study
    plans: tuple[Plan, ...]
    inputs: Collected
    network: StreetNetwork
    joined: Joined
    access: pd.DataFrame
    results: pd.DataFrame
    problems: list[Problem]


def analyse(study: Study, step: Step = quietly) -> Analysis:
    """Compute access and scores of a study.

    Parameters
    ----------
    study : Study
    step : Step, optional
        Told what is being done.

    Raises
    ------
    LifecircleError
        If a file cannot be used; the message says which, where, and what to do.
    """
    plans = read_plans(study)
    walkers = read_walkers()
    with step("inputs"):
        inputs = collect(study)
    with step("network"):
        network, problems = cached_network(inputs.files["streets"], study.streets, inputs.crs)
    with step("join"):
        joined = join(network, inputs.residents, inputs.entrances, study.snap_limit_m)
    with step("access"):
        wanted = searches(plans, walkers)
        access = access_table(joined, inputs.residents, inputs.facilities, wanted, inputs.silent)
    with step("scores"):
        results = score(study, plans, inputs, access)
    return Analysis(
        study=study,
        plans=plans,
        inputs=inputs,
        network=network,
        joined=joined,
        access=access,
        results=results,
        problems=problems + inputs.problems + unjoined(joined, inputs.residents, inputs.facilities, study.snap_limit_m),
    )


def read_plans(study: Study) -> tuple[Plan, ...]:
    """Read the plans that a study names."""
    return tuple(read_plan(name, study.path.parent) for name in study.plans)
