"""Takes a file of sites or land, or the streets; gives candidate sites that know their area, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from lifecircle.crs import WGS84, to_metric
from lifecircle.errors import InputError
from lifecircle.inputs.assignment import area_index, assign_areas
from lifecircle.inputs.cells import TEXT
from lifecircle.inputs.contracts import CANDIDATES, fulfilled
from lifecircle.inputs.facilities import points_and_polygons
from lifecircle.inputs.tables import read_table
from lifecircle.messages import told
from lifecircle.network.snap import snap_to_edges
from lifecircle.problems import Problem
from lifecircle.siting.positions import land_positions, need_around, spread_sample, street_positions
from lifecircle.study import Source

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.inputs.collect import Collected
    from lifecircle.network.graph import StreetNetwork

CANDIDATE_COLUMNS: Final = (
    "candidate_id", "name", "origin", "cost", "capacity", "district_id", "street_id", "community_id",
)  # fmt: skip
"""The columns of candidates. ``origin`` is ``file``, ``land`` or ``street``; ``cost`` is 1 where none is given,
``capacity`` missing."""

MOST_CANDIDATES: Final = 10_000
SPACING_M: Final = 250.0
LAND_SPACING_M: Final = 100.0
MOST_LAND_KM2: Final = 50_000.0
"""Of the rectangles around all plots; three times the whole of Beijing."""

_POLYGONS: Final = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, eq=False)
class Lacking:
    """Where people lack something, to look for sites near them.

    Attributes
    ----------
    lonlat : (R, 2) array
        WGS 84.
    people : (R,) array
    reach_m : float
        How far they walk.
    """

    lonlat: NDArray[np.float64]
    people: NDArray[np.float64]
    reach_m: float


def read_candidates(
    path: Path, inputs: Collected, network: StreetNetwork, lacking: Lacking, snap_limit_m: float
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read candidate sites from a file of points, or of plots of land on which they may stand.

    Parameters
    ----------
    path : Path
        Any file that :func:`lifecircle.inputs.tables.read_table` reads, with ``name``, ``cost``, ``capacity`` and
        areas where it has them. Polygons are plots: positions are taken on them, at most
        :data:`MOST_CANDIDATES` of all, more where more people lack something.
    inputs : Collected
        For the areas.
    network : StreetNetwork
    lacking : Lacking
        Where sites are needed.
    snap_limit_m : float
        Sites farther than this from any street are left out.

    Returns
    -------
    candidates : GeoDataFrame
        Points, WGS 84, with :data:`CANDIDATE_COLUMNS`.
    problems : list of Problem
        Every row left out, and cells not understood.

    Raises
    ------
    InputError
        If the file cannot be used, or no row of it is near a street.
    """
    if not path.exists():
        raise InputError(told("error.site_no_file", path=path))
    rows, problems = read_table(path, Source(file=path.name), CANDIDATES.columns)
    rows, found = fulfilled(rows, CANDIDATES, path.name)
    problems += found
    rows, found = points_and_polygons(rows, path.name)
    problems += found
    plots = rows.geom_type.isin(_POLYGONS)
    parts = [_tidy(rows[~plots], "file")]
    if plots.any():
        parts.append(_on_land(rows[plots].reset_index(drop=True), network, lacking, path.name))
    table, found = _with_areas(pd.concat(parts, ignore_index=True), inputs, path.name)
    near = snap_to_edges(network, table.get_coordinates().to_numpy(), snap_limit_m).edge >= 0
    reason = told("problem.candidate_off_streets", metres=f"{snap_limit_m:g}")
    problems += found
    problems += [
        Problem(path.name, None, str(one), "geometry", reason, "dropped") for one in table.loc[~near, "candidate_id"]
    ]
    if not near.any():
        raise InputError(told("error.site_off_streets", path=path, metres=f"{snap_limit_m:g}"))
    return table[near].reset_index(drop=True), problems


