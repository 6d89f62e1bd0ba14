"""A report as a Word document in the form of an official Chinese report (GB/T 9704-2012), or plainly in English."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lifecircle.files import written_whole
from lifecircle.messages import say
from lifecircle.report.blocks import Bullets, Paragraph, Picture, Table
from lifecircle.report.numbering import heading_number
from lifecircle.report.ooxml import (
    TextCell,
    Typeface,
    bookmarked,
    element,
    field,
    link,
    paragraph,
    run,
    set_typeface,
    table,
)
from lifecircle.report.page import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle

    from lifecircle.bilingual import Lang
    from lifecircle.report.blocks import Cell, Report, Row, Section

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file knows; the same report has the same bytes."""

COLOURS: Final = {"met": "1C4A72", "borderline": "855800", "short": "B23A22", "no_data": "56616B"}
TEXT_WIDTH: Final = Mm(210 - 28 - 26)


@dataclass(frozen=True)
class Form:
    """How a document looks in one language.

    Attributes
    ----------
    faces : dict of Typeface
        By style.
    line_pt : float
        Distance of lines of the text.
    indent_pt : float
        Of the first line of a paragraph.
    """

    faces: dict[str, Typeface]
    line_pt: float
    indent_pt: float


def _form(lang: Lang) -> Form:
    """Return the form: for Chinese the sizes 二号 22, 三号 16, 五号 10.5 and 小五 9 of GB/T 9704-2012."""
    serif, sans = "Times New Roman", "Arial"
    if lang == "zh":
        faces = {
            "Title": Typeface(serif, "宋体", 22, bold=True),
            "Subtitle": Typeface(serif, "楷体", 16),
            "Heading 1": Typeface(serif, "黑体", 16),
            "Heading 2": Typeface(serif, "楷体", 16),
            "Heading 3": Typeface(serif, "仿宋", 16, bold=True),
            "Heading 4": Typeface(serif, "仿宋", 16),
            "Body Text": Typeface(serif, "仿宋", 16),
            "Caption": Typeface(serif, "黑体", 10.5),
        }
    else:
        faces = {
            "Title": Typeface(sans, "黑体", 22, bold=True),
            "Subtitle": Typeface(serif, "宋体", 12),
            "Heading 1": Typeface(sans, "黑体", 16, bold=True),
            "Heading 2": Typeface(sans, "黑体", 13, bold=True),
            "Heading 3": Typeface(sans, "黑体", 11, bold=True),
            "Heading 4": Typeface(sans, "黑体", 11),
            "Body Text": Typeface(serif, "宋体", 11),
            "Caption": Typeface(sans, "黑体", 9),
        }
    own = {
        "Table Text": Typeface(serif, "宋体", 9),
        "Table Head": Typeface(serif, "黑体", 9),
        "Note": Typeface(serif, "宋体", 9),
        "Table Note": Typeface(serif, "宋体", 9),
        "Table End": Typeface(serif, "宋体", 4),
        "Contents": replace(faces["Body Text"], size_pt=min(14, faces["Body Text"].size_pt)),
        "Lead": faces["Body Text"],
    }
    return Form(faces | own, *((28, 32) if lang == "zh" else (15, 0)))


