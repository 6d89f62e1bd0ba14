"""From the facts to the table of statistics: invented values of what no map can compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.sample import facts
from lifecircle.sample.facilities import SYNTHETIC
from lifecircle.sample.people import whole_numbers
from lifecircle.study import CITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lifecircle.sample.schema import Figure

_COLUMNS: Final = ("indicator", "area", "year", "value", "source")
_DECIMALS: Final = 2
_MOST_PERCENT: Final = 100.0


def statistics_table(
    figures: Sequence[Figure], years: tuple[int, int], seed: int, upto: int | None = None
) -> pd.DataFrame:
    """Return the table of statistics.

    Parameters
    ----------
    figures : sequence of Figure
    years : (int, int)
        First and last year. What is not a sum over them is a value of the last.
    seed : int
    upto : int, optional
        An earlier year at which the table is drawn up: sums end with it, all other values are said to be of it.

    Returns
    -------
    DataFrame
        ``indicator, area, year, value, source``. The parts of a sum over years add up to it.
    """
    rng = np.random.default_rng([seed, 8])
    rows: list[tuple[str, str, int, float]] = []
    for figure in figures:
        if figure.by_year:
            rows += [(figure.indicator, CITY, year, part) for year, part in _parts(figure.value, years)]
        else:
            rows.append((figure.indicator, CITY, years[1], figure.value))
        if figure.districts is not None:
            apart = rng.uniform(-figure.districts, figure.districts, size=len(facts.districts()))
            values = np.round(np.minimum(figure.value + apart, _MOST_PERCENT), _DECIMALS).tolist()
            names = [entry.name for entry in facts.districts()]
            rows += [(figure.indicator, name, years[1], value) for name, value in zip(names, values, strict=True)]
    table = pd.DataFrame([(*row, SYNTHETIC) for row in rows], columns=list(_COLUMNS))
    if upto is None:
        return table
    summed = table["indicator"].isin([figure.indicator for figure in figures if figure.by_year])
    table["year"] = table["year"].where(summed, table["year"].clip(upper=upto))
    return table[table["year"] <= upto].reset_index(drop=True)


def _parts(value: float, years: tuple[int, int]) -> list[tuple[int, float]]:
    """Return the years and a part of the value for each: whole where the value is, with two decimals otherwise."""
    span = range(years[0], years[1] + 1)
    units = 1 if float(value).is_integer() else 10**_DECIMALS
    parts = whole_numbers(np.ones(len(span)), round(value * units)) / units
    return list(zip(span, parts.tolist(), strict=True))
