"""How many people of each area reach a service within each minute: what the page's slider adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
    everyone : (A,) array
        People of the area.
    within : (A, M) array
        People who reach the service in at most so many minutes.
    unknown : (A, M) array
        People who perhaps do and perhaps do not, for want of data.
    """

    everyone: NDArray[np.float64]
    within: NDArray[np.float64]
    unknown: NDArray[np.float64]

    def share(self, minutes: int) -> NDArray[np.float64]:
        """Return the covered part of the people of whom it is known whether they are, by area, as in the scores.

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
        known = self.everyone - self.unknown[:, column]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(known > _ROUNDING, self.within[:, column] / known, np.nan)


def histogram(membership: Membership, people: NDArray[np.float64], access: pd.DataFrame) -> Histogram:
    """Add up people by area and minutes.

    Parameters
    ----------
    membership : Membership
        Of the R residents in the A areas.
    people : (R,) array
        Weight of each resident point; ``nan`` counts as nobody.
    access : DataFrame
        R rows in the residents' order. What is known of a walk lies between ``least_minutes`` and ``minutes``: within
        15 minutes are those whose ``minutes`` are, unknown those whose ``least_minutes`` alone are.
    """
    people = np.nan_to_num(people)
    within = _within(membership, people, access["minutes"].to_numpy(np.float64))
    possible = _within(membership, people, access["least_minutes"].to_numpy(np.float64))
    return Histogram(everyone=membership.sums(people), within=within, unknown=possible - within)


def _within(membership: Membership, people: NDArray[np.float64], minutes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the people of each area within each minute, (A, M)."""
    reached = np.flatnonzero((minutes <= LAST_MINUTE + _ROUNDING) & (people > 0))
    column = np.maximum(np.ceil(minutes[reached] - _ROUNDING), FIRST_MINUTE).astype(np.int64) - FIRST_MINUTE
    by_minute = sparse.csr_array((people[reached], (reached, column)), shape=(len(people), len(MINUTES)))
    return np.asarray(np.cumsum((membership.matrix @ by_minute).toarray(), axis=1))


def packed_histogram(histogram: Histogram) -> dict[str, str]:
    """Return a histogram for the page, in tenths of a person.

    Returns
    -------
    dict
        ``rows``: for each area everyone, the people unknown at the first minute, and the people whom each minute adds.
        ``doubts``: what each minute adds to the unknown, or takes from them, for the areas in ``doubtful`` alone:
        elsewhere the unknown stay the same.
    """
    everyone, within, unknown = (_tenths(part) for part in (histogram.everyone, histogram.within, histogram.unknown))
    changes = np.diff(unknown, axis=1)
    doubtful = np.flatnonzero(changes.any(axis=1))
    return {
        "rows": packed(np.column_stack([everyone, unknown[:, 0], np.diff(within, axis=1, prepend=0)])),
        "doubts": packed(changes[doubtful]),
        "doubtful": packed(doubtful),
    }


def _tenths(people: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return sums in tenths of a person; rounded before their steps are taken, so that errors do not add up."""
    return np.rint(people * PARTS_OF_A_PERSON).astype(np.int64)
