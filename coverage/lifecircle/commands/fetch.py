"""``lifecircle fetch``: streets from OpenStreetMap, the only command that uses the network."""

from typing import TYPE_CHECKING, Annotated

import typer

from lifecircle.commands.options import Language, StudyFile

if TYPE_CHECKING:
    from lifecircle.inputs.overpass import Reason


def fetch(
    study_file: StudyFile,
    place: Annotated[
        str | None,
        typer.Option("--place", metavar="NAME", help="An administrative area instead of the study's own areas."),
    ] = None,
    server: Annotated[str | None, typer.Option("--server", metavar="URL", help="Another Overpass server.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Fetch anew what is there already.")] = False,
    lang: Language = "zh",
) -> None:
    """从OpenStreetMap下载步行道路。Fetch streets, and places of layers with `osm: true`, from OpenStreetMap.

    The map inside the study's areas, and as far around them as anybody walks, is asked of an Overpass server and saved
    as the study's streets. A file beside it says when and where it was taken from.

    Example: `lifecircle fetch configs/studies/nanjing.yaml`

    Example: `lifecircle fetch configs/studies/nanjing.yaml --place 南京市 --replace`
    """
    import tempfile
    from pathlib import Path

    from lifecircle.errors import StudyError
    from lifecircle.inputs.fetch import ATTRIBUTION, around, place_outline, streets_query, study_outline
    from lifecircle.inputs.fetch import fetch as fetch_file
    from lifecircle.inputs.overpass import SERVER, Patience
    from lifecircle.messages import number, say, told
    from lifecircle.network.walkers import read_walkers
    from lifecircle.plan import read_plan
    from lifecircle.scores.farthest import farthest_walk_m
    from lifecircle.study import read_study

    def tell(reason: "Reason", seconds: float) -> None:
        typer.echo(say("fetch.wait", lang, why=say(f"fetch.{reason}", lang), seconds=f"{seconds:g}"), err=True)

    study, server, patience = read_study(study_file), server or SERVER, Patience(tell)
    target = study.place(study.streets.file)
    if target.exists() and not replace:
        raise StudyError(told("error.streets_there", path=target))
    beyond_m = farthest_walk_m([read_plan(name, study.path.parent) for name in study.plans], read_walkers())
    if place is None:
        outline = study_outline(study)
    else:
        with tempfile.TemporaryDirectory(prefix="lifecircle-") as folder:
            outline = place_outline(place, server, Path(folder), patience)
    query = streets_query(around(outline, beyond_m), [name for name, source in study.layers.items() if source.osm])
    typer.echo(say("fetch.asking", lang, server=server), err=True)
    fetched = fetch_file(target, query, server, patience, {"place": place, "beyond_m": beyond_m})
    typer.echo(say("fetch.written", lang, path=fetched.path, streets=number(fetched.streets)))
    typer.echo(say("fetch.side", lang, path=fetched.side, time=fetched.map_time or "—"))
    typer.echo(say("fetch.credit", lang, credit=ATTRIBUTION))
