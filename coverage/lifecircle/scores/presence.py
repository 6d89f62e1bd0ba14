"""Presence: the share of districts, streets or communities that hold the facilities each of them was promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lifecircle.scores.membership import Membership, ancestors, membership, with_settings
from lifecircle.scores.results import Figures, judged, without_data
from lifecircle.units import SQUARE_METRES_PER_SQUARE_KILOMETRE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.plan import AreaChoice, Presence
    from lifecircle.scores.supply import Supply
    from lifecircle.study import Group, Level


@dataclass(frozen=True, eq=False)
class Places:
    """The n areas of one level, of which something is promised to each.

    Attributes
    ----------
    rows : DataFrame
        n rows with the ids of the areas above them, and ``area_m2``.
    above : Membership
        The areas to which they belong, themselves among them.
    people : (n,) array
        Residents of each.
    """

    rows: pd.DataFrame
    above: Membership
    people: NDArray[np.float64]


def places_of(level: Level, areas: gpd.GeoDataFrame, groups: Mapping[str, Group], people: pd.Series[float]) -> Places:
    """Return the areas of one level.

    Parameters
    ----------
    level : {"district", "street", "community"}
    areas : GeoDataFrame
        Areas of all levels, with ``area_m2``.
    groups : mapping
        The study's groups.
    people : Series
        Residents by (level, area id).
    """
    rows = ancestors(areas, level)
    own = people.reindex(pd.MultiIndex.from_product([[level], rows["area_id"]]), fill_value=0.0)
    above = with_settings(membership(rows, areas, groups), rows, areas)
    return Places(rows, above, np.asarray(own, dtype=np.float64))


def presence_results(standard: Presence, supply: Supply, places: Places) -> pd.DataFrame:
    """Return the share of areas that hold enough facilities, for every area above them and for each of them.

    Parameters
    ----------
    standard : Presence
    supply : Supply
    places : Places
        Of the standard's level.

    Notes
    -----
    An area whose district has no data, or that could pass if its facilities' missing attributes were known, is
    unknown. ``shortfall_people`` counts the people who live in areas that fail.
    """
    asked_for = _asked_for(places.rows, standard.areas)
    chosen, own = places.rows[asked_for], places.people[asked_for]
    above = Membership(places.above.areas, places.above.matrix[:, asked_for])
    if chosen.empty or not supply.knows(standard.layers):
        reason = "no_areas" if chosen.empty else "no_layer"
        return without_data(above.areas, standard, "share", reason).assign(denominator="areas")
    need = _need(standard, chosen, own)
    surely, perhaps = supply.offering(standard.layers, standard.where)
    have, might = (_counted(supply, standard, chosen, which) for which in (surely, perhaps))
    passes = have >= need
    unknown = ~passes & (supply.is_silent(standard.layers, chosen) | (have + might >= need))
    fails = ~passes & ~unknown
    covered, total = above.sums(passes), above.sums(~unknown)
    rows = judged(above.areas, standard, Figures(covered, total, above.sums(unknown), covered, covered))
    rows["shortfall_people"] = np.where(rows["verdict"] == "no_data", np.nan, above.sums(own * fails))
    rows["missing"] = above.sums(np.maximum(need - have, 0) * fails)
    asked = above.sums(np.ones(len(chosen))) > 0
    return rows[asked].assign(missing_unit="facilities", denominator="areas")


def _asked_for(rows: pd.DataFrame, choice: AreaChoice | None) -> NDArray[np.bool_]:
    """Return the areas that a requirement is about."""
    kept = np.ones(len(rows), dtype=bool)
    if choice is not None and choice.names is not None:
        kept &= rows["name"].isin(choice.names).to_numpy()
    if choice is not None and choice.name_ends is not None:
        kept &= rows["name"].str.endswith(choice.name_ends).to_numpy()
    return kept


def _need(standard: Presence, chosen: pd.DataFrame, people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many facilities each area needs: more where it is larger, if the standard says so."""
    need = np.full(len(chosen), standard.at_least, dtype=np.float64)
    if standard.per_people is not None:
        need = np.maximum(need, np.ceil(people / standard.per_people))
    if standard.per_km2 is not None:
        square_km = chosen["area_m2"].to_numpy(np.float64) / SQUARE_METRES_PER_SQUARE_KILOMETRE
        need = np.maximum(need, np.ceil(square_km / standard.per_km2))
    return np.asarray(need, dtype=np.float64)


def _counted(supply: Supply, standard: Presence, chosen: pd.DataFrame, which: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how many of some facilities each chosen area holds."""
    counts = supply.facilities.loc[which, f"{standard.level}_id"].value_counts()
    return counts.reindex(chosen["area_id"], fill_value=0).to_numpy(np.float64)
