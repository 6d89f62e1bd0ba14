"""The answers that are known by construction, with the ids of the areas, residents and facilities they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lifecircle.sample import facts

if TYPE_CHECKING:
    from lifecircle.sample.city import SampleCity
    from lifecircle.sample.scenes import PlacedScene
    from lifecircle.sample.schema import Gap

METRES_TOLERANCE_SHARE: Final = 0.001
"""Metres of the sample's frame are at most 1.0003 times those on the ground, at the western edge of the city."""


def known_answers(city: SampleCity) -> dict[str, Any]:
    """Return what must come out of an analysis of the city, as plain data.

    Returns
    -------
    dict
        ``synthetic``; ``metres_tolerance_share`` (metres on the ellipsoid differ from those that the scenes are drawn
        in by less than this share); and under ``cases`` one entry per planted scene or gap with ``id``, ``title`` and
        ``area_id``. A scene's entry has ``expected``: for a group of residents and a layer the ``status``, the
        residents' ids and people, and ``metres`` (the walk) or ``over_metres`` (a lower bound of it). A gap's entry
        has ``layer``, ``where`` and the area's ``verdict``.
    """
    scenes = [_scene(number, placed, city) for number, placed in enumerate(city.scenes)]
    gaps = [_gap(gap, city) for gap in facts.planted().gaps]
    return {"synthetic": True, "metres_tolerance_share": METRES_TOLERANCE_SHARE, "cases": scenes + gaps}


def _scene(number: int, placed: PlacedScene, city: SampleCity) -> dict[str, Any]:
    people = city.people
    expected = []
    for answer in placed.scene.expected:
        here = people.table[(people.scene == number) & (people.group == answer.group)]
        entry = answer.model_dump(exclude_none=True)
        expected.append(entry | {"residents": here["resident_id"].tolist(), "people": int(here["population"].sum())})
    own = np.isin(city.facilities["name"], [one.name for one in placed.scene.facilities])
    return {
        "id": placed.scene.id,
        "title": placed.scene.title.model_dump(),
        "area_id": str(city.areas.community["area_id"].iloc[placed.community]),
        "area": str(city.areas.community["name"].iloc[placed.community]),
        "facilities": city.facilities.loc[own, "facility_id"].tolist(),
        "expected": expected,
    }


def _gap(gap: Gap, city: SampleCity) -> dict[str, Any]:
    for level in ("district", "street"):
        table = getattr(city.areas, level)
        found = table.loc[table["name"] == gap.area, "area_id"]
        if len(found):
            break
    return {
        "id": gap.id,
        "title": gap.title.model_dump(),
        "area_id": str(found.iloc[0]),
        "area": gap.area,
        "level": level,
        "layer": gap.layer,
        "where": dict(gap.where),
        "verdict": gap.verdict,
    }
