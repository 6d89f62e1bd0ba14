"""A census table: one row of people per area, told apart by the area's id or name and without places of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from lifecircle.errors import InputError
from lifecircle.inputs.cells import TEXT, shown
from lifecircle.inputs.columns import recognised_columns, recognition_notes, renamed_columns
from lifecircle.inputs.contracts import AGE_GROUP, CENSUS, fulfilled
from lifecircle.inputs.formats import read_rows
from lifecircle.inputs.nesting import named_areas
from lifecircle.inputs.tables import read_table
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from lifecircle.study import Level, Source

BUILDING_COLUMNS: Final = ("levels",)
_POLYGONS: Final = ("Polygon", "MultiPolygon")


def read_totals(
    path: Path, source: Source, areas: gpd.GeoDataFrame, level: Level
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read the people of every area of one level.

    Parameters
    ----------
    path : Path
        Any file that :func:`lifecircle.inputs.formats.read_rows` reads; geometry in it is not looked at.
    source : Source
        How to read it. Areas are named, by id or by a name that one area alone bears, in a column such as
        ``community_id`` or ``community``, or else in ``area_id`` or ``name``.
    areas : GeoDataFrame
        The areas of the level, with ``area_id``, ``name`` and polygons, WGS 84.
    level : {"district", "street", "community"}

    Returns
    -------
    totals : GeoDataFrame
        One row for each of the areas, in their order: ``area_id``, ``population``, ``households`` and age groups as
        far as the table has them, and the polygon. An area that the table lacks has no numbers.
    problems : list of Problem
        Every row left out: without a population, of an unknown area, or of one that came before.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, or names none of the areas.
    """
    rows, _ = read_rows(path, source)
    cells = pd.DataFrame(rows).drop(columns="geometry", errors="ignore")
    found = recognised_columns(list(map(str, cells.columns)), source.columns, CENSUS.columns, path)
    table = renamed_columns(cells, found).assign(row=cells.index + 1, geometry=None)
    problems = [Problem(source.file, None, "", "", note, "noted") for note in recognition_notes(found)]
    table, faults = fulfilled(gpd.GeoDataFrame(table, geometry="geometry"), CENSUS, source.file)
    area, column = _named(table, areas, level)
    if area.isna().all():
        raise InputError(told("error.census_names_nothing", path=path, level=level))
    repeated = area.notna() & area.duplicated()
    for mask, key in ((area.isna(), "row_of_no_area"), (repeated, "second_row_of_area")):
        faults += [
            Problem(source.file, row, "", column, told(f"problem.{key}", cell=shown(said), level=level), "dropped")
            for row, said in table.loc[mask, ["row", column]].itertuples(index=False, name=None)
        ]
    numbers = [name for name in table if name in {"population", "households"} or AGE_GROUP.fullmatch(str(name))]
    known = table[area.notna() & ~repeated].assign(area_id=area).set_index("area_id")[numbers]
    totals = areas[["area_id", "geometry"]].reset_index(drop=True)
    return totals.join(known, on="area_id"), problems + faults


def read_polygons(path: Path, source: Source) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read residential buildings or land: polygons, with ``levels`` and ``row``.

    Raises
    ------
    InputError
        If the file cannot be used, or holds no polygons.
    """
    table, problems = read_table(path, source, BUILDING_COLUMNS)
    areal = table.geom_type.isin(_POLYGONS)
    if not areal.any():
        raise InputError(told("error.people_need_polygons", path=path))
    problems += [
        Problem(source.file, row, "", "geometry", told("problem.no_polygon"), "dropped")
        for row in table.loc[~areal, "row"]
    ]
    return table[areal].reset_index(drop=True), problems


def _named(table: pd.DataFrame, areas: gpd.GeoDataFrame, level: Level) -> tuple[pd.Series[str], str]:
    """Return the area of each row, and the first column that names any."""
    area = pd.Series(None, index=table.index, dtype=TEXT)
    decisive = ""
    for column in (f"{level}_id", level, "area_id", "name"):
        if column in table:
            area = area.fillna(named_areas(table[column], areas))
            decisive = decisive or (column if area.notna().any() else "")
    return area, decisive
