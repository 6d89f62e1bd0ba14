from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely import Point, box

from lifecircle.inputs.entrances import BOUNDARY_STEP_M, entrances

FRAME = "EPSG:4549"


def test_a_point_is_its_own_entrance_and_a_park_has_them_all_around():
    """A park of 88 m by 58 m: three pieces on each long side, two on each short one, ten entrances."""
    corner = (400_000.0, 3_540_000.0)
    park = box(*corner, corner[0] + 88, corner[1] + 58)
    facilities = gpd.GeoDataFrame(geometry=[Point(corner), park], crs=FRAME).to_crs("EPSG:4326")
    found = entrances(facilities, FRAME)
    assert found["facility_row"].tolist() == [0] + [1] * 10
    metric = found.to_crs(FRAME).geometry
    np.testing.assert_allclose(shapely.get_coordinates(metric.iloc[0])[0], corner, atol=1e-4)
    assert metric.iloc[1:].distance(park.boundary).max() < 1e-4
    nearest_other = metric.iloc[1:].apply(lambda point: metric.iloc[1:].distance(point).nsmallest(2).iloc[1])
    assert nearest_other.max() <= BOUNDARY_STEP_M + 1e-4


def test_a_courtyard_counts_as_boundary_and_every_part_of_a_campus_is_entered():
    campus = shapely.MultiPolygon([box(0, 0, 58, 58) - box(20, 20, 40, 40), box(200, 0, 228, 28)])
    facilities = gpd.GeoDataFrame(
        geometry=[shapely.transform(campus, lambda xy: xy + np.array([400_000, 3_540_000]))], crs=FRAME
    )
    found = entrances(facilities.to_crs("EPSG:4326"), FRAME)
    # Square of 58 m: two pieces a side; courtyard of 20 m and square of 28 m: their corners.
    assert len(found) == 8 + 4 + 4
