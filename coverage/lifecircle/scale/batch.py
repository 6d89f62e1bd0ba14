"""Takes a list of studies, gives each a run folder of its own; a study is one piece of work for one worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
from pydantic import BaseModel, ConfigDict, Field

from lifecircle.bilingual import Bilingual
from lifecircle.errors import LifecircleError, StudyError
from lifecircle.files import written_whole
from lifecircle.messages import told
from lifecircle.recorded import results_up_to_date
from lifecircle.run import run_study
from lifecircle.study import read_study
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from lifecircle.bilingual import Lang
    from lifecircle.scale.workers import Tell, Workers
    from lifecircle.study import Study


class _BatchFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Bilingual
    studies: list[str] = Field(min_length=1)


@dataclass(frozen=True)
class Batch:
    """Studies that belong together, such as the cities of a province.

    Attributes
    ----------
    name : Bilingual
    studies : tuple of Study
        With ids of their own, by which their folders are called.
    """

    name: Bilingual
    studies: tuple[Study, ...]


@dataclass(frozen=True)
class StudyTask:
    """Run one study into its folder; with ``resume``, only if it does not hold that very run already."""

    study_file: str
    folder: str
    lang: Lang
    resume: bool


def read_batch(path: Path) -> Batch:
    """Read a manifest: a name and the study files, relative to the manifest.

    Raises
    ------
    StudyError
        With every fault of the manifest, or the first of a study; or if two studies have the same id.
    """
    content, _ = read_model(path, _BatchFile, StudyError)
    studies = tuple(read_study(path.parent / name) for name in content.studies)
    first: dict[str, Path] = {}
    for study in studies:
        if study.id in first:
            both = {"first": first[study.id], "second": study.path}
            raise StudyError(told("error.batch_same_id", path=path, **both, id=repr(study.id)))
        first[study.id] = study.path
    return Batch(content.name, studies)


def run_batch(batch: Batch, folder: Path, lang: Lang, workers: Workers, tell: Tell, *, resume: bool) -> dict[str, str]:
    """Run all studies of a batch, each into ``<folder>/<study id>``, and leave their communities as GeoParquet.

    Parameters
    ----------
    batch : Batch
    folder : Path
        All workers have to see it, and the studies' files, under the same path.
    lang : {"zh", "en"}
    workers : Workers
    tell : callable
        Told how many studies of how many are done.
    resume : bool
        Leave alone what is finished and has not changed since.

    Returns
    -------
    dict
        By study id, why it could not be run; the others were.
    """
    # The largest first, so that no worker begins a large city when the others have nothing left to do.
    order = sorted(batch.studies, key=lambda study: study.place(study.streets.file).stat().st_size, reverse=True)
    tasks = [StudyTask(str(study.path), str(folder.resolve() / study.id), lang, resume) for study in order]
    reasons = workers.map(run_task, tasks, tell)
    return {study.id: reason for study, reason in zip(order, reasons, strict=True) if reason}


def run_task(task: StudyTask) -> str:
    """Run one study and return why it could not be run, or nothing if it was: one city must not stop the others."""
    folder = Path(task.folder)
    try:
        study = read_study(task.study_file)
        if not (task.resume and results_up_to_date(study, folder, task.lang)):
            run_study(study, folder, task.lang)
        _write_communities(folder)
    except LifecircleError as fault:
        return fault.text(task.lang)
    return ""


def _write_communities(folder: Path) -> None:
    """Write a run's communities beside those of the others, as one part of a GeoParquet table of all cities."""
    communities = gpd.read_file(folder / "communities.gpkg", layer="communities")
    with written_whole(folder.parent / "communities" / f"city={folder.name}" / "communities.parquet") as part:
        communities.to_parquet(part, index=False, compression="zstd")
