"""Street ways as they were read, in flat arrays: the one form in which any street file reaches the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

TAG_KEYS: Final = (
    "highway",
    "name",
    "name:zh",
    "name:en",
    "access",
    "foot",
    "motorroad",
    "sidewalk",
    "sidewalk:both",
    "sidewalk:left",
    "sidewalk:right",
    "footway",
    "service",
    "area",
    "segregated",
    "bridge",
    "tunnel",
    "indoor",
    "railway",
    "public_transport",
    "man_made",
    "conveying",
    "ramp:wheelchair",
    "wheelchair",
    "surface",
    "smoothness",
    "sac_scale",
    "ford",
    "incline",
    "width",
    "kerb",
)
"""Tags of ways that are kept; the walking rules may ask for these."""

NODE_TAG_KEYS: Final = (
    "barrier",
    "highway",
    "crossing",
    "crossing:signals",
    "kerb",
    "access",
    "foot",
    "wheelchair",
    "entrance",
    "locked",
)
"""Tags of nodes that are kept."""


@dataclass(frozen=True)
class Ways:
    """Street ways: W ways with R vertices in all.

    Vertices meet where they share a ``node_ref``, never because they share a position: a bridge and the road below it
    may have vertices at the same place. A way that an extract has cut may fill several rows, one per known part.

    Attributes
    ----------
    way_id : (W,) int64
        OpenStreetMap way id, or the row of a line layer as a person counts it. The rings of a multipolygon bear the
        negative id of their relation.
    tags : DataFrame
        W rows; one column per key of :data:`TAG_KEYS` with text, or missing.
    offsets : (W + 1,) int64
        The vertices of way ``i`` are ``offsets[i]:offsets[i + 1]``.
    node_ref : (R,) int64
        OpenStreetMap node id of each vertex; made-up ids for line layers.
    lonlat : (R, 2) float64
        WGS 84, degrees.
    node_tags : DataFrame
        Index ``node_ref``; only nodes that have one of :data:`NODE_TAG_KEYS`, with these as columns.
    """

    way_id: NDArray[np.int64]
    tags: pd.DataFrame
    offsets: NDArray[np.int64]
    node_ref: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    node_tags: pd.DataFrame

    def __len__(self) -> int:
        return len(self.way_id)

    def closed(self) -> NDArray[np.bool_]:
        """Return which ways end at the node they begin at, shape (W,)."""
        first, last = self.node_ref[self.offsets[:-1]], self.node_ref[self.offsets[1:] - 1]
        return np.asarray((first == last) & (np.diff(self.offsets) > 1))


def ways_from_vertices(
    row: NDArray[np.int64],
    node_ref: NDArray[np.int64],
    lonlat: NDArray[np.float64],
    way_id: NDArray[np.int64],
    tags: pd.DataFrame,
    node_tags: pd.DataFrame | None = None,
) -> tuple[Ways, NDArray[np.bool_]]:
    """Put ways together from their vertices, without vertices that repeat the one before.

    Parameters
    ----------
    row : (R,) int64
        Which of P rows each vertex belongs to, in ascending order.
    node_ref, lonlat : (R,) int64, (R, 2) float64
        Node and position of each vertex.
    way_id, tags : (P,) int64, DataFrame of P rows
        Id and tags of each row.
    node_tags : DataFrame, optional
        Tags of nodes; nodes that are no vertex are left out.

    Returns
    -------
    ways : Ways
    kept : (P,) bool
        Which rows have two vertices or more, and so are ways.
    """
    new = np.ones(len(row), dtype=bool)
    new[1:] = (row[1:] != row[:-1]) | (node_ref[1:] != node_ref[:-1])
    kept = np.bincount(row[new], minlength=len(way_id)) > 1
    used = new & kept[row]
    sizes = np.bincount(row[used], minlength=len(way_id))[kept]
    if node_tags is None:
        node_tags = tag_table([], NODE_TAG_KEYS, np.array([], dtype=np.int64))
    node_tags = node_tags[node_tags.index.isin(node_ref[used])].rename_axis("node_ref")
    ways = Ways(
        way_id=way_id[kept],
        tags=tags[kept].reset_index(drop=True),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        node_ref=node_ref[used],
        lonlat=lonlat[used],
        node_tags=node_tags,
    )
    return ways, kept


def ways_within(ways: Ways, bounds: tuple[float, float, float, float]) -> Ways:
    """Return the ways that reach into a rectangle, each of them whole.

    Parameters
    ----------
    ways : Ways
        Such as the streets of a province.
    bounds : (4,) float
        West, south, east and north, degrees; such as a city with a margin as wide as the longest walk.
    """
    west, south, east, north = bounds
    starts = ways.offsets[:-1]
    least, most = (extreme.reduceat(ways.lonlat, starts) for extreme in (np.minimum, np.maximum))
    near = np.asarray(((most >= [west, south]) & (least <= [east, north])).all(axis=1))
    row = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    chosen = near[row]
    return ways_from_vertices(
        row=(np.cumsum(near) - 1)[row[chosen]],
        node_ref=ways.node_ref[chosen],
        lonlat=ways.lonlat[chosen],
        way_id=ways.way_id[near],
        tags=ways.tags.loc[near],
        node_tags=ways.node_tags,
    )[0]


def tag_table(
    rows: Iterable[Mapping[str, str]], keys: tuple[str, ...] = TAG_KEYS, index: NDArray[np.int64] | None = None
) -> pd.DataFrame:
    """Return tags as a table of text with one categorical column per key; what is not tagged is missing.

    Parameters
    ----------
    rows : iterable of mappings
        Tags of each way or node; keys that are not asked for are left out.
    keys : tuple of str
        The columns; those of ways when absent.
    index : (n,) int64, optional
        Labels of the rows; 0, 1, … when absent.
    """
    rows = list(rows)
    columns = {key: pd.Categorical([row.get(key) for row in rows]) for key in keys}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)) if index is None else index)
