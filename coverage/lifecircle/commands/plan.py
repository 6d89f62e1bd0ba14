"""``lifecircle plan``: plans as data, looked at, checked and compared."""

from typing import Annotated

import typer

from lifecircle.commands.options import Language

app = typer.Typer(help="Look at plan files. 查看规划文件。", no_args_is_help=True)

PlanName = Annotated[str, typer.Argument(metavar="PLAN", help="A plan's name, such as nanjing-14fyp, or a file.")]


@app.command("show")
def show(plan: PlanName, lang: Language = "zh") -> None:
    """列出规划的各项指标。List the standards of a plan.

    Example: `lifecircle plan show nanjing-14fyp`
    """
    from lifecircle.plan import read_plan
    from lifecircle.terminal import print_plan

    print_plan(read_plan(plan), lang)


@app.command("check")
def check(plan: PlanName, lang: Language = "zh") -> None:
    """检查规划文件。Check a plan file: its entries, and the layers and columns that it asks for.

    Example: `lifecircle plan check my-plan.yaml`
    """
    from lifecircle.messages import number, say
    from lifecircle.plan import read_plan
    from lifecircle.run import check_plan

    content = read_plan(plan)
    check_plan(content)
    typer.echo(say("cli.plan_ok", lang, plan=content.name.text(lang), standards=number(len(content.scored()))))


@app.command("diff")
def diff(plan: PlanName, other: PlanName, lang: Language = "zh") -> None:
    """比较两个规划。Show how two plans differ on the same subjects.

    Example: `lifecircle plan diff nanjing-14fyp gb50180-2018`
    """
    from lifecircle.plan import plan_differences, read_plan
    from lifecircle.terminal import print_differences

    first, second = read_plan(plan), read_plan(other)
    print_differences(plan_differences(first, second, lang), first, second, lang)
