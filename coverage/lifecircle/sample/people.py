"""From cells and streets to resident points: along the streets, with ages, adding up to the census of each district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84, to_lonlat
from lifecircle.sample import facts
from lifecircle.sample.areas import DEGREES_DECIMALS
from lifecircle.sample.terrain import FRAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lifecircle.sample.areas import Areas, Cells
    from lifecircle.sample.scale import Scale
    from lifecircle.sample.scenes import PlacedScene
    from lifecircle.sample.streets import StreetMap

_LEAST_POINTS: Final = 3  # of a community
_FROM_STREET_M: Final = (6.0, 25.0)
_ALONG: Final = (0.08, 0.92)  # of a piece of street, so that homes do not stand on corners
_UNEVEN: Final = 0.4  # standard deviation of the logarithm of people per point
_AGEING_UNEVEN: Final = 0.12
_OVER_65: Final = 0.72  # of those over 60
_CHILDREN: Final = {"pop_0_2": 0.022, "pop_3_5": 0.030, "pop_6_14": 0.075}  # shares where 19 % are over 60
_CITY_OVER_60: Final = 0.19
_FEWER_CHILDREN: Final = 1.5  # for each share of people over 60 above the city's
_HOUSEHOLD: Final = 2.45
_LAND_M2: Final = {"central": 22.0, "new": 32.0, "outer": 45.0}  # residential land per head


@dataclass(frozen=True)
class People:
    """Resident points.

    Attributes
    ----------
    table : GeoDataFrame
        The table of residents as it is written, WGS 84.
    xy : (n, 2) array
        The same points in metres of the sample's frame.
    community : (n,) array of int
        Index of the community that each point lies in.
    scene : (n,) array of int
        Index of the planted scene, -1 for the others.
    group : (n,) array of str
        Group within the scene, "" for the others.
    """

    table: gpd.GeoDataFrame
    xy: NDArray[np.float64]
    community: NDArray[np.int64]
    scene: NDArray[np.int64]
    group: NDArray[np.str_]


def residents(
    streets: StreetMap,
    cells: Cells,
    people: NDArray[np.float64],
    areas: Areas,
    scenes: Sequence[PlacedScene],
    scale: Scale,
    seed: int,
) -> People:
    """Return the resident points of the city and of the scenes, in the order of the communities."""
    rng = np.random.default_rng([seed, 5])
    drawn = _beside_streets(streets, cells, people, scale.residents, rng)
    parts = [(number, part, one.metric(part.at)) for number, one in enumerate(scenes) for part in one.scene.people]
    placed = np.vstack([drawn, *[places for _, _, places in parts]])
    missing = np.setdiff1d(np.arange(len(areas.community)), community_of(placed, areas))
    points = pd.DataFrame({"scene": -1, "group": "", "weight": 1.0}, index=range(len(drawn)))
    planted = [
        pd.DataFrame({"scene": number, "group": part.group, "weight": part.weight}, index=range(len(places)))
        for number, part, places in parts
    ]
    points = pd.concat([points, *planted, points.iloc[: len(missing)]], ignore_index=True)
    xy = np.vstack([placed, shapely.get_coordinates(shapely.point_on_surface(areas.community_metric[missing]))])

    community = community_of(xy, areas)
    order = np.argsort(community, kind="stable")
    order = order[community[order] >= 0]
    points, xy, community = points.iloc[order], xy[order], community[order]
    table = _with_ages(_counted(xy, community, points["weight"].to_numpy(), cells, areas, rng), rng)
    return People(table, xy, community, points["scene"].to_numpy(), points["group"].to_numpy(dtype=str))


def community_of(xy: NDArray[np.float64], areas: Areas) -> NDArray[np.int64]:
    """Return the community that each position lies in, by the borders as they are written; -1 for none."""
    points = shapely.points(rounded_lonlat(xy))
    point, community = shapely.STRtree(areas.community.geometry).query(points, predicate="intersects")
    found = np.full(len(xy), -1, dtype=np.int64)
    found[point[::-1]] = community[::-1]
    return found


def rounded_lonlat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions as they are written: WGS 84, a centimetre."""
    return np.round(to_lonlat(xy, FRAME), DEGREES_DECIMALS)


def whole_numbers(weights: NDArray[Any], total: int) -> NDArray[np.int64]:
    """Return whole numbers in proportion to weights that add up to a total.

    Each number is the step between two rounded running sums, so none is off by more than one.

    Examples
    --------
    >>> whole_numbers(np.array([1.0, 1.0, 1.0]), 10).tolist()
    [3, 4, 3]
    """
    running = np.round(np.cumsum(weights) / weights.sum() * total).astype(np.int64)
    return np.diff(running, prepend=0)


