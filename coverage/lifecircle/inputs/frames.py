"""Takes a layer's positions and the streets; says whether they fit as declared, or better in another frame.

Layers that have no tie to the streets, such as the cells of a grid, fit equally badly everywhere: undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy.special import bdtrc

from lifecircle.bilingual import Bilingual
from lifecircle.crs import GEOD, WGS84, to_lonlat, to_metric
from lifecircle.inputs.alignment import Surroundings, strengths, surroundings
from lifecircle.inputs.coordinates import BD09, GCJ02, frame_name
from lifecircle.inputs.gcj02 import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from lifecircle.inputs.nearest import distance_m
from lifecircle.units import METRES_PER_KILOMETRE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    LonLat = NDArray[np.float64]
    Transform = Callable[[LonLat], LonLat]

TWICE: Final = "GCJ-02 twice"
SWAPPED: Final = "axes swapped"
STREETS: Final = "streets in GCJ-02"
ZONE_117: Final = "EPSG:4548"
ZONE_120: Final = "EPSG:4549"

# Above this a frame is believed. What it costs in false alarms and in layers left undecided: benchmarks/frames.py.
SURE: Final = 0.985
# A rival frame must fit worse by two standard deviations of chance.
_LEAD: Final = 2.0
_ON_MAP_M: Final = 1000.0
_SAME_PLACE_DEGREES: Final = 1e-4
_SAME_FRAME_M: Final = 30.0
_LARGEST_SAMPLE: Final = 400

_DIRECTIONS: Final = (
    Bilingual(en="north", zh="北"),
    Bilingual(en="north-east", zh="东北"),
    Bilingual(en="east", zh="东"),
    Bilingual(en="south-east", zh="东南"),
    Bilingual(en="south", zh="南"),
    Bilingual(en="south-west", zh="西南"),
    Bilingual(en="west", zh="西"),
    Bilingual(en="north-west", zh="西北"),
)
_LOOKS: Final = {
    TWICE: Bilingual(
        en="It looks as if GCJ-02 had been applied twice: ask for the original, or undo one shift and set crs: GCJ-02.",
        zh="坐标似被两次加偏为 GCJ-02：请索取原始文件，或先还原一次再设置 crs: GCJ-02。",
    ),
    SWAPPED: Bilingual(
        en="Longitude and latitude look exchanged: exchange the two columns.",
        zh="经度与纬度似被颠倒：请对调两列坐标。",
    ),
    STREETS: Bilingual(
        en="It is the streets that look like GCJ-02: set crs: GCJ-02 for them, or reproject them.",
        zh="似为道路数据采用 GCJ-02：请为道路设置 crs: GCJ-02，或转换其坐标。",
    ),
    ZONE_117: Bilingual(
        en="Its metres look like those of EPSG:4548, read as EPSG:4549: read the original with crs: EPSG:4548.",
        zh="平面坐标似属 EPSG:4548，却按 EPSG:4549 读取：请设置 crs: EPSG:4548 重新读取原始文件。",
    ),
    ZONE_120: Bilingual(
        en="Its metres look like those of EPSG:4549, read as EPSG:4548: read the original with crs: EPSG:4549.",
        zh="平面坐标似属 EPSG:4549，却按 EPSG:4548 读取：请设置 crs: EPSG:4549 重新读取原始文件。",
    ),
}


@dataclass(frozen=True)
class FrameFit:
    """How a layer fits the streets.

    Attributes
    ----------
    verdict : {"fits", "wrong", "undecided"}
        Whether the layer fits as declared, fits in another frame, or fits nowhere better than by chance.
    frame : str
        The likeliest frame; the declared one when undecided.
    shift_m : float
        Mean distance of the positions as declared from those in ``frame``; NaN if as declared they lie nowhere on
        Earth.
    bearing_deg : float
        Where the positions as declared lie from those in ``frame``, clockwise from north.
    confidence : float
        1 minus an upper bound of the chance that points without a tie to the streets fit so well.
    n : int
        Positions used: at most 400, and one of those within about ten metres of each other.
    message : Bilingual
        A sentence for the planner, with the remedy.
    """

    verdict: Literal["fits", "wrong", "undecided"]
    frame: str
    shift_m: float
    bearing_deg: float
    confidence: float
    n: int
    message: Bilingual


def detect_frame(lonlat: LonLat, streets: NDArray[np.float64] | Surroundings, declared: str = WGS84) -> FrameFit:
    """Say in which of the frames that Chinese data come in a layer fits the streets.

    Parameters
    ----------
    lonlat : (n, 2) array
        The layer's positions, turned into WGS 84 from the frame that is declared.
    streets : (m, 2, 2) array or Surroundings
        Longitude and latitude of both ends of straight segments, WGS 84. Several layers share the work through
        :func:`lifecircle.inputs.alignment.surroundings`, which takes buildings as well.
    declared : str
        That frame, spelled as :func:`lifecircle.inputs.coordinates.read_positions` admits.
    """
    around = streets if isinstance(streets, Surroundings) else surroundings(streets)
    name = frame_name(declared)
    return best_frame(lonlat, around, _china_frames(name), name)


def best_frame(lonlat: LonLat, around: Surroundings, frames: Mapping[str, Transform], declared: str) -> FrameFit:
    """Say in which of some frames a layer fits the streets.

    Parameters
    ----------
    lonlat : (n, 2) array
        The layer's positions, as declared.
    around : Surroundings
    frames : mapping
        For each frame, what takes ``lonlat`` to where the positions would lie if it were the layer's true frame.
    declared : str
        The one of them that leaves the positions where they are.
    """
    sample = _sample(lonlat)
    places = {name: to_metric(transform(sample), around.crs) for name, transform in frames.items()}
    on_map = {name: distance_m(around.streets, xy, _ON_MAP_M) <= _ON_MAP_M for name, xy in places.items()}
    likely = [name for name in places if 2 * on_map[name].sum() > len(sample)]
    if not likely:
        return _elsewhere(declared, len(sample))
    if declared in likely:
        likely = [declared, *(name for name in likely if _apart_m(places[name], places[declared]) > _SAME_FRAME_M)]
    if likely[1:] or likely[0] == declared:
        likely.sort(key=lambda name: -int(on_map[name].sum()))
        rows = np.logical_and.reduce([on_map[likely[0]], *(np.isfinite(places[name]).all(axis=1) for name in likely)])
        best, confidence = _best_fit(strengths(around, np.stack([places[name][rows] for name in likely])), likely)
    else:
        best, confidence = likely[0], _only_on_map_confidence(on_map[likely[0]], on_map[declared])
    if confidence < SURE:
        return _undecided(declared, len(sample), confidence)
    return _decided(declared, best, confidence, sample, frames[best](sample))


def _china_frames(declared: str) -> dict[str, Transform]:
    """Return the frames that are tried, each applied to what stands in the file."""
    in_file = {GCJ02: wgs84_to_gcj02, BD09: wgs84_to_bd09}.get(declared, np.copy)
    read = {GCJ02: gcj02_to_wgs84, BD09: bd09_to_wgs84}
    as_declared = read.get(declared, np.copy)
    frames: dict[str, Transform] = {
        GCJ02: lambda p: gcj02_to_wgs84(in_file(p)),
        BD09: lambda p: bd09_to_wgs84(in_file(p)),
        TWICE: lambda p: gcj02_to_wgs84(gcj02_to_wgs84(in_file(p))),
        SWAPPED: lambda p: as_declared(in_file(p)[:, ::-1]),
        ZONE_117: lambda p: to_lonlat(to_metric(p, ZONE_120), ZONE_117),
        ZONE_120: lambda p: to_lonlat(to_metric(p, ZONE_117), ZONE_120),
    }
    if declared in read:
        frames[WGS84] = in_file
    else:
        frames[STREETS] = wgs84_to_gcj02
    return {**frames, declared: np.copy}


def _sample(lonlat: LonLat) -> LonLat:
    """Return at most 400 positions, evenly taken, of which no two share a square of about ten metres."""
    finite = lonlat[np.isfinite(lonlat).all(axis=1)]
    _, first = np.unique(np.floor(finite / _SAME_PLACE_DEGREES), axis=0, return_index=True)
    distinct = finite[np.sort(first)]
    step = np.linspace(0, len(distinct) - 1, min(len(distinct), _LARGEST_SAMPLE))
    return np.asarray(distinct[step.astype(np.int64)])


def _apart_m(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the usual distance between the same points in two frames; infinite where one of them knows none."""
    with np.errstate(invalid="ignore"):
        return float(np.nan_to_num(np.median(np.hypot(*(one - other).T)), nan=np.inf))


