"""Positions in any frame that a Chinese city's files use, turned into WGS 84 longitude and latitude.

Frames are PROJ's, GCJ-02 and BD-09, with the two liberties that Chinese survey files take: the northing may come first
(in surveying, x points north), and the easting of a Gauss-Kruger zone may or may not start with the zone's number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import AreaOfInterest

from lifecircle.crs import WGS84, to_lonlat
from lifecircle.errors import InputError
from lifecircle.inputs.gcj02 import CHINA, bd09_to_wgs84, gcj02_to_wgs84
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    LonLat = NDArray[np.float64]
    Area = tuple[float, float, float, float]

    from lifecircle.bilingual import Bilingual

GCJ02: Final = "GCJ-02"
BD09: Final = "BD-09"

_SPELLINGS: Final = {
    GCJ02: {"gcj02", "gcj2", "gcj", "火星坐标", "火星坐标系", "国测局坐标", "国测局坐标系", "高德坐标", "高德坐标系"},
    BD09: {"bd09", "bd9", "bd09ll", "百度坐标", "百度坐标系", "百度经纬度"},
    WGS84: {"wgs84", "wgs1984", "epsg4326"},
    "EPSG:4490": {"cgcs2000", "国家2000", "国家2000坐标系", "2000国家大地坐标系"},
}
# How far beyond the area that a frame was made for its positions may lie: cities straddle the edges of zones.
_MARGIN_DEGREES: Final = 3.0
_ZONE_PREFIX_M: Final = 1e6
_GEOCENTRIC_A_M: Final = 6_378_137.0


@dataclass(frozen=True)
class Positions:
    """Positions as read.

    Attributes
    ----------
    lonlat : (n, 2) array
        WGS 84. A row is NaN where the file has no position, or one that its frame cannot hold.
    frame : str
        The frame that was understood, such as ``"EPSG:4549"`` or ``"GCJ-02"``.
    notes : tuple of Bilingual
        What was not as declared: northing first, other zones, no declaration at all.
    """

    lonlat: LonLat
    frame: str
    notes: tuple[Bilingual, ...]


@dataclass(frozen=True)
class _Zones:
    """A family of CGCS2000 Gauss-Kruger zones: EPSG's codes of its first zone, with and without the prefix."""

    first: int
    count: int
    prefixed: int
    plain: int

    def zone(self, epsg: int) -> int | None:
        """Return the zone that an EPSG code stands for, if it is of this family."""
        for code in (self.prefixed, self.plain):
            if code <= epsg < code + self.count:
                return self.first + epsg - code
        return None


_FAMILIES: Final = (
    _Zones(first=25, count=21, prefixed=4513, plain=4534),  # 3 degrees wide: 39 has its meridian at 117E, 40 at 120E
    _Zones(first=13, count=11, prefixed=4491, plain=4502),  # 6 degrees wide: 20 has its meridian at 117E
)


@dataclass(frozen=True)
class _Frame:
    name: str
    area: Area
    lonlat: Callable[[LonLat], LonLat]
    crs: CRS | None = None


def frame_name(crs: str) -> str:
    """Return the usual name of a frame, whatever its spelling.

    Examples
    --------
    >>> [frame_name(name) for name in ("gcj02", "百度坐标", "WGS-84", "EPSG:4549")]
    ['GCJ-02', 'BD-09', 'EPSG:4326', 'EPSG:4549']
    """
    folded = re.sub(r"[\W_]", "", crs).casefold()
    return next((usual for usual, spellings in _SPELLINGS.items() if folded in spellings), crs)


def to_wgs84(xy: LonLat, crs: str | CRS | None, file: str = "coordinates") -> LonLat:
    """Turn positions of any frame into WGS 84; :func:`read_positions` without its notes."""
    return read_positions(xy, crs, file).lonlat


