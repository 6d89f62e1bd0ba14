"""From the facts to the ground of the sample city: its outline, water, hills, railways and motorways in metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate, scale, translate
from shapely.ops import split

from lifecircle.crs import to_metric
from lifecircle.sample import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from lifecircle.sample.schema import Blob

FRAME: Final = "EPSG:4549"
"""The frame that the city is drawn in: CGCS2000 / 3-degree Gauss-Kruger CM 120E, metres."""

BEYOND_M: Final = 2500.0
"""How far streets go on beyond the city's outline: more than anyone walks in fifteen minutes."""

_SMOOTHING: Final = 3  # rounds of corner cutting: a bend of ten points becomes one of eighty


@dataclass(frozen=True)
class Terrain:
    """The ground, in metres of :data:`FRAME`.

    Attributes
    ----------
    outline : Polygon
        The city's border.
    waters : dict of str to Polygon
        Rivers and lakes by name, rivers going on beyond the border.
    hills : dict of str to Polygon
        Wooded hills without homes.
    railways, motorways : dict of str to LineString
    main_river : str
        The water that parts the city into two banks.
    main_line : LineString
        Its centre line.
    main_width_m : float
    """

    outline: Polygon
    waters: dict[str, Polygon]
    hills: dict[str, Polygon]
    railways: dict[str, LineString]
    motorways: dict[str, LineString]
    main_river: str
    main_line: LineString
    main_width_m: float

    @cached_property
    def reach(self) -> Polygon:
        """The outline and the land beyond it that has streets."""
        return self.outline.buffer(BEYOND_M)

    @cached_property
    def wet(self) -> BaseGeometry:
        """All water."""
        united = shapely.union_all(list(self.waters.values()))
        shapely.prepare(united)
        return united

    @cached_property
    def wooded(self) -> BaseGeometry:
        """All hills."""
        united = shapely.union_all(list(self.hills.values()))
        shapely.prepare(united)
        return united

    def on_north_bank(self, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which positions lie north of the main river.

        Parameters
        ----------
        xy : (n, 2) array
            Metres of :data:`FRAME`.
        """
        sides = split(self.reach.buffer(BEYOND_M), self.main_line).geoms
        north = max(sides, key=lambda side: side.centroid.y)
        return np.asarray(shapely.contains_xy(north, xy[:, 0], xy[:, 1]), dtype=bool)


def read_terrain() -> Terrain:
    """Return the ground that the facts describe."""
    ground = facts.ground()
    lines = {river.name: _smooth(_metres(river.line)) for river in ground.rivers}
    rivers = {river.name: lines[river.name].buffer(river.width_m / 2) for river in ground.rivers}
    main = ground.rivers[0]
    return Terrain(
        outline=Polygon(_smooth(_metres([*ground.outline, ground.outline[0]])).coords),
        waters=rivers | {lake.name: _ellipse(lake) for lake in ground.lakes},
        hills={hill.name: _ellipse(hill) for hill in ground.hills},
        railways={line.name: _smooth(_metres(line.line)) for line in ground.railways},
        motorways={line.name: _smooth(_metres(line.line)) for line in ground.motorways},
        main_river=main.name,
        main_line=lines[main.name],
        main_width_m=main.width_m,
    )


def _metres(lonlat: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    return to_metric(np.array(lonlat, dtype=np.float64), FRAME)


def _smooth(xy: NDArray[np.float64]) -> LineString:
    """Round the corners of a line by cutting them off again and again (Chaikin 1974)."""
    for _ in range(_SMOOTHING):
        start, end = xy[:-1], xy[1:]
        cuts = np.stack([0.75 * start + 0.25 * end, 0.25 * start + 0.75 * end], axis=1).reshape(-1, 2)
        xy = np.vstack([xy[:1], cuts, xy[-1:]])
    return LineString(xy)


def _ellipse(blob: Blob) -> Polygon:
    x, y = _metres([blob.centre])[0]
    circle = Point(0, 0).buffer(1.0, quad_segs=12)
    turned = rotate(scale(circle, *blob.axes_m), blob.turn_deg, origin=(0, 0))
    return translate(turned, x, y)
