from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.crs import to_lonlat, to_metric
from lifecircle.inputs.areas import read_areas
from lifecircle.inputs.assignment import area_index, assign_areas
from lifecircle.inputs.squares import square_areas

CRS = "EPSG:32650"


def residents(xy):
    points = shapely.points(to_lonlat(np.asarray(xy, dtype=float), CRS))
    return gpd.GeoDataFrame(
        {"resident_id": [f"r{number}" for number in range(len(xy))], "population": 1.0},
        geometry=points,
        crs="EPSG:4326",
    )


def test_squares_are_counted_from_the_origin_of_the_frame():
    """At 500 m, easting 670,250 lies in the 1340th square and northing 3,549,999 in the 7099th, counted from 0."""
    squares = square_areas(residents([(670_250, 3_549_999), (670_499, 3_549_501), (670_501, 3_549_999)]), 500, CRS)
    assert squares["area_id"].tolist() == ["x1340y7099", "x1341y7099"]
    corners = to_metric(shapely.get_coordinates(squares.geometry.iloc[0]), CRS)
    assert corners.round(3).tolist() == [
        [670_000, 3_549_500], [670_500, 3_549_500], [670_500, 3_550_000], [670_000, 3_550_000], [670_000, 3_549_500],
    ]  # fmt: skip


def test_only_squares_with_somebody_are_made():
    squares = square_areas(residents([(670_250, 3_549_750), (680_250, 3_549_750)]), 500, CRS)
    assert len(squares) == 2


def test_squares_do_not_depend_on_the_order_of_residents():
    xy = [(670_250, 3_549_750), (680_250, 3_549_750), (670_250, 3_540_000)]
    first, second = square_areas(residents(xy), 500, CRS), square_areas(residents(xy[::-1]), 500, CRS)
    assert first.geometry.to_wkb().tolist() == second.geometry.to_wkb().tolist()
    assert first["area_id"].tolist() == second["area_id"].tolist()


def test_large_squares_follow_the_frame_between_their_corners():
    """The middle of a 100 km side lies on the side, though the straight line between its corners misses it by 100 m."""
    square = square_areas(residents([(650_000, 3_550_000)]), 100_000, CRS).geometry.iloc[0]
    middle, west, east = to_lonlat(np.array([[650_000, 3_500_000], [600_000, 3_500_000], [700_000, 3_500_000]]), CRS)
    metre = 1e-5
    assert shapely.distance(square.exterior, shapely.Point(middle)) < 0.1 * metre
    assert shapely.distance(shapely.LineString([west, east]), shapely.Point(middle)) > 50 * metre


@settings(max_examples=20, deadline=None)
@given(
    cells=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12),
    grid_m=st.sampled_from([500.0, 1000.0, 5000.0]),
)
def test_nobody_is_lost_between_squares_even_on_their_edges(cells, grid_m):
    people = residents([(600_000 + 250 * x, 3_500_000 + 250 * y) for x, y in cells])
    areas, _ = read_areas({}, square_areas(people, grid_m, CRS))
    assigned, problems = assign_areas(people, area_index(areas))
    assert assigned["population"].sum() == len(cells)
    assert problems == []


def test_a_square_is_as_large_as_its_side_says():
    """One kilometre squared; UTM at 670 km easting is true to scale within 0.04 %."""
    square = square_areas(residents([(670_250, 3_549_750)]), 1000, CRS)
    assert square.to_crs(CRS).area.iloc[0] == pytest.approx(1e6, rel=1e-6)
