"""Takes what a study's files hold and changes, gives what they would hold after them; no file is touched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84
from lifecircle.inputs.assignment import area_index, assign_areas
from lifecircle.inputs.contracts import AGE_GROUP, RESIDENTS
from lifecircle.inputs.entrances import entrances
from lifecircle.inputs.extent import study_bounds
from lifecircle.messages import suggestion, told
from lifecircle.problems import Problem
from lifecircle.scenarios.facilities import below, changed_facilities, facility_faults, outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Bilingual
    from lifecircle.inputs.assignment import AreaIndex
    from lifecircle.inputs.collect import Collected
    from lifecircle.scenarios.changes import Changes
    from lifecircle.study import Study
    from lifecircle.yamlfile import Key

    Fault = tuple[Key, Bilingual]

CHANGES: Final = "changes"
"""Short name of the file of changes among those that went into a run."""

_AROUND_M: Final = 5_000.0
"""How far beyond the city new positions may lie where the study does not say how far it looks."""


def changed_inputs(inputs: Collected, study: Study, changes: Changes) -> Collected:
    """Return what a study would hold after some changes, but for its streets.

    Parameters
    ----------
    inputs : Collected
        Before.
    study : Study
    changes : Changes

    Returns
    -------
    Collected
        Facilities and residents that stay keep their order; the new ones come last. A layer that says nothing of a
        district says nothing after the changes either: one new facility is no register.

    Raises
    ------
    ScenarioError
        With every change that does not fit the study, its line and remedy.
    """
    index = area_index(inputs.areas)
    homes = _homes(changes, inputs.residents, index) if changes.housing else None
    changes.refuse([*_faults(inputs, study, changes), *_homeless(changes, homes)])
    residents, problems = inputs.residents, list(inputs.problems)
    if homes is not None:
        residents, estimated = _with_homes(inputs.residents, homes)
        if estimated:
            columns = ", ".join(estimated)
            reason = told("problem.homes_estimated", columns=columns)
            problems.append(Problem(changes.path.name, None, "", columns, reason, "noted"))
    facilities = changed_facilities(changes, inputs.facilities, index)
    return replace(
        inputs,
        residents=residents,
        facilities=facilities,
        entrances=entrances(facilities, inputs.crs, inputs.gates),
        files=inputs.files | {CHANGES: changes.path},
        problems=problems,
    )


def _faults(inputs: Collected, study: Study, changes: Changes) -> Iterator[Fault]:
    bounds = inputs.bounds or study_bounds(inputs.residents, inputs.areas, _AROUND_M)
    yield from facility_faults(changes, inputs.facilities, study, bounds)
    for number, street in enumerate(changes.streets):
        for vertex, lonlat in enumerate(street.along):
            yield from outside(lonlat, bounds, ("streets", number, "along", vertex))
    for number, gate in enumerate(changes.gates):
        yield from outside(gate.at, bounds, ("gates", number, "at"))
    known = set(inputs.residents["resident_id"])
    columns = _amounts(inputs.residents)
    for number, home in enumerate(changes.housing):
        key: Key = ("housing", number)
        yield from outside(home.at, bounds, (*key, "at"))
        if home.id in known:
            yield (*key, "id"), told("error.change_home_taken", home=repr(home.id))
        known.add(home.id)
        for name in home.attributes:
            if name not in columns:
                remedy = suggestion(name, columns)
                yield (*key, "attributes", name), told("error.change_no_group", column=repr(name), remedy=remedy)


def _homeless(changes: Changes, homes: gpd.GeoDataFrame | None) -> Iterator[Fault]:
    """Yield the housing that lies in no community, where nobody would be counted."""
    if homes is not None:
        for number, home in enumerate(changes.housing):
            if home.id not in set(homes["resident_id"]):
                yield ("housing", number, "at"), told("error.change_homeless", home=home.id)


def _homes(changes: Changes, residents: gpd.GeoDataFrame, index: AreaIndex) -> gpd.GeoDataFrame:
    """Return new resident points in their areas, without those that lie in no community."""
    table = pd.DataFrame([change.attributes for change in changes.housing], dtype=np.float64)
    points = gpd.GeoDataFrame(
        table.reindex(columns=table.columns.intersection(_amounts(residents))).assign(
            resident_id=[change.id for change in changes.housing],
            population=[change.population for change in changes.housing],
        ),
        geometry=shapely.points([change.at for change in changes.housing]),
        crs=WGS84,
    )
    inside = np.unique(index.of_level["community"].sindex.query(points.geometry, predicate="intersects")[0])
    return assign_areas(points.iloc[inside], index)[0] if len(inside) else points.iloc[inside]


def _with_homes(residents: gpd.GeoDataFrame, homes: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return residents with new ones below, and the columns that were estimated from the district's average."""
    estimated = []
    group = "district_id" if "district_id" in residents else "community_id"
    people = residents.groupby(group)["population"].sum()
    for name in _amounts(residents):
        if name not in homes or homes[name].isna().any():
            estimated.append(name)
            each = (residents.groupby(group)[name].sum() / people).fillna(residents[name].sum() / people.sum())
            guess = homes["population"] * homes[group].map(each).fillna(residents[name].sum() / people.sum())
            homes = homes.assign(**{name: homes[name].fillna(guess) if name in homes else guess})
    return below(residents, homes), estimated


def _amounts(residents: gpd.GeoDataFrame) -> list[str]:
    """Return the columns of residents that are amounts, but for the population itself."""
    names = (str(name) for name in residents.columns)
    return [name for name in names if name != "population" and (name in RESIDENTS.numbers or AGE_GROUP.fullmatch(name))]
