"""Census totals per area spread over the area's residential buildings, or over its land where no building is known.

People live on floors: the weight of a building is its footprint times its levels, as in dasymetric mapping by floor
space. What an area's totals say is kept, of everybody and of every age group.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84, metric_crs, to_lonlat, to_metric
from lifecircle.errors import InputError
from lifecircle.inputs.contracts import AGE_GROUP
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Above this a number of levels is a slip: the tallest building on Earth has 163.
_MOST_LEVELS: Final = 170
_STEP_M: Final = 100.0
_MOST_POINTS: Final = 400


@dataclass(frozen=True)
class _Homes:
    """Where an area's people are put: the area's position in its table, a share-to-be, a point, and its name."""

    area: NDArray[np.int64]
    weight: NDArray[np.float64]
    point: NDArray[np.object_]
    name: NDArray[np.object_]


def spread_people(
    totals: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    land: gpd.GeoDataFrame | None = None,
    *,
    file: str = "totals",
    buildings_file: str = "buildings",
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return resident points that add up to the totals of every area.

    Parameters
    ----------
    totals : GeoDataFrame
        Areas of one level, WGS 84: ``area_id``, ``population``, and where known ``households`` and age groups.
    buildings : GeoDataFrame
        Residential buildings: polygons, WGS 84, and where known ``levels`` and ``row``. Unknown levels are taken to
        be the median of the area's buildings, or of all.
    land : GeoDataFrame, optional
        Residential land: polygons, WGS 84. In areas without buildings people are spread evenly over it, and where
        there is none, over the whole area: one point per hectare, at most 400.
    file, buildings_file : str
        Names of the inputs, for messages.

    Returns
    -------
    residents : GeoDataFrame
        ``resident_id``, the columns of ``totals`` that were spread, ``area_id`` and a point in WGS 84.
    problems : list of Problem
        Areas without a population, areas without buildings, and buildings that could not be used.

    Raises
    ------
    InputError
        If there is no population to be spread.
    """
    people = totals["population"]
    peopled = totals[people > 0].reset_index(drop=True)
    if peopled.empty:
        raise InputError(told("error.areas_without_people", path=file))
    crs = metric_crs(totals.total_bounds.reshape(2, 2))
    project = partial(to_metric, crs=crs)
    shapes = shapely.transform(peopled.geometry.to_numpy(), project)
    problems = [
        Problem(file, None, area, "population", told("problem.nobody_placed"), "dropped")
        for area in totals.loc[~(people >= 0), "area_id"]
    ]

    housed, found = _buildings(
        shapely.transform(buildings.geometry.to_numpy(), project), buildings, shapes, buildings_file
    )
    bare = np.setdiff1d(np.arange(len(shapes)), housed.area)
    zoned = None if land is None else shapely.union_all(shapely.transform(land.geometry.to_numpy(), project))
    homes = [housed, *(_land(shapes[area], area, zoned) for area in bare)]
    problems += found + [
        Problem(file, None, area, "", told("problem.no_building"), "noted") for area in peopled["area_id"].iloc[bare]
    ]
    return _residents(peopled, homes, crs), problems


def _buildings(
    footprints: NDArray[Any], buildings: gpd.GeoDataFrame, shapes: NDArray[Any], file: str
) -> tuple[_Homes, list[Problem]]:
    """Return the buildings that lie in an area, by a point on each, and the fate of the others."""
    row = buildings["row"].to_numpy() if "row" in buildings else np.arange(1, len(buildings) + 1)
    floor_m2 = shapely.area(footprints)
    point = shapely.point_on_surface(footprints)
    inside = pd.DataFrame(shapely.STRtree(shapes).query(point, predicate="intersects").T, columns=["building", "area"])
    inside = inside.sort_values(["building", "area"]).drop_duplicates("building")
    inside = inside[floor_m2[inside["building"]] > 0]
    building, area = inside["building"].to_numpy(), inside["area"].to_numpy()

    flat, outside = floor_m2 <= 0, np.ones(len(buildings), dtype=bool)
    outside[building] = False
    fates = {
        "building_covers_nothing": flat,
        "building_outside": outside & ~flat,
    }
    problems = [
        Problem(file, int(number), "", "geometry", told(f"problem.{fate}"), "dropped")
        for fate, mask in fates.items()
        for number in row[mask]
    ]
    levels = pd.Series(np.nan, index=buildings.index)
    if "levels" in buildings:
        levels = pd.to_numeric(buildings["levels"], errors="coerce")
    levels = levels.where((levels > 0) & (levels <= _MOST_LEVELS)).iloc[building].reset_index(drop=True)
    if len(levels) and levels.isna().any():
        reason = told("problem.no_levels", count=levels.isna().sum(), all=len(levels))
        problems.append(Problem(file, None, "", "levels", reason, "noted"))
    usual = levels.groupby(area).transform("median").fillna(levels.median()).fillna(1.0)
    weight = floor_m2[building] * levels.fillna(usual).to_numpy(dtype=np.float64)
    return _Homes(
        area, weight, point[building], np.char.add("building ", row[building].astype(str)).astype(object)
    ), problems


def _land(shape: Any, area: int, zoned: Any | None) -> _Homes:
    """Return points evenly over an area's residential land, or over all of it."""
    ground = shape if zoned is None else shapely.intersection(shape, zoned)
    if shapely.area(ground) <= 0:
        ground = shape
    step = max(_STEP_M, np.sqrt(shapely.area(ground) / _MOST_POINTS))
    west, south, east, north = shapely.bounds(ground)
    x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    shapely.prepare(ground)
    inside = shapely.contains_xy(ground, x, y)
    lattice = np.asarray(shapely.points(x[inside], y[inside]), dtype=object)
    point = lattice if inside.any() else np.array([shapely.point_on_surface(ground)], dtype=object)
    names = [f"land {number}" for number in range(1, len(point) + 1)]
    return _Homes(np.full(len(point), area), np.ones(len(point)), point, np.array(names, dtype=object))


def _residents(peopled: gpd.GeoDataFrame, homes: list[_Homes], crs: str) -> gpd.GeoDataFrame:
    area, weight, point, name = (
        np.concatenate([getattr(home, part) for home in homes]) for part in ("area", "weight", "point", "name")
    )
    order = np.argsort(area, kind="stable")
    area, weight, point, name = area[order], weight[order], point[order], name[order]
    share = weight / np.bincount(area, weight)[area]
    spread = [c for c in peopled.columns if c in {"population", "households"} or AGE_GROUP.fullmatch(c)]
    home = peopled["area_id"].iloc[area].reset_index(drop=True)
    return gpd.GeoDataFrame(
        {
            "resident_id": home.str.cat(pd.Series(name, dtype="str"), sep=" "),
            **{column: peopled[column].to_numpy(dtype=np.float64)[area] * share for column in spread},
            "area_id": home,
        },
        geometry=shapely.points(to_lonlat(shapely.get_coordinates(point), crs)),
        crs=WGS84,
    )
