"""Takes what a study says of its people (a file of points, a raster, totals of areas), gives resident points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd

from lifecircle.crs import WGS84
from lifecircle.inputs.census import read_polygons, read_totals
from lifecircle.inputs.dasymetric import spread_people
from lifecircle.inputs.rasters import residents_from_raster
from lifecircle.inputs.residents import read_residents
from lifecircle.study import CensusTotals, PopulationRaster, Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lifecircle.problems import Problem
    from lifecircle.study import Level, People

    Read = tuple[gpd.GeoDataFrame, list[Problem]]

_SMALLEST_FIRST: Final[tuple[Level, ...]] = ("community", "street", "district")


def homes_source(people: People, name: str) -> tuple[str, Source] | None:
    """Return the file that says where people live, by its short name, and how to read it; rasters know their frame."""
    if isinstance(people, CensusTotals):
        return None if people.buildings is None else (f"{name}.buildings", people.buildings)
    return (name, people) if isinstance(people, Source) else None


def read_people(people: People, name: str, files: Mapping[str, Path], areas: gpd.GeoDataFrame | None) -> Read:
    """Read where people live.

    Parameters
    ----------
    people : Source, PopulationRaster or CensusTotals
    name : str
        The short name of its first file.
    files : mapping of Path
        The files of :func:`people_files`.
    areas : GeoDataFrame, optional
        Areas of all levels that have a file, WGS 84. Rasters and totals give people to the smallest of them, or to the
        level that the totals are said to be of.

    Returns
    -------
    residents : GeoDataFrame
        As of :func:`lifecircle.inputs.residents.read_residents`; people of areas bear the id of theirs, such as
        ``community_id``, and no ``row``.
    problems : list of Problem

    Raises
    ------
    InputError
        If a file as a whole cannot be used, or nobody lives there.
    """
    if isinstance(people, Source):
        return read_residents(files[name], people)
    assert areas is not None  # noqa: S101 - a study without outlines is refused when it is read
    level = people.level if isinstance(people, CensusTotals) and people.level else _smallest(areas)
    zones = areas[areas["level"] == level].reset_index(drop=True)
    if isinstance(people, PopulationRaster):
        numbered = {group: range(1, len(rasters) + 1) for group, rasters in people.groups.items()}
        groups = {group: [files[f"{name}.{group}.{number}"] for number in range_] for group, range_ in numbered.items()}
        residents, problems = residents_from_raster(files[name], zones, groups, people.file)
    else:
        residents, problems = _spread(people, name, files, zones, level)
    return residents.rename(columns={"area_id": f"{level}_id"}), problems


def _spread(people: CensusTotals, name: str, files: Mapping[str, Path], zones: gpd.GeoDataFrame, level: Level) -> Read:
    totals, problems = read_totals(files[name], people.totals, zones, level)
    buildings, land = gpd.GeoDataFrame(geometry=[], crs=WGS84), None
    if people.buildings is not None:
        buildings, found = read_polygons(files[f"{name}.buildings"], people.buildings)
        problems += found
    if people.land is not None:
        land, found = read_polygons(files[f"{name}.land"], people.land)
        problems += found
    homes = people.buildings.file if people.buildings is not None else ""
    residents, found = spread_people(totals, buildings, land, file=people.file, buildings_file=homes)
    return residents, problems + found


def _smallest(areas: gpd.GeoDataFrame) -> Level:
    """Return the smallest level of which there are areas."""
    held = set(areas["level"])
    return next(level for level in _SMALLEST_FIRST if level in held)
