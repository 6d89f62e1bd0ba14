"""What was found wrong in the inputs: one row per fault, so that no row of data vanishes unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

Outcome = Literal["dropped", "repaired", "noted"]
PROBLEM_COLUMNS: Final = ("file", "row", "feature_id", "column", "reason", "outcome")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one input row.

    Attributes
    ----------
    file : str
        Name of the input, as the study file gives it.
    row : int or None
        Row in the file as a person counts it: the first row of data is 1. ``None`` when the whole file is meant.
    feature_id : str
        The feature's own id, or ``""``.
    column : str
        The column at fault, or ``""``.
    reason : str
        A sentence in English that a planner can act upon.
    outcome : {"dropped", "repaired", "noted"}
        Whether the row was left out, was used after a repair, or was used as it is.
    """

    file: str
    row: int | None
    feature_id: str
    column: str
    reason: str
    outcome: Outcome


def problems_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return the problems as a table with the columns of :data:`PROBLEM_COLUMNS`, in the order found."""
    table = pd.DataFrame(
        [[getattr(problem, column) for column in PROBLEM_COLUMNS] for problem in problems],
        columns=list(PROBLEM_COLUMNS),
    )
    return table.astype({"row": "Int64"})
