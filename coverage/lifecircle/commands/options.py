"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Language = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of what is written: zh or en.")]
StudyFile = Annotated[Path, typer.Argument(metavar="STUDY", help="A study file (YAML).")]
WalkerId = Annotated[str, typer.Option("--walker", metavar="ID", help="Who walks: an id of configs/walkers.yaml.")]
LayerName = Annotated[str, typer.Option("--layer", metavar="NAME", help="A layer of the study, such as clinic.")]
ClusterAddress = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="local, or the address of a Dask scheduler: tcp://host:8786."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with what an unfinished run left behind.")]
