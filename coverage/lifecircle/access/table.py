"""The access table: for each resident, service and walker the nearest facility, its minutes and its metres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.access.services import offering
from lifecircle.inputs.completeness import CITY
from lifecircle.network.search import nearest, walk_graph
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.access.services import Service
    from lifecircle.network.search import Nearest
    from lifecircle.network.walkers import Walker

STATUSES: Final = ("reached", "unreachable", "not_snapped", "no_data")
ACCESS_COLUMNS: Final = (
    "resident_id", "service", "walker", "status", "minutes", "metres", "facility_layer", "facility_id", "leg_m",
)  # fmt: skip


def access_table(
    joined: Joined,
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    wanted: Sequence[tuple[Service, Walker]],
    silent: Mapping[str, frozenset[str]],
) -> pd.DataFrame:
    """Return who reaches which service in how many minutes.

    Parameters
    ----------
    joined : Joined
        Residents and the facilities' entrances at their places on the streets.
    residents : GeoDataFrame
        R rows, with ``resident_id`` and, where the study has districts, ``district_id``.
    facilities : GeoDataFrame
        All layers, with ``layer`` and ``facility_id``.
    wanted : sequence of (Service, Walker)
        What is searched, each pair once.
    silent : mapping
        Layer to the districts of which it says nothing.

    Returns
    -------
    DataFrame
        R rows for each wanted pair, in the order of ``wanted`` and of the residents, with
        :data:`ACCESS_COLUMNS`. ``status`` is

        - ``reached``: minutes and metres to the nearest facility, access legs at both ends included;
        - ``unreachable``: no street leads from here to any facility of the service;
        - ``not_snapped``: no street within the snap limit, so nothing is known;
        - ``no_data``: the service's layers say nothing of this district. Minutes, where there are any, lead to a
          facility across the border and are an upper bound.
    """
    graphs = {walker.id: walk_graph(joined.placed, walker) for _, walker in wanted}
    blocks = []
    for service, walker in wanted:
        entrance = offering(service, facilities)[joined.entrance_facility] & (joined.entrance_node >= 0)
        found = nearest(
            graphs[walker.id],
            joined.entrance_node[entrance],
            joined.entrance_leg_m[entrance],
            joined.entrance_facility[entrance],
        )
        blocks.append(_block(joined, residents, facilities, found, _silent(residents, service, silent)))
    table = pd.concat(blocks, ignore_index=True)
    pairs = np.repeat(np.arange(len(wanted)), len(residents))
    table["service"] = pd.Categorical([service.id for service, _ in wanted]).take(pairs)
    table["walker"] = pd.Categorical([walker.id for _, walker in wanted]).take(pairs)
    table["resident_id"] = np.tile(residents["resident_id"].to_numpy(), len(wanted))
    return table[list(ACCESS_COLUMNS)]


def rows_of(access: pd.DataFrame, service: Service, walker_id: str) -> pd.DataFrame:
    """Return the rows of one service and walker: one per resident, in the residents' order."""
    return access[(access["service"] == service.id) & (access["walker"] == walker_id)]


def _block(
    joined: Joined,
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    found: Nearest,
    silent: NDArray[np.bool_],
) -> pd.DataFrame:
    node, leg_m = joined.resident_node, joined.resident_leg_m
    snapped = node >= 0
    facility = np.where(snapped, found.label[node], -1)
    reached = facility >= 0
    seconds = np.where(reached, found.seconds[node] + leg_m / found.speed_m_s, np.nan)
    metres = np.where(reached, found.metres[node] + leg_m, np.nan)
    status = np.where(reached, 0, 1)
    status[silent] = 3
    status[~snapped] = 2
    return pd.DataFrame(
        {
            "status": pd.Categorical.from_codes(status, dtype=pd.CategoricalDtype(list(STATUSES))),
            "minutes": seconds / SECONDS_PER_MINUTE,
            "metres": metres,
            "facility_layer": _taken(facilities["layer"], facility),
            "facility_id": _taken(facilities["facility_id"], facility),
            "leg_m": np.where(snapped, leg_m, np.nan),
        },
        index=range(len(residents)),
    )


def _taken(values: pd.Series[str], rows: NDArray[np.int64]) -> pd.Categorical[str]:
    """Return the values at some rows as a compact column; missing where a row is -1."""
    column = pd.Categorical(values)
    codes = np.append(column.codes, -1)  # so that row -1 is missing, also where there are no facilities at all
    return pd.Categorical.from_codes(codes[rows], dtype=column.dtype)


def _silent(residents: gpd.GeoDataFrame, service: Service, silent: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
    """Return the residents of districts of which none of the service's layers says anything."""
    districts = frozenset.intersection(*(silent.get(layer, frozenset({CITY})) for layer in service.layers))
    if CITY in districts:
        return np.ones(len(residents), dtype=bool)
    if "district_id" not in residents:
        return np.zeros(len(residents), dtype=bool)
    return residents["district_id"].isin(districts).to_numpy()
