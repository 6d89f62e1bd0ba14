"""``lifecircle explain``: how a community walks to a layer, and what would have to change for it to pass."""

from pathlib import Path
from typing import Annotated

import typer

from lifecircle.commands.options import Language, LayerName, StudyFile


def explain(
    study_file: StudyFile,
    community: Annotated[str, typer.Option("--community", metavar="NAME", help="Id or name of a community.")],
    layer: LayerName,
    nearest: Annotated[int, typer.Option("--nearest", min=1, max=20, metavar="N", help="Ways to so many places.")] = 3,
    walker: Annotated[
        str | None, typer.Option("--walker", metavar="ID", help="Who walks; the plan's walker when left out.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the ways as GeoJSON, too.")
    ] = None,
    lang: Language = "zh",
) -> None:
    """说明一个社区为何达标或不达标。Tell how a community walks to a layer, way by way, and what it lacks.

    The ways are those of the resident point in the middle: half of the community's people have a shorter walk.

    Example: `lifecircle explain configs/studies/nanjing.yaml --community 龙池社区 --layer clinic`
    """
    from rich.console import Console

    from lifecircle.answers import all_ways, community_walks
    from lifecircle.commands.wording import circle_lines, people_lines, ways
    from lifecircle.files import written_whole
    from lifecircle.messages import say
    from lifecircle.run import CHECK_STEPS, check_study
    from lifecircle.study import read_study
    from lifecircle.terminal import steps

    study = read_study(study_file)
    with steps(CHECK_STEPS + 1, lang) as step:
        checked = check_study(study, step)
        with step("access"):
            found = community_walks(study, checked, community, layer, nearest, walker)
    for line in people_lines(found, study, checked, lang):
        typer.echo(line)
    console = Console()
    for heading, table in ways(found, checked, lang):
        typer.echo(heading)
        console.print(table)
    for line in circle_lines(found, lang):
        typer.echo(line)
    if output is not None:
        with written_whole(output) as temporary:
            all_ways(found, checked).to_file(temporary, driver="GeoJSON", engine="pyogrio")
        typer.echo(say("explain.written", lang, path=output))
