"""Takes two finished runs, gives one table of what changed by standard and area, in parts where they can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.messages import told
from lifecircle.monitoring.parts import PARTS, parts_of_change
from lifecircle.monitoring.runs import NotRepeatableError, ground_again
from lifecircle.progress import quietly
from lifecircle.scenarios.effects import KEY, beside

if TYPE_CHECKING:
    import pandas as pd

    from lifecircle.bilingual import Bilingual
    from lifecircle.monitoring.runs import FinishedRun
    from lifecircle.progress import Step
    from lifecircle.run import Ground

CHANGE_COLUMNS: Final = (
    *KEY, "kind", "unit", "before", "after", "change", "covered_before", "covered_after", "total_before", "total_after",
    "target_before", "target_after", "verdict_before", "verdict_after", *PARTS, *(f"{part}_covered" for part in PARTS),
    "cause",
)  # fmt: skip
"""The columns of the changes.

``before``, ``after`` and ``change`` are values; ``facilities`` … ``rules`` the parts of the change, and those with
``_covered`` the parts of ``covered_after - covered_before``. ``cause`` is the part that moves the value most in the
direction of the change; empty where nothing changed, or the parts are not known.
"""

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two runs beside each other.

    Attributes
    ----------
    first, last : FinishedRun
    changes : DataFrame
        :data:`CHANGE_COLUMNS`.
    grounds : (Ground, Ground), optional
        What both stood on; ``None`` where it could not be read again as it was.
    why_no_parts : Bilingual, optional
        Why there are no parts; ``None`` where there are.
    """

    first: FinishedRun
    last: FinishedRun
    changes: pd.DataFrame
    grounds: tuple[Ground, Ground] | None
    why_no_parts: Bilingual | None


def comparison(first: FinishedRun, last: FinishedRun, step: Step = quietly) -> Comparison:
    """Compare two runs.

    The parts are computed where both runs can be repeated: their files are still there and are what they were, and
    computed anew they give what was written.

    Parameters
    ----------
    first, last : FinishedRun
        The earlier and the later one.
    step : Step
        Told what is being done: ``again`` (reading the files of both) and ``parts``.
    """
    with step("again"):
        grounds, why = _grounds(first, last)
    with step("parts"):
        parts = parts_of_change(*grounds) if grounds is not None else None
    if parts is not None and not _gives_what_was_written(parts, first):
        parts, why = None, told("error.other_results", folder=first.folder)
    return Comparison(first, last, _changes(first, last, parts), grounds, why)


def _grounds(first: FinishedRun, last: FinishedRun) -> tuple[tuple[Ground, Ground] | None, Bilingual | None]:
    """Return what both runs stood on, or why it is not known."""
    try:
        grounds = ground_again(first), ground_again(last)
    except NotRepeatableError as reason:
        return None, reason.message
    districts = [set(one.inputs.areas.query("level == 'district'")["area_id"]) for one in grounds]
    if districts[0] != districts[1]:
        return None, told("error.other_districts", folder=last.folder, other=first.folder)
    return grounds, None


def _gives_what_was_written(parts: pd.DataFrame, run: FinishedRun) -> bool:
    written = run.findings.results.set_index(KEY)["value"]
    anew = parts.set_index(KEY)["value"].reindex(written.index)
    return bool(np.allclose(written, anew, rtol=0, atol=_ROUNDING, equal_nan=True))


def _changes(first: FinishedRun, last: FinishedRun, parts: pd.DataFrame | None) -> pd.DataFrame:
    table = beside(first.findings.results, last.findings.results)
    table = table.rename(columns={"value_before": "before", "value_after": "after"})
    names = [*PARTS, *(f"{part}_covered" for part in PARTS)]
    if parts is None:
        table = table.assign(**dict.fromkeys(names, np.nan))
    else:
        table = table.merge(parts[[*KEY, *names]], on=KEY, how="left")
    return table.assign(cause=_causes(table))[list(CHANGE_COLUMNS)]


def _causes(table: pd.DataFrame) -> list[str]:
    """Return the largest part of each change in its own direction."""
    steps = table[list(PARTS)].to_numpy(np.float64) * np.sign(table["change"].to_numpy(np.float64))[:, None]
    steps = np.where(np.isnan(steps), 0.0, steps)
    largest = steps.argmax(axis=1)
    moved = steps[np.arange(len(steps)), largest] > _ROUNDING
    return [PARTS[part] if known else "" for part, known in zip(largest, moved, strict=True)]
