"""The content of a map as one block of JSON that no HTML parser, template or script can take for anything else."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from lifecircle.bilingual import Bilingual
from lifecircle.plan import Circle
from lifecircle.report.map.codec import packed, with_gaps
from lifecircle.report.map.histograms import FIRST_MINUTE, LAST_MINUTE, PARTS_OF_A_PERSON, packed_histogram
from lifecircle.report.map.initials import initials
from lifecircle.report.map.names import (
    layer_names,
    name_of,
    people_names,
    service_names,
    services_of,
    walker_names,
    words,
)
from lifecircle.scores.membership import GROUP
from lifecircle.scores.results import KNOWN_ENOUGH, VERDICTS
from lifecircle.scores.score import service_of
from lifecircle.study import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Standard
    from lifecircle.report.map.data import MapData
    from lifecircle.report.map.runs import Reach, RunContent

SCALE: Final = 1_000_000
"""Values of results are kept to six decimals; in packed text a share is no longer for the last two."""
UNREACHABLE_MINUTES: Final = 1e5
"""Stands for an infinite median; no walk lasts so long."""

_DANGEROUS: Final = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def json_block(content: Mapping[str, Any]) -> bytes:
    """Return JSON in UTF-8 that stays data inside a ``<script type="application/json">`` element.

    ``<``, ``>`` and ``&`` are written as escapes, so no tag, comment or entity can begin in it; U+2028 and U+2029,
    which end a line of script, too. A lone surrogate, which UTF-8 cannot hold, becomes its escape.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in _DANGEROUS.items():  # one after the other is many times faster than a table
        text = text.replace(character, escape)
    return text.encode("utf-8", "backslashreplace")


def payload(data: MapData, *, lang: Lang) -> dict[str, Any]:
    """Return everything the page's script reads.

    Parameters
    ----------
    data : MapData
    lang : {"zh", "en"}
        Language in which the page opens.
    """
    layers = list(dict.fromkeys(layer for run in data.runs for layer in run.facilities["layer"]))
    return {
        "lang": lang,
        "words": {key: _both(text) for key, text in words().items()},
        "fewest": data.study.fewest_people,
        "knownEnough": KNOWN_ENOUGH,
        "minutes": [FIRST_MINUTE, LAST_MINUTE],
        "partsOfAPerson": PARTS_OF_A_PERSON,
        "scale": SCALE,
        "unreachable": UNREACHABLE_MINUTES,
        "verdicts": VERDICTS,
        "levels": [*LEVELS, GROUP],
        "study": {
            "name": _both(data.study.name),
            "date": data.study.date,
            "credits": [one if isinstance(one, str) else _both(one) for one in data.study.credits],
            "synthetic": data.study.synthetic,
            "approval": data.study.map_approval,
            "tiles": data.study.tiles.model_dump() if data.study.tiles is not None else None,
        },
        "opens": {
            "theme": data.opens.theme,
            "layers": [layers.index(layer) for layer in data.opens.layers if layer in layers],
        },
        "frame": [data.frame.west, data.frame.north],
        "areas": _areas(data),
        "layers": [_named(layer, layer_names(data.study)) for layer in layers],
        "services": _services(data, layers),
        "walkers": [_named(walker, walker_names()) for walker in _used(data, "walker")],
        "people": [_named(column, people_names()) for column in _used(data, "people")],
        "plans": [{"id": plan.id, "name": _both(plan.name)} for plan in data.plans],
        "standards": [_standard(plan.id, standard) for plan in data.plans for standard in plan.scored()],
        "runs": _without_repetition([_run(run, data, layers) for run in data.runs]),
        "pictures": data.pictures,
    }


def _areas(data: MapData) -> dict[str, Any]:
    areas = data.areas
    names = [name if isinstance(name, Bilingual) else _text(name) for name in areas["name"]]
    return {
        "id": areas["area_id"].tolist(),
        "name": [_both(name) if isinstance(name, Bilingual) else name for name in names],
        "initials": initials(name.zh if isinstance(name, Bilingual) else name for name in names),
        "level": packed([[*LEVELS, GROUP].index(level) for level in areas["level"]]),
        "parent": packed(areas["parent"]),
        "people": packed(np.rint(areas["people"]).astype(np.int64)),
        "anchors": packed(np.diff(data.anchors, axis=0, prepend=0)),
        "shapes": data.outlines,
    }


def _services(data: MapData, layers: list[str]) -> list[dict[str, Any]]:
    """Return the services of the access tables, each with its name and layers."""
    services, names = services_of(data.plans), service_names(data.plans, layer_names(data.study))
    return [
        {
            **_named(service, names),
            "layers": [layers.index(layer) for layer in services[service].layers if layer in layers],
        }
        for service in _used(data, "service")
    ]


