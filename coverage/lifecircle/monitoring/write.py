"""Takes run folders, gives a folder with what changed between them: tables, a workbook, a page, and the swipe map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from lifecircle.bilingual import Bilingual
from lifecircle.files import content_hash, folder_written_whole
from lifecircle.monitoring.compare import comparison
from lifecircle.monitoring.course import course
from lifecircle.monitoring.history import history
from lifecircle.monitoring.inventory import STREET_CHANGES, facility_changes, people_changes, street_changes
from lifecircle.monitoring.maps import map_of_changes
from lifecircle.monitoring.outlook import course_chapter, history_chapter
from lifecircle.monitoring.page import compare_report
from lifecircle.monitoring.runs import read_runs
from lifecircle.monitoring.sheets import change_sheets
from lifecircle.monitoring.telling import Telling
from lifecircle.progress import quietly
from lifecircle.report.content.words import Words
from lifecircle.report.manifest import MANIFEST, manifest, write_manifest
from lifecircle.report.page import write_page
from lifecircle.report.tables import write_csv, write_parquet
from lifecircle.report.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lifecircle.bilingual import Lang
    from lifecircle.monitoring.compare import Comparison
    from lifecircle.monitoring.runs import FinishedRun
    from lifecircle.progress import Step

STEPS: Final = 3
"""Steps that a comparison announces."""


def compare_runs(folders: Sequence[Path], output: Path, lang: Lang, step: Step = quietly) -> tuple[Comparison, Telling]:
    """Compare the last two of some runs, tell the course and the history of all, and write a folder.

    Parameters
    ----------
    folders : sequence of Path
        Run folders of one study, the earliest first.
    output : Path
        Where to write; an earlier comparison there is replaced once the new one is complete.
    lang : {"zh", "en"}
    step : Step, optional
        Told what is being done.

    Raises
    ------
    ReportError
        If a folder holds no finished run, the runs do not go together, or the output cannot be written.
    """
    runs = read_runs(folders)
    with folder_written_whole(output, MANIFEST) as folder:
        found = comparison(runs[-2], runs[-1], step)
        with step("comparison"):
            telling = telling_of(found, lang)
            _write(found, telling, runs, folder)
    return found, telling


def telling_of(found: Comparison, lang: Lang) -> Telling:
    """Return a comparison ready to be told in one language."""
    first, last = found.first.findings, found.last.findings
    streets = pd.DataFrame(columns=list(STREET_CHANGES))
    if found.grounds is not None:
        before, after = found.grounds
        streets = street_changes(before.network, after.network, last.areas)
    return Telling(
        words=Words(last, lang),
        earlier_plans=first.plans,
        changes=found.changes,
        facilities=facility_changes(first.facilities, last.facilities),
        streets=streets,
        people=people_changes(first.residents, last.residents, last.areas, last.study.groups),
    )


def _write(found: Comparison, telling: Telling, runs: Sequence[FinishedRun], folder: Path) -> None:
    lang = telling.words.lang
    due, past = course(runs), history(runs)
    chapters = (course_chapter(telling, due), history_chapter(telling, runs, past, due))
    report = compare_report(telling, found, chapters)
    tables = {
        "changes": found.changes,
        "facilities": telling.facilities,
        "streets": telling.streets,
        "people": telling.people,
        "course": due,
        "history": past,
    }
    write_tables(tables, folder)
    write_workbook(report, change_sheets(telling, due, past), folder / "changes.xlsx")
    write_page(report, folder / "changes.html")
    names = [Bilingual(zh=run.label, en=run.label) for run in (found.first, found.last)]
    runs_shown = (found.first.findings, found.last.findings)
    map_of_changes(folder / "map.html", runs_shown, names, found.changes, lang=lang)
    inputs = {f"run{number}": run.folder / MANIFEST for number, run in enumerate(runs, start=1)}
    parameters: dict[str, Any] = {
        "lang": lang,
        "runs": [{"date": run.label, "manifest": content_hash(run.folder / MANIFEST)} for run in runs],
        "why_no_parts": found.why_no_parts.en if found.why_no_parts is not None else "",
    }
    write_manifest(manifest(inputs, parameters), folder)


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write tables as CSV and Parquet."""
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")
        write_parquet(table, folder / f"{name}.parquet")
