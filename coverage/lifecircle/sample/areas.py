"""From the ground to the areas: districts, streets and communities, made of the same cells so that levels nest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84, to_lonlat, to_metric
from lifecircle.sample import facts
from lifecircle.sample.partition import compact_labels, joined_fragments, power_labels
from lifecircle.sample.terrain import FRAME
from lifecircle.sample.waves import bent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lifecircle.sample.scale import Scale
    from lifecircle.sample.terrain import Terrain

DEGREES_DECIMALS: Final = 7  # a centimetre
_SETTLED: Final = {"city": (1.0, 1800.0), "seat": (0.8, 2000.0), "town": (0.3, 800.0)}  # how dense, how wide in metres
_COUNTRYSIDE: Final = 0.011
_CLUMPING: Final = 0.6  # communities are smaller where people are denser, but not in proportion
_WAVES_M: Final = ((700.0, 9000.0), (250.0, 3100.0))  # how far, and over which length, borders are bent
_SHAKEN: Final = 0.1  # of a cell
_STEP_EASED: Final = 0.25  # of a cell: half a step
_SIMPLER: Final = 0.5  # of a cell
_CORNERS: Final = ((-1, -1), (1, -1), (-1, 1), (1, 1))


@dataclass(frozen=True)
class Cells:
    """Squares that cover the city.

    Attributes
    ----------
    size_m : float
    origin : (x, y)
        Lower left corner of the cell with column and row 0, metres.
    column, row : (n,) arrays of int
    index : (columns, rows) array
        Number of the cell at a column and row, or -1.
    wet, wooded : (n,) arrays of bool
    people : (n,) array
        People, before they are put along streets.
    district, street, community : (n,) arrays of int
        Indices into the tables of :class:`Areas`.
    """

    size_m: float
    origin: tuple[float, float]
    column: NDArray[np.int64]
    row: NDArray[np.int64]
    index: NDArray[np.int64]
    wet: NDArray[np.bool_]
    wooded: NDArray[np.bool_]
    people: NDArray[np.float64]
    district: NDArray[np.int64]
    street: NDArray[np.int64]
    community: NDArray[np.int64]

    @property
    def xy(self) -> NDArray[np.float64]:
        """Middles of the cells, metres."""
        return _middles(self.origin, self.column, self.row, self.size_m)

    def at(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the number of the cell at each position, -1 outside the city."""
        place = np.floor((xy - self.origin) / self.size_m).astype(np.int64)
        inside = ((place >= 0) & (place < self.index.shape)).all(axis=1)
        found = np.full(len(xy), -1, dtype=np.int64)
        found[inside] = self.index[place[inside, 0], place[inside, 1]]
        return found


@dataclass(frozen=True)
class Areas:
    """The areas of each level, in WGS 84, and in metres of the sample's frame.

    Attributes
    ----------
    district, street, community : GeoDataFrame
        ``area_id, name, parent_id``, communities also ``setting``, districts also ``ring``; in the order of the codes.
    community_metric : (n,) array of polygons
    """

    district: gpd.GeoDataFrame
    street: gpd.GeoDataFrame
    community: gpd.GeoDataFrame
    community_metric: NDArray[np.object_]


def cells_and_areas(terrain: Terrain, scale: Scale, seed: int) -> tuple[Cells, Areas]:
    """Return the cells with the areas that they belong to, and the areas as polygons."""
    rng = np.random.default_rng([seed, 1])
    origin, column, row = _grid(terrain, scale.cell_m)
    xy = _middles(origin, column, row, scale.cell_m)
    pairs, index = _neighbours(column, row)
    moved = bent(xy, _WAVES_M, rng)
    wet = np.asarray(shapely.contains_xy(terrain.wet, xy[:, 0], xy[:, 1]))
    wooded = np.asarray(shapely.contains_xy(terrain.wooded, xy[:, 0], xy[:, 1]))
    density = np.where(wet | wooded, 1e-6, _density(xy))

    district = joined_fragments(_districts(moved, terrain.on_north_bank(xy)), pairs, np.zeros(len(xy), dtype=np.int64))
    street = joined_fragments(_streets(moved, district), pairs, district)
    table = _communities(scale)
    community = joined_fragments(_community_labels(moved, density, street, table, rng), pairs, street)

    totals = np.array([entry.people for entry in facts.districts()])
    people = density * totals[district] / np.bincount(district, density)[district]
    cells = Cells(scale.cell_m, origin, column, row, index, wet, wooded, people, district, street, community)
    return cells, _polygons(cells, table, rng)


