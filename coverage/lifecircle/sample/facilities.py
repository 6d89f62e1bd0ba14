"""From people to facilities: each kind in every area or spread by people, thinning out towards the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84
from lifecircle.filters import matching
from lifecircle.sample import facts
from lifecircle.sample.people import community_of, rounded_lonlat, whole_numbers
from lifecircle.sample.schema import Choice, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lifecircle.sample.areas import Areas
    from lifecircle.sample.people import People
    from lifecircle.sample.scale import Scale
    from lifecircle.sample.scenes import PlacedScene
    from lifecircle.sample.schema import Kind, Numbers, SceneFacility

SYNTHETIC: Final = "SYNTHETIC 虚构样例数据"
_FROM_HOME_M: Final = 25.0
_IDS: Final = ("community_id", "street_id", "district_id")


def facilities(
    people: People, areas: Areas, scenes: Sequence[PlacedScene], scale: Scale, seed: int
) -> gpd.GeoDataFrame:
    """Return all facilities of the city.

    Returns
    -------
    GeoDataFrame
        ``facility_id, layer, kind, kind_zh, name, address``, the columns of the kinds (missing where a kind has no
        such column), ``in_osm`` (the street extract knows it), ``community_id, street_id, district_id``, ``source``,
        and a point in WGS 84. The gaps of ``planted.yaml`` are in it.
    """
    parts = [
        _of_kind(kind, people, areas, scenes, scale, np.random.default_rng([seed, 6, number]))
        for number, kind in enumerate(facts.supply().kinds)
    ]
    table = pd.concat([*parts, *_of_scenes(people, areas, scenes)], ignore_index=True)
    table = _with_gaps(_with_columns(table, seed), areas)
    table.insert(0, "facility_id", _ids(table))
    return gpd.GeoDataFrame(table.assign(source=SYNTHETIC), geometry="geometry", crs=WGS84)


def columns_of(layer: str) -> list[str]:
    """Return the columns that facilities of a layer can have beyond those of all layers."""
    kinds = [kind for kind in facts.supply().kinds if kind.layer == layer]
    return list(dict.fromkeys(column for kind in kinds for column in kind.columns))


def _of_kind(
    kind: Kind,
    people: People,
    areas: Areas,
    scenes: Sequence[PlacedScene],
    scale: Scale,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the facilities of one kind, without the columns that are drawn."""
    rings = areas.district.set_index("area_id")["ring"]
    chance = people.table["district_id"].map(rings).map(kind.chance).to_numpy()
    weight = people.table["population"].to_numpy() * (_open_to(kind, people, scenes) & _in_setting(kind, people, areas))
    if kind.per == "people":
        home = _spread(weight * chance, round(scale.facilities * kind.weight), rng)
    else:
        home = _some_in_each(people.table[f"{kind.per}_id"], weight, kind.each, rng)
        home = home[rng.random(len(home)) < chance[home]]
    area = areas.street if kind.per == "people" else getattr(areas, kind.per)
    level = "street" if kind.per == "people" else kind.per
    names = area.set_index("area_id")["name"].loc[people.table[f"{level}_id"].iloc[home]].to_numpy()
    number = pd.Series(names).groupby(names).cumcount().to_numpy() + 1
    numbered = [f"第{one}" if kind.per == "people" or one > 1 else "" for one in number]
    table = pd.DataFrame(
        {
            "layer": kind.layer,
            "kind": kind.kind,
            "kind_zh": kind.zh,
            "name": [area_name + text + kind.zh for area_name, text in zip(names, numbered, strict=True)],
            "in_osm": rng.random(len(home)) < kind.osm_share,
        }
    )
    return _beside_homes(table, home, people, areas, rng)


def _open_to(kind: Kind, people: People, scenes: Sequence[PlacedScene]) -> NDArray[np.bool_]:
    """Return the homes near which a kind may lie: in scenes only what every community has, and not all of that."""
    allowed = people.scene < 0
    if kind.per == "community":
        for number, placed in enumerate(scenes):
            scene = placed.scene
            if kind.layer not in scene.without:
                allowed |= (people.scene == number) & ~np.isin(people.group, scene.apart)
    return allowed


def _in_setting(kind: Kind, people: People, areas: Areas) -> NDArray[np.bool_]:
    if kind.setting is None:
        return np.ones(len(people.community), dtype=bool)
    return (areas.community["setting"] == kind.setting).to_numpy()[people.community]


