"""Takes people, sites and facilities that have places for so many, gives the sites with which most people get a place.

The capacitated MCLP (Current & Storbeck 1988, Environment and Planning B 15). People of one point may go to several
places; who serves whom is for the best of all together, which nobody need follow on the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from lifecircle.errors import InputError
from lifecircle.messages import told
from lifecircle.siting.cover import cover_of
from lifecircle.siting.rules import Choice, Effort, Rules
from lifecircle.siting.solver import Program, solved

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_CHOSEN: Final = 0.5


def capacitated_cover(
    reach: sparse.sparray,
    weight: ArrayLike,
    places: ArrayLike,
    rules: Rules,
    effort: Effort | None = None,
) -> Choice:
    """Choose the sites with which most people get a place.

    Parameters
    ----------
    reach : (R, C + F) sparse
        Not 0 where a site (the first C columns) or a facility (the others) reaches a point.
    weight : (R,) array_like of float
        People who need a place. Where a facility without limit reaches them they have one: give them no weight.
    places : (C + F,) array_like of float
        Of each site and facility; infinite for a site without limit.
    rules : Rules
        For the C sites, with ``most`` or ``budget``.
    effort : Effort, optional

    Returns
    -------
    Choice
        Its value is the number of people with a place, those in facilities included.

    Raises
    ------
    InputError
        If the rules cannot be kept, a number of places cannot be one, or nothing was found in the time given.
    """
    rules.check()
    room = np.asarray(places, dtype=np.float64)
    if np.isnan(room).any() or (room < 0).any():
        raise InputError(told("error.site_no_places"))
    cover = cover_of(reach, weight)
    room = np.minimum(room, np.asarray(cover.reach.T @ cover.weight))
    found = solved(_program(cover.reach, cover.weight, room, rules), effort or Effort())
    if found is None:
        raise InputError(told("error.site_no_choice"))
    if found.values is None:
        raise InputError(told("error.site_no_time"))
    sites = np.flatnonzero(found.values[: rules.count] > _CHOSEN)
    value = float(found.values[rules.count :].sum())
    return Choice(sites, value, max(found.bound, value))


def _program(reach: sparse.csr_array, weight: NDArray[np.float64], room: NDArray[np.float64], rules: Rules) -> Program:
    """Return the program: sites, and for each pair of group and place the people who go there.

    Groups send no more people than they have, places take no more than they have room for, a site none if it is not
    chosen. That no pair carries more people than the group has, if its site is chosen, follows from these for whole
    numbers, and brings the relaxation much nearer to them.
    """
    pairs = reach.tocoo()
    group, place = pairs.row, pairs.col
    count, flows = rules.count, len(group)
    flow = np.arange(flows)

    def rows(index: NDArray[np.int32], length: int) -> sparse.csr_array:
        return sparse.csr_array((np.ones(flows), (index, flow)), shape=(length, flows))

    of_site = np.flatnonzero(place < count)
    most = np.minimum(weight[group], room[place])
    opened = sparse.coo_array((-room[:count], (np.arange(count), np.arange(count))), shape=(len(room), count))
    linked = sparse.coo_array((-most[of_site], (np.arange(len(of_site)), place[of_site])), shape=(len(of_site), count))
    own, low, high = rules.rows()
    blocks = [
        [None, rows(group, len(weight))],
        [opened, rows(place, len(room))],
        [linked, sparse.eye_array(flows, format="csr")[of_site]],
        [own, None],
    ]
    none = sparse.csr_array((len(weight), count)), sparse.csr_array((own.shape[0], flows))
    blocks[0][0], blocks[3][1] = none
    tops = [weight, np.where(np.arange(len(room)) < count, 0.0, room), np.zeros(len(of_site)), high]
    return Program(
        worth=np.concatenate([np.zeros(count), np.ones(flows)]),
        upper=np.concatenate([np.ones(count), most]),
        matrix=sparse.csr_array(sparse.block_array(blocks)),
        low=np.concatenate([np.full(len(weight) + len(room) + len(of_site), -np.inf), low]),
        high=np.concatenate(tops),
        whole=np.arange(count + flows) < count,
    )