def _standard(plan_id: str, standard: Standard) -> dict[str, Any]:
    unit = getattr(standard, "unit", None)
    content: dict[str, Any] = {
        "plan": plan_id,
        "id": standard.id,
        "name": _both(standard.name),
        "kind": standard.kind,
        "clause": standard.clause.place,
        "comparator": standard.comparator,
        "target": standard.target,
        "unit": _both(unit) if unit is not None else None,
    }
    if isinstance(standard, Circle):
        content |= {
            "service": service_of(standard).id,
            "walker": standard.walker,
            "people": standard.population,
            "minutes": standard.minutes,
        }
    return content


def _run(run: RunContent, data: MapData, layers: list[str]) -> dict[str, Any]:
    names = run.facilities["name"].tolist()
    return {
        "name": _both(run.name),
        "facilities": {
            "layer": packed(run.facilities["layer"].map(layers.index).astype(np.int64)),
            "xy": packed(np.diff(run.positions, axis=0, prepend=0)),
            "name": names,
            "initials": initials(names),
        },
        "offers": [packed(np.diff(run.offers[service], prepend=0)) for service in _used(data, "service")],
        "reach": [_reach(reach) for reach in run.reach],
        "cells": _cells(run.cells),
    }


def _without_repetition(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the runs; where a later one repeats a part of the first, it holds the place of that part instead."""
    first = runs[0]
    for run, key in itertools.product(runs[1:], ("reach", "cells")):
        run[key] = [first[key].index(part) if part in first[key] else part for part in run[key]]
    return runs


def _reach(reach: Reach) -> dict[str, Any]:
    minutes = np.where(np.isposinf(reach.median), UNREACHABLE_MINUTES, reach.median)
    return {
        "service": reach.service,
        "walker": reach.walker,
        "median": packed(with_gaps(minutes, 10)),
        "nearest": packed(reach.nearest),
        "people": {column: packed_histogram(people) for column, people in reach.people.items()},
    }


_NUMBERS: Final = {
    **dict.fromkeys(("value", "low", "high", "target"), SCALE),
    **dict.fromkeys(("covered", "total", "unknown", "shortfall_people"), PARTS_OF_A_PERSON),
}
"""Columns of the results that the page reads, and by what they are multiplied to be whole."""


def _cells(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the results of each standard, column by column, and their reasons as a list that the rows point into."""
    ordered = cells.sort_values("area", kind="stable")
    area = ordered["area"].to_numpy()
    share = (ordered["unit"] == "share").to_numpy()
    denominator = ordered["denominator"].to_numpy(dtype=object)
    numbers = {name: with_gaps(ordered[name].to_numpy(np.float64), scale) for name, scale in _NUMBERS.items()}
    verdict = pd.Index(VERDICTS).get_indexer(pd.Index(ordered["verdict"]))
    reason = ordered["reason"].fillna("").to_numpy(dtype=object)
    standards = [ordered[name].to_numpy(dtype=object) for name in ("plan_id", "standard_id")]
    content = []
    for (plan_id, standard_id), rows in pd.Series(range(len(ordered))).groupby(standards, sort=False):
        own = rows.to_numpy()
        codes, reasons = pd.factorize(reason[own])
        content.append(
            {
                "plan": plan_id,
                "standard": standard_id,
                "share": bool(share[own].all()),
                "denominator": str(denominator[own[0]]),
                "area": packed(np.diff(area[own], prepend=0)),
                **{_camel(name): packed(whole[own]) for name, whole in numbers.items()},
                "verdict": packed(verdict[own]),
                "reason": packed(codes),
                "reasons": reasons.tolist(),
            }
        )
    return content


def _camel(name: str) -> str:
    """Return a column's name as the page's script spells it.

    Examples
    --------
    >>> _camel("shortfall_people")
    'shortfallPeople'
    """
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _used(data: MapData, what: str) -> list[str]:
    """Return the services, walkers or population columns of all runs, in the order in which they first come."""
    found = [reach for run in data.runs for reach in run.reach]
    if what == "people":
        return list(dict.fromkeys(column for reach in found for column in reach.people))
    return list(dict.fromkeys(getattr(reach, what) for reach in found))


def _named(identifier: str, names: Mapping[str, Bilingual]) -> dict[str, Any]:
    return {"id": identifier, "name": _both(name_of(identifier, names))}


def _both(text: Bilingual) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
