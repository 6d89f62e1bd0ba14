"""The one-way flow: a study file in, a finished run folder out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from lifecircle.access.bands import isochrone_bands
from lifecircle.access.joining import Joined, join, unjoined
from lifecircle.access.table import access_table, nearer
from lifecircle.beside import HERE
from lifecircle.files import folder_written_whole
from lifecircle.inputs.collect import Collected, collect
from lifecircle.inputs.completeness import completeness
from lifecircle.inputs.contracts import FACILITIES
from lifecircle.inputs.entrances import entrances
from lifecircle.inputs.files import study_files
from lifecircle.inputs.frame_checks import LayerFit, fit_problems, frame_fits, require_fitting, segments_of
from lifecircle.inputs.osm_places import facility_layers
from lifecircle.network.islands import island_problems, island_streets, islands
from lifecircle.network.snap import edge_lines
from lifecircle.network.store import cached_network
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import check_layers
from lifecircle.problems import problems_table
from lifecircle.progress import quietly
from lifecircle.recorded import asked_for, input_files, require_unchanged, study_plans
from lifecircle.report.findings import Findings
from lifecircle.report.finished import earlier_gaps
from lifecircle.report.folder import DOCUMENT_STEPS, FOLDER_STEPS, write_folder
from lifecircle.report.manifest import MANIFEST, hashed, manifest, write_manifest
from lifecircle.report.map import problem_points
from lifecircle.scenarios.inputs import CHANGES, changed_inputs
from lifecircle.scenarios.streets import changed_streets
from lifecircle.scores.farthest import farthest_walk_m
from lifecircle.scores.gaps import gaps
from lifecircle.scores.populations import POPULATION_COLUMNS, populations, same_places
from lifecircle.scores.score import residents_by_area, score, searches
from lifecircle.scores.stability import stability

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.bilingual import Lang
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.plan import Plan
    from lifecircle.problems import Problem
    from lifecircle.progress import Step
    from lifecircle.scenarios.changes import Changes
    from lifecircle.study import Study

CHECK_STEPS: Final = 4
STEPS: Final = CHECK_STEPS + 3 + FOLDER_STEPS + 1
"""Steps that a check and a run announce."""

STEPS_WITHOUT_DOCUMENTS: Final = STEPS - DOCUMENT_STEPS


@dataclass(frozen=True)
class Analysis:
    """Everything that one study gave, in memory.

    Attributes
    ----------
    findings : Findings
        Its tables.
    checked : Checked
        What its files held, joined to the streets.
    verification : dict
        What a second engine said of some of the times (:func:`lifecircle.access.spot_check.spot_check`); empty where
        places kept the streets of before a change.
    """

    findings: Findings
    checked: Checked
    verification: dict[str, Any]

    @property
    def inputs(self) -> Collected:
        """What the files held."""
        return self.checked.inputs

    @property
    def joined(self) -> Joined:
        """The streets that can be walked, with residents and facilities at their places."""
        return self.checked.joined


@dataclass(frozen=True)
class Engine:
    """What joins places to the streets and searches them: this process, or the tiles of :mod:`lifecircle.scale`.

    Attributes
    ----------
    join : callable
        As :func:`lifecircle.access.joining.join`.
    access_table : callable
        As :func:`lifecircle.access.table.access_table`, and with the same result.
    """

    join: Callable[..., Joined] = join
    access_table: Callable[..., pd.DataFrame] = access_table


THIS_PROCESS: Final = Engine()


@dataclass(frozen=True)
class Ground:
    """What an analysis stands on: a study with all that its files hold, before any place is joined to a street.

    Attributes
    ----------
    study : Study
        Its limits, groups and layers; its files were read already.
    plans : tuple of Plan
    inputs : Collected
    network : StreetNetwork
    problems : tuple of Problem
        What was found while the streets were read.
    engine : Engine
        What is to search these streets.
    old_streets : (E,) bool, optional
        Of a ground that was changed, the edges that were there before.
    """

    study: Study
    plans: tuple[Plan, ...]
    inputs: Collected
    network: StreetNetwork
    problems: tuple[Problem, ...] = ()
    engine: Engine = THIS_PROCESS
    old_streets: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Checked:
    """A study whose files were read and joined to the streets.

    Attributes
    ----------
    plans : tuple of Plan
    inputs : Collected
    joined : Joined
    fits : tuple of LayerFit
        How the frames of the inputs fit the streets.
    islands : DataFrame
        The parts of the streets that hang together; see :mod:`lifecircle.network.islands`.
    problems : DataFrame
        Everything that was dropped, repaired or worth noting.
    """

    plans: tuple[Plan, ...]
    inputs: Collected
    joined: Joined
    fits: tuple[LayerFit, ...]
    islands: pd.DataFrame
    problems: pd.DataFrame


def analyse(
    study: Study,
    step: Step = quietly,
    earlier: pd.DataFrame | None = None,
    engine: Engine = THIS_PROCESS,
    beside: Executor = HERE,
) -> Analysis:
    """Compute access and scores of a study.

    Parameters
    ----------
    study : Study
    step : Step, optional
        Told what is being done.
    earlier : DataFrame, optional
        The gaps of an earlier run.
    engine : Engine, optional
        What searches the streets.
    beside : Executor, optional
        What works beside this process (:mod:`lifecircle.beside`).

    Raises
    ------
    LifecircleError
        If a file cannot be used; the message says which, where, and what to do.
    """
    return analyse_ground(replace(read_ground(study, step, beside), engine=engine), step, earlier, beside)


def analyse_ground(
    ground: Ground, step: Step = quietly, earlier: pd.DataFrame | None = None, beside: Executor = HERE
) -> Analysis:
    """Compute access and scores on a ground; otherwise as :func:`analyse`."""
    checked = check_ground(ground, step, beside)
    require_fitting(checked.fits)
    study, plans, inputs, joined = ground.study, checked.plans, checked.inputs, checked.joined
    wanted = searches(plans, read_walkers())
    bands = beside.submit(isochrone_bands, joined, inputs.facilities, inputs.entrances, wanted)
    with step("access"):
        access = access_on(ground, inputs, joined)
    with step("scores"):
        results = score(study, plans, inputs, access)
        people = residents_by_area(study, inputs)
        behind = gaps(results, inputs.areas, study.groups, people, study.reference, earlier)
        ranking = stability(study, plans, inputs, access)
        compared = _two_populations(ground, inputs, access, results)
    with step("bands"):
        verification = _second_opinion(joined, inputs.facilities, access, wanted) if ground.old_streets is None else {}
        extract = inputs.files["streets"].name
        files = {layer: source.file or extract for layer, source in study.layers.items()}
        pictures = {
            "bands": bands.result(),
            "islands": island_streets(joined.placed.network, checked.islands),
            "problems": problem_points(checked.problems, inputs.facilities, files),
        }
    findings = Findings(
        study=study,
        plans=plans,
        areas=inputs.areas,
        residents=inputs.residents,
        facilities=inputs.facilities,
        basemap=inputs.basemap | pictures,
        access=access,
        results=results,
        gaps=behind,
        ranking=ranking,
        problems=checked.problems,
        completeness=completeness(inputs.facilities, inputs.residents, inputs.areas, inputs.silent),
        populations=compared,
    )
    return Analysis(findings, checked, verification)


def _second_opinion(*asked: Any) -> dict[str, Any]:
    """Return what a second engine says of some of the times, as :func:`lifecircle.access.spot_check.spot_check`."""
    from lifecircle.access.spot_check import spot_check  # noqa: PLC0415 - networkx is loaded where it is used

    return spot_check(*asked)


def results_on(ground: Ground) -> pd.DataFrame:
    """Return the results of a ground and nothing else: the scores alone, without gaps, ranking or checks of frames."""
    inputs, joined = join_ground(ground)
    return score(ground.study, ground.plans, inputs, access_on(ground, inputs, joined))


def access_on(ground: Ground, inputs: Collected, joined: Joined) -> pd.DataFrame:
    """Return the access table of everything that the plans ask for.

    Homes and facilities keep the street they have been on when another is built beside them: whichever way is shorter
    counts, so that no new street makes a walk longer.
    """
    wanted = searches(ground.plans, read_walkers())
    access = ground.engine.access_table(joined, inputs.residents, inputs.facilities, wanted, inputs.silent)
    if ground.old_streets is None:
        return access
    network = ground.network
    doors = replace(network, edge_snappable=network.edge_snappable & ground.old_streets)
    as_before = replace(ground, network=doors, old_streets=None)
    return nearer(access, access_on(as_before, *join_ground(as_before)))


def changed_ground(ground: Ground, changes: Changes) -> Ground:
    """Return a ground after changes.

    Raises
    ------
    ScenarioError
        With every change that does not fit the study, its line and remedy.
    """
    inputs = changed_inputs(ground.inputs, ground.study, changes)
    streets = changed_streets(ground.network, changes)
    return replace(ground, inputs=inputs, network=streets.network, old_streets=streets.old)


def _two_populations(ground: Ground, inputs: Collected, access: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Return what the second source of people would change; nothing is searched again where it has the same points."""
    second = inputs.second_residents
    if second is None:
        return pd.DataFrame(columns=list(POPULATION_COLUMNS))
    if not same_places(inputs.residents, second):
        there = replace(ground, inputs=replace(ground.inputs, residents=second))
        access = access_on(there, *join_ground(there))
    return populations(ground.study, ground.plans, inputs, results, second, access)


