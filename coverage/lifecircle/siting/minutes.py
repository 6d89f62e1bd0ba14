"""Minutes on plain arrays: how long people walk to which site, in; the sites that make walks shorter, out.

- p-median, the least minutes of all people together (Hakimi 1964): :func:`p_median`
- p-centre, the shortest longest walk (Hakimi 1964): :func:`p_centre`
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from lifecircle.errors import InputError
from lifecircle.messages import told
from lifecircle.siting.cover import cover_of
from lifecircle.siting.greedy import Savings, greedy
from lifecircle.siting.models import MOST_ENTRIES, best_cover, set_cover
from lifecircle.siting.rules import Choice, Effort, Rules

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def p_median(
    minutes: sparse.sparray, weight: ArrayLike, nearest: ArrayLike, rules: Rules, effort: Effort | None = None
) -> Choice:
    """Choose the sites with which all people together walk least.

    Parameters
    ----------
    minutes : (R, C) sparse
        Walks, as far as they are looked at; a walk of 0 minutes must be stored. Pairs that are not stored help nobody.
    weight : (R,) array_like of float
        People.
    nearest : (R,) array_like of float
        Minutes to the nearest facility there is, or those that count where there is none; finite.
    rules : Rules
        With ``most`` or ``budget``.
    effort : Effort, optional

    Returns
    -------
    Choice
        Its value is the sum of everybody's minutes.

    Raises
    ------
    InputError
        If the rules cannot be kept, or somebody has no minutes to begin with.
    """
    rules.check()
    weights, base = np.nan_to_num(np.asarray(weight, dtype=np.float64)), np.asarray(nearest, dtype=np.float64)
    if not np.all(np.isfinite(base[weights > 0])):
        raise InputError(told("error.site_no_minutes"))
    base = np.where(weights > 0, base, 0.0)
    saved, effort = _saved(minutes, weights, base), effort or Effort()
    ahead = np.bincount(saved.row, minlength=len(weights))
    if float((ahead * (ahead + 1) / 2).sum()) > MOST_ENTRIES:
        first = greedy(Savings(saved, weights), rules)
        best = Choice(np.sort(first.sites), first.value, max(first.bound, first.value), searched=False)
    else:
        best = best_cover(cover_of(*_steps(saved, weights)), rules, effort)
    total = float((weights * base).sum())
    return replace(best, value=total - best.value, bound=total - best.bound)


def p_centre(
    minutes: sparse.sparray, weight: ArrayLike, nearest: ArrayLike, rules: Rules, effort: Effort | None = None
) -> Choice:
    """Choose the sites that make the longest walk shortest.

    The longest walk is one of those there are. Of two halves of them, the one that holds it is told by whether sites
    within the rules leave nobody with a longer walk (Minieka 1970, SIAM Review 12).

    Parameters
    ----------
    minutes, effort
        As in :func:`p_median`.
    weight : (R,) array_like of float
        Points of no weight do not count.
    nearest : (R,) array_like of float
        Minutes to the nearest facility there is; infinite where there is none. Points that neither a facility nor a
        site reaches do not count either.
    rules : Rules
        With ``most`` or ``budget``.

    Returns
    -------
    Choice
        Its value is the longest walk, minutes.

    Raises
    ------
    InputError
        If the rules cannot be kept, leave somebody without any walk, or the time given was too short.
    """
    walks, effort = sparse.coo_array(minutes), effort or Effort()
    weights, base = np.nan_to_num(np.asarray(weight, dtype=np.float64)), np.asarray(nearest, dtype=np.float64)
    shortest = base.copy()
    np.minimum.at(shortest, walks.row, walks.data)
    counted = (weights > 0) & np.isfinite(shortest)
    possible = np.concatenate([walks.data[counted[walks.row]], base[counted & np.isfinite(base)], [0.0]])
    lengths = np.unique(possible[possible >= shortest[counted].max(initial=0.0)])

    def within(longest: float) -> Choice | None:
        near = walks.data <= longest
        shape = (int(near.sum()), (walks.row[near], walks.col[near]))
        reach = sparse.csr_array((np.ones(shape[0], dtype=bool), shape[1]), shape=walks.shape)
        left = counted & (base > longest)
        return set_cover(reach, left.astype(np.float64), rules, effort, needed=float(left.sum()))

    best = within(float(lengths[-1]))
    if best is None:
        raise InputError(told("error.site_no_walk"))
    low, high = 0, len(lengths) - 1
    while low < high:
        middle = (low + high) // 2
        found = within(float(lengths[middle]))
        if found is not None:
            best, high = found, middle
        else:
            low = middle + 1
    value = float(lengths[high])
    return Choice(best.sites, value, value)


def _saved(minutes: sparse.sparray, weights: NDArray[np.float64], base: NDArray[np.float64]) -> sparse.coo_array:
    """Return the minutes that each site saves each point, those alone that save any."""
    walks = sparse.coo_array(minutes)
    saved = base[walks.row] - walks.data
    some = (saved > 0) & (weights[walks.row] > 0)
    return sparse.coo_array((saved[some], (walks.row[some], walks.col[some])), shape=walks.shape)


def _steps(saved: sparse.coo_array, weights: NDArray[np.float64]) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Return what p-median saves as a cover: each step of a point's stair of savings, with the sites that climb it.

    The best of a point's sites saves the sum of all steps up to its own (Kolen & Tamir 1990, in Mirchandani & Francis,
    Discrete Location Theory, chapter 6). Hence the most savings are the most weight of steps reached.
    """
    order = np.lexsort((saved.col, -saved.data, saved.row))
    row, site, save = saved.row[order], saved.col[order], saved.data[order]
    begin = np.searchsorted(row, row)  # of the point's own entries
    following = np.append(save[1:], 0.0)
    following[np.append(row[1:] != row[:-1], True)] = 0.0  # the last step of a point stands on the ground
    sites = np.arange(len(row)) - begin + 1
    offsets = np.concatenate([[0], np.cumsum(sites)])
    own = np.arange(offsets[-1]) - np.repeat(offsets[:-1], sites) + np.repeat(begin, sites)
    reach = sparse.csr_array((np.ones(len(own), dtype=bool), site[own], offsets), shape=(len(row), saved.shape[1]))
    return reach, weights[row] * (save - following)
