"""GCJ-02 ("Mars coordinates") and BD-09 (Baidu): positions shifted from WGS 84 and back, to less than a micrometre.

Neither is a frame in EPSG's sense: both shift positions by some hundred metres that change from place to place. The
formulas are those of the implementation that leaked in 2013, as corrected by PRCoords (M. Wang, CC0): Krasovsky's
ellipsoid for GCJ-02, and 3000 π / 180 inside BD-09's waves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    LonLat = NDArray[np.float64]

# West, south, east, north: the converters shift everything inside this box, and nothing outside it. It is the box of
# the leaked implementation, not a border: it takes in Mongolia and much of Japan.
CHINA: Final = (72.004, 0.8293, 137.8347, 55.8271)

_KRASOVSKY_A_M: Final = 6_378_245.0
_KRASOVSKY_E2: Final = 0.006_693_421_622_965_943
_BD_WAVE: Final = np.pi * 3000.0 / 180.0
_BD_SHIFT_DEGREES: Final = np.array([0.0065, 0.006])
# Both shifts change by less than a hundredth of a step from one place to the next, so that every round of the inverse
# leaves less than a hundredth of the error: eight rounds leave nothing of a kilometre.
_ROUNDS: Final = 8


def wgs84_to_gcj02(lonlat: LonLat) -> LonLat:
    """Shift WGS 84 positions into GCJ-02; positions outside the box :data:`CHINA` stay where they are.

    Parameters
    ----------
    lonlat : (n, 2) array
        Longitudes and latitudes in degrees.

    Returns
    -------
    (n, 2) array

    Examples
    --------
    At 105E 35N every wave is nought: the shift is 300 m to the east and 100 m to the south.

    >>> wgs84_to_gcj02(np.array([[105.0, 35.0]])).round(6).tolist()
    [[105.003286, 34.999099]]
    """
    return _inside_china(_gcj02, lonlat)


def gcj02_to_wgs84(lonlat: LonLat) -> LonLat:
    """Undo :func:`wgs84_to_gcj02`."""
    return _inside_china(_undone(_gcj02), lonlat)


def gcj02_to_bd09(lonlat: LonLat) -> LonLat:
    """Shift GCJ-02 positions into BD-09; positions outside the box :data:`CHINA` stay where they are."""
    return _inside_china(_bd09, lonlat)


def bd09_to_gcj02(lonlat: LonLat) -> LonLat:
    """Undo :func:`gcj02_to_bd09`."""
    return _inside_china(_undone(_bd09), lonlat)


def wgs84_to_bd09(lonlat: LonLat) -> LonLat:
    """Shift WGS 84 positions into BD-09."""
    return gcj02_to_bd09(wgs84_to_gcj02(lonlat))


def bd09_to_wgs84(lonlat: LonLat) -> LonLat:
    """Undo :func:`wgs84_to_bd09`."""
    return gcj02_to_wgs84(bd09_to_gcj02(lonlat))


def _inside_china(convert: Callable[[LonLat], LonLat], lonlat: LonLat) -> LonLat:
    west, south, east, north = CHINA
    longitude, latitude = lonlat.T
    rows = (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
    converted = np.array(lonlat, dtype=np.float64)
    converted[rows] = convert(converted[rows])
    return converted


def _undone(forward: Callable[[LonLat], LonLat]) -> Callable[[LonLat], LonLat]:
    """Return the inverse of a shift, by fixed point iteration."""

    def inverse(shifted: LonLat) -> LonLat:
        original = shifted
        for _ in range(_ROUNDS):
            original = original - (forward(original) - shifted)
        return original

    return inverse


def _gcj02(lonlat: LonLat) -> LonLat:
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    pi = np.pi
    common = 20.0 * np.sin(6.0 * pi * x) + 20.0 * np.sin(2.0 * pi * x)
    waves_north = 20.0 * np.sin(pi * y) + 40.0 * np.sin(pi * y / 3.0) + 160.0 * np.sin(pi * y / 12.0)
    waves_north = (common + waves_north + 320.0 * np.sin(pi * y / 30.0)) * 2.0 / 3.0
    waves_east = 20.0 * np.sin(pi * x) + 40.0 * np.sin(pi * x / 3.0) + 150.0 * np.sin(pi * x / 12.0)
    waves_east = (common + waves_east + 300.0 * np.sin(pi * x / 30.0)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves_north
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves_east

    latitude = np.radians(lonlat[:, 1])
    w2 = 1.0 - _KRASOVSKY_E2 * np.sin(latitude) ** 2
    meridian_radius_m = _KRASOVSKY_A_M * (1.0 - _KRASOVSKY_E2) / w2**1.5
    parallel_radius_m = _KRASOVSKY_A_M / np.sqrt(w2) * np.cos(latitude)
    shift: LonLat = np.degrees(np.column_stack([east_m / parallel_radius_m, north_m / meridian_radius_m]))
    return lonlat + shift


def _bd09(lonlat: LonLat) -> LonLat:
    x, y = lonlat.T
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * _BD_WAVE)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * _BD_WAVE)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + _BD_SHIFT_DEGREES
