"""A folder for each district that can be sent alone: its page, its map and its workbook, and nothing of the others.

What is in it is added up by area: no resident point, no number of fewer people than may be told, and of other areas
only the city's and the reference group's own figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.report.map import map_data, write_map
from lifecircle.report.page import write_page
from lifecircle.report.paths import path_components
from lifecircle.report.workbook import write_workbook
from lifecircle.report.workbook.contents import district_sheets

if TYPE_CHECKING:
    from pathlib import Path

    from lifecircle.report.content import Contents
    from lifecircle.report.map import MapPictures, MapRun


def write_districts(contents: Contents, run: MapRun, pictures: MapPictures, folder: Path) -> None:
    """Write a folder for each district.

    Parameters
    ----------
    contents : Contents
    run : MapRun
        The whole city's; each map takes its own district from it.
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
    for name, (district, report) in zip(names, contents.districts.items(), strict=True):
        own = folder / name
        write_page(report, own / "report.html")
        write_workbook(report, district_sheets(words, report, district), own / "report.xlsx")
        data = map_data(findings.study, findings.areas, findings.plans, [run], pictures=pictures, area_id=district)
        write_map(own / "map.html", data, lang=words.lang, fewest_people=words.fewest)
