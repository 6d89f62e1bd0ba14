from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.network.slope import STEEPEST_SLOPE, edge_rise, slope_factors, tobler_factor


def test_toblers_function_has_the_published_values():
    """6 exp(-3.5 |s + 0.05|) km/h: 5.04 on the flat, 6 at -5 %, 4.23 at +5 %, 3.55 at +10 %, 2.50 at +20 %."""
    flat_km_h = 6 * np.exp(-3.5 * 0.05)
    assert flat_km_h == pytest.approx(5.037, abs=5e-4)
    slopes = np.array([0.0, -0.05, 0.05, 0.1, 0.2, -0.1])
    np.testing.assert_allclose(tobler_factor(slopes) * flat_km_h, [5.037, 6.0, 4.228, 3.549, 2.501, 5.037], atol=5e-4)


def test_slopes_that_no_street_has_are_cut_off():
    """exp(-3.5 * 0.35) = exp(-1.225) = 0.2938 uphill; exp(-3.5 (0.3 - 0.05)) = exp(-0.875) = 0.4169 downhill."""
    assert STEEPEST_SLOPE == 0.35
    np.testing.assert_allclose(
        tobler_factor(np.array([0.35, 5.0, -0.35, -5.0])), [0.29376] * 2 + [0.41686] * 2, atol=1e-5
    )


def test_unknown_slopes_are_walked_as_if_flat():
    assert tobler_factor(np.array([np.nan])).tolist() == [1.0]
    forth, back = slope_factors(np.array([np.nan, 3.0]), np.array([50.0, 0.0]))
    assert forth.tolist() == back.tolist() == [1.0, 1.0]


def test_there_and_back_a_hill_is_walked_at_two_speeds():
    """10 m up over 100 m is a slope of 10 %: exp(-0.35) = 0.7047 up, 1 down."""
    forth, back = slope_factors(np.array([10.0, -10.0]), np.array([100.0, 100.0]))
    np.testing.assert_allclose(forth, [0.70469, 1.0], atol=1e-5)
    np.testing.assert_allclose(back, [1.0, 0.70469], atol=1e-5)


@given(st.floats(-2, 2))
def test_no_slope_is_walked_more_than_a_fifth_faster_than_the_flat(slope):
    assert 0.29 < tobler_factor(np.array([slope]))[0] <= np.exp(0.175) + 1e-12


def test_edges_on_the_ground_rise_by_the_difference_of_their_ends():
    nodes = np.array([[0, 1], [1, 2], [2, 0]], dtype=np.int32)
    rise = edge_rise(nodes, np.array([10.0, 20.0, 30.0]), np.array([5.0, 8.0, 4.0]), np.zeros(3, dtype=bool))
    assert rise.tolist() == [3.0, -4.0, 1.0]
    assert rise.sum() == 0.0


def test_a_bridge_rises_evenly_between_its_ends_whatever_the_valley_below():
    """Banks at 20 and 26 m, the river at 0 and 1 m; 100 + 50 + 150 m long: 2 m per 100 m, so 2, 1 and 3 m."""
    nodes = np.array([[0, 1], [1, 2], [2, 3], [4, 0], [3, 5]], dtype=np.int32)
    length = np.array([100.0, 50.0, 150.0, 40.0, 40.0])
    height = np.array([20.0, 0.0, 1.0, 26.0, 20.0, 26.0])
    aloft = np.array([True, True, True, False, False])
    np.testing.assert_allclose(edge_rise(nodes, length, height, aloft), [2.0, 1.0, 3.0, 0.0, 0.0], atol=1e-9)


def test_where_bridges_meet_in_the_air_the_nearest_bank_counts_most():
    """Banks at 0, 0 and 12 m, by 30, 60 and 20 m: (12/20) / (1/30 + 1/60 + 1/20) = 0.6 / 0.1 = 6 m."""
    nodes = np.array([[0, 3], [1, 3], [2, 3], [0, 1], [1, 2]], dtype=np.int32)
    length = np.array([30.0, 60.0, 20.0, 100.0, 100.0])
    aloft = np.array([True, True, True, False, False])
    rise = edge_rise(nodes, length, np.array([0.0, 0.0, 12.0, -50.0]), aloft)
    np.testing.assert_allclose(rise, [6.0, 6.0, -6.0, 0.0, 12.0], atol=1e-9)


def test_a_tunnel_with_one_end_keeps_the_height_of_that_end():
    nodes = np.array([[0, 1], [1, 2], [3, 0]], dtype=np.int32)
    aloft = np.array([True, True, False])
    rise = edge_rise(nodes, np.array([50.0, 50.0, 50.0]), np.array([10.0, 80.0, 90.0, 10.0]), aloft)
    np.testing.assert_allclose(rise, [0.0, 0.0, 0.0], atol=1e-9)


def test_where_no_end_is_known_the_rise_is_unknown():
    """Nodes 0 to 1 hang together in the air alone; 2 is a bank of unknown height, so 3 has none either."""
    nodes = np.array([[0, 1], [2, 3], [4, 2], [4, 5]], dtype=np.int32)
    aloft = np.array([True, True, False, False])
    height = np.array([1.0, 2.0, np.nan, 3.0, 4.0, 6.0])
    rise = edge_rise(nodes, np.full(4, 10.0), height, aloft)
    np.testing.assert_array_equal(rise, [np.nan, np.nan, np.nan, 2.0])


@given(st.integers(0, 2**32 - 1))
def test_heights_in_the_air_never_leave_the_range_of_the_ground(seed):
    rng = np.random.default_rng(seed)
    nodes = rng.integers(0, 12, (25, 2)).astype(np.int32)
    nodes = nodes[nodes[:, 0] != nodes[:, 1]]
    aloft = rng.random(len(nodes)) < 0.7
    height = rng.uniform(0, 100, 12)
    ground = np.unique(nodes[~aloft])
    rise = edge_rise(nodes, rng.uniform(1, 300, len(nodes)), height, aloft)
    known = rise[np.isfinite(rise)]
    if len(known):
        assert np.abs(known).max() <= np.ptp(height[ground]) + 1e-6
