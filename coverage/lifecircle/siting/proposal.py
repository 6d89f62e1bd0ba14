"""Takes what sites are chosen on and a wish, gives the sites: what each gains, and how often it stays chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.scores.membership import membership
from lifecircle.siting.need import READINGS
from lifecircle.siting.target import fewest_sites, returns_of
from lifecircle.siting.walks import within
from lifecircle.siting.wish import AS_READ, choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.siting.rules import Choice
    from lifecircle.siting.wish import Siting, Wish

SECOND_PEOPLE: Final = "second_residents"
SITE_COLUMNS: Final = (
    "rank", "candidate_id", "name", "origin", "cost", "capacity", "district_id", "street_id", "community_id",
    "lon", "lat", "reaches", "gains", "share_after", "kept", "readings",
)  # fmt: skip
"""The columns of proposed sites, those first that gain most.

``reaches`` are the people of the circle within its limit, ``gains`` those of them whom neither a facility nor a site of
a lower rank reaches, ``share_after`` the city's share once this site and those before it stand. ``kept`` of
``readings`` choices made in other readings of the circle, or for other people, hold the site."""

READING_COLUMNS: Final = ("reading", "sites", "same", "share_before", "share_after", "share_best", "gap", "how")
"""The columns of readings: ``same`` of its ``sites`` are proposed; ``share_after`` is what the proposed sites give in
this reading, ``share_best`` what its own would."""

AREA_COLUMNS: Final = ("level", "area_id", "people", "share_before", "share_after", "gained", "sites")


@dataclass(frozen=True, eq=False)
class Proposal:
    """Proposed sites and what speaks for them.

    Attributes
    ----------
    siting : Siting
    wish : Wish
    choice : Choice
    sites : GeoDataFrame
        :data:`SITE_COLUMNS`.
    readings : DataFrame
        :data:`READING_COLUMNS`, the circle as it is read first.
    by_area : DataFrame
        :data:`AREA_COLUMNS`: the city, its groups and districts.
    returns : DataFrame
        :data:`lifecircle.siting.target.RETURN_COLUMNS`: how the share grows with the number of sites.
    fewest : DataFrame
        :data:`lifecircle.siting.target.FEWEST_COLUMNS`: how many sites bring the city and each district to the target.
    out_of_reach : float
        People without the service whom no candidate reaches.
    """

    siting: Siting
    wish: Wish
    choice: Choice
    sites: gpd.GeoDataFrame
    readings: pd.DataFrame
    by_area: pd.DataFrame
    returns: pd.DataFrame
    fewest: pd.DataFrame
    out_of_reach: float


def proposal(siting: Siting, wish: Wish, others: Mapping[str, Siting] | None = None) -> Proposal:
    """Choose sites, and find out what they give.

    Parameters
    ----------
    siting : Siting
    wish : Wish
    others : mapping, optional
        The same candidates for other people, by a name such as :data:`SECOND_PEOPLE`.

    Raises
    ------
    InputError
        If the wish cannot be kept.
    """
    best = choice(siting, wish)
    readings, kept = _readings(siting, wish, best, others or {})
    sites = _sites(siting, best, kept, len(readings) - 1)
    need = siting.need
    lost = need.lacking[np.diff(within(siting.walks, need.limit).indptr) == 0].sum()
    return Proposal(
        siting=siting,
        wish=wish,
        choice=best,
        sites=sites,
        readings=readings,
        by_area=_by_area(siting, best),
        returns=returns_of(siting, wish),
        fewest=fewest_sites(siting, wish.effort),
        out_of_reach=float(lost),
    )


def _sites(siting: Siting, best: Choice, kept: NDArray[np.int64], readings: int) -> gpd.GeoDataFrame:
    """Return the chosen sites, those first that reach most people whom nothing before them reaches."""
    need, reach = siting.need, within(siting.walks, siting.need.limit).T.tocsr()
    left, waiting = need.lacking.copy(), best.sites.tolist()
    order, gains = [], []
    while waiting:
        each = [float(left[reach[[site]].indices].sum()) for site in waiting]
        first = int(np.argmax(each))
        gains.append(each[first])
        order.append(waiting.pop(first))
        left[reach[[order[-1]]].indices] = 0.0
    table: gpd.GeoDataFrame = siting.candidates.iloc[order].reset_index(drop=True)
    lonlat = table.get_coordinates()
    known = np.where(need.unknown, 0.0, need.people)
    columns = {
        "rank": np.arange(1, len(order) + 1),
        "lon": lonlat["x"].round(6),
        "lat": lonlat["y"].round(6),
        "reaches": [float(known[reach[[site]].indices].sum()) for site in order],
        "gains": gains,
        "share_after": [need.share(reached) for reached in np.cumsum(gains)],
        "kept": kept[order],
        "readings": readings,
    }
    return table.assign(**columns)[[*SITE_COLUMNS, "geometry"]]


def _readings(
    siting: Siting, wish: Wish, best: Choice, others: Mapping[str, Siting]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return what every reading would choose, and how many of them hold each candidate."""
    asked = [(AS_READ, siting), *((name, siting) for name in READINGS), *others.items()]
    kept = np.zeros(len(siting.candidates), dtype=np.int64)
    rows = []
    for name, ground in asked:
        own = best if name == AS_READ else choice(ground, wish, name)
        if name != AS_READ:
            kept[own.sites] += 1
        rows.append(
            (
                name,
                len(own.sites),
                len(np.intersect1d(own.sites, best.sites)),
                *(_share(ground, name, sites) for sites in (best.sites[:0], best.sites, own.sites)),
                own.gap,
                own.how,
            )
        )
    return pd.DataFrame(rows, columns=list(READING_COLUMNS)), kept


def _share(siting: Siting, reading: str, sites: NDArray[np.int64]) -> float:
    """Return the share of people within the limit of one reading once some sites stand."""
    need = siting.need
    reach = within(siting.walks, need.limit * READINGS.get(reading, 1.0))
    covered = need.readings.get(reading, need.covered) | np.asarray(reach[:, sites].sum(axis=1) > 0)
    known = ~need.unknown
    return float(need.people[covered & known].sum() / need.total) if need.total else float("nan")


def _by_area(siting: Siting, best: Choice) -> pd.DataFrame:
    """Return shares before and after for the city, its groups and districts."""
    need, areas, groups = siting.need, siting.areas, siting.study.groups
    reached = np.asarray(within(siting.walks, need.limit)[:, best.sites].sum(axis=1) > 0)
    people = membership(siting.residents, areas, groups)
    chosen = membership(siting.candidates.iloc[best.sites], areas, groups)
    known = np.where(need.unknown, 0.0, need.people)
    total, before = people.sums(known), people.sums(known * need.covered)
    gained = people.sums(need.lacking * reached)
    with np.errstate(invalid="ignore"):
        shares = {"share_before": before / total, "share_after": (before + gained) / total}
    table = people.areas.assign(people=total, **shares, gained=gained, sites=chosen.sums(np.ones(len(best.sites))))
    large = table["level"].isin(["city", "group", "district"])
    return table[large].astype({"sites": np.int64})[list(AREA_COLUMNS)].reset_index(drop=True)
