"""Takes joined residents and facilities, gives the walks of one typical resident to the nearest places, way by way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lifecircle.errors import NetworkError
from lifecircle.messages import told
from lifecircle.network.routes import Stop, itinerary, quickest_route
from lifecircle.network.search import nearest_k, walk_graph
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.network.search import WalkGraph
    from lifecircle.network.walkers import Walker


@dataclass(frozen=True, eq=False)
class Walk:
    """The quickest walk from a resident to a facility.

    Attributes
    ----------
    facility : int
        Row of the facility.
    minutes, metres : float
        Access legs at both ends included.
    way : GeoDataFrame
        Its parts, as :func:`lifecircle.network.routes.itinerary` gives them.
    """

    facility: int
    minutes: float
    metres: float
    way: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class TypicalWalks:
    """The walks of a typical resident.

    Attributes
    ----------
    resident : int
        Row of the resident point.
    people, cut_off, lost : float
        People of the area, those of them from whom no street leads to a facility, and those who live too far from any
        street.
    walks : tuple of Walk
        To the nearest facilities, the nearest first.
    """

    resident: int
    people: float
    cut_off: float
    lost: float
    walks: tuple[Walk, ...]


def typical_walks(
    joined: Joined,
    residents: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    offered: NDArray[np.bool_],
    walker: Walker,
    among: NDArray[np.bool_],
    k: int,
) -> TypicalWalks:
    """Return the walks of the resident with the median time to the nearest facility.

    Half of the area's people who reach a facility at all have a shorter walk than this one, half a longer one.

    Parameters
    ----------
    joined : Joined
    residents, entrances : GeoDataFrame
        The tables that were joined.
    offered : (F,) array of bool
        Facilities that count.
    walker : Walker
    among : (R,) array of bool
        The area's resident points.
    k : int
        How many facilities, at most.

    Raises
    ------
    NetworkError
        If none of the residents reaches a facility.
    """
    graph = walk_graph(joined.placed, walker)
    own = np.flatnonzero(offered[joined.entrance_facility])
    found = nearest_k(graph, joined.entrance_node[own], joined.entrance_leg_m[own], joined.entrance_facility[own], k=k)
    on_street = joined.resident_node >= 0
    seconds = found.seconds[joined.resident_node, 0] + graph.leg_seconds(joined.resident_leg_m)
    people = residents["population"].to_numpy(np.float64)
    typical = median_row(np.where(among & on_street, seconds, np.inf), people)
    nearest = found.label[joined.resident_node[typical]]
    return TypicalWalks(
        resident=typical,
        people=float(people[among].sum()),
        cut_off=float(people[among & on_street & np.isinf(seconds)].sum()),
        lost=float(people[among & ~on_street].sum()),
        walks=tuple(
            _walk(
                joined,
                graph,
                _stop(joined.resident_node, joined.resident_leg_m, residents, typical),
                entrances,
                facility,
            )
            for facility in nearest[nearest >= 0].tolist()
        ),
    )


def _walk(joined: Joined, graph: WalkGraph, origin: Stop, entrances: gpd.GeoDataFrame, facility: int) -> Walk:
    own = np.flatnonzero(joined.entrance_facility == facility)
    route = quickest_route(joined.placed, graph, origin.node, joined.entrance_node[own], joined.entrance_leg_m[own])
    end = _stop(joined.entrance_node, joined.entrance_leg_m, entrances, own[route.entrance])
    legs_m = origin.leg_m + end.leg_m
    return Walk(
        facility=facility,
        minutes=(float(route.seconds.sum()) + legs_m / graph.walker.speed_m_s) / SECONDS_PER_MINUTE,
        metres=float(route.metres.sum()) + legs_m,
        way=itinerary(joined.placed, graph.walker, route, origin, end),
    )


def median_row(cost: NDArray[np.float64], people: NDArray[np.float64]) -> int:
    """Return the row at which half of the people with a finite cost are passed, in the order of their costs.

    Raises
    ------
    NetworkError
        If nobody has a finite cost.
    """
    usable = np.flatnonzero(np.isfinite(cost) & (people > 0))
    if not len(usable):
        raise NetworkError(told("error.nobody_reaches"))
    order = usable[np.argsort(cost[usable], kind="stable")]
    passed = np.cumsum(people[order])
    return int(order[np.searchsorted(passed, passed[-1] / 2)])


def _stop(node: NDArray[np.int32], leg_m: NDArray[np.float64], points: gpd.GeoDataFrame, row: int) -> Stop:
    point = points.geometry.iloc[row]
    return Stop(int(node[row]), float(leg_m[row]), np.array([point.x, point.y]))