def _spread(weight: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return homes at even steps of the people counted along the communities: spread out, no two draws alike."""
    running = np.cumsum(weight) / weight.sum()
    steps = (np.arange(count) + rng.random(count)) / count
    return np.minimum(np.searchsorted(running, steps), len(weight) - 1)


def _some_in_each(
    area: pd.Series[str], weight: NDArray[np.float64], each: int | None, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return homes in each area that has any: one, or one for each so many people; of equal people, any may be it."""
    home = np.flatnonzero(weight > 0)
    table = pd.DataFrame({"home": home, "area": area.to_numpy()[home], "people": weight[home]})
    table["wish"] = rng.exponential(size=len(home)) / table["people"]
    table = table.sort_values(["area", "wish"], kind="stable")
    areas = table.groupby("area")
    wanted = 1 if each is None else np.maximum(1, np.round(areas["people"].transform("sum") / each))
    return table.loc[areas.cumcount() < wanted, "home"].to_numpy()


def _beside_homes(
    table: pd.DataFrame, home: NDArray[np.int64], people: People, areas: Areas, rng: np.random.Generator
) -> pd.DataFrame:
    """Return facilities a few steps from homes, and in the same community as the home."""
    turn = rng.uniform(0, 2 * np.pi, size=len(home))
    xy = people.xy[home] + _FROM_HOME_M * np.column_stack([np.cos(turn), np.sin(turn)])
    astray = community_of(xy, areas) != people.community[home]
    xy[astray] = people.xy[home][astray]
    return _located(table, rounded_lonlat(xy), people.table.iloc[home][list(_IDS)], areas)


def _located(table: pd.DataFrame, lonlat: NDArray[np.float64], ids: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Return facilities with an address, the ids of their areas and a point."""
    names = [
        getattr(areas, level).set_index("area_id")["name"].loc[ids[f"{level}_id"]].to_numpy()
        for level in ("district", "street", "community")
    ]
    return table.assign(
        address=["".join(words) for words in zip(*names, strict=True)],
        **{name: ids[name].to_numpy() for name in _IDS},
        geometry=np.asarray(shapely.points(lonlat)),
    )


def _of_scenes(people: People, areas: Areas, scenes: Sequence[PlacedScene]) -> list[pd.DataFrame]:
    """Return the facilities that the scenes bring along."""
    return [
        scene_facility(one, number, placed, people, areas)
        for number, placed in enumerate(scenes)
        for one in placed.scene.facilities
    ]


def scene_facility(one: SceneFacility, number: int, placed: PlacedScene, people: People, areas: Areas) -> pd.DataFrame:
    """Return a facility of a scene as a row, without the columns that are drawn."""
    kind = next(kind for kind in facts.supply().kinds if (kind.layer, kind.kind) == (one.layer, one.kind))
    row = {"layer": kind.layer, "kind": kind.kind, "kind_zh": kind.zh, "name": one.name, "in_osm": True}
    ids = people.table[people.scene == number].iloc[:1][list(_IDS)]
    return _located(pd.DataFrame([row]), rounded_lonlat(placed.metric([one.at])), ids, areas)


def _with_columns(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the facilities with the columns of their kinds drawn, kind by kind."""
    names = dict.fromkeys(column for kind in facts.supply().kinds for column in kind.columns)
    table = table.assign(**names).astype(dict.fromkeys(names, object))
    for number, kind in enumerate(facts.supply().kinds):
        rng = np.random.default_rng([seed, 7, number])
        rows = table[["layer", "kind", "kind_zh"]].eq([kind.layer, kind.kind, kind.zh]).all(axis=1)
        for column, draw in kind.columns.items():
            table.loc[rows, column] = _drawn(draw, table[rows], rng)
    return table


def _drawn(draw: Numbers | Choice | Part, rows: pd.DataFrame, rng: np.random.Generator) -> NDArray[Any]:
    """Return the values of one column for the facilities of one kind."""
    if isinstance(draw, Choice):
        odds = np.array(list(draw.of.values()))
        return rng.choice(np.array(list(draw.of), dtype=object), size=len(rows), p=odds / odds.sum())
    if isinstance(draw, Part):
        column, share = draw.part_of
        return np.floor(rows[column].to_numpy(dtype=np.float64) * share).astype(np.int64)
    low, high = np.log(draw.range)
    values = np.round(np.exp(rng.uniform(low, high, size=len(rows)))).astype(np.int64)
    if draw.per_1000 is None:
        return values
    thousands = sum(entry.people for entry in facts.districts()) / 1000
    return whole_numbers(values, round(draw.per_1000 * thousands))


def _with_gaps(table: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Return the facilities with the planted gaps: rows taken away or made poorer."""
    for gap in facts.planted().gaps:
        level = "district_id" if gap.area in set(areas.district["name"]) else "street_id"
        area = getattr(areas, level.removesuffix("_id")).set_index("name")["area_id"].loc[gap.area]
        rows = (table["layer"] == gap.layer) & (table[level] == area) & matching(table, gap.where)
        if gap.change:
            table.loc[rows, list(gap.change)] = list(gap.change.values())
        else:
            table = table[~rows].reset_index(drop=True)
    return table


def _ids(table: pd.DataFrame) -> list[str]:
    """Return ids such as ``clinic-0017``, counted within each layer."""
    number = table.groupby("layer").cumcount() + 1
    return [f"{layer}-{count:05d}" for layer, count in zip(table["layer"], number, strict=True)]
