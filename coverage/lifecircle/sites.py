"""New sites for a study: from its files and a wish to proposed sites, and what they change for every promise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.access.table import access_table
from lifecircle.inputs.assignment import area_index
from lifecircle.inputs.frame_checks import require_fitting
from lifecircle.messages import catalogue, say
from lifecircle.network.walkers import read_walkers
from lifecircle.problems import problems_table
from lifecircle.progress import quietly
from lifecircle.run import CHECK_STEPS, access_on, check_ground, join_ground, read_ground
from lifecircle.scenarios.facilities import changed_facilities
from lifecircle.scores.circle import measured
from lifecircle.scores.score import score, searches, service_of
from lifecircle.siting.building import building_changes
from lifecircle.siting.candidates import Lacking, read_candidates, street_candidates
from lifecircle.siting.need import chosen_circle, circles_about, need_of, weighted
from lifecircle.siting.proposal import SECOND_PEOPLE, proposal
from lifecircle.siting.target import FEWEST_COLUMNS, fewest_sites
from lifecircle.siting.walks import facilities_without_places, facility_walks, site_walks
from lifecircle.siting.wish import Siting, Wish, farthest
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.access.joining import Joined
    from lifecircle.bilingual import Lang
    from lifecircle.inputs.collect import Collected
    from lifecircle.plan import Circle, Plan
    from lifecircle.progress import Step
    from lifecircle.run import Ground
    from lifecircle.scenarios.changes import Changes
    from lifecircle.siting.need import Need
    from lifecircle.siting.proposal import Proposal
    from lifecircle.siting.rules import Effort
    from lifecircle.study import Study

SITE_STEPS: Final = CHECK_STEPS + 5
"""Steps that proposing sites announces."""

WAY_STEPS: Final = CHECK_STEPS + 2
"""Steps that finding the shortest ways announces."""

_WALKED: Final = ("circle", "composite")


@dataclass(frozen=True, eq=False)
class Scored:
    """A study as it is scored, before or after something is built.

    Attributes
    ----------
    inputs : Collected
    joined : Joined
    access, results : DataFrame
    """

    inputs: Collected
    joined: Joined
    access: pd.DataFrame
    results: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Proposed:
    """Proposed sites with all that they change.

    Attributes
    ----------
    ground : Ground
        The study.
    layer : str
        What is built.
    plan : Plan
    circle : Circle
        What it is built for.
    proposal : Proposal
    changes : Changes
        The sites as facilities that open.
    before, after : Scored
        Every promise as it is, and as it would be.
    problems : DataFrame
        What was found wrong with the file of candidates.
    """

    ground: Ground
    layer: str
    plan: Plan
    circle: Circle
    proposal: Proposal
    changes: Changes
    before: Scored
    after: Scored
    problems: pd.DataFrame


def propose_sites(
    study: Study,
    layer: str,
    wish: Wish,
    *,
    standard: str | None = None,
    candidates: Path | None = None,
    lang: Lang = "zh",
    step: Step = quietly,
) -> Proposed:
    """Propose sites for facilities of a layer, and score the study as if they stood.

    Parameters
    ----------
    study : Study
    layer : str
        What is to be built.
    wish : Wish
        How much of it, and for whom first.
    standard : str, optional
        The circle that it is built for, where several are about the layer; the first one otherwise.
    candidates : Path, optional
        A file of sites or of land; positions on streets near those who lack something otherwise.
    lang : {"zh", "en"}
        Language in which sites without a name are called.
    step : Step, optional
        Told what is being done.

    Raises
    ------
    LifecircleError
        If a file cannot be used, or the wish cannot be kept.
    """
    wish.check()
    ground = read_ground(study, step)
    plan, circle = chosen_circle(ground.plans, layer, standard)
    before = _scored(ground, step)
    with step("candidates"):
        need = _need(ground, plan, circle, before.inputs.residents, before.access)
        sites, problems = _candidates(ground, need, wish, candidates)
    with step("site_walks"):
        siting = siting_on(ground, before, need, sites, wish)
        others = _for_second_people(ground, before, plan, circle, sites, wish)
    with step("choosing"):
        found = proposal(siting, wish, others)
    with step("building"):
        changes = building_changes(
            found.sites, site_names(found.sites, lang), layer, circle.where, catalogue()["site.built"]
        )
        after = _rescored(ground, changes, before, layer, circle)
    return Proposed(ground, layer, plan, circle, found, changes, before, after, problems)


def site_names(sites: gpd.GeoDataFrame, lang: Lang) -> list[str]:
    """Return what proposed sites are called: by their own names, or by the numbers that they are given."""
    unnamed = say("site.unnamed", lang)
    return [
        unnamed.format(rank=rank) if pd.isna(name) or not str(name).strip() else str(name)
        for rank, name in zip(sites["rank"], sites["name"], strict=True)
    ]


def shortest_ways(study: Study, effort: Effort, layer: str | None = None, step: Step = quietly) -> pd.DataFrame:
    """Return how few sites bring each circle of a study's plans, in the city and in each district, to its target.

    Parameters
    ----------
    study : Study
    effort : Effort
        For each circle.
    layer : str, optional
        Only circles about this layer.
    step : Step, optional
        Told what is being done.

    Returns
    -------
    DataFrame
        ``area``, the name, and :data:`lifecircle.siting.target.FEWEST_COLUMNS`. Circles without a column of residents
        or a layer, or that everybody has, are left out.

    Raises
    ------
    LifecircleError
        If a file cannot be used.
    """
    ground = read_ground(study, step)
    before = _scored(ground, step)
    tables = []
    with step("choosing"):
        for plan, circle in circles_about(ground.plans, layer):
            if circle.population not in before.inputs.residents or set(circle.layers).isdisjoint(study.layers):
                continue
            need = _need(ground, plan, circle, before.inputs.residents, before.access)
            if need.lacking.sum() > 0:
                sites, _ = _candidates(ground, need, Wish(), None)
                tables.append(fewest_sites(siting_on(ground, before, need, sites, Wish()), effort))
    if not tables:
        return pd.DataFrame(columns=["area", *FEWEST_COLUMNS])
    ways = pd.concat(tables, ignore_index=True)
    names = before.inputs.areas.set_index("area_id")["name"]
    ways.insert(0, "area", ways["area_id"].map(names))
    return ways


def siting_on(ground: Ground, scored: Scored, need: Need, candidates: gpd.GeoDataFrame, wish: Wish) -> Siting:
    """Return everything that a choice of candidates needs to know.

    Parameters
    ----------
    ground, scored : Ground, Scored
        The study as it is.
    need : Need
        Of its residents.
    candidates : GeoDataFrame
        As :mod:`lifecircle.siting.candidates` gives them.
    wish : Wish
        For who comes first.
    """
    study, inputs, joined = ground.study, scored.inputs, scored.joined
    residents, limit = inputs.residents, need.limit
    walks = site_walks(
        ground.network, residents, candidates, need.circle, need.walker, study.snap_limit_m, farthest(limit)
    )
    there, places = facilities_without_places(len(residents))
    if wish.model == "capacitated":
        there, places = facility_walks(joined, inputs.facilities, need.circle, need.walker, farthest(limit))
    return Siting(
        study=study,
        areas=inputs.areas,
        residents=residents,
        candidates=candidates,
        need=need,
        weight=weighted(need.people, wish.weights, residents, inputs.areas, study),
        walks=walks,
        facility_walks=there,
        facility_places=places,
    )


def _scored(ground: Ground, step: Step) -> Scored:
    checked = check_ground(ground, step)
    require_fitting(checked.fits)
    with step("access"):
        access = access_on(ground, checked.inputs, checked.joined)
    return Scored(checked.inputs, checked.joined, access, score(ground.study, ground.plans, checked.inputs, access))


def _rescored(ground: Ground, changes: Changes, before: Scored, layer: str, circle: Circle) -> Scored:
    """Score the circles again that new facilities are sure to serve; of other promises they do not say enough."""
    facilities = changed_facilities(changes, before.inputs.facilities, area_index(before.inputs.areas))
    inputs, joined = join_ground(replace(ground, inputs=replace(before.inputs, facilities=facilities)))
    wanted = [
        (service, walker)
        for service, walker in searches(ground.plans, read_walkers())
        if layer in service.layers and all(circle.where.get(key) == value for key, value in service.where.items())
    ]
    changed = ground.engine.access_table(joined, inputs.residents, inputs.facilities, wanted, inputs.silent)
    same = ~before.access["service"].isin([service.id for service, _ in wanted])
    access = pd.concat([before.access[same], changed], ignore_index=True)
    results = score(ground.study, ground.plans, inputs, access)
    walked = results["kind"].isin(_WALKED)
    return Scored(inputs, joined, access, pd.concat([results[walked], before.results[~walked]]).sort_index())


def _need(ground: Ground, plan: Plan, circle: Circle, residents: gpd.GeoDataFrame, access: pd.DataFrame) -> Need:
    return need_of(ground.study, plan, circle, residents, ground.inputs.areas, access)


def _candidates(ground: Ground, need: Need, wish: Wish, path: Path | None) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    inputs, network = ground.inputs, ground.network
    residents = inputs.residents
    weight = weighted(need.people, wish.weights, residents, inputs.areas, ground.study)
    reach_m = (
        need.limit if measured(need.circle)[0] == "metres" else need.limit * SECONDS_PER_MINUTE * need.walker.speed_m_s
    )
    people = np.where(need.lacking > 0, weight, 0.0)
    lacking = Lacking(residents.get_coordinates().to_numpy(), people, reach_m)
    if path is None:
        return street_candidates(inputs, network, lacking), problems_table([])
    sites, problems = read_candidates(path, inputs, network, lacking, ground.study.snap_limit_m)
    return sites, problems_table(problems)


def _for_second_people(
    ground: Ground, before: Scored, plan: Plan, circle: Circle, sites: gpd.GeoDataFrame, wish: Wish
) -> dict[str, Siting]:
    """Return the same candidates for the study's second source of people, if it has one that knows whom it is about."""
    second = before.inputs.second_residents
    if second is None or circle.population not in second:
        return {}
    inputs, joined = join_ground(replace(ground, inputs=replace(before.inputs, residents=second)))
    service, walker = service_of(circle), read_walkers()[circle.walker]
    access = access_table(joined, second, inputs.facilities, [(service, walker)], inputs.silent)
    need = _need(ground, plan, circle, second, access)
    return {SECOND_PEOPLE: siting_on(ground, Scored(inputs, joined, access, before.results), need, sites, wish)}
