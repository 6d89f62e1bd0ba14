"""Takes who is reached from which site, gives the same in fewer rows: what does not change any choice is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_SEED: Final = 2025


@dataclass(frozen=True, eq=False)
class Cover:
    """G groups of people, each reached from one and the same set of C sites.

    Attributes
    ----------
    reach : (G, C) sparse bool
        Which sites reach a group; none is empty, no two are equal.
    weight : (G,) float64
        People of each group, all above 0.
    group : (R,) int64
        Group of each of the R points that were put in; -1 for those that no choice can change.
    """

    reach: sparse.csr_array
    weight: NDArray[np.float64]
    group: NDArray[np.int64]

    def of(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which groups some sites reach."""
        return np.asarray(self.reach[:, chosen].sum(axis=1) > 0)


def cover_of(reach: sparse.sparray, weight: ArrayLike) -> Cover:
    """Return points with equal sets of sites as one, and without those that weigh nothing or are out of reach.

    Every choice reaches exactly as much weight in what is left as it reached before.

    Parameters
    ----------
    reach : (R, C) sparse
        Not 0 where a site reaches a point.
    weight : (R,) array_like of float
        Not negative; ``nan`` weighs nothing.

    Examples
    --------
    Points 0 and 2 are reached from site 1 alone; nothing reaches point 1.

    >>> cover = cover_of(sparse.csr_array([[0, 1], [0, 0], [0, 1]]), [3.0, 5.0, 4.0])
    >>> cover.weight.tolist(), cover.group.tolist()
    ([7.0], [0, -1, 0])
    """
    rows = sparse.csr_array(reach, copy=True).astype(bool)
    rows.eliminate_zeros()
    rows.sum_duplicates()
    weights = np.nan_to_num(np.asarray(weight, dtype=np.float64))
    kept = np.flatnonzero((weights > 0) & (np.diff(rows.indptr) > 0))
    rows = rows[kept]
    first, inverse = _equal_rows(rows)
    group = np.full(len(weights), -1, dtype=np.int64)
    group[kept] = inverse
    total = np.bincount(inverse, weights[kept], minlength=len(first)).astype(np.float64)
    return Cover(sparse.csr_array(rows[first]), total, group)


def _equal_rows(rows: sparse.csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first of each kind of row, and the kind of every row.

    A row is told by the sums of two random 64-bit numbers of each of its columns: that two different rows among a
    million have the same sums happens once in 10^26 cities.
    """
    if not rows.shape[0]:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    marks = np.random.default_rng(_SEED).integers(0, 2**64, size=(2, rows.shape[1]), dtype=np.uint64)
    sums = np.add.reduceat(marks[:, rows.indices], rows.indptr[:-1], axis=1)
    _, first, inverse = np.unique(sums, axis=1, return_index=True, return_inverse=True)
    order = np.argsort(first)  # kinds in the order in which they first come
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return first[order].astype(np.int64), rank[inverse.reshape(-1)]
