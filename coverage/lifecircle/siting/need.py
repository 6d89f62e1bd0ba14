"""Takes a circle of a plan and the access of a study, gives whom it leaves behind, in every reading of the circle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lifecircle.access.table import rows_of
from lifecircle.errors import StudyError
from lifecircle.messages import listing, suggestion, told
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import Circle
from lifecircle.scores.circle import SPEED_RANGE, THRESHOLD_RANGE, circle_reach, measured, weights_of
from lifecircle.scores.membership import group_areas, in_setting
from lifecircle.scores.score import service_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.network.walkers import Walker
    from lifecircle.plan import Plan
    from lifecircle.study import Study

READINGS: Final[dict[str, float]] = {
    "slower": 1 - SPEED_RANGE,
    "faster": 1 + SPEED_RANGE,
    "shorter": 1 - THRESHOLD_RANGE,
    "longer": 1 + THRESHOLD_RANGE,
}
"""The other readings of a circle that sites are chosen for again, and what each makes of its limit; in the order of
:class:`lifecircle.scores.circle.Reach`."""


@dataclass(frozen=True, eq=False)
class Need:
    """What R resident points have and lack of a circle's service.

    Attributes
    ----------
    plan_id : str
    circle : Circle
    walker : Walker
    people : (R,) float64
        Those whom the circle is about; 0 for others.
    cost : (R,) float64
        Minutes, or metres if the circle is measured so, to the nearest facility; infinite where there is none.
    covered, unknown : (R,) bool
        Within the limit; and not known to be so or not: they are left out on both sides of a share.
    readings : dict
        ``covered`` by the names of :data:`READINGS`.
    """

    plan_id: str
    circle: Circle
    walker: Walker
    people: NDArray[np.float64]
    cost: NDArray[np.float64]
    covered: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    readings: Mapping[str, NDArray[np.bool_]]

    @property
    def limit(self) -> float:
        """Minutes or metres within which the circle is kept."""
        return measured(self.circle)[1]

    @property
    def total(self) -> float:
        """People of whom it is known whether they are covered."""
        return float(self.people[~self.unknown].sum())

    @property
    def lacking(self) -> NDArray[np.float64]:
        """People of each point who are known to have nothing within the limit."""
        return np.where(self.covered | self.unknown, 0.0, self.people)

    def share(self, reached: float = 0.0, rows: NDArray[np.bool_] | slice = slice(None)) -> float:
        """Return the share of people who are covered, in some rows, once so many more are reached."""
        known = ~self.unknown[rows]
        total = float(self.people[rows][known].sum())
        have = float(self.people[rows][known & self.covered[rows]].sum())
        return (have + reached) / total if total else float("nan")


def need_of(
    study: Study, plan: Plan, circle: Circle, residents: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, access: pd.DataFrame
) -> Need:
    """Find whom a circle leaves behind.

    Parameters
    ----------
    study, plan, circle : Study, Plan, Circle
    residents : GeoDataFrame
        R rows.
    areas : GeoDataFrame
        Areas of all levels.
    access : DataFrame
        With the rows of the circle's service and walker, for these residents.

    Raises
    ------
    StudyError
        If the residents do not carry the people whom the circle is about.
    """
    if circle.population not in residents:
        raise StudyError(told("error.site_no_column", circle=circle.id, column=circle.population))
    rows = rows_of(access, service_of(circle), circle.walker)
    reach = circle_reach(rows, circle, study.snap_limit_m)
    people = np.nan_to_num(weights_of(residents, circle.population)) * in_setting(residents, areas, circle.setting)
    cost = rows[measured(circle)[0]].to_numpy(np.float64)
    return Need(
        plan_id=plan.id,
        circle=circle,
        walker=read_walkers()[circle.walker],
        people=people,
        cost=np.where(np.isnan(cost), np.inf, cost),
        covered=reach.covered,
        unknown=reach.unknown,
        readings=dict(zip(READINGS, reach.readings, strict=False)),
    )


def circles_about(plans: Iterable[Plan], layer: str | None = None) -> list[tuple[Plan, Circle]]:
    """Return the circles that a facility of a layer helps to keep, or all circles, in the order of the plans."""
    return [
        (plan, one)
        for plan in plans
        for one in plan.standards
        if isinstance(one, Circle) and (layer is None or layer in one.layers)
    ]


def chosen_circle(plans: Sequence[Plan], layer: str, standard: str | None = None) -> tuple[Plan, Circle]:
    """Return the circle that sites of a layer are to serve: the first one about it, or the one named.

    Raises
    ------
    StudyError
        If there is none.
    """
    about = circles_about(plans, layer)
    named = [(plan, one) for plan, one in about if standard is None or one.id == standard]
    if named:
        return named[0]
    if not about:
        layers = sorted({layer for _, one in circles_about(plans) for layer in one.layers})
        raise StudyError(told("error.site_no_circle", layer=layer, hint=suggestion(layer, layers)))
    hint = suggestion(str(standard), sorted(one.id for _, one in about))
    raise StudyError(told("error.site_other_circle", standard=standard, layer=layer, hint=hint))


def weighted(
    people: NDArray[np.float64],
    factors: Mapping[str, float],
    residents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    study: Study,
) -> NDArray[np.float64]:
    """Return what people weigh when some of them come first.

    Parameters
    ----------
    people : (R,) array
        Whom a circle is about.
    factors : mapping
        A column of the residents such as ``pop_80_plus``, a group of the study or an area, and how many times its
        people count. People of a column count besides; those of an area are multiplied.
    residents, areas, study
        The study's.

    Raises
    ------
    StudyError
        If there is nothing of a name, or a factor is below 0.
    """
    weight, more = people.copy(), np.zeros(len(people))
    for name, factor in factors.items():
        if not 0 <= factor < np.inf:
            raise StudyError(told("error.site_weight", name=name, factor=f"{factor:g}"))
        if name.startswith("pop") and name in residents:
            more += (factor - 1) * np.nan_to_num(weights_of(residents, name))
            continue
        weight *= np.where(inside(name, residents, areas, study), factor, 1.0)
    return np.where(people > 0, np.maximum(weight + more, 0.0), 0.0)


def inside(name: str, points: pd.DataFrame, areas: gpd.GeoDataFrame, study: Study) -> NDArray[np.bool_]:
    """Return which points lie in a group of the study, or in an area given by id, name or the beginning of it.

    Raises
    ------
    StudyError
        If there is none, or several names begin so.
    """
    if name in study.groups:
        named = group_areas(areas, name, study.groups[name])
    else:
        named = areas[areas["area_id"] == area_named(name, areas)["area_id"]]
    found = np.zeros(len(points), dtype=bool)
    for level, own in named.groupby("level"):
        if f"{level}_id" in points:
            found |= points[f"{level}_id"].isin(own["area_id"]).to_numpy()
    return found


def area_named(name: str, areas: gpd.GeoDataFrame) -> pd.Series[Any]:
    """Return the area with an id or a name, or the one whose name begins so (``六合`` for ``六合区``), largest first.

    Raises
    ------
    StudyError
        If there is none, or several begin so.
    """
    for found in (areas[areas["area_id"] == name], areas[areas["name"] == name]):
        if len(found):
            return found.iloc[0]
    begins = areas[areas["name"].astype("string").str.startswith(name, na=False)]
    for level in ("district", "street", "community"):
        own = begins[begins["level"] == level]
        if len(own) == 1:
            return own.iloc[0]
        if len(own) > 1:
            raise StudyError(told("error.site_several_areas", name=name, names=listing(own["name"])))
    hint = suggestion(name, sorted(areas.loc[areas["level"] == "district", "name"]))
    raise StudyError(told("error.site_no_area", name=name, hint=hint))
