from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lifecircle.crs import to_metric
from lifecircle.network.cells import FRINGE_M, STEP_M, STEP_S, street_cells
from small_networks import CORNER, CRS, network_of
from street_walks import walker, walks_to

STREET = {1: (0, 0), 2: (95, 0)}


def cells_of(walks):
    return street_cells(walks, np.arange(walks.piece_count + len(walks.targets.node)))


def polygons(cells):
    """Return each cell as a polygon of its own, in the metric frame."""
    sides = cells.sides
    return shapely.polygons(
        [shapely.linearrings(sides.corner_xy[own]) for own in np.split(sides.corner, sides.start[1:-1])]
    )


def land(cells):
    return shapely.coverage_union_all(polygons(cells))


def test_a_street_is_divided_into_equal_intervals_of_at_most_ten_metres():
    """95 m make ten intervals of 9.5 m; the place at its beginning adds a leg of 10 m in one interval."""
    cells = cells_of(walks_to(network_of([[1, 2]], STREET), [(0, 9.9)]))
    assert STEP_M == 10
    assert np.diff(cells.start).tolist() == [0, 10, 1]
    assert cells.share[:3] == pytest.approx(np.array([[0, 0.05, 0.1], [0.1, 0.15, 0.2], [0.2, 0.25, 0.3]]))
    assert cells.point[:10, 1].tolist() == [*cells.point[1:10, 0].tolist(), cells.point[9, 1]]
    assert cells.point[10, 0] == cells.point[0, 0]
    assert len(polygons(cells)) == 12


def test_no_interval_takes_longer_than_ten_seconds():
    """At 0.27 m/s, up steps of 95 m: 352 s, so 36 intervals."""
    network = network_of([[1, 2]], STREET, steps=[True])
    cells = cells_of(walks_to(network, [(0, 0)], walker(0.76, 0.27)))
    assert STEP_S == 10
    assert np.diff(cells.start).tolist() == [0, 36, 0]


def test_land_reaches_as_far_as_the_fringe_around_a_lone_street():
    """2 * 25 m * 95 m + pi * 25² = 6713 m², as a curve of short straight lines."""
    around = land(cells_of(walks_to(network_of([[1, 2]], STREET), [(0, 0)])))
    assert FRINGE_M == 25
    assert around.area == pytest.approx(2 * 25 * 95 + np.pi * 25**2, rel=0.03)
    outline = shapely.points(shapely.get_coordinates(around) - CORNER)
    assert shapely.distance(outline, shapely.linestrings([(0, 0), (95, 0)])) == pytest.approx(25, abs=1.5)


def test_a_narrow_gap_between_streets_is_filled_and_a_wide_one_is_not():
    """Two streets 90 m apart (less than four fringes) and two 110 m apart."""
    for gap_m, parts in ((90, 1), (110, 2)):
        ends = {1: (0, 0), 2: (300, 0), 3: (0, gap_m), 4: (300, gap_m)}
        around = land(cells_of(walks_to(network_of([[1, 2], [3, 4]], ends), [(150, 0)])))
        middle = shapely.Point(150, gap_m / 2)
        assert shapely.get_num_geometries(around) == parts
        assert around.covers(shapely.transform(middle, lambda xy: xy + CORNER)) == (parts == 1)


def test_streets_far_from_those_asked_for_get_no_cells():
    ends = {1: (0, 0), 2: (98, 0), 3: (0, 90), 4: (98, 90), 5: (0, 300), 6: (98, 300)}
    walks = walks_to(network_of([[1, 2], [3, 4], [5, 6]], ends), [(0, 0)])
    cells = street_cells(walks, np.array([1]))
    assert np.diff(cells.start).tolist() == [0, 10, 10, 0, 0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=9, unique=True))
@example([(10, 11), (10, 3), (2, 3)])  # a cell crossed itself by the last digit of a float
def test_cells_are_a_coverage_and_each_holds_its_own_point_alone(corners):
    """Corners on a lattice of 25 m: streets that cross, overlap, or run through each other's corners."""
    places = {number: (25.0 * x, 25.0 * y) for number, (x, y) in enumerate(corners)}
    walks = walks_to(network_of([list(places), list(places)[::2]], places), [corners[0]])
    cells = cells_of(walks)
    every = polygons(cells)
    assert shapely.is_valid(every).all()
    assert shapely.coverage_is_valid(every)
    nodes = shapely.points(np.unique(to_metric(walks.placed.node_lonlat, CRS).round(2), axis=0))
    assert [int(shapely.contains_properly(every, node).sum()) for node in nodes] == [1] * len(nodes)
