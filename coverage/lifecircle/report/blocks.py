"""What a report says, once: a small tree of sections, paragraphs, tables and pictures that every writer walks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Lang
    from lifecircle.report.charts.drawing import Drawing


@dataclass(frozen=True)
class Gauge:
    """A share with its range and target, to be drawn beside its number; all between 0 and 1."""

    low: float
    value: float
    high: float
    target: float


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
    verdict : str
        ``met``, ``borderline``, ``short`` or ``no_data`` for a cell that says so; else empty.
    gauge : Gauge, optional
    """

    text: str
    verdict: str = ""
    gauge: Gauge | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    head : str
    number : bool
        Set to the right.
    width : float
        In relation to the other columns.
    """

    head: str
    number: bool = False
    width: float = 1.0


@dataclass(frozen=True)
class Row:
    """A row of a table; a band is one cell that heads the rows below it."""

    cells: tuple[Cell, ...]
    band: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row names it. ``number`` is given by :func:`numbered`."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    number: int = 0


@dataclass(frozen=True)
class Picture:
    """A chart or map with its caption and, for those who cannot see it, what it shows."""

    title: str
    alt: str
    drawing: Drawing
    note: str = ""
    number: int = 0


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a ``warning`` is framed, a ``note`` is small."""

    text: str
    kind: Literal["body", "note", "warning"] = "body"


@dataclass(frozen=True)
class Bullets:
    """Sentences of equal rank, after a line that leads to them if there is one."""

    items: tuple[str, ...]
    lead: str = ""


Block = Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Section:
    """A chapter, or a part of one. ``path`` is its number, such as (2, 1), given by :func:`numbered`."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    path: tuple[int, ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes
    ----------
    lang : {"zh", "en"}
    title : str
    lines : tuple of str
        What stands below the title: plans, date of the data.
    warning : str
        What has to be said before everything else, such as that the data is invented; or empty.
    sections : tuple of Section
    credits : tuple of str
        Sources and licences of the data.
    """

    lang: Lang
    title: str
    lines: tuple[str, ...] = ()
    warning: str = ""
    sections: tuple[Section, ...] = ()
    credits: tuple[str, ...] = ()


def numbered(report: Report) -> Report:
    """Return a report whose sections, tables and pictures are numbered from 1 in the order of reading."""
    tables, pictures = count(1), count(1)

    def block(one: Block) -> Block:
        if isinstance(one, Table):
            return replace(one, number=next(tables))
        return replace(one, number=next(pictures)) if isinstance(one, Picture) else one

    def section(one: Section, path: tuple[int, ...]) -> Section:
        blocks = tuple(block(own) for own in one.blocks)
        inner = tuple(section(own, (*path, at)) for at, own in enumerate(one.sections, 1))
        return replace(one, blocks=blocks, sections=inner, path=path)

    return replace(report, sections=tuple(section(own, (at,)) for at, own in enumerate(report.sections, 1)))


def walk(report: Report) -> Iterator[Section]:
    """Yield all sections in the order of reading."""

    def inner(section: Section) -> Iterator[Section]:
        yield section
        for own in section.sections:
            yield from inner(own)

    for section in report.sections:
        yield from inner(section)
