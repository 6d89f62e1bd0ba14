"""The sample city as a whole: ground, areas, streets, people and facilities, made in this order from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lifecircle.progress import quietly
from lifecircle.sample.areas import cells_and_areas
from lifecircle.sample.facilities import facilities
from lifecircle.sample.people import residents
from lifecircle.sample.scenes import closed_cells, place_scenes
from lifecircle.sample.settlement import people_where_built
from lifecircle.sample.streets import street_map
from lifecircle.sample.terrain import read_terrain

if TYPE_CHECKING:
    import geopandas as gpd

    from lifecircle.progress import Step
    from lifecircle.sample.areas import Areas
    from lifecircle.sample.people import People
    from lifecircle.sample.scale import Scale
    from lifecircle.sample.scenes import PlacedScene
    from lifecircle.sample.streets import StreetMap
    from lifecircle.sample.terrain import Terrain


@dataclass(frozen=True)
class SampleCity:
    """A synthetic Nanjing.

    Attributes
    ----------
    terrain : Terrain
    areas : Areas
    scenes : list of PlacedScene
        Planted places with known answers.
    streets : StreetMap
    people : People
    facilities : GeoDataFrame
    """

    terrain: Terrain
    areas: Areas
    scenes: list[PlacedScene]
    streets: StreetMap
    people: People
    facilities: gpd.GeoDataFrame


def sample_city(scale: Scale, seed: int, progress: Step = quietly) -> SampleCity:
    """Return a sample city; the same one for the same scale and seed.

    Parameters
    ----------
    scale : Scale
    seed : int
    progress : Step
        Told what is being made: ``sample_areas``, ``sample_streets``, ``sample_people``, ``sample_facilities``.
    """
    with progress("sample_areas"):
        terrain = read_terrain()
        cells, areas = cells_and_areas(terrain, scale, seed)
        scenes = place_scenes(cells, areas, terrain)
        built = people_where_built(cells, areas, closed_cells(cells, scenes), seed)
    with progress("sample_streets"):
        streets = street_map(terrain, cells, built, scenes, scale, seed)
    with progress("sample_people"):
        people = residents(streets, cells, built, areas, scenes, scale, seed)
    with progress("sample_facilities"):
        places = facilities(people, areas, scenes, scale, seed)
    return SampleCity(terrain, areas, scenes, streets, people, places)
