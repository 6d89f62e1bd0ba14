"""Takes a proposal of sites, gives its folder: tables, report, map; all but the manifest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from lifecircle.messages import catalogue
from lifecircle.report.dictionary import data_dictionary
from lifecircle.report.document import write_document
from lifecircle.report.map import Opening, comparison_map
from lifecircle.report.markdown import write_markdown
from lifecircle.report.page import write_page
from lifecircle.report.pdf import write_pdf
from lifecircle.report.plain import plain
from lifecircle.report.proposal.chapters import proposal_report
from lifecircle.report.tables import settle, write_csv, write_geopackage, write_parquet
from lifecircle.study import LayerSource

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.progress import Step
    from lifecircle.report.dictionary import Audience
    from lifecircle.report.findings import Findings
    from lifecircle.report.proposal.telling import ProposalWords

PROPOSAL_STEPS: Final = 2
AUDIENCES: Final[dict[str, Audience]] = {
    "sites.csv": "everybody",
    "sites_by_area.csv": "everybody",
    "readings.csv": "everybody",
    "returns.csv": "everybody",
    "fewest_sites.csv": "everybody",
    "sites.gpkg": "everybody",
    "problems.csv": "analyst",
}
"""Who may have each table of a proposal: none tells of single resident points."""

SITES_LAYER: Final = "proposed_sites"
"""Layer of the map that shows the proposed sites by themselves."""


def write_proposal(
    told: ProposalWords, runs: tuple[Findings, Findings], problems: pd.DataFrame, folder: Path, step: Step
) -> None:
    """Write the tables, the report and the map of a proposal.

    Parameters
    ----------
    told : ProposalWords
    runs : (Findings, Findings)
        The study as it is, and as it would be with the sites among its facilities.
    problems : DataFrame
        What was wrong with the file of candidates.
    folder : Path
        An empty folder.
    step : Step
        Told what is being written.
    """
    with step("proposal"):
        write_tables(told, problems, folder)
        report = proposal_report(told)
        write_page(report, folder / "report.html")
        write_document(report, folder / "report.docx")
        write_pdf(report, folder / "report.pdf")
        write_markdown(report, folder / "summary.md")
    with step("map"):
        names = [catalogue()["site.today"], catalogue()["site.built"]]
        opens = Opening(f"standard/{told.proposal.siting.need.plan_id}/{told.circle.id}", (SITES_LAYER,))
        shown = (runs[0], _with_own_layer(runs[1], told))
        comparison_map(folder / "map.html", shown, names, lang=told.words.lang, opens=opens)


def write_tables(told: ProposalWords, problems: pd.DataFrame, folder: Path) -> None:
    """Write every table of a proposal, and what its columns mean."""
    found = told.proposal
    sites = found.sites.assign(name=[told.place(site) for site in found.sites.to_dict("records")])
    bare = pd.DataFrame(sites.drop(columns="geometry"))
    tables = {
        "sites": bare,
        "sites_by_area": found.by_area,
        "readings": found.readings,
        "returns": found.returns,
        "fewest_sites": found.fewest,
    }
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")
        write_parquet(table, folder / f"{name}.parquet")
    candidates = found.siting.candidates
    chosen = candidates.assign(chosen=candidates["candidate_id"].isin(sites["candidate_id"]))
    package = folder / "sites.gpkg"
    write_geopackage({"sites": _plain(sites), "candidates": _plain(chosen)}, package)
    settle(package)
    write_csv(problems, folder / "problems.csv")
    described: dict[str, pd.DataFrame] = {f"{name}.csv": table for name, table in tables.items()}
    described["sites.gpkg"] = chosen
    described["problems.csv"] = problems
    write_csv(data_dictionary(described, told.words.findings.plans, AUDIENCES), folder / "columns.csv")


def _plain(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table whose names are text on one line."""
    return table.assign(name=[None if pd.isna(name) else plain(str(name)) for name in table["name"]])


def _with_own_layer(after: Findings, told: ProposalWords) -> Findings:
    """Return findings in which the proposed sites are a layer of their own besides, to be shown alone."""
    built = after.facilities.iloc[len(after.facilities) - len(told.proposal.sites) :]
    own = built.assign(layer=SITES_LAYER)
    layers = after.study.layers | {SITES_LAYER: LayerSource(osm=True, name=catalogue()["site.sites"])}
    study = after.study.model_copy(update={"layers": layers})
    facilities: gpd.GeoDataFrame = pd.concat([after.facilities, own], ignore_index=True)
    return replace(after, study=study, facilities=facilities)
