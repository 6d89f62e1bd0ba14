"""Takes streets and the facilities of a service, gives the streets cut at their entrances: the ground of isochrones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lifecircle.access.services import offering
from lifecircle.errors import InputError, NetworkError
from lifecircle.messages import told
from lifecircle.network.places import insert_places
from lifecircle.network.points import Targets
from lifecircle.network.snap import snap_to_edges

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.access.services import Service
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.places import PlacedNetwork


@dataclass(frozen=True, eq=False)
class ServicePlaces:
    """The L facilities of a service that are joined to a street.

    Attributes
    ----------
    placed : PlacedNetwork
        The streets with a node for each of their entrances.
    targets : Targets
        The entrances that are joined to a street.
    facility : (L,) int64
        Row of each facility in the table of facilities.
    lost : (n,) int64
        Rows of facilities that no street is near enough to.
    """

    placed: PlacedNetwork
    targets: Targets
    facility: NDArray[np.int64]
    lost: NDArray[np.int64]


def service_places(
    network: StreetNetwork, facilities: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame, service: Service, limit_m: float
) -> ServicePlaces:
    """Join the facilities that surely offer a service to the streets.

    Parameters
    ----------
    network : StreetNetwork
    facilities : GeoDataFrame
        All layers, with ``layer``.
    entrances : GeoDataFrame
        Points, WGS 84, with ``facility_row``, in any order.
    service : Service
    limit_m : float
        An entrance farther than this from any street is not joined.

    Raises
    ------
    InputError
        If no facility offers the service.
    NetworkError
        If none of them is near a street.
    """
    surely, _ = offering(service, facilities)
    if not surely.any():
        raise InputError(told("error.no_such_facility", service=service.id))
    own = entrances[surely[entrances["facility_row"]]].sort_values("facility_row", kind="stable")
    lonlat = own.get_coordinates().to_numpy()
    placed = insert_places(network, snap_to_edges(network, lonlat, limit_m))
    joined = placed.node_of_place >= 0
    if not joined.any():
        raise NetworkError(told("error.facilities_off_streets", service=service.id, metres=f"{limit_m:g}"))
    facility, place = np.unique(own["facility_row"].to_numpy()[joined], return_inverse=True)
    targets = Targets(placed.node_of_place[joined], placed.leg_m[joined], lonlat[joined], place)
    return ServicePlaces(placed, targets, facility, np.setdiff1d(np.flatnonzero(surely), facility))


def one_place(network: StreetNetwork, lonlat: NDArray[np.float64], limit_m: float) -> ServicePlaces:
    """Join a single position to the streets.

    Parameters
    ----------
    network : StreetNetwork
    lonlat : (2,) float64
        WGS 84.
    limit_m : float
        How far the street may be.

    Raises
    ------
    NetworkError
        If no street is near enough.
    """
    placed = insert_places(network, snap_to_edges(network, lonlat[None], limit_m))
    if placed.node_of_place[0] < 0:
        place = f"{lonlat[0]:g},{lonlat[1]:g}"
        raise NetworkError(told("error.place_off_streets", place=place, metres=f"{limit_m:g}"))
    none = np.array([], dtype=np.int64)
    return ServicePlaces(
        placed, Targets(placed.node_of_place, placed.leg_m, lonlat[None], np.zeros(1, int)), none, none
    )