def write_document(report: Report, path: Path) -> None:
    """Write a report as a Word document.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    with written_whole(path) as temporary:
        temporary.write_bytes(document(report))


def document(report: Report) -> bytes:
    """Return a report as a Word document."""
    made = docx.Document()
    _set_up(made, report)
    written = [*_opening(report)]
    for section in report.sections:
        written += _section(made, section, report.lang)
    for one in written:
        made.element.body.sectPr.addprevious(one)
    stream = io.BytesIO()
    made.save(stream)
    return _with_one_time(stream.getvalue())


def _opening(report: Report) -> Iterator[BaseOxmlElement]:
    """Yield the title, what stands below it, and the chapters as links."""
    if report.warning:
        yield paragraph("Note", run(report.warning, COLOURS["short"]))
    yield paragraph("Title", run(report.title))
    for line in report.lines:
        yield paragraph("Subtitle", run(line))
    entries = [link(_bookmark(one), _heading(one, report.lang)) for one in report.sections]
    begin = [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", _instruction('TOC \\o "1-1" \\n \\h')),
        element("r", element("fldChar", fldCharType="separate")),
    ]
    end = [element("r", element("fldChar", fldCharType="end"))]
    for at, entry in enumerate(entries):
        first, last = at == 0, at == len(entries) - 1
        yield paragraph("Contents", *(begin if first else []), entry, *(end if last else []))


def _instruction(words: str) -> BaseOxmlElement:
    made = element("instrText")
    made.text = f" {words} "
    return made


def _section(made: Document, section: Section, lang: Lang) -> Iterator[BaseOxmlElement]:
    """Yield a section with everything in it."""
    name, number = _bookmark(section), int("".join(f"{one:03d}" for one in section.path))
    heading = bookmarked(run(_heading(section, lang)), name, number)
    yield paragraph(f"Heading {len(section.path)}", *heading)
    for block in section.blocks:
        match block:
            case Paragraph():
                yield paragraph("Note" if block.kind == "note" else "Body Text", run(block.text))
            case Bullets():
                if block.lead:
                    yield paragraph("Lead", run(block.lead))
                style = "Body Text" if lang == "zh" else "List Bullet"
                yield from (paragraph(style, run(item)) for item in block.items)
            case Table():
                yield from _table(block, lang)
            case Picture():
                yield from _picture(made, block, lang)
    for own in section.sections:
        yield from _section(made, own, lang)


def _table(one: Table, lang: Lang) -> Iterator[BaseOxmlElement]:
    """Yield caption, note and table, and what keeps it apart from the next."""
    yield _caption("Caption", "table", one.number, one.title, lang)
    heads = [TextCell(column.head, style="Table Head", right=column.number) for column in one.columns]
    rows = [_cells(one, row) for row in one.rows]
    if one.note:
        yield paragraph("Table Note", run(one.note))
    yield table(one.title, [column.width for column in one.columns], heads, rows)
    yield paragraph("Table End")


def _cells(one: Table, row: Row) -> list[TextCell]:
    if row.band:
        return [TextCell(row.cells[0].text, style="Table Head", colour=COLOURS["met"], span=len(one.columns))]
    return [_cell(cell, right=column.number) for cell, column in zip(row.cells, one.columns, strict=True)]


def _cell(cell: Cell, *, right: bool) -> TextCell:
    if cell.verdict:
        return TextCell(f"{MARKS[cell.verdict]} {cell.text}", colour=COLOURS[cell.verdict])
    return TextCell(cell.text, right=right)


def _picture(made: Document, one: Picture, lang: Lang) -> Iterator[BaseOxmlElement]:
    """Yield a picture with its alternative text, its caption and its note."""
    inline = made.part.new_pic_inline(io.BytesIO(one.drawing.png), width=TEXT_WIDTH)
    inline.docPr.set("descr", one.alt)
    inline.docPr.set("id", str(one.number))
    yield paragraph("Picture", element("r", element("drawing", inline)))
    yield _caption("Figure Caption", "figure", one.number, one.title, lang)
    if one.note:
        yield paragraph("Note", run(one.note))


def _caption(style: str, kind: str, number: int, title: str, lang: Lang) -> BaseOxmlElement:
    """Return a caption whose number is a field, so that Word renumbers it when tables are added."""
    label = say(f"report.{kind}_number", lang, number="")
    counter = field(f"SEQ {label.strip()} \\* ARABIC", str(number))
    return paragraph(style, run(label), counter, run(f"\N{EM SPACE}{title}"))


def _heading(section: Section, lang: Lang) -> str:
    return f"{heading_number(section.path, lang)}{section.title}"


def _bookmark(section: Section) -> str:
    return f"_s{'_'.join(map(str, section.path))}"


def _set_up(made: Document, report: Report) -> None:
    """Give the empty document its page, its styles and its properties."""
    form = _form(report.lang)
    _set_page(made, report)
    own = (
        "Table Text",
        "Table Head",
        "Table Note",
        "Table End",
        "Note",
        "Contents",
        "Lead",
        "Picture",
        "Figure Caption",
    )
    for name in own:
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for name, face in form.faces.items():
        set_typeface(_style(made, name), face)
    set_typeface(_style(made, "Figure Caption"), form.faces["Caption"])
    set_typeface(_style(made, "List Bullet"), form.faces["Body Text"])
    set_typeface(_style(made, "Normal"), form.faces["Table Text"])
    _space(made, form)
    languages = made.styles.element.find(f".//{qn('w:lang')}")
    languages.set(qn("w:val"), "en-GB")
    languages.set(qn("w:eastAsia"), "zh-CN")
    facts = made.core_properties
    facts.title, facts.author, facts.comments = report.title, "lifecircle", ""
    facts.language = "zh-CN" if report.lang == "zh" else "en-GB"
    facts.created = facts.modified = dt.datetime(*EPOCH, tzinfo=dt.UTC)


def _set_page(made: Document, report: Report) -> None:
    """Set A4 with the margins of GB/T 9704-2012, 37, 28, 35 and 26 mm, and the page number between dashes."""
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.left_margin, page.bottom_margin, page.right_margin = Mm(37), Mm(28), Mm(35), Mm(26)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer._p.extend([run("— "), field("PAGE", "1"), run(" —")])  # noqa: SLF001 - python-docx has no words for fields
    if report.warning:
        page.header.paragraphs[0]._p.append(run("SYNTHETIC", COLOURS["short"]))  # noqa: SLF001 - as the footer


def _space(made: Document, form: Form) -> None:
    """Set distances: lines of the text at a fixed one, tables tight, captions kept with what they name."""
    for name in ("Body Text", "Lead", "Heading 1", "Heading 2", "Heading 3", "Heading 4"):
        shape = _style(made, name).paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(form.line_pt)
        shape.space_before = shape.space_after = Pt(0 if form.indent_pt else 6)
        shape.first_line_indent = Pt(form.indent_pt)
    for name in (
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Heading 4",
        "Lead",
        "Caption",
        "Table Note",
        "Table Head",
        "Picture",
        "Figure Caption",
    ):
        _style(made, name).paragraph_format.keep_with_next = True
    _style(made, "Heading 1").paragraph_format.page_break_before = True
    for name in ("Title", "Subtitle", "Caption", "Figure Caption", "Picture"):
        _style(made, name).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, before, after in (
        ("Title", 60, 18), ("Subtitle", 0, 6), ("Caption", 12, 4), ("Figure Caption", 4, 4), ("Picture", 12, 0),
        ("Note", 3, 12), ("Table Note", 0, 4), ("Table End", 0, 4), ("Contents", 3, 3),
        ("Table Text", 1, 1), ("Table Head", 2, 2), ("Normal", 0, 0),
    ):  # fmt: skip
        shape = _style(made, name).paragraph_format
        shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.0
    borders = _style(made, "Title").element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)  # the template underlines titles


def _style(made: Document, name: str) -> ParagraphStyle:
    style: Any = made.styles[name]
    found: ParagraphStyle = style
    return found


def _with_one_time(content: bytes) -> bytes:
    """Return a zip file whose members all bear the same time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
