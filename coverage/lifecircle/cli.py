"""The command line: words in, calls to the library, sentences out.

Everything heavy is imported inside the commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import gc
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer

from lifecircle.commands import (
    batch,
    check,
    compare,
    explain,
    fetch,
    init,
    isochrones,
    plan,
    run,
    sample,
    scenario,
    site,
    surface,
    verify,
)
from lifecircle.errors import LifecircleError

if TYPE_CHECKING:
    from lifecircle.bilingual import Lang

USER_FAULT = 2
GARBAGE_THRESHOLDS = (50_000, 20, 20)
"""Python's own, 700 objects, has every import and every chart searched for rubbish that is hardly ever there."""

app = typer.Typer(
    name="lifecircle",
    help="Whether a city's people can walk to the services it has promised them. 步行可达的公共服务覆盖分析。",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
for command in (
    init.init,
    fetch.fetch,
    check.check,
    run.run,
    batch.batch,
    compare.compare,
    scenario.scenario,
    explain.explain,
    isochrones.isochrones,
    surface.surface,
    site.site,
    verify.verify,
    sample.sample,
):
    app.command()(command)
app.add_typer(plan.app, name="plan")


def main() -> None:
    """Run the command line; a fault of the user's files is one sentence and exit code 2."""
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    try:
        app()
    except LifecircleError as error:
        typer.secho(f"Error 错误: {error.text(_language(sys.argv))}", err=True, fg="red")
        sys.exit(USER_FAULT)
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        sys.stderr.close()


def _language(words: list[str]) -> Lang:
    """Return the language that a command was asked to answer in; Chinese where it was not said."""
    said = " ".join(words).replace("--lang=", "--lang ").split()
    return "en" if ("--lang", "en") in pairwise(said) else "zh"


def _version(show: bool) -> None:
    if show:
        from importlib.metadata import version

        typer.echo(f"lifecircle {version('lifecircle')}")
        raise typer.Exit


@app.callback()
def _options(
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    pass


if __name__ == "__main__":
    main()
