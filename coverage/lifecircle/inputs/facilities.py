"""A file of facilities as a clean layer of points and polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from lifecircle.inputs.cells import TEXT
from lifecircle.inputs.contracts import FACILITIES, fulfilled
from lifecircle.inputs.positions import point_of
from lifecircle.inputs.tables import read_table
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.study import Source

_KEPT: Final = ("Point", "Polygon", "MultiPolygon")


def read_facilities(path: Path, source: Source, layer: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read one layer of facilities.

    Parameters
    ----------
    path : Path
        Any file that :func:`lifecircle.inputs.tables.read_table` reads.
    source : Source
        How to read it.
    layer : str
        The layer's id in the study.

    Returns
    -------
    facilities : GeoDataFrame
        ``facility_id``, ``layer``, ``name``, what else is known of
        :data:`lifecircle.inputs.contracts.FACILITIES`, the file's other columns, ``row``, and a point or polygon in
        WGS 84. Unknown cells are missing, never 0.
    problems : list of Problem
        Every row left out, every cell repaired or not understood.

    Raises
    ------
    InputError
        If the file as a whole cannot be used.
    """
    rows, problems = read_table(path, source, FACILITIES.columns)
    facilities, faults = fulfilled(rows, FACILITIES, source.file)
    facilities, moved = points_and_polygons(facilities, source.file)
    return in_layer(facilities, layer), problems + faults + moved


def in_layer(facilities: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    """Return facilities with their layer, and a name (missing where there is none)."""
    names = facilities["name"] if "name" in facilities else pd.Series(None, index=facilities.index, dtype=TEXT)
    others = facilities.drop(columns=["facility_id", "name"], errors="ignore")
    others.insert(0, "facility_id", facilities["facility_id"])
    others.insert(1, "layer", pd.Series(layer, index=facilities.index, dtype=TEXT))
    others.insert(2, "name", names)
    return others


def points_and_polygons(facilities: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return facilities with a point instead of lines and scattered points, and the rows where that was done."""
    other = ~facilities.geom_type.isin(_KEPT)
    geometry = facilities.geometry.copy()
    geometry[other] = point_of(geometry[other])
    reason = told("problem.no_point_no_polygon")
    changed = facilities.loc[other, ["row", "facility_id"]].itertuples(index=False, name=None)
    return facilities.set_geometry(geometry), [
        Problem(file, row, feature, "geometry", reason, "repaired") for row, feature in changed
    ]
