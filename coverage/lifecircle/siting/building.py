"""Takes proposed sites, gives them as changes of a study, so that they can be scored as if they stood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from lifecircle.scenarios.changes import Changes, NewFacility

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from lifecircle.bilingual import Bilingual
    from lifecircle.filters import Value

_COMPARISON: Final = re.compile(r"^\s*(>=|<=|>|<)\s*(.+?)\s*$")
_ID: Final = "proposed-{rank}"


def building_changes(
    sites: gpd.GeoDataFrame,
    names: Sequence[str],
    layer: str,
    where: Mapping[str, Value | list[Value]],
    title: Bilingual,
) -> Changes:
    """Return proposed sites as facilities that open.

    Parameters
    ----------
    sites : GeoDataFrame
        As :class:`lifecircle.siting.proposal.Proposal` holds them.
    names : sequence of str
        What they are called.
    layer : str
        Layer of the facilities that are built.
    where : mapping
        Conditions of the circle that they are built for; they meet them. Nothing else is known of them but places.
    title : Bilingual
        Name of the changes.
    """
    added = [
        NewFacility(
            layer=layer,
            id=_ID.format(rank=site["rank"]),
            at=(float(site["geometry"].x), float(site["geometry"].y)),
            name=name,
            attributes={
                **({} if pd.isna(site["capacity"]) else {"capacity": float(site["capacity"])}),
                **{column: meeting(condition) for column, condition in where.items()},
            },
        )
        for name, site in zip(names, sites.to_dict("records"), strict=True)
    ]
    return Changes(id="sites", name=title, add=added)


def meeting(condition: Value | list[Value]) -> Any:
    """Return a value that meets a condition of a circle.

    Examples
    --------
    >>> meeting(["4A", "5A"]), meeting(">= 30"), meeting("> 0"), meeting(True)
    ('4A', 30.0, 1.0, True)
    """
    if isinstance(condition, list):
        return condition[0]
    compared = _COMPARISON.match(condition) if isinstance(condition, str) else None
    if compared is None:
        return condition
    beyond = {">": 1.0, "<": -1.0}.get(compared[1], 0.0)
    return float(compared[2]) + beyond
