"""Covering on plain arrays: who is reached from which site, in; the best sites with the proven bound, out.

- MCLP, the most people with so many sites (Church & ReVelle 1974): :func:`maximal_cover`
- LSCP, the fewest or cheapest sites that reach everybody (Toregas et al. 1971), or a part: :func:`set_cover`

Minutes are in :mod:`lifecircle.siting.minutes`, places that are limited in :mod:`lifecircle.siting.capacity`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from lifecircle.errors import InputError
from lifecircle.messages import told
from lifecircle.siting.cover import Cover, cover_of
from lifecircle.siting.greedy import People, greedy, least_cost
from lifecircle.siting.rules import SAME, Choice, Effort, Rules
from lifecircle.siting.solver import Program, Solution, solved

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

MOST_ENTRIES: Final = 5_000_000
"""Programs with more numbers than this are left to the greedy choice: HiGHS does not solve their first relaxation in a
minute."""

_CHOSEN: Final = 0.5
_SLACK: Final = 1e-9
_TRIES: Final = 3


def maximal_cover(reach: sparse.sparray, weight: ArrayLike, rules: Rules, effort: Effort | None = None) -> Choice:
    """Choose the sites that reach most people (MCLP).

    Parameters
    ----------
    reach : (R, C) sparse
        Not 0 where a site reaches a point.
    weight : (R,) array_like of float
        People at each point who need a site; 0 for those whom a facility reaches already.
    rules : Rules
        With ``most`` or ``budget``.
    effort : Effort, optional

    Returns
    -------
    Choice
        Its value is the weight reached.

    Raises
    ------
    InputError
        If the rules cannot be kept.

    Examples
    --------
    Site 0 reaches 3 + 4, site 1 reaches 4 + 2; one may be built.

    >>> reach = sparse.csr_array([[1, 0], [1, 1], [0, 1]])
    >>> best = maximal_cover(reach, [3.0, 4.0, 2.0], Rules(np.ones(2), most=1))
    >>> best.sites.tolist(), best.value, best.how
    ([0], 7.0, 'exact')
    """
    return best_cover(cover_of(reach, weight), rules, effort or Effort())


def best_cover(cover: Cover, rules: Rules, effort: Effort) -> Choice:
    """Choose the sites that reach most weight of a cover; otherwise as :func:`maximal_cover`."""
    rules.check()
    if rules.most is None and rules.budget is None:
        raise InputError(told("error.site_no_number"))
    first = greedy(People(cover), rules)
    sites = np.sort(first.sites)
    if cover.reach.nnz > MOST_ENTRIES or first.bound <= first.value * (1 + effort.gap):
        return Choice(sites, first.value, max(first.bound, first.value), searched=False)
    tried = _worth_trying(cover, rules, first.value, sites)
    part = cover_of(cover.reach[:, tried], cover.weight)
    found = solved(_program(part, rules.of(tried)), effort)
    if found is None:
        raise InputError(told("error.site_no_choice"))
    if found.values is not None:
        own = tried[found.values[: len(tried)] > _CHOSEN]
        sites = max(own, sites, key=lambda chosen: _weight(cover, chosen))
    value = _weight(cover, sites)
    return Choice(sites, value, max(min(found.bound, first.bound), value))


def _worth_trying(cover: Cover, rules: Rules, value: float, sites: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sites that a choice better than one of a known value can hold, and those of the known one.

    With a site goes at most its own gain and the largest gains that the other places could bring by themselves.
    """
    if rules.most is None:
        return np.arange(rules.count)
    gain = np.asarray(cover.reach.T @ cover.weight)
    others = float(np.sort(gain)[::-1][: rules.most - 1].sum())
    kept = gain + others > value * (1 - SAME)
    kept[sites] = True
    return np.flatnonzero(kept)


