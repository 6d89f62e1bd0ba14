"""How much is known of each layer in each district: a district without data is unknown, not unserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from scipy.special import pdtr

from lifecircle.study import CITY

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.study import LayerSource

FLAGS: Final = ("none", "far_fewer", "usual")
COMPLETENESS_COLUMNS: Final = (
    "layer", "district_id", "district", "people", "facilities", "per_10000", "city_per_10000", "neighbours_per_10000",
    "flag",
)  # fmt: skip

FAR_FEWER: Final = 1 / 3
"""Far fewer is less than this share of what the same people have in the city, and in the neighbouring districts."""

CHANCE: Final = 0.01
"""So few by chance alone happens less often than this, were facilities strewn among people at random (Poisson)."""

_PER: Final = 10_000.0
# Districts that no more than about a hundred metres part are neighbours: borders drawn along both banks of a river.
_NEIGHBOUR_DEGREES: Final = 1e-3


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


def completeness(
    facilities: gpd.GeoDataFrame,
    residents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    silent: Mapping[str, frozenset[str]],
) -> pd.DataFrame:
    """Compare how many facilities of each layer each district has with what is usual in the city.

    Parameters
    ----------
    facilities : GeoDataFrame
        With ``layer`` and ``district_id``.
    residents : GeoDataFrame
        With ``population`` and ``district_id``.
    areas : GeoDataFrame
        Areas of all levels. A study without districts has the city in their place.
    silent : mapping
        Layer to the districts of which it says nothing, as :func:`districts_without_data` gives it.

    Returns
    -------
    DataFrame
        One row for each layer and district, with :data:`COMPLETENESS_COLUMNS`. Rates are facilities per 10,000 people;
        those of the city and of the neighbours are taken over the districts of which the layer says something.
        ``facilities`` is missing, not 0, where it says nothing. ``flag`` is

        - ``none``: the layer has no facility there;
        - ``far_fewer``: fewer than a third (:data:`FAR_FEWER`) of what its people would have at the city's rate, and at
          the neighbours' rate where there is one, and so few that chance alone would rarely do it (:data:`CHANCE`);
        - ``usual``: all others.
    """
    level = "district" if (areas["level"] == "district").any() else CITY
    districts = areas[areas["level"] == level]
    ids = pd.Index(districts["area_id"])
    people = _sums(residents, ids, residents["population"].to_numpy(np.float64))
    touching = _neighbours(districts)
    tables = []
    for layer, unknown in silent.items():
        own = facilities[facilities["layer"] == layer]
        count = _sums(own, ids, np.ones(len(own)))
        table = _of_layer(count, people, touching, ids.isin(list(unknown)))
        tables.append(table.assign(layer=layer, district_id=ids, district=districts["name"].to_numpy()))
    return pd.concat(tables, ignore_index=True)[list(COMPLETENESS_COLUMNS)]


def _sums(points: gpd.GeoDataFrame, ids: pd.Index[str], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of the weights of the points in each district; all of them in the city."""
    if ids.tolist() == [CITY]:
        return np.array([weights.sum()])
    row = ids.get_indexer(points["district_id"])
    return np.asarray(np.bincount(row[row >= 0], weights=weights[row >= 0], minlength=len(ids)), dtype=np.float64)


def _neighbours(districts: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return 1 for each pair of different districts that touch."""
    shapes = districts.geometry.to_numpy()
    touching = np.zeros((len(shapes), len(shapes)))
    touching[tuple(shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_NEIGHBOUR_DEGREES))] = 1.0
    np.fill_diagonal(touching, 0.0)
    return touching


def _of_layer(
    count: NDArray[np.float64], people: NDArray[np.float64], touching: NDArray[np.float64], unknown: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return the rows of one layer, in the order of the districts."""
    known = ~unknown
    city = _rate(np.full(len(count), count[known].sum()), np.full(len(count), people[known].sum()))
    neighbours = _rate(touching @ np.where(known, count, 0.0), touching @ np.where(known, people, 0.0))
    expected = np.fmin(city, neighbours) * people
    few = (count < FAR_FEWER * expected) & (pdtr(count, expected) < CHANCE)
    flag = np.select([count == 0, few], FLAGS[:2], FLAGS[2])
    return pd.DataFrame(
        {
            "people": people,
            "facilities": np.where(unknown, np.nan, count),
            "per_10000": np.where(unknown, np.nan, _rate(count, people) * _PER),
            "city_per_10000": city * _PER,
            "neighbours_per_10000": neighbours * _PER,
            "flag": pd.Categorical(flag, categories=list(FLAGS)),
        }
    )


def _rate(count: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return facilities for each person; NaN where nobody lives."""
    return np.divide(count, people, out=np.full(len(count), np.nan), where=people > 0)
