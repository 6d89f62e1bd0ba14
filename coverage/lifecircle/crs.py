"""Coordinate frames: WGS 84 between rooms, a projected frame in metres inside them, geodesic lengths."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS, Geod, Transformer

from lifecircle.bilingual import Bilingual
from lifecircle.errors import StudyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

WGS84: Final = "EPSG:4326"
GEOD: Final = Geod(ellps="WGS84")

_UTM_ZONE_DEGREES: Final = 6
_UTM_NORTH: Final = 32600
_UTM_SOUTH: Final = 32700


def metric_crs(lonlat: NDArray[np.float64]) -> str:
    """Return the UTM zone that holds the middle of some positions.

    Parameters
    ----------
    lonlat : (n, 2) array
        Longitudes and latitudes, WGS 84, degrees.

    Returns
    -------
    str
        An EPSG code, such as ``"EPSG:32650"``.

    Examples
    --------
    >>> metric_crs(np.array([[118.80, 32.06]]))
    'EPSG:32650'
    """
    longitude, latitude = (lonlat.min(axis=0) + lonlat.max(axis=0)) / 2
    zone = int((longitude + 180) // _UTM_ZONE_DEGREES) % 60 + 1
    return f"EPSG:{(_UTM_NORTH if latitude >= 0 else _UTM_SOUTH) + zone}"


def require_metric(crs: str) -> str:
    """Return ``crs`` when it is projected in metres.

    Raises
    ------
    StudyError
        If the frame is unknown, geographic, or not in metres.
    """
    try:
        parsed = CRS.from_user_input(crs)
    except Exception as error:
        message = Bilingual(
            zh=f"crs：PROJ 不认识坐标系 {crs!r}。请写 EPSG 代码，例如 EPSG:4549。",
            en=f"crs: {crs!r} is not a coordinate frame that PROJ knows. Write an EPSG code such as EPSG:4549.",
        )
        raise StudyError(message) from error
    if not parsed.is_projected or parsed.axis_info[0].unit_name not in {"metre", "meter"}:
        message = Bilingual(
            zh=f"crs：{crs} 不是以米为单位的投影坐标系。量距离需要投影坐标系，南京可用 EPSG:4549。",
            en=f"crs: {crs} is not projected in metres. Distances need one that is, such as EPSG:4549 for Nanjing.",
        )
        raise StudyError(message)
    return crs


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_metric(lonlat: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Project WGS 84 positions into a metric frame.

    Parameters
    ----------
    lonlat : (n, 2) array
        Longitudes and latitudes in degrees.
    crs : str
        The metric frame.

    Returns
    -------
    (n, 2) array
        Easting and northing in metres, in this order whatever the frame's own axis order.
    """
    return np.column_stack(_transformer(WGS84, crs).transform(lonlat[:, 0], lonlat[:, 1]))


def to_lonlat(xy: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Turn metric positions back into WGS 84; the inverse of :func:`to_metric`."""
    return np.column_stack(_transformer(crs, WGS84).transform(xy[:, 0], xy[:, 1]))


def geodesic_m(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances between pairs of positions on the WGS 84 ellipsoid.

    Parameters
    ----------
    start, end : (n, 2) arrays
        Longitudes and latitudes in degrees.

    Returns
    -------
    (n,) array
        Metres.

    Examples
    --------
    One degree of longitude on the equator is 111,319.49 m (a · π / 180, a = 6,378,137 m).

    >>> float(geodesic_m(np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]))[0].round(2))
    111319.49
    """
    _, _, metres = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return np.asarray(metres, dtype=np.float64)
