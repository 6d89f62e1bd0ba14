"""Which residents or facilities belong to which areas, as one sparse matrix that turns weights into sums."""

from __future__ import annotations

import difflib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import sparse

from lifecircle.errors import StudyError
from lifecircle.study import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.study import Group

CITY: Final = "city"
GROUP: Final = "group"


@dataclass(frozen=True)
class Membership:
    """A areas, and the points (residents or facilities) inside them.

    Attributes
    ----------
    areas : DataFrame
        A rows with ``level`` and ``area_id``: the city, its groups, and the areas of every level.
    matrix : sparse matrix (A, n)
        1 where a point belongs to an area. A point may belong to several groups.
    """

    areas: pd.DataFrame
    matrix: sparse.csr_array

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
    rows: list[tuple[str, str]] = []
    members: list[NDArray[np.bool_] | NDArray[np.intp]] = []
    for level in LEVELS:
        ids = areas.loc[areas["level"] == level, "area_id"]
        own = np.full(len(points), CITY, dtype=object) if level == CITY else points.get(f"{level}_id")
        codes = pd.Categorical(own if own is not None else [], categories=ids).codes
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(ids) + 1))
        rows += [(level, area_id) for area_id in ids]
        members += [np.sort(order[start:end]) for start, end in itertools.pairwise(bounds)]
    for group_id, group in groups.items():
        rows.append((GROUP, group_id))
        members.append(np.flatnonzero(_in_group(points, areas, group_id, group)))
    counts = [len(member) for member in members]
    indices = np.concatenate(members) if members else np.empty(0, dtype=np.intp)
    matrix = sparse.csr_array(
        (np.ones(len(indices)), indices, np.concatenate([[0], np.cumsum(counts)])), shape=(len(rows), len(points))
    )
    return Membership(pd.DataFrame(rows, columns=["level", "area_id"]), matrix)


def group_areas(areas: gpd.GeoDataFrame, group_id: str, group: Group) -> gpd.GeoDataFrame:
    """Return the areas that a group names, by id or by name.

    Raises
    ------
    StudyError
        If it names an area that is not there.
    """
    known = set(areas["area_id"]) | set(areas["name"])
    for wanted in group.areas:
        if wanted not in known:
            near = difflib.get_close_matches(wanted, [str(name) for name in known], n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "Use a name or id from the area files."
            raise StudyError(f"groups.{group_id}: there is no area {wanted!r}. {hint}")
    named: gpd.GeoDataFrame = areas[areas["area_id"].isin(group.areas) | areas["name"].isin(group.areas)]
    return named


def _in_group(points: pd.DataFrame, areas: gpd.GeoDataFrame, group_id: str, group: Group) -> NDArray[np.bool_]:
    inside = np.zeros(len(points), dtype=bool)
    for level, named in group_areas(areas, group_id, group).groupby("level"):
        inside |= True if level == CITY else points[f"{level}_id"].isin(named["area_id"]).to_numpy()
    return inside
