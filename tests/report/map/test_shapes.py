from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from lifecircle.report.map.shapes import AREA_TOLERANCE_M, Frame, frame_around, mercator, outlines, packed_shapes
from report.map.decoding import polygons_of, rings_of, summed
from report.map.town import invented_town

FRAME = Frame(west=100, north=200)


def test_the_grid_counts_metres_east_and_south_of_its_origin():
    assert FRAME.on_grid(np.array([[103.4, 195.0], [99.0, 201.0]])).tolist() == [[3, 5], [-1, -1]]


def test_positions_in_degrees_lie_where_proj_puts_them():
    frame = Frame(west=13_000_000, north=3_700_000)
    easting, northing = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(118.8, 32.05)
    expected = [round(easting - 13_000_000), round(3_700_000 - northing)]
    assert frame.from_lonlat(np.array([[118.8, 32.05]])).tolist() == [expected]


def test_a_polygon_with_a_hole_keeps_its_hole_and_drops_the_repeated_vertex():
    """20 x 20 with a hole of 4 x 4: 400 - 16 = 384; four vertices a ring."""
    square = shapely.box(100, 180, 120, 200) - shapely.box(104, 190, 108, 194)
    shape = packed_shapes(np.array([square]), FRAME, closed=True)
    assert [len(ring) for ring in rings_of(shape)[0]] == [4, 4]
    assert polygons_of(shape)[0].area == 384


def test_what_vanishes_on_the_grid_leaves_no_ring_but_keeps_its_place():
    speck, square = shapely.box(100, 199.9, 100.2, 200.1), shapely.box(100, 190, 110, 200)
    shape = packed_shapes(np.array([speck, square, shapely.MultiPolygon()]), FRAME, closed=True)
    assert [len(rings) for rings in rings_of(shape)] == [0, 1, 0]


def test_lines_keep_both_ends_and_polygons_are_left_out_of_them():
    line = shapely.LineString([(100, 200), (100.3, 200.3), (110, 190)])
    rings = rings_of(packed_shapes(np.array([line, shapely.box(0, 0, 9, 9)]), FRAME, closed=False))
    assert [[ring.tolist() for ring in one] for one in rings] == [[[[0, 0], [10, 10]]], []]


@pytest.fixture(scope="module")
def simplified():
    areas = invented_town().areas
    areas = areas.assign(parent=pd.Index(areas["area_id"]).get_indexer(areas["parent_id"]))
    shapes = mercator(areas.geometry.segmentize(0.0002))
    return areas, shapes, outlines(areas, shapes)


def test_neighbours_share_their_borders_after_simplification_and_rounding(simplified):
    """Where borders are shared, the areas of the parts add up to the area of their union: no gap, no overlap."""
    areas, _, simple = simplified
    communities = np.flatnonzero(areas["level"] == "community")
    drawn = polygons_of(packed_shapes(simple[communities], frame_around(simple), closed=True))
    whole = shapely.union_all(drawn)
    assert sum(shape.area for shape in drawn) == pytest.approx(whole.area, rel=1e-12)
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0


def test_simplification_saves_vertices_and_moves_borders_little(simplified):
    areas, shapes, simple = simplified
    communities = np.flatnonzero(areas["level"] == "community")
    assert (
        shapely.get_num_coordinates(simple[communities]).sum()
        < 0.5 * shapely.get_num_coordinates(shapes[communities]).sum()
    )
    moved = shapely.hausdorff_distance(shapely.boundary(simple[communities]), shapely.boundary(shapes[communities]))
    assert moved.max() < 4 * AREA_TOLERANCE_M


def test_an_area_is_the_union_of_its_children(simplified):
    areas, _, simple = simplified
    for row in np.flatnonzero(areas["level"].isin(["city", "district", "street"])):
        children = shapely.union_all(simple[np.flatnonzero(areas["parent"] == row)])
        assert shapely.equals(simple[row], children)


def test_an_area_that_its_children_do_not_fill_keeps_its_own_outline():
    district, community = shapely.box(0, 0, 1000, 1000), shapely.box(0, 0, 1000, 400)
    areas = pd.DataFrame({"level": ["district", "community"], "parent": [-1, 0]})
    simple = outlines(areas, np.array([district, community]))
    assert simple[0].area == 1_000_000
    assert simple[1].area == 400_000


def test_polygons_that_cross_themselves_are_mended_first():
    """The bow tie's two triangles have 2 · (1000 · 500 / 2) = 500,000 m²."""
    bow = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    shapes = mercator(gpd.GeoSeries([bow], crs=3857))
    simple = outlines(pd.DataFrame({"level": ["community"], "parent": [-1]}), shapes)
    assert simple[0].area == pytest.approx(500_000)


def test_steps_run_through_all_rings():
    shape = packed_shapes(
        np.array([shapely.box(100, 190, 110, 200), shapely.box(100, 190, 105, 200)]), FRAME, closed=True
    )
    assert summed(shape["vertices"]) == [4, 8]
    assert all(ring.min() >= 0 and ring.max() <= 10 for rings in rings_of(shape) for ring in rings)
