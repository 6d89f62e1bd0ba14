"""Takes a study's inputs and proposed sites, gives the inputs as they would be if the sites stood."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from lifecircle.crs import WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lifecircle.filters import Value
    from lifecircle.inputs.collect import Collected

PROPOSED: Final = "proposed-{rank}"
"""Id of a proposed site among the facilities."""

_COMPARISON: Final = re.compile(r"^\s*(>=|<=|>|<)\s*(.+?)\s*$")
_AREAS: Final = ("district_id", "street_id", "community_id")


def with_sites(
    inputs: Collected, sites: gpd.GeoDataFrame, layer: str, where: Mapping[str, Value | list[Value]], unnamed: str
) -> Collected:
    """Return a study's inputs with proposed sites among its facilities.

    Parameters
    ----------
    inputs : Collected
    sites : GeoDataFrame
        As :class:`lifecircle.siting.proposal.Proposal` holds them.
    layer : str
        Layer of the facilities that are built.
    where : mapping
        Conditions of the circle that they are built for; they meet them.
    unnamed : str
        What a site without a name is called, with ``{rank}``.
    """
    facilities = inputs.facilities
    names = [unnamed.format(rank=rank) for rank in sites["rank"]]
    table = gpd.GeoDataFrame(
        {
            "facility_id": [PROPOSED.format(rank=rank) for rank in sites["rank"]],
            "layer": layer,
            "name": sites["name"].fillna(pd.Series(names, index=sites.index)).astype(facilities["name"].dtype),
            **{column: sites[column] for column in _AREAS if column in facilities},
            **{column: sites[column] for column in ("capacity",) if column in facilities},
            **{column: meeting(condition) for column, condition in where.items()},
        },
        geometry=sites.geometry,
        crs=WGS84,
    )
    return replace(inputs, facilities=pd.concat([facilities, table], ignore_index=True)[list(facilities.columns)])


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
