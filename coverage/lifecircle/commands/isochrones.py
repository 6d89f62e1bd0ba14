"""``lifecircle isochrones``: from where places are reached within some minutes."""

from pathlib import Path
from typing import Annotated

import typer

from lifecircle.commands.options import Language, StudyFile, WalkerId

_SUFFIXES = {".gpkg", ".geojson", ".json"}
_LONGEST_MINUTES = 120.0


def isochrones(
    study_file: StudyFile,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help=".gpkg (polygons and streets) or .geojson (polygons)."),
    ],
    layer: Annotated[str | None, typer.Option("--layer", metavar="NAME", help="A layer of the study.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="LON,LAT", help="A position instead of a layer.")] = None,
    minutes: Annotated[str, typer.Option("--minutes", metavar="LIST", help="Limits in minutes.")] = "5,10,15",
    walker: WalkerId = "standard",
    each: Annotated[
        bool, typer.Option("--each", help="Every facility by itself; otherwise the nearest of the layer counts.")
    ] = False,
    lang: Language = "zh",
) -> None:
    """绘制等时圈。Draw from where people walk to places within some minutes.

    People walk *to* the places. Streets are cut where the time runs out; polygons hold the land around them.

    Example: `lifecircle isochrones configs/studies/nanjing.yaml --layer clinic --minutes 5,10,15 -o clinic.gpkg`

    Example: `lifecircle isochrones configs/studies/nanjing.yaml --at 118.80,32.06 --walker elder -o here.geojson`
    """
    import numpy as np

    from lifecircle.answers import isochrones_of_layer, isochrones_of_place, write_isochrones
    from lifecircle.commands.wording import isochrone_lines
    from lifecircle.messages import say
    from lifecircle.run import CHECK_STEPS, check_study
    from lifecircle.study import read_study
    from lifecircle.terminal import steps

    if (layer is None) == (at is None):
        raise typer.BadParameter("give either --layer or --at, and not both")
    if output.suffix.lower() not in _SUFFIXES:
        raise typer.BadParameter(f"{output}: the name must end in .gpkg or .geojson")
    limits, study = _limits(minutes), read_study(study_file)
    with steps(CHECK_STEPS + 1, lang) as step:
        checked = check_study(study, step)
        with step("access"):
            if layer is not None:
                found = isochrones_of_layer(study, checked, layer, walker, limits, each=each)
            else:
                found = isochrones_of_place(study, checked, np.array(_lonlat(at or "")), walker, limits)
            write_isochrones(found, output)
    for line in isochrone_lines(found, at, study, lang):
        typer.echo(line)
    typer.echo(say("isochrones.written", lang, path=output))


def _limits(text: str) -> list[float]:
    try:
        limits = sorted({float(part) for part in text.replace("，", ",").split(",")})
    except ValueError:
        limits = []
    if not limits or not 0 < limits[0] <= limits[-1] <= _LONGEST_MINUTES:
        raise typer.BadParameter(f"--minutes {text}: write numbers between 0 and 120 such as 5,10,15")
    return limits


def _lonlat(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        lon = lat = 999.0
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 - degrees of the globe
        raise typer.BadParameter(f"--at {text}: write longitude,latitude in degrees such as 118.80,32.06")
    return lon, lat
