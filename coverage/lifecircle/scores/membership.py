"""Which residents or facilities belong to which areas, as one sparse matrix that turns weights into sums."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from lifecircle.errors import StudyError
from lifecircle.messages import suggestion, told
from lifecircle.study import CITY, LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.plan.standards import Setting
    from lifecircle.study import Group, Level

    Members = dict[tuple[str, str], NDArray[np.intp]]

GROUP: Final = "group"
SETTING: Final = "setting"
"""Level of the urban and rural parts of the city, its districts and groups."""


@dataclass(frozen=True)
class Membership:
    """A areas, and the points (residents or facilities) inside them.

    Attributes
    ----------
    areas : DataFrame
        A rows with ``level`` and ``area_id``: the city, the areas of every level, and the groups.
    matrix : sparse matrix (A, n)
        1 where a point belongs to an area. A point may belong to several groups.
    """

    areas: pd.DataFrame
    matrix: sparse.csr_array

    def points_of(self, row: int | np.integer[Any]) -> NDArray[np.intp]:
        """Return the points that belong to the area of one row."""
        return self.matrix.indices[slice(*self.matrix.indptr[row : row + 2])]

    def sums(self, weights: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the sum of some weights over each area.

        Parameters
        ----------
        weights : (n,) array
            One weight per point.

        Returns
        -------
        (A,) array
        """
        return np.asarray(self.matrix @ weights.astype(np.float64))


def membership(points: pd.DataFrame, areas: gpd.GeoDataFrame, groups: Mapping[str, Group]) -> Membership:
    """Find the areas of some points.

    Parameters
    ----------
    points : DataFrame
        With ``district_id``, ``street_id`` and ``community_id`` as far as the study has these levels.
    areas : GeoDataFrame
        Areas of all levels.
    groups : mapping
        The study's groups by id.

    Raises
    ------
    StudyError
        If a group names an area that is not there.
    """
    everybody = np.arange(len(points))
    members: Members = {}
    for level in LEVELS:
        ids = areas.loc[areas["level"] == level, "area_id"]
        if level == CITY:
            members |= {(CITY, area_id): everybody for area_id in ids}
        elif f"{level}_id" in points:
            members |= {(level, area_id): rows for area_id, rows in _by_value(points[f"{level}_id"], ids)}
    for group_id, group in groups.items():
        members[GROUP, group_id] = np.flatnonzero(_in_group(points, areas, group_id, group))
    return _of_members(members, len(points))


def with_settings(whole: Membership, points: pd.DataFrame, areas: gpd.GeoDataFrame) -> Membership:
    """Return a membership with the urban and the rural part of the city, of its groups and of its districts besides.

    Their level is ``setting``, their ids are ``rural`` for the city and ``<area>:rural`` for a district or group. The
    setting of a point is that of its community.
    """
    if "setting" not in areas or "community_id" not in points:
        return whole
    setting = _settings(points, areas)
    members = {(str(level), str(area_id)): whole.points_of(row) for row, (level, area_id) in
               enumerate(whole.areas.itertuples(index=False))}  # fmt: skip
    parts: Members = {}
    for name in sorted(setting.dropna().unique()):
        within = (setting == name).to_numpy()
        for (level, area_id), rows in members.items():
            if level in {CITY, GROUP, "district"}:
                parts[SETTING, name if level == CITY else f"{area_id}:{name}"] = rows[within[rows]]
    return _of_members(members | parts, len(points))


def in_setting(points: pd.DataFrame, areas: gpd.GeoDataFrame, setting: Setting | None) -> NDArray[np.bool_]:
    """Return the points in urban or in rural communities; all of them where none is asked for or known."""
    if setting is None or "setting" not in areas or areas["setting"].isna().all():
        return np.ones(len(points), dtype=bool)
    return (_settings(points, areas) == setting).to_numpy(bool)


def group_areas(areas: gpd.GeoDataFrame, group_id: str, group: Group) -> gpd.GeoDataFrame:
    """Return the areas that a group names, by id or by name.

    Raises
    ------
    StudyError
        If it names an area that is not there.
    """
    named: gpd.GeoDataFrame = areas[areas["area_id"].isin(group.areas) | areas["name"].isin(group.areas)]
    found = {*named["area_id"], *named["name"]}
    for wanted in group.areas:
        if wanted not in found:
            hint = suggestion(wanted, {*areas["area_id"], *areas["name"]}, otherwise=told("error.use_a_name"))
            raise StudyError(told("error.no_area_of_group", group=group_id, area=repr(wanted), hint=hint))
    return named


def _by_value(values: pd.Series[str], wanted: pd.Series[str]) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Yield every wanted value with the rows that have it, in order."""
    codes = pd.Categorical(values, categories=wanted).codes
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(wanted) + 1))
    for value, (start, end) in zip(wanted, pairwise(bounds), strict=True):
        yield value, order[start:end]


def _of_members(members: Members, count: int) -> Membership:
    indptr = np.concatenate([[0], np.cumsum([len(rows) for rows in members.values()])])
    indices = np.concatenate([*members.values(), np.empty(0, dtype=np.intp)])
    matrix = sparse.csr_array((np.ones(len(indices)), indices, indptr), shape=(len(members), count))
    return Membership(pd.DataFrame(list(members), columns=["level", "area_id"]), matrix)


def _settings(points: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.Series[str]:
    return points["community_id"].map(areas.set_index("area_id")["setting"])


def _in_group(points: pd.DataFrame, areas: gpd.GeoDataFrame, group_id: str, group: Group) -> NDArray[np.bool_]:
    inside = np.zeros(len(points), dtype=bool)
    for level, named in group_areas(areas, group_id, group).groupby("level"):
        if level == CITY:
            inside[:] = True
        elif f"{level}_id" in points:  # a district is in no group of streets
            inside |= points[f"{level}_id"].isin(named["area_id"]).to_numpy()
    return inside


def ancestors(areas: gpd.GeoDataFrame, level: Level) -> pd.DataFrame:
    """Return the areas of one level with the ids of the areas they lie in.

    Parameters
    ----------
    areas : GeoDataFrame
        Areas of all levels, with ``parent_id``.
    level : {"district", "street", "community"}

    Returns
    -------
    DataFrame
        The level's rows with their own id in ``<level>_id`` and those above in ``street_id`` and ``district_id``.
    """
    parent = areas.set_index("area_id")["parent_id"]
    level_of = areas.set_index("area_id")["level"]
    rows = pd.DataFrame(areas[areas["level"] == level].drop(columns="geometry")).reset_index(drop=True)
    above = rows["area_id"]
    for _ in LEVELS:
        for own_level in LEVELS[1:]:
            own = above.where(above.map(level_of) == own_level)
            if own.notna().any():
                rows[f"{own_level}_id"] = own.astype("object")
        above = above.map(parent)
    return rows
