"""Sheets as a workbook: text stays text whatever it begins with, heads are frozen and filtered, colours print."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from lifecircle.files import written_whole
from lifecircle.messages import say
from lifecircle.report.plain import width_of
from lifecircle.report.workbook.sheet import FORMATS, Value
from lifecircle.scores.results import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from lifecircle.report.blocks import Report
    from lifecircle.report.workbook.sheet import Field, Kind, Sheet

EPOCH: Final = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
HEAD_ROW: Final = 1
MOST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,  # no temporary file for each sheet
}
_RESERVED: Final = "history"
_A3: Final = 8
_A4: Final = 9
_MOST_ON_A4: Final = 14
_LINE_PT: Final = 13.5
_INDENT: Final = 2
_WIDEST: Final = 2
_INK: Final = {"font_name": "Arial", "font_size": 10, "valign": "top"}

VERDICT_STYLES: Final[dict[str, dict[str, Any]]] = {
    "met": {"bg_color": "#DCE8F2"},
    "borderline": {"bg_color": "#F6EBD2", "italic": True},
    "short": {"bg_color": "#F8DDD6", "bold": True},
    "no_data": {"pattern": 14, "fg_color": "#C8C8C4", "bg_color": "#FFFFFF"},
}
"""Light enough to print; bold, slant and pattern tell the same without colour."""


def write_workbook(report: Report, sheets: Sequence[Sheet], path: Path) -> None:
    """Write sheets as an Excel workbook; the first one says what the others hold.

    Parameters
    ----------
    report : Report
        Its title, lines and warning.
    sheets : sequence of Sheet
    path : Path

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    with written_whole(path) as temporary, xlsxwriter.Workbook(temporary, _OPTIONS) as book:
        book.set_properties({"title": report.title, "author": "lifecircle", "created": EPOCH})
        writer = _Writer(book, report)
        names = sheet_names([say("report.sheet_cover", report.lang), *(sheet.name for sheet in sheets)])
        writer.cover(names, sheets)
        for name, sheet in zip(names[1:], sheets, strict=True):
            writer.sheet(name, sheet)


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return names that a workbook accepts: up to 31 characters, no brackets, slashes or colons, all different.

    Examples
    --------
    >>> sheet_names(["Health: a/b", "Health: a/b", "x" * 40])
    ['Health a b', 'Health a b 2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']
    """
    names: list[str] = []
    taken = {_RESERVED}
    for one in wanted:
        base = " ".join(_FORBIDDEN.sub(" ", one).split()) or "Sheet"
        name, number = base[:MOST_NAME], 1
        while name.casefold() in taken:
            number += 1
            name = f"{base[: MOST_NAME - len(str(number)) - 1]} {number}"
        names.append(name)
        taken.add(name.casefold())
    return names


def _lines(values: Sequence[Any], fields: Sequence[Field]) -> int:
    """Return the lines that a row needs for its longest text: not every program finds that out by itself."""
    wrapped = (
        (value, one.width - _INDENT)
        for value, one in zip(values, fields, strict=True)
        if one.kind == "text" and isinstance(value, str) and _WIDEST * len(value) > one.width - _INDENT
    )
    return max((math.ceil(width_of(value) / width) for value, width in wrapped), default=1)


class _Writer:
    """Writes sheets into one workbook, with its formats made once."""

    def __init__(self, book: Workbook, report: Report) -> None:
        self.book, self.report = book, report
        self.formats: dict[tuple[str, str], Format] = {}
        self.title = book.add_format({**_INK, "bold": True, "font_size": 12})
        self.warning = book.add_format({**_INK, "bold": True, "font_color": "#B23A22"})
        self.head = book.add_format(
            {**_INK, "bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 2, "bg_color": "#EFEBE0"}
        )
        self.text = book.add_format({**_INK, "text_wrap": True})
        self.line = book.add_format(_INK)
        self.verdicts = {say(f"verdict.{one}", report.lang): VERDICT_STYLES[one] for one in VERDICTS}

    def cover(self, names: Sequence[str], sheets: Sequence[Sheet]) -> None:
        """Write title, warning, and what each sheet holds."""
        page = self._page(names[0])
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 90)
        page.write_string(0, 0, self.report.title, self.title)
        lines = [line for line in (self.report.warning, *self.report.lines, *self.report.credits) if line]
        for row, line in enumerate(lines, 1):
            page.write_string(row, 0, line, self.warning if line == self.report.warning else self.line)
        for row, (name, sheet) in enumerate(zip(names[1:], sheets, strict=True), len(lines) + 2):
            page.write_string(row, 0, name, self.text)
            page.write_string(row, 1, sheet.title, self.text)

    def sheet(self, name: str, sheet: Sheet) -> None:
        """Write one sheet: its title, its heads, its rows."""
        page = self._page(name)
        page.set_paper(_A3 if len(sheet.fields) > _MOST_ON_A4 else _A4)
        mark = " · SYNTHETIC" if self.report.warning else ""
        page.write_string(0, 0, f"{sheet.title}{mark}", self.title)
        page.set_row(HEAD_ROW, 48)
        for row, values in enumerate(sheet.rows, HEAD_ROW + 1):
            if (lines := _lines(values, sheet.fields)) > 1:
                page.set_row(row, lines * _LINE_PT)
        for column, one in enumerate(sheet.fields):
            page.set_column(column, column, one.width)
            page.write_string(HEAD_ROW, column, one.head, self.head)
            for row, values in enumerate(sheet.rows, HEAD_ROW + 1):
                self._write(page, row, column, values[column], one)
            if one.kind == "verdict":
                self._colour(page, column, len(sheet.rows))
        page.freeze_panes(HEAD_ROW + 1, sheet.frozen)
        page.repeat_rows(HEAD_ROW)
        if sheet.rows:
            page.autofilter(HEAD_ROW, 0, HEAD_ROW + len(sheet.rows), len(sheet.fields) - 1)

    def _page(self, name: str) -> Worksheet:
        page: Worksheet = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_footer("&C— &P —" + ("&RSYNTHETIC" if self.report.warning else ""))
        if self.report.warning:
            page.set_tab_color("#B23A22")
        return page

    def _write(self, page: Worksheet, row: int, column: int, value: Any, one: Field) -> None:
        """Write one cell; what is not known stays empty, in grey where a verdict says so."""
        verdict, kind = "", one.kind
        if isinstance(value, Value):
            value, verdict, kind = value.value, value.verdict, "share" if value.share else "number"
        style = self._format(kind, verdict)
        if value is None or value == "" or (not isinstance(value, str) and not math.isfinite(value)):
            page.write_blank(row, column, None, style)
        elif isinstance(value, str):
            page.write_string(row, column, value, style)
        else:
            whole = kind == "number" and float(value).is_integer()
            page.write_number(row, column, float(value), self._format("count", verdict) if whole else style)

    def _format(self, kind: Kind, verdict: str) -> Format:
        if (kind, verdict) not in self.formats:
            shown = {"num_format": FORMATS[kind], "text_wrap": kind == "text"}
            shown |= {"indent": 1} if kind in {"text", "verdict"} else {"align": "right"}
            self.formats[kind, verdict] = self.book.add_format({**_INK, **shown, **VERDICT_STYLES.get(verdict, {})})
        return self.formats[kind, verdict]

    def _colour(self, page: Worksheet, column: int, rows: int) -> None:
        """Colour the verdicts of a column by rule, so that they follow what somebody changes."""
        for words, style in self.verdicts.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{words}"', "format": self.book.add_format(style)}
            page.conditional_format(HEAD_ROW + 1, column, HEAD_ROW + rows, column, rule)
