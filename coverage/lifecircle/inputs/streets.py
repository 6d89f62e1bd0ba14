"""Takes the street file of a study (an OpenStreetMap extract or a layer of lines), gives its ways and its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from lifecircle.errors import InputError
from lifecircle.filters import matching
from lifecircle.inputs.columns import recognised_columns, recognition_notes, renamed_columns
from lifecircle.inputs.formats import nearest, read_rows
from lifecircle.inputs.graph_streets import ways_from_graph
from lifecircle.inputs.line_streets import ways_from_lines
from lifecircle.inputs.osm_streets import osm_format, read_osm_ways
from lifecircle.inputs.ways import TAG_KEYS, ways_within
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from lifecircle.inputs.extent import Bounds
    from lifecircle.inputs.ways import Ways
    from lifecircle.study import Source

__all__ = ["read_ways", "ways_from_graph", "ways_from_lines"]


def read_ways(path: Path, source: Source, bounds: Bounds | None = None) -> tuple[Ways, list[Problem]]:
    """Read the streets of a study.

    Parameters
    ----------
    path : Path
        ``.osm.pbf`` and ``.osm`` are read as OpenStreetMap, everything else as a layer of lines.
    source : Source
        How to read a layer of lines: its layer, crs, encoding, conditions, and the columns that are tags, such as
        ``{"name": "路名", "foot": "步行"}``. An extract needs none of these.
    bounds : (4,) float, optional
        West, south, east and north of what the ways have to reach into, degrees.

    Returns
    -------
    ways : Ways
    problems : list of Problem
        Every way or row that was dropped or repaired.

    Raises
    ------
    InputError
        If the file cannot be read, holds no street, or is given settings that it cannot follow.
    """
    if osm_format(path) is None:
        ways, problems = _read_lines(path, source)
        return (ways if bounds is None else ways_within(ways, bounds)), problems
    idle = [name for name in ("layer", "crs", "encoding", "columns", "where") if getattr(source, name)]
    if idle:
        raise InputError(told("error.extract_takes_no", path=path, settings=", ".join(idle)))
    return read_osm_ways(path, source.file, bounds)


def _read_lines(path: Path, source: Source) -> tuple[Ways, list[Problem]]:
    rows, remarks = read_rows(path, source)
    if not isinstance(rows, gpd.GeoDataFrame):
        raise InputError(told("error.streets_without_geometry", path=path))
    unknown = [name for name in source.columns if name not in TAG_KEYS]
    if unknown:
        hint = nearest(unknown[0], TAG_KEYS)
        raise InputError(told("error.no_street_column", path=path, column=repr(unknown[0]), hint=hint))
    try:
        rows = rows[matching(rows, source.where)]
    except KeyError as missing:
        column = str(missing.args[0])
        hint = nearest(column, rows.columns)
        raise InputError(told("error.where_no_column", path=path, column=repr(column), hint=hint)) from None
    names = [name for name in rows.columns if name != rows.geometry.name]
    found = recognised_columns(names, source.columns, TAG_KEYS, path)
    lines = gpd.GeoDataFrame(renamed_columns(rows[names], found), geometry=rows.geometry)
    ways, problems = ways_from_lines(lines, source.file, source.crs)
    notes = [*(told("problem.reader_says", remark=remark) for remark in remarks), *recognition_notes(found)]
    return ways, [Problem(source.file, None, "", "", note, "noted") for note in notes] + problems
