"""Takes what is in reach of a service, gives tables of what is left for each when all who reach it share it.

- Is there enough for everybody, and which facilities are crowded: :func:`catchment_tables`.
- Who is left out when every place is given once: :func:`allocation_tables`.

Residents who are not joined to a street cannot be said to reach anything: they take no part and have no figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from lifecircle.access.allocation import nearest_first
from lifecircle.access.amounts import demand_of, supply_of
from lifecircle.access.catchment import three_step, two_step
from lifecircle.access.reach import facility_rows, resident_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.access.decay import Decay
    from lifecircle.access.pairs import AccessPairs
    from lifecircle.access.reach import ServiceReach

_METHODS: Final = {"two_step": two_step, "three_step": three_step}


def catchment_tables(
    reach: ServiceReach,
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    decay: Decay,
    *,
    demand: Mapping[str, float],
    supply: str | None = None,
    method: Literal["two_step", "three_step"] = "two_step",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how much supply every resident has, and how crowded every facility is, by a floating catchment.

    Parameters
    ----------
    reach : ServiceReach
    residents, facilities : GeoDataFrame
        R and F rows.
    decay : Decay
        Which floating catchment it is; see :mod:`lifecircle.access.catchment`.
    demand : mapping
        Who shares it; see :func:`lifecircle.access.amounts.demand_of`.
    supply : str, optional
        Column of the facilities that is shared; each counts 1 when absent.
    method : {"two_step", "three_step"}

    Returns
    -------
    residents : DataFrame
        R rows: ``resident_id, service, walker, status, demand, supply_per_person``.
    facilities : DataFrame
        The service's facilities: ``layer, facility_id, status, supply, demand_in_reach, supply_per_person``.

    Raises
    ------
    InputError
        If the decay reaches beyond the cut-off, or a column is not there.

    Examples
    --------
    Ten places are shared by the infants of three homes, five places by those of the other three.

    >>> import lifecircle
    >>> run = lifecircle.example_run()
    >>> people, places = catchment_tables(
    ...     run.reach("childcare"), run.residents, run.facilities, lifecircle.Step((15,)),
    ...     demand={"pop_0_2": 1}, supply="capacity",
    ... )
    >>> people["supply_per_person"].round(3).tolist(), places["supply"].tolist()
    ([0.667, 0.667, 0.667, 0.333, 0.333, 0.333], [10.0, 5.0])

    Notes
    -----
    A facility of unknown supply counts 0, and a resident point of unknown demand too; who reaches such a facility, or
    shares one with such a resident point, has the status ``no_data``.
    """
    weights, people, amount = reach.pairs.weights(decay), demand_of(residents, demand), supply_of(facilities, supply)
    shared = _METHODS[method](weights, np.nan_to_num(amount), np.nan_to_num(people))
    unknown = np.isnan(amount) | (weights.T @ np.isnan(people).astype(np.float64) > 0)
    by_resident = resident_rows(
        reach,
        residents,
        {"demand": people},
        {"supply_per_person": shared.supply_per_person},
        limit_minutes=min(reach.pairs.limit_minutes, decay.limit_minutes),
        reached=np.diff(weights.indptr) > 0,
        unknown=unknown,
    )
    by_facility = facility_rows(
        reach,
        facilities,
        {
            "supply": amount,
            "demand_in_reach": shared.demand,
            "supply_per_person": np.where(unknown, np.nan, shared.ratio),
        },
        reached=shared.reached,
        unknown=unknown,
    )
    return by_resident, by_facility


def allocation_tables(
    reach: ServiceReach,
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    demand: Mapping[str, float],
    places: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how many get a place within the cut-off when every place is given once, the nearest first.

    Parameters
    ----------
    reach : ServiceReach
    residents, facilities : GeoDataFrame
        R and F rows.
    demand : mapping
        Who needs a place; see :func:`lifecircle.access.amounts.demand_of`.
    places : str
        Column of the facilities.

    Returns
    -------
    residents : DataFrame
        R rows: ``resident_id, service, walker, status, demand, placed, left_out``.
    facilities : DataFrame
        The service's facilities: ``layer, facility_id, status, places, taken, free``.

    Raises
    ------
    InputError
        If a column is not there.

    Notes
    -----
    What is unknown counts 0, as in :func:`catchment_tables`. Through whom it displaces, it may also change the figures
    of residents farther away; these keep their status.
    """
    people, amount = demand_of(residents, demand), supply_of(facilities, places)
    pairs, nobody_knows = reach.pairs, np.isnan(people)
    given = nearest_first(pairs, np.nan_to_num(people), np.nan_to_num(amount))
    unknown = np.isnan(amount) | _reached_by(pairs, nobody_knows)
    by_resident = resident_rows(
        reach,
        residents,
        {"demand": people},
        {
            "placed": np.where(nobody_knows, np.nan, given.placed),
            "left_out": np.where(nobody_knows, np.nan, given.left_out),
        },
        limit_minutes=pairs.limit_minutes,
        reached=np.diff(pairs.offsets) > 0,
        unknown=unknown,
    )
    by_facility = facility_rows(
        reach,
        facilities,
        {"places": amount, "taken": given.taken, "free": np.where(np.isnan(amount), np.nan, given.free)},
        reached=_reached_by(pairs, np.ones(len(residents), dtype=bool)),
        unknown=unknown,
    )
    return by_resident, by_facility


def _reached_by(pairs: AccessPairs, residents: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which facilities some residents have in reach."""
    visits = np.bincount(pairs.facility[residents[pairs.resident]], minlength=pairs.facility_count)
    return np.asarray(visits > 0)
