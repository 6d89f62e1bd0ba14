"""Takes facilities and changes, gives the facilities after them: opened, moved and closed, each in its areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84
from lifecircle.inputs.assignment import assign_areas
from lifecircle.inputs.cells import TEXT
from lifecircle.inputs.contracts import FACILITIES
from lifecircle.messages import suggestion, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Bilingual
    from lifecircle.inputs.assignment import AreaIndex
    from lifecircle.inputs.extent import Bounds
    from lifecircle.scenarios.changes import Changes
    from lifecircle.study import Study
    from lifecircle.yamlfile import Key

    Fault = tuple[Key, Bilingual]

_PLACE: Final = ["community_id", "community", "street_id", "street", "district_id", "district"]
_SET_APART: Final = frozenset({"facility_id", "name", "layer", "row", "geometry", *_PLACE})
"""Columns that a change gives otherwise than as attributes."""


def facility_faults(changes: Changes, facilities: gpd.GeoDataFrame, study: Study, bounds: Bounds) -> Iterator[Fault]:
    """Yield where changes of facilities do not fit the study: what is not there, or there already, or far away.

    Parameters
    ----------
    changes : Changes
    facilities : GeoDataFrame
        Before the changes.
    study : Study
    bounds : (4,) float
        Rectangle that new positions must lie in.
    """
    known = {layer: set(rows["facility_id"]) for layer, rows in facilities.groupby("layer")}
    seen: set[tuple[str, str]] = set()
    for kind in ("add", "move", "close"):
        for number, change in enumerate(getattr(changes, kind)):
            key: Key = (kind, number)
            own = change.id if kind == "add" else change.facility
            if change.layer not in study.layers:
                remedy = suggestion(change.layer, study.layers)
                yield (*key, "layer"), told("error.change_no_layer", layer=repr(change.layer), remedy=remedy)
                continue
            ids = known.get(change.layer, set())
            named = {"layer": change.layer, "facility": repr(own)}
            if kind == "add" and own in ids:
                yield (*key, "id"), told("error.change_id_taken", **named)
            if kind != "add" and own not in ids:
                remedy = suggestion(own, sorted(ids)) if ids else told("error.change_layer_empty")
                yield (*key, "facility"), told("error.change_no_facility", **named, remedy=remedy)
            if (change.layer, own) in seen:
                yield key, told("error.change_twice", **named)
            seen.add((change.layer, own))
            if kind != "close":
                where = "at" if kind == "add" else "to"
                yield from outside(getattr(change, where), bounds, (*key, where))
    yield from _attribute_faults(changes, facilities)


def outside(lonlat: tuple[float, float], bounds: Bounds, key: Key) -> Iterator[Fault]:
    """Yield a fault if a position lies outside a rectangle."""
    west, south, east, north = bounds
    if not (west <= lonlat[0] <= east and south <= lonlat[1] <= north):
        swapped = west <= lonlat[1] <= east and south <= lonlat[0] <= north
        remedy = told("error.change_swapped" if swapped else "error.change_position")
        yield key, told("error.change_outside", lon=lonlat[0], lat=lonlat[1], remedy=remedy)


def _attribute_faults(changes: Changes, facilities: gpd.GeoDataFrame) -> Iterator[Fault]:
    known = ({*FACILITIES.columns} | {str(name) for name in facilities.columns}) - _SET_APART
    for number, change in enumerate(changes.add):
        for name, value in change.attributes.items():
            key = ("add", number, "attributes", name)
            if name not in known:
                remedy = suggestion(name, sorted(known))
                yield key, told("error.change_no_column", column=repr(name), remedy=remedy)
            elif _is_number(name, facilities) and (isinstance(value, bool | str) or not 0 <= value < np.inf):
                yield key, told("error.change_no_amount", column=name, value=repr(value))


def changed_facilities(changes: Changes, facilities: gpd.GeoDataFrame, index: AreaIndex) -> gpd.GeoDataFrame:
    """Return the facilities after changes that fit them.

    Parameters
    ----------
    changes : Changes
        Without faults (:func:`facility_faults`).
    facilities : GeoDataFrame
        Before; WGS 84.
    index : AreaIndex
        Of the study's areas.

    Returns
    -------
    GeoDataFrame
        Those that stay in their order, then the new ones. What moves is a point at its new place, in the areas there.
    """
    row = {key: row for row, key in enumerate(zip(facilities["layer"], facilities["facility_id"], strict=True))}
    table = facilities.copy()
    moved = [row[change.layer, change.facility] for change in changes.move]
    if moved:
        shapes = table.geometry.to_numpy().copy()
        shapes[moved] = shapely.points([change.to for change in changes.move])
        table = table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=WGS84))
        there = _in_their_areas(table.iloc[moved], index)
        for name in ("community_id", "street_id", "district_id"):
            table.iloc[moved, table.columns.get_loc(name)] = there[name].to_numpy()
    table = table.drop(index=table.index[[row[change.layer, change.facility] for change in changes.close]])
    if changes.add:
        table = below(table, _in_their_areas(_opened(changes, facilities), index))
    return table.reset_index(drop=True)


def below(table: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table with new rows at its end; what only one of the two knows is missing in the other's rows."""
    known = new.dropna(axis="columns", how="all")  # what nothing is known of has no say in the types of the columns
    return gpd.GeoDataFrame(pd.concat([table, known], ignore_index=True), geometry="geometry", crs=WGS84)


def _is_number(name: str, facilities: gpd.GeoDataFrame) -> bool:
    own = name in facilities and pd.api.types.is_numeric_dtype(facilities[name])
    return name in FACILITIES.numbers or bool(own)


def _opened(changes: Changes, facilities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the new facilities; what is no number is text, as in the registers."""
    table = pd.DataFrame([change.attributes for change in changes.add], dtype=object)
    for name in table.columns:
        cells = table[name]
        text = cells.map(lambda cell: str(cell).lower() if isinstance(cell, bool) else str(cell), na_action="ignore")
        table[name] = cells.astype(np.float64) if _is_number(name, facilities) else text.astype(TEXT)
    for name, key in (("facility_id", "id"), ("layer", "layer"), ("name", "name")):
        table[name] = pd.Series([getattr(change, key) for change in changes.add], dtype=TEXT)
    return gpd.GeoDataFrame(table, geometry=shapely.points([change.at for change in changes.add]), crs=WGS84)


def _in_their_areas(places: gpd.GeoDataFrame, index: AreaIndex) -> gpd.GeoDataFrame:
    """Return places in the areas where they lie, whatever their rows said of their old place."""
    return assign_areas(places.drop(columns=_PLACE, errors="ignore"), index)[0]
