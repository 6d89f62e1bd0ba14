"""What the people of an area walk to: the median minutes to each service, and the facility nearest to most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.scores.membership import Membership


def known_minutes(access: pd.DataFrame) -> NDArray[np.float64]:
    """Return each resident's minutes: infinite where no street leads there, ``nan`` where nothing is known."""
    status = access["status"].astype(object).to_numpy()
    minutes = np.where(status == "reached", access["minutes"].to_numpy(np.float64), np.nan)
    return np.where(status == "unreachable", np.inf, minutes)


def median_minutes(
    membership: Membership, people: NDArray[np.float64], minutes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the minutes within which half of the people of each area arrive.

    Parameters
    ----------
    membership : Membership
        Of the R residents in the A areas.
    people : (R,) array
        Weights.
    minutes : (R,) array
        As :func:`known_minutes` gives them. People of whom nothing is known do not count.

    Returns
    -------
    (A,) array
        The lower weighted median; infinite where more than half arrive nowhere, ``nan`` where nothing is known.
    """
    pairs = membership.matrix.tocoo()
    area, resident = pairs.row, pairs.col
    counted = (np.nan_to_num(people) > 0) & ~np.isnan(minutes)
    area, resident = area[counted[resident]], resident[counted[resident]]
    order = np.lexsort((minutes[resident], area))
    area, resident = area[order], resident[order]
    weight = people[resident]
    total = np.bincount(area, weight, minlength=membership.matrix.shape[0])
    before = np.cumsum(total) - total
    half_way = np.cumsum(weight) - before[area] >= total[area] / 2 * (1 - 1e-12)
    areas, first = np.unique(area[half_way], return_index=True)
    median = np.full(len(total), np.nan)
    median[areas] = minutes[resident[half_way][first]]
    return median


def nearest_to_most(
    membership: Membership, people: NDArray[np.float64], facility: NDArray[np.int64], facilities: int
) -> NDArray[np.int64]:
    """Return the facility that is the nearest one for the most people of each area.

    Parameters
    ----------
    membership : Membership
    people : (R,) array
        Weights.
    facility : (R,) array
        Row of each resident's nearest facility; -1 for none.
    facilities : int
        How many facilities there are.

    Returns
    -------
    (A,) array
        Row of the facility, the lowest one among equals; -1 where nobody reaches any.
    """
    reached = np.flatnonzero((facility >= 0) & (np.nan_to_num(people) > 0))
    served = sparse.csr_array((people[reached], (reached, facility[reached])), shape=(len(people), facilities))
    pairs = (membership.matrix @ served).tocoo()
    order = np.lexsort((pairs.col, -pairs.data, pairs.row))
    areas, first = np.unique(pairs.row[order], return_index=True)
    most = np.full(membership.matrix.shape[0], -1, dtype=np.int64)
    most[areas] = pairs.col[order][first]
    return most
