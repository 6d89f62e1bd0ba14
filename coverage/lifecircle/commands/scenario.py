"""``lifecircle scenario``: what some changes would do to a study, before and after."""

from pathlib import Path
from typing import Annotated

import typer

from lifecircle.commands.options import Language, StudyFile


def scenario(
    study_file: StudyFile,
    changes_file: Annotated[Path, typer.Argument(metavar="CHANGES", help="A file of changes (YAML).")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where to write; runs/STUDY-CHANGES if left out."),
    ] = None,
    lang: Language = "zh",
) -> None:
    """测算设想方案的影响。Tell what changes would do: facilities, streets, gates, housing; who wins, who loses.

    No file of the study is touched. The folder holds the effects as tables and a page, a map to swipe between before
    and after, and in after/ an ordinary run.

    Example: `lifecircle scenario configs/studies/nanjing.yaml bridge.yaml -o runs/bridge`
    """
    from lifecircle.messages import say
    from lifecircle.monitoring.effects_page import effect_paragraph
    from lifecircle.monitoring.scenario import STEPS, write_scenario
    from lifecircle.monitoring.scenario import scenario as computed
    from lifecircle.monitoring.telling import worth_telling
    from lifecircle.report.content.words import WHOLE_CITY
    from lifecircle.scenarios.changes import read_changes
    from lifecircle.study import read_study
    from lifecircle.terminal import steps

    study, changes = read_study(study_file), read_changes(changes_file)
    folder = output or Path("runs") / f"{study.id}-{changes.id}"
    with steps(STEPS, lang) as step:
        telling = write_scenario(computed(study, changes, step), folder, lang, step)
    for plan in telling.words.findings.plans:
        for row in telling.first_rows(plan, WHOLE_CITY):
            if worth_telling(row, plan):
                typer.echo(effect_paragraph(telling, plan, row))
    typer.echo(say("monitor.page_at", lang, path=folder / "effects.html"))
    typer.echo(say("monitor.written", lang, folder=folder))
