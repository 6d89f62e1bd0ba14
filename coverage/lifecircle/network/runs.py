"""Takes where runs of whole numbers begin and how long they are, gives the numbers of all runs in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def numbers_of_runs(first: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``first[0], first[0] + 1, …`` (``count[0]`` numbers), then the same of the next run, and so on.

    Examples
    --------
    >>> numbers_of_runs(np.array([7, 0, 3]), np.array([2, 0, 3])).tolist()
    [7, 8, 3, 4, 5]
    """
    ends = np.cumsum(count)
    return np.arange(len(first) and ends[-1]) + np.repeat(first - (ends - count), count)
