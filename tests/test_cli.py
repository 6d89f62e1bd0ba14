"""What the command says of itself."""

from __future__ import annotations

import re

import pytest
import typer.main

from lifecircle.cli import app


def commands(command, name="lifecircle"):
    """Yield every command below another one, with its whole name."""
    yield name, command
    for part, own in getattr(command, "commands", {}).items():
        yield from commands(own, f"{name} {part}")


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_holds_nothing_that_is_swallowed_as_markup(name):
    """Help is read as Markdown, which drops what looks like an HTML tag: DIR/<study> would be shown as DIR/."""
    texts = [COMMANDS[name].help or "", *(getattr(one, "help", None) or "" for one in COMMANDS[name].params)]
    assert [text for text in texts if re.search(r"<[^ =]", text)] == []


def test_every_command_with_work_to_do_shows_an_example():
    working = [name for name, command in COMMANDS.items() if not hasattr(command, "commands")]
    assert len(working) > 15
    assert [name for name in working if "Example:" not in (COMMANDS[name].help or "")] == []
