"""How far people and shares depend on the source of the people: two sources side by side, for every area."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.plan import Circle, Composite
from lifecircle.scores.circle import PEOPLE_NAMES
from lifecircle.scores.score import residents_by_area, score

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from lifecircle.inputs.collect import Collected
    from lifecircle.plan import Plan
    from lifecircle.study import Study

POPULATION_COLUMNS: Final = (
    "plan_id", "standard_id", "level", "area_id", "people", "second_people", "people_difference", "value",
    "second_value", "value_difference", "verdict", "second_verdict",
)  # fmt: skip
_KEY: Final = ["plan_id", "standard_id", "level", "area_id"]


def same_places(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> bool:
    """Say whether two tables of residents have the same points in the same order, so that one search serves both."""
    if len(first) != len(second) or not np.array_equal(first.get_coordinates(), second.get_coordinates()):
        return False
    return "district_id" not in first or first["district_id"].equals(second["district_id"])


def populations(
    study: Study,
    plans: Sequence[Plan],
    inputs: Collected,
    results: pd.DataFrame,
    second_residents: gpd.GeoDataFrame,
    second_access: pd.DataFrame,
) -> pd.DataFrame:
    """Return the people of every area by both sources, and what each circle reaches of them.

    Parameters
    ----------
    study : Study
    plans : sequence of Plan
    inputs : Collected
        With the residents of the first source.
    results : DataFrame
        Scores by the first source.
    second_residents : GeoDataFrame
        Residents of the second source.
    second_access : DataFrame
        The rows of every search that the plans need, for the second residents.

    Returns
    -------
    DataFrame
        :data:`POPULATION_COLUMNS`. First one row per area for everybody, without plan and standard, then one per circle
        or bundle and area, whose ``people`` are its target group, known or not to be in reach. Differences are the
        second source less the first; what either source does not know is missing.
    """
    second = replace(inputs, residents=second_residents)
    everybody = pd.DataFrame(
        {"people": residents_by_area(study, inputs), "second_people": residents_by_area(study, second)}
    )
    circles = [
        plan.model_copy(update={"standards": [one for one in plan.standards if isinstance(one, Circle | Composite)]})
        for plan in plans
    ]
    again = _of_people(score(study, circles, second, second_access))
    told = _of_people(results).merge(again.add_prefix("second_"), left_on=_KEY, right_on=[f"second_{k}" for k in _KEY])
    table = pd.concat([everybody.reset_index(), told], ignore_index=True)
    differences = {f"{name}_difference": table[f"second_{name}"] - table[name] for name in ("people", "value")}
    return table.assign(**differences)[list(POPULATION_COLUMNS)]


def _of_people(results: pd.DataFrame) -> pd.DataFrame:
    """Return the results of circles and bundles that count people."""
    own = results[results["kind"].isin(["circle", "composite"]) & results["denominator"].isin(PEOPLE_NAMES)]
    return own.assign(people=own["total"] + own["unknown"])[[*_KEY, "people", "value", "verdict"]]
