"""Takes folders of finished runs, gives what they found and, where no file has changed since, their ground again."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lifecircle.errors import LifecircleError, ReportError
from lifecircle.files import content_hash
from lifecircle.inputs.availability import days
from lifecircle.messages import told
from lifecircle.recorded import input_files
from lifecircle.report.finished import read_findings
from lifecircle.report.manifest import read_manifest
from lifecircle.run import changed_ground, read_ground
from lifecircle.scenarios.changes import read_changes
from lifecircle.study import read_study

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lifecircle.bilingual import Bilingual
    from lifecircle.report.findings import Findings
    from lifecircle.run import Ground

FEWEST_RUNS: Final = 2


@dataclass(frozen=True)
class FinishedRun:
    """A finished run.

    Attributes
    ----------
    folder : Path
    findings : Findings
    manifest : dict
    date : date, optional
        The last day that the study's date stands for; ``None`` where it has none.
    """

    folder: Path
    findings: Findings
    manifest: dict[str, Any]
    date: dt.date | None

    @property
    def label(self) -> str:
        """What the run is called: the date of its study, or its folder."""
        return self.findings.study.date or self.folder.name


class NotRepeatableError(LifecircleError):
    """A run cannot be computed again as it was."""

    message: Bilingual


def read_runs(folders: Sequence[Path]) -> tuple[FinishedRun, ...]:
    """Read finished runs of one study, from the earliest to the latest.

    Raises
    ------
    ReportError
        If a folder holds no finished run, there are fewer than two, they are of different studies, or not in order.
    """
    if len(folders) < FEWEST_RUNS:
        raise ReportError(told("error.one_run"))
    runs = tuple(_run(folder) for folder in folders)
    for earlier, later in pairwise(runs):
        if earlier.findings.study.id != later.findings.study.id:
            ids = {"other": repr(later.findings.study.id), "study": repr(earlier.findings.study.id)}
            raise ReportError(told("error.runs_of_two_studies", later=later.folder, earlier=earlier.folder, **ids))
        if earlier.date and later.date and earlier.date > later.date:
            dates = {"date": later.label, "earlier_date": earlier.label}
            raise ReportError(told("error.runs_out_of_order", later=later.folder, earlier=earlier.folder, **dates))
    return runs


def _run(folder: Path) -> FinishedRun:
    findings = read_findings(folder)
    period = days(findings.study.date) if findings.study.date else None
    return FinishedRun(folder, findings, read_manifest(folder) or {}, period[1] if period else None)


def ground_again(run: FinishedRun) -> Ground:
    """Read again what a run stood on, provided that nothing it was made from has changed.

    Raises
    ------
    NotRepeatableError
        If the run was written by another version, or a file is gone or is not what it was; the message says which.
    """
    parameters = run.manifest["parameters"]
    if run.manifest["lifecircle"] != version("lifecircle"):
        written_by = run.manifest["lifecircle"]
        raise NotRepeatableError(told("error.written_by_another", folder=run.folder, version=written_by))
    path = Path(parameters.get("study_file") or "")
    if not path.is_file():
        raise NotRepeatableError(told("error.study_gone", folder=run.folder, path=path))
    _require_same(run, {"study": path})
    try:
        ground = read_ground(read_study(path))
        if parameters.get("changes_file"):
            ground = changed_ground(ground, read_changes(parameters["changes_file"]))
    except LifecircleError as error:
        raise NotRepeatableError(told("error.in_file", path=run.folder, fault=error.message)) from error
    _require_same(run, input_files(ground.study, ground.plans, ground.inputs.files))
    return ground


def _require_same(run: FinishedRun, files: dict[str, Path]) -> None:
    for name, path in files.items():
        written = run.manifest["inputs"].get(name, {}).get("sha256")
        if written != content_hash(path):
            raise NotRepeatableError(told("error.input_changed", folder=run.folder, path=path, name=name))
