"""Which sheets the city's workbook and a district's have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.report.blocks import Bullets, Table
from lifecircle.report.content.words import WHOLE_CITY
from lifecircle.report.workbook.areas import places_sheet, problems_sheet
from lifecircle.report.workbook.boards import board_sheet, districts_sheet, field_sheets, indicators_sheet
from lifecircle.report.workbook.sheet import Field, Sheet

if TYPE_CHECKING:
    from lifecircle.report.blocks import Report, Section
    from lifecircle.report.content.words import Area, Words

SETTINGS = ("urban", "rural")


def city_sheets(words: Words, report: Report) -> list[Sheet]:
    """Return the sheets of the whole city."""
    areas = [area for area in words.names if area[0] in {"group", "district", "setting"}]
    sheets = [
        board_sheet(words, WHOLE_CITY),
        *field_sheets(words),
        districts_sheet(words, areas),
        places_sheet(words, "street", WHOLE_CITY),
        places_sheet(words, "community", WHOLE_CITY),
        problems_sheet(words, WHOLE_CITY),
        indicators_sheet(words),
        method_sheet(words, report.sections[-1]),
    ]
    return [sheet for sheet in sheets if sheet is not None]


def district_sheets(words: Words, report: Report, district: str) -> list[Sheet]:
    """Return the sheets that one district is sent: its own figures, and of the others only those of the city."""
    area: Area = ("district", district)
    parts = [("setting", f"{district}:{setting}") for setting in SETTINGS]
    sheets = [
        board_sheet(words, area),
        districts_sheet(words, [area, *parts]),
        places_sheet(words, "street", area),
        places_sheet(words, "community", area),
        problems_sheet(words, area),
        method_sheet(words, report.sections[-1]),
    ]
    return [sheet for sheet in sheets if sheet is not None]


def method_sheet(words: Words, chapter: Section) -> Sheet:
    """Return the chapter on method, line by line: its rules, and its tables by what their first cell names."""
    apart = words.say("apart")
    rows = [
        [section.title, *line]
        for section in chapter.sections
        for block in section.blocks
        for line in (
            [["", item] for item in block.items]
            if isinstance(block, Bullets)
            else [[row.cells[0].text, apart.join(cell.text for cell in row.cells[1:])] for row in block.rows]
            if isinstance(block, Table)
            else []
        )
    ]
    heads = {"part": 42, "item": 50, "note": 90}
    fields = tuple(Field(words.say(head), width=width) for head, width in heads.items())
    return Sheet(chapter.title, words.say("method_sheet"), fields, rows)
