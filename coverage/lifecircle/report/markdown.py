"""A report as Markdown, for terminals and version control: text, lists and tables; of pictures their caption alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lifecircle.files import written_whole
from lifecircle.messages import say
from lifecircle.report.blocks import Bullets, Paragraph, Picture, Table
from lifecircle.report.numbering import heading_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lifecircle.bilingual import Lang
    from lifecircle.report.blocks import Block, Report, Row, Section

_SPECIAL: Final = str.maketrans({character: f"\\{character}" for character in r"\`*_{}[]<>#|$~"})


def write_markdown(report: Report, path: Path) -> None:
    """Write a report as Markdown.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    with written_whole(path) as temporary:
        temporary.write_text(markdown(report), encoding="utf-8", newline="\n")


def markdown(report: Report) -> str:
    """Return a report as Markdown."""
    parts = [f"# {inert(report.title)}"]
    parts += [f"**{inert(report.warning)}**"] if report.warning else []
    parts += [inert(line) for line in report.lines]
    for section in report.sections:
        parts += _section(section, report.lang)
    return "\n\n".join(parts) + "\n"


def inert(text: str) -> str:
    r"""Return a text that Markdown and HTML show as it is.

    Examples
    --------
    >>> print(inert("<b>a_b</b>"))
    \<b\>a\_b\</b\>
    """
    return text.translate(_SPECIAL)


def _section(section: Section, lang: Lang) -> Iterator[str]:
    number = heading_number(section.path, lang)
    yield f"{'#' * (len(section.path) + 1)} {inert(f'{number}{section.title}')}"
    for block in section.blocks:
        yield from _block(block, lang)
    for own in section.sections:
        yield from _section(own, lang)


def _block(block: Block, lang: Lang) -> Iterator[str]:
    match block:
        case Paragraph():
            yield inert(block.text)
        case Bullets():
            if block.lead:
                yield inert(block.lead)
            yield "\n".join(f"- {inert(item)}" for item in block.items)
        case Table():
            yield f"{say('report.table_number', lang, number=block.number)} {inert(block.title)}"
            yield "\n".join(_lines(block))
            if block.note:
                yield inert(block.note)
        case Picture():
            yield f"{say('report.figure_number', lang, number=block.number)} {inert(block.title)}"


def _lines(table: Table) -> Iterator[str]:
    yield _line([inert(column.head) for column in table.columns])
    yield _line(["---:" if column.number else "---" for column in table.columns])
    for row in table.rows:
        yield _line(_cells(row, len(table.columns)))


def _cells(row: Row, columns: int) -> list[str]:
    texts = [inert(cell.text) for cell in row.cells]
    return [f"**{texts[0]}**", *[""] * (columns - 1)] if row.band else texts


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
