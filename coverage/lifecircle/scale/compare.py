"""Takes the finished runs of a batch, gives the comparison of their cities as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.errors import StudyError
from lifecircle.messages import told
from lifecircle.recorded import results_up_to_date
from lifecircle.scale.league import league
from lifecircle.scale.league_report import league_report, write_league

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.scale.batch import Batch


def compare(batch: Batch, failed: Mapping[str, str], folder: Path, lang: Lang) -> pd.DataFrame:
    """Write the league of the studies that were run, and return it.

    Parameters
    ----------
    batch : Batch
    failed : mapping
        Studies that were not run, by their ids, and why.
    folder : Path
        Of the batch, with the folder of every run.
    lang : {"zh", "en"}
        Of the runs.

    Raises
    ------
    StudyError
        If no study was run, or a file of one has changed since.
    """
    runs: dict[str, tuple[tuple[Plan, ...], pd.DataFrame]] = {}
    plans: dict[tuple[str, str], Plan] = {}
    for study in batch.studies:
        if study.id in failed:
            continue
        found = results_up_to_date(study, folder / study.id, lang)
        if found is None:
            raise StudyError(told("error.batch_changed", path=study.path))
        runs[study.id] = found
        plans |= {(plan.id, plan.edition): plan for plan in found[0]}
    if not runs:
        raise StudyError(told("error.batch_none_run", folder=folder, reasons=" ".join(failed.values())))
    table = league(runs)
    write_league(table, league_report(table, plans, batch.studies, batch.name, failed, lang), folder)
    return table
