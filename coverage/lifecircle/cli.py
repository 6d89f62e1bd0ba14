"""The command line: words in, calls to the library, sentences out.

Everything heavy is imported inside the commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from lifecircle.errors import LifecircleError

app = typer.Typer(
    name="lifecircle",
    help="Whether a city's people can walk to the services it has promised them. 步行可达的公共服务覆盖分析。",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
plan_app = typer.Typer(help="Look at plan files. 查看规划文件。", no_args_is_help=True)
app.add_typer(plan_app, name="plan")

Language = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of what is written: zh or en.")]
StudyFile = Annotated[Path, typer.Argument(metavar="STUDY", help="A study file (YAML).")]
PlanName = Annotated[str, typer.Argument(metavar="PLAN", help="A plan's name, such as nanjing-14fyp, or a file.")]

USER_FAULT = 2


def main() -> None:
    """Run the command line; a fault of the user's files is one sentence and exit code 2."""
    try:
        app()
    except LifecircleError as error:
        typer.secho(f"Error 错误: {error}", err=True, fg="red")
        sys.exit(USER_FAULT)
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        sys.stderr.close()


def _version(show: bool) -> None:
    if show:
        from importlib.metadata import version

        typer.echo(f"lifecircle {version('lifecircle')}")
        raise typer.Exit


@app.callback()
def _options(
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    pass


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write the sample city.")],
    scale: Annotated[
        Literal["small", "full"], typer.Option(help="small: 60,000 street nodes; full: more than 500,000.")
    ] = "small",
    lang: Language = "zh",
) -> None:
    """生成虚构的南京样例。Write a synthetic Nanjing to try everything on.

    Names and census totals are real, streets and facilities are invented, and every output says SYNTHETIC.

    Example: `lifecircle sample data/nanjing-sample`
    """
    from lifecircle.messages import say
    from lifecircle.sample import STEPS, write_sample
    from lifecircle.terminal import steps

    with steps(STEPS, lang) as step:
        study = write_sample(folder, scale, progress=step)
    typer.echo(say("cli.sample_written", lang, study=study))
    typer.echo(say("cli.sample_next", lang, study=study))


@app.command()
def run(
    study_file: StudyFile,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Run folder; runs/<study> when left out.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="RUN", help="An earlier run: how have the gaps changed?")
    ] = None,
    lang: Language = "zh",
) -> None:
    """分析一个研究并写出报告。Analyse a study and write its report.

    An earlier run in the same folder is replaced once the new one is complete.

    Example: `lifecircle run configs/studies/porto_alegre.yaml -o runs/porto-alegre --lang en`
    """
    from lifecircle.messages import say
    from lifecircle.run import STEPS, run_study
    from lifecircle.study import read_study
    from lifecircle.terminal import print_board, steps

    study = read_study(study_file)
    folder = output or Path("runs") / study.id
    with steps(STEPS, lang) as step:
        findings = run_study(study, folder, lang, step, against).findings
    for plan in findings.plans:
        print_board(plan, findings.results, lang)
    typer.echo(say("cli.map_at", lang, path=folder / "map.html"))
    typer.echo(say("cli.summary_at", lang, path=folder / "summary.md"))
    typer.echo(say("cli.written", lang, folder=folder))


@app.command()
def check(study_file: StudyFile, lang: Language = "zh") -> None:
    """检查研究文件和数据，列出问题。Read a study and all its files, and list what is wrong with them.

    Example: `lifecircle check configs/studies/nanjing.yaml`
    """
    from lifecircle.run import CHECK_STEPS, check_study
    from lifecircle.study import read_study
    from lifecircle.terminal import print_check, steps

    study = read_study(study_file)
    with steps(CHECK_STEPS, lang) as step:
        checked = check_study(study, step)
    print_check(study, checked, lang)


@plan_app.command("show")
def plan_show(plan: PlanName, lang: Language = "zh") -> None:
    """列出规划的各项指标。List the standards of a plan.

    Example: `lifecircle plan show nanjing-14fyp`
    """
    from lifecircle.plan import read_plan
    from lifecircle.terminal import print_plan

    print_plan(read_plan(plan), lang)


@plan_app.command("check")
def plan_check(plan: PlanName, lang: Language = "zh") -> None:
    """检查规划文件。Check a plan file: its entries, and the layers and columns that it asks for.

    Example: `lifecircle plan check my-plan.yaml`
    """
    from lifecircle.messages import number, say
    from lifecircle.plan import read_plan
    from lifecircle.run import check_plan

    content = read_plan(plan)
    check_plan(content)
    typer.echo(say("cli.plan_ok", lang, plan=content.name.text(lang), standards=number(len(content.scored()))))


@plan_app.command("diff")
def plan_diff(plan: PlanName, other: PlanName, lang: Language = "zh") -> None:
    """比较两个规划。Show how two plans differ on the same subjects.

    Example: `lifecircle plan diff nanjing-14fyp gb50180-2018`
    """
    from lifecircle.plan import plan_differences, read_plan
    from lifecircle.terminal import print_differences

    first, second = read_plan(plan), read_plan(other)
    print_differences(plan_differences(first, second, lang), first, second, lang)


if __name__ == "__main__":
    main()