def check_study(study: Study, step: Step = quietly) -> Checked:
    """Read a study with its plans and all its files, and join its places to the streets, without scoring anything.

    Raises
    ------
    LifecircleError
        If a file cannot be used; the message says which, where, and what to do.
    """
    return check_ground(read_ground(study, step), step)


def read_ground(study: Study, step: Step = quietly, beside: Executor = HERE) -> Ground:
    """Read a study with its plans and all its files.

    Raises
    ------
    LifecircleError
        If a file cannot be used; the message says which, where, and what to do.
    """
    plans = study_plans(study)
    with step("inputs"):
        inputs = collect(study, farthest_walk_m(plans, read_walkers()), beside)
        for plan in plans:
            check_plan(plan, study, inputs)
    with step("network"):
        streets, terrain = inputs.files["streets"], inputs.files.get("terrain")
        network, found = cached_network(
            streets, study.streets, inputs.crs, terrain=terrain, gap_m=study.repair_gap_m, bounds=inputs.bounds
        )
    return Ground(study, plans, inputs, network, tuple(found))


def check_ground(ground: Ground, step: Step = quietly, beside: Executor = HERE) -> Checked:
    """Join the places of a ground to its streets, and list all that was found wrong."""
    study = ground.study
    streets = segments_of(ground.network.vertex_lonlat, ground.network.edge_offsets)
    fitting = beside.submit(frame_fits, study, ground.inputs, streets)
    with step("join"):
        inputs, joined = join_ground(ground)
        people = inputs.residents["population"].to_numpy(np.float64)
        cut_off = islands(joined.placed, joined.resident_node, people)
        lost = unjoined(joined, inputs.residents, inputs.facilities, study.snap_limit_m)
        lost += island_problems(cut_off, study.streets.file)
    with step("frames"):
        fits = fitting.result()
    problems = [*ground.problems, *inputs.problems, *fit_problems(fits), *lost]
    return Checked(ground.plans, inputs, joined, fits, cut_off, problems_table(problems))


