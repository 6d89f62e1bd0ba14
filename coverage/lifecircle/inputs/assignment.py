"""Points of residents or facilities given the community, street and district they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from lifecircle.errors import InputError
from lifecircle.inputs.cells import TEXT, shown
from lifecircle.inputs.nesting import named_areas
from lifecircle.inputs.positions import point_of
from lifecircle.problems import Problem
from lifecircle.study import LEVELS, Level

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# Boundaries leave slivers between them; a point that lies in one belongs to the nearest area within about a metre.
SLIVER_DEGREES: Final = 1e-5
# A community with a larger share outside its street or district, as squares have, does not decide for its people.
ASTRIDE_SHARE: Final = 0.05
_UPWARDS: Final[tuple[Level, ...]] = ("community", "street", "district")


def assign_areas(
    points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, file: str = ""
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return points with ``community_id``, ``street_id`` and ``district_id``.

    What a row says wins, by id or by a name that only one area bears; then comes the place. A community found either
    way brings its street and district along, so that the totals of all levels agree; only where it lies astride their
    border, as squares do, the place decides.

    Parameters
    ----------
    points : GeoDataFrame
        Residents or facilities, WGS 84; a polygon belongs where a point on it lies.
    areas : GeoDataFrame
        As :func:`lifecircle.inputs.areas.read_areas` gives them. A point on a border belongs to the first area by id.
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
    of_level = {level: areas[areas["level"] == level].sort_values("area_id") for level in _UPWARDS}
    where = point_of(points.geometry)
    said = {level: _said(points, level, of_level[level]) for level in _UPWARDS}
    problems = [problem for level in _UPWARDS for problem in _unknown_names(points, level, said[level], file)]
    community = said["community"].fillna(_by_place(where, of_level["community"]))
    ids = {"community_id": community}
    for level in _UPWARDS[1:]:
        brought = _ancestors(community, level, areas)
        astride = said["community"].isna() & community.isin(_astride(level, areas))
        by_place = _by_place(where, of_level[level])
        ids[f"{level}_id"] = said[level].fillna(brought.mask(astride)).fillna(by_place).fillna(brought)
    assigned = points.assign(**ids)
    if "resident_id" not in points:
        return assigned, problems
    outside = community.isna()
    if outside.all():
        raise InputError(f"{file}: no resident lives in any of the communities. Check that both are of the same city.")
    problems += [
        Problem(file, row, resident, "geometry", "lies outside every community; the row is left out.", "dropped")
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
        reason = f"none of the ids is a {level} of the study; the places decide."
        return [Problem(file, None, "", column, reason, "noted")]
    unknown = points[column].notna() & said.isna()
    return [
        Problem(file, row, feature, column, f"{shown(value)} is no {level} of the study; the place decides.", "noted")
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


def _ancestors(ids: pd.Series[str], level: Level, areas: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the area of a level in which each area lies, through as many parents as it takes."""
    level_of = areas.set_index("area_id")["level"]
    parent_of = areas.set_index("area_id")["parent_id"]
    found = pd.Series(None, index=ids.index, dtype=TEXT)
    for _ in LEVELS:
        found = found.fillna(ids.where(ids.map(level_of) == level))
        ids = ids.map(parent_of)
    return found


def _astride(level: Level, areas: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the communities that lie with more than a sliver outside the area of a level that they belong to."""
    communities = areas[areas["level"] == "community"]
    above = _ancestors(communities["area_id"], level, areas)
    inner = communities.geometry[above.notna()].to_numpy()
    outer = areas.set_index("area_id").geometry.reindex(above.dropna()).to_numpy()
    share = shapely.area(shapely.difference(inner, outer)) / shapely.area(inner)  # degrees cancel out
    return communities.loc[above.notna(), "area_id"][share > ASTRIDE_SHARE]


def _rows(points: gpd.GeoDataFrame) -> list[tuple[int | None, str]]:
    """Return row and id of each point; places from a street extract have no row."""
    id_column = "resident_id" if "resident_id" in points else "facility_id"
    rows = points["row"] if "row" in points else [None] * len(points)
    return list(zip(rows, points[id_column], strict=True))
