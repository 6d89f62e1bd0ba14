"""``lifecircle init``: a study file from a folder of data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lifecircle.commands.options import Language

if TYPE_CHECKING:
    from lifecircle.bilingual import Lang
    from lifecircle.inputs.draft import Draft
    from lifecircle.plan import Plan

STUDY = "study.yaml"
DEFAULT_PLAN = "fifteen-minutes"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write study.yaml.")],
    city: Annotated[str | None, typer.Option("--city", metavar="NAME", help="Name of the city.")] = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="A plan's name, or a file.")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FOLDER", help="Where the data lies; DIR when left out.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    lang: Language = "zh",
) -> None:
    """查看数据目录并写出研究文件。Look into a folder of data, guess what its files are, and write a study of them.

    Whatever is not given is asked for. Nothing but the study file is written.

    Example: `lifecircle init studies/nanjing --city 南京 --plan nanjing-14fyp --data studies/nanjing/data --yes`
    """
    from lifecircle.errors import StudyError
    from lifecircle.files import written_whole
    from lifecircle.inputs.study_text import study_text
    from lifecircle.messages import say, told
    from lifecircle.plan import plan_names, read_plan

    study = folder / STUDY
    if study.exists():
        raise StudyError(told("error.study_there", path=study))

    def asked(given: str | None, key: str, default: str, **words: str) -> str:
        return given or (default if yes else str(typer.prompt(say(f"init.ask_{key}", lang, **words), default=default)))

    name = asked(city, "city", folder.resolve().name)
    chosen = asked(plan, "plan", DEFAULT_PLAN, plans=", ".join(plan_names()))
    source = Path(asked(str(data) if data is not None else None, "data", str(folder)))
    draft = _draft(source, read_plan(chosen, Path()))
    _print(draft, lang)
    if not yes and not typer.confirm(say("init.ask_write", lang, path=study), default=True):
        typer.echo(say("init.stopped", lang))
        raise typer.Exit
    chosen = chosen if chosen in plan_names() else _from(folder, Path(chosen))
    with written_whole(study) as temporary:
        temporary.write_text(study_text(draft, name, chosen, _from(folder, source), lang), encoding="utf-8")
    typer.echo(say("init.written", lang, path=study))
    typer.echo(say("init.next_fetch" if draft.streets is None else "init.next_check", lang, path=study))


def _draft(folder: Path, plan: "Plan") -> "Draft":
    """Return the study that can be made of a folder."""
    from lifecircle.inputs.alignment import street_segments
    from lifecircle.inputs.draft import best_streets, drafted, wanted_layers
    from lifecircle.inputs.guess import guesses
    from lifecircle.inputs.guess_frames import with_frames
    from lifecircle.inputs.streets import read_ways

    found = guesses(folder)
    streets = best_streets(found)
    if streets is not None:
        ways, _ = read_ways(folder / streets.source.file, streets.source)
        found = with_frames(found, folder, street_segments(ways))
    return drafted(found, wanted_layers(plan), folder)


def _from(folder: Path, path: Path) -> str:
    """Return a path as it is written in a file of the folder."""
    import os

    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _print(draft: "Draft", lang: "Lang") -> None:
    """Print what every table was taken for."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from lifecircle.inputs.study_text import why_words
    from lifecircle.messages import say

    table = Table(header_style="bold")
    for head in ("table", "is", "in_frame", "because"):
        table.add_column(say(f"init.{head}", lang), overflow="fold")
    for guess in (*draft.used, *draft.unused):
        taken = guess in draft.used
        role = say(f"init.role_{guess.role}", lang, layer=guess.layer) if taken else say("init.not_used", lang)
        frame = guess.source.crs or say("init.as_file_says", lang)
        words = (" · ".join(filter(None, (guess.source.file, guess.source.layer))), role, frame if taken else "")
        table.add_row(*map(Text, (*words, why_words(guess, lang))), style=None if taken else "dim")
    Console().print(table)
