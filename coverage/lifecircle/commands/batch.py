"""``lifecircle batch``: many studies at once, and a league table of their cities."""

from pathlib import Path
from typing import Annotated

import typer

from lifecircle.commands.options import Language, Resume

FAILED = 2


def batch(
    manifest: Annotated[Path, typer.Argument(metavar="MANIFEST", help="A list of study files (YAML).")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder of all runs; runs/MANIFEST.")
    ] = None,
    lang: Language = "zh",
    cluster: Annotated[
        str, typer.Option("--cluster", metavar="ADDRESS", help="local, or the address of a Dask scheduler.")
    ] = "local",
    resume: Resume = False,
) -> None:
    """批量分析多个城市并汇总对比。Run many studies, one per worker at a time, and compare their cities.

    Every study gets its usual run folder, DIR/STUDY. DIR/league.html compares the cities with their ranges. A
    study that cannot be run is named and does not stop the others. With --resume, finished studies whose files have
    not changed are left as they are.

    Example: `lifecircle batch jiangsu.yaml -o runs/jiangsu --cluster tcp://10.0.0.7:8786 --resume`
    """
    from lifecircle.messages import say
    from lifecircle.scale.batch import read_batch, run_batch
    from lifecircle.scale.compare import compare
    from lifecircle.scale.workers import cluster as workers_at
    from lifecircle.terminal import print_dashboard, steps

    studies = read_batch(manifest)
    folder = output or Path("runs") / manifest.stem
    with workers_at(cluster) as workers:
        print_dashboard(workers.dashboard, lang)
        with steps(2, lang) as step:
            with step("batch"):
                failed = run_batch(studies, folder, lang, workers, step.tell, resume=resume)
            with step("league"):
                compare(studies, failed, folder, lang)
    for reason in failed.values():
        typer.secho(f"Error 错误: {reason}", err=True, fg="red")
    typer.echo(say("cli.league_at", lang, path=folder / "league.html"))
    if failed:
        raise typer.Exit(FAILED)
