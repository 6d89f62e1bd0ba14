"""``lifecircle sample``: a synthetic city to try everything on."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from lifecircle.commands.options import Language


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
