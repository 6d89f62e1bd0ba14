"""Takes what sites are chosen on, gives the shortest way to a target: how few sites, and what each one more brings."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.scores.membership import membership
from lifecircle.scores.results import KNOWN_ENOUGH
from lifecircle.siting.cover import cover_of
from lifecircle.siting.greedy import People, ladder
from lifecircle.siting.models import best_cover, set_cover
from lifecircle.siting.rules import Choice, Rules
from lifecircle.siting.walks import within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.siting.rules import Effort
    from lifecircle.siting.wish import Siting, Wish

FEWEST_COLUMNS: Final = (
    "plan_id", "standard_id", "level", "area_id", "people", "target", "share", "sites", "at_least", "share_after",
    "share_most", "how",
)  # fmt: skip
"""The columns of the shortest way. ``sites`` bring ``share`` to ``share_after``, which keeps the target; fewer than
``at_least`` cannot. Where even all candidates together give no more than ``share_most`` below the target, ``sites`` is
missing and ``how`` is ``impossible``; where too little is known, ``no_data``."""

RETURN_COLUMNS: Final = ("sites", "share", "share_bound", "gained", "how")
"""The columns of returns: the share with so many sites, which no choice brings above ``share_bound``, and how many more
people are reached than with one site less."""

LONGEST: Final = 1000
"""Sites up to which returns are told."""

SOLVED: Final = 10
"""Numbers of sites that are solved in any case; those beyond are added one by one."""

_TWICE: Final = 2
_STRICTLY: Final = 1e-6
_NOBODY: Final = np.array([], dtype=np.int64)


def fewest_sites(siting: Siting, effort: Effort) -> pd.DataFrame:
    """Return how many sites bring a circle to its target, in the whole city and in each district by sites of its own.

    Parameters
    ----------
    siting : Siting
    effort : Effort
        For all areas together: the districts first, each an equal part of the time that is left.

    Returns
    -------
    DataFrame
        :data:`FEWEST_COLUMNS`, the city first.
    """
    people = membership(siting.residents, siting.areas, {})
    sites = membership(siting.candidates, siting.areas, {})
    asked = [
        (row, str(level), str(area_id))
        for row, (level, area_id) in enumerate(people.areas.itertuples(index=False))
        if level in {"city", "district"}
    ]
    stop, rows = time.monotonic() + effort.seconds, {}
    for at, (row, level, area_id) in enumerate(reversed(asked)):
        inside = np.zeros(len(siting.residents), dtype=bool)
        inside[people.points_of(row)] = True
        left = max(stop - time.monotonic(), 0.0) / (len(asked) - at)
        rows[area_id] = {"level": level, "area_id": area_id} | _fewest(
            siting, inside, sites.points_of(row), replace(effort, seconds=left)
        )
    circle = siting.need.circle
    table = pd.DataFrame([rows[area_id] for _, _, area_id in asked])
    table = table.assign(plan_id=siting.need.plan_id, standard_id=circle.id, target=circle.target)
    return table[list(FEWEST_COLUMNS)]


def _fewest(
    siting: Siting, inside: NDArray[np.bool_], candidates: NDArray[np.intp], effort: Effort
) -> dict[str, object]:
    """Return the shortest way of the people inside one area, by some of the candidates."""
    need = siting.need
    total = float(need.people[inside & ~need.unknown].sum())
    whole = float(need.people[inside].sum())
    if not total or total < KNOWN_ENOUGH * whole:
        nothing = dict.fromkeys(("share", "sites", "at_least", "share_after", "share_most"), np.nan)
        return {"people": total, **nothing, "how": "no_data"}
    lacking = np.where(inside, need.lacking, 0.0)
    have = float(need.people[inside & need.covered & ~need.unknown].sum())
    cover = cover_of(within(siting.walks, need.limit)[:, candidates], lacking)
    most = (have + float(cover.weight.sum())) / total
    row = {"people": total, "share": have / total, "share_most": most}
    target = need.circle.threshold + (_STRICTLY if need.circle.comparator == ">" else 0.0)
    missing = target * total - have
    if missing <= _STRICTLY * _STRICTLY * total:
        return row | {"sites": 0.0, "at_least": 0.0, "share_after": have / total, "how": "exact"}
    rules = Rules(np.ones(len(candidates)))
    best = set_cover(cover.reach, cover.weight, rules, effort, needed=missing)
    if best is None:
        return row | {"sites": np.nan, "at_least": np.nan, "share_after": np.nan, "how": "impossible"}
    reached = float(cover.weight[cover.of(best.sites)].sum())
    at_least = best.value if best.how == "exact" else np.ceil(best.bound - _STRICTLY)
    how = "exact" if at_least == best.value else best.how
    return row | {"sites": best.value, "at_least": at_least, "share_after": (have + reached) / total, "how": how}


def returns_of(siting: Siting, wish: Wish) -> pd.DataFrame:
    """Return how the share of people within the limit grows with the number of sites, wherever they stand.

    Small numbers are solved each by itself, so the sites of one need not be among those of the next. From there on one
    site after the other is added, and the bound tells how much better a choice could be.

    Parameters
    ----------
    siting : Siting
    wish : Wish
        Numbers up to twice its own are solved, at least :data:`SOLVED`, for as long as its effort lasts.

    Returns
    -------
    DataFrame
        :data:`RETURN_COLUMNS`, from no site on; up to the target, or to the last number that is solved, but no farther
        than :data:`LONGEST`.
    """
    need = siting.need
    cover = cover_of(within(siting.walks, need.limit), need.lacking)
    ones = np.ones(cover.reach.shape[1])
    missing = need.circle.threshold * need.total - (need.total - float(need.lacking.sum()))
    gained, bound = ladder(People(cover), LONGEST, missing)
    solved = max(SOLVED, _TWICE * (wish.new or 0))
    if len(gained) < solved:
        gained, bound = ladder(People(cover), solved, np.inf)
    found = [
        Choice(_NOBODY, value, max(most, value), searched=False)
        for value, most in zip([0.0, *np.cumsum(gained)], [0.0, *bound], strict=True)
    ]
    stop = time.monotonic() + wish.effort.seconds
    for number in range(1, min(solved, len(gained)) + 1):
        left = replace(wish.effort, seconds=stop - time.monotonic())
        if left.seconds > 0:
            found[number] = best_cover(cover, Rules(ones, most=number), left)
    values = np.maximum.accumulate([one.value for one in found])
    return pd.DataFrame(
        {
            "sites": np.arange(len(found)),
            "share": [need.share(value) for value in values],
            "share_bound": [need.share(max(one.bound, value)) for one, value in zip(found, values, strict=True)],
            "gained": np.diff(values, prepend=0.0),
            "how": [one.how for one in found],
        }
    )[list(RETURN_COLUMNS)]
