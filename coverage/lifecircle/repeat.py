"""Takes the manifest of a finished run, does that run again, and says what differs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lifecircle.errors import ReportError
from lifecircle.messages import told
from lifecircle.progress import quietly
from lifecircle.report.manifest import MANIFEST, read_manifest
from lifecircle.run import run_study
from lifecircle.study import read_study

if TYPE_CHECKING:
    from lifecircle.progress import Step

_ABSENT: Final = "—"
_DIGITS: Final = 12


@dataclass(frozen=True)
class Repeated:
    """How a run differs from the one that it repeats.

    Attributes
    ----------
    folder : Path
        Where the repetition lies.
    same : int
        How many of the files written are equal byte for byte.
    outputs : tuple of str
        The files written that are not, or that only one of the two has.
    causes : tuple of (str, str, str)
        What went into them that differs: its name, what it was then, and what it is now; an input is told by the
        first digits of its hash, what is not there by ``—``.
    """

    folder: Path
    same: int
    outputs: tuple[str, ...]
    causes: tuple[tuple[str, str, str], ...]


def repeated(path: Path, folder: Path | None = None, step: Step = quietly) -> Repeated:
    """Run a study again as a manifest tells, and compare.

    Parameters
    ----------
    path : Path
        A run folder, or the manifest in it.
    folder : Path, optional
        Where to write; beside the run, with ``-again`` after its name, when left out.
    step : Step, optional
        Told what is being done.

    Raises
    ------
    ReportError
        If there is no manifest, or it is not of a run of a study.
    LifecircleError
        If the study cannot be run any more.
    """
    run = path.parent if path.name == MANIFEST else path
    then = read_manifest(run)
    if then is None:
        raise ReportError(told("error.no_finished_run", path=run, marker=MANIFEST))
    asked = then.get("parameters")
    if not isinstance(asked, dict) or asked.get("lang") not in ("zh", "en") or not asked.get("study_file"):
        raise ReportError(told("error.manifest_without_study", path=run / MANIFEST))
    if asked.get("changes_file"):
        named = {"study": asked["study_file"], "changes": asked["changes_file"]}
        raise ReportError(told("error.manifest_of_scenario", path=run / MANIFEST, **named))
    study = read_study(Path(str(asked["study_file"])))
    folder = folder or run.resolve().with_name(f"{run.resolve().name}-again")
    against = asked.get("against")
    earlier = Path(str(against)) if against else None
    run_study(study, folder, asked["lang"], step, earlier, documents=asked.get("documents") is not False)
    now = read_manifest(folder) or {}
    outputs = _differences(then.get("outputs"), now.get("outputs"))
    return Repeated(
        folder=folder,
        same=len(now["outputs"]) - sum(1 for _, _, later in outputs if later != _ABSENT),
        outputs=tuple(name for name, _, _ in outputs),
        causes=(*_differences(_program(then), _program(now)), *_differences(_files(then), _files(now))),
    )


def _program(manifest: dict[str, Any]) -> dict[str, Any]:
    names = ("lifecircle", "code", "python")
    return {**{name: manifest.get(name) for name in names}, **(manifest.get("libraries") or {})}


def _files(manifest: dict[str, Any]) -> dict[str, Any]:
    return {f"{name} ({file['file']})": file["sha256"] for name, file in (manifest.get("inputs") or {}).items()}


def _differences(then: dict[str, Any] | None, now: dict[str, Any] | None) -> tuple[tuple[str, str, str], ...]:
    """Return name, earlier and later value of everything that is not the same in both."""
    earlier, later = then or {}, now or {}
    names = [*earlier, *(name for name in later if name not in earlier)]
    return tuple(
        (name, _shown(earlier.get(name)), _shown(later.get(name)))
        for name in names
        if earlier.get(name) != later.get(name)
    )


def _shown(value: object) -> str:
    return _ABSENT if value is None else str(value)[:_DIGITS]
