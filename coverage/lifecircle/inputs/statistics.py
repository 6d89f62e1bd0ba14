"""The planner's table of statistics: indicators that no map can give, one row per indicator, area and year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from lifecircle.errors import InputError
from lifecircle.inputs.cells import number_cells, shown, text_cells
from lifecircle.inputs.columns import recognised_columns, renamed_columns
from lifecircle.inputs.formats import nearest, read_rows
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.bilingual import Bilingual
    from lifecircle.study import Source

STATISTICS_COLUMNS: Final = ("indicator", "area_id", "year", "value")
_REQUIRED: Final = ("indicator", "area", "year", "value")
_YEARS: Final = (1949, 2100)


def read_statistics(path: Path, source: Source, areas: gpd.GeoDataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Read the statistics that the planner supplies.

    Parameters
    ----------
    path : Path
        A table with ``indicator`` (id of a plan's entry), ``area`` (name or id of the city or a district), ``year``,
        ``value`` and usually ``source``.
    source : Source
        How to read it.
    areas : GeoDataFrame
        Areas of all levels.

    Returns
    -------
    statistics : DataFrame
        :data:`STATISTICS_COLUMNS`.
    problems : list of Problem
        Every row left out, with the reason.

    Raises
    ------
    InputError
        If the file cannot be read or lacks a column.
    """
    rows, _ = read_rows(path, source)
    table = renamed_columns(rows, recognised_columns(list(map(str, rows.columns)), source.columns, _REQUIRED, path))
    for name in _REQUIRED:
        if name not in table:
            hint = nearest(name, table.columns)
            raise InputError(told("error.no_column", path=path, column=name, hint=hint))
    indicator, _ = text_cells(table["indicator"])
    place, _ = text_cells(table["area"])
    year, value = number_cells(table["year"]).number, number_cells(table["value"]).number
    area = place.map(_ids_by_name(areas))
    faults = {
        "indicator": indicator.isna(),
        "area": area.isna(),
        "year": ~year.between(*_YEARS),
        "value": value.isna(),
        "repeated": pd.DataFrame({"indicator": indicator, "area": area, "year": year}).duplicated(),
    }
    kept = ~pd.concat(faults, axis=1).any(axis=1)
    statistics = pd.DataFrame({"indicator": indicator, "area_id": area, "year": year, "value": value})[kept]
    problems = [
        Problem(source.file, row + 1, shown(indicator[row]), name, _reason(name, table, row), "dropped")
        for name, wrong in faults.items()
        for row in table.index[wrong]
    ]
    return statistics.astype({"year": int}).reset_index(drop=True), problems


def _ids_by_name(areas: gpd.GeoDataFrame) -> dict[str, str]:
    """Return the ids of the city and the districts by their names and ids."""
    larger = areas[areas["level"].isin(["city", "district"])]
    by_name = dict(zip(larger["name"], larger["area_id"], strict=True))
    return by_name | dict(zip(larger["area_id"], larger["area_id"], strict=True))


def _reason(fault: str, table: pd.DataFrame, row: int) -> Bilingual:
    if fault == "repeated":
        return told("problem.given_already")
    key = "no_area_of_statistics" if fault == "area" else f"no_{fault}"
    return told(f"problem.{key}", cell=shown(table[fault][row]))
