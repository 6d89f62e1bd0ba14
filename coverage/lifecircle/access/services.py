"""A service is what people walk to: the facilities of one or several layers that meet some conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from lifecircle.filters import Value, matching, undecided
from lifecircle.study import CITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Service:
    """Facilities that serve the same need.

    Attributes
    ----------
    layers : tuple of str
        A facility of any of these layers will do.
    where : dict
        Conditions that a facility must meet.
    """

    layers: tuple[str, ...]
    where: Mapping[str, Value | list[Value]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """A readable name that is the same for the same service: ``"clinic+hospital[tcm=True]"``."""
        conditions = ";".join(f"{column}={condition}" for column, condition in sorted(self.where.items()))
        return "+".join(self.layers) + (f"[{conditions}]" if conditions else "")

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Service) and self.id == other.id


def offering(service: Service, facilities: gpd.GeoDataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which facilities offer a service, and which might, were their missing attributes known.

    Parameters
    ----------
    service : Service
    facilities : GeoDataFrame
        F rows of all layers, with ``layer``.

    Returns
    -------
    surely, perhaps : (F,) arrays of bool
        No facility is in both. A condition on a column that no facility of the study has is met by none surely, and by
        all of the service's layers perhaps.
    """
    inside = facilities["layer"].isin(service.layers).to_numpy()
    known = [column for column in service.where if column in facilities]
    table = facilities.loc[inside, known].reindex(columns=list(service.where))
    surely, perhaps = np.zeros(len(inside), dtype=bool), np.zeros(len(inside), dtype=bool)
    surely[inside], perhaps[inside] = matching(table, service.where), undecided(table, service.where)
    return surely, perhaps


def silent_at(places: pd.DataFrame, layers: Iterable[str], silent: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
    """Return the places, by their district, of which none of some layers says anything.

    Parameters
    ----------
    places : DataFrame
        n residents, facilities or areas, with ``district_id`` where the study has districts.
    layers : iterable of str
        One that the study does not have says nothing anywhere, and leaves the others to decide.
    silent : mapping
        Layer to the districts of which it says nothing; the city's id where there are no districts.
    """
    known = [silent[layer] for layer in layers if layer in silent]
    districts = frozenset.intersection(*known) if known else frozenset({CITY})
    if CITY in districts:
        return np.ones(len(places), dtype=bool)
    if "district_id" not in places:
        return np.zeros(len(places), dtype=bool)
    return places["district_id"].isin(districts).to_numpy(bool)
