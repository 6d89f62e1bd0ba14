"""Takes joined places, a service and a walker, gives the pairs within a cut-off and what is not known about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from lifecircle.access.decay import ROUNDING_MINUTES
from lifecircle.access.pairs import access_pairs
from lifecircle.access.services import offering
from lifecircle.network.search import nearest, walk_graph
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.access.pairs import AccessPairs
    from lifecircle.access.services import Service
    from lifecircle.network.search import WalkGraph
    from lifecircle.network.walkers import Walker

REACH_STATUSES: Final = ("reached", "beyond", "not_snapped", "no_data")
"""What can be said of a resident's figure: something, or nothing, is in reach and all of it is known; nothing is known,
since no street is near enough; something in reach is not known, so that the figure counts only what is."""


@dataclass(frozen=True, eq=False)
class ServiceReach:
    """What R residents reach of one service among F facilities.

    Attributes
    ----------
    service : Service
    walker : Walker
    pairs : AccessPairs
        To the facilities that surely offer the service.
    offered : (F,) array of bool
        These facilities.
    snapped : (R,) array of bool
        Whether a resident is joined to a street. Of the others nothing is known.
    unsure_minutes : (R,) float64
        From how many minutes on something may be missing from the data: 0 where the service's layers say nothing of the
        district, the walk to the nearest facility that might offer the service where attributes are missing, and
        infinite where everything is known.
    """

    service: Service
    walker: Walker
    pairs: AccessPairs
    offered: NDArray[np.bool_]
    snapped: NDArray[np.bool_]
    unsure_minutes: NDArray[np.float64]


def service_reach(
    joined: Joined,
    facilities: gpd.GeoDataFrame,
    service: Service,
    walker: Walker,
    limit_minutes: float,
    *,
    silent: NDArray[np.bool_],
) -> ServiceReach:
    """Find everything of a service that residents reach within a cut-off.

    Parameters
    ----------
    joined : Joined
        R residents and the facilities' entrances at their places on the streets.
    facilities : GeoDataFrame
        F rows of all layers.
    service : Service
    walker : Walker
    limit_minutes : float
        The cut-off, above 0.
    silent : (R,) array of bool
        Residents of districts of which none of the service's layers says anything.

    Raises
    ------
    InputError
        If the cut-off is no number above 0.
    """
    graph = walk_graph(joined.placed, walker)
    surely, perhaps = offering(service, facilities)
    return ServiceReach(
        service=service,
        walker=walker,
        pairs=access_pairs(joined, graph, surely, limit_minutes),
        offered=surely,
        snapped=joined.resident_node >= 0,
        unsure_minutes=unsure_minutes(joined, graph, perhaps, silent),
    )


def unsure_minutes(
    joined: Joined, graph: WalkGraph, perhaps: NDArray[np.bool_], silent: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return from how many minutes on something may be missing, as :class:`ServiceReach` has it.

    Parameters
    ----------
    joined : Joined
    graph : WalkGraph
    perhaps : (F,) array of bool
        Facilities that might offer a service.
    silent : (R,) array of bool
        Residents of districts without data.
    """
    entrance = perhaps[joined.entrance_facility]
    found = nearest(graph, joined.entrance_node[entrance], joined.entrance_leg_m[entrance])
    snapped = joined.resident_node >= 0
    leg_s = graph.leg_seconds(np.where(snapped, joined.resident_leg_m, np.inf))
    return np.where(silent, 0.0, (found.seconds[joined.resident_node] + leg_s) / SECONDS_PER_MINUTE)


def resident_rows(
    reach: ServiceReach,
    residents: pd.DataFrame,
    known: Mapping[str, NDArray[np.float64]],
    figures: Mapping[str, NDArray[Any]],
    *,
    limit_minutes: float,
    reached: NDArray[np.bool_],
    unknown: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return a table of figures, one row per resident, each with its status.

    Parameters
    ----------
    reach : ServiceReach
    residents : DataFrame
        R rows.
    known, figures : mapping
        Name to (R,) values: what is known of every resident, and what becomes missing for those who are not joined to a
        street.
    limit_minutes : float
        How far the figures look.
    reached : (R,) array of bool
        Whether any facility is in reach.
    unknown : (F,) array of bool
        Facilities of which something is missing that the figures need.

    Returns
    -------
    DataFrame
        ``resident_id, service, walker, status`` (one of :data:`REACH_STATUSES`), what is known, and the figures.
    """
    pairs, unsure = reach.pairs, reach.unsure_minutes.copy()
    affected = unknown[pairs.facility]
    np.minimum.at(unsure, pairs.resident[affected], pairs.minutes[affected])
    codes = np.where(reached, REACH_STATUSES.index("reached"), REACH_STATUSES.index("beyond"))
    codes[unsure <= limit_minutes + ROUNDING_MINUTES] = REACH_STATUSES.index("no_data")
    codes[~reach.snapped] = REACH_STATUSES.index("not_snapped")
    rows = pd.DataFrame({"resident_id": residents["resident_id"].to_numpy()})
    rows["service"] = repeated(reach.service.id, len(rows))
    rows["walker"] = repeated(reach.walker.id, len(rows))
    rows["status"] = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(REACH_STATUSES)))
    rows = rows.assign(**known)
    for name, values in figures.items():
        column = pd.Series(values, dtype="Int64" if values.dtype.kind == "i" else np.float64)
        rows[name] = column.mask(~reach.snapped)
    return rows


def facility_rows(
    reach: ServiceReach,
    facilities: pd.DataFrame,
    figures: Mapping[str, NDArray[np.float64]],
    *,
    reached: NDArray[np.bool_],
    unknown: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return a table of figures, one row per facility that offers the service.

    Parameters
    ----------
    reach : ServiceReach
    facilities : DataFrame
        F rows.
    figures : mapping
        Name to (F,) values.
    reached, unknown : (F,) arrays of bool
        Whether anybody has it in reach, and whether something is missing that the figures need.

    Returns
    -------
    DataFrame
        ``layer, facility_id, status`` (``reached``, ``beyond`` or ``no_data``) and the figures.
    """
    codes = np.where(reached, REACH_STATUSES.index("reached"), REACH_STATUSES.index("beyond"))
    codes[unknown] = REACH_STATUSES.index("no_data")
    status = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(REACH_STATUSES)))
    columns = {"layer": facilities["layer"].to_numpy(), "facility_id": facilities["facility_id"].to_numpy()}
    return pd.DataFrame({**columns, "status": status, **figures})[reach.offered].reset_index(drop=True)


def repeated(value: str, count: int) -> pd.Categorical[str]:
    """Return a compact column of one value."""
    return pd.Categorical([value]).take(np.zeros(count, dtype=np.intp))
