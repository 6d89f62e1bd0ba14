from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

from lifecircle.crs import GEOD
from lifecircle.inputs.extent import bounds_around, study_bounds


@pytest.mark.parametrize("bounds", [(118.3, 31.2, 119.3, 32.6), (-51.3, -30.3, -51.0, -29.9), (24.8, 60.1, 25.2, 60.3)])
def test_everything_within_the_distance_of_the_rectangle_is_inside(bounds):
    """Points 1,800 m from the corners and the middles of the sides, in every direction."""
    west, south, east, north = bounds
    around = bounds_around(bounds, 1800.0)
    for lon in (west, (west + east) / 2, east):
        for lat in (south, (south + north) / 2, north):
            azimuth = np.arange(0.0, 360.0, 5.0)
            lons, lats, _ = GEOD.fwd(*np.broadcast_arrays(lon, lat, azimuth, 1800.0))
            assert ((lons >= around[0]) & (lons <= around[2])).all()
            assert ((lats >= around[1]) & (lats <= around[3])).all()


def test_the_margin_is_no_wider_than_it_must_be():
    """At 60.3 N a degree of longitude has 55.3 km: 1,800 m are 0.03255 degrees, and 0.1 % more are allowed."""
    west, _, east, _ = bounds_around((24.8, 60.1, 25.2, 60.3), 1800.0)
    assert 24.8 - west == pytest.approx(0.0325, rel=0.004)
    assert east - 25.2 == pytest.approx(0.0325, rel=0.004)


def test_a_study_reaches_around_its_people_and_its_areas():
    residents = gpd.GeoDataFrame(geometry=[Point(118.7, 32.0), Point(118.8, 32.2)], crs="EPSG:4326")
    areas = gpd.GeoDataFrame(geometry=[box(118.75, 31.9, 118.9, 32.1)], crs="EPSG:4326")
    np.testing.assert_allclose(study_bounds(residents, areas, 0.0), (118.7, 31.9, 118.9, 32.2))
