"""``lifecircle surface``: walking minutes as a raster."""

from pathlib import Path
from typing import Annotated

import typer

from lifecircle.commands.options import Language, LayerName, StudyFile, WalkerId


def surface(
    study_file: StudyFile,
    layer: LayerName,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="A GeoTIFF (.tif).")],
    cell: Annotated[float, typer.Option("--cell", min=10, max=1000, metavar="M", help="Side of a cell, metres.")] = 50,
    walker: WalkerId = "standard",
    lang: Language = "zh",
) -> None:
    """计算步行时间栅格。Write the walking minutes to the nearest place of a layer as a Cloud-Optimised GeoTIFF.

    Band 1 holds minutes, band 2 says what is known of the cell. Each cell walks from its centre, like a resident there.

    Example: `lifecircle surface configs/studies/nanjing.yaml --layer clinic --cell 50 -o clinic.tif`
    """
    from lifecircle.access.surfaces import write_surface
    from lifecircle.answers import surface_of_layer
    from lifecircle.commands.wording import surface_lines
    from lifecircle.messages import say
    from lifecircle.run import CHECK_STEPS, check_study
    from lifecircle.study import read_study
    from lifecircle.terminal import steps

    if output.suffix.lower() not in {".tif", ".tiff"}:
        raise typer.BadParameter(f"{output}: the name must end in .tif")
    study = read_study(study_file)
    with steps(CHECK_STEPS + 1, lang) as step:
        checked = check_study(study, step)
        with step("access"):
            found = surface_of_layer(study, checked, layer, walker, cell)
            tags = {"study": study.id, "layer": layer, "walker": walker}
            write_surface(found, output, tags | ({"data": "SYNTHETIC"} if study.synthetic else {}))
    for line in surface_lines(found, lang):
        typer.echo(line)
    typer.echo(say("surface.written", lang, path=output))
