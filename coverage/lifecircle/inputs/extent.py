"""Takes places and a distance, gives the part of the map around them that walks can lead through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lifecircle.crs import GEOD

if TYPE_CHECKING:
    import geopandas as gpd

    Bounds = tuple[float, float, float, float]

_EAST, _NORTH, _WEST, _SOUTH = 90.0, 0.0, 270.0, 180.0
_SLACK: Final = 1.001  # a parallel is not the straightest way east, so its metres fall short by less than this


def bounds_around(bounds: Bounds, beyond_m: float) -> Bounds:
    """Return a rectangle that holds everything within a distance of another one.

    Parameters
    ----------
    bounds : (4,) float
        West, south, east and north, degrees, away from the poles and the date line.
    beyond_m : float
        Metres.

    Examples
    --------
    One degree of the equator is 111,319.49 m.

    >>> [round(edge, 3) for edge in bounds_around((10.0, 0.0, 11.0, 0.0), 111_319.49)]
    [8.999, -1.008, 12.001, 1.008]
    """
    west, south, east, north = bounds
    far = max(south, north, key=abs)  # where a degree of longitude is shortest
    reach_m = beyond_m * _SLACK
    lon, lat, _ = GEOD.fwd(
        [west, east, west, west], [far, far, south, north], [_WEST, _EAST, _SOUTH, _NORTH], [reach_m] * 4
    )
    return float(lon[0]), float(lat[2]), float(lon[1]), float(lat[3])


def study_bounds(residents: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, beyond_m: float) -> Bounds:
    """Return the rectangle around all residents and areas of a study with a margin, degrees."""
    west, south, east, north = zip(residents.total_bounds, areas.total_bounds, strict=True)
    return bounds_around((min(west), min(south), max(east), max(north)), beyond_m)
