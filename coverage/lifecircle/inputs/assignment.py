"""Points of residents or facilities given the community, street and district they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from lifecircle.errors import InputError
from lifecircle.inputs.cells import TEXT, shown
from lifecircle.inputs.nesting import named_areas
from lifecircle.inputs.positions import point_of
from lifecircle.messages import told
from lifecircle.problems import Problem
from lifecircle.study import LEVELS, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

# Boundaries leave slivers between them; a point that lies in one belongs to the nearest area within about a metre.
SLIVER_DEGREES: Final = 1e-5
# A community with a larger share outside its street or district, as squares have, does not decide for its people.
ASTRIDE_SHARE: Final = 0.05
_UPWARDS: Final[tuple[Level, ...]] = ("community", "street", "district")


@dataclass(frozen=True)
class AreaIndex:
    """Areas made ready to find those of many points; build one with :func:`area_index` and use it for every layer.

    Attributes
    ----------
    of_level : dict of GeoDataFrame
        The areas of each level, by id.
    above : dict of Series
        Level to the area of that level in which each area lies, by area id; street and district.
    astride : dict of frozenset
        Level to the communities that lie with more than a sliver outside the area of that level they belong to.
    """

    of_level: Mapping[Level, gpd.GeoDataFrame]
    above: Mapping[Level, pd.Series[str]]
    astride: Mapping[Level, frozenset[str]]


def area_index(areas: gpd.GeoDataFrame) -> AreaIndex:
    """Return areas made ready to find those of points.

    Parameters
    ----------
    areas : GeoDataFrame
        As :func:`lifecircle.inputs.areas.read_areas` gives them.
    """
    above = {level: _ancestors(areas, level) for level in _UPWARDS[1:]}
    return AreaIndex(
        of_level={level: areas[areas["level"] == level].sort_values("area_id") for level in _UPWARDS},
        above=above,
        astride={level: _astride(areas, ids) for level, ids in above.items()},
    )


def assign_areas(points: gpd.GeoDataFrame, index: AreaIndex, file: str = "") -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return points with ``community_id``, ``street_id`` and ``district_id``.

    What a row says wins, by id or by a name that only one area bears; then comes the place. A community found either
    way brings its street and district along, so that the totals of all levels agree; only where it lies astride their
    border, as squares do, the place decides.

    Parameters
    ----------
    points : GeoDataFrame
        Residents or facilities, WGS 84; a polygon belongs where a point on it lies.
    index : AreaIndex
        Of the study's areas. A point on a border belongs to the first area by id.
    file : str
        Name of the points' input.

    Returns
    -------
    points : GeoDataFrame
        The three ids are str or missing.
    problems : list of Problem
        Residents outside every community, who are left out, and ids that are not there. Facilities outside stay, for
        residents walk across borders.

    Raises
    ------
    InputError
        If no resident is left.
    """
    of_level = index.of_level
    where = point_of(points.geometry)
    said = {level: _said(points, level, of_level[level]) for level in _UPWARDS}
    problems = [problem for level in _UPWARDS for problem in _unknown_names(points, level, said[level], file)]
    community = said["community"].fillna(_by_place(where, of_level["community"]))
    ids = {"community_id": community}
    for level in _UPWARDS[1:]:
        brought = community.map(index.above[level]).astype(TEXT)
        astride = said["community"].isna() & community.isin(index.astride[level])
        by_place = _by_place(where, of_level[level])
        ids[f"{level}_id"] = said[level].fillna(brought.mask(astride)).fillna(by_place).fillna(brought)
    assigned = points.assign(**ids)
    if "resident_id" not in points:
        return assigned, problems
    outside = community.isna()
    if outside.all():
        raise InputError(told("error.nobody_in_communities", file=file))
    problems += [
        Problem(file, row, resident, "geometry", told("problem.outside_communities"), "dropped")
        for row, resident in _rows(points[outside])
    ]
    return assigned[~outside].reset_index(drop=True), problems


def _said(points: gpd.GeoDataFrame, level: Level, areas: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the areas of one level that the rows name, in ``community_id`` or else in ``community``."""
    ids = pd.Series(None, index=points.index, dtype=TEXT)
    for column in (f"{level}_id", level):
        if column in points:
            ids = ids.fillna(named_areas(points[column], areas))
    return ids


def _unknown_names(points: gpd.GeoDataFrame, level: Level, said: pd.Series[str], file: str) -> list[Problem]:
    """List the rows whose area id is not there; where not one is, the file speaks of other areas and one note does."""
    column = f"{level}_id"
    if column not in points or points[column].isna().all():
        return []
    if said.isna().all():
        reason = told("problem.no_id_known", level=level)
        return [Problem(file, None, "", column, reason, "noted")]
    unknown = points[column].notna() & said.isna()
    return [
        Problem(file, row, feature, column, told("problem.id_not_known", cell=shown(value), level=level), "noted")
        for (row, feature), value in zip(_rows(points[unknown]), points.loc[unknown, column], strict=True)
    ]


def _by_place(where: gpd.GeoSeries, areas: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the id of the first area that covers each point, or that it lies beside in a sliver."""
    point, area = areas.sindex.query(where, predicate="intersects")
    ids = _first_areas(point, area, where, areas)
    alone = where[ids.isna()]
    point, area = areas.sindex.nearest(alone, max_distance=SLIVER_DEGREES, return_all=True)
    return ids.fillna(_first_areas(point, area, alone, areas))


def _first_areas(
    point: NDArray[np.intp], area: NDArray[np.intp], where: gpd.GeoSeries, areas: gpd.GeoDataFrame
) -> pd.Series[str]:
    """Return the first area, in the order of the areas, of each point in pairs of points and areas."""
    first = pd.Series(area).groupby(point).min()
    ids = areas["area_id"].to_numpy()[first.to_numpy(dtype=np.intp)]
    return pd.Series(ids, index=where.index[first.index], dtype=TEXT).reindex(where.index)


def _ancestors(areas: gpd.GeoDataFrame, level: Level) -> pd.Series[str]:
    """Return the area of a level in which each area lies, by area id, through as many parents as it takes."""
    by_id = areas.set_index("area_id")
    ids = pd.Series(by_id.index, index=by_id.index, dtype=TEXT)
    found = pd.Series(None, index=by_id.index, dtype=TEXT)
    for _ in LEVELS:
        found = found.fillna(ids.where(ids.map(by_id["level"]) == level))
        ids = ids.map(by_id["parent_id"])
    return found


def _astride(areas: gpd.GeoDataFrame, above: pd.Series[str]) -> frozenset[str]:
    """Return the communities that lie with more than a sliver outside the area that they belong to."""
    shapes = areas.set_index("area_id").geometry
    own = above.loc[areas.loc[areas["level"] == "community", "area_id"]].dropna()
    inner, outer = shapes.loc[own.index].to_numpy(), shapes.loc[own].to_numpy()
    share = shapely.area(shapely.difference(inner, outer)) / shapely.area(inner)  # degrees cancel out
    return frozenset(own.index[share > ASTRIDE_SHARE])


def _rows(points: gpd.GeoDataFrame) -> list[tuple[int | None, str]]:
    """Return row and id of each point; places from a street extract have no row."""
    id_column = "resident_id" if "resident_id" in points else "facility_id"
    rows = points["row"] if "row" in points else [None] * len(points)
    return list(zip(rows, points[id_column], strict=True))
