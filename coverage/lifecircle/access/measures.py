"""Takes what is in reach of a service, gives tables of what residents can choose from, each row with its status.

- How far is it to the first, second … one: :func:`nearest_table`.
- How many are within 5, 10, 15 minutes, with how many places, of how many kinds: :func:`opportunity_table`.
- How many of the services of a life circle are there: :func:`variety_table`.
- How much is in reach, near counting more than far: :func:`gravity_table`.

A figure is 0 only where it is known that there is nothing. Where it is not known the status says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lifecircle.access.amounts import kind_of, supply_of
from lifecircle.access.decay import ROUNDING_MINUTES
from lifecircle.access.opportunity import amounts_within, counts_within, gravity, kinds_within
from lifecircle.access.reach import repeated, resident_rows, unsure_minutes
from lifecircle.access.services import offering
from lifecircle.access.table import STATUSES
from lifecircle.errors import InputError
from lifecircle.network.search import nearest_k, walk_graph
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.access.decay import Decay
    from lifecircle.access.joining import Joined
    from lifecircle.access.reach import ServiceReach
    from lifecircle.access.services import Service
    from lifecircle.network.walkers import Walker


def nearest_table(
    joined: Joined,
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    service: Service,
    walker: Walker,
    *,
    k: int,
    silent: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return the k nearest distinct facilities of every resident, however far.

    Parameters
    ----------
    joined : Joined
        R residents and the facilities' entrances at their places on the streets.
    residents : GeoDataFrame
        R rows.
    facilities : GeoDataFrame
        F rows of all layers.
    service : Service
    walker : Walker
    k : int
        At least 1.
    silent : (R,) array of bool
        Residents of districts of which none of the service's layers says anything.

    Returns
    -------
    DataFrame
        R x k rows, those of a resident together: ``resident_id, service, walker, rank, status, minutes, metres,
        facility_layer, facility_id``. Rank 1 is the nearest. The statuses are those of the access table:
        ``unreachable`` where fewer facilities than the rank can be reached, ``no_data`` where a nearer one may be
        missing from the data.

    Raises
    ------
    InputError
        If ``k`` is less than 1.
    """
    if k < 1:
        raise InputError(f"k: {k} facilities are asked for. Ask for 1 or more.")
    graph = walk_graph(joined.placed, walker)
    surely, perhaps = offering(service, facilities)
    entrance = surely[joined.entrance_facility]
    targets = (joined.entrance_node[entrance], joined.entrance_leg_m[entrance], joined.entrance_facility[entrance])
    found = nearest_k(graph, *targets, k=k)
    node, snapped = joined.resident_node, joined.resident_node >= 0
    leg_m = np.where(snapped, joined.resident_leg_m, np.inf)[:, np.newaxis]
    minutes = (found.seconds[node] + graph.leg_seconds(leg_m)) / SECONDS_PER_MINUTE
    there = np.isfinite(minutes)
    codes = np.where(there, STATUSES.index("reached"), STATUSES.index("unreachable"))
    codes[unsure_minutes(joined, graph, perhaps, silent)[:, np.newaxis] < minutes] = STATUSES.index("no_data")
    codes[~snapped] = STATUSES.index("not_snapped")
    facility = np.where(there, found.label[node], -1).ravel()  # no row of the facilities is called -1
    return pd.DataFrame(
        {
            "resident_id": np.repeat(residents["resident_id"].to_numpy(), k),
            "service": repeated(service.id, codes.size),
            "walker": repeated(walker.id, codes.size),
            "rank": np.tile(np.arange(1, k + 1), len(residents)),
            "status": pd.Categorical.from_codes(codes.ravel(), dtype=pd.CategoricalDtype(list(STATUSES))),
            "minutes": np.where(there, minutes, np.nan).ravel(),
            "metres": np.where(there, found.metres[node] + leg_m, np.nan).ravel(),
            "facility_layer": facilities["layer"].reindex(facility).to_numpy(),
            "facility_id": facilities["facility_id"].reindex(facility).to_numpy(),
        }
    )


