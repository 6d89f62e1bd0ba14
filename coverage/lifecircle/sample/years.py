"""The sample city in two years: the same city, and how it is after what ``facts/years.yaml`` lets happen in between."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field
from scipy.spatial import cKDTree

from lifecircle.bilingual import Bilingual
from lifecircle.crs import WGS84
from lifecircle.errors import InputError
from lifecircle.sample import facts
from lifecircle.sample.facilities import SYNTHETIC, scene_facility
from lifecircle.sample.people import rounded_lonlat
from lifecircle.sample.pieces import KIND
from lifecircle.sample.schema import Position, SceneFacility
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from lifecircle.sample.city import SampleCity
    from lifecircle.sample.scenes import PlacedScene

BRIDGE: Final = "bridge_footway"


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Closing(_Fact):
    """A facility that closes, by its name."""

    layer: str
    name: str


class Bridge(_Fact):
    """A way between two nodes of a scene that becomes a footbridge."""

    along: tuple[str, str]
    name: str


class Housing(_Fact):
    """People who move in beside a group of the scene."""

    group: str
    at: Position
    population: int = Field(gt=0)


class Effect(_Fact):
    """Who wins a layer within its circle, or loses it, and the part that this falls to; newcomers only weigh."""

    group: str
    layer: str
    cause: Literal["facilities", "streets", "people"]
    wins: bool


class Event(_Fact):
    """What happens in one scene: exactly one of the four things."""

    id: str
    scene: str
    title: Bilingual
    opens: SceneFacility | None = None
    closes: Closing | None = None
    bridge: Bridge | None = None
    housing: Housing | None = None
    effect: Effect


class Years(_Fact):
    """The two years, and what happens between them."""

    first: int
    last: int
    events: list[Event]


@cache
def years() -> Years:
    """Return the two years of the sample."""
    content, _ = read_model(facts.FOLDER / "years.yaml", Years, InputError)
    return content


def after_events(city: SampleCity) -> SampleCity:
    """Return a city after all events."""
    placed = {one.scene.id: (number, one) for number, one in enumerate(city.scenes)}
    for event in years().events:
        number, scene = placed[event.scene]
        if event.opens is not None:
            city = _with_facility(city, number, scene, event.opens)
        if event.closes is not None:
            rows = (city.facilities["layer"] == event.closes.layer) & (city.facilities["name"] == event.closes.name)
            city = replace(city, facilities=city.facilities[~rows].reset_index(drop=True))
        if event.bridge is not None:
            city = _with_bridge(city, scene, event.bridge)
        if event.housing is not None:
            city = _with_housing(city, number, scene, event.housing)
    return city


def known_changes(city: SampleCity) -> dict[str, Any]:
    """Return what must come out of a comparison of the two years, as plain data.

    Parameters
    ----------
    city : SampleCity
        In the first year.

    Returns
    -------
    dict
        ``synthetic``, the years ``first`` and ``last``, and under ``cases`` one entry per event with ``id``, ``title``,
        ``area`` and ``area_id`` (the community), ``layer``, ``cause``, and how many ``people`` come into reach (above
        0), fall out of it (below 0), or move in without reaching it (``newcomers``).
    """
    numbers = {one.scene.id: number for number, one in enumerate(city.scenes)}
    cases = [_case(city, event, numbers[event.scene]) for event in years().events]
    return {"synthetic": True, "first": years().first, "last": years().last, "cases": cases}


def _case(city: SampleCity, event: Event, number: int) -> dict[str, Any]:
    people, effect = city.people, event.effect
    inside = (people.scene == number) & (people.group == effect.group)
    touched = int(people.table.loc[inside, "population"].sum())
    community = city.areas.community.iloc[city.scenes[number].community]
    moved = (
        {"newcomers": event.housing.population} if event.housing else {"people": touched if effect.wins else -touched}
    )
    return {
        "id": event.id,
        "title": event.title.model_dump(),
        "area_id": str(community["area_id"]),
        "area": str(community["name"]),
        "layer": effect.layer,
        "cause": effect.cause,
        **moved,
    }


def _with_facility(city: SampleCity, number: int, scene: PlacedScene, opens: SceneFacility) -> SampleCity:
    row = scene_facility(opens, number, scene, city.people, city.areas)
    alike = city.facilities[city.facilities["layer"] == opens.layer]
    typical = alike[alike["kind"] == opens.kind].iloc[0].to_dict()  # with the columns that such a place has
    identifier = f"{opens.layer}-{int(alike['facility_id'].str.rsplit('-').str[-1].max()) + 1:05d}"
    new = pd.DataFrame([typical | row.iloc[0].to_dict() | {"facility_id": identifier, "source": SYNTHETIC}])
    table = pd.concat([city.facilities, new.astype(city.facilities.drop(columns="geometry").dtypes)], ignore_index=True)
    return replace(city, facilities=gpd.GeoDataFrame(table, geometry="geometry", crs=WGS84))


def _with_bridge(city: SampleCity, scene: PlacedScene, bridge: Bridge) -> SampleCity:
    streets = city.streets
    ends = cKDTree(streets.xy).query(scene.metric([scene.scene.nodes[name] for name in bridge.along]))[1]
    starts, last = streets.offsets[:-1], streets.offsets[1:] - 1
    way = np.flatnonzero((streets.nodes[starts] == ends[0]) & (streets.nodes[last] == ends[1]))[0]
    kind, name = streets.kind.copy(), streets.name.copy()
    kind[way], name[way] = KIND[BRIDGE], len(streets.names)
    return replace(city, streets=replace(streets, kind=kind, name=name, names=[*streets.names, bridge.name]))


def _with_housing(city: SampleCity, number: int, scene: PlacedScene, housing: Housing) -> SampleCity:
    """Return a city with a resident point whose people are made up like those of the group that they move to."""
    people = city.people
    near = np.flatnonzero((people.scene == number) & (people.group == housing.group))
    like = people.table.iloc[near[:1]].reset_index(drop=True)
    xy = scene.metric([housing.at])
    amounts = like.select_dtypes("number").columns
    scaled = (like[amounts] * housing.population / like["population"].iloc[0]).round().astype(np.int64)
    home = like.assign(**{name: scaled[name] for name in amounts}, resident_id=[f"R{len(people.table) + 1:06d}"])
    home = home.set_geometry(gpd.points_from_xy(*rounded_lonlat(xy).T, crs=WGS84))
    return replace(
        city,
        people=replace(
            people,
            table=gpd.GeoDataFrame(pd.concat([people.table, home], ignore_index=True), crs=WGS84),
            xy=np.vstack([people.xy, xy]),
            community=np.append(people.community, scene.community),
            scene=np.append(people.scene, number),
            group=np.append(people.group, housing.group),
        ),
    )
