"""Takes candidate sites and residents, gives the walks between them along the streets, as a sparse table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from lifecircle.access.decay import ROUNDING_MINUTES
from lifecircle.access.joining import join
from lifecircle.access.pairs import access_pairs
from lifecircle.access.services import offering
from lifecircle.errors import InputError
from lifecircle.messages import told
from lifecircle.network.search import all_within, walk_graph
from lifecircle.scores.circle import measured
from lifecircle.scores.score import service_of
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.walkers import Walker
    from lifecircle.plan import Circle

SLOWEST: Final = 3.0
"""A circle in metres is looked at as far as somebody comes who is so many times slower than on the flat."""


def site_walks(
    network: StreetNetwork,
    residents: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    circle: Circle,
    walker: Walker,
    snap_limit_m: float,
    farthest: float,
) -> sparse.coo_array:
    """Return how long residents walk to each candidate site.

    The streets are cut at candidates and residents alone, which changes no time.

    Parameters
    ----------
    network : StreetNetwork
    residents, candidates : GeoDataFrame
        R and C points, WGS 84.
    circle : Circle
        Measured in minutes or metres; so are the walks.
    walker : Walker
    snap_limit_m : float
    farthest : float
        The longest walk that matters, in the circle's measure.

    Returns
    -------
    (R, C) sparse
        Minutes or metres; a walk of 0 is stored as such, and what is not stored is farther.
    """
    doors = candidates.assign(facility_row=np.arange(len(candidates), dtype=np.int32))
    joined = join(network, residents, doors, snap_limit_m)
    measure, _ = measured(circle)
    if measure == "minutes":
        limit_s = (farthest + ROUNDING_MINUTES) * SECONDS_PER_MINUTE
    else:
        limit_s = farthest / walker.speed_m_s * SLOWEST
    trips = all_within(
        walk_graph(joined.placed, walker),
        joined.entrance_node,
        joined.entrance_leg_m,
        joined.resident_node,
        joined.resident_leg_m,
        limit_s,
    )
    cost = trips.seconds / SECONDS_PER_MINUTE if measure == "minutes" else trips.metres
    shape = (len(residents), len(candidates))
    return sparse.coo_array((cost, (trips.origin, trips.target)), shape=shape)


def facility_walks(
    joined: Joined, facilities: gpd.GeoDataFrame, circle: Circle, walker: Walker, farthest_minutes: float
) -> tuple[sparse.coo_array, NDArray[np.float64]]:
    """Return how long residents walk to the facilities that serve a circle, and how many places these have.

    Parameters
    ----------
    joined : Joined
        R residents and the entrances of F facilities.
    facilities : GeoDataFrame
        F rows; ``capacity`` where known.
    circle : Circle
        Measured in minutes.
    walker : Walker
    farthest_minutes : float
        The longest walk that matters.

    Returns
    -------
    minutes : (R, F) sparse
        To those that surely offer the service.
    places : (F,) float64
        ``nan`` where no number is known.

    Raises
    ------
    InputError
        If the circle is measured in metres.
    """
    if circle.minutes is None:
        raise InputError(told("error.site_in_metres", circle=circle.id))
    offered, _ = offering(service_of(circle), facilities)
    pairs = access_pairs(joined, walk_graph(joined.placed, walker), offered, farthest_minutes)
    shape = (pairs.resident_count, pairs.facility_count)
    minutes = sparse.coo_array((pairs.minutes, (pairs.resident, pairs.facility)), shape=shape)
    return minutes, facilities.reindex(columns=["capacity"])["capacity"].to_numpy(np.float64)


def facilities_without_places(residents: int) -> tuple[sparse.coo_array, NDArray[np.float64]]:
    """Return what :func:`facility_walks` would where no facility's places matter."""
    return sparse.coo_array((residents, 0)), np.zeros(0)


def within(walks: sparse.coo_array, limit: float) -> sparse.csr_array:
    """Return which sites reach which points, walks of exactly the limit among them."""
    near = walks.data <= limit + ROUNDING_MINUTES
    pairs = walks.row[near], walks.col[near]
    return sparse.csr_array((np.ones(len(pairs[0]), dtype=bool), pairs), shape=walks.shape)
