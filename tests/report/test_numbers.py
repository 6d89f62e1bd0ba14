"""Every number that a report tells is a cell of the results, of the gaps or of the ranking."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import numpy as np
import openpyxl
import pypdf
import pytest

from lifecircle.plan.wording import limit_words, target_words
from lifecircle.report.blocks import Bullets, Paragraph, Picture, Report, Section, Table
from lifecircle.report.content import contents, summary
from lifecircle.report.content.words import Words
from lifecircle.report.document import document
from lifecircle.report.page import page
from lifecircle.report.pdf import pdf
from lifecircle.report.workbook import write_workbook
from lifecircle.report.workbook.contents import city_sheets
from report.reading import Page, numbers

TELLING = slice(0, -2)
"""The chapters about results; the last two are about the data and the method."""

FORMS = ("{:,.0f}", "{:,.1f}", "{:,.2f}")


def cells(city):
    """Return the numbers of all cells, and how many standards have which verdict, for each area and field."""
    found = set()
    for table in (city.results, city.gaps, city.ranking):
        for column in table.select_dtypes("number").columns:
            values = table[column].dropna().to_numpy()
            found |= set(np.abs(values[np.isfinite(values)]).tolist())
    first = city.results.drop_duplicates(["standard_id", "level", "area_id"])
    field = {one.id: one.field for one in city.plans[0].scored()}
    for keys in (["level", "area_id"], ["level", "area_id", first["standard_id"].map(field)], ["level", "standard_id"]):
        found |= set(first.groupby(keys)["verdict"].value_counts().tolist())
        found |= set(first.groupby(keys).size().tolist())
    return found | {0}


def written_forms(values):
    """Return the ways in which a number may be written: whole, with decimals, or as a percentage."""
    forms = set()
    for value in values:
        for form in FORMS:
            forms |= {form.format(value), form.format(100 * value)}
    return forms | {form.rstrip("0").rstrip(".") for form in forms if "." in form}


def names(told):
    """Return everything with digits in it that is a name, a target or a limit."""
    words, plan = told.words, told.words.findings.plans[0]
    known = [*words.names.values(), words.name(plan.name)]
    for one in plan.scored():
        known += [words.name(one.name), words.target(one), target_words(one, words.lang)]
        known += [limit_words(one, words.lang)] if one.kind == "circle" else []
    return [*known, "<10", *(one.clause.place for one in plan.scored())]


def without_pictures(section):
    """Return a section without its drawings, whose captions tell no number."""
    blocks = tuple(block for block in section.blocks if not isinstance(block, Picture))
    return replace(section, blocks=blocks, sections=tuple(map(without_pictures, section.sections)))


def told_numbers(report, told, chapters=TELLING):
    """Return the numbers of a report's chapters on results, from its page."""
    shown = replace(report, sections=tuple(map(without_pictures, report.sections[chapters])))
    text = Page(page(shown)).text(without=["h2", "h3", "h4", "figcaption", "caption", "note"])
    return numbers(text, names(told))


@pytest.fixture(scope="module")
def allowed(city):
    return written_forms(cells(city))


def test_every_number_of_the_page_is_a_cell(told, allowed):
    found = told_numbers(told.city, told)
    assert len(found) > 500
    assert sorted(set(found) - allowed) == []


def test_every_number_of_a_district_is_a_cell(told, allowed):
    for report in told.districts.values():
        found = told_numbers(report, told)
        assert len(found) > 50
        assert sorted(set(found) - allowed) == []


def test_every_number_of_the_summary_is_a_cell(told, allowed):
    assert sorted(set(told_numbers(summary(told.words), told)) - allowed) == []


def test_a_number_that_is_no_cell_would_be_found(city, allowed):
    other = replace(city, results=city.results.assign(covered=city.results["covered"] * 1.37 + 0.1))
    told = contents(Words(other, "en"), {})
    assert len(set(told_numbers(told.city, told)) - allowed) > 10


def test_the_document_says_what_the_page_says(told):
    body = docx.Document(io.BytesIO(document(told.city))).element.body
    lines = ("".join(one.text or "" for one in line.iter("{*}t")) for line in body.iter("{*}p"))
    text = "\n".join(lines)
    assert [line for line in texts_of(told.city) if line not in text] == []


def test_every_decimal_of_the_pdf_is_a_cell(told, allowed):
    shown = replace(told.city, sections=told.city.sections[TELLING])
    pages = pypdf.PdfReader(io.BytesIO(pdf(shown))).pages[2:]
    text = "\n".join(one.extract_text() for one in pages)
    heads = [f"{'.'.join(map(str, section.path))} " for section in told.city.sections for section in section.sections]
    found = [one for one in numbers(text, [*names(told), *heads, "1.", "2."]) if "." in one]
    assert len(found) > 200
    assert sorted(set(found) - allowed) == []


def test_every_number_of_the_workbook_is_a_cell(told, city, tmp_path):
    write_workbook(told.city, city_sheets(told.words, told.city), tmp_path / "report.xlsx")
    people = city.residents.groupby("community_id")["population"].sum().tolist()
    people += city.residents.groupby("street_id")["population"].sum().tolist()
    known = np.array(sorted(cells(city) | set(people) | {2025}))
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    count = 0
    for sheet in book.worksheets[:-1]:
        for row in sheet.iter_rows(min_row=3):
            for cell in row:
                if isinstance(cell.value, int | float) and not is_row_of_a_file(sheet, cell):
                    at = np.clip(np.searchsorted(known, abs(cell.value) - 1e-9), 0, len(known) - 1)
                    assert known[at] == pytest.approx(abs(cell.value), abs=1e-9), f"{sheet.title} {cell.coordinate}"
                    count += 1
    assert count > 1000


def is_row_of_a_file(sheet, cell):
    return sheet.cell(2, cell.column).value in {"行", "Row"}


def texts_of(report: Report):
    """Yield every text of a report."""

    def inner(section: Section):
        yield section.title
        for block in section.blocks:
            match block:
                case Paragraph():
                    yield block.text
                case Bullets():
                    yield from block.items
                case Table():
                    yield block.title
                    yield from (cell.text for row in block.rows for cell in row.cells)
                case _:
                    yield block.title
        for own in section.sections:
            yield from inner(own)

    for section in report.sections:
        yield from inner(section)
