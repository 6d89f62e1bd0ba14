"""Where the planted scenes lie: in the middle of quiet communities, with the ground around them kept clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from lifecircle.sample import facts
from lifecircle.units import SQUARE_METRES_PER_SQUARE_KILOMETRE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lifecircle.sample.areas import Areas, Cells
    from lifecircle.sample.schema import Position, Scene
    from lifecircle.sample.terrain import Terrain

_QUIET_PER_KM2: Final = 700.0
_BESIDE_TRACKS_M: Final = 100.0


@dataclass(frozen=True)
class PlacedScene:
    """A scene and where it lies.

    Attributes
    ----------
    scene : Scene
    middle : (x, y)
        Metres of the sample's frame.
    community : int
        Index into the communities.
    """

    scene: Scene
    middle: tuple[float, float]
    community: int

    def metric(self, places: Sequence[Position]) -> NDArray[np.float64]:
        """Return places of the scene in metres of the sample's frame, (n, 2)."""
        return np.array(places, dtype=np.float64).reshape(-1, 2) + self.middle


def place_scenes(cells: Cells, areas: Areas, terrain: Terrain) -> list[PlacedScene]:
    """Return the scenes, each in the middle of the roomiest quiet community, rural if there is one, of its district."""
    communities = len(areas.community)
    people = np.bincount(cells.community, cells.people, minlength=communities)
    km2 = shapely.area(areas.community_metric) / SQUARE_METRES_PER_SQUARE_KILOMETRE
    busy = people / km2 > _QUIET_PER_KM2
    tracks = [*terrain.railways.values(), *terrain.motorways.values()]
    avoided = shapely.union_all([terrain.wet, terrain.wooded, *shapely.buffer(tracks, _BESIDE_TRACKS_M)])
    rural = (areas.community["setting"] == "rural").to_numpy()
    district = areas.community["parent_id"].str[:6].to_numpy()
    codes = {entry.name: entry.code for entry in facts.districts()}
    placed: list[PlacedScene] = []
    for scene in facts.planted().scenes:
        taken = np.isin(np.arange(communities), [earlier.community for earlier in placed])
        quiet = np.flatnonzero((district == codes[scene.district]) & ~busy & ~taken)
        quiet = quiet[rural[quiet]] if rural[quiet].any() else quiet
        land = shapely.difference(areas.community_metric[quiet], avoided)
        circles = shapely.maximum_inscribed_circle(land, tolerance=20)
        best = int(np.argmax(shapely.length(circles)))
        middle = shapely.get_coordinates(circles[best])[0]
        placed.append(PlacedScene(scene, (float(middle[0]), float(middle[1])), int(quiet[best])))
    return placed


def in_clear_ground(xy: NDArray[np.float64], placed: Sequence[PlacedScene], margin_m: float = 0.0) -> NDArray[np.bool_]:
    """Return which positions lie on the ground that is kept clear around the scenes."""
    clear_m = facts.planted().clear_m + margin_m
    inside = np.zeros(len(xy), dtype=bool)
    for one in placed:
        inside |= np.hypot(*(xy - one.middle).T) < clear_m
    return inside


def closed_cells(cells: Cells, placed: Sequence[PlacedScene]) -> NDArray[np.bool_]:
    """Return the cells where nothing may be built: the clear ground, and the whole community of each scene."""
    return in_clear_ground(cells.xy, placed, cells.size_m) | np.isin(cells.community, [one.community for one in placed])
