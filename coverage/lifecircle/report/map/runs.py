"""One run of the analysis as the map needs it: facilities, histograms, services in reach and results, by area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from lifecircle.access.services import offering
from lifecircle.errors import ReportError
from lifecircle.report.map.histograms import Histogram, histogram
from lifecircle.report.map.names import circles_of, services_of
from lifecircle.report.map.services import known_minutes, median_minutes, nearest_to_most
from lifecircle.report.map.shapes import mercator
from lifecircle.scores.score import service_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.bilingual import Bilingual
    from lifecircle.plan import Plan
    from lifecircle.report.map.shapes import Frame
    from lifecircle.scores.membership import Membership
    from lifecircle.study import Tiles

EVERYBODY = "population"


@dataclass(frozen=True)
class MapRun:
    """The tables of one run.

    Attributes
    ----------
    name : Bilingual
        What tells it from another run: ``现状`` (today), ``方案一`` (first proposal).
    residents : GeoDataFrame
        R points with ``population``, other groups, and the ids of their areas. They are added up, never drawn.
    facilities : GeoDataFrame
        All layers.
    access : DataFrame
        One row per resident, service and walker.
    results : DataFrame
        Of all plans.
    """

    name: Bilingual
    residents: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    access: pd.DataFrame
    results: pd.DataFrame


@dataclass(frozen=True)
class Reach:
    """What the people of A areas reach of one service at one walker's pace.

    Attributes
    ----------
    service, walker : str
    people : dict of str to Histogram
        Population column to the people within each minute; everybody first.
    median : (A,) array
        Minutes within which half of the people arrive; infinite, or ``nan`` where nothing is known.
    nearest : (A,) array
        Row of the facility that is nearest to the most people, or -1.
    """

    service: str
    walker: str
    people: dict[str, Histogram]
    median: NDArray[np.float64]
    nearest: NDArray[np.int64]


@dataclass(frozen=True)
class RunContent:
    """One run as the map holds it.

    Attributes
    ----------
    name : Bilingual
    facilities : DataFrame
        F rows with ``layer`` and ``name``.
    positions : (F, 2) array
        On the grid.
    offers : dict
        Service id to the rows of the facilities that surely offer it.
    reach : tuple of Reach
    cells : DataFrame
        Results with ``area``, the row of the area; one denominator for each standard and area, the people first.
    """

    name: Bilingual
    facilities: pd.DataFrame
    positions: NDArray[np.int64]
    offers: dict[str, NDArray[np.intp]]
    reach: tuple[Reach, ...]
    cells: pd.DataFrame


def run_content(
    run: MapRun,
    plans: Sequence[Plan],
    belonging: Membership,
    frame: Frame,
    window: tuple[float, float, float, float],
    tiles: Tiles | None = None,
) -> RunContent:
    """Return one run, added up by area.

    Parameters
    ----------
    run : MapRun
        Its residents are those of the membership.
    plans : sequence of Plan
        Their circles say which services and which people matter.
    belonging : Membership
        Of the residents.
    frame : Frame
    window : tuple
        Web Mercator rectangle; facilities outside are left out.
    tiles : Tiles, optional
        The background on which facilities are to lie.

    Raises
    ------
    ReportError
        If the access table lacks a resident.
    """
    points = shapely.point_on_surface(mercator(run.facilities.geometry, tiles))
    inside = np.flatnonzero(shapely.covers(shapely.box(*window), points))
    facilities = run.facilities.iloc[inside].reset_index(drop=True)
    asked = set(run.access["service"].unique())
    services = {key: service for key, service in services_of(plans).items() if key in asked}
    return RunContent(
        name=run.name,
        facilities=pd.DataFrame({"layer": facilities["layer"], "name": _texts(facilities["name"])}),
        positions=frame.on_grid(shapely.get_coordinates(points[inside])),
        offers={key: np.flatnonzero(offering(service, facilities)[0]) for key, service in services.items()},
        reach=tuple(_reach(run, plans, belonging, facilities)),
        cells=_cells(run.results, belonging),
    )


def _reach(run: MapRun, plans: Sequence[Plan], belonging: Membership, facilities: gpd.GeoDataFrame) -> list[Reach]:
    """Return the reach of every service and walker of the access table that a circle asks for."""
    columns: dict[str, list[str]] = {}
    for circle in circles_of(plans):
        wanted = columns.setdefault(service_of(circle).id, [EVERYBODY])
        if circle.population not in wanted and circle.population in run.residents:
            wanted.append(circle.population)
    known_facilities = pd.MultiIndex.from_frame(facilities[["layer", "facility_id"]].astype(object))
    people = run.residents[EVERYBODY].to_numpy(np.float64)
    found = []
    for (service, walker), rows in run.access.groupby(["service", "walker"], observed=True, sort=False):
        if service not in columns:
            continue
        access = _in_order(rows, run.residents["resident_id"])
        minutes = known_minutes(access)
        nearest = known_facilities.get_indexer(
            pd.MultiIndex.from_frame(access[["facility_layer", "facility_id"]].astype(object))
        )
        nearest = np.where(np.isfinite(minutes), nearest, -1)
        found.append(
            Reach(
                service=str(service),
                walker=str(walker),
                people={
                    column: histogram(belonging, run.residents[column].to_numpy(np.float64), access)
                    for column in columns[str(service)]
                },
                median=median_minutes(belonging, people, minutes),
                nearest=nearest_to_most(belonging, people, nearest, len(facilities)),
            )
        )
    return found


def _in_order(rows: pd.DataFrame, resident_ids: pd.Series[str]) -> pd.DataFrame:
    """Return one row per resident, in the residents' order."""
    order = pd.Index(rows["resident_id"].astype(object)).get_indexer(resident_ids.astype(object))
    if (order < 0).any():
        lost = resident_ids[order < 0]
        raise ReportError(
            f"access: {len(lost)} residents have no row for {rows['service'].iloc[0]} "
            f"(first: {lost.iloc[0]}). Run the analysis again with these residents."
        )
    return rows.iloc[order]


def _cells(results: pd.DataFrame, belonging: Membership) -> pd.DataFrame:
    """Return the results of the map's areas, the first denominator of each."""
    keys = pd.MultiIndex.from_frame(belonging.areas[["level", "area_id"]].astype(object))
    area = keys.get_indexer(pd.MultiIndex.from_frame(results[["level", "area_id"]].astype(object)))
    cells = results.assign(area=area)[area >= 0]
    return cells.drop_duplicates(["plan_id", "standard_id", "area"]).reset_index(drop=True)


def _texts(values: pd.Series[str]) -> list[str]:
    """Return texts; ``""`` where missing."""
    return [str(value) if present else "" for value, present in zip(values, values.notna(), strict=True)]
