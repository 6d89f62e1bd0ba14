"""Takes minutes, gives weights: 1 at the door, and less the longer the walk, by one of the usual laws of decay.

A step answers "in reach or not?", as a plan puts it. A smooth decay answers "how much is it still worth?": someone at
14 minutes is not served as well as someone at 2. Which law is chosen hardly changes a comparison of areas, how far it
reaches does (Chen & Jia 2019): so state the minutes in every report.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit

from lifecircle.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

ROUNDING_MINUTES: Final = 1e-9
"""A walk that is longer than a limit by no more than this is within it: sums of floats are no more exact."""

NEGLIGIBLE: Final = 1e-12
"""A smaller weight is 0: nobody walks that far, and a ratio to so little demand means nothing."""


class Decay(ABC):
    """A law of decay: called with minutes it returns weights from 1 down to 0, which is the weight at infinity."""

    @property
    def limit_minutes(self) -> float:
        """Minutes beyond which every weight is 0; infinite where the law itself sets no limit."""
        return np.inf

    def __call__(self, minutes: ArrayLike) -> NDArray[np.float64]:
        """Return the weight of each walk.

        Parameters
        ----------
        minutes : array_like of float
            0 or more; infinite where nothing leads there.

        Raises
        ------
        InputError
            If a walk is negative or not a number.
        """
        walks = np.asarray(minutes, dtype=np.float64)
        if not np.all(walks >= 0):
            raise InputError(
                "minutes: every walk needs 0 minutes or more. Write inf where nothing leads there, and leave out walks "
                "that are not known."
            )
        weights = self._weights(walks)
        return np.where(weights < NEGLIGIBLE, 0.0, weights)

    @abstractmethod
    def _weights(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]: ...


@dataclass(frozen=True)
class Step(Decay):
    """Zones, each with one weight, and 0 beyond the last.

    One zone is the circle of a plan and of 2SFCA (Luo & Wang 2003, doi:10.1068/b29120); several are the zones of E2SFCA
    (Luo & Qi 2009, doi:10.1016/j.healthplace.2009.06.002).

    Attributes
    ----------
    until_minutes : tuple of float
        Where each zone ends, ascending; its end belongs to it.
    weights : tuple of float
        Of each zone, above 0 and at most 1, never rising.

    Examples
    --------
    >>> Step((15,))([0, 15, 15.1]).tolist()
    [1.0, 1.0, 0.0]
    >>> Step((5, 10, 15), (1, 0.68, 0.22))([5, 6, 15, 16]).tolist()
    [1.0, 0.68, 0.22, 0.0]
    """

    until_minutes: tuple[float, ...]
    weights: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        until, weights = np.asarray(self.until_minutes, float), np.asarray(self.weights, float)
        if not (len(until) and np.all(np.isfinite(until)) and np.all(np.diff(until, prepend=0) > 0)):
            raise InputError(f"until_minutes: {self.until_minutes} must be minutes above 0, ascending. Sort the zones.")
        if len(weights) != len(until) or not np.all(np.diff(weights, prepend=1, append=NEGLIGIBLE) <= 0):
            raise InputError(
                f"weights: {self.weights} must be one for each of the {len(until)} zones, from 1 down and above 0, "
                "never rising. Give the nearest zone the largest."
            )

    @property
    def limit_minutes(self) -> float:
        """End of the last zone."""
        return self.until_minutes[-1]

    def _weights(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        zone = np.searchsorted(self.until_minutes, minutes - ROUNDING_MINUTES)
        return np.append(np.asarray(self.weights, dtype=np.float64), 0.0)[zone]


@dataclass(frozen=True)
class Exponential(Decay):
    r"""Weight :math:`e^{-\beta t}` (Wilson 1971, doi:10.1068/a030001).

    Attributes
    ----------
    rate_per_minute : float
        :math:`\beta`; ``log(2) / 10`` halves the weight every ten minutes.

    Examples
    --------
    >>> Exponential(np.log(2) / 10)([0, 10, 20]).round(3).tolist()
    [1.0, 0.5, 0.25]
    """

    rate_per_minute: float

    def __post_init__(self) -> None:
        _check_positive(self, "rate_per_minute")

    def _weights(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.exp(-self.rate_per_minute * minutes)


@dataclass(frozen=True)
class Gaussian(Decay):
    r"""Weight :math:`e^{-t^2 / 2 \sigma^2}`: flat near the door, steepest at :math:`\sigma` minutes.

    The form of Ingram 1971 (doi:10.1080/09595237100185131), with his constant written as :math:`2 \sigma^2`.

    Attributes
    ----------
    sigma_minutes : float
        :math:`\sigma`; there the weight is 0.607.

    Examples
    --------
    >>> Gaussian(10)([0, 10, 20]).round(3).tolist()
    [1.0, 0.607, 0.135]
    """

    sigma_minutes: float

    def __post_init__(self) -> None:
        _check_positive(self, "sigma_minutes")

    def _weights(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.exp(-0.5 * (minutes / self.sigma_minutes) ** 2)


@dataclass(frozen=True)
class GaussianWithin(Decay):
    r"""A Gaussian shifted and scaled so that it is 0 at the edge of the catchment and beyond.

    Weight :math:`(e^{-\frac{1}{2} (t / T)^2} - e^{-\frac{1}{2}}) / (1 - e^{-\frac{1}{2}})` up to :math:`T`: the
    Gaussian 2SFCA of Dai 2010 (doi:10.1016/j.healthplace.2010.06.012).

    Attributes
    ----------
    within_minutes : float
        :math:`T`, the radius of the catchment.

    Examples
    --------
    Half way: (0.8825 - 0.6065) / 0.3935.

    >>> GaussianWithin(15)([0, 7.5, 15, 20]).round(3).tolist()
    [1.0, 0.701, 0.0, 0.0]
    """

    within_minutes: float

    def __post_init__(self) -> None:
        _check_positive(self, "within_minutes")

    @property
    def limit_minutes(self) -> float:
        """The radius of the catchment."""
        return self.within_minutes

    def _weights(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        edge = np.exp(-0.5)
        return np.maximum(np.exp(-0.5 * (minutes / self.within_minutes) ** 2) - edge, 0) / (1 - edge)


@dataclass(frozen=True)
class Power(Decay):
    r"""Weight :math:`(\max(t, t_0) / t_0)^{-\beta}`, the law of gravity (Hansen 1959, doi:10.1080/01944365908978307).

    Attributes
    ----------
    exponent : float
        :math:`\beta`.
    from_minutes : float
        :math:`t_0`: the law has no value at 0 minutes, so that up to here the weight is 1.
    """

    exponent: float
    from_minutes: float = 1.0

    def __post_init__(self) -> None:
        _check_positive(self, "exponent")
        _check_positive(self, "from_minutes")

    def _weights(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.maximum(minutes / self.from_minutes, 1) ** -self.exponent


@dataclass(frozen=True)
class Logistic(Decay):
    r"""The share of people who would walk that long, where what they accept follows a logistic distribution.

    Weight :math:`(1 + e^{-m / s}) / (1 + e^{(t - m) / s})` with :math:`s = \sqrt{3} \, \mathrm{sd} / \pi` (Bauer &
    Groneberg 2016, equation 9, doi:10.1371/journal.pone.0159148).

    Attributes
    ----------
    median_minutes : float
        :math:`m`: half of the people accept a longer walk.
    sd_minutes : float
        Standard deviation of what people accept.
    """

    median_minutes: float
    sd_minutes: float

    def __post_init__(self) -> None:
        _check_positive(self, "median_minutes")
        _check_positive(self, "sd_minutes")

    def _weights(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        scale = np.sqrt(3) * self.sd_minutes / np.pi
        accepted, at_the_door = expit((self.median_minutes - minutes) / scale), expit(self.median_minutes / scale)
        return np.asarray(accepted / at_the_door)


def _check_positive(decay: Decay, name: str) -> None:
    value = getattr(decay, name)
    if not 0 < value < np.inf:
        raise InputError(f"{type(decay).__name__}: {name} is {value}, and must be a number above 0. Correct it.")