def _beside_streets(
    streets: StreetMap, cells: Cells, people: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return points beside the streets that people live along, as many in each community as its people call for."""
    start, end, kind = streets.pieces()
    homes = np.array([entry.homes for entry in facts.roads().kinds.values()])[kind]
    start, end = streets.xy[start[homes]], streets.xy[end[homes]]
    cell = cells.at((start + end) / 2)
    lived = (cell >= 0) & (people[cell] > 0)
    start, end, cell = start[lived], end[lived], cell[lived]
    length = np.hypot(*(end - start).T)
    weight = people[cell] * length / np.bincount(cell, length)[cell]

    order = np.argsort(cells.community[cell], kind="stable")
    start, end, weight, community = start[order], end[order], weight[order], cells.community[cell][order]
    held = np.bincount(community, weight)
    points = np.where(held > 0, np.maximum(_LEAST_POINTS, whole_numbers(held, count)), 0)
    before = np.concatenate([[0.0], np.cumsum(held)])[community]
    upto = community + np.minimum((np.cumsum(weight) - before) / held[community], 1.0)
    owner = np.repeat(np.arange(len(points)), points)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(points) - points, points)
    wish = owner + (rank + rng.random(len(owner))) / points[owner]
    piece = np.minimum(np.searchsorted(upto, wish), len(upto) - 1)

    along = end[piece] - start[piece]
    left = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    aside_m = rng.uniform(*_FROM_STREET_M, size=len(piece)) * rng.choice([-1.0, 1.0], size=len(piece))
    return start[piece] + along * rng.uniform(*_ALONG, size=len(piece))[:, None] + left * aside_m[:, None]


def _counted(
    xy: NDArray[np.float64],
    community: NDArray[np.int64],
    weight: NDArray[np.float64],
    cells: Cells,
    areas: Areas,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Return the points with their areas and whole people who add up to the census of each district."""
    held = np.bincount(cells.community, cells.people, minlength=len(areas.community))
    points = np.bincount(community, weight, minlength=len(areas.community))
    weight = weight * held[community] / points[community] * rng.lognormal(0.0, _UNEVEN, size=len(community))
    street = areas.community["parent_id"].to_numpy()[community]
    district = areas.street.set_index("area_id")["parent_id"].loc[street].to_numpy()
    population = np.empty(len(community), dtype=np.int64)
    for entry in facts.districts():
        here = np.flatnonzero(district == entry.code)
        population[here] = 1 + whole_numbers(weight[here], entry.people - len(here))
    table = pd.DataFrame(
        {
            "resident_id": [f"R{number:06d}" for number in range(1, len(community) + 1)],
            "population": population,
            "community_id": areas.community["area_id"].to_numpy()[community],
            "street_id": street,
            "district_id": district,
        }
    )
    return gpd.GeoDataFrame(table, geometry=shapely.points(rounded_lonlat(xy)), crs=WGS84)


def _with_ages(table: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the table with age groups, households and residential land."""
    entries = pd.DataFrame([entry.model_dump() for entry in facts.districts()]).set_index("code")
    home = entries.loc[table["district_id"]]
    community = pd.factorize(table["community_id"])[0]
    uneven = rng.lognormal(0.0, _AGEING_UNEVEN, size=community.max() + 1)[community]
    over_60 = np.clip(home["over_60"].to_numpy() * uneven, 0.02, 0.6)
    fewer = np.clip(1 - _FEWER_CHILDREN * (over_60 - _CITY_OVER_60), 0.4, 1.6)
    shares = [share * fewer for share in _CHILDREN.values()] + [over_60 * (1 - _OVER_65), over_60 * _OVER_65]
    odds = np.column_stack([*shares, 1 - np.sum(shares, axis=0)])
    counts = rng.multinomial(table["population"].to_numpy(), odds)
    ages = dict(zip(_CHILDREN, counts.T, strict=False))
    households = np.maximum(1, np.round(table["population"] / rng.normal(_HOUSEHOLD, 0.1, size=len(table))))
    land = home["ring"].map(_LAND_M2).to_numpy() * table["population"] * rng.lognormal(0.0, 0.1, size=len(table))
    numbers = {
        "households": households.astype(np.int64),
        **ages,
        "pop_60_plus": counts[:, 3] + counts[:, 4],
        "pop_65_plus": counts[:, 4],
        "residential_area_m2": np.round(land).astype(np.int64),
    }
    ids = ["community_id", "street_id", "district_id"]
    ordered = ["resident_id", "population", *numbers, *ids, "geometry"]
    return table.assign(**numbers)[ordered]
