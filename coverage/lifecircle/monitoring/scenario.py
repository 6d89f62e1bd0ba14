"""Takes a study and changes, gives both before and after, and a folder with the effects, a page, and the new run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lifecircle.bilingual import Bilingual
from lifecircle.files import folder_written_whole
from lifecircle.monitoring.effects_page import effects_report, effects_sheet, telling_of_effects
from lifecircle.monitoring.maps import map_of_changes
from lifecircle.monitoring.write import write_tables
from lifecircle.progress import quietly
from lifecircle.recorded import input_files
from lifecircle.report.manifest import MANIFEST, manifest, write_manifest
from lifecircle.report.page import write_page
from lifecircle.report.workbook import write_workbook
from lifecircle.run import STEPS as RUN_STEPS
from lifecircle.run import analyse_ground, changed_ground, read_ground, write_run
from lifecircle.scenarios.effects import Stand, effects

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.monitoring.telling import Telling
    from lifecircle.progress import Step
    from lifecircle.run import Analysis
    from lifecircle.scenarios.changes import Changes
    from lifecircle.study import Study

STEPS: Final = RUN_STEPS + 6
"""Steps that a scenario announces: the analysis is made twice."""

AFTER: Final = "after"
"""Folder of the run after the changes."""

_TODAY: Final = Bilingual(zh="现状", en="Today")


@dataclass(frozen=True, eq=False)
class Scenario:
    """A study before and after changes.

    Attributes
    ----------
    changes : Changes
    before, after : Analysis
        Everything as it is, and as it would be.
    effects : DataFrame
        See :data:`lifecircle.scenarios.effects.EFFECT_COLUMNS`.
    """

    changes: Changes
    before: Analysis
    after: Analysis
    effects: pd.DataFrame


def scenario(study: Study, changes: Changes, step: Step = quietly) -> Scenario:
    """Compute what some changes would do to a study.

    Parameters
    ----------
    study : Study
    changes : Changes
    step : Step, optional
        Told what is being done.

    Raises
    ------
    LifecircleError
        If a file cannot be used, or a change does not fit the study.
    """
    today = read_ground(study, step)
    changed = changed_ground(today, changes)
    before = analyse_ground(today, step)
    after = analyse_ground(changed, step, before.findings.gaps)
    was, now = (Stand(one.findings.residents, one.findings.access, one.findings.results) for one in (before, after))
    table = effects(was, now, today.inputs.areas, today.plans, study.groups, study.snap_limit_m)
    return Scenario(changes, before, after, table)


def write_scenario(found: Scenario, folder: Path, lang: Lang, step: Step = quietly) -> Telling:
    """Write the effects as tables, workbook and page, a map to swipe, and in ``after`` the run after the changes.

    Parameters
    ----------
    found : Scenario
    folder : Path
        An earlier scenario there is replaced once the new one is complete.
    lang : {"zh", "en"}
    step : Step, optional
        Told what is being written.

    Raises
    ------
    ReportError
        If the folder holds something else, or cannot be written to.
    """
    telling = telling_of_effects(found.effects, found.after.findings, lang)
    with folder_written_whole(folder, MANIFEST) as temporary:
        (temporary / AFTER).mkdir()
        write_run(found.after, temporary / AFTER, lang, step)
        with step("comparison"):
            report = effects_report(telling, found.changes, found.before.findings.facilities)
            write_tables({"effects": found.effects}, temporary)
            write_workbook(report, [effects_sheet(telling)], temporary / "effects.xlsx")
            write_page(report, temporary / "effects.html")
            pair, names = (found.before.findings, found.after.findings), (_TODAY, found.changes.name)
            map_of_changes(temporary / "map.html", pair, names, found.effects, lang=lang)
            files = input_files(pair[1].study, pair[1].plans, found.after.inputs.files)
            write_manifest(manifest(files, {"changes": found.changes.model_dump(mode="json"), "lang": lang}), temporary)
    return telling
