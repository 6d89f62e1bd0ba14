"""Takes what two runs hold, gives what is new, gone or otherwise: facilities, streets, and where people live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84, geodesic_m
from lifecircle.inputs.assignment import area_index, assign_areas
from lifecircle.inputs.contracts import FACILITIES
from lifecircle.scores.membership import membership

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork
    from lifecircle.study import Group

HAPPENED: Final = ("opened", "closed", "moved", "altered")
FACILITY_CHANGES: Final = ("happened", "layer", "facility_id", "name", "columns", "community_id", "street_id",
                           "district_id")  # fmt: skip
STREET_CHANGES: Final = ("happened", "name", "metres", "bridge", "community_id", "street_id", "district_id")
PEOPLE_CHANGES: Final = ("level", "area_id", "before", "after", "change")

_MOVED_M: Final = 5.0
"""A facility that lies farther from where it was has moved; what is nearer was only drawn anew."""

_DECIMALS: Final = 7
_IDS: Final = ["community_id", "street_id", "district_id"]
_TOLD: Final = [name for name in FACILITIES.columns if name not in {"facility_id", "opened", *_IDS, "community",
                                                                     "street", "district"}]  # fmt: skip


def facility_changes(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the facilities that opened, closed, moved, or are described otherwise.

    Parameters
    ----------
    before, after : GeoDataFrame
        With ``layer``, ``facility_id``, name, area ids and geometry, WGS 84.

    Returns
    -------
    DataFrame
        :data:`FACILITY_CHANGES`; ``columns`` names what is described otherwise. Areas are those after, of what closed
        those before.
    """
    key = ["layer", "facility_id"]
    old, new = (table.drop_duplicates(key).set_index(key) for table in (before, after))
    stayed = old.index.intersection(new.index, sort=False)
    was, now = old.loc[stayed], new.loc[stayed]
    moved_m = geodesic_m(_middle(was), _middle(now))
    altered = _altered(was, now)
    parts = {
        "opened": new.loc[new.index.difference(old.index, sort=False)],
        "closed": old.loc[old.index.difference(new.index, sort=False)],
        "moved": now[moved_m > _MOVED_M],
        "altered": now[(moved_m <= _MOVED_M) & (altered != "")].assign(columns=altered[altered != ""]),
    }
    rows = [table.assign(happened=name).reset_index().reindex(columns=list(FACILITY_CHANGES)) for name, table in
            parts.items() if len(table)]  # fmt: skip
    if not rows:
        return pd.DataFrame(columns=list(FACILITY_CHANGES))
    return pd.concat([pd.DataFrame(table).astype(object) for table in rows], ignore_index=True)


def _middle(table: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return np.asarray(shapely.get_coordinates(shapely.centroid(table.geometry.to_numpy()))).reshape(-1, 2)


def _altered(was: gpd.GeoDataFrame, now: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the names of the columns in which facilities are described otherwise."""
    said = pd.Series("", index=now.index, dtype=object)
    for name in _TOLD:
        if name in was and name in now:
            one, other = was[name].astype(object), now[name].astype(object)
            differs = ~((one == other) | (one.isna() & other.isna())).to_numpy(dtype=bool)
            said[differs] = said[differs].map(lambda words, own=name: f"{words}, {own}".removeprefix(", "))
    return said


def street_changes(before: StreetNetwork, after: StreetNetwork, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the streets that are new and those that are gone, by name and community.

    Streets are compared piece by piece between two vertices, so that a street that was only cut anew at a junction has
    not changed.

    Parameters
    ----------
    before, after : StreetNetwork
    areas : GeoDataFrame
        Areas of all levels.

    Returns
    -------
    DataFrame
        :data:`STREET_CHANGES`, the longest first; ``bridge`` where any part of it is a bridge or tunnel. A street lies
        in the area in which the middle of each piece does.
    """
    old, new = _segments(before), _segments(after)
    parts = {"opened": new[~new["key"].isin(old["key"])], "closed": old[~old["key"].isin(new["key"])]}
    rows = pd.concat([table.assign(happened=name) for name, table in parts.items()], ignore_index=True)
    if rows.empty:
        return pd.DataFrame(columns=list(STREET_CHANGES))
    middles = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=WGS84)
    placed = assign_areas(middles.drop(columns=["lon", "lat"]), area_index(areas))[0]
    placed[_IDS] = placed[_IDS].astype(object).where(placed[_IDS].notna(), None)
    sums = placed.groupby(["happened", "name", *_IDS], dropna=False, sort=False).agg(
        metres=("metres", "sum"), bridge=("bridge", "any")
    )
    return sums.reset_index().sort_values("metres", ascending=False, kind="stable")[list(STREET_CHANGES)]


def _segments(network: StreetNetwork) -> pd.DataFrame:
    """Return the pieces of streets between two vertices, either way round the same, with their middle."""
    last = np.zeros(len(network.vertex_lonlat), dtype=bool)
    last[network.edge_offsets[1:] - 1] = True
    start = np.flatnonzero(~last)
    drawn = np.stack([network.vertex_lonlat[start], network.vertex_lonlat[start + 1]], axis=1)
    ends = np.asarray(np.round(drawn, _DECIMALS), dtype=np.float64)
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.edge_offsets) - 1)
    swap = (ends[:, 0, 0] > ends[:, 1, 0]) | ((ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1]))
    ends[swap] = ends[swap, ::-1]
    middle = ends.mean(axis=1)
    table = pd.DataFrame(
        {
            "key": pd.util.hash_pandas_object(pd.DataFrame(ends.reshape(-1, 4)), index=False).to_numpy(),
            "name": np.array(network.names, dtype=object)[network.edge_name[edge]],
            "metres": geodesic_m(ends[:, 0], ends[:, 1]),
            "bridge": network.edge_aloft[edge],
            "lon": middle[:, 0],
            "lat": middle[:, 1],
        }
    )
    return table[table["metres"] > 0].drop_duplicates("key")


def people_changes(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, groups: Mapping[str, Group]
) -> pd.DataFrame:
    """Return how many people live in every area before and after: :data:`PEOPLE_CHANGES`."""
    sums = []
    for residents in (before, after):
        members = membership(residents, areas, groups)
        sums.append(members.sums(residents["population"].to_numpy(np.float64)))
    return members.areas.assign(before=sums[0], after=sums[1], change=sums[1] - sums[0])
