"""Every standard of some plans, scored for every area: what is searched for them, and the table of results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lifecircle.access.services import Service
from lifecircle.access.table import rows_of
from lifecircle.errors import PlanError
from lifecircle.messages import suggestion, told
from lifecircle.plan import Circle, Composite, Presence, Ratio, Share, Statistic
from lifecircle.scores.circle import (
    Reach,
    bundle_reach,
    circle_reach,
    minutes_missing,
    reach_results,
    weights_of,
)
from lifecircle.scores.membership import Membership, in_setting, membership, with_settings
from lifecircle.scores.presence import Places, places_of, presence_results
from lifecircle.scores.ratio import part_results, ratio_results
from lifecircle.scores.results import RESULT_COLUMNS
from lifecircle.scores.statistic import SUPPLIED_LEVELS, statistic_results
from lifecircle.scores.supply import Supply
from lifecircle.study import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lifecircle.inputs.collect import Collected
    from lifecircle.network.walkers import Walker
    from lifecircle.plan import Plan, Standard
    from lifecircle.study import Level, Study


def searches(plans: Sequence[Plan], walkers: Mapping[str, Walker]) -> list[tuple[Service, Walker]]:
    """Return what has to be searched for the circles of some plans, each once.

    Raises
    ------
    PlanError
        If a circle names a walker that is not there.
    """
    wanted: dict[tuple[Service, str], Walker] = {}
    for plan in plans:
        for circle in plan.standards:
            if not isinstance(circle, Circle):
                continue
            if circle.walker not in walkers:
                named = {"walker": repr(circle.walker), "hint": suggestion(circle.walker, walkers)}
                raise PlanError(told("error.no_walker_of_circle", plan=plan.path, circle=circle.id, **named))
            wanted.setdefault((service_of(circle), circle.walker), walkers[circle.walker])
    return [(service, walker) for (service, _), walker in wanted.items()]


def service_of(circle: Circle) -> Service:
    """Return the service that a circle is about."""
    return Service(circle.layers, circle.where)


def score(study: Study, plans: Sequence[Plan], inputs: Collected, access: pd.DataFrame) -> pd.DataFrame:
    """Score every standard of some plans.

    Parameters
    ----------
    study : Study
    plans : sequence of Plan
    inputs : Collected
        Areas, residents, facilities and statistics.
    access : DataFrame
        With the rows of every search that the plans need.

    Returns
    -------
    DataFrame
        :data:`lifecircle.scores.results.RESULT_COLUMNS`; plans and standards in their own order, areas from the city
        down.
    """
    ground = _ground(study, inputs, access)
    tables = [_results(standard, plan, ground).assign(plan_id=plan.id) for plan in plans for standard in plan.scored()]
    return pd.concat(tables, ignore_index=True)[list(RESULT_COLUMNS)]


def residents_by_area(study: Study, inputs: Collected) -> pd.Series[float]:
    """Return the residents of every area, by (level, area id)."""
    members = membership(inputs.residents, inputs.areas, study.groups)
    sums = members.sums(inputs.residents["population"].to_numpy(np.float64))
    return pd.Series(sums, index=pd.MultiIndex.from_frame(members.areas))


@dataclass(frozen=True)
class _Ground:
    """What all standards are scored on."""

    study: Study
    inputs: Collected
    access: pd.DataFrame
    members: Membership
    supply: Supply
    places: Mapping[Level, Places]
    names: pd.DataFrame


def _ground(study: Study, inputs: Collected, access: pd.DataFrame) -> _Ground:
    people = residents_by_area(study, inputs)
    return _Ground(
        study=study,
        inputs=inputs,
        access=access,
        members=_members(study, inputs, inputs.residents),
        supply=Supply(
            facilities=inputs.facilities,
            membership=_members(study, inputs, inputs.facilities),
            silent=inputs.silent,
            layers=frozenset(study.layers),
        ),
        places={level: places_of(level, inputs.areas, study.groups, people) for level in LEVELS[1:]},
        names=pd.DataFrame(inputs.areas.loc[inputs.areas["level"].isin(SUPPLIED_LEVELS), ["level", "area_id"]]),
    )


def _members(study: Study, inputs: Collected, points: pd.DataFrame) -> Membership:
    return with_settings(membership(points, inputs.areas, study.groups), points, inputs.areas)


def _results(standard: Standard, plan: Plan, ground: _Ground) -> pd.DataFrame:
    match standard:
        case Circle():
            return _circle_results(standard, ground)
        case Composite():
            circles = [plan.standard(name) for name in standard.circles]
            reach = bundle_reach(standard, [_reach(circle, ground) for circle in circles if isinstance(circle, Circle)])
            everybody = np.ones(len(ground.inputs.residents), dtype=bool)
            return reach_results(standard, reach, ground.inputs.residents, ground.members, everybody)
        case Presence():
            return presence_results(standard, ground.supply, ground.places[standard.level])
        case Ratio():
            return ratio_results(standard, ground.supply, ground.inputs.residents, ground.members)
        case Share():
            return part_results(standard, ground.supply)
        case Statistic():
            return statistic_results(standard, ground.inputs.statistics, ground.names)
        case _:
            raise TypeError(f"{standard.id}: a standard of an unknown kind")


def _reach(circle: Circle, ground: _Ground) -> Reach:
    return circle_reach(rows_of(ground.access, service_of(circle), circle.walker), circle, ground.study.snap_limit_m)


def _circle_results(circle: Circle, ground: _Ground) -> pd.DataFrame:
    residents = ground.inputs.residents
    subject = in_setting(residents, ground.inputs.areas, circle.setting)
    rows = reach_results(circle, _reach(circle, ground), residents, ground.members, subject)
    access = rows_of(ground.access, service_of(circle), circle.walker)
    beyond = minutes_missing(access, circle, weights_of(residents, circle.population) * subject, ground.members)
    people = rows["denominator"] == rows["denominator"].iloc[0]
    rows.loc[people, "missing"] = np.where(rows.loc[people, "verdict"] == "no_data", np.nan, np.maximum(beyond, 0.0))
    rows.loc[people, "missing_unit"] = "minutes" if circle.minutes is not None else "metres"
    if not ground.supply.knows(circle.layers):
        rows["reason"] = "no_layer"
    return rows
