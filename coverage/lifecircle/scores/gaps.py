"""How far districts and groups lie behind the centre, and how unevenly a service is spread over communities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.scores.membership import ancestors, membership

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.scores.membership import Membership
    from lifecircle.study import Group

GAP_COLUMNS: Final = (
    "plan_id", "standard_id", "denominator", "unit", "level", "area_id", "reference", "value", "reference_value",
    "difference", "ratio", "people_behind", "earlier_difference", "change", "gini", "p10", "communities",
)  # fmt: skip
"""The columns of the gaps.

``difference`` is the reference's value less the area's (for a share: 0.1 is ten points behind), ``ratio`` the area's
value over the reference's, ``people_behind`` how many more people would have to be covered to be level with it (of
shares of people alone), and ``change`` the difference less the one of an earlier run: negative when the gap has
narrowed. ``gini`` and ``p10`` are the spread over the area's communities, weighted by people.
"""

WORST_TENTH: Final = 0.1
_SPREAD_LEVELS: Final = ("city", "group", "district")
_KEY: Final = ["plan_id", "standard_id", "denominator", "level", "area_id"]


def gaps(
    results: pd.DataFrame,
    areas: gpd.GeoDataFrame,
    groups: Mapping[str, Group],
    people: pd.Series[float],
    reference: str | None,
    earlier: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compare every district and group with a reference group.

    Parameters
    ----------
    results : DataFrame
        See :mod:`lifecircle.scores.results`.
    areas : GeoDataFrame
        Areas of all levels.
    groups : mapping
        The study's groups.
    people : Series
        Residents by (level, area id).
    reference : str or None
        Id of the group to compare with; without one only the spread is known.
    earlier : DataFrame, optional
        The gaps of an earlier run.

    Returns
    -------
    DataFrame
        :data:`GAP_COLUMNS`, for the city, its groups and its districts.
    """
    table = results[results["level"].isin([*_SPREAD_LEVELS, "setting"])].copy()
    table["reference"] = reference or ""
    level_with = results[(results["level"] == "group") & (results["area_id"] == reference)]
    standard = ["plan_id", "standard_id", "denominator"]
    table = table.merge(
        level_with[[*standard, "value"]].rename(columns={"value": "reference_value"}), on=standard, how="left"
    )
    table["difference"] = table["reference_value"] - table["value"]
    table["ratio"] = (table["value"] / table["reference_value"]).where(table["reference_value"] > 0)
    behind = table["difference"].clip(lower=0) * table["total"]
    of_people = table["denominator"].isin(["people", "target_group"]) & (table["unit"] == "share")
    table["people_behind"] = behind.where(of_people)  # in a ratio it is beds or doctors that are behind, not people
    table["earlier_difference"] = _earlier(table, earlier)
    table["change"] = table["difference"] - table["earlier_difference"]
    communities = ancestors(areas, "community")
    spread = _spread(results, communities["area_id"], membership(communities, areas, groups), people)
    return table.merge(spread, on=_KEY, how="left")[list(GAP_COLUMNS)]


def weighted_gini(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the Gini coefficient of some values that stand for so many people each.

    Half the mean absolute difference between two people over the mean value, from the area under the Lorenz curve
    (Lerman & Yitzhaki 1989, Improving the accuracy of estimates of Gini coefficients, eq. 2).

    Parameters
    ----------
    values, weights : (n,) arrays
        Not negative.

    Returns
    -------
    float
        0 where all are equal; ``nan`` where there is nobody or nothing to share.

    Examples
    --------
    Of two people one has everything: 1 - 1/2.

    >>> weighted_gini(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.5
    """
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    amount = np.cumsum(values * weights)
    heads = np.cumsum(weights)
    if len(values) == 0 or heads[-1] <= 0 or amount[-1] <= 0:
        return float("nan")
    lorenz = np.concatenate([[0.0], amount / amount[-1]])
    return float(1.0 - np.sum((lorenz[1:] + lorenz[:-1]) * weights / heads[-1]))


def weighted_quantile(values: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> float:
    """Return the value at or below which a share of the people lies; ``nan`` where there is nobody."""
    order = np.argsort(values, kind="stable")
    heads = np.cumsum(weights[order])
    if len(values) == 0 or heads[-1] <= 0:
        return float("nan")
    return float(values[order][np.searchsorted(heads, share * heads[-1] * (1 - 1e-12))])


def _earlier(table: pd.DataFrame, earlier: pd.DataFrame | None) -> NDArray[np.float64]:
    if earlier is None:
        return np.full(len(table), np.nan)
    known = earlier.drop_duplicates(_KEY).set_index(_KEY)["difference"]
    return known.reindex(pd.MultiIndex.from_frame(table[_KEY])).to_numpy(np.float64)


def _spread(
    results: pd.DataFrame, communities: pd.Series[str], larger: Membership, people: pd.Series[float]
) -> pd.DataFrame:
    """Return Gini coefficient, worst tenth and number of the communities in every larger area, per standard."""
    own_people = pd.MultiIndex.from_product([["community"], communities])
    heads = people.reindex(own_people, fill_value=0.0).to_numpy(np.float64)
    asked = np.flatnonzero(larger.areas["level"].isin(_SPREAD_LEVELS))
    inside = {area: larger.points_of(area) for area in asked}
    named = list(larger.areas.itertuples(index=False, name=None))
    rows = []
    own = results[(results["level"] == "community") & results["value"].notna()]
    for key, group in own.groupby(_KEY[:3], sort=False):
        values = group.set_index("area_id")["value"].reindex(communities).to_numpy(np.float64)
        for area, columns in inside.items():
            known = columns[~np.isnan(values[columns])]
            gini = weighted_gini(values[known], heads[known])
            p10 = weighted_quantile(values[known], heads[known], WORST_TENTH)
            rows.append((*key, *named[area], gini, p10, len(known)))
    return pd.DataFrame(rows, columns=[*_KEY, "gini", "p10", "communities"])