def join_ground(ground: Ground) -> tuple[Collected, Joined]:
    """Return the inputs with the entrances that these streets give their facilities, and all places joined to them."""
    network, inputs = ground.network, ground.inputs
    lines = edge_lines(network)[network.edge_snappable]
    inputs = replace(inputs, entrances=entrances(inputs.facilities, inputs.crs, inputs.gates, lines))
    return inputs, ground.engine.join(network, inputs.residents, inputs.entrances, ground.study.snap_limit_m)


def check_plan(plan: Plan, study: Study | None = None, inputs: Collected | None = None) -> None:
    """Check that a plan asks only for layers and columns that are known, or that a study's facilities have.

    Raises
    ------
    PlanError
        With every fault, its line and its remedy.
    """
    known = {*facility_layers(), *(study.layers if study is not None else ())}
    columns: dict[str, set[str]] = {}
    if inputs is not None:
        for layer, rows in inputs.facilities.groupby("layer"):
            columns[str(layer)] = set(rows.columns) | set(FACILITIES.columns)
    check_layers(plan, known, columns)


def run_study(  # noqa: PLR0913 - all that a run may be told
    study: Study,
    folder: Path,
    lang: Lang,
    step: Step = quietly,
    against: Path | None = None,
    engine: Engine = THIS_PROCESS,
    beside: Executor = HERE,
    *,
    documents: bool = True,
) -> Analysis:
    """Analyse a study and write its run folder, whole or not at all.

    Parameters
    ----------
    study : Study
    folder : Path
        Where to write; an earlier run there is replaced once the new one is complete.
    lang : {"zh", "en"}
        Language of what people read.
    step : Step, optional
        Told what is being done.
    against : Path, optional
        An earlier run folder whose gaps are compared with.
    engine : Engine, optional
        What searches the streets.
    beside : Executor, optional
        What works beside this process (:mod:`lifecircle.beside`); it is shut down in the end, and before an unfinished
        folder is removed.
    documents : bool
        Otherwise only the tables, the map and the summary are written.

    Raises
    ------
    LifecircleError
        If a file cannot be used or written.
    """
    earlier = earlier_gaps(against) if against is not None else None
    with folder_written_whole(folder, MANIFEST) as temporary, beside:
        before = hashed(input_files(study, study_plans(study), study_files(study), against))
        analysis = analyse(study, step, earlier, engine, beside)
        facts = _manifest(analysis, lang, against, documents=documents)
        require_unchanged(before, facts["inputs"])
        _write(analysis, facts, temporary, lang, step, beside)
    return analysis


