from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.crs import geodesic_m
from lifecircle.inputs.gcj02 import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

NANJING = np.stack(np.meshgrid(np.linspace(118.36, 119.23, 41), np.linspace(31.23, 32.62, 61)), axis=-1).reshape(-1, 2)

# Longitude and latitude, WGS 84 and GCJ-02, to a billionth of a degree (0.1 mm).
PUBLISHED = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),  # Shanghai: eviltransform's own test
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),  # Shenzhen: the same
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),  # Beijing: the same
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),  # coordtransform's README
]


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED)
def test_gcj02_agrees_with_published_values(wgs84, gcj02):
    np.testing.assert_allclose(wgs84_to_gcj02(np.array([wgs84])), [gcj02], rtol=0, atol=1e-9)
    np.testing.assert_allclose(gcj02_to_wgs84(np.array([gcj02])), [wgs84], rtol=0, atol=1e-9)


def test_bd09_agrees_with_published_values():
    """The README of coordtransform: GCJ-02 116.404 39.915 is BD-09 116.41036949371029 39.92133699351021."""
    bd09 = gcj02_to_bd09(np.array([[116.404, 39.915]]))
    np.testing.assert_allclose(bd09, [[116.41036949371029, 39.92133699351021]], rtol=0, atol=1e-9)


def test_bd09_uses_its_own_wave_number():
    """With π in the place of 3000 π / 180 the shift is another one, by 0.5 m and more (eviltransform's fault)."""
    x, y = 116.404, 39.915
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * np.pi)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * np.pi)
    faulty = np.array([[radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006]])
    assert geodesic_m(faulty, gcj02_to_bd09(np.array([[x, y]])))[0] > 0.5


def test_the_shift_at_105_east_35_north_is_300_m_east_and_100_m_south_on_krasovskys_ellipsoid():
    """There every sine and every product is nought, so that only the constants 300 and -100 are left.

    sin² 35° = 0.3289899; W² = 1 - 0.0066934216 * 0.3289899 = 0.9977979.
    Parallel: 6378245 / sqrt(0.9977979) * cos 35° = 5230514 m, so 300 m = 0.00328625°.
    Meridian: 6378245 * 0.9933065784 / 0.9977979^1.5 = 6356563 m, so -100 m = -0.00090137°.
    """
    shift = wgs84_to_gcj02(np.array([[105.0, 35.0]])) - [105.0, 35.0]
    np.testing.assert_allclose(shift, [[0.00328625, -0.00090137]], rtol=0, atol=1e-8)


def test_nanjing_is_shifted_by_half_a_kilometre_to_the_east_south_east():
    """Measured once: 494 m east and 225 m south in the mean, 529 to 560 m over the whole city."""
    shifted = wgs84_to_gcj02(NANJING)
    metres = geodesic_m(NANJING, shifted)
    assert 528 < metres.min() < metres.max() < 560
    assert (shifted > NANJING).tolist() == [[True, False]] * len(NANJING)


@pytest.mark.parametrize(
    ("there", "back"),
    [(wgs84_to_gcj02, gcj02_to_wgs84), (gcj02_to_bd09, bd09_to_gcj02), (wgs84_to_bd09, bd09_to_wgs84)],
)
def test_a_round_trip_ends_within_a_millimetre_everywhere_in_nanjing(there, back):
    assert geodesic_m(back(there(NANJING)), NANJING).max() < 1e-3
    assert geodesic_m(there(back(NANJING)), NANJING).max() < 1e-3


@given(st.floats(73.0, 136.0), st.floats(2.0, 55.0))
def test_a_round_trip_ends_within_a_millimetre_anywhere_in_china(longitude, latitude):
    """The waves of 105E meet there, and the root of the distance from it has no slope: it is in the range."""
    here = np.array([[longitude, latitude]])
    assert geodesic_m(bd09_to_wgs84(wgs84_to_bd09(here)), here)[0] < 1e-3


def test_a_round_trip_holds_on_the_meridian_where_the_formula_has_a_kink():
    here = np.array([[105.0, 30.0], [105.0 + 1e-12, 30.0], [105.0 - 1e-9, 30.0]])
    assert geodesic_m(gcj02_to_wgs84(wgs84_to_gcj02(here)), here).max() < 1e-3


@pytest.mark.parametrize(
    "convert", [wgs84_to_gcj02, gcj02_to_wgs84, gcj02_to_bd09, bd09_to_gcj02, wgs84_to_bd09, bd09_to_wgs84]
)
def test_nothing_moves_outside_the_converters_box(convert):
    places = np.array([[24.94, 60.17], [-51.22, -30.03], [137.84, 35.0], [118.8, 55.83], [72.0, 35.0]])
    assert convert(places).tolist() == places.tolist()


def test_metres_and_missing_positions_pass_unharmed():
    rows = np.array([[500_000.0, 3_550_000.0], [np.nan, np.nan]])
    np.testing.assert_array_equal(bd09_to_wgs84(rows), rows)


def test_the_input_is_left_as_it_was():
    here = np.array([[118.8, 32.06]])
    wgs84_to_gcj02(here)
    assert here.tolist() == [[118.8, 32.06]]


def test_no_positions_are_no_positions():
    assert wgs84_to_bd09(np.empty((0, 2))).shape == (0, 2)
