"""Takes what a choice of sites must keep to, and gives it as rows of a linear program; what comes out is a choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy import sparse

from lifecircle.errors import InputError
from lifecircle.messages import told

if TYPE_CHECKING:
    from numpy.typing import NDArray

How = Literal["exact", "stopped", "greedy"]
"""How a choice was found: proven to be the best; the best found in the time given; by adding site after site."""

SAME: Final = 1e-6
"""Values that differ by less than this part, or by less than a millionth person, are the same."""

_SLACK: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Rules:
    """What a choice among C candidate sites must keep to.

    Attributes
    ----------
    cost : (C,) float64
        Of each site, in any one unit; not negative.
    most : int, optional
        So many sites at most.
    budget : float, optional
        So much money at most.
    minima : tuple of (array, int)
        Sites that belong together, such as those of a district, and how many of them are to be chosen at least.
    """

    cost: NDArray[np.float64]
    most: int | None = None
    budget: float | None = None
    minima: tuple[tuple[NDArray[np.intp], int], ...] = field(default=())

    @property
    def count(self) -> int:
        """C."""
        return len(self.cost)

    def check(self) -> None:
        """Refuse rules that no choice can keep, as far as that shows at once.

        Raises
        ------
        InputError
            If a cost is no number, or the minima ask for more sites than there are, are allowed or can be paid.
        """
        if not np.all(np.isfinite(self.cost) & (self.cost >= 0)):
            row = int(np.flatnonzero(~(np.isfinite(self.cost) & (self.cost >= 0)))[0])
            raise InputError(told("error.site_cost", row=row + 1, cost=f"{self.cost[row]:g}"))
        for members, least in self.minima:
            if least > len(members):
                raise InputError(told("error.site_minimum", least=least, count=len(members)))
        asked = sum(least for _, least in self.minima)
        if self.most is not None and asked > self.most:
            raise InputError(told("error.site_minima", asked=asked, most=self.most))
        paid = sum(float(np.sort(self.cost[members])[:least].sum()) for members, least in self.minima)
        if self.budget is not None and paid > self.budget + _SLACK:
            raise InputError(told("error.site_budget", paid=f"{paid:g}", budget=f"{self.budget:g}"))

    def of(self, sites: NDArray[np.int64]) -> Rules:
        """Return the same rules for some of the sites."""
        place = np.full(self.count, -1)
        place[sites] = np.arange(len(sites))
        minima = tuple((place[members][place[members] >= 0], least) for members, least in self.minima)
        return Rules(self.cost[sites], self.most, self.budget, minima)

    def rows(self) -> tuple[sparse.csr_array, NDArray[np.float64], NDArray[np.float64]]:
        """Return the rules as rows ``low <= matrix @ x <= high`` over the C sites, ``x`` being 1 for a chosen one."""
        dense, low, high = [], [], []
        if self.most is not None:
            dense, low, high = [np.ones(self.count)], [-np.inf], [float(self.most)]
        if self.budget is not None:
            dense.append(self.cost)
            low.append(-np.inf)
            high.append(float(self.budget))
        for members, least in self.minima:
            dense.append(np.bincount(members, minlength=self.count).astype(np.float64))
            low.append(float(least))
            high.append(np.inf)
        matrix = sparse.csr_array(np.array(dense).reshape(-1, self.count))
        return matrix, np.array(low), np.array(high)

    def keep_open(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the sites that may still be added to some chosen ones so that every rule can be kept in the end.

        What the minima still ask for is set aside first, by number and at its lowest cost.
        """
        open_to = ~chosen
        owed = [(members, least - int(chosen[members].sum())) for members, least in self.minima]
        helps = np.zeros(self.count, dtype=bool)
        for members, missing in owed:
            if missing > 0:
                helps[members] = True
        if self.most is not None:
            places = self.most - int(chosen.sum())
            aside = sum(max(missing, 0) for _, missing in owed)
            open_to &= (places > aside) | ((places > 0) & helps)
        if self.budget is not None:
            open_to &= self.cost <= self._left(chosen, owed) + _SLACK
        return open_to

    def _left(self, chosen: NDArray[np.bool_], owed: list[tuple[NDArray[np.intp], int]]) -> NDArray[np.float64]:
        """Return what each site may cost, once the cheapest way to pay what is owed is set aside."""
        left = np.full(self.count, float(self.budget or 0.0) - float(self.cost[chosen].sum()))
        for members, missing in owed:
            if missing > 0:
                free = members[~chosen[members]]
                prices = np.sort(self.cost[free])
                left -= prices[:missing].sum()
                # A member takes the place of the dearest one set aside, or of itself if it is one of them.
                left[free] += np.minimum(self.cost[free], prices[missing - 1]) if missing <= len(prices) else 0.0
        return left


@dataclass(frozen=True)
class Effort:
    """How hard the best choice is searched for.

    Attributes
    ----------
    seconds : float
        When the search stops; what was found by then is given with its bound.
    gap : float
        The search also stops when nothing can be better by more than this share.
    """

    seconds: float = 60.0
    gap: float = 0.0


@dataclass(frozen=True, eq=False)
class Choice:
    """Some chosen sites.

    Attributes
    ----------
    sites : (n,) int64
        Indices of the candidates, ascending.
    value : float
        What the choice reaches or costs, in the unit of the model.
    bound : float
        No choice that keeps the rules can be better than this.
    searched : bool
        Whether a better one was searched for beyond adding site after site.
    """

    sites: NDArray[np.int64]
    value: float
    bound: float
    searched: bool = True

    @property
    def gap(self) -> float:
        """By which share of its value the choice could at most be better: 0 for the best there is."""
        difference = abs(self.bound - self.value)
        if difference <= SAME * max(1.0, abs(self.value)):
            return 0.0
        return difference / abs(self.value) if self.value else np.inf

    @property
    def how(self) -> How:
        """How it was found."""
        if self.gap == 0:
            return "exact"
        return "stopped" if self.searched else "greedy"
