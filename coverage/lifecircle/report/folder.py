"""A run folder: every file that a run leaves behind, but its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lifecircle.bilingual import Bilingual
from lifecircle.files import written_whole
from lifecircle.report.map import MapPictures, MapRun, map_data, write_map
from lifecircle.report.summary import summary
from lifecircle.report.tables import write_csv, write_geopackage, write_parquet

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.bilingual import Lang
    from lifecircle.progress import Step
    from lifecircle.report.findings import Findings

FOLDER_STEPS: Final = 3
_TODAY: Final = Bilingual(zh="现状", en="Today")
_SCORED: Final = ("circle", "composite", "presence")


def write_folder(findings: Findings, folder: Path, lang: Lang, step: Step) -> None:
    """Write the tables, the map and the summary of a run.

    Parameters
    ----------
    findings : Findings
    folder : Path
        An empty folder.
    lang : {"zh", "en"}
        Language of what people read.
    step : Step
        Told what is being written.
    """
    with step("tables"):
        for name, table in (("results", findings.results), ("gaps", findings.gaps)):
            write_csv(table, folder / f"{name}.csv")
            write_parquet(table, folder / f"{name}.parquet")
        write_csv(findings.problems, folder / "problems.csv")
        write_parquet(findings.access, folder / "access.parquet")
        write_geopackage({"communities": community_layer(findings)}, folder / "communities.gpkg")
    with step("map"):
        run = MapRun(_TODAY, findings.residents, findings.facilities, findings.access, findings.results)
        pictures = MapPictures(**findings.basemap)
        data = map_data(findings.study, findings.areas, findings.plans, [run], pictures=pictures)
        write_map(folder / "map.html", data, lang=lang)
    with step("summary"), written_whole(folder / "summary.md") as temporary:
        temporary.write_text(summary(findings, lang), encoding="utf-8")


def community_layer(findings: Findings) -> gpd.GeoDataFrame:
    """Return the communities with value and verdict of every standard that judges communities.

    Columns are ``<standard>_value`` and ``<standard>_verdict``, of the first denominator; ``<plan>.`` stands before
    them when several plans are scored.
    """
    communities = findings.areas[findings.areas["level"] == "community"].reset_index(drop=True)
    own = findings.results[(findings.results["level"] == "community") & findings.results["kind"].isin(_SCORED)]
    first = own.drop_duplicates(["plan_id", "standard_id", "area_id"])
    for (plan, standard), rows in first.groupby(["plan_id", "standard_id"], sort=False):
        prefix = f"{plan}.{standard}" if len(findings.plans) > 1 else standard
        by_area = rows.set_index("area_id")[["value", "verdict"]].reindex(communities["area_id"])
        communities[f"{prefix}_value"] = by_area["value"].to_numpy()
        communities[f"{prefix}_verdict"] = by_area["verdict"].to_numpy()
    return communities
