"""``lifecircle run``: from a study file to a report."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lifecircle.commands.options import ClusterAddress, Language, Resume, StudyFile


def run(
    study_file: StudyFile,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Run folder; runs/<study> when left out.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="RUN", help="An earlier run: how have the gaps changed?")
    ] = None,
    lang: Language = "zh",
    cluster: ClusterAddress = None,
    tiles: Annotated[
        str | None,
        typer.Option("--tiles", metavar="M|LEVEL", help="With --cluster: side of the tiles in metres, or district."),
    ] = None,
    resume: Resume = False,
) -> None:
    """分析一个研究并写出报告。Analyse a study and write its report.

    An earlier run in the same folder is replaced once the new one is complete; where nothing has changed since, it is
    shown again. With --cluster the streets are searched tile by tile, with the same results; the tiles lie beside the
    run folder, as DIR.tiles.

    Example: `lifecircle run configs/studies/porto_alegre.yaml -o runs/porto-alegre --lang en`

    Example: `lifecircle run study.yaml --cluster local --tiles 10000 --resume`
    """
    from lifecircle.messages import say
    from lifecircle.recorded import results_up_to_date
    from lifecircle.run import STEPS, run_study
    from lifecircle.scale.session import engine_for
    from lifecircle.study import read_study
    from lifecircle.terminal import print_board, print_dashboard, steps

    study = read_study(study_file)
    folder = output or Path("runs") / study.id
    done = results_up_to_date(study, folder, lang, against)
    if done is None:
        with (
            steps(STEPS, lang) as step,
            engine_for(
                study, folder, cluster, tiles, resume=resume, tell=step.tell, watch=partial(print_dashboard, lang=lang)
            ) as engine,
        ):
            findings = run_study(study, folder, lang, step, against, engine).findings
        plans, results = findings.plans, findings.results
    else:
        typer.echo(say("cli.unchanged", lang, folder=folder))
        plans, results = done
    for plan in plans:
        print_board(plan, results, lang)
    typer.echo(say("cli.map_at", lang, path=folder / "map.html"))
    typer.echo(say("cli.summary_at", lang, path=folder / "summary.md"))
    typer.echo(say("cli.written", lang, folder=folder))
