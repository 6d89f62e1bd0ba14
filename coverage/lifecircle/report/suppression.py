"""Small counts of people, which could tell of single persons, hidden in everything that is passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.messages import number
from lifecircle.study import DEFAULT_FEWEST_PEOPLE

if TYPE_CHECKING:
    import pandas as pd

FEW: Final = "few"
"""Reason of a result that is not shown because it speaks of too few people."""

_OF_PEOPLE: Final = ("people", "target_group")
_TOLD: Final = ("value", "low", "high", "shortfall", "shortfall_people", "missing")


def is_few(count: float, fewest: int = DEFAULT_FEWEST_PEOPLE) -> bool:
    """Say whether a number of people is too small to be shown; nobody is not.

    Examples
    --------
    >>> is_few(9.4), is_few(9.6), is_few(0.0), is_few(float("nan"))
    (True, False, False, False)
    """
    return bool(count > 0 and round(count) < fewest)


def people_words(count: float, fewest: int = DEFAULT_FEWEST_PEOPLE) -> str:
    """Word a number of people.

    Examples
    --------
    >>> people_words(1234.0), people_words(3.0), people_words(0.0)
    ('1,234', '<10', '0')
    """
    return f"<{fewest}" if is_few(count, fewest) else number(count)


def without_few(results: pd.DataFrame, fewest: int = DEFAULT_FEWEST_PEOPLE) -> pd.DataFrame:
    """Take the figures from results that speak of too few people: a share of three people tells of each.

    Parameters
    ----------
    results : DataFrame
        See :mod:`lifecircle.scores.results`.
    fewest : int
        The smallest number of people whose share is told.

    Returns
    -------
    DataFrame
        The same rows; those of fewer people have no value, the verdict ``no_data`` and the reason :data:`FEW`.
    """
    whole = (results["total"].fillna(0) + results["unknown"].fillna(0)).round()
    few = results["denominator"].isin(_OF_PEOPLE) & (whole > 0) & (whole < fewest)
    shown = results.copy()
    shown.loc[few, list(_TOLD)] = np.nan
    shown.loc[few, "verdict"] = "no_data"
    shown.loc[few, "reason"] = FEW
    return shown
