"""Takes a study before and after changes, gives what changes by standard and area, and whom it helps or hurts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.access.table import rows_of
from lifecircle.plan import Circle, Composite
from lifecircle.scores.circle import bundle_reach, circle_reach, denominators
from lifecircle.scores.membership import in_setting, membership, with_settings
from lifecircle.scores.score import service_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd

    from lifecircle.plan import Plan, Standard
    from lifecircle.scores.circle import Reach
    from lifecircle.scores.membership import Membership
    from lifecircle.study import Group

KEY: Final = ["plan_id", "standard_id", "level", "area_id", "denominator"]
EFFECT_COLUMNS: Final = (
    "plan_id", "standard_id", "kind", "level", "area_id", "denominator", "unit", "before", "after", "change",
    "covered_before", "covered_after", "total_before", "total_after", "gained", "lost", "newcomers",
    "newcomers_covered", "verdict_before", "verdict_after",
)  # fmt: skip
"""The columns of the effects.

``before``, ``after`` and ``change`` are values, ``covered_…`` the amounts behind them. Of circles and bundles,
``gained`` and ``lost`` are those who reach the service only after, or only before; ``newcomers`` live in new housing,
``newcomers_covered`` of them reach it. ``covered_after`` is ``covered_before + gained - lost + newcomers_covered``.
"""


@dataclass(frozen=True)
class Stand:
    """A study at one time: residents, what they reach, and the results.

    Attributes
    ----------
    residents : GeoDataFrame
    access, results : DataFrame
        See :mod:`lifecircle.access.table` and :mod:`lifecircle.scores.results`.
    """

    residents: gpd.GeoDataFrame
    access: pd.DataFrame
    results: pd.DataFrame


def effects(
    before: Stand,
    after: Stand,
    areas: gpd.GeoDataFrame,
    plans: Sequence[Plan],
    groups: Mapping[str, Group],
    snap_limit_m: float,
) -> pd.DataFrame:
    """Return what changes for every standard, area and denominator.

    Parameters
    ----------
    before, after : Stand
        The residents of ``after`` begin with those of ``before``, in their order.
    areas : GeoDataFrame
        Areas of all levels.
    plans : sequence of Plan
    groups : mapping
        The study's groups.
    snap_limit_m : float
        The study's.

    Returns
    -------
    DataFrame
        :data:`EFFECT_COLUMNS`, in the order of the results.
    """
    table = beside(before.results, after.results).rename(columns={"value_before": "before", "value_after": "after"})
    members = with_settings(membership(after.residents, areas, groups), after.residents, areas)
    people = pd.concat(list(_people(before, after, areas, plans, members, snap_limit_m)), ignore_index=True)
    return table.merge(people, on=KEY, how="left")[list(EFFECT_COLUMNS)]


def beside(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return two tables of results in one: what stands in either, ``value``, ``covered``, ``verdict`` … of both.

    Returns
    -------
    DataFrame
        :data:`KEY`, ``kind``, ``unit``; then ``value``, ``covered``, ``total``, ``target`` and ``verdict`` of each with
        ``_before`` and ``_after``; and ``change`` of the value. In the order of the later results; what only the
        earlier ones have comes last.
    """
    told = ["value", "covered", "total", "target", "verdict"]
    facts = ["kind", "unit"]
    both = after[[*KEY, *facts, *told]].merge(
        before[[*KEY, *facts, *told]], on=KEY, how="outer", suffixes=("_after", "_before"), sort=False
    )
    rank = pd.MultiIndex.from_frame(after[KEY]).get_indexer(pd.MultiIndex.from_frame(both[KEY]))
    both = both.iloc[np.argsort(np.where(rank < 0, len(after), rank), kind="stable")].reset_index(drop=True)
    for name in facts:
        both[name] = both.pop(f"{name}_after").fillna(both.pop(f"{name}_before"))
    return both.assign(change=both["value_after"] - both["value_before"])


def _people(
    before: Stand,
    after: Stand,
    areas: gpd.GeoDataFrame,
    plans: Sequence[Plan],
    members: Membership,
    snap_limit_m: float,
) -> Iterator[pd.DataFrame]:
    """Yield who gains and who loses each circle and bundle, by area and denominator."""
    residents = after.residents
    new = np.arange(len(residents)) >= len(before.residents)
    for plan in plans:
        circles = {one.id: one for one in plan.standards if isinstance(one, Circle)}
        reached = [
            {name: _reach(stand, circle, snap_limit_m) for name, circle in circles.items()} for stand in (before, after)
        ]
        for standard in plan.standards:
            if not isinstance(standard, Circle | Composite):
                continue
            was, now = (_surely(standard, own) for own in reached)
            was = np.concatenate([was, np.zeros(int(new.sum()), dtype=bool)])
            subject = in_setting(residents, areas, standard.setting if isinstance(standard, Circle) else None)
            for name, weights in denominators(residents, standard.population):
                counted = np.nan_to_num(weights) * subject
                groups = {
                    "gained": now & ~was & ~new, "lost": was & ~now, "newcomers": new, "newcomers_covered": new & now,
                }  # fmt: skip
                sums = {column: members.sums(counted * chosen) for column, chosen in groups.items()}
                yield members.areas.assign(plan_id=plan.id, standard_id=standard.id, denominator=name, **sums)


def _reach(stand: Stand, circle: Circle, snap_limit_m: float) -> Reach:
    return circle_reach(rows_of(stand.access, service_of(circle), circle.walker), circle, snap_limit_m)


def _surely(standard: Standard, reached: Mapping[str, Reach]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if isinstance(standard, Composite):
        reach = bundle_reach(standard, [reached[name] for name in standard.circles])
    else:
        reach = reached[standard.id]
    return np.asarray(reach.covered & ~reach.unknown)
