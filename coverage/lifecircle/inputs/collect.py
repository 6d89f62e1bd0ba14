"""All files of a study, read and cleaned: areas, residents and facilities that know where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from lifecircle.crs import WGS84, metric_crs
from lifecircle.inputs.areas import read_areas
from lifecircle.inputs.assignment import AreaIndex, area_index, assign_areas
from lifecircle.inputs.completeness import districts_without_data
from lifecircle.inputs.entrances import entrances
from lifecircle.inputs.facilities import read_facilities
from lifecircle.inputs.osm_places import osm_basemap, osm_places
from lifecircle.inputs.osm_streets import osm_format
from lifecircle.inputs.positions import require_near
from lifecircle.inputs.residents import read_residents
from lifecircle.inputs.squares import square_areas
from lifecircle.inputs.statistics import STATISTICS_COLUMNS, read_statistics

if TYPE_CHECKING:
    from pathlib import Path

    from lifecircle.problems import Problem
    from lifecircle.study import Study


@dataclass(frozen=True)
class Collected:
    """What a study's files hold once cleaned; all tables in WGS 84.

    Attributes
    ----------
    crs : str
        The metric frame of the study.
    areas : GeoDataFrame
        Areas of all levels.
    residents : GeoDataFrame
        Resident points with their areas.
    facilities : GeoDataFrame
        Facilities of all layers with their areas.
    entrances : GeoDataFrame
        Points at which facilities are reached, with ``facility_row``.
    silent : dict
        Layer to the districts of which it says nothing.
    statistics : DataFrame
        ``indicator, area_id, year, value``; empty where the study has none.
    basemap : dict of GeoDataFrame
        ``water``, ``green`` and main ``streets`` of the street extract; empty where the streets are plain lines.
    files : dict
        Every file that was read, by a short name.
    problems : list of Problem
        Everything that was dropped, repaired or worth noting.
    """

    crs: str
    areas: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    silent: dict[str, frozenset[str]]
    statistics: pd.DataFrame
    basemap: dict[str, gpd.GeoDataFrame]
    files: dict[str, Path]
    problems: list[Problem]


def collect(study: Study) -> Collected:
    """Read every file of a study but its streets.

    Raises
    ------
    StudyError, InputError
        If a file is missing, cannot be read, or holds nothing that could be used.
    """
    problems: list[Problem] = []
    files = _files(study)
    residents, found = read_residents(files["residents"], study.residents)
    problems += found
    crs = study.crs or metric_crs(residents.geometry.get_coordinates().to_numpy())
    areas, found = _areas(study, files, residents, crs)
    problems += found
    index = area_index(areas)
    residents, found = assign_areas(residents, index, study.residents.file)
    problems += found
    facilities, found = _facilities(study, files, residents, index)
    problems += found
    statistics, found = _statistics(study, files, areas)
    problems += found
    return Collected(
        crs=crs,
        areas=areas,
        residents=residents,
        facilities=facilities,
        entrances=entrances(facilities, crs),
        silent=districts_without_data(facilities, study.layers, areas),
        statistics=statistics,
        basemap=osm_basemap(files["streets"]) if osm_format(files["streets"]) else {},
        files=files,
        problems=problems,
    )


def _files(study: Study) -> dict[str, Path]:
    named = {"streets": study.streets.file, "residents": study.residents.file}
    named |= {f"areas.{level}": source.file for level, source in study.areas.sources().items()}
    if study.statistics is not None:
        named["statistics"] = study.statistics.file
    named |= {f"layers.{layer}": source.file for layer, source in study.layers.items() if source.file is not None}
    return {name: study.file(file) for name, file in named.items()}


def _areas(
    study: Study, files: dict[str, Path], residents: gpd.GeoDataFrame, crs: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    sources = {level: (files[f"areas.{level}"], source) for level, source in study.areas.sources().items()}
    squares = square_areas(residents, study.areas.grid_m, crs) if study.areas.grid_m is not None else None
    areas, problems = read_areas(sources, squares)
    return areas.assign(area_m2=areas.geometry.to_crs(crs).area), problems


def _statistics(study: Study, files: dict[str, Path], areas: gpd.GeoDataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    if study.statistics is None:
        return pd.DataFrame(columns=list(STATISTICS_COLUMNS)), []
    return read_statistics(files["statistics"], study.statistics, areas)


def _facilities(
    study: Study, files: dict[str, Path], residents: gpd.GeoDataFrame, index: AreaIndex
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read every layer, in the order of the study, and find the areas of its facilities."""
    from_osm = [layer for layer, source in study.layers.items() if source.osm]
    places, problems = osm_places(files["streets"], from_osm) if from_osm else ({}, [])
    tables = []
    for layer, source in study.layers.items():
        file = study.streets.file if source.file is None else source.file
        if source.file is not None:
            places[layer], found = read_facilities(files[f"layers.{layer}"], source.source(), layer)
            problems += found
        require_near(places[layer], residents, file)
        table, found = assign_areas(places[layer], index, file)
        problems += found
        tables.append(table)
    return _stacked(tables), problems


def _stacked(tables: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return tables one below the other; an empty one has no say in the types of the columns."""
    filled = [table for table in tables if len(table)] or tables[:1]
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), geometry="geometry", crs=WGS84)
