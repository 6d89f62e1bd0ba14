"""How positions are shared out among sites: each site gets a compact part that holds its share of the mass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS: Final = 120
_SHORTER: Final = 0.5
_LONGER: Final = 1.2
_FIT_MOST: Final = 12_000  # positions that the weights are fitted on
_LLOYD_ROUNDS: Final = 6


def power_labels(
    xy: NDArray[np.float64],
    sites: NDArray[np.float64],
    owner: NDArray[np.int64],
    share: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the owner of each position in a power diagram in which every owner holds a given share of positions.

    A power diagram gives a position to the site with the least squared distance minus the site's weight; all sites of
    one owner have one weight. Weights are raised where an owner holds too little and lowered where it holds too much,
    by steps that shrink when they overshoot (Aurenhammer, Hoffmann, Aronov 1998: such weights exist for any shares;
    Riedmiller, Braun 1993: the steps).

    Parameters
    ----------
    xy : (n, 2) array
        Positions, metres.
    sites : (k, 2) array
        Metres.
    owner : (k,) array
        Index of each site's owner; every owner has a site.
    share : (m,) array
        Share of the positions that each owner should hold, adding up to 1.

    Returns
    -------
    (n,) array
        Indices of owners.
    """
    thinned = xy[:: max(1, len(xy) // _FIT_MOST)]
    distance = _nearest_of_owner(thinned, sites, owner, len(share))
    weight = np.zeros(len(share))
    step = np.full(len(share), np.ptp(xy, axis=0).max() ** 2 / len(share))
    before = np.zeros(len(share))
    for _ in range(_ROUNDS):
        got = np.bincount(np.argmin(distance - weight, axis=1), minlength=len(share)) / len(thinned)
        lacks = np.sign(share - got)
        step *= np.select([lacks * before < 0, lacks * before > 0], [_SHORTER, _LONGER], 1.0)
        weight += step * lacks
        before = lacks
    return np.argmin(_nearest_of_owner(xy, sites, owner, len(share)) - weight, axis=1)


def compact_labels(
    xy: NDArray[np.float64], mass: NDArray[np.float64], parts: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return compact parts of about equal mass: k-means with weights (Lloyd 1982), every part with a position.

    Parameters
    ----------
    xy : (n, 2) array
        Positions, metres; at least ``parts`` of them.
    mass : (n,) array
    parts : int
    rng : Generator

    Returns
    -------
    (n,) array
        Indices from 0 to ``parts - 1``.
    """
    sites = xy[rng.choice(len(xy), size=parts, replace=False, p=mass / mass.sum())]
    for _ in range(_LLOYD_ROUNDS):
        labels = np.argmin(_squared(xy, sites), axis=1)
        held = np.bincount(labels, mass, minlength=parts)
        middle = np.column_stack([np.bincount(labels, mass * axis, minlength=parts) for axis in xy.T])
        sites = np.where(held[:, None] > 0, middle / np.maximum(held, 1e-12)[:, None], sites)
    return np.argmin(_squared(xy, sites), axis=1)


def joined_fragments(
    labels: NDArray[np.int64], pairs: NDArray[np.int64], within: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the labels with every part in one piece: lesser pieces go over to a neighbour.

    Parameters
    ----------
    labels : (n,) array
        Part of each cell.
    pairs : (m, 2) array
        Cells that share a side.
    within : (n,) array
        A piece only goes over to neighbours with the same value here.

    Returns
    -------
    (n,) array
    """
    labels = labels.copy()
    pairs = pairs[within[pairs[:, 0]] == within[pairs[:, 1]]]
    while (lesser := _lesser_pieces(labels, pairs)).any():
        outward = np.vstack([pairs, pairs[:, ::-1]])
        outward = outward[lesser[outward[:, 0]] & ~lesser[outward[:, 1]]]
        if not len(outward):
            break
        labels[outward[:, 0]] = labels[outward[:, 1]]
    return labels


def _lesser_pieces(labels: NDArray[np.int64], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which cells belong to a piece of their part that is not its largest."""
    same = pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]]
    touching = coo_array((np.ones(len(same), dtype=bool), (same[:, 0], same[:, 1])), shape=(len(labels), len(labels)))
    _, piece = connected_components(touching, directed=False)
    size = np.bincount(piece)
    first = np.unique(piece, return_index=True)[1]
    order = np.lexsort((np.arange(len(size)), -size, labels[first]))
    largest = order[np.unique(labels[first][order], return_index=True)[1]]
    return ~np.isin(piece, largest)


def _squared(xy: NDArray[np.float64], sites: NDArray[np.float64]) -> NDArray[np.float64]:
    return (xy[:, :1] - sites[:, 0]) ** 2 + (xy[:, 1:] - sites[:, 1]) ** 2


def _nearest_of_owner(
    xy: NDArray[np.float64], sites: NDArray[np.float64], owner: NDArray[np.int64], owners: int
) -> NDArray[np.float64]:
    """Return the squared distance from each position to the nearest site of each owner, (n, owners)."""
    return np.column_stack([_squared(xy, sites[owner == number]).min(axis=1) for number in range(owners)])
