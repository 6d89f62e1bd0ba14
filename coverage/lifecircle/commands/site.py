"""``lifecircle site``: where new facilities should stand, and how few of them keep the plan's promise."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lifecircle.commands.options import Language, StudyFile


def site(
    study_file: StudyFile,
    layer: Annotated[
        str | None,
        typer.Option("--layer", metavar="NAME", help="What is built. Without it: the fewest sites for every circle."),
    ] = None,
    new: Annotated[int | None, typer.Option("--new", min=1, metavar="N", help="So many sites at most.")] = None,
    budget: Annotated[
        float | None, typer.Option("--budget", min=0, metavar="AMOUNT", help="In the unit of the candidates' cost.")
    ] = None,
    min_per_district: Annotated[
        list[str] | None, typer.Option("--min-per-district", metavar="AREA=N", help="Sites that an area gets at least.")
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option("--weight", metavar="NAME=FACTOR", help="People of a group, area or column count so many times."),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="mclp, lscp, capacitated, p-median or p-centre.")
    ] = "mclp",
    places: Annotated[
        float | None, typer.Option("--places", min=0, metavar="N", help="People a site has room for (capacitated).")
    ] = None,
    candidates: Annotated[
        Path | None,
        typer.Option("--candidates", metavar="FILE", help="Points, or plots of land; streets when left out."),
    ] = None,
    standard: Annotated[
        str | None, typer.Option("--standard", metavar="ID", help="The circle; the first about the layer if left out.")
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=1, metavar="S", help="Most time for each search.")] = 60,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where to write; runs/STUDY-sites if left out."),
    ] = None,
    lang: Language = "zh",
) -> None:
    """提出新增设施选址方案。Propose sites for new facilities, with what each gains and how sure the choice is.

    Facilities that exist stay. Every choice comes with the bound that no other can exceed.

    Example: `lifecircle site configs/studies/nanjing.yaml --layer elder_care --new 5 --min-per-district 六合=2`

    Example: `lifecircle site study.yaml --layer clinic --budget 900 --candidates land.gpkg --weight pop_80_plus=3`

    Example: `lifecircle site study.yaml`
    """
    from lifecircle.messages import say
    from lifecircle.siting.rules import Effort
    from lifecircle.siting.wish import Wish
    from lifecircle.study import read_study

    if layer is None and any((new, budget, min_per_district, weight, candidates, standard)):
        raise typer.BadParameter("name what is built with --layer, such as --layer clinic")
    minima = {name: int(number) for name, number in _pairs("--min-per-district", min_per_district, whole=True)}
    wish = Wish(
        model=model,  # type: ignore[arg-type] # the wish checks it
        new=new,
        budget=budget,
        minima=minima,
        weights=dict(_pairs("--weight", weight)),
        places=places,
        effort=Effort(seconds),
    )
    study = read_study(study_file)
    folder = output or Path("runs") / f"{study.id}-sites"
    if layer is None:
        _write_ways(study, wish.effort, folder, lang)
    else:
        _write_proposal(study, layer, wish, folder, lang, standard=standard, candidates=candidates)
        typer.echo(say("site.report_at", lang, path=folder / "report.html"))
        typer.echo(say("cli.map_at", lang, path=folder / "map.html"))
        typer.echo(say("site.written", lang, folder=folder))


def _write_proposal(study: Any, layer: str, wish: Any, folder: Path, lang: Any, **chosen: Any) -> None:
    from lifecircle.commands.site_wording import site_lines
    from lifecircle.proposals import FOLDER_STEPS, site_study
    from lifecircle.terminal import steps

    with steps(FOLDER_STEPS, lang) as step:
        _, told = site_study(study, layer, wish, folder, lang, step, **chosen)
    for line in site_lines(told):
        typer.echo(line)


def _write_ways(study: Any, effort: Any, folder: Path, lang: Any) -> None:
    from rich.console import Console

    from lifecircle.commands.site_wording import way_table
    from lifecircle.messages import say
    from lifecircle.plan import read_plan
    from lifecircle.proposals import TABLE_STEPS, ways_study
    from lifecircle.terminal import steps

    with steps(TABLE_STEPS, lang) as step:
        ways = ways_study(study, effort, folder, step=step)
    plans = [read_plan(name, study.path.parent) for name in study.plans]
    Console().print(way_table(ways, plans, study, lang))
    typer.echo(say("site.fewest_written", lang, path=folder / "fewest_sites.csv"))


def _pairs(option: str, words: list[str] | None, *, whole: bool = False) -> list[tuple[str, float]]:
    """Return what is said as NAME=NUMBER."""
    pairs = []
    for word in words or []:
        name, _, number = word.replace("＝", "=").rpartition("=")
        try:
            value = float(int(number) if whole else number)
        except ValueError:
            value = -1.0
        if not name or not 0 <= value < float("inf"):
            raise typer.BadParameter(f"{option} {word}: write a name and a number from 0, such as 六合=2")
        pairs.append((name.strip(), value))
    return pairs
