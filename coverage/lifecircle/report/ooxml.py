"""Pieces of WordprocessingML that python-docx has no words for: styles, fields, tables of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle

WHOLE_WIDTH: Final = 8844
"""Width of the text in twentieths of a point: 156 mm."""

LAST_ROWS: Final = 3
"""Rows at the end of a table that stay on one page."""


@dataclass(frozen=True)
class Typeface:
    """Fonts and size of a style.

    Attributes
    ----------
    latin, chinese : str
        Names of fonts that Word knows on every machine in China.
    size_pt : float
    bold : bool
    """

    latin: str
    chinese: str
    size_pt: float
    bold: bool = False


@dataclass(frozen=True)
class TextCell:
    """A cell of text: set to the right if it is a number, over all columns if it heads the rows below."""

    text: str
    style: str = "Table Text"
    right: bool = False
    colour: str = ""
    span: int = 1


def element(tag: str, *children: BaseOxmlElement, **attributes: str | int) -> BaseOxmlElement:
    """Return an element of the ``w`` namespace, its attributes in the same one."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def run(text: str, colour: str = "") -> BaseOxmlElement:
    """Return a run of text; quotation marks take the Chinese font where the style has one."""
    properties = element("rPr", element("rFonts", hint="eastAsia"))
    if colour:
        properties.append(element("color", val=colour))
    words = element("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element("r", properties, words)


def field(instruction: str, shown: str) -> BaseOxmlElement:
    """Return a field that Word can work out again, with what it shows until then."""
    return element("fldSimple", run(shown), instr=f" {instruction} ")


def bookmarked(content: BaseOxmlElement, name: str, number: int) -> Iterator[BaseOxmlElement]:
    """Yield a piece of a paragraph between the marks that links jump to."""
    yield element("bookmarkStart", id=number, name=name)
    yield content
    yield element("bookmarkEnd", id=number)


def link(name: str, text: str) -> BaseOxmlElement:
    """Return a link to a bookmark of the same document."""
    return element("hyperlink", run(text), anchor=name, history=1)


def paragraph(style: str, *content: BaseOxmlElement, right: bool = False, keep: bool = False) -> BaseOxmlElement:
    """Return a paragraph of a style, by the style's id; ``keep`` holds it on one page with what follows."""
    properties = element("pPr", element("pStyle", val=style.replace(" ", "")))
    if keep:
        properties.append(element("keepNext"))
    if right:
        properties.append(element("jc", val="right"))
    return element("p", properties, *content)


def table(
    title: str, widths: Sequence[float], heads: Sequence[TextCell], rows: Sequence[Sequence[TextCell]]
) -> BaseOxmlElement:
    """Return a table with horizontal rules alone, whose head is repeated on every page.

    Its last rows stay together, so that no page begins with a single one.

    Parameters
    ----------
    title : str
        For readers who cannot see the table.
    widths : sequence of float
        Of the columns, in relation to each other.
    heads : sequence of TextCell
    rows : sequence of sequence of TextCell
    """
    whole = sum(widths)
    parts = [round(WHOLE_WIDTH * width / whole) for width in widths]
    rules = {"top": (12, "22303C"), "bottom": (12, "22303C"), "insideH": (4, "C9C4B8")}
    borders = (element(side, val="single", sz=size, space=0, color=colour) for side, (size, colour) in rules.items())
    margins = (element(side, w=60, type="dxa") for side in ("left", "right"))
    properties = element(
        "tblPr",
        element("tblW", w=WHOLE_WIDTH, type="dxa"),
        element("tblBorders", *borders),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *margins),
        element("tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
        element("tblCaption", val=title),
    )
    grid = element("tblGrid", *(element("gridCol", w=part) for part in parts))
    head = _row(heads, parts, head=True)
    kept = range(max(len(rows) - LAST_ROWS, 0), len(rows) - 1)
    return element(
        "tbl", properties, grid, head, *(_row(cells, parts, keep=at in kept) for at, cells in enumerate(rows))
    )


def _row(
    cells: Sequence[TextCell], widths: Sequence[int], *, head: bool = False, keep: bool = False
) -> BaseOxmlElement:
    properties = element("trPr", element("cantSplit"))
    if head:
        properties.append(element("tblHeader"))
    made, at = [], 0
    for cell in cells:
        width = element("tcW", w=sum(widths[at : at + cell.span]), type="dxa")
        span = [element("gridSpan", val=cell.span)] if cell.span > 1 else []
        words = paragraph(cell.style, run(cell.text, cell.colour), right=cell.right, keep=keep)
        made.append(element("tc", element("tcPr", width, *span), words))
        at += cell.span
    return element("tr", properties, *made)


def set_typeface(style: ParagraphStyle, typeface: Typeface) -> None:
    """Give a style its fonts by name, instead of the ones of the template's theme."""
    properties = style.element.get_or_add_rPr()
    for tag in ("rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "spacing", "kern"):
        for old in properties.findall(qn(f"w:{tag}")):
            properties.remove(old)
    half_points = round(2 * typeface.size_pt)
    latin, chinese = typeface.latin, typeface.chinese
    made = [element("rFonts", ascii=latin, hAnsi=latin, cs=latin, eastAsia=chinese, hint="eastAsia")]
    made += [element("b")] if typeface.bold else []
    made += [element("color", val="000000"), element("sz", val=half_points), element("szCs", val=half_points)]
    for at, one in enumerate(made):
        properties.insert(at, one)
