"""Which facilities a standard counts: in its layers, meeting its conditions, and in districts that have data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lifecircle.access.services import Service, offering, silent_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.filters import Value
    from lifecircle.scores.membership import Membership


@dataclass(frozen=True)
class Supply:
    """The F facilities of a study, and what their layers do not say.

    Attributes
    ----------
    facilities : GeoDataFrame
        F rows with ``layer`` and area ids.
    membership : Membership
        Of the facilities.
    silent : dict
        Layer to the districts of which it says nothing.
    layers : frozenset of str
        The layers that the study has.
    """

    facilities: gpd.GeoDataFrame
    membership: Membership
    silent: Mapping[str, frozenset[str]]
    layers: frozenset[str]

    def knows(self, layers: Iterable[str]) -> bool:
        """Return whether the study has any of some layers."""
        return not self.layers.isdisjoint(layers)

    def offering(
        self, layers: Iterable[str], where: Mapping[str, Value | list[Value]]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which facilities meet some conditions, and which might, were their missing values known."""
        return offering(Service(tuple(layers), where), self.facilities)

    def is_silent(self, layers: Iterable[str], areas: pd.DataFrame) -> NDArray[np.bool_]:
        """Return for which areas or points, by their district, none of some layers says anything."""
        return silent_at(areas, layers, self.silent)