def set_cover(
    reach: sparse.sparray, weight: ArrayLike, rules: Rules, effort: Effort | None = None, *, needed: float | None = None
) -> Choice | None:
    """Choose the cheapest sites that reach everybody who can be reached (LSCP), or at least so much weight.

    Parameters
    ----------
    reach, weight, effort
        As in :func:`maximal_cover`.
    rules : Rules
        The sum of the costs is minimised: costs of 1 give the fewest sites.
    needed : float, optional
        Weight that is to be reached; all that can be when left out.

    Returns
    -------
    Choice or None
        Its value is the cost. ``None`` where no choice within the rules reaches so much.

    Raises
    ------
    InputError
        If the rules cannot be kept, or nothing was found in the time given.

    Examples
    --------
    One site reaches seven of nine people; all of them need both.

    >>> reach, rules = sparse.csr_array([[1, 0], [1, 1], [0, 1]]), Rules(np.ones(2))
    >>> set_cover(reach, [3.0, 4.0, 2.0], rules, needed=7.0).value, set_cover(reach, [3.0, 4.0, 2.0], rules).value
    (1.0, 2.0)
    """
    rules.check()
    cover, effort = cover_of(reach, weight), effort or Effort()
    total = float(cover.weight.sum())
    asked = total if needed is None else needed
    if asked > total * (1 + _SLACK):
        return None
    asked = min(asked, total) * (1 - _SLACK)
    first = greedy(People(cover), rules, enough=asked)
    sites = np.sort(first.sites)
    enough = first.value >= asked
    least = least_cost(np.asarray(cover.reach.T @ cover.weight), rules.cost, asked)
    if cover.reach.nnz > MOST_ENTRIES and enough:
        return Choice(sites, float(rules.cost[sites].sum()), least, searched=False)
    found = _cheapest(cover, rules, asked, effort)
    if found is None:
        return None
    own = np.flatnonzero(found.values[: rules.count] > _CHOSEN) if found.values is not None else sites
    if found.values is not None and (not enough or rules.cost[own].sum() <= rules.cost[sites].sum()):
        sites, enough = own, _weight(cover, own) >= asked
    if not enough:
        raise InputError(told("error.site_no_time"))
    value = float(rules.cost[sites].sum())
    return Choice(sites, value, min(max(-found.bound, least), value))


def _cheapest(cover: Cover, rules: Rules, asked: float, effort: Effort) -> Solution | None:
    """Return the cheapest choice that surely reaches so much weight, with the bound for exactly so much.

    The solver lets every group count a millionth more than its sites; where that made up for people, as many more are
    asked for.
    """
    first = found = solved(_program(cover, rules, asked), effort)
    for _ in range(_TRIES):
        if found is None or found.values is None:
            break
        short = asked - _weight(cover, np.flatnonzero(found.values[: rules.count] > _CHOSEN))
        if short <= 0:
            break
        found = solved(_program(cover, rules, asked + 2 * short), effort)
    if first is None or found is None:
        return None
    return Solution(found.values, first.bound)


def _weight(cover: Cover, sites: NDArray[np.int64]) -> float:
    return float(cover.weight[cover.of(sites)].sum())


def _program(cover: Cover, rules: Rules, asked: float | None = None) -> Program:
    """Return the MCLP, or the cheapest choice that reaches so much weight.

    Variables are the sites and the part of each group that counts as reached, which is whole by itself: a group counts
    as far as its sites are chosen.
    """
    groups, sites = cover.reach.shape
    own, low, high = rules.rows()
    if asked is not None and asked > cover.weight.sum() - _CHOSEN * cover.weight.min(initial=np.inf):
        return Program(  # everybody: each group needs a site, and nothing is to be counted
            worth=-rules.cost,
            upper=np.ones(sites),
            matrix=sparse.csr_array(sparse.vstack([cover.reach.astype(np.float64), own])),
            low=np.concatenate([np.ones(groups), low]),
            high=np.concatenate([np.full(groups, np.inf), high]),
            whole=np.ones(sites, dtype=bool),
        )
    counts = sparse.hstack([-cover.reach.astype(np.float64), sparse.eye_array(groups)])
    rows = [counts, sparse.hstack([own, sparse.csr_array((own.shape[0], groups))])]
    lows, highs = [np.full(groups, -np.inf), low], [np.zeros(groups), high]
    worth = np.concatenate([np.zeros(sites), cover.weight])
    if asked is not None:
        rows.append(sparse.csr_array(worth[np.newaxis]))
        lows.append(np.array([asked]))
        highs.append(np.array([np.inf]))
        worth = np.concatenate([-rules.cost, np.zeros(groups)])
    return Program(
        worth=worth,
        upper=np.ones(sites + groups),
        matrix=sparse.csr_array(sparse.vstack(rows)),
        low=np.concatenate(lows),
        high=np.concatenate(highs),
        whole=np.arange(sites + groups) < sites,
    )
