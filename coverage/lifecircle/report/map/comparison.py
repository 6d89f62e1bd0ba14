"""Takes the findings of two runs, writes one map on which a divider is moved between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from lifecircle.inputs.assignment import area_index, assign_areas
from lifecircle.report.map.basemap import MapPictures
from lifecircle.report.map.data import Opening, map_data
from lifecircle.report.map.page import write_map
from lifecircle.report.map.runs import MapRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from lifecircle.bilingual import Bilingual, Lang
    from lifecircle.report.findings import Findings
    from lifecircle.report.map.data import MapData
    from lifecircle.study import Study

_GROUND: Final = ("water", "green", "streets")
_AREA_COLUMNS: Final = ("district_id", "street_id", "community_id")


def comparison_map(
    path: Path,
    runs: Sequence[Findings],
    names: Sequence[Bilingual],
    *,
    lang: Lang,
    opens: Opening | None = None,
) -> None:
    """Write the map of two runs, as one file that opens without a network.

    Parameters
    ----------
    path : Path
        The HTML file.
    runs : sequence of Findings
        Two, the earlier first, as :func:`lifecircle.report.finished.read_findings` gives them. The later one gives the
        name of the study, its areas, groups and basemap. Residents of the earlier one are counted in these areas too,
        where they live; its results are shown for areas that it had.
    names : sequence of Bilingual
        What tells them apart, such as today and a proposal.
    lang : {"zh", "en"}
        Language in which the page opens.
    opens : Opening, optional
        What is shown first.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    write_map(path, replace(comparison_data(runs, names), opens=opens or Opening()), lang=lang)


def comparison_data(runs: Sequence[Findings], names: Sequence[Bilingual]) -> MapData:
    """Return the content of the map of two runs; parameters and errors as in :func:`comparison_map`."""
    earlier, later = runs
    bands = [run.basemap["bands"].assign(run=at) for at, run in enumerate(runs) if "bands" in run.basemap]
    pictures: dict[str, gpd.GeoDataFrame] = {name: later.basemap[name] for name in _GROUND if name in later.basemap}
    if bands:
        pictures["bands"] = pd.concat(bands, ignore_index=True)
    known = {plan.id for plan in later.plans}
    plans = [*later.plans, *(plan for plan in earlier.plans if plan.id not in known)]
    own = [replace(earlier, residents=_residents_in(earlier, later.areas)), later]
    return map_data(
        _common_study(earlier.study, later.study),
        later.areas,
        plans,
        [
            MapRun(name, run.residents, run.facilities, run.access, run.results)
            for name, run in zip(names, own, strict=True)
        ],
        pictures=MapPictures(**pictures),
    )


def _residents_in(run: Findings, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the residents of a run with the ids of some areas, by their places where these are not its own."""
    if run.areas[["level", "area_id", "geometry"]].equals(areas[["level", "area_id", "geometry"]]):
        return run.residents
    return assign_areas(run.residents.drop(columns=[*_AREA_COLUMNS], errors="ignore"), area_index(areas))[0]


def _common_study(earlier: Study, later: Study) -> Study:
    """Return the later study with what has to be said of both, and with the layers of both."""
    return later.model_copy(
        update={
            "synthetic": earlier.synthetic or later.synthetic,
            "date": later.date if earlier.date == later.date else None,
            "credits": list(dict.fromkeys([*later.credits, *earlier.credits])),
            "layers": earlier.layers | later.layers,
        }
    )