def read_positions(xy: LonLat, crs: str | CRS | None, file: str = "coordinates") -> Positions:
    """Turn positions of any frame into WGS 84, and say what was not as declared.

    Parameters
    ----------
    xy : (n, 2) array
        As in the file: longitude and latitude, easting and northing, or either pair the other way round.
    crs : str, CRS or None
        Anything PROJ knows, ``"GCJ-02"``, ``"BD-09"``, or one of their Chinese names. ``None`` admits degrees only,
        read as WGS 84.
    file : str
        Name of the input, for the messages.

    Returns
    -------
    Positions

    Raises
    ------
    InputError
        If the frame is unknown, cannot be related to WGS 84, or holds fewer than half of the positions in either
        order; and for metres without a frame.

    Examples
    --------
    A survey file: northing first, and with the prefix of zone 40.

    >>> read_positions(np.array([[3_550_000.0, 40_400_000.0]]), "EPSG:4549").lonlat.round(6).tolist()
    [[118.940954, 32.069051]]
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    known = np.isfinite(xy).all(axis=1)
    notes = [] if crs is not None or not known.any() else [told("problem.no_frame_declared")]
    frame = _frame(WGS84 if crs is None else crs, file)
    for ordered, swapped in ((xy, False), (xy[:, ::-1], True)):
        lonlat = frame.lonlat(ordered)
        fits = known & _inside(lonlat, frame.area)
        if 2 * fits.sum() >= known.sum():
            _require_known_datum(frame, lonlat[fits], file)
            notes += [told("problem.axes_swapped")] if swapped else []
            notes += _zone_notes(ordered[fits, 0], frame.name)
            return Positions(np.where(fits[:, None], lonlat, np.nan), frame.name, tuple(notes))
    declared = told("error.no_frame_and") if crs is None else told("error.frame_but", crs=frame.name)
    raise InputError(_unfit(file, declared, xy[known], frame))


def _frame(crs: str | CRS, file: str) -> _Frame:
    name = frame_name(crs) if isinstance(crs, str) else crs
    if name == GCJ02:
        return _Frame(GCJ02, CHINA, gcj02_to_wgs84)
    if name == BD09:
        return _Frame(BD09, CHINA, bd09_to_wgs84)
    try:
        parsed = CRS.from_user_input(name)
    except CRSError as error:
        raise InputError(told("error.unknown_frame", path=file, crs=crs)) from error
    if not (parsed.is_geographic or parsed.is_projected):
        raise InputError(told("error.local_frame", path=file, crs=parsed.name))
    epsg = parsed.to_epsg()
    label = parsed.name if epsg is None else f"EPSG:{epsg}"
    for family in _FAMILIES:
        zone = None if epsg is None else family.zone(epsg)
        if zone is not None:
            return _Frame(label, _area(parsed), partial(_gauss_kruger_lonlat, family=family, declared=zone), parsed)
    lonlat = partial(to_lonlat, crs=parsed.to_wkt())
    try:
        lonlat(np.empty((0, 2)))
    except ProjError as error:  # a frame of the Moon, or one that a spoiled file makes up
        raise InputError(told("error.local_frame", path=file, crs=parsed.name)) from error
    return _Frame(label, _area(parsed), lonlat, parsed)


def _inside(lonlat: LonLat, area: Area) -> NDArray[np.bool_]:
    west, south, east, north = area
    longitude, latitude = lonlat.T
    return np.asarray((longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north))


def _require_known_datum(frame: _Frame, lonlat: LonLat, file: str) -> None:
    """Refuse frames that PROJ would only lay over WGS 84 as if they were the same.

    CGCS2000 has no published transformation either, but agrees with WGS 84 to decimetres by design. The older Chinese
    datums and those of cities are tens of metres off; they stand on other ellipsoids, and what is published for them
    is for other places.
    """
    if frame.crs is None or len(lonlat) == 0:
        return
    ellipsoid = frame.crs.ellipsoid
    if ellipsoid is not None and abs(ellipsoid.semi_major_metre - _GEOCENTRIC_A_M) < 1.0:
        return
    here = AreaOfInterest(*lonlat.min(axis=0).tolist(), *lonlat.max(axis=0).tolist())
    try:
        Transformer.from_crs(frame.crs, WGS84, area_of_interest=here, allow_ballpark=False)
    except ProjError as error:
        named = {"crs": frame.name, "name": frame.crs.name}
        raise InputError(told("error.no_transformation", path=file, **named)) from error


def _area(crs: CRS) -> Area:
    """Return where a frame's positions may lie: its area of use with a margin, or the whole Earth."""
    use = crs.area_of_use
    if use is None or use.west > use.east:
        return (-180.0, -90.0, 180.0, 90.0)
    return (
        max(use.west - _MARGIN_DEGREES, -180.0),
        max(use.south - _MARGIN_DEGREES, -90.0),
        min(use.east + _MARGIN_DEGREES, 180.0),
        min(use.north + _MARGIN_DEGREES, 90.0),
    )


def _gauss_kruger_lonlat(xy: LonLat, *, family: _Zones, declared: int) -> LonLat:
    """Read each row in the zone that its easting names, or in the declared one where it names none."""
    named = np.floor(xy[:, 0] / _ZONE_PREFIX_M)
    zones = np.where(named == 0, declared, named)
    plain = np.column_stack([xy[:, 0] - named * _ZONE_PREFIX_M, xy[:, 1]])
    lonlat = np.full(xy.shape, np.nan)
    for zone in range(family.first, family.first + family.count):
        rows = zones == zone
        if rows.any():
            lonlat[rows] = to_lonlat(plain[rows], f"EPSG:{family.plain + zone - family.first}")
    return lonlat


def _zone_notes(eastings: NDArray[np.float64], name: str) -> list[Bilingual]:
    epsg = int(name.removeprefix("EPSG:")) if name.startswith("EPSG:") else 0
    declared = next((zone for family in _FAMILIES if (zone := family.zone(epsg)) is not None), None)
    if declared is None:
        return []
    named, counts = np.unique(np.floor(eastings / _ZONE_PREFIX_M).astype(int), return_counts=True)
    return [
        told("problem.other_zone", count=count, zone=zone, frame=name, declared=declared)
        for zone, count in zip(named.tolist(), counts.tolist(), strict=True)
        if zone not in {0, declared}
    ]


def _unfit(file: str, declared: Bilingual, xy: LonLat, frame: _Frame) -> Bilingual:
    middle = dict(zip(("first", "second"), (f"{value:.6g}" for value in np.median(xy, axis=0)), strict=True))
    sides = ("west", "south", "east", "north")
    box = {side: f"{value:.4g}" for side, value in zip(sides, frame.area, strict=True)}
    named = {"declared": declared, "count": len(xy), "remedy": _remedy(xy)}
    return told("error.positions_unfit", path=file, **named, **middle, **box)


def _remedy(xy: LonLat) -> Bilingual:
    if np.abs(np.median(xy, axis=0)).max() <= 180.0:  # noqa: PLR2004 - the half circle of longitudes
        return told("error.looks_like_degrees")
    zone = int(np.median(xy.max(axis=1)) // _ZONE_PREFIX_M)
    for family in _FAMILIES:
        if family.first <= zone < family.first + family.count:
            code = family.prefixed + zone - family.first
            return told("error.looks_like_zone", zone=zone, code=code)
    return told("error.metres_need_frame")
