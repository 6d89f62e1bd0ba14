"""Takes a mixed-integer program as sparse rows, gives the best solution that HiGHS finds, with its proven bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from lifecircle.errors import InputError
from lifecircle.messages import told

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    from lifecircle.siting.rules import Effort

_PROVEN: Final = 0
_TIME_IS_UP: Final = 1
_IMPOSSIBLE: Final = 2


@dataclass(frozen=True, eq=False)
class Program:
    """Maximise ``worth @ v`` with ``low <= matrix @ v <= high`` and ``0 <= v <= upper``.

    Attributes
    ----------
    worth, upper : (n,) float64
    matrix : (m, n) sparse
    low, high : (m,) float64
    whole : (n,) bool
        Variables that take whole numbers alone.
    """

    worth: NDArray[np.float64]
    upper: NDArray[np.float64]
    matrix: sparse.csr_array
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    whole: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Solution:
    """What was found.

    Attributes
    ----------
    values : (n,) float64 or None
        ``None`` where the time ended before anything was found.
    bound : float
        No solution is worth more; infinite where the time ended before anything was known.
    """

    values: NDArray[np.float64] | None
    bound: float


def solved(program: Program, effort: Effort) -> Solution | None:
    """Solve a program with HiGHS (Huangfu & Hall 2018, Mathematical Programming Computation 10), as SciPy brings it.

    Returns
    -------
    Solution or None
        ``None`` if no solution keeps the rows.

    Raises
    ------
    InputError
        If HiGHS cannot work with the numbers.
    """
    found = milp(
        -program.worth,
        integrality=program.whole.astype(np.uint8),
        bounds=Bounds(0.0, program.upper),
        constraints=LinearConstraint(program.matrix, program.low, program.high),
        options={"time_limit": float(effort.seconds), "mip_rel_gap": float(effort.gap)},
    )
    if found.status == _IMPOSSIBLE:
        return None
    if found.status not in {_PROVEN, _TIME_IS_UP}:
        raise InputError(told("error.site_unsolvable", reason=found.message))
    bound = found.mip_dual_bound
    return Solution(found.x, np.inf if bound is None else -float(bound))
