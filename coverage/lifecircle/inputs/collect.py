"""All files of a study, read and cleaned: areas, residents and facilities that know where they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import shapely

from lifecircle.beside import HERE
from lifecircle.crs import metric_crs
from lifecircle.inputs.areas import read_areas
from lifecircle.inputs.assignment import area_index, assign_areas
from lifecircle.inputs.completeness import districts_without_data
from lifecircle.inputs.entrances import NO_GATES, entrances
from lifecircle.inputs.extent import study_bounds
from lifecircle.inputs.files import RESIDENTS, SECOND_RESIDENTS, study_files
from lifecircle.inputs.gates import mapped_gates
from lifecircle.inputs.layers import TALLY_COLUMNS, read_layers, usable
from lifecircle.inputs.osm_places import osm_basemap
from lifecircle.inputs.osm_streets import osm_format
from lifecircle.inputs.people import read_people
from lifecircle.inputs.squares import square_areas
from lifecircle.inputs.statistics import STATISTICS_COLUMNS, read_statistics
from lifecircle.study import CensusTotals, PopulationRaster

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor
    from pathlib import Path

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from lifecircle.inputs.assignment import AreaIndex
    from lifecircle.inputs.extent import Bounds
    from lifecircle.problems import Problem
    from lifecircle.study import Level, Source, Study


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
        Facilities of all layers with their areas: those in use at the study's date, each once.
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
    gates : (G, 2) array
        Mapped gates and entrances; looked for only where a facility is a polygon.
    bounds : (4,) float, optional
        West, south, east and north of the part of the street file that matters.
    second_residents : GeoDataFrame, optional
        Resident points of the study's other source of people, with their areas.
    tally : DataFrame
        How many facilities of each layer were listed, left out, merged and used.
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
    gates: NDArray[np.float64] = field(default_factory=NO_GATES.copy)
    bounds: Bounds | None = None
    second_residents: gpd.GeoDataFrame | None = None
    tally: pd.DataFrame = field(default_factory=partial(pd.DataFrame, columns=list(TALLY_COLUMNS)))


def collect(study: Study, beyond_m: float | None = None, beside: Executor = HERE) -> Collected:
    """Read every file of a study but its streets.

    Parameters
    ----------
    study : Study
    beyond_m : float, optional
        How far beyond residents and areas places of the street extract take part, metres; all of them when absent.
    beside : Executor, optional
        Reads what maps draw, while this process reads the rest.

    Raises
    ------
    StudyError, InputError
        If a file is missing, cannot be read, or holds nothing that could be used.
    """
    problems: list[Problem] = []
    files = study_files(study)
    outlines, of_outlines = _outlines(study, files)
    residents, found = read_people(study.residents, RESIDENTS, files, outlines)
    problems += found
    crs = study.crs or metric_crs(residents.geometry.get_coordinates().to_numpy())
    areas, found = (
        (outlines, of_outlines)
        if outlines is not None and study.areas.grid_m is None
        else _with_squares(study, files, residents, crs)
    )
    areas = areas.assign(area_m2=areas.geometry.to_crs(crs).area)
    problems += found
    index = area_index(areas)
    residents, found = assign_areas(residents, index, study.residents.file)
    problems += found
    second, found = _second_residents(study, files, outlines, index)
    problems += found
    bounds = None if beyond_m is None else study_bounds(residents, areas, beyond_m)
    basemap = beside.submit(_basemap, files["streets"], bounds)
    listed, found = read_layers(study, files, bounds, residents, index)
    problems += found
    facilities, tally, found = usable(listed, study, crs)
    problems += found
    gates = _gates(facilities, files["streets"])
    statistics, found = _statistics(study, files, areas)
    problems += found
    return Collected(
        crs=crs,
        areas=areas,
        residents=residents,
        second_residents=second,
        facilities=facilities,
        entrances=entrances(facilities, crs, gates),
        silent=districts_without_data(listed, study.layers, areas),  # a closed facility says something too
        statistics=statistics,
        basemap=basemap.result(),
        files=files,
        problems=problems,
        gates=gates,
        bounds=bounds,
        tally=tally,
    )


def _area_files(study: Study, files: Mapping[str, Path]) -> dict[Level, tuple[Path, Source]]:
    return {level: (files[f"areas.{level}"], source) for level, source in study.areas.sources().items()}


def _outlines(study: Study, files: Mapping[str, Path]) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    """Return the areas of all levels that have a file, as far as anything is to be read from them yet."""
    people = [study.residents, study.second_residents]
    wanted = study.areas.grid_m is None or any(isinstance(one, PopulationRaster | CensusTotals) for one in people)
    return read_areas(_area_files(study, files)) if wanted else (None, [])


def _with_squares(
    study: Study, files: Mapping[str, Path], residents: gpd.GeoDataFrame, crs: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return areas with squares in place of communities, which are known once the residents are."""
    assert study.areas.grid_m is not None  # noqa: S101 - a study without a file of communities has squares
    return read_areas(_area_files(study, files), square_areas(residents, study.areas.grid_m, crs))


def _second_residents(
    study: Study, files: Mapping[str, Path], outlines: gpd.GeoDataFrame | None, index: AreaIndex
) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    if study.second_residents is None:
        return None, []
    residents, problems = read_people(study.second_residents, SECOND_RESIDENTS, files, outlines)
    residents, found = assign_areas(residents, index, study.second_residents.file)
    return residents, problems + found


def _statistics(study: Study, files: dict[str, Path], areas: gpd.GeoDataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    if study.statistics is None:
        return pd.DataFrame(columns=list(STATISTICS_COLUMNS)), []
    return read_statistics(files["statistics"], study.statistics, areas)


def _basemap(streets: Path, bounds: Bounds | None) -> dict[str, gpd.GeoDataFrame]:
    if osm_format(streets) is None:
        return {}
    return osm_basemap(streets, bounds)


def _gates(facilities: gpd.GeoDataFrame, streets: Path) -> NDArray[np.float64]:
    areal = (shapely.get_dimensions(facilities.geometry.to_numpy()) > 1).any()
    return mapped_gates(streets) if areal and osm_format(streets) else NO_GATES
