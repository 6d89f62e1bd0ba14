"""What the blocks between collector streets are used for: gated compounds, parks, blocks around a square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from lifecircle.sample.pieces import KIND, drawn_by_group, drawn_lines, halved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.sample.lattice import Lattice

_GATED: Final = 0.24  # share of the whole blocks
_PARKS: Final = 0.05
_SQUARES: Final = 0.02
_GATES: Final = 2
_PATHS: Final = 0.3  # of the lines in a compound
_RIM: Final = 0.4  # of the spacing, between a block's inner streets and its edge

SQUARE_AXIS: Final = 2


@dataclass(frozen=True)
class Blocks:
    """Whole blocks and the crossing points inside them.

    Attributes
    ----------
    of_point : (n,) array of int
        Block of each crossing point, -1 on collector streets and in blocks that are not whole.
    gated, park, square : (b,) arrays of bool
        What each block is.
    """

    of_point: NDArray[np.int64]
    gated: NDArray[np.bool_]
    park: NDArray[np.bool_]
    square: NDArray[np.bool_]

    def of_ends(self, pieces: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the blocks in which pieces start and end."""
        return self.of_point[pieces["start"]], self.of_point[pieces["end"]]

    def shapes(self, xy: NDArray[np.float64], spacing_m: float, which: NDArray[np.bool_]) -> NDArray[np.object_]:
        """Return the outlines of some blocks."""
        inside = np.flatnonzero(self.of_point >= 0)
        order = inside[np.argsort(self.of_point[inside], kind="stable")]
        points = np.asarray(shapely.multipoints(xy[order], indices=self.of_point[order]))
        return np.asarray(shapely.buffer(shapely.convex_hull(points[which]), _RIM * spacing_m, quad_segs=2))


def blocks_of(lattice: Lattice, free: NDArray[np.bool_], rng: np.random.Generator) -> Blocks:
    """Return the whole blocks: those whose crossing points are all there, built and free."""
    step = lattice.collector
    inside = np.flatnonzero(lattice.built & free & (lattice.column % step != 0) & (lattice.row % step != 0))
    place = pd.DataFrame({"column": lattice.column[inside] // step, "row": lattice.row[inside] // step})
    block = place.groupby(["column", "row"]).ngroup().to_numpy()
    count = np.bincount(block)
    whole = count == (step - 1) ** 2
    number = np.where(whole, np.cumsum(whole) - 1, -1)
    of_point = np.full(len(lattice.xy), -1, dtype=np.int64)
    of_point[inside] = number[block]
    chance = rng.random(int(whole.sum()))
    bounds = np.cumsum([_GATED, _PARKS, _SQUARES])
    use = np.searchsorted(bounds, chance, side="right")
    return Blocks(of_point, use == 0, use == 1, use == 2)  # noqa: PLR2004 - the third of three uses


def with_parks(pieces: pd.DataFrame, blocks: Blocks) -> pd.DataFrame:
    """Return the pieces with the local streets in and into parks turned into paths."""
    start, end = blocks.of_ends(pieces)
    in_park = np.append(blocks.park, False)
    return pieces.assign(kind=np.where(in_park[start] | in_park[end], KIND["park_path"], pieces["kind"]))


def with_squares(pieces: pd.DataFrame, lattice: Lattice, blocks: Blocks) -> pd.DataFrame:
    """Return the pieces with a square in the middle of some blocks, in place of the four streets around it."""
    first = lattice.collector // 2 - 1
    column, row = (axis % lattice.collector - first for axis in (lattice.column, lattice.row))
    in_square = np.append(blocks.square, False)[blocks.of_point] & np.isin(column, [0, 1]) & np.isin(row, [0, 1])
    corners = np.flatnonzero(in_square)
    order = np.lexsort((column[corners], row[corners], blocks.of_point[corners]))
    start, end = blocks.of_ends(pieces)
    around = in_square[pieces["start"]] & in_square[pieces["end"]] & (start == end)
    rings = corners[order].reshape(-1, 4)[:, [0, 1, 3, 2, 0]]
    return pd.concat(
        [pieces[~around], drawn_lines(rings.tolist(), ["square"] * len(rings), SQUARE_AXIS)], ignore_index=True
    )


def with_compounds(
    pieces: pd.DataFrame, xy: NDArray[np.float64], blocks: Blocks, rng: np.random.Generator
) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.int64]]:
    """Return the pieces with gated blocks closed but for two gates each, the nodes, and the gates among them."""
    start, end = blocks.of_ends(pieces)
    is_gated = np.append(blocks.gated, False)
    block = np.maximum(start, end)
    inner = is_gated[block] & (start == end)
    entrance = is_gated[block] & (start != end)
    path = drawn_by_group([pieces["axis"].to_numpy(), pieces["line"].to_numpy(), block], rng) < _PATHS
    private = np.where(path, KIND["compound_path"], KIND["compound"])
    pieces = pieces.assign(kind=np.where(inner, private, pieces["kind"]))

    gate = np.zeros(len(pieces), dtype=bool)
    gate[_some_of_each(np.flatnonzero(entrance), block, rng)] = True
    pieces, gate = pieces[~entrance | gate], gate[~entrance | gate]
    pieces, xy, gates = halved(pieces, xy, gate, np.zeros(int(gate.sum())))
    halves = np.arange(len(pieces)) >= len(pieces) - 2 * len(gates)
    on_line = np.append(blocks.of_point < 0, np.zeros(len(gates), dtype=bool))
    public = on_line[pieces["start"]] | on_line[pieces["end"]]
    kind = np.where(halves, np.where(public, KIND["entry"], KIND["compound"]), pieces["kind"])
    return pieces.assign(kind=kind, name=np.where(halves, 0, pieces["name"])), xy, gates


def _some_of_each(
    candidates: NDArray[np.int64], block: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the candidates that become gates: of each block some, drawn at random."""
    order = candidates[np.lexsort((rng.random(len(candidates)), block[candidates]))]
    rank = np.arange(len(order)) - np.searchsorted(block[order], block[order])
    return order[rank < _GATES]