def write_run(analysis: Analysis, folder: Path, lang: Lang, step: Step = quietly, against: Path | None = None) -> None:
    """Write everything that a run leaves behind into an empty folder, the manifest last.

    The folder ``against`` is the one whose gaps were compared with.
    """
    _write(analysis, _manifest(analysis, lang, against), folder, lang, step)


def _write(
    analysis: Analysis, facts: dict[str, Any], folder: Path, lang: Lang, step: Step, beside: Executor = HERE
) -> None:
    """Write a run folder, with the documents if its manifest says that they were asked for."""
    write_folder(analysis.findings, folder, lang, step, facts, beside, documents=facts["parameters"]["documents"])
    with step("manifest"):
        write_manifest(facts, folder)


def _manifest(analysis: Analysis, lang: Lang, against: Path | None = None, *, documents: bool = True) -> dict[str, Any]:
    findings, files = analysis.findings, analysis.inputs.files
    study, plans = findings.study, findings.plans
    parameters = {
        **asked_for(study, plans, lang, files.get(CHANGES), against, documents=documents),
        "crs": analysis.inputs.crs,
        "rows": {
            "residents": len(findings.residents),
            "facilities": len(findings.facilities),
            "areas": len(findings.areas),
            "street_nodes": analysis.joined.placed.network.node_count,
            "street_edges": analysis.joined.placed.network.edge_count,
            "problems": len(findings.problems),
        },
    }
    facts = manifest(input_files(study, plans, files, against), parameters)
    return {**facts, "verification": analysis.verification}
