"""A folder for each district that can be sent alone: its page, its map and its workbook, and nothing of the others.

What is in it is added up by area: no resident point, no number of fewer people than may be told, and of other areas
only the city's and the reference group's own figures.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from lifecircle.report.map import map_data, write_map
from lifecircle.report.map.basemap import window_around
from lifecircle.report.map.shapes import mercator
from lifecircle.report.page import write_page
from lifecircle.report.paths import path_components
from lifecircle.report.workbook.contents import district_sheets
from lifecircle.study import LEVELS

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.report.blocks import Report
    from lifecircle.report.content import Contents
    from lifecircle.report.content.words import Words
    from lifecircle.report.findings import Findings
    from lifecircle.report.map import MapData, MapPictures, MapRun
    from lifecircle.report.map.shapes import Geometries
    from lifecircle.report.workbook.sheet import Sheet


def district_folders(words: Words, folder: Path) -> dict[str, Path]:
    """Return the folder of each district by its id, named after it, inside a folder."""
    names = path_components(words.area(("district", district)) for district in words.districts)
    return {district: folder / name for district, name in zip(words.districts, names, strict=True)}


def write_district_pages(contents: Contents, folder: Path) -> None:
    """Write the page of each district into its folder.

    Raises
    ------
    ReportError
        If a file cannot be written.
    """
    for district, own in district_folders(contents.words, folder).items():
        write_page(contents.districts[district], own / "report.html")


def district_books(contents: Contents, folder: Path) -> dict[Path, tuple[Report, list[Sheet]]]:
    """Return what the workbook in each district's folder holds, by its path."""
    words, reports = contents.words, contents.districts
    return {
        own / "report.xlsx": (reports[district], district_sheets(words, reports[district], district))
        for district, own in district_folders(words, folder).items()
    }


def write_district_maps(words: Words, run: MapRun, pictures: MapPictures, folder: Path) -> None:
    """Write the map of each district into its folder.

    Parameters
    ----------
    words : Words
    run : MapRun
        The whole city's.
    pictures : MapPictures
    folder : Path
        Holds a folder for each district.

    Raises
    ------
    ReportError
        If a file cannot be written.
    """
    places = shapely.point_on_surface(mercator(run.facilities.geometry))
    for district, own in district_folders(words, folder).items():
        data = district_map(words.findings, run, pictures, district, places)
        write_map(own / "map.html", data, lang=words.lang)


def district_map(
    findings: Findings, run: MapRun, pictures: MapPictures, district: str, places: Geometries | None = None
) -> MapData:
    """Return the content of one district's map, made from its own part of the run.

    Parameters
    ----------
    findings : Findings
    run : MapRun
        The whole city's.
    pictures : MapPictures
        The whole city's.
    district : str
        Its id.
    places : (F,) array, optional
        A point in each facility, Web Mercator, where it is known already.
    """
    if places is None:
        places = shapely.point_on_surface(mercator(run.facilities.geometry))
    own = own_run(run, findings.areas, district, places)
    near = own_pictures(pictures, findings.areas, district)
    return map_data(findings.study, findings.areas, findings.plans, [own], pictures=near, area_id=district)


def own_run(run: MapRun, areas: gpd.GeoDataFrame, district: str, places: Geometries) -> MapRun:
    """Return the part of a run that the map of one district is made from.

    Parameters
    ----------
    run : MapRun
        The whole city's; in its access table the residents follow each other as in their own, for each search.
    areas : GeoDataFrame
        Areas of all levels.
    district : str
        Its id.
    places : (F,) array
        A point in each facility, Web Mercator.
    """
    inside = {district}
    for _ in LEVELS:
        inside |= set(areas.loc[areas["parent_id"].isin(inside), "area_id"])
    lives_here = (run.residents["district_id"] == district).to_numpy()
    return replace(
        run,
        residents=run.residents[lives_here],
        facilities=run.facilities[shapely.covers(shapely.box(*_window(areas, district)), places)],
        access=run.access[np.tile(lives_here, len(run.access) // len(lives_here))],
        results=run.results[run.results["area_id"].isin(inside)],
    )


def own_pictures(pictures: MapPictures, areas: gpd.GeoDataFrame, district: str) -> MapPictures:
    """Return what the map of one district draws beneath it; the map cuts it off at its edge.

    Parameters
    ----------
    pictures : MapPictures
        The whole city's, as :meth:`lifecircle.report.map.MapPictures.in_mercator` gives them.
    areas : GeoDataFrame
        Areas of all levels.
    district : str
        Its id.
    """
    window = shapely.box(*_window(areas, district))
    layers = {layer.name: getattr(pictures, layer.name) for layer in fields(pictures)}
    near = {
        name: table.iloc[np.sort(table.sindex.query(window))] for name, table in layers.items() if table is not None
    }
    return replace(pictures, **near)


def _window(areas: gpd.GeoDataFrame, district: str) -> tuple[float, float, float, float]:
    return window_around(mercator(areas.loc[areas["area_id"] == district, "geometry"]))
