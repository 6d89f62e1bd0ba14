"""What was found wrong in the inputs: one row per fault, so that no row of data vanishes unseen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lifecircle.bilingual import Bilingual, Lang

Outcome = Literal["dropped", "repaired", "noted"]
PROBLEM_COLUMNS: Final = ("file", "row", "feature_id", "column", "reason_zh", "reason_en", "outcome")

# What differs between problems of one reason: what they quote, and every number.
_PARTICULAR: Final = re.compile(r"'[^']*'|\d[\d.,:-]*")


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
    reason : Bilingual
        A sentence that a planner can act upon, from ``faults.yaml``.
    outcome : {"dropped", "repaired", "noted"}
        Whether the row was left out, was used after a repair, or was used as it is.
    """

    file: str
    row: int | None
    feature_id: str
    column: str
    reason: Bilingual
    outcome: Outcome


def problems_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return the problems as a table with the columns of :data:`PROBLEM_COLUMNS`, in the order found."""
    rows = [
        (each.file, each.row, each.feature_id, each.column, each.reason.zh, each.reason.en, each.outcome)
        for each in problems
    ]
    return pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS)).astype({"row": "Int64"})


def in_language(problems: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return a table of problems with one ``reason``, in one language."""
    return problems.rename(columns={f"reason_{lang}": "reason"}).drop(
        columns=["reason_zh", "reason_en"], errors="ignore"
    )


def alike_problems(problems: pd.DataFrame) -> pd.DataFrame:
    """Return problems by their reason, the commonest first.

    Parameters
    ----------
    problems : DataFrame
        As :func:`in_language` gives them.

    Returns
    -------
    DataFrame
        ``file``, ``outcome``, ``times``, and ``reason`` and ``row`` of the first of them. Reasons are the same where
        they differ in numbers and quoted words alone.
    """
    kind = problems["reason"].str.replace(_PARTICULAR, "…", regex=True)
    groups = problems.assign(kind=kind).groupby(["file", "outcome", "kind"], sort=False)
    alike = groups.agg(times=("reason", "size"), reason=("reason", "first"), row=("row", "first")).reset_index()
    return alike.sort_values("times", ascending=False, kind="stable").drop(columns="kind").reset_index(drop=True)
