"""Takes several runs, gives the value of every standard in the larger areas at each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from lifecircle.scenarios.effects import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lifecircle.monitoring.runs import FinishedRun

HISTORY_COLUMNS: Final = ("run", "date", *KEY, "unit", "value", "target", "verdict")
"""The columns of the history: one row for each run, standard, area and denominator."""

LEVELS: Final = ("city", "group", "district")


def history(runs: Sequence[FinishedRun]) -> pd.DataFrame:
    """Return the results of the city, its groups and districts at each run: :data:`HISTORY_COLUMNS`."""
    tables = []
    for number, run in enumerate(runs, start=1):
        results = run.findings.results
        own = results[results["level"].isin(LEVELS)]
        tables.append(own.assign(run=number, date=run.date.isoformat() if run.date else ""))
    return pd.concat(tables, ignore_index=True)[list(HISTORY_COLUMNS)]