def _best_fit(strength: NDArray[np.float64], names: list[str]) -> tuple[str, float]:
    """Return the frame in which the points fit best, and how sure that is."""
    order = np.argsort(-strength)
    best = float(strength[order[0]])
    lead = best - float(strength[order[1]]) if len(order) > 1 else np.inf
    return names[order[0]], _confidence(best if lead >= _LEAD else min(best, lead))


def _confidence(strength: float) -> float:
    """Return 1 minus the chance that one value of any single-peaked distribution lies so far above its mean.

    The one-sided inequality of Vysochanskij and Petunin (1985), for a distance in standard deviations.

    Examples
    --------
    At three standard deviations the chance is at most 4 / 9 / (1 + 9).

    >>> round(_confidence(3.0), 4)
    0.9556
    """
    if not strength > 0.0:
        return 0.0
    cantelli = 1.0 / (1.0 + strength**2)
    return 1.0 - max(4.0 / 9.0 * cantelli, 4.0 / 3.0 * cantelli - 1.0 / 3.0)


def _only_on_map_confidence(there: NDArray[np.bool_], declared: NDArray[np.bool_]) -> float:
    """Return how sure it is that more points lie among the streets in one frame than in the other: a sign test."""
    gained, lost = int((there & ~declared).sum()), int((declared & ~there).sum())
    return float(1.0 - bdtrc(gained - 1, gained + lost, 0.5))


