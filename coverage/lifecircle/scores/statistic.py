"""Statistics: indicators that no map can give, read from the table that the planner supplies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lifecircle.scores.results import Figures, judged, without_data

if TYPE_CHECKING:
    import pandas as pd

    from lifecircle.plan import Statistic

SUPPLIED_LEVELS = ("city", "district")


def statistic_results(standard: Statistic, statistics: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the supplied values of an indicator, for the city and its districts.

    Parameters
    ----------
    standard : Statistic
        A cumulative indicator adds up the years it names; any other takes the latest year up to its own.
    statistics : DataFrame
        ``indicator, area_id, year, value``.
    areas : DataFrame
        Areas of all levels: ``level, area_id``.
    """
    asked = areas.loc[areas["level"].isin(SUPPLIED_LEVELS), ["level", "area_id"]].reset_index(drop=True)
    unit = standard.unit.en if standard.unit else ""
    value = _values(standard, statistics).reindex(asked["area_id"]).to_numpy(np.float64)
    if np.isnan(value).all():
        return without_data(asked, standard, unit, "no_statistic").assign(denominator="statistic")
    one = (~np.isnan(value)).astype(np.float64)
    amount = np.where(np.isnan(value), 0.0, value)
    rows = judged(asked, standard, Figures(amount, one, 1 - one, amount, amount, unit=unit or "number"))
    rows.loc[np.isnan(value), "reason"] = "no_statistic"
    return rows.assign(
        covered=np.nan, total=np.nan, unknown=np.nan, shortfall_people=np.nan, unit=unit, denominator="statistic"
    )


def _values(standard: Statistic, statistics: pd.DataFrame) -> pd.Series[float]:
    """Return one value for each area that the table names."""
    own = statistics[(statistics["indicator"] == standard.id) & (statistics["year"] <= standard.year)]
    if standard.years is not None:
        return own[own["year"].between(*standard.years)].groupby("area_id")["value"].sum()
    latest = own.sort_values("year", kind="stable").groupby("area_id")["value"].last()
    return latest.astype(np.float64)
