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
from lifecircle.recorded import input_files
from lifecircle.report.finished import read_findings
from lifecircle.report.manifest import read_manifest
from lifecircle.run import changed_ground, read_ground
from lifecircle.scenarios.changes import read_changes
from lifecircle.study import read_study

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

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


def read_runs(folders: Sequence[Path]) -> tuple[FinishedRun, ...]:
    """Read finished runs of one study, from the earliest to the latest.

    Raises
    ------
    ReportError
        If a folder holds no finished run, there are fewer than two, they are of different studies, or not in order.
    """
    if len(folders) < FEWEST_RUNS:
        raise ReportError("compare: one run has nothing to be compared with. Give two run folders or more.")
    runs = tuple(_run(folder) for folder in folders)
    for earlier, later in pairwise(runs):
        if earlier.findings.study.id != later.findings.study.id:
            raise ReportError(
                f"{later.folder}: is a run of {later.findings.study.id!r}, and {earlier.folder} of "
                f"{earlier.findings.study.id!r}. Give runs of one study."
            )
        if earlier.date and later.date and earlier.date > later.date:
            raise ReportError(
                f"{later.folder}: is of {later.label}, and {earlier.folder} before it of {earlier.label}. "
                "Give the earliest run first."
            )
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
        raise NotRepeatableError(f"{run.folder}: was written by lifecircle {run.manifest['lifecircle']}.")
    path = Path(parameters.get("study_file") or "")
    if not path.is_file():
        raise NotRepeatableError(f"{run.folder}: its study file {path} is gone.")
    _require_same(run, {"study": path})
    try:
        ground = read_ground(read_study(path))
        if parameters.get("changes_file"):
            ground = changed_ground(ground, read_changes(parameters["changes_file"]))
    except LifecircleError as error:
        raise NotRepeatableError(f"{run.folder}: {error}") from error
    _require_same(run, input_files(ground.study, ground.plans, ground.inputs.files))
    return ground


def _require_same(run: FinishedRun, files: dict[str, Path]) -> None:
    for name, path in files.items():
        written = run.manifest["inputs"].get(name, {}).get("sha256")
        if written != content_hash(path):
            raise NotRepeatableError(f"{run.folder}: {path} is not what it was ({name} in the manifest).")
