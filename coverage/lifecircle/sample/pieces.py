"""Pieces of street between two nodes, as rows of a table: splitting them, and stringing them together into ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from lifecircle.sample import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KIND: Final = {name: number for number, name in enumerate(facts.roads().kinds)}
"""Number of each kind of way, in the order of ``ways.yaml``."""

_PRIVATE: Final = np.array([kind.tags.get("access") == "private" for kind in facts.roads().kinds.values()])
_LONGEST_WAY: Final = 24  # pieces


def drawn_lines(lines: Sequence[Sequence[int]], kinds: Sequence[str], axis: int) -> pd.DataFrame:
    """Return the pieces of lines that are given by their nodes.

    Parameters
    ----------
    lines : sequence of sequences of int
        Nodes of each line in order.
    kinds : sequence of str
        Kind of each line.
    axis : int
        A number above 1 that no other lines bear; 0 and 1 are the rows and columns of the grid.
    """
    steps = [len(line) - 1 for line in lines]
    return pd.DataFrame(
        {
            "start": np.array([node for line in lines for node in line[:-1]], dtype=np.int64),
            "end": np.array([node for line in lines for node in line[1:]], dtype=np.int64),
            "axis": axis,
            "line": np.repeat(np.arange(len(lines)), steps),
            "place": np.array([step for count in steps for step in range(count)], dtype=np.float64),
            "kind": np.repeat(np.array([KIND[kind] for kind in kinds], dtype=np.int64), steps),
            "name": 0,
        }
    )


def halved(
    pieces: pd.DataFrame, xy: NDArray[np.float64], where: NDArray[np.bool_], aside_m: NDArray[np.float64]
) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.int64]]:
    """Cut some pieces in two at a new node near their middle.

    Parameters
    ----------
    pieces : DataFrame
        ``start, end, place`` and others; the second half comes half a step later.
    xy : (n, 2) array
        Nodes, metres.
    where : (m,) array of bool
        Which pieces are cut.
    aside_m : (k,) array
        How far the new nodes lie to the left of the pieces, one for each that is cut.

    Returns
    -------
    pieces : DataFrame
        The pieces that were not cut, the first halves, and the second halves, in this order.
    xy : (n + k, 2) array
    middle : (k,) array of int
        The new nodes.
    """
    cut = pieces[where]
    start, end = xy[cut["start"]], xy[cut["end"]]
    along = end - start
    left = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    middle = len(xy) + np.arange(len(cut))
    first = cut.assign(end=middle)
    second = cut.assign(start=middle, place=cut["place"] + 0.5)
    joined = pd.concat([pieces[~where], first, second], ignore_index=True)
    return joined, np.vstack([xy, (start + end) / 2 + left * aside_m[:, None]]), middle


def drawn_by_group(keys: Sequence[NDArray[np.int64]], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a number from 0 to 1 for each row, the same for rows with the same keys."""
    table = pd.DataFrame(dict(enumerate(keys)))
    group = table.groupby(list(table.columns), sort=False).ngroup().to_numpy()
    return rng.random(len(group))[group]


def is_public(pieces: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which pieces are not private."""
    return np.asarray(~_PRIVATE[pieces["kind"]])


def public_nodes(pieces: pd.DataFrame) -> NDArray[np.int64]:
    """Return the nodes that lie on a street that is not private, in rising order."""
    return np.unique(pieces.loc[is_public(pieces), ["start", "end"]].to_numpy())


def strung_together(pieces: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64], pd.DataFrame]:
    """Return ways: pieces of one line, kind and name that follow each other.

    Parameters
    ----------
    pieces : DataFrame
        ``start, end, axis, line, place, kind, name``.

    Returns
    -------
    offsets : (w + 1,) array
        Nodes of way i are ``nodes[offsets[i]:offsets[i + 1]]``.
    nodes : (r,) array
    ways : DataFrame
        ``kind`` and ``name`` of each way.
    """
    pieces = pieces.sort_values(["axis", "line", "place"], kind="stable", ignore_index=True)
    same = np.all([pieces[column].eq(pieces[column].shift()) for column in ("axis", "line", "kind", "name")], axis=0)
    follows = same & pieces["start"].eq(pieces["end"].shift()).to_numpy()
    run = np.cumsum(~follows)
    position = np.arange(len(run)) - np.flatnonzero(~follows)[run - 1]
    first = position % _LONGEST_WAY == 0
    opens = np.flatnonzero(first)
    length = np.diff(np.append(opens, len(pieces)))
    offsets = np.concatenate([[0], np.cumsum(length + 1)])
    nodes = np.empty(offsets[-1], dtype=np.int64)
    way = np.cumsum(first) - 1
    nodes[np.arange(len(pieces)) + way] = pieces["start"]
    nodes[offsets[1:] - 1] = pieces["end"].to_numpy()[opens + length - 1]
    return offsets, nodes, pieces.loc[opens, ["kind", "name"]].reset_index(drop=True)
