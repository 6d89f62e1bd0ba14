"""Which facilities a standard counts: in its layers, meeting its conditions, and in districts that have data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lifecircle.errors import PlanError
from lifecircle.filters import Value, matching, undecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

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
        """Return which facilities meet some conditions, and which might, were their missing values known.

        Raises
        ------
        PlanError
            If a condition names a column that no facility of these layers has.
        """
        rows = self.facilities["layer"].isin(list(layers)).to_numpy()
        table = self.facilities[rows]
        surely, perhaps = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
        try:
            surely[rows], perhaps[rows] = matching(table, where), undecided(table, where)
        except KeyError as missing:
            raise PlanError(
                f"No facility of {', '.join(layers)} has a column {missing.args[0]!r}. "
                "Map the column in the study's layers, or change the condition in the plan."
            ) from missing
        return surely, perhaps

    def is_silent(self, layers: Iterable[str], areas: pd.DataFrame) -> NDArray[np.bool_]:
        """Return for which areas or points, by their district, none of some layers says anything."""
        named = [self.silent[layer] for layer in layers if layer in self.layers]
        districts = frozenset.intersection(*named) if named else frozenset()
        if "district_id" not in areas:
            return np.full(len(areas), bool(districts))
        return areas["district_id"].isin(districts).to_numpy()
