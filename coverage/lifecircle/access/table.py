"""The access table: for each resident, service and walker the nearest facility, its minutes and its metres."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.access.services import offering, silent_at
from lifecircle.network.search import NOTHING, nearest, walk_graph
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.access.services import Service
    from lifecircle.network.search import Nearest, WalkGraph
    from lifecircle.network.walkers import Walker

STATUSES: Final = ("reached", "unreachable", "not_snapped", "no_data")
ACCESS_COLUMNS: Final = (
    "resident_id", "service", "walker", "status", "minutes", "metres", "least_minutes", "least_metres",
    "facility_layer", "facility_id", "leg_m",
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
        - ``no_data``: something nearer may be missing from the data, since the service's layers say nothing of this
          district, or a facility's attributes are not known.

        What is known lies between ``least_minutes`` and ``minutes``, which are equal where ``reached``. ``minutes`` is
        missing where no facility is surely reached; ``least_minutes`` is 0 where anything is possible.
    """
    walkers = {walker.id: walker for _, walker in wanted}

    def trips(search: tuple[Service, Walker]) -> tuple[Trips, Trips]:
        service, walker = search
        surely, perhaps = offering(service, facilities)
        sure = trips_to(joined, graphs[walker.id], surely)
        return sure, trips_to(joined, graphs[walker.id], surely | perhaps) if perhaps.any() else sure

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the searches are compiled, and run side by side
        graphs = dict(zip(walkers, pool.map(walk_graph, repeat(joined.placed), walkers.values()), strict=True))
        found = list(pool.map(trips, wanted))
    return table_of_trips(joined, residents, facilities, wanted, silent, found)


def table_of_trips(
    joined: Joined,
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    wanted: Sequence[tuple[Service, Walker]],
    silent: Mapping[str, frozenset[str]],
    trips: Iterable[tuple[Trips, Trips]],
) -> pd.DataFrame:
    """Return the access table of trips that were searched already.

    Parameters
    ----------
    joined, residents, facilities, wanted, silent
        As for :func:`access_table`, which says what the table holds.
    trips : iterable of (Trips, Trips)
        For each wanted pair the trips to facilities that surely offer the service, and to those that may.
    """
    blocks = [
        _block(joined, facilities, sure, best, silent_at(residents, service.layers, silent))
        for (service, _), (sure, best) in zip(wanted, trips, strict=True)
    ]
    table = pd.concat(blocks, ignore_index=True)
    pairs = np.repeat(np.arange(len(wanted)), len(residents))
    table["service"] = pd.Categorical([service.id for service, _ in wanted]).take(pairs)
    table["walker"] = pd.Categorical([walker.id for _, walker in wanted]).take(pairs)
    table["resident_id"] = np.tile(residents["resident_id"].to_numpy(), len(wanted))
    return table[list(ACCESS_COLUMNS)]


def rows_of(access: pd.DataFrame, service: Service, walker_id: str) -> pd.DataFrame:
    """Return the rows of one service and walker: one per resident, in the residents' order."""
    return access[(access["service"] == service.id) & (access["walker"] == walker_id)]


def nearer(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return the better of two ways for each row of two access tables of the same residents and searches.

    Parameters
    ----------
    first, second : DataFrame
        As :func:`access_table` gives them. Of equal ways the first is taken; a way from a street is better than none.
    """
    cost, other = (table["minutes"].fillna(np.inf).to_numpy() for table in (first, second))
    lost, found = ((table["status"] == "not_snapped").to_numpy() for table in (first, second))
    better = (other < cost) | (lost & ~found)
    chosen = pd.concat([first[~better], second[better]]).sort_index()
    for name in ("least_minutes", "least_metres"):
        least = np.fmin(first[name].to_numpy(), second[name].to_numpy())
        chosen[name] = np.where(lost | found, chosen[name], least)
    return chosen


@dataclass(frozen=True, eq=False)
class Trips:
    """From each of R residents to the nearest facility.

    Attributes
    ----------
    minutes, metres : (R,) float64
        Access legs included; infinite where there is no way.
    facility : (R,) int
        Row of the facility; -1 where there is no way.
    """

    minutes: NDArray[np.float64]
    metres: NDArray[np.float64]
    facility: NDArray[np.int64]


def trips_to(joined: Joined, graph: WalkGraph, offered: NDArray[np.bool_]) -> Trips:
    """Return the trips to the nearest of the facilities that offer something, an (F,) array of bool."""
    entrance = offered[joined.entrance_facility]
    found = nearest(
        graph, joined.entrance_node[entrance], joined.entrance_leg_m[entrance], joined.entrance_facility[entrance]
    )
    return trips_from(found, graph, joined.resident_node, joined.resident_leg_m)


def trips_from(found: Nearest, graph: WalkGraph, node: NDArray[np.int32], leg_m: NDArray[np.float64]) -> Trips:
    """Return the trips of residents who live a leg beside a node; those at -1 (not snapped) have none."""
    trips = Trips(np.full(len(node), np.inf), np.full(len(node), np.inf), np.full(len(node), NOTHING))
    snapped = node >= 0
    there, own_leg_m = node[snapped], leg_m[snapped]
    trips.minutes[snapped] = (found.seconds[there] + graph.leg_seconds(own_leg_m)) / SECONDS_PER_MINUTE
    trips.metres[snapped] = found.metres[there] + own_leg_m
    trips.facility[snapped] = found.label[there]
    return trips


def _block(
    joined: Joined, facilities: gpd.GeoDataFrame, trips: Trips, best: Trips, silent: NDArray[np.bool_]
) -> pd.DataFrame:
    lost = joined.resident_node < 0
    status = np.where(trips.facility >= 0, STATUSES.index("reached"), STATUSES.index("unreachable"))
    status[silent | (best.minutes < trips.minutes)] = STATUSES.index("no_data")
    status[lost] = STATUSES.index("not_snapped")
    anything = silent | lost
    return pd.DataFrame(
        {
            "status": pd.Categorical.from_codes(status, dtype=pd.CategoricalDtype(list(STATUSES))),
            "minutes": _finite(trips.minutes),
            "metres": _finite(trips.metres),
            "least_minutes": np.where(anything, 0.0, _finite(best.minutes)),
            "least_metres": np.where(anything, 0.0, _finite(best.metres)),
            "facility_layer": _taken(facilities["layer"], trips.facility),
            "facility_id": _taken(facilities["facility_id"], trips.facility),
            "leg_m": np.where(lost, np.nan, joined.resident_leg_m),
        }
    )


def _finite(cost: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isinf(cost), np.nan, cost)


def _taken(values: pd.Series[str], rows: NDArray[np.int64]) -> pd.Categorical[str]:
    """Return the values at some rows as a compact column; missing where a row is -1."""
    column = pd.Categorical(values)
    codes = np.append(column.codes, -1)  # so that row -1 is missing, also where there are no facilities at all
    return pd.Categorical.from_codes(codes[rows], dtype=column.dtype)
