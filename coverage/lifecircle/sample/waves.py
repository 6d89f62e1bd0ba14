"""Positions moved along a few waves, so that what was straight comes out bent and neighbours stay neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def bent(
    xy: NDArray[np.float64], waves_m: Sequence[tuple[float, float]], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return positions moved along waves.

    Parameters
    ----------
    xy : (n, 2) array
        Metres.
    waves_m : sequence of (float, float)
        How far, and over which length, each wave moves them. A wave that moves less than a sixth of its length folds
        nothing over.
    rng : Generator
        Where the waves begin and where they run.

    Returns
    -------
    (n, 2) array
    """
    moved = xy.copy()
    for reach_m, length_m in waves_m:
        turn, first, second = rng.uniform(0, 2 * np.pi, size=3)
        along = xy @ [np.cos(turn), np.sin(turn)] * (2 * np.pi / length_m)
        across = xy @ [-np.sin(turn), np.cos(turn)] * (2 * np.pi / length_m)
        moved += reach_m * np.column_stack([np.sin(across + first), np.sin(along + second)])
    return moved
