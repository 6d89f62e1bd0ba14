"""``lifecircle compare``: what changed from one run to the next, why, and whether the plan is on course."""

from pathlib import Path
from typing import Annotated

import typer

from lifecircle.commands.options import Language


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN RUN …", help="Run folders, the earliest first.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where to write; runs/comparison if left out.")
    ] = None,
    lang: Language = "zh",
) -> None:
    """比较各次评估，说明变化及其原因。Tell what changed between runs, and split it into its causes.

    The last two runs are compared; earlier ones add to the trends. Facilities, streets, people, supplied figures and
    the plan's rules are swapped in turn, and the parts add up to the whole change. This needs the files of both runs as
    they were; where one is gone or changed, the differences are given without parts, and the page says why.

    Example: `lifecircle compare runs/2023 runs/2025 -o runs/2023-2025`
    """
    from lifecircle.messages import say
    from lifecircle.monitoring.telling import change_paragraph, worth_telling
    from lifecircle.monitoring.write import STEPS, compare_runs
    from lifecircle.report.content.words import WHOLE_CITY
    from lifecircle.terminal import steps

    folder = output or Path("runs") / "comparison"
    with steps(STEPS, lang) as step:
        found, telling = compare_runs(runs, folder, lang, step)
    if found.why_no_parts is not None:
        typer.echo(say("monitor.no_parts", lang, why=found.why_no_parts.text(lang)))
    for plan in telling.words.findings.plans:
        for row in telling.first_rows(plan, WHOLE_CITY):
            if row["kind"] != "statistic" and worth_telling(row, plan):
                typer.echo(change_paragraph(telling, plan, row))
    typer.echo(say("monitor.page_at", lang, path=folder / "changes.html"))
    typer.echo(say("monitor.written", lang, folder=folder))
