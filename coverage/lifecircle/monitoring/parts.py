"""Takes what two runs stood on, gives their change in parts: due to facilities, streets, people, figures and rules.

Each is swapped in turn, in the order of :data:`PARTS`, and the analysis computed again; a part is the step from one
analysis to the next. So the parts add up to the whole change. What two swaps bring about together, such as a clinic
that only a new bridge leads to, falls to the later of the two.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.inputs.assignment import area_index, assign_areas
from lifecircle.run import Ground, results_on
from lifecircle.scenarios.effects import KEY

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from numpy.typing import NDArray

PARTS: Final = ("facilities", "streets", "people", "figures", "rules")
"""What is swapped, in this order.

``facilities``: all layers, what they are silent about, and the gates of polygons. ``streets``: the network.
``people``: residents, and the areas that they are counted in. ``figures``: the statistics that the planner supplies.
``rules``: the plans, the groups of areas, the reference and the snap limit.
"""

_IDS: Final = ["community_id", "street_id", "district_id"]


def parts_of_change(first: Ground, last: Ground) -> pd.DataFrame:
    """Return by how much each part changes every value and what it counts.

    Parameters
    ----------
    first, last : Ground
        Both of the same city.

    Returns
    -------
    DataFrame
        :data:`lifecircle.scenarios.effects.KEY`; ``value`` and ``covered`` as computed anew for ``first``; one column
        for each of :data:`PARTS`, in the unit of the value; and one for each with ``_covered``, in people or whatever
        is counted. Where a value is unknown in any of the steps, all its parts are missing.
    """
    tables = [results_on(first)]
    taken: list[str] = []
    for part in PARTS:
        taken.append(part)
        tables.append(tables[-1] if is_same(first, last, part) else results_on(mixed(first, last, taken)))
    keys = pd.concat([tables[0][KEY], tables[-1][KEY]]).drop_duplicates(ignore_index=True)
    table = keys.copy()
    for measure, ending in (("value", ""), ("covered", "_covered")):
        levels = np.stack([_aligned(results, measure, keys) for results in tables])
        steps = np.diff(levels, axis=0)
        steps[:, np.isnan(steps).any(axis=0)] = np.nan
        table[measure] = levels[0]
        table = table.assign(**{f"{part}{ending}": step for part, step in zip(PARTS, steps, strict=True)})
    return table


def _aligned(results: pd.DataFrame, measure: str, keys: pd.DataFrame) -> NDArray[np.float64]:
    values = results.set_index(KEY)[measure]
    return values.reindex(pd.MultiIndex.from_frame(keys)).to_numpy(np.float64)


def mixed(first: Ground, last: Ground, of_last: Collection[str]) -> Ground:
    """Return a ground that takes some parts from the last and the others from the first.

    Parameters
    ----------
    first, last : Ground
    of_last : collection of str
        Some of :data:`PARTS`.
    """
    places, streets, people, figures, rules = (last if part in of_last else first for part in PARTS)
    facilities = places.inputs.facilities
    if places is not people and not people.inputs.areas.equals(places.inputs.areas):
        facilities = assign_areas(facilities.drop(columns=_IDS), area_index(people.inputs.areas))[0]
    return Ground(
        study=rules.study.model_copy(update={"layers": places.study.layers}),
        plans=rules.plans,
        inputs=replace(
            people.inputs,
            crs=streets.network.crs,
            facilities=facilities,
            silent=places.inputs.silent,
            gates=places.inputs.gates,
            statistics=figures.inputs.statistics,
        ),
        network=streets.network,
        old_streets=streets.old_streets,
    )


def is_same(first: Ground, last: Ground, part: str) -> bool:
    """Return whether a part is the same on both grounds, so that swapping it changes nothing."""
    one, other = first.inputs, last.inputs
    match part:
        case "facilities":
            return (
                _equal(one.facilities, other.facilities)
                and one.silent == other.silent
                and np.array_equal(one.gates, other.gates)
                and first.study.layers.keys() == last.study.layers.keys()
            )
        case "streets":
            pairs = [
                (getattr(first.network, one.name), getattr(last.network, one.name)) for one in fields(first.network)
            ]
            pairs.append((first.old_streets, last.old_streets))
            return all(np.array_equal(one, other) for one, other in pairs)
        case "people":
            return _equal(one.residents, other.residents) and _equal(one.areas, other.areas)
        case "figures":
            return one.statistics.equals(other.statistics)
        case _:
            said = [[plan.model_dump() for plan in ground.plans] for ground in (first, last)]
            limits = [(one.groups, one.reference, one.snap_limit_m) for one in (first.study, last.study)]
            return said[0] == said[1] and limits[0] == limits[1]


def _equal(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> bool:
    return bool(one.equals(other))
