"""A report as PDF, set by typst: the report goes in as data, the fonts come with the package."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import typst

from lifecircle.errors import ReportError
from lifecircle.files import written_whole
from lifecircle.messages import say
from lifecircle.report.blocks import Bullets, Paragraph, Picture, Table
from lifecircle.report.fonts import fonts
from lifecircle.report.numbering import heading_number
from lifecircle.report.page import ASSETS, MARKS

if TYPE_CHECKING:
    from pathlib import Path

    from lifecircle.bilingual import Lang
    from lifecircle.report.blocks import Block, Report, Section

ACCESSIBLE: Final[typst.PDFStandard] = "ua-1"
"""PDF/UA-1: tagged, with titles and alternative texts. It forbids characters that no font has."""

_LONG_WORD: Final = re.compile(r"[^\s\u2e80-\uffff]{20}(?=\S)")
_BREAK: Final = "\N{ZERO WIDTH SPACE}"


def write_pdf(report: Report, path: Path) -> None:
    """Write a report as PDF.

    Raises
    ------
    ReportError
        If the file cannot be written, or the fonts are missing.
    """
    typeset(pdf_content(report), path)


def pdf_content(report: Report) -> str:
    """Return what a PDF tells, its pictures drawn, as text that can be typeset anywhere."""
    return json.dumps(_data(report), ensure_ascii=False)


def typeset(content: str, path: Path) -> None:
    """Write the content of a report as PDF.

    Raises
    ------
    ReportError
        As of :func:`write_pdf`.
    """
    with written_whole(path) as temporary:
        temporary.write_bytes(_pdf(content))


def pdf(report: Report) -> bytes:
    """Return a report as PDF: an accessible one, unless a name has characters that no font of ours has."""
    return _pdf(pdf_content(report))


def _pdf(data: str) -> bytes:
    try:
        return _compiled(data, ACCESSIBLE)
    except typst.TypstError:
        return _compiled(data)


def _compiled(data: str, *standards: typst.PDFStandard) -> bytes:
    compiled = typst.compile(
        (ASSETS / "report.typ").read_bytes(),
        format="pdf",
        sys_inputs={"report": data},
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(fonts().sans.parent)]),
        pdf_standards=list(standards),
    )
    if not isinstance(compiled, bytes):
        raise ReportError("report.pdf: typst gave no document. Install the version that lifecircle asks for.")
    return compiled


def _data(report: Report) -> dict[str, Any]:
    """Return a report as plain data, with its numbers in words."""
    return {
        "lang": report.lang,
        "title": _breakable(report.title),
        "lines": [_breakable(line) for line in report.lines],
        "warning": report.warning,
        "contents": say("report.contents", report.lang),
        "marks": MARKS,
        "sections": [_section(section, report.lang) for section in report.sections],
    }


def _section(section: Section, lang: Lang) -> dict[str, Any]:
    return {
        "number": heading_number(section.path, lang),
        "title": _breakable(section.title),
        "blocks": [_block(block, lang) for block in section.blocks],
        "sections": [_section(own, lang) for own in section.sections],
    }


def _block(block: Block, lang: Lang) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": block.kind, "text": _breakable(block.text)}
        case Bullets():
            return {"kind": "bullets", "lead": block.lead, "items": [_breakable(item) for item in block.items]}
        case Table():
            return _table(block, lang)
        case Picture():
            return {
                "kind": "picture",
                "number": say("report.figure_number", lang, number=block.number),
                "title": _breakable(block.title),
                "note": block.note,
                "alt": block.alt,
                "svg": block.drawing.svg.decode(),
            }


def _table(table: Table, lang: Lang) -> dict[str, Any]:
    return {
        "kind": "table",
        "number": say("report.table_number", lang, number=table.number),
        "title": _breakable(table.title),
        "note": table.note,
        "columns": [{**asdict(column), "head": _breakable(column.head)} for column in table.columns],
        "rows": [
            {"band": row.band, "cells": [{**asdict(cell), "text": _breakable(cell.text)} for cell in row.cells]}
            for row in table.rows
        ],
    }


def _breakable(text: str) -> str:
    """Return a text whose words of more than twenty letters can be parted, so that none runs over the edge."""
    return _LONG_WORD.sub(rf"\g<0>{_BREAK}", text)
