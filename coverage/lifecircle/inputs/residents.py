"""A file of residents as points with people: buildings, estates, or the cells of a population grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.errors import InputError
from lifecircle.inputs.contracts import AGE_GROUP, RESIDENTS, fulfilled
from lifecircle.inputs.positions import point_of
from lifecircle.inputs.tables import read_table
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.study import Source


def read_residents(path: Path, source: Source) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read where people live.

    Parameters
    ----------
    path : Path
        Any file that :func:`lifecircle.inputs.tables.read_table` reads, points or polygons.
    source : Source
        How to read it.

    Returns
    -------
    residents : GeoDataFrame
        ``resident_id``, ``population``, where known ``households``, age groups such as ``pop_60_plus`` and
        ``residential_area_m2``, the file's other columns, ``row``, and a point in WGS 84. A polygon becomes a point
        inside it; its own area is not taken for residential land.
    problems : list of Problem
        Every row left out (no population, no place), every cell repaired or not understood.

    Raises
    ------
    InputError
        If the file as a whole cannot be used, or nobody lives there.
    """
    rows, problems = read_table(path, source, RESIDENTS.columns)
    residents, faults = fulfilled(rows, RESIDENTS, source.file)
    if residents["population"].sum() == 0:
        raise InputError(told("error.population_zero", file=source.file, rows=len(residents)))
    residents = residents.set_geometry(point_of(residents.geometry))
    return residents, problems + faults + _groups_beyond_the_whole(residents, source.file)


def _groups_beyond_the_whole(residents: gpd.GeoDataFrame, file: str) -> list[Problem]:
    """List the rows with more people of one age than people."""
    problems = []
    for group in filter(AGE_GROUP.fullmatch, residents.columns):
        beyond = residents.loc[residents[group] > residents["population"], ["row", "resident_id"]]
        reason = told("problem.group_beyond_people", column=group)
        problems += [
            Problem(file, row, resident, group, reason, "noted")
            for row, resident in beyond.itertuples(index=False, name=None)
        ]
    return problems
