from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.network.outlines import blank_slate, outline, polygons_of, sides_of

CHESS = 8
"""Squares in a row of a board, on which many corners are touched by land from two sides."""


def board(size):
    """Return squares of 1 m, clockwise, row by row."""
    x, y = np.meshgrid(np.arange(size), np.arange(size))
    return shapely.reverse(shapely.box(x, y, x + 1, y + 1).ravel())


def land_of(cells, chosen):
    sides = sides_of(cells)
    slate = blank_slate(sides)
    rings = [outline(sides, np.array(own, dtype=np.int32), slate) for own in chosen]
    assert slate.root.max() == slate.place.max() == -1
    assert not slate.followed.any()
    return polygons_of(rings, sides.corner_xy)


def test_two_squares_side_by_side_have_six_sides_and_no_line_between():
    sides = sides_of(board(2))
    land = polygons_of([outline(sides, np.array([0, 1], dtype=np.int32), blank_slate(sides))], sides.corner_xy)[0]
    assert np.count_nonzero(sides.twin >= 0) == 8
    assert land.equals(shapely.box(0, 0, 2, 1))
    assert shapely.get_num_coordinates(land) == 7
    assert land.exterior.is_ccw


def test_squares_that_meet_at_a_corner_alone_are_two_polygons():
    """On 2 by 2 squares those at the lower left and the upper right."""
    land = land_of(board(2), [[0, 3]])[0]
    assert land.is_valid
    assert [part.bounds for part in land.geoms] == [(0, 0, 1, 1), (1, 1, 2, 2)]


def test_a_hole_that_touches_the_outside_at_a_corner_stays_a_hole():
    """On 3 by 3 squares all but the middle and the upper right one, which meet at (2, 2)."""
    land = land_of(board(3), [[0, 1, 2, 3, 5, 6, 7]])[0]
    assert land.is_valid
    assert (land.geom_type, land.area, len(land.interiors)) == ("Polygon", 7, 1)
    assert shapely.Polygon(land.interiors[0]).equals(shapely.box(1, 1, 2, 2))
    assert not land.interiors[0].is_ccw


def test_an_island_in_a_lake_is_land_of_its_own():
    """On 5 by 5 squares the rim, and the middle."""
    rim = [square for square in range(25) if square // 5 in {0, 4} or square % 5 in {0, 4}]
    land = land_of(board(5), [[*rim, 12]])[0]
    assert sorted((part.area, len(part.interiors)) for part in land.geoms) == [(1, 0), (16, 1)]


def test_of_no_cells_there_is_empty_land_between_others():
    empty, one = land_of(board(2), [[], [3]])
    assert empty.is_empty
    assert one.equals(shapely.box(1, 1, 2, 2))


def test_corners_apart_by_the_last_digit_of_a_float_are_one():
    """So GEOS gave them around a crossing of lattices; the cell with both of them even crossed itself."""
    y, above = 3549094.51, np.nextafter(3549094.51, np.inf)
    corners = [(0, y), (0, above), (1, y), (1, y - 1)], [(0, above), (0, above + 1), (1, y)]
    land = land_of(np.array([shapely.Polygon(own) for own in corners]), [[0, 1]])[0]
    assert land.equals(shapely.Polygon([(0, y), (0, y + 1), (1, y), (1, y - 1)]))
    assert shapely.get_num_coordinates(land) == 5


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sets(st.integers(0, CHESS**2 - 1)), min_size=1, max_size=4))
def test_outlines_on_a_board_are_those_of_a_union(chosen):
    """GEOS as oracle; on a board four cells meet at each corner, which Voronoi cells of chance never do."""
    cells = board(CHESS)
    for land, own in zip(land_of(cells, [sorted(squares) for squares in chosen]), chosen, strict=True):
        assert shapely.is_valid(land)
        assert shapely.equals(land, shapely.union_all(cells[sorted(own)]))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_outlines_of_voronoi_cells_are_those_of_a_union_corner_for_corner(share):
    rng = np.random.default_rng(7)
    around = shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 100, (2000, 2))), ordered=True)
    cells = shapely.get_parts(around)
    chosen = np.flatnonzero(rng.random(2000) < share)
    land, union = land_of(cells, [chosen])[0], shapely.coverage_union_all(cells[chosen])
    assert shapely.equals_exact(shapely.normalize(land), shapely.normalize(union), 1e-6)
    assert shapely.get_num_coordinates(land) == shapely.get_num_coordinates(union)
