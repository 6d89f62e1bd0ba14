"""Files of districts, streets and communities as one table of areas, each in the area above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from lifecircle.crs import WGS84
from lifecircle.errors import InputError
from lifecircle.inputs.cells import TEXT, shown
from lifecircle.inputs.columns import urban_or_rural
from lifecircle.inputs.contracts import AREAS, fulfilled
from lifecircle.inputs.nesting import listed_areas, overlap_notes, with_parents
from lifecircle.inputs.tables import read_table
from lifecircle.messages import told
from lifecircle.problems import Problem
from lifecircle.study import CITY, LEVELS, Level

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lifecircle.study import Source

AREA_COLUMNS: Final = ("area_id", "level", "name", "parent_id", "setting", "geometry")
_POLYGONS: Final = ("Polygon", "MultiPolygon")


def read_areas(
    sources: Mapping[Level, tuple[Path, Source]], squares: gpd.GeoDataFrame | None = None
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read the areas of all levels and place each in the one above.

    Parameters
    ----------
    sources : mapping
        Level to its file and how to read it.
    squares : GeoDataFrame, optional
        Communities from :func:`lifecircle.inputs.squares.square_areas`, where there is no file of them.

    Returns
    -------
    areas : GeoDataFrame
        Columns :data:`AREA_COLUMNS`, WGS 84, one row ``city`` first (the union of the highest level given), then level
        by level. An area's parent is the one its row names, else the one of the next level that it overlaps most. An
        id that another level has already is preceded by its level, such as ``street-7``.
    problems : list of Problem
        Among them every area left out: no polygon, a repeated id, or outside all areas of the levels above.

    Raises
    ------
    InputError
        If a file as a whole cannot be used.
    """
    tables: dict[Level, gpd.GeoDataFrame] = {}
    files: dict[Level, str] = {}
    problems: list[Problem] = []
    for level in LEVELS:
        if level in sources:
            path, source = sources[level]
            tables[level], found = _read_level(level, path, source)
            files[level] = source.file
            problems += found
    if squares is not None:
        tables["community"], files["community"] = squares.assign(row=None), "squares"
    if not tables:
        raise InputError(told("error.no_areas"))
    stacked, found = _stacked(tables, files)
    return stacked, problems + found


def _read_level(level: Level, path: Path, source: Source) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    rows, problems = read_table(path, source, AREAS.columns)
    table, faults = fulfilled(_own_columns(rows, level, source), AREAS, source.file)
    table["name"] = table["name"].fillna(table["area_id"]) if "name" in table else table["area_id"]
    flat = ~table.geom_type.isin(_POLYGONS)
    faults += listed_areas(table[flat], source.file, told("problem.area_no_polygon"))
    if flat.all():
        raise InputError(told("error.areas_no_polygons", path=path))
    if "setting" in table:
        settings = urban_or_rural(table["setting"])
        unclear = table[settings.isna() & table["setting"].notna()]
        faults += [
            Problem(
                source.file, row, area, "setting", told("problem.neither_urban_nor_rural", cell=shown(word)), "repaired"
            )
            for row, area, word in unclear[["row", "area_id", "setting"]].itertuples(index=False, name=None)
        ]
        table["setting"] = settings
    return table[~flat].reset_index(drop=True), problems + faults


def _own_columns(table: gpd.GeoDataFrame, level: Level, source: Source) -> gpd.GeoDataFrame:
    """Return a level's table with its own code and name (社区代码, 社区) as ``area_id`` and ``name``.

    The code is what other files refer to, and goes before a plain ``id`` unless the study says otherwise.
    """
    code = f"{level}_id"
    if code in table and "area_id" not in source.columns:
        table = table.drop(columns="area_id", errors="ignore").rename(columns={code: "area_id"})
    return table if "name" in table else table.rename(columns={level: "name"})


def _stacked(
    tables: Mapping[Level, gpd.GeoDataFrame], files: Mapping[Level, str]
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return all levels below one row for the city."""
    highest = next(iter(tables.values()))
    city = gpd.GeoDataFrame(
        {"area_id": [CITY], "level": [CITY], "name": [CITY]}, geometry=[shapely.union_all(highest.geometry)], crs=WGS84
    )
    done: list[gpd.GeoDataFrame] = [city]
    problems: list[Problem] = []
    for level, table in tables.items():
        placed, outside = with_parents(table, done, files[level])
        problems += outside + overlap_notes(placed, files[level])
        own_ids = placed["area_id"]
        taken = own_ids.isin(pd.concat([above["area_id"] for above in done]))
        if taken.any():
            note = told("problem.id_of_others", id=shown(own_ids[taken].iloc[0]), level=level)
            problems.append(Problem(files[level], None, "", "area_id", note, "noted"))
        ids = f"{level}-" + own_ids if taken.any() else own_ids
        done.append(placed.assign(own_id=own_ids, area_id=ids, level=level))
    stacked = pd.concat(done, ignore_index=True).reindex(columns=list(AREA_COLUMNS))
    texts = {name: TEXT for name in AREA_COLUMNS if name != "geometry"}
    return gpd.GeoDataFrame(stacked.astype(texts), geometry="geometry", crs=WGS84), problems
