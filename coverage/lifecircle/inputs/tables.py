"""Any file as a table of located rows: lifecircle's column names, WGS 84, and a problem for every row left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from lifecircle.errors import InputError
from lifecircle.filters import matching
from lifecircle.inputs.cells import number_cells, shown
from lifecircle.inputs.columns import POSITION_COLUMNS, recognised_columns, recognition_notes, renamed_columns
from lifecircle.inputs.formats import nearest, read_rows
from lifecircle.inputs.positions import located
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from lifecircle.study import Source


def read_table(path: Path, source: Source, known: Collection[str] = ()) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read a file of any supported format.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoJSON, Shapefile (also zipped), KML, FlatGeobuf, GeoParquet, Parquet, CSV or Excel workbook.
    source : Source
        How to read it: layer, encoding, frame, names of columns, and conditions that a row must meet to be read.
        Conditions name the file's columns, or lifecircle's.
    known : collection of str
        lifecircle's columns that are recognised by their usual names (``configs/columns.yaml``).

    Returns
    -------
    table : GeoDataFrame
        WGS 84, with ``row`` (the row as a person counts it: the first row of data is 1), the recognised columns under
        lifecircle's names, all other columns, cells as they stand in the file, and valid geometry.
    problems : list of Problem
        One for every row that met the conditions and lies nowhere, and notes on how the file was understood.

    Raises
    ------
    InputError
        If the file as a whole cannot be used; the message says what to do.
    """
    rows, remarks = read_rows(path, source)
    has_geometry = isinstance(rows, gpd.GeoDataFrame)
    names = [str(name) for name in rows.columns if not (has_geometry and name == rows.geometry.name)]
    columns = recognised_columns(names, source.columns, [*(() if has_geometry else POSITION_COLUMNS), *known], path)
    notes = [*recognition_notes(columns), *(told("problem.reader_says", remark=remark) for remark in remarks)]
    rows, problems = _meeting(rows, source, columns, path)
    table = renamed_columns(pd.DataFrame(rows[names]), columns)
    table.insert(0, "row", rows.index + 1)
    if isinstance(rows, gpd.GeoDataFrame):
        table = gpd.GeoDataFrame(table, geometry=rows.geometry, crs=rows.crs)
    found, unlocated = located(table, source, path)
    return found, [Problem(source.file, None, "", "", note, "noted") for note in notes] + problems + unlocated


def _meeting(
    rows: pd.DataFrame, source: Source, columns: Mapping[str, str], path: Path
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the rows that meet the source's conditions, and those of which that cannot be told."""
    if not source.where:
        return rows, []
    cells = {}
    problems = []
    unclear = pd.Series(data=False, index=rows.index)
    for name, condition in source.where.items():
        theirs = name if name in rows.columns else columns.get(name)
        if theirs is None:
            hint = nearest(name, rows.columns)
            raise InputError(told("error.where_no_column", path=path, column=repr(name), hint=hint))
        cells[name] = rows[theirs]
        if isinstance(condition, str) and condition.lstrip().startswith((">", "<")):
            numbers = number_cells(rows[theirs])
            cells[name] = numbers.number
            unclear |= numbers.unreadable
            for index in rows.index[numbers.unreadable].tolist():
                cell = shown(rows.loc[index, theirs])
                reason = told("problem.not_comparable", cell=cell, condition=repr(condition))
                problems.append(Problem(source.file, index + 1, "", theirs, reason, "dropped"))
    meets = matching(pd.DataFrame(cells, index=rows.index), source.where) & ~unclear
    if not meets.any():
        conditions = ", ".join(f"{name}: {condition}" for name, condition in source.where.items())
        named = {"rows": len(rows), "conditions": f"{{{conditions}}}"}
        raise InputError(told("error.where_no_row", path=path, **named))
    left = int((~meets & ~unclear).sum())
    if left:
        note = told("problem.conditions_not_met", left=left, rows=len(rows))
        problems.insert(0, Problem(source.file, None, "", "", note, "noted"))
    return rows[meets], problems
