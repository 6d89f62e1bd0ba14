"""How many people of each area reach a service within each minute: what the page's slider adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse

from lifecircle.report.map.codec import packed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.scores.membership import Membership

FIRST_MINUTE: Final = 3
LAST_MINUTE: Final = 30
MINUTES: Final = np.arange(FIRST_MINUTE, LAST_MINUTE + 1)

PARTS_OF_A_PERSON: Final = 10
"""Populations of points are not whole numbers; sums are kept to a tenth of a person."""

_ROUNDING: Final = 1e-9  # as in the scores: a walk of exactly the limit is within it


@dataclass(frozen=True)
class Histogram:
    """People by minutes, for A areas and the M minutes of the slider.

    Attributes
    ----------
    everyone, not_snapped, no_data : (A,) arrays
        People of the area; those no street leads to; those of whose service nothing is known.
    within : (A, M) array
        People who reach the service in at most so many minutes.
    across : (A, M) array
        Those among them of whose own district nothing is known: they reach a facility across its border, so they are
        covered all the same.
    """

    everyone: NDArray[np.float64]
    not_snapped: NDArray[np.float64]
    no_data: NDArray[np.float64]
    within: NDArray[np.float64]
    across: NDArray[np.float64]

    def share(self, minutes: int) -> NDArray[np.float64]:
        """Return the covered part of the people of whom it is known whether they are, by area.

        The same rule as in the scores: unknown are those not snapped, and those without data who do not reach a
        facility across the border.

        Parameters
        ----------
        minutes : int
            From :data:`FIRST_MINUTE` to :data:`LAST_MINUTE`.

        Returns
        -------
        (A,) array
            ``nan`` where nothing is known.
        """
        column = minutes - FIRST_MINUTE
        known = self.everyone - self.not_snapped - self.no_data + self.across[:, column]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(known > 0, self.within[:, column] / known, np.nan)


def histogram(membership: Membership, people: NDArray[np.float64], access: pd.DataFrame) -> Histogram:
    """Add up people by area and minutes.

    Parameters
    ----------
    membership : Membership
        Of the R residents in the A areas.
    people : (R,) array
        Weight of each resident point; ``nan`` counts as nobody.
    access : DataFrame
        R rows with ``status`` and ``minutes``, in the residents' order.
    """
    people = np.nan_to_num(people)
    status = access["status"].astype(object).to_numpy()
    not_snapped, no_data = status == "not_snapped", status == "no_data"
    minutes = np.where(not_snapped, np.nan, access["minutes"].to_numpy(np.float64))
    return Histogram(
        everyone=membership.sums(people),
        not_snapped=membership.sums(people * not_snapped),
        no_data=membership.sums(people * no_data),
        within=_within(membership, people, minutes),
        across=_within(membership, people * no_data, minutes),
    )


def _within(membership: Membership, people: NDArray[np.float64], minutes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the people of each area within each minute, (A, M)."""
    reached = np.flatnonzero((minutes <= LAST_MINUTE + _ROUNDING) & (people > 0))
    column = np.maximum(np.ceil(minutes[reached] - _ROUNDING), FIRST_MINUTE).astype(np.int64) - FIRST_MINUTE
    by_minute = sparse.csr_array((people[reached], (reached, column)), shape=(len(people), len(MINUTES)))
    return np.asarray(np.cumsum((membership.matrix @ by_minute).toarray(), axis=1))


def packed_histogram(histogram: Histogram) -> dict[str, Any]:
    """Return a histogram for the page, in tenths of a person.

    Returns
    -------
    dict
        ``rows``: for each area everyone, not snapped, no data, and the people whom each minute adds. ``across``: the
        last again for the areas in ``across_areas``, the only ones where anybody is covered across a border.
    """
    across = np.flatnonzero(histogram.across[:, -1] > 0)
    fixed = np.column_stack([histogram.everyone, histogram.not_snapped, histogram.no_data])
    return {
        "rows": packed(np.column_stack([_parts(fixed), _added(histogram.within)])),
        "across": packed(_added(histogram.across[across])),
        "across_areas": packed(across),
    }


def _parts(people: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(people * PARTS_OF_A_PERSON).astype(np.int64)


def _added(within: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return what each minute adds; the sums are rounded, not the steps, so that errors do not add up."""
    return np.diff(_parts(within), axis=1, prepend=0)
