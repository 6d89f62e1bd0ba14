"""Ratios and parts: capacity per head, and the part of facilities or capacity that meets a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.errors import PlanError
from lifecircle.messages import told
from lifecircle.scores.circle import people_name, weights_of
from lifecircle.scores.results import NOT_JUDGED, Figures, judged, without_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.plan import Ratio, Share
    from lifecircle.scores.membership import Membership
    from lifecircle.scores.supply import Supply

JUDGED_LEVELS: Final = ("city", "group", "district")
"""Capacity per head is promised to the city and its districts; one street cannot be short of a hospital."""


def ratio_results(standard: Ratio, supply: Supply, residents: pd.DataFrame, membership: Membership) -> pd.DataFrame:
    """Return capacity per head for every area.

    Parameters
    ----------
    standard : Ratio
    supply : Supply
    residents : DataFrame
        With the column of the denominator.
    membership : Membership
        Of the residents.

    Notes
    -----
    People of districts without data are unknown: they count neither above nor below the line. A facility whose
    capacity is missing counts 0 in the value and the median of the others at the high end.
    """
    numerator, denominator = standard.numerator, standard.denominator
    name = denominator if denominator == "households" else people_name(denominator)
    unit = standard.unit.en
    if not supply.knows(numerator.layers) or denominator not in residents:
        reason = "no_column" if supply.knows(numerator.layers) else "no_layer"
        return without_data(membership.areas, standard, unit, reason).assign(denominator=name)
    surely, perhaps = supply.offering(numerator.layers, numerator.where)
    amounts = _amounts(supply, numerator.sum)
    silent = supply.is_silent(numerator.layers, residents)
    heads = np.nan_to_num(weights_of(residents, denominator))
    covered = supply.membership.sums(np.nan_to_num(amounts) * surely)
    figures = Figures(
        covered=covered,
        total=membership.sums(heads * ~silent),
        unknown=membership.sums(heads * silent),
        low=covered,
        high=supply.membership.sums(_guessed(amounts, surely) * (surely | perhaps)),
        per=standard.per,
        unit=unit,
    )
    rows = judged(membership.areas, standard, figures)
    rows["missing"] = _whole(rows["shortfall_people"])
    rows["shortfall_people"] = np.nan  # beds and doctors are missing, not people
    return _only_larger_areas(rows.assign(missing_unit=numerator.sum or "facilities", denominator=name))


def part_results(standard: Share, supply: Supply) -> pd.DataFrame:
    """Return which part of the facilities, or of a capacity of theirs, meets a condition, for every area.

    Parameters
    ----------
    standard : Share
    supply : Supply

    Notes
    -----
    A facility whose attribute is missing is unknown: it counts neither in the part nor in the whole.
    """
    areas = supply.membership.areas
    name = standard.of or standard.sum or "facilities"
    if not supply.knows(standard.layers):
        return without_data(areas, standard, "share", "no_layer").assign(denominator=name)
    among, _ = supply.offering(standard.layers, standard.among)
    part, perhaps = supply.offering(standard.layers, {**standard.among, **standard.where})
    part_amounts, whole_amounts = _amounts(supply, standard.sum), _amounts(supply, standard.of or standard.sum)
    known = among & ~perhaps & ~np.isnan(whole_amounts) & ~(part & np.isnan(part_amounts))
    sums = supply.membership.sums
    covered = sums(np.nan_to_num(part_amounts) * (part & known))
    figures = Figures(
        covered=covered,
        total=sums(np.nan_to_num(whole_amounts) * known),
        unknown=sums(np.nan_to_num(whole_amounts) * (among & ~known)),
        low=covered,
        high=covered,
    )
    rows = judged(areas, standard, figures)
    rows["missing"] = _whole(rows["shortfall_people"])
    rows["shortfall_people"] = np.nan  # beds and facilities are missing, not people
    return _only_larger_areas(rows.assign(missing_unit=standard.sum or "facilities", denominator=name))


def _amounts(supply: Supply, column: str | None) -> NDArray[np.float64]:
    """Return what each facility adds: 1 when facilities are counted, else its cell; ``nan`` where that is missing.

    Raises
    ------
    PlanError
        If no facility has such a column.
    """
    if column is None:
        return np.ones(len(supply.facilities))
    if column not in supply.facilities:
        raise PlanError(told("error.no_column_to_add", column=repr(column)))
    return pd.to_numeric(supply.facilities[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)


def _guessed(amounts: NDArray[np.float64], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return amounts with the median of some rows in place of what is missing."""
    seen = amounts[rows & ~np.isnan(amounts)]
    return np.where(np.isnan(amounts), np.median(seen) if len(seen) else 0.0, amounts)


def _whole(amounts: pd.Series[float]) -> pd.Series[float]:
    """Return the whole numbers that make up for some amounts; what is a rounding error above one adds none."""
    return amounts.round(6).apply(np.ceil)


def _only_larger_areas(rows: pd.DataFrame) -> pd.DataFrame:
    """Take the verdict from areas too small for the promise; their figures stay."""
    small = ~rows["level"].isin(JUDGED_LEVELS) & (rows["verdict"] != "no_data")
    rows.loc[small, "verdict"] = "no_data"
    rows.loc[small, "reason"] = NOT_JUDGED
    return rows
