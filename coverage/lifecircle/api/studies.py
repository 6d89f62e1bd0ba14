"""Takes a study file or a run folder, gives an open study or a run."""

from __future__ import annotations

import atexit
import tempfile
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from lifecircle.api.html import section, table
from lifecircle.api.runs import Run
from lifecircle.errors import StudyError
from lifecircle.messages import say
from lifecircle.monitoring.runs import FinishedRun, NotRepeatableError, ground_again
from lifecircle.report.finished import read_findings
from lifecircle.report.manifest import read_manifest
from lifecircle.run import analyse, check_ground, check_study, run_study
from lifecircle.sample.town import write_town
from lifecircle.study import read_study

if TYPE_CHECKING:
    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.report.findings import Findings
    from lifecircle.run import Checked
    from lifecircle.study import Study


@dataclass(frozen=True, repr=False)
class OpenStudy:
    """A study file that was read and validated; get one from :func:`open_study`.

    Attributes
    ----------
    study : Study
        Which city, which files, which plans.
    lang : {"zh", "en"}
        Language of names and sentences.

    Examples
    --------
    >>> import lifecircle
    >>> lifecircle.example_town().study.plans
    ['plan.yaml']
    """

    study: Study
    lang: Lang = "en"

    def check(self) -> pd.DataFrame:
        """Read all files and join their places to the streets, and return what is wrong with them, row by row.

        Returns
        -------
        DataFrame
            ``file, row`` (the first row of data is 1), ``feature_id, column, reason_zh, reason_en, outcome`` (dropped,
            repaired or noted).

        Raises
        ------
        LifecircleError
            If a file cannot be used.

        Examples
        --------
        >>> import lifecircle
        >>> lifecircle.example_town().check().empty
        True
        """
        return check_study(self.study).problems

    def run(self, folder: str | Path | None = None) -> Run:
        """Analyse the study, as ``lifecircle run`` does.

        Parameters
        ----------
        folder : str or Path, optional
            Where to write the run folder with all reports; nothing is written when absent.

        Raises
        ------
        LifecircleError
            If a file cannot be used or written.

        Examples
        --------
        >>> import lifecircle
        >>> len(lifecircle.example_town().run().communities)
        2
        """
        analysis = analyse(self.study) if folder is None else run_study(self.study, Path(folder), self.lang)
        return Run(analysis.findings, self.lang, lambda: analysis.checked)

    def __repr__(self) -> str:
        return f"<OpenStudy of {self.study.name.text(self.lang)}: {self.study.path}>"

    def _repr_html_(self) -> str:
        study = self.study
        files = {"streets": study.streets.file, "residents": study.residents.file}
        files |= {layer: source.file or "OpenStreetMap" for layer, source in study.layers.items()}
        return section(study.name.text(self.lang), table([say("cli.layer", self.lang), ""], files.items()))


def open_study(path: str | Path, lang: Lang = "en") -> OpenStudy:
    """Read and validate a study file.

    Parameters
    ----------
    path : str or Path
        A YAML file, as ``lifecircle init`` or ``lifecircle sample`` writes one.
    lang : {"zh", "en"}
        Language of names and sentences.

    Raises
    ------
    StudyError
        With every fault of the file, each with its line and remedy.

    Examples
    --------
    >>> import lifecircle
    >>> lifecircle.open_study(lifecircle.example_town().study.path).study.id
    'town'
    """
    return OpenStudy(read_study(path), lang)


def open_run(folder: str | Path, study: str | Path | None = None, lang: Lang = "en") -> Run:
    """Open a finished run.

    Parameters
    ----------
    folder : str or Path
        The folder that ``lifecircle run`` wrote.
    study : str or Path, optional
        The study file; where it was when it was run, when absent. It is read when walks, ways or isochrones are asked
        for. It and all files that it names must be those of the run.
    lang : {"zh", "en"}
        Language of names and sentences.

    Raises
    ------
    ReportError
        If the folder holds no finished run, or is damaged.

    Examples
    --------
    >>> import lifecircle, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = lifecircle.example_town().run(f"{folder}/run")
    ...     again = lifecircle.open_run(f"{folder}/run")
    >>> again.results.equals(written.results)
    True
    """
    folder = Path(folder)
    findings = read_findings(folder)
    return Run(findings, lang, partial(_checked_again, folder, findings, study))


@cache
def example_town() -> OpenStudy:
    """Return a town of one street that examples are about; its files lie in a temporary folder.

    Long Street runs east for 3,000 m from a clinic. Six homes stand along it, at 250, 750, … 2,750 m, with 100 people
    each: the first three are the west village, 西村, the others the east village, 东村.

    Examples
    --------
    >>> import lifecircle
    >>> sorted(path.name for path in lifecircle.example_town().study.path.parent.glob("*.csv"))
    ['clinics.csv', 'creches.csv', 'residents.csv']
    """
    folder = tempfile.TemporaryDirectory(prefix="lifecircle-town-")
    atexit.register(folder.cleanup)
    return open_study(write_town(Path(folder.name)))


@cache
def example_run() -> Run:
    """Return the example town, analysed.

    Examples
    --------
    >>> import lifecircle
    >>> lifecircle.example_run().study.id
    'town'
    """
    return example_town().run()


def _checked_again(folder: Path, findings: Findings, study: str | Path | None) -> Checked:
    """Return the files of a finished run joined to the streets, if all of them still are what they were."""
    manifest = read_manifest(folder) or {}
    if study is not None:
        manifest["parameters"]["study_file"] = str(Path(study).resolve())
    try:
        return check_ground(ground_again(FinishedRun(folder, findings, manifest, None)))
    except NotRepeatableError as reason:
        raise StudyError(
            f"{reason} Say where the study lies now, open_run(folder, study), or run it again."
        ) from reason
