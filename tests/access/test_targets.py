from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from lifecircle.access.services import Service
from lifecircle.access.targets import one_place, service_places
from lifecircle.errors import InputError, NetworkError
from small_networks import lonlat_at, network_of

NETWORK = network_of([[1, 2]], {1: (0, 0), 2: (1000, 0)})


def table(positions, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*lonlat_at(positions).T), crs="EPSG:4326")


FACILITIES = table([(0, 0), (100, 0), (0, 5000), (500, 0)], layer=["clinic", "park", "clinic", "clinic"])
ENTRANCES = table([(500, 20), (0, 0), (100, 10), (200, 10), (0, 5000), (500, 900)], facility_row=[3, 0, 1, 1, 2, 3])


def test_entrances_of_the_service_that_are_near_a_street_are_its_targets():
    """Of three clinics the second lies 5 km away; of the third only one entrance is near."""
    places = service_places(NETWORK, FACILITIES, ENTRANCES, Service(("clinic",)), 300)
    assert places.facility.tolist() == [0, 3]
    assert places.targets.place.tolist() == [0, 1]
    assert places.targets.leg_m == pytest.approx([0, 20], abs=0.02)
    assert places.targets.lonlat == pytest.approx(lonlat_at([(0, 0), (500, 20)]))
    assert places.lost.tolist() == [2]


def test_entrances_of_one_facility_share_their_place():
    places = service_places(NETWORK, FACILITIES, ENTRANCES, Service(("park",)), 300)
    assert places.targets.place.tolist() == [0, 0]


def test_a_layer_without_facilities_is_named():
    with pytest.raises(InputError, match="school: the study has no such facility"):
        service_places(NETWORK, FACILITIES, ENTRANCES, Service(("school",)), 300)


def test_facilities_all_off_the_streets_are_an_error():
    far = table([(0, 5000)], layer=["clinic"])
    with pytest.raises(NetworkError, match="no facility lies within 300 m"):
        service_places(NETWORK, far, table([(0, 5000)], facility_row=[0]), Service(("clinic",)), 300)


def test_a_single_position_is_a_place_of_its_own():
    places = one_place(NETWORK, lonlat_at([(300, 40)])[0], 300)
    assert places.targets.leg_m == pytest.approx([40], rel=1e-3)
    assert places.placed.piece_to == pytest.approx([0.3, 1], abs=1e-6)


def test_a_position_off_the_streets_is_refused_with_the_order_of_its_numbers():
    with pytest.raises(NetworkError, match=r"32.06,118.8: .* Write longitude,latitude"):
        one_place(NETWORK, np.array([32.06, 118.80]), 300)
