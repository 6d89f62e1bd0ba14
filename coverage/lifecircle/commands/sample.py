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
    years: Annotated[
        bool, typer.Option("--years", help="Write the city in two years, to compare; each in a folder of its own.")
    ] = False,
    lang: Language = "zh",
) -> None:
    """生成虚构的南京样例。Write a synthetic Nanjing to try everything on.

    Names and census totals are real, streets and facilities are invented, and every output says SYNTHETIC.

    Example: `lifecircle sample data/nanjing-sample`, or `lifecircle sample data/nanjing-years --years`
    """
    from lifecircle.messages import say
    from lifecircle.sample import STEPS, write_sample, write_sample_years
    from lifecircle.terminal import steps

    with steps(STEPS, lang) as step:
        studies = (
            [write_sample(folder, scale, progress=step)]
            if not years
            else [*write_sample_years(folder, scale, progress=step)]
        )
    for study in studies:
        typer.echo(say("cli.sample_written", lang, study=study))
        typer.echo(say("cli.sample_next", lang, study=study))
