"""Residents and facilities joined to the streets once, so that every search runs from node to node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from lifecircle.messages import told
from lifecircle.network.places import insert_places
from lifecircle.network.snap import snap_to_edges
from lifecircle.problems import Problem

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.snap import Snapped


@dataclass(frozen=True)
class Joined:
    """R residents and F facilities at their places on the streets; a facility may have several entrances.

    Attributes
    ----------
    placed : PlacedNetwork
        The network with a node for every place.
    resident_node : (R,) int32
        Node of each resident, -1 beyond the snap limit.
    resident_leg_m : (R,) array
        Metres from each resident to the street.
    entrance_node : (P,) int64
        Node of each entrance, -1 beyond the snap limit.
    entrance_leg_m : (P,) array
        Metres from each entrance to the street.
    entrance_facility : (P,) int32
        Row of the facility that each entrance belongs to.
    """

    placed: PlacedNetwork
    resident_node: NDArray[np.int32]
    resident_leg_m: NDArray[np.float64]
    entrance_node: NDArray[np.int32]
    entrance_leg_m: NDArray[np.float64]
    entrance_facility: NDArray[np.int32]


def join(
    network: StreetNetwork,
    residents: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    limit_m: float,
) -> Joined:
    """Join residents and the entrances of facilities to the nearest streets.

    Parameters
    ----------
    network : StreetNetwork
    residents : GeoDataFrame
        Points, WGS 84.
    entrances : GeoDataFrame
        Points, WGS 84, with the facility's row in ``facility_row``.
    limit_m : float
        A place farther than this from any street is not joined.
    """
    return joined_at(network, snap_to_edges(network, positions(residents, entrances), limit_m), entrances)


def positions(residents: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the positions of all places, first the R residents and then the P entrances, shape (R + P, 2), WGS 84."""
    return np.vstack([_lonlat(residents), _lonlat(entrances)])


def joined_at(network: StreetNetwork, snapped: Snapped, entrances: gpd.GeoDataFrame) -> Joined:
    """Return all places at their points of the streets.

    Parameters
    ----------
    network : StreetNetwork
    snapped : Snapped
        Where the residents and the entrances join it, in the order of :func:`positions`.
    entrances : GeoDataFrame
        As for :func:`join`.
    """
    placed = insert_places(network, snapped)
    count = len(snapped.edge) - len(entrances)
    return Joined(
        placed=placed,
        resident_node=placed.node_of_place[:count],
        resident_leg_m=placed.leg_m[:count],
        entrance_node=placed.node_of_place[count:],
        entrance_leg_m=placed.leg_m[count:],
        entrance_facility=entrances["facility_row"].to_numpy(np.int32),
    )


def unjoined(
    joined: Joined, residents: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, limit_m: float
) -> list[Problem]:
    """List the residents and facilities that no street is near enough to."""
    reason = told("problem.off_streets", metres=f"{limit_m:g}")
    lost_residents = np.flatnonzero(joined.resident_node < 0)
    entered = np.zeros(len(facilities), dtype=bool)
    entered[joined.entrance_facility[joined.entrance_node >= 0]] = True
    return [
        Problem("residents", None, str(resident), "geometry", reason, "noted")
        for resident in residents["resident_id"].to_numpy()[lost_residents]
    ] + [
        Problem(str(layer), None, str(facility), "geometry", reason, "noted")
        for layer, facility in facilities.loc[~entered, ["layer", "facility_id"]].itertuples(index=False)
    ]


def _lonlat(points: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return np.asarray(shapely.get_coordinates(points.geometry.to_numpy()), dtype=np.float64).reshape(-1, 2)
