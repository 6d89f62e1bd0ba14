"""How much is known of each layer in each district: a district without data is unknown, not unserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from lifecircle.study import LayerSource

CITY = "city"


def districts_without_data(
    facilities: gpd.GeoDataFrame, layers: Mapping[str, LayerSource], areas: gpd.GeoDataFrame
) -> dict[str, frozenset[str]]:
    """Return the districts of which a layer says nothing.

    Parameters
    ----------
    facilities : GeoDataFrame
        With ``layer`` and ``district_id``.
    layers : mapping
        The study's layers. A layer marked ``complete`` says something everywhere: no row means no facility.
    areas : GeoDataFrame
        Areas of all levels.

    Returns
    -------
    dict
        Layer to the ids of districts without a row; where the study has no districts, to the city's id.
    """
    has_districts = bool((areas["level"] == "district").any())
    level = "district" if has_districts else CITY
    known = frozenset(areas.loc[areas["level"] == level, "area_id"])
    silent: dict[str, frozenset[str]] = {}
    for layer, source in layers.items():
        rows = facilities[facilities["layer"] == layer]
        seen = set(rows["district_id"].dropna()) if has_districts else ({CITY} if len(rows) else set())
        silent[layer] = frozenset() if source.complete else known - seen
    return silent
