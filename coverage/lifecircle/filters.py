"""Conditions on columns, as study and plan files write them: ``where: {level: [4A, 5A], beds: ">= 30"}``.

A condition is data, never code: a value, a list of values, or a comparison with a number.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import pandas as pd
from pydantic import AfterValidator

from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = str | int | float | bool
_COMPARISON: Final = re.compile(r"^\s*(>=|<=|>|<|!=)\s*(.+?)\s*$")
_TRUTH: Final = {"true": "true", "yes": "true", "是": "true", "false": "false", "no": "false", "否": "false"}
_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "!=": operator.ne,
}


def _checked(condition: Value | list[Value]) -> Value | list[Value]:
    match = _COMPARISON.match(condition) if isinstance(condition, str) else None
    if match and match[1] != "!=":
        try:
            float(match[2])
        except ValueError:
            raise ValueError(told("error.compares_no_number", condition=repr(condition))) from None
    return condition


Condition = Annotated[Value | list[Value], AfterValidator(_checked)]


def matching(table: pd.DataFrame, where: Mapping[str, Value | list[Value]]) -> pd.Series[bool]:
    """Return which rows meet all conditions.

    Parameters
    ----------
    table : DataFrame
        Any table that has the columns named.
    where : mapping
        Column name to a value, a list of values, or a comparison such as ``"> 0"``.

    Returns
    -------
    Series of bool
        Aligned with ``table``. A missing value meets no condition.

    Raises
    ------
    KeyError
        If a column is not there; the key is the column's name.

    Examples
    --------
    >>> table = pd.DataFrame({"level": ["4A", "3A", None], "beds": [40, 80, 90]})
    >>> matching(table, {"level": ["4A", "5A"], "beds": ">= 30"}).tolist()
    [True, False, False]
    """
    mask = pd.Series(data=True, index=table.index, dtype=bool)
    for column, condition in where.items():
        if column not in table.columns:
            raise KeyError(column)
        mask = mask & _meets(table[column], condition)
    return mask


def _meets(values: pd.Series[Any], condition: Value | list[Value]) -> pd.Series[bool]:
    match = _COMPARISON.match(condition) if isinstance(condition, str) else None
    if match is None:
        wanted = condition if isinstance(condition, list) else [condition]
        return values.astype("object").map(_folded).isin({_folded(value) for value in wanted})
    compare, operand = _OPERATORS[match[1]], match[2]
    if match[1] == "!=":
        return values.notna() & (values.astype("object").map(_folded) != _folded(operand))
    numbers = pd.to_numeric(values, errors="coerce")
    meets: pd.Series[bool] = (numbers.notna() & compare(numbers, float(operand))).astype(bool)
    return meets


def _folded(value: object) -> object:
    """Return a value as text that compares equal however it was read: as text, number or truth value (also 是, 否)."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return _TRUTH.get(text.lower(), text)


def undecided(table: pd.DataFrame, where: Mapping[str, Value | list[Value]]) -> pd.Series[bool]:
    """Return which rows might meet all conditions, were their missing values known.

    Parameters
    ----------
    table : DataFrame
        Any table that has the columns named.
    where : mapping
        As in :func:`matching`.

    Returns
    -------
    Series of bool
        True where a value is missing and every value that is there meets its condition.

    Examples
    --------
    >>> table = pd.DataFrame({"level": ["4A", None, None], "beds": [40, 40, 10]})
    >>> undecided(table, {"level": "4A", "beds": ">= 30"}).tolist()
    [False, True, False]
    """
    missing = pd.Series(data=False, index=table.index, dtype=bool)
    possible = pd.Series(data=True, index=table.index, dtype=bool)
    for column, condition in where.items():
        absent = table[column].isna()
        missing = missing | absent
        possible = possible & (absent | _meets(table[column], condition))
    return missing & possible
