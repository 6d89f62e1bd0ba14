"""A report as one HTML page that loads nothing: text is escaped, pictures lie inside, and there is no script at all."""

from __future__ import annotations

import re
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lifecircle.files import written_whole
from lifecircle.messages import say
from lifecircle.report.numbering import heading_number
from lifecircle.report.policy import content_security_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Template

    from lifecircle.bilingual import Lang
    from lifecircle.report.blocks import Block, Column, Report, Row, Section

ASSETS: Final = Path(__file__).with_name("assets")
MARKS: Final = {"met": "●", "borderline": "◆", "short": "▲", "no_data": "○"}
"""The charts' shapes, so that a verdict can be told without its colour."""

LANGUAGES: Final[dict[Lang, str]] = {"zh": "zh-CN", "en": "en"}


def write_page(report: Report, path: Path) -> None:
    """Write a report as HTML.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    with written_whole(path) as temporary:
        temporary.write_text(page(report), encoding="utf-8", newline="\n")


def page(report: Report) -> str:
    """Return a report as HTML."""
    style = _style()
    return _template().render(
        report=report,
        language=LANGUAGES[report.lang],
        marks=MARKS,
        policy=content_security_policy([style]),
        style=Markup(style),  # noqa: S704 - our own file, no data
        say=partial(_say, report.lang),
        heading=partial(_heading, report.lang),
    )


def data_uri(svg: bytes) -> str:
    """Return a drawing as an address that holds it."""
    return f"data:image/svg+xml,{_NOT_KEPT.sub(lambda found: _escaped(found[0]), svg).decode('ascii')}"


_NOT_KEPT: Final = re.compile(rb"[^!$'()*+,\-./:;=?@\[\]^_`{|}~ 0-9A-Za-z]+")


@lru_cache(maxsize=10_000)
def _escaped(characters: bytes) -> bytes:
    """Return characters as an address has them; a drawing repeats the same few a thousand times."""
    return quote(characters, safe="").encode()


def _say(lang: Lang, key: str, **values: object) -> str:
    return say(f"report.{key}", lang, **values)


@cache
def _style() -> str:
    return (ASSETS / "report.css").read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "anchor": anchor,
        "bands": _bands,
        "data_uri": data_uri,
        "kind": _kind,
        "points": _points,
        "widths": _widths,
    }
    return environment.get_template("report.html")


def anchor(section: Section) -> str:
    """Return the name by which links find a section."""
    return f"s{'-'.join(map(str, section.path))}"


def _heading(lang: Lang, section: Section) -> str:
    return heading_number(section.path, lang)


def _kind(block: Block) -> str:
    return type(block).__name__


def _points(share: float) -> str:
    """Return a share as a position from 0 to 100."""
    return f"{100 * min(max(share, 0.0), 1.0):.1f}"


def _widths(columns: Sequence[Column]) -> list[str]:
    """Return the widths of columns in per cent."""
    whole = sum(column.width for column in columns)
    return [f"{100 * column.width / whole:.1f}" for column in columns]


def _bands(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the rows in groups, each with the band that heads it."""
    group: list[Row] = []
    for row in rows:
        if row.band and group:
            yield group
            group = []
        group.append(row)
    yield group
