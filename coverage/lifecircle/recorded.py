"""What decides a run: the files it reads and what was asked; and whether a folder already holds that very run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from lifecircle.configs import configs_dir
from lifecircle.errors import InputError
from lifecircle.files import parts_of
from lifecircle.inputs.files import study_files
from lifecircle.messages import told
from lifecircle.plan import read_plan
from lifecircle.report.manifest import is_up_to_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.study import Study

_CONFIGS: Final = ("walkers", "walking", "layers", "columns", "status")


def study_plans(study: Study) -> tuple[Plan, ...]:
    """Read the plans that a study is held against.

    Raises
    ------
    PlanError
        If one of them cannot be used.
    """
    return tuple(read_plan(name, study.path.parent) for name in study.plans)


def input_files(
    study: Study, plans: tuple[Plan, ...], files: Mapping[str, Path], against: Path | None = None
) -> dict[str, Path]:
    """Return every file that decides the numbers of a run, by the name that the manifest has for it.

    Parameters
    ----------
    study : Study
    plans : tuple of Plan
    files : mapping
        The study's own files; of a Shapefile also those beside it are returned.
    against : Path, optional
        The folder of an earlier run whose gaps are compared with.
    """
    named = {"study": study.path, **files, **{f"plans.{plan.id}": plan.path for plan in plans}}
    named |= {f"configs.{name}": configs_dir() / f"{name}.yaml" for name in _CONFIGS}
    if against is not None:
        named["against"] = against / "gaps.parquet"
    return {
        name if part == path else f"{name}{part.suffix}": part
        for name, path in named.items()
        for part in parts_of(path)
    }


def asked_for(
    study: Study,
    plans: tuple[Plan, ...],
    lang: Lang,
    changes: Path | None = None,
    against: Path | None = None,
    *,
    documents: bool = True,
) -> dict[str, Any]:
    """Return the parameters of a run that are known before its files are read, as plain data."""
    return {
        "study": study.model_dump(mode="json"),
        "study_file": str(study.path),
        "changes_file": None if changes is None else str(changes),
        "against": None if against is None else str(against.resolve()),
        "lang": lang,
        "documents": documents,
        "plans": {plan.id: plan.edition for plan in plans},
    }


def require_unchanged(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse a run whose files were written to while it read them: nobody could say what its numbers stand for.

    Parameters
    ----------
    before, after : mapping
        Files and hashes by name, as :func:`lifecircle.report.manifest.hashed` gives them.

    Raises
    ------
    InputError
        Naming the first file that differs.
    """
    for name, file in after.items():
        if before.get(name) != file:
            raise InputError(told("error.changed_while_read", file=file["file"], name=name))


def results_up_to_date(
    study: Study, folder: Path, lang: Lang, against: Path | None = None, *, documents: bool = True
) -> tuple[tuple[Plan, ...], pd.DataFrame] | None:
    """Return the plans and the results that a folder holds, if a run would only write the same again.

    Parameters
    ----------
    study : Study
    folder : Path
        A run folder, or none yet.
    lang : {"zh", "en"}
    against : Path, optional
        The folder of an earlier run whose gaps are compared with.
    documents : bool
        Whether the report's documents are wanted; a folder that has them also serves who wants none.

    Raises
    ------
    LifecircleError
        If a file of the study is not there, or a plan cannot be read.
    """
    plans = study_plans(study)
    files = input_files(study, plans, study_files(study), against)
    enough = (True,) if documents else (False, True)
    asked = (asked_for(study, plans, lang, against=against, documents=each) for each in enough)
    if not any(is_up_to_date(folder, files, each) for each in asked):
        return None
    return plans, pd.read_parquet(folder / "results.parquet")
