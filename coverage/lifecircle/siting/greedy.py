"""Takes what there is to gain and rules, gives sites added one by one, each the best at its time, and a bound.

Adding one after the other reaches at least 1 − 1/e = 63.2 % of the most that so many sites can reach (Nemhauser, Wolsey
& Fisher 1978, Mathematical Programming 14, theorem 4.1). What is given here is closer as a rule: no choice can gain
more than the best single gains that are left (ibid., the proof's first inequality).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    from lifecircle.siting.cover import Cover
    from lifecircle.siting.rules import Rules

GREEDY_SHARE: Final = 1 - np.exp(-1)
"""The part of the most that greedy choices are sure to reach where only the number of sites is limited."""

_NOTHING: Final = 1e-9


class Stock(Protocol):
    """What is still to be gained."""

    def gains(self) -> NDArray[np.float64]:
        """Return what each of the C sites would add."""
        ...

    def take(self, site: int) -> None:
        """Add a site."""
        ...


class People:
    """The people of a cover whom no site reaches yet."""

    def __init__(self, cover: Cover) -> None:
        self._columns = cover.reach.T.tocsr()
        self._left = cover.weight.copy()

    def gains(self) -> NDArray[np.float64]:
        """Return how many people each site would reach."""
        return np.asarray(self._columns @ self._left)

    def take(self, site: int) -> None:
        """Add a site."""
        self._left[self._columns[[site]].indices] = 0.0


class Savings:
    """The minutes that people would still save.

    Parameters
    ----------
    saved : (R, C) sparse
        Minutes that each site alone saves each point.
    weight : (R,) array
        People.
    """

    def __init__(self, saved: sparse.coo_array, weight: NDArray[np.float64]) -> None:
        self._saved, self._weight = saved, weight
        self._so_far = np.zeros(len(weight))

    def gains(self) -> NDArray[np.float64]:
        """Return how many minutes of all people each site would save."""
        row, more = self._saved.row, np.maximum(self._saved.data - self._so_far[self._saved.row], 0.0)
        sums = np.bincount(self._saved.col, self._weight[row] * more, minlength=self._saved.shape[1])
        return sums.astype(np.float64)

    def take(self, site: int) -> None:
        """Add a site."""
        own = self._saved.col == site
        np.maximum.at(self._so_far, self._saved.row[own], self._saved.data[own])


@dataclass(frozen=True, eq=False)
class Sequence:
    """Sites in the order in which they were added.

    Attributes
    ----------
    sites : (n,) int64
    gained : (n,) float64
        What each adds to those before it.
    bound : float
        No choice that keeps the rules gains more.
    """

    sites: NDArray[np.int64]
    gained: NDArray[np.float64]
    bound: float

    @property
    def value(self) -> float:
        """What all of them gain."""
        return float(self.gained.sum())


def greedy(stock: Stock, rules: Rules, enough: float = np.inf) -> Sequence:
    """Add the site that gains most until no rule or no gain is left.

    Parameters
    ----------
    stock : Stock
        Used up.
    rules : Rules
        Kept by the result: what the minima ask for is set aside from the beginning.
    enough : float, optional
        Stop once so much is gained and the minima are kept. Sites are then, as under a budget, compared by their gain
        per unit of cost.
    """
    chosen = np.zeros(rules.count, dtype=bool)
    sites: list[int] = []
    gained: list[float] = []
    bound = np.inf
    while True:
        gain = stock.gains()
        bound = min(bound, sum(gained) + _most_of(gain, rules))
        open_to, owed = rules.keep_open(chosen), _owed(chosen, rules)
        useful = open_to & (gain > _NOTHING) & (sum(gained) < enough)
        if not useful.any():  # only the minima may ask for more
            useful = open_to & owed
        if not useful.any():
            break
        by_cost = rules.budget is not None or np.isfinite(enough)
        merit = (gain + _NOTHING) / np.maximum(rules.cost, _NOTHING) if by_cost else gain
        best = int(np.argmax(np.where(useful, merit, -np.inf)))
        stock.take(best)
        chosen[best] = True
        sites.append(best)
        gained.append(float(gain[best]))
    if rules.budget is None and not rules.minima and np.isinf(enough):
        bound = min(bound, sum(gained) / GREEDY_SHARE)
    return Sequence(np.array(sites, dtype=np.int64), np.array(gained), bound)


def ladder(stock: Stock, longest: int, enough: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each site more gains, and the most that so many sites can gain, whatever their number.

    Parameters
    ----------
    stock : Stock
        Used up.
    longest : int
        So many sites at most.
    enough : float
        Stop once so much is gained.

    Returns
    -------
    gained : (n,) array
        Of the first site, the second …
    bound : (n,) array
        No choice of one site, of two … gains more.
    """
    gained: list[float] = []
    bound = np.full(longest, np.inf)
    while True:
        gain = np.sort(stock_gain := stock.gains())[::-1]
        most = np.cumsum(gain)[:longest]
        bound[: len(most)] = np.minimum(bound[: len(most)], sum(gained) + most)
        if len(gained) == min(longest, len(gain)) or gain[0] <= _NOTHING or sum(gained) >= enough:
            break
        stock.take(int(np.argmax(stock_gain)))
        gained.append(float(gain[0]))
    steps = np.arange(1, len(gained) + 1)
    sure = np.cumsum(gained) / (1 - (1 - 1 / steps) ** steps) if gained else np.zeros(0)
    return np.array(gained), np.minimum(bound[: len(gained)], sure)


def least_cost(gain: NDArray[np.float64], cost: NDArray[np.float64], enough: float) -> float:
    """Return what it costs at least to gain so much, were the gains of sites independent and sites divisible."""
    order = np.argsort(cost / np.maximum(gain, _NOTHING), kind="stable")
    before = np.cumsum(gain[order]) - gain[order]
    part = np.clip((enough - before) / np.maximum(gain[order], _NOTHING), 0.0, 1.0)
    return float((part * cost[order])[before < enough].sum())


def _owed(chosen: NDArray[np.bool_], rules: Rules) -> NDArray[np.bool_]:
    """Return the sites that a minimum still asks for."""
    owed = np.zeros(rules.count, dtype=bool)
    for members, least in rules.minima:
        if chosen[members].sum() < least:
            owed[members] = True
    return owed


def _most_of(gain: NDArray[np.float64], rules: Rules) -> float:
    """Return the most that sites within number and budget could add, were their gains independent of one another."""
    most = float(np.sort(gain)[::-1][: rules.most].sum())
    if rules.budget is None:
        return most
    free = rules.cost <= _NOTHING
    paid_gain, cost = gain[~free], rules.cost[~free]
    order = np.argsort(-paid_gain / cost, kind="stable")  # the fractional knapsack of Dantzig 1957
    before = np.cumsum(cost[order]) - cost[order]
    part = np.clip((rules.budget - before) / cost[order], 0.0, 1.0)
    return min(most, float(gain[free].sum() + (part * paid_gain[order]).sum()))