def opportunity_table(
    reach: ServiceReach,
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    thresholds_minutes: Sequence[float],
    *,
    amount: str | None = None,
    kind: str | None = None,
) -> pd.DataFrame:
    """Return how many facilities every resident reaches within each threshold.

    Parameters
    ----------
    reach : ServiceReach
    residents, facilities : GeoDataFrame
        R and F rows.
    thresholds_minutes : sequence of float
        None beyond the cut-off of the reach.
    amount : str, optional
        Column of the facilities to add up besides, such as ``"capacity"``.
    kind : str, optional
        Column of the facilities whose different values are counted besides, such as ``"layer"``.

    Returns
    -------
    DataFrame
        R rows for each threshold: ``resident_id, service, walker, status, limit_minutes, count`` and, where asked for,
        ``amount`` and ``kinds``.

    Raises
    ------
    InputError
        If a threshold lies beyond the cut-off, or there is no such column.
    """
    unknown = np.zeros(len(facilities), dtype=bool)
    figures: dict[str, NDArray[Any]] = {"count": counts_within(reach.pairs, thresholds_minutes)}
    if amount is not None:
        supply = supply_of(facilities, amount)
        unknown |= np.isnan(supply)
        figures["amount"] = amounts_within(reach.pairs, thresholds_minutes, np.nan_to_num(supply))
    if kind is not None:
        codes = kind_of(facilities, kind)
        unknown |= codes < 0
        figures["kinds"] = kinds_within(reach.pairs, thresholds_minutes, codes)
    blocks = []
    for column, limit in enumerate(thresholds_minutes):
        own = {name: values[:, column] for name, values in figures.items()}
        inside = own["count"] > 0
        known = {"limit_minutes": np.full(len(residents), float(limit))}
        blocks.append(resident_rows(reach, residents, known, own, limit_minutes=limit, reached=inside, unknown=unknown))
    return pd.concat(blocks, ignore_index=True)


def variety_table(access: pd.DataFrame, thresholds_minutes: Sequence[float]) -> pd.DataFrame:
    """Return how many different services every resident has within each threshold.

    Parameters
    ----------
    access : DataFrame
        The access table.
    thresholds_minutes : sequence of float

    Returns
    -------
    DataFrame
        One row for each threshold, walker and resident: ``resident_id, walker, limit_minutes, services, services_most,
        asked``. ``services`` are surely there, ``services_most`` counts those too of which the data do not say, and
        ``asked`` is how many services were looked for.
    """
    blocks = []
    for limit in thresholds_minutes:
        surely = access["minutes"] <= limit + ROUNDING_MINUTES
        perhaps = access["least_minutes"] <= limit + ROUNDING_MINUTES
        counted = pd.DataFrame({"services": surely, "services_most": surely | perhaps, "asked": 1})
        keys = [access["walker"], access["resident_id"]]
        sums = counted.groupby(keys, observed=True, sort=False).sum().reset_index()
        blocks.append(sums.assign(limit_minutes=float(limit)))
    columns = ["resident_id", "walker", "limit_minutes", "services", "services_most", "asked"]
    return pd.concat(blocks, ignore_index=True)[columns]


def gravity_table(
    reach: ServiceReach,
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    decay: Decay,
    supply: str | None = None,
) -> pd.DataFrame:
    """Return how much every resident has in reach, near counting more than far, whoever else uses it.

    Parameters
    ----------
    reach : ServiceReach
    residents, facilities : GeoDataFrame
        R and F rows.
    decay : Decay
    supply : str, optional
        Column of the facilities; each counts 1 when absent.

    Returns
    -------
    DataFrame
        R rows: ``resident_id, service, walker, status, potential``, the last in the unit of the supply.

    Raises
    ------
    InputError
        If the decay reaches beyond the cut-off, or there is no such column.
    """
    amount, weights = supply_of(facilities, supply), reach.pairs.weights(decay)
    return resident_rows(
        reach,
        residents,
        {},
        {"potential": gravity(weights, np.nan_to_num(amount))},
        limit_minutes=min(reach.pairs.limit_minutes, decay.limit_minutes),
        reached=np.diff(weights.indptr) > 0,
        unknown=np.isnan(amount),
    )
