"""A run folder: every file that a run leaves behind, but its manifest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lifecircle.beside import HERE
from lifecircle.bilingual import Bilingual
from lifecircle.messages import say
from lifecircle.plan import Circle, Composite
from lifecircle.report.blocks import Picture, walk
from lifecircle.report.content import contents, summary
from lifecircle.report.content.words import Words
from lifecircle.report.dictionary import data_dictionary
from lifecircle.report.districts import district_books, write_district_maps, write_district_pages
from lifecircle.report.document import write_document
from lifecircle.report.finished import BASEMAP
from lifecircle.report.map import MapPictures, MapRun, map_data, write_map
from lifecircle.report.markdown import write_markdown
from lifecircle.report.page import write_page
from lifecircle.report.pdf import pdf_content, typeset
from lifecircle.report.plain import plain
from lifecircle.report.qgis import ShareStyle, write_styles
from lifecircle.report.suppression import without_few
from lifecircle.report.tables import (
    settle,
    write_csv,
    write_geopackage,
    write_geoparquet,
    write_parquet,
    write_plans,
)
from lifecircle.report.workbook import write_workbook
from lifecircle.report.workbook.contents import city_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.progress import Step
    from lifecircle.report.blocks import Report
    from lifecircle.report.content import Contents
    from lifecircle.report.findings import Findings

DOCUMENT_STEPS: Final = 7
FOLDER_STEPS: Final = 3 + DOCUMENT_STEPS
DISTRICTS: Final = "districts"
_TODAY: Final = Bilingual(zh="现状", en="Today")
_SCORED: Final = ("circle", "composite", "presence")
_COMMUNITIES: Final = "communities"


def write_folder(
    findings: Findings,
    folder: Path,
    lang: Lang,
    step: Step,
    facts: Mapping[str, Any] | None = None,
    beside: Executor = HERE,
    *,
    documents: bool = True,
) -> None:
    """Write the tables, the maps, the reports and the districts' folders of a run.

    Parameters
    ----------
    findings : Findings
    folder : Path
        An empty folder.
    lang : {"zh", "en"}
        Language of what people read.
    step : Step
        Told what is being written.
    facts : mapping, optional
        The manifest of the run, for the report to print.
    beside : Executor, optional
        Writes maps, workbooks, the PDF and the tables, while this process draws charts and writes the other reports;
        without documents this process has the time to write the tables.
    documents : bool
        Otherwise only the tables, the map of the city and the summary are written.
    """
    tables = (beside if documents else HERE).submit(write_tables, findings, folder, lang)
    maps = beside.submit(write_maps, findings, folder, lang, districts=documents)
    words = Words(findings, lang)
    if documents:
        with step("content"):
            told = contents(words, facts or {})
        write_documents(told, folder, step, beside)
    with step("summary"):
        write_markdown(summary(words), folder / "summary.md")
    with step("tables"):
        tables.result()
    with step("map"):
        maps.result()


def write_documents(told: Contents, folder: Path, step: Step, beside: Executor) -> None:
    """Write the report as a page, a Word file, a PDF and a workbook, and the districts' pages and workbooks.

    Parameters
    ----------
    told : Contents
    folder : Path
    step : Step
        Told what is being written.
    beside : Executor
        Writes workbooks and the PDF.
    """
    with step("charts"):
        books = {folder / "report.xlsx": (told.city, city_sheets(told.words, told.city))}
        books |= district_books(told, folder / DISTRICTS)
        written = [
            beside.submit(write_workbook, _cover(report), sheets, path) for path, (report, sheets) in books.items()
        ]
        for block in (block for section in walk(told.city) for block in section.blocks):
            if isinstance(block, Picture):
                block.drawing.draw()
        pdf = beside.submit(typeset, pdf_content(told.city), folder / "report.pdf")
    with step("page"):
        write_page(told.city, folder / "report.html")
    with step("document"):
        write_document(told.city, folder / "report.docx")
    with step("districts"):
        write_district_pages(told, folder / DISTRICTS)
    with step("workbook"):
        for book in written:
            book.result()
    with step("pdf"):
        pdf.result()


def _cover(report: Report) -> Report:
    """Return what a workbook tells of a report: not its chapters, whose drawings cannot go to another process."""
    return replace(report, sections=())


def write_maps(findings: Findings, folder: Path, lang: Lang, *, districts: bool) -> None:
    """Write the map of the city, and where it is wanted one for each district into its own folder."""
    run, pictures = map_parts(findings)
    data = map_data(findings.study, findings.areas, findings.plans, [run], pictures=pictures)
    write_map(folder / "map.html", data, lang=lang)
    if districts:
        write_district_maps(Words(findings, lang), run, pictures, folder / DISTRICTS)


def map_parts(findings: Findings) -> tuple[MapRun, MapPictures]:
    """Return what the maps of a run and of its districts are made from."""
    run = MapRun(_TODAY, findings.residents, findings.facilities, findings.access, findings.results)
    return run, MapPictures(**findings.basemap).in_mercator(findings.study.tiles)


def write_tables(findings: Findings, folder: Path, lang: Lang) -> None:
    """Write every table of a run, and what its columns mean.

    Parameters
    ----------
    findings : Findings
    folder : Path
    lang : {"zh", "en"}
        Language of the names of styles.
    """
    communities = community_layer(findings, findings.study.fewest_people)
    tidy = {name: getattr(findings, name) for name in ("results", "gaps", "completeness", "populations")}
    for name, table in tidy.items():
        write_csv(table, folder / f"{name}.csv")
        write_parquet(table, folder / f"{name}.parquet")
    write_csv(findings.ranking, folder / "ranking.csv")
    write_csv(findings.problems, folder / "problems.csv")
    write_parquet(findings.access, folder / "access.parquet")
    places = {"areas": findings.areas, "residents": findings.residents, "facilities": findings.facilities}
    for name, table in places.items():
        write_geoparquet(table, folder / f"{name}.parquet")
    write_plans(findings.plans, folder / "plans.json")
    if drawn := {name: layer for name, layer in findings.basemap.items() if len(layer)}:
        write_geopackage(drawn, folder / BASEMAP)
    package = folder / "communities.gpkg"
    write_geopackage({_COMMUNITIES: communities}, package)
    write_styles(package, _COMMUNITIES, community_styles(findings.plans, communities, lang), lang)
    settle(package)
    tables: dict[str, pd.DataFrame] = {
        **{f"{name}.csv": table for name, table in tidy.items()},
        "ranking.csv": findings.ranking,
        "problems.csv": findings.problems,
        "access.parquet": findings.access,
        **{f"{name}.parquet": table for name, table in places.items()},
        "communities.gpkg": communities,
    }
    write_csv(data_dictionary(tables, findings.plans), folder / "columns.csv")


def community_layer(findings: Findings, fewest: int) -> gpd.GeoDataFrame:
    """Return the communities with value and verdict of every standard that judges communities.

    Columns are ``<standard>_value`` and ``<standard>_verdict``, of the first denominator; ``<plan>.`` stands before
    them when several plans are scored. Values of fewer people than may be told are missing.
    """
    communities = findings.areas[findings.areas["level"] == "community"].reset_index(drop=True)
    communities["name"] = communities["name"].map(plain)
    own = findings.results[(findings.results["level"] == "community") & findings.results["kind"].isin(_SCORED)]
    first = without_few(own.drop_duplicates(["plan_id", "standard_id", "area_id"]), fewest)
    for (plan, standard), rows in first.groupby(["plan_id", "standard_id"], sort=False):
        prefix = _prefix(findings.plans, str(plan), str(standard))
        by_area = rows.set_index("area_id")[["value", "verdict"]].reindex(communities["area_id"])
        communities[f"{prefix}_value"] = by_area["value"].to_numpy()
        communities[f"{prefix}_verdict"] = by_area["verdict"].to_numpy()
    return communities


def community_styles(plans: tuple[Plan, ...], communities: gpd.GeoDataFrame, lang: Lang) -> list[ShareStyle]:
    """Return a style for each circle and bundle that the communities have a value of."""
    columns = (
        (plain(one.name.text(lang)), f"{_prefix(plans, plan.id, one.id)}_value")
        for plan in plans
        for one in plan.standards
        if isinstance(one, Circle | Composite)
    )
    no_data = say("verdict.no_data", lang)
    return [ShareStyle(name, column, no_data) for name, column in columns if column in communities]


def _prefix(plans: tuple[Plan, ...], plan: str, standard: str) -> str:
    return f"{plan}.{standard}" if len(plans) > 1 else standard
