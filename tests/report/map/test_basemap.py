from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from lifecircle.report.map.basemap import MARGIN_M, MapPictures, packed_pictures, problem_points, window_around
from lifecircle.report.map.shapes import Frame
from report.map.decoding import polygons_of, positions, rings_of, unpacked

FRAME = Frame(west=0, north=0)
WINDOW = (-10_000.0, -10_000.0, 10_000.0, 10_000.0)


def layer(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=3857).to_crs(4326)


def content(**pictures):
    return packed_pictures(MapPictures(**pictures).in_mercator(), FRAME, WINDOW)


def test_pictures_that_are_absent_or_empty_leave_nothing_behind():
    assert content() == {}
    assert (
        content(
            water=layer(), bands=layer(service=[], walker=[], minutes=[]), problems=layer(reason_zh=[], reason_en=[])
        )
        == {}
    )


def test_a_shore_is_drawn_finer_from_near_than_from_afar():
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    lake = shapely.Polygon(np.column_stack([2000 * np.cos(angle), 2000 * np.sin(angle)]))
    far, near = content(water=layer(lake))["water"]
    assert 8 <= len(rings_of(far["fills"])[0][0]) < len(rings_of(near["fills"])[0][0]) < 400
    assert polygons_of(near["fills"])[0].area == pytest.approx(lake.area, rel=0.005)


def test_ponds_are_left_out_from_afar_and_kept_from_near():
    far, near = content(water=layer(shapely.box(0, 0, 100, 100)))["water"]
    assert rings_of(far["fills"]) == []
    assert polygons_of(near["fills"])[0].area == 10_000


def test_pieces_of_a_street_are_joined_before_they_are_simplified():
    """Ten pieces of 30 m, each too short to be drawn from afar, make a straight street of 300 m with two vertices."""
    pieces = [shapely.LineString([(30 * i, 0), (30 * i + 30, 0)]) for i in range(10)]
    far, _ = content(streets=layer(*pieces))["streets"]
    assert [ring.tolist() for rings in rings_of(far["lines"]) for ring in rings] == [[[0, 0], [300, 0]]]


def test_what_lies_outside_the_window_is_cut_off():
    river = shapely.LineString([(-50_000, 0), (50_000, 0)])
    _, near = content(water=layer(river))["water"]
    assert [ring.tolist() for ring in rings_of(near["lines"])[0]] == [[[-10_000, 0], [10_000, 0]]]


def test_the_window_is_a_walk_wider_than_the_areas():
    window = window_around(np.array([shapely.box(0, 0, 100, 200)]))
    assert window == (-MARGIN_M, -MARGIN_M, 100 + MARGIN_M, 200 + MARGIN_M)


def test_isochrones_are_drawn_from_the_widest_to_the_narrowest():
    squares = [shapely.box(-r, -r, r, r) for r in (300, 900, 600)]
    bands = content(bands=layer(*squares, service="clinic", walker="standard", minutes=[5, 15, 10]))["bands"]
    assert [band["minutes"] for band in bands] == [15, 10, 5]
    assert [polygons_of(band["shape"])[0].area for band in bands] == pytest.approx([1800**2, 1200**2, 600**2], rel=0.01)


def test_a_later_run_holds_only_the_parts_of_its_isochrones_that_the_first_run_has_not():
    """Three fields, of which the middle one grows: the first and the last are named, the wider one is written."""
    fields = [shapely.box(x, 0, x + 600, 600) for x in (0, 2000, 4000)]
    wider = [fields[0], shapely.box(1800, 0, 2600, 600), fields[2]]
    runs = [shapely.MultiPolygon(fields), shapely.MultiPolygon(wider)]
    named = {"service": "clinic", "walker": "standard", "minutes": 5.0}
    first, second = content(bands=layer(*runs, run=[0, 1], **named))["bands"]
    assert len(polygons_of(first["shape"])) == 3
    assert "repeats" not in first
    assert second["repeats"]["band"] == 0
    assert unpacked(second["repeats"]["parts"]) == [0, 2]
    assert [part.area for part in polygons_of(second["shape"])] == pytest.approx([800 * 600], rel=0.01)


def test_problems_keep_their_places_and_reasons():
    points = [shapely.Point(10, -20), shapely.Point(99_999, 0), shapely.Point(30, -50)]
    problems = content(problems=layer(*points, reason_zh=["甲", "外", "乙"], reason_en=["a", "outside", "b"]))[
        "problems"
    ]
    assert problems["reasons"] == [{"zh": "甲", "en": "a"}, {"zh": "乙", "en": "b"}]
    assert positions(problems["xy"]).tolist() == [[10, 20], [30, 50]]


def test_pictures_are_projected_once():
    ready = MapPictures(water=layer(shapely.box(0, 0, 500, 400))).in_mercator()
    assert ready.water.total_bounds == pytest.approx([0, 0, 500, 400], abs=0.01)
    assert ready.in_mercator().water is ready.water
    assert ready.green is None


def test_problems_of_facilities_are_placed_and_those_of_residents_are_not():
    facilities = gpd.GeoDataFrame(
        {"layer": ["clinic", "park", "park"], "facility_id": ["1", "1", "2"]},
        geometry=[shapely.Point(118, 32), shapely.box(0, 0, 2, 2), shapely.Point(7, 7)],
        crs="EPSG:4326",
    )
    problems = pd.DataFrame(
        {
            "file": ["park", "residents", "park", "clinics.csv"],
            "feature_id": ["1", "1", "gone", "1"],
            "reason_zh": ["远", "远", "无位置", "两个名称"],
            "reason_en": ["far away", "far away", "no position", "two names"],
        }
    )
    files = {"clinic": "clinics.csv", "park": "parks.gpkg"}
    points = problem_points(problems, facilities, files)
    assert points[["layer", "reason_zh", "reason_en"]].to_numpy().tolist() == [
        ["park", "远", "far away"],
        ["clinic", "两个名称", "two names"],
    ]
    assert [(point.x, point.y) for point in points.geometry] == [(1, 1), (118, 32)]
    assert len(problem_points(problems[:0], facilities, files)) == 0
