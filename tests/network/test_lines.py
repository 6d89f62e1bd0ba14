from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.ops import substring

from lifecircle.network.lines import edge_parts, edge_points, measured_lines
from lifecircle.network.snap import edge_lines
from small_networks import CORNER, network_of

BENT = network_of(
    [[1, 2, 3, 4], [4, 5], [5, 6]], {1: (0, 0), 2: (30, 0), 3: (30, 40), 4: (0, 40), 5: (0, 90), 6: (0, 90)}
)
fractions = st.floats(0, 1) | st.sampled_from([0.0, 0.3, 0.7, 1.0])


def parts(edge, begin, end):
    return edge_parts(measured_lines(BENT), np.array([edge]), np.array([begin]), np.array([end]))[0]


def test_fractions_are_shares_of_the_length():
    """The bent street is 30 + 40 + 30 = 100 m long, with corners at 30 m and 70 m."""
    lines = measured_lines(BENT)
    assert lines.fraction[:4] == pytest.approx([0, 0.3, 0.7, 1], abs=1e-9)
    points = edge_points(lines, np.array([0, 0, 1]), np.array([0.5, 1.0, 0.0])) - CORNER
    assert points == pytest.approx(np.array([[30, 20], [0, 40], [0, 40]]), abs=1e-6)


def test_a_part_runs_over_the_corners_between_its_ends():
    part = shapely.get_coordinates(parts(0, 0.1, 0.5)) - CORNER
    assert part == pytest.approx(np.array([[10, 0], [30, 0], [30, 20]]), abs=1e-6)


def test_a_part_may_run_against_its_edge():
    part = shapely.get_coordinates(parts(0, 0.9, 0.5)) - CORNER
    assert part == pytest.approx(np.array([[10, 40], [30, 40], [30, 20]]), abs=1e-6)


def test_an_edge_of_no_length_is_one_point():
    assert shapely.get_coordinates(parts(2, 0.0, 1.0)) - CORNER == pytest.approx(np.array([[0, 90], [0, 90]]), abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 1), fractions, fractions), min_size=1, max_size=5))
def test_parts_are_those_of_shapely(wanted):
    """shapely.ops.substring does one line at a time."""
    edge, begin, end = (np.array(column) for column in zip(*wanted, strict=True))
    streets = edge_lines(BENT)
    for ours, (own, start, stop) in zip(edge_parts(measured_lines(BENT), edge, begin, end), wanted, strict=True):
        theirs = substring(streets[own], start, stop, normalized=True)
        assert ours.length == pytest.approx(theirs.length, abs=1e-6)
        assert shapely.hausdorff_distance(ours, theirs) < 1e-6
        assert shapely.get_coordinates(ours)[0] == pytest.approx(shapely.get_coordinates(theirs)[0], abs=1e-6)