def street_candidates(
    inputs: Collected,
    network: StreetNetwork,
    lacking: Lacking,
    most: int = MOST_CANDIDATES,
    spacing_m: float = SPACING_M,
) -> gpd.GeoDataFrame:
    """Return candidate sites on public streets, denser where more people lack something.

    Parameters
    ----------
    inputs : Collected
        For the areas.
    network : StreetNetwork
    lacking : Lacking
        Where sites are needed.
    most : int
        So many at most.
    spacing_m : float
        One for each square of this side at most.

    Returns
    -------
    GeoDataFrame
        Points, WGS 84, with :data:`CANDIDATE_COLUMNS`; those of one city are the same in every run.

    Raises
    ------
    InputError
        If nobody lacks anything near a street.
    """
    lonlat = street_positions(network, spacing_m)
    lonlat = lonlat[_sampled(lonlat, network, lacking, most, spacing_m)]
    if not len(lonlat):
        raise InputError(told("error.site_nobody_lacks"))
    table = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*lonlat.T), crs=WGS84)
    table.insert(0, "facility_id", [f"street-{number}" for number in range(1, len(table) + 1)])
    return _with_areas(_tidy(table, "street"), inputs, "candidates")[0]


def _on_land(plots: gpd.GeoDataFrame, network: StreetNetwork, lacking: Lacking, file: str) -> gpd.GeoDataFrame:
    _require_plots(plots, network.crs, file)
    lonlat, plot = land_positions(plots, network, LAND_SPACING_M)
    kept = _sampled(lonlat, network, lacking, MOST_CANDIDATES, LAND_SPACING_M)
    lonlat, plot = lonlat[kept], plot[kept]
    table: gpd.GeoDataFrame = plots.iloc[plot].reset_index(drop=True)
    number = table.groupby(plot).cumcount() + 1
    several = pd.Series(plot).map(pd.Series(plot).value_counts()) > 1
    ids = table["facility_id"].astype(str)
    table["facility_id"] = ids.where(~several, ids + "#" + number.astype(str))
    return _tidy(table.set_geometry(gpd.points_from_xy(*lonlat.T), crs=WGS84), "land")


def _require_plots(plots: gpd.GeoDataFrame, crs: str, file: str) -> None:
    """Refuse plots as large as countries, which one wrong coordinate makes: positions on them would fill the memory."""
    west, south, east, north = plots.geometry.to_crs(crs).bounds.to_numpy().T
    square_km = (east - west) * (north - south) / 1e6
    if not square_km.sum() <= MOST_LAND_KM2:
        row = int(plots["row"].iloc[square_km.argmax()])
        raise InputError(told("error.site_plot_too_large", file=file, row=row))


def _sampled(
    lonlat: NDArray[np.float64], network: StreetNetwork, lacking: Lacking, most: int, spacing_m: float
) -> NDArray[np.int64]:
    some = lacking.people > 0
    if not some.any() or not len(lonlat):
        return np.array([], dtype=np.int64)
    where = to_metric(lacking.lonlat[some], network.crs)
    around = need_around(to_metric(lonlat, network.crs), where, lacking.people[some], lacking.reach_m, spacing_m)
    return spread_sample(lonlat, around, most, network.crs)


def _tidy(table: gpd.GeoDataFrame, origin: str) -> gpd.GeoDataFrame:
    """Return a table with every column of a candidate but its areas, and those that the file says of them."""
    kept = [column for column in (*CANDIDATES.columns, "row") if column in table]
    others: dict[str, Any] = {"name": pd.Series(None, index=table.index, dtype=TEXT), "cost": 1.0, "capacity": np.nan}
    tidy = table[[*kept, "geometry"]].assign(
        origin=origin, **{name: value for name, value in others.items() if name not in table}
    )
    return tidy.assign(cost=tidy["cost"].fillna(1.0))


def _with_areas(table: gpd.GeoDataFrame, inputs: Collected, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    assigned, problems = assign_areas(table, area_index(inputs.areas), file)
    named = assigned.rename(columns={"facility_id": "candidate_id"})
    return named[[*CANDIDATE_COLUMNS, "geometry"]], problems
