"""A service is what people walk to: the facilities of one or several layers that meet some conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lifecircle.errors import PlanError
from lifecircle.filters import Value, matching

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy as np
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


def offering(service: Service, facilities: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which facilities offer a service.

    Parameters
    ----------
    service : Service
    facilities : GeoDataFrame
        All facilities, with ``layer`` and the columns that the service's conditions name.

    Returns
    -------
    (n,) array of bool

    Raises
    ------
    PlanError
        If a condition names a column that no facility has.
    """
    in_layers = facilities["layer"].isin(service.layers).to_numpy()
    try:
        return in_layers & matching(facilities, service.where).to_numpy()
    except KeyError as missing:
        raise PlanError(
            f"{service.id}: no facility has a column {missing.args[0]!r}. "
            "Map the column in the study's layers, or change the condition in the plan."
        ) from missing
