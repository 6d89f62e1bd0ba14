"""Takes the layers of a study, gives their facilities: in their areas, each once, and only those in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from lifecircle.crs import WGS84
from lifecircle.inputs.assignment import assign_areas
from lifecircle.inputs.availability import in_use
from lifecircle.inputs.duplicates import without_duplicates
from lifecircle.inputs.facilities import read_facilities
from lifecircle.inputs.osm_places import osm_places
from lifecircle.inputs.positions import require_near
from lifecircle.inputs.transit import is_feed, read_stops

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from lifecircle.inputs.assignment import AreaIndex
    from lifecircle.inputs.extent import Bounds
    from lifecircle.problems import Problem
    from lifecircle.study import Study

    Read = tuple[gpd.GeoDataFrame, list[Problem]]

TALLY_COLUMNS: Final = ("layer", "listed", "not_in_use", "merged", "used")


def read_layers(
    study: Study, files: Mapping[str, Path], bounds: Bounds | None, residents: gpd.GeoDataFrame, index: AreaIndex
) -> Read:
    """Read every layer, in the order of the study, and find the areas of its facilities.

    Parameters
    ----------
    study : Study
    files : mapping of Path
        ``streets`` and ``layers.<layer>``.
    bounds : (4,) float, optional
        Rectangle that places from the street extract must reach into.
    residents : GeoDataFrame
        Points, WGS 84.
    index : AreaIndex
        Of the study's areas.

    Returns
    -------
    facilities : GeoDataFrame
        Everything that the files list, stacked.
    problems : list of Problem

    Raises
    ------
    InputError
        If a file as a whole cannot be used, or is of another city.
    """
    tables, problems = [], []
    for layer, (places, found) in _read(study, files, bounds):
        file = study.layers[layer].file or study.streets.file
        require_near(places, residents, file)
        table, unknown = assign_areas(places, index, file)
        problems += found + unknown
        tables.append(table)
    return _stacked(tables), problems


def usable(
    facilities: gpd.GeoDataFrame, study: Study, crs: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, list[Problem]]:
    """Return the facilities that were in use at the study's date, each once.

    Parameters
    ----------
    facilities : GeoDataFrame
        As :func:`read_layers` gives them.
    study : Study
    crs : str
        A metric frame.

    Returns
    -------
    facilities : GeoDataFrame
    tally : DataFrame
        One row for each layer, in the order of the study, with :data:`TALLY_COLUMNS`: how many facilities its file
        lists, how many of them are closed or not open yet, how many were merged into others, and how many are left.
    problems : list of Problem
    """
    tables, counts, problems = [], [], []
    for layer, source in study.layers.items():
        file = source.file or study.streets.file
        listed = facilities[facilities["layer"] == layer].reset_index(drop=True)
        open_, found = in_use(listed, study.date, file)
        once, merged = without_duplicates(open_, crs, file)
        problems += found + merged
        tables.append(once)
        counts.append((layer, len(listed), len(found), len(merged), len(once)))
    return _stacked(tables), pd.DataFrame(counts, columns=list(TALLY_COLUMNS)), problems


def _read(study: Study, files: Mapping[str, Path], bounds: Bounds | None) -> Iterator[tuple[str, Read]]:
    mapped = [layer for layer, source in study.layers.items() if source.osm]
    places, problems = osm_places(files["streets"], mapped, bounds) if mapped else ({}, [])
    for layer, source in study.layers.items():
        if source.osm:
            yield layer, (places[layer], problems)
            problems = []  # they are of all layers together, and listed once
        else:
            path = files[f"layers.{layer}"]
            read = read_stops if is_feed(path) else read_facilities
            yield layer, read(path, source.source(), layer)


def _stacked(tables: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return tables one below the other; an empty one has no say in the types of the columns."""
    filled = [table for table in tables if len(table)] or tables[:1]
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), geometry="geometry", crs=WGS84)