def _grid(terrain: Terrain, size_m: float) -> tuple[tuple[float, float], NDArray[np.int64], NDArray[np.int64]]:
    """Return the lower left corner, and the columns and rows of the cells whose middle lies in the city."""
    west, south, east, north = terrain.outline.bounds
    origin = (float(np.floor(west / size_m) * size_m), float(np.floor(south / size_m) * size_m))
    column, row = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(int((east - origin[0]) / size_m) + 1),
            np.arange(int((north - origin[1]) / size_m) + 1),
            indexing="ij",
        )
    )
    middle = _middles(origin, column, row, size_m)
    shapely.prepare(terrain.outline)
    inside = shapely.contains_xy(terrain.outline, middle[:, 0], middle[:, 1])
    return origin, column[inside], row[inside]


def _middles(
    origin: tuple[float, float], column: NDArray[np.int64], row: NDArray[np.int64], size_m: float
) -> NDArray[np.float64]:
    return np.asarray((np.column_stack([column, row]) + 0.5) * size_m + origin, dtype=np.float64)


def _neighbours(column: NDArray[np.int64], row: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of cells that share a side, and the number of the cell at each column and row."""
    index = np.full((column.max() + 1, row.max() + 1), -1, dtype=np.int64)
    index[column, row] = np.arange(len(column))
    beside = np.column_stack([index[:-1].ravel(), index[1:].ravel()])
    above = np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()])
    pairs = np.vstack([beside, above])
    return pairs[(pairs >= 0).all(axis=1)], index


def _density(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how densely people live, without a unit: high around the seats of streets, low in the countryside."""
    density = np.full(len(xy), _COUNTRYSIDE)
    for street, seat in zip(facts.streets(), _seats(), strict=True):
        most, width_m = _SETTLED[street.grade]
        density += most * np.exp(-np.hypot(*(xy - seat).T) / width_m)
    return density


def _seats() -> NDArray[np.float64]:
    return to_metric(np.array([(street.lon, street.lat) for street in facts.streets()]), FRAME)


def _districts(xy: NDArray[np.float64], north: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the district of each cell: on each bank around the streets' seats, with the districts' areas."""
    seats, owner = _seats(), _district_of_street()
    area = np.array([entry.area_km2 for entry in facts.districts()])
    labels = np.empty(len(xy), dtype=np.int64)
    bank = np.array([entry.bank for entry in facts.districts()])
    for side in ("north", "south"):
        here, chosen = np.flatnonzero(north == (side == "north")), np.flatnonzero(bank == side)
        sites = np.flatnonzero(np.isin(owner, chosen))
        share = area[chosen] / area[chosen].sum()
        labels[here] = chosen[power_labels(xy[here], seats[sites], np.searchsorted(chosen, owner[sites]), share)]
    return labels


def _district_of_street() -> NDArray[np.int64]:
    codes = [entry.code for entry in facts.districts()]
    return np.array([codes.index(street.district) for street in facts.streets()])


def _streets(xy: NDArray[np.float64], district: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the street of each cell: around the streets' seats, none of them tiny."""
    seats, owner = _seats(), _district_of_street()
    labels = np.empty(len(xy), dtype=np.int64)
    for number in range(len(facts.districts())):
        here, chosen = np.flatnonzero(district == number), np.flatnonzero(owner == number)
        nearest = np.argmin([np.hypot(*(xy[here] - seat).T) for seat in seats[chosen]], axis=0)
        share = (np.bincount(nearest, minlength=len(chosen)) / len(here) + 1 / len(chosen)) / 2
        labels[here] = chosen[power_labels(xy[here], seats[chosen], np.arange(len(chosen)), share)]
    return labels


def _communities(scale: Scale) -> pd.DataFrame:
    """Return the communities: ``area_id, name, parent_id, street`` (a number) and ``setting``."""
    rows = [
        (street.code + digits, name, street.code, number, "rural" if name.endswith("村") else "urban")
        for number, street in enumerate(facts.streets())
        for digits, name in street.communities[: scale.communities]
    ]
    return pd.DataFrame(rows, columns=["area_id", "name", "parent_id", "street", "setting"])


def _community_labels(
    xy: NDArray[np.float64],
    density: NDArray[np.float64],
    street: NDArray[np.int64],
    table: pd.DataFrame,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the community of each cell; the denser half of a street's communities gets its urban names."""
    labels = np.empty(len(xy), dtype=np.int64)
    order = np.argsort(street, kind="stable")
    cuts = np.searchsorted(street[order], np.arange(len(facts.streets()) + 1))
    urban_first = table.sort_values(["street", "setting"], ascending=[True, False], kind="stable").index.to_numpy()
    counts = np.bincount(table["street"], minlength=len(facts.streets()))
    starts = np.concatenate([[0], np.cumsum(counts)])
    for number, count in enumerate(counts):
        here = order[cuts[number] : cuts[number + 1]]
        part = compact_labels(xy[here], density[here] ** _CLUMPING, count, rng)
        mean = np.bincount(part, density[here], minlength=count) / np.maximum(np.bincount(part, minlength=count), 1)
        names = urban_first[starts[number] : starts[number + 1]]
        labels[here] = names[np.argsort(np.argsort(-mean, kind="stable"))[part]]
    return labels


def _polygons(cells: Cells, table: pd.DataFrame, rng: np.random.Generator) -> Areas:
    """Return the areas as polygons: cells joined, steps smoothed, borders of neighbours the same points."""
    stepped = _united(_quads(cells, rng), cells.community, len(table))
    metric = shapely.coverage_simplify(stepped, cells.size_m * _SIMPLER)
    community = shapely.transform(metric, lambda xy: np.round(to_lonlat(xy, FRAME), DEGREES_DECIMALS))
    street = _united(community, table["street"].to_numpy(), len(facts.streets()))
    district = _united(street, _district_of_street(), len(facts.districts()))
    return Areas(
        district=_frame(
            [(entry.code, entry.name, "city", entry.ring) for entry in facts.districts()], district, "ring"
        ),
        street=_frame([(entry.code, entry.name, entry.district) for entry in facts.streets()], street),
        community=_frame(
            table[["area_id", "name", "parent_id", "setting"]].itertuples(index=False, name=None), community, "setting"
        ),
        community_metric=metric,
    )


def _quads(cells: Cells, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return the cells as quadrilaterals; neighbours share corners, which are moved so that steps come out straight.

    Where one of the four cells around a corner belongs to another community than the three others, the corner moves
    towards the middle of that cell: a staircase of cells becomes a slanting line.
    """
    columns, rows = cells.index.shape
    label = np.full((columns + 2, rows + 2), -1, dtype=np.int64)
    label[cells.column + 1, cells.row + 1] = cells.community
    around = {(dx, dy): label[(dx + 1) // 2 :, (dy + 1) // 2 :][: columns + 1, : rows + 1] for dx, dy in _CORNERS}
    shift = rng.uniform(-_SHAKEN, _SHAKEN, size=(columns + 1, rows + 1, 2))
    for direction, lone in around.items():
        first, second, third = (others for place, others in around.items() if place != direction)
        alone = (first == second) & (second == third) & (lone != first)
        shift[alone] += np.array(direction) * _STEP_EASED
    corner = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    place = np.column_stack([cells.column, cells.row])[:, None, :] + corner
    return shapely.polygons((place + shift[place[..., 0], place[..., 1]]) * cells.size_m + cells.origin)


def _united(shapes: NDArray[np.object_], label: NDArray[np.int64], count: int) -> NDArray[np.object_]:
    """Return one shape per label: all shapes that bear it, joined where they touch."""
    order = np.argsort(label, kind="stable")
    cuts = np.searchsorted(label[order], np.arange(count + 1))
    return np.array(
        [shapely.coverage_union_all(shapes[order[cuts[k] : cuts[k + 1]]]) for k in range(count)], dtype=object
    )


def _frame(rows: Iterable[tuple[Any, ...]], shapes: NDArray[np.object_], *more: str) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=["area_id", "name", "parent_id", *more])
    return gpd.GeoDataFrame(table, geometry=shapes, crs=WGS84)
