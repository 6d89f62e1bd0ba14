"""What would change, what has changed, and whether the plan is on course: questions about two runs or more."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lifecircle.api.runs import Run
from lifecircle.monitoring.compare import comparison
from lifecircle.monitoring.course import course as _course
from lifecircle.monitoring.history import history as _history
from lifecircle.monitoring.runs import read_runs
from lifecircle.monitoring.scenario import scenario
from lifecircle.scenarios.changes import read_changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from lifecircle.api.studies import OpenStudy
    from lifecircle.bilingual import Lang
    from lifecircle.monitoring.compare import Comparison
    from lifecircle.run import Analysis
    from lifecircle.scenarios.changes import Changes


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A study before and after changes; get one from :func:`what_if`.

    Attributes
    ----------
    effects : DataFrame
        What changes for every standard, area and denominator, and who gains and loses; see
        :data:`lifecircle.scenarios.effects.EFFECT_COLUMNS`.
    before, after : Run

    Examples
    --------
    >>> import lifecircle
    >>> moved = {"move": [{"layer": "clinic", "facility": "k1", "to": [118.809, 32.026]}]}
    >>> found = lifecircle.what_if(lifecircle.example_town(), moved)
    >>> len(found.before.results) == len(found.after.results)
    True
    """

    effects: pd.DataFrame
    before: Run
    after: Run


def what_if(study: OpenStudy, changes: str | Path | Mapping[str, Any]) -> WhatIf:
    """Compute what changes would do to a study: facilities, streets, gates, housing. No file is touched.

    Parameters
    ----------
    study : OpenStudy
    changes : path or mapping
        A file of changes, as ``lifecircle scenario`` reads it, or its content; ``id`` and ``name`` may be left out of a
        mapping.

    Raises
    ------
    ScenarioError
        If the changes cannot be read or do not fit the study; the message says which, and what to do.

    Examples
    --------
    A second clinic in the east village, near its last home:

    >>> import lifecircle
    >>> clinic = {"layer": "clinic", "id": "k2", "at": [118.829, 32.027]}
    >>> effects = lifecircle.what_if(lifecircle.example_town(), {"add": [clinic]}).effects
    >>> city = effects.query("level == 'city' and standard_id == 'clinic_15' and denominator == 'people'")
    >>> city[["covered_before", "gained", "lost", "covered_after"]].to_numpy().tolist()
    [[200.0, 200.0, 0.0, 400.0]]
    """
    found = scenario(study.study, _changes(changes))
    before, after = _run(found.before, study.lang), _run(found.after, study.lang)
    return WhatIf(found.effects, before, after)


def _run(analysis: Analysis, lang: Lang) -> Run:
    return Run(analysis.findings, lang, lambda: analysis.checked)


def compare(first: str | Path, last: str | Path) -> Comparison:
    """Compare two finished runs of one study, and split what changed into its causes.

    Parameters
    ----------
    first, last : str or Path
        Folders of the earlier and the later run.

    Returns
    -------
    Comparison
        Its ``changes`` is a table of every standard, area and denominator with the parts due to facilities, streets,
        people, supplied figures and rules; its ``why_no_parts`` says why there are none, where a file of the runs is no
        longer what it was.

    Raises
    ------
    ReportError
        If a folder holds no finished run, or the two do not go together.

    Examples
    --------
    >>> import lifecircle, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = lifecircle.example_town().run(f"{folder}/run")
    ...     found = lifecircle.compare(f"{folder}/run", f"{folder}/run")
    >>> float(found.changes["change"].abs().max())
    0.0
    """
    runs = read_runs([Path(first), Path(last)])
    return comparison(runs[0], runs[1])


def course(*folders: str | Path) -> pd.DataFrame:
    """Return whether each standard of the latest run is on course for its target.

    Parameters
    ----------
    *folders : str or Path
        Two runs of one study or more, the earliest first.

    Returns
    -------
    DataFrame
        :data:`lifecircle.monitoring.course.COURSE_COLUMNS`.

    Raises
    ------
    ReportError
        As for :func:`compare`.

    Examples
    --------
    >>> import lifecircle, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = lifecircle.example_town().run(f"{folder}/run")
    ...     table = lifecircle.course(f"{folder}/run", f"{folder}/run")
    >>> table.set_index("standard_id")["course"].to_dict()
    {'clinic_15': 'unknown', 'childcare_15': 'met'}
    """
    return _course(read_runs([Path(folder) for folder in folders]))


def history(*folders: str | Path) -> pd.DataFrame:
    """Return the results of the city, its groups and districts at each of some runs.

    Parameters
    ----------
    *folders : str or Path
        Two runs of one study or more, the earliest first.

    Returns
    -------
    DataFrame
        :data:`lifecircle.monitoring.history.HISTORY_COLUMNS`.

    Raises
    ------
    ReportError
        As for :func:`compare`.

    Examples
    --------
    >>> import lifecircle, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = lifecircle.example_town().run(f"{folder}/run")
    ...     table = lifecircle.history(f"{folder}/run", f"{folder}/run")
    >>> table["run"].unique().tolist()
    [1, 2]
    """
    return _history(read_runs([Path(folder) for folder in folders]))


def _changes(changes: str | Path | Mapping[str, Any]) -> Changes:
    """Return changes that were read from a file, or from a mapping in the same strict way."""
    if isinstance(changes, str | Path):
        return read_changes(changes)
    named = {"id": "what-if", "name": {"zh": "设想方案", "en": "What if"}} | dict(changes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "changes.yaml")
        path.write_text(json.dumps(named, ensure_ascii=False), encoding="utf-8")
        return read_changes(path)
