"""Takes columns of residents and facilities, gives the amounts that measures share out: people by age, and supply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lifecircle.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray


def checked_amounts(name: str, values: ArrayLike, count: int) -> NDArray[np.float64]:
    """Return amounts as floats, shape (count,).

    Raises
    ------
    InputError
        If one is missing, negative or infinite, or there are not as many as there should be.
    """
    column = np.asarray(values, dtype=np.float64)
    if column.shape != (count,):
        raise InputError(f"{name}: {count} values are needed, and there are {column.size}. Give one per row.")
    wrong = np.flatnonzero(~(np.isfinite(column) & (column >= 0)))
    if len(wrong):
        raise InputError(
            f"{name}: row {wrong[0]} has {column[wrong[0]]}. Give numbers of 0 or more, and decide what a missing one "
            "means."
        )
    return column


def demand_of(residents: pd.DataFrame, rates: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the demand of each resident point, shape (R,): people by age, each age with its own rate of use.

    Parameters
    ----------
    residents : DataFrame
        R rows with the columns named.
    rates : mapping
        Column to what one person of it counts: ``{"pop_0_2": 1}`` for cots, ``{"population": 1, "pop_65_plus": 2}``
        where people of 65 and over need three times as much as the others.

    Returns
    -------
    (R,) array
        ``nan`` where one of the columns is missing in a row.

    Raises
    ------
    InputError
        If there is no such column, or no rate above 0.
    """
    for column in rates:
        _check_column("residents", residents, column)
    factors = np.array(list(rates.values()), dtype=np.float64)
    if not (np.all(np.isfinite(factors) & (factors >= 0)) and np.any(factors > 0)):
        raise InputError(f"demand: {dict(rates)} must give rates of 0 or more, and some above 0. Correct the rates.")
    return np.asarray(residents[list(rates)].to_numpy(np.float64, na_value=np.nan) @ factors)


def supply_of(facilities: pd.DataFrame, column: str | None) -> NDArray[np.float64]:
    """Return the supply of each facility, shape (F,): its cell of a column, ``nan`` where missing, or 1 without one.

    Raises
    ------
    InputError
        If there is no such column.
    """
    if column is None:
        return np.ones(len(facilities))
    _check_column("facilities", facilities, column)
    return pd.to_numeric(facilities[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)


def kind_of(facilities: pd.DataFrame, column: str) -> NDArray[np.integer]:
    """Return a code for the cell of each facility, shape (F,): equal cells have one code, a missing cell has -1.

    Raises
    ------
    InputError
        If there is no such column.
    """
    _check_column("facilities", facilities, column)
    return np.asarray(pd.Categorical(facilities[column]).codes)


def _check_column(table: str, rows: pd.DataFrame, column: str) -> None:
    if column not in rows:
        there = ", ".join(str(name) for name in rows.columns if name != "geometry")
        raise InputError(f"{table}: there is no column {column}. Name one of: {there}.")
