"""A folder for each district that can be sent alone: its page, its map and its workbook, and nothing of the others.

What is in it is added up by area: no resident point, no number of fewer people than may be told, and of other areas
only the city's and the reference group's own figures.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from lifecircle.report.map import map_data, write_map
from lifecircle.report.map.basemap import window_around
from lifecircle.report.map.shapes import mercator
from lifecircle.report.page import write_page
from lifecircle.report.paths import path_components
from lifecircle.report.workbook import write_workbook
from lifecircle.report.workbook.contents import district_sheets
from lifecircle.study import LEVELS

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.report.content import Contents
    from lifecircle.report.map import MapPictures, MapRun
    from lifecircle.report.map.shapes import Geometries


def write_districts(contents: Contents, run: MapRun, pictures: MapPictures, folder: Path) -> None:
    """Write a folder for each district.

    Parameters
    ----------
    contents : Contents
    run : MapRun
        The whole city's.
    pictures : MapPictures
    folder : Path
        Gets one folder for each district, named after it.

    Raises
    ------
    ReportError
        If a file cannot be written.
    """
    words, findings = contents.words, contents.words.findings
    names = path_components(words.area(("district", district)) for district in contents.districts)
    places = shapely.point_on_surface(mercator(run.facilities.geometry))
    for name, (district, report) in zip(names, contents.districts.items(), strict=True):
        folder_of_district = folder / name
        write_page(report, folder_of_district / "report.html")
        write_workbook(report, district_sheets(words, report, district), folder_of_district / "report.xlsx")
        own = own_run(run, findings.areas, district, places)
        data = map_data(findings.study, findings.areas, findings.plans, [own], pictures=pictures, area_id=district)
        write_map(folder_of_district / "map.html", data, lang=words.lang, fewest_people=words.fewest)


def own_run(run: MapRun, areas: gpd.GeoDataFrame, district: str, places: Geometries) -> MapRun:
    """Return the part of a run that the map of one district is made from.

    Parameters
    ----------
    run : MapRun
        The whole city's.
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
    residents = run.residents[run.residents["district_id"] == district]
    window = window_around(mercator(areas.loc[areas["area_id"] == district, "geometry"]))
    return replace(
        run,
        residents=residents,
        facilities=run.facilities[shapely.covers(shapely.box(*window), places)],
        access=run.access[run.access["resident_id"].isin(residents["resident_id"])],
        results=run.results[run.results["area_id"].isin(inside)],
    )
