"""Distances to the nearest segment, against Shapely's."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from lifecircle.inputs.nearest import SQUARE_M, distance_m, segment_grid


def shapely_m(segments, points, limit_m):
    """Return the distance of each point to all segments together, as Shapely measures it; infinite beyond the limit."""
    metres = shapely.distance(shapely.points(points), shapely.multilinestrings(shapely.linestrings(segments)))
    return np.where(metres <= limit_m, metres, np.inf)


@pytest.mark.parametrize("limit_m", [30.0, 200.0, 1000.0])
@pytest.mark.parametrize("longest_m", [5.0, 80.0, 2500.0])
def test_distances_are_those_of_shapely(limit_m, longest_m):
    rng = np.random.default_rng(3)
    start = rng.uniform(-3000, 3000, (400, 2))
    segments = np.stack([start, start + rng.uniform(-longest_m, longest_m, (400, 2))], axis=1)
    points = rng.uniform(-5000, 5000, (2000, 2))
    found = distance_m(segment_grid(segments), points, limit_m)
    np.testing.assert_allclose(found, shapely_m(segments, points, limit_m), atol=1e-9)
    assert 0 < np.isfinite(found).sum() < len(points)


def test_points_on_segments_and_on_the_lines_of_the_grid_are_measured():
    """Segments and points at multiples of the side of a square, where rounding could put them into either of two."""
    at = np.arange(-3, 4) * SQUARE_M
    corners = np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2)
    segments = np.stack([corners, corners + np.array([SQUARE_M, 0])], axis=1)
    points = corners + np.array([0, SQUARE_M / 2])
    np.testing.assert_allclose(distance_m(segment_grid(segments), points, SQUARE_M / 2), 50.0)
    np.testing.assert_allclose(distance_m(segment_grid(segments), corners, 1.0), 0.0)


def test_a_segment_without_length_is_a_point():
    """3 m and 4 m away: 5 m."""
    grid = segment_grid(np.array([[[7.0, 7.0], [7.0, 7.0]]]))
    assert distance_m(grid, np.array([[10.0, 11.0]]), 20.0).tolist() == [5.0]


def test_what_is_not_finite_lies_nowhere():
    segments = np.array([[[0.0, 0.0], [np.inf, 0.0]], [[0.0, 10.0], [100.0, 10.0]]])
    points = np.array([[50.0, 0.0], [np.nan, 0.0], [np.inf, 0.0], [-np.inf, np.nan], [1e300, 0.0]])
    assert distance_m(segment_grid(segments), points, 200.0).tolist() == [10.0, np.inf, np.inf, np.inf, np.inf]


def test_without_segments_everything_is_far():
    assert distance_m(segment_grid(np.empty((0, 2, 2))), np.zeros((2, 2)), 200.0).tolist() == [np.inf, np.inf]
