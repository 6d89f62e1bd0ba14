"""``lifecircle run``: from a study file to a report."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lifecircle.bilingual import Lang
from lifecircle.commands.options import ClusterAddress, Language, Resume

LOADED_BEFOREHAND = ("lifecircle.run", "lifecircle.report.map.shell", "pypinyin")
"""What the second process is going to need."""


def run(
    study_file: Annotated[Path | None, typer.Argument(metavar="STUDY", help="A study file (YAML).")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Run folder; runs/STUDY when left out.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="RUN", help="An earlier run: how have the gaps changed?")
    ] = None,
    from_manifest: Annotated[
        Path | None,
        typer.Option("--from-manifest", metavar="RUN", help="Repeat a finished run, given by its folder or manifest."),
    ] = None,
    lang: Language = "zh",
    cluster: ClusterAddress = None,
    tiles: Annotated[
        str | None,
        typer.Option("--tiles", metavar="M|LEVEL", help="With --cluster: side of the tiles in metres, or district."),
    ] = None,
    resume: Resume = False,
    no_documents: Annotated[
        bool,
        typer.Option("--no-documents", help="Write tables, map and summary only; no reports, no district folders."),
    ] = False,
) -> None:
    """分析一个研究并写出报告。Analyse a study and write its report.

    An earlier run in the same folder is replaced once the new one is complete; where nothing has changed since, it is
    shown again. With --cluster the streets are searched tile by tile, with the same results; the tiles lie beside the
    run folder, as DIR.tiles.

    Example: `lifecircle run configs/studies/porto_alegre.yaml -o runs/porto-alegre --lang en`

    Example: `lifecircle run study.yaml --cluster local --tiles 10000 --resume`

    Example: `lifecircle run study.yaml --no-documents`, while the data are still being mended

    Example: `lifecircle run --from-manifest runs/porto-alegre`, which repeats a run and says what differs
    """
    from lifecircle.errors import StudyError
    from lifecircle.messages import told

    if from_manifest is not None and study_file is None:
        _repeat(from_manifest, output, lang)
    elif from_manifest is None and study_file is not None:
        _run(study_file, output, against, lang, cluster, tiles, resume=resume, documents=not no_documents)
    else:
        raise StudyError(told("error.study_or_manifest"))


def _run(
    study_file: Path,
    output: Path | None,
    against: Path | None,
    lang: Lang,
    cluster: str | None,
    tiles: str | None,
    *,
    resume: bool,
    documents: bool,
) -> None:
    from lifecircle.beside import second_process
    from lifecircle.inputs.files import study_files
    from lifecircle.messages import say
    from lifecircle.study import read_study
    from lifecircle.terminal import print_board

    study = read_study(study_file)
    folder = output or Path("runs") / study.id
    done = None
    if folder.is_dir():
        from lifecircle.recorded import results_up_to_date

        done = results_up_to_date(study, folder, lang, against, documents=documents)
    if done is None:
        with second_process(study_files(study).values(), *LOADED_BEFOREHAND) as beside:
            from lifecircle.run import STEPS, STEPS_WITHOUT_DOCUMENTS, run_study
            from lifecircle.scale.session import engine_for
            from lifecircle.terminal import print_dashboard, steps

            watch = partial(print_dashboard, lang=lang)
            with (
                steps(STEPS if documents else STEPS_WITHOUT_DOCUMENTS, lang) as step,
                engine_for(study, folder, cluster, tiles, resume=resume, tell=step.tell, watch=watch) as engine,
            ):
                analysis = run_study(study, folder, lang, step, against, engine, beside, documents=documents)
        plans, results = analysis.findings.plans, analysis.findings.results
    else:
        typer.echo(say("cli.unchanged", lang, folder=folder))
        plans, results = done
    for plan in plans:
        print_board(plan, results, lang)
    typer.echo(say("cli.map_at", lang, path=folder / "map.html"))
    typer.echo(say("cli.summary_at", lang, path=folder / "summary.md"))
    typer.echo(say("cli.written", lang, folder=folder))


def _repeat(manifest: Path, output: Path | None, lang: Lang) -> None:
    from lifecircle.messages import say
    from lifecircle.repeat import repeated
    from lifecircle.run import STEPS
    from lifecircle.terminal import steps

    with steps(STEPS, lang) as step:
        found = repeated(manifest, output, step)
    if not found.outputs:
        typer.echo(say("cli.repeated_same", lang, count=found.same, folder=found.folder))
        return
    files = ", ".join(found.outputs)
    typer.echo(say("cli.repeated_other", lang, count=found.same, folder=found.folder, files=files))
    for name, then, now in found.causes:
        typer.echo(say("cli.repeated_cause", lang, name=name, then=then, now=now))
    if not found.causes:
        typer.echo(say("cli.repeated_no_cause", lang))
    raise typer.Exit(1)