def _undecided(declared: str, n: int, confidence: float) -> FrameFit:
    message = Bilingual(
        en=(
            f"Whether the file is in {declared} cannot be decided: its {n} places fit the streets no better in any "
            "frame than when they are moved at random."
        ),
        zh=f"无法判断文件是否采用 {declared}：{n} 个点在任何坐标系下与道路的吻合程度都不优于随机平移。",
    )
    return FrameFit("undecided", declared, 0.0, 0.0, confidence, n, message)


def _elsewhere(declared: str, n: int) -> FrameFit:
    message = Bilingual(
        en=(
            f"In no frame do most of the {n} places lie within 1 km of a street: check that the file and the streets "
            "are of the same city."
        ),
        zh=f"无论采用何种坐标系，{n} 个点中的大多数距道路都超过 1 公里：请核对文件与道路是否属于同一城市。",
    )
    return FrameFit("undecided", declared, 0.0, 0.0, 0.0, n, message)


def _decided(declared: str, best: str, confidence: float, sample: LonLat, true: LonLat) -> FrameFit:
    n = len(sample)
    if best == declared:
        message = Bilingual(
            en=f"The file's {n} places fit the streets as declared ({declared}).",
            zh=f"文件中的 {n} 个点按声明的坐标系（{declared}）与道路吻合。",
        )
        return FrameFit("fits", declared, 0.0, 0.0, confidence, n, message)
    shift_m, bearing_deg = _shift(true, sample)
    place = _place(shift_m, bearing_deg)
    looks = _LOOKS.get(best) or Bilingual(
        en=f"It looks like {best}, not {declared}: set crs: {best}, or reproject it.",
        zh=f"文件似为 {best}，而非 {declared}：请设置 crs: {best}，或转换坐标。",
    )
    message = Bilingual(
        en=f"The file's {n} places lie {place.en}. {looks.en}",
        zh=f"文件中的 {n} 个点{place.zh}。{looks.zh}",
    )
    return FrameFit("wrong", best, shift_m, bearing_deg, confidence, n, message)


def _place(shift_m: float, bearing_deg: float) -> Bilingual:
    if np.isnan(shift_m):
        return Bilingual(en="nowhere on Earth as declared", zh="按声明的坐标系不在地球上")
    direction = _DIRECTIONS[round(bearing_deg / 45.0) % len(_DIRECTIONS)]
    far = shift_m >= METRES_PER_KILOMETRE
    shift = f"{shift_m / METRES_PER_KILOMETRE:,.1f} km" if far else f"{shift_m:.0f} m"
    return Bilingual(
        en=f"about {shift} to the {direction.en} of where they fit the streets",
        zh=f"位于与道路吻合处的{direction.zh}方约 {shift}",
    )


def _shift(true: LonLat, declared: LonLat) -> tuple[float, float]:
    """Return the mean distance, and the direction in degrees, from the true positions to the declared ones."""
    rows = (np.abs(np.hstack([true, declared])) <= [180.0, 90.0, 180.0, 90.0]).all(axis=1)
    if not rows.any():
        return np.nan, np.nan
    azimuth, _, metres = GEOD.inv(*true[rows].T, *declared[rows].T)
    turn = np.radians(azimuth)
    bearing = np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean()))
    return float(np.mean(metres)), float(bearing % 360.0)
