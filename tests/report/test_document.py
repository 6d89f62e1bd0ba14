"""The Word document: the form of an official report, its numbers and texts for those who cannot see."""

from __future__ import annotations

import io
import re

import docx
import pytest
from docx.oxml.ns import qn

from lifecircle.report.blocks import Picture, Report, Section, Table, numbered, walk
from lifecircle.report.document import document


@pytest.fixture(scope="module")
def documents(tellings):
    return {lang: docx.Document(io.BytesIO(document(told.city))) for lang, told in tellings.items()}


@pytest.fixture
def made(documents, told):
    return documents[told.city.lang]


@pytest.fixture
def chinese(documents):
    return documents["zh"]


def headings(made, level):
    return [one.text for one in made.paragraphs if one.style.name == f"Heading {level}"]


def face(made, style):
    fonts = made.styles[style].element.rPr.find(qn("w:rFonts"))
    return fonts.get(qn("w:eastAsia")), made.styles[style].font.size.pt


def test_headings_have_the_levels_of_an_official_document(chinese):
    assert headings(chinese, 1)[:3] == ["一、总体结论", "二、分领域情况", "三、全市步行可达情况"]
    assert headings(chinese, 2)[:2] == ["（一）医疗卫生", "（二）老有所养"]


def test_headings_go_down_four_levels():
    """GB/T 9704-2012, 7.3.3: 一、（一）1.（1）."""
    deep = Section("丙", sections=(Section("丁"),))
    report = numbered(Report("zh", "x", sections=(Section("甲", sections=(Section("乙", sections=(deep,)),)),)))
    made = docx.Document(io.BytesIO(document(report)))
    assert [headings(made, level) for level in (1, 2, 3, 4)] == [["一、甲"], ["（一）乙"], ["1.丙"], ["（1）丁"]]


def test_fonts_and_sizes_are_those_of_an_official_document(chinese):
    """GB/T 9704-2012, 7.2.5, 7.3.3: text in 三号 (16 pt) 仿宋, headings in 黑体 and 楷体, the title in 二号 (22 pt)."""
    assert face(chinese, "Title") == ("宋体", 22)
    assert face(chinese, "Heading 1") == ("黑体", 16)
    assert face(chinese, "Heading 2") == ("楷体", 16)
    assert face(chinese, "Body Text") == ("仿宋", 16)
    page = chinese.sections[0]
    assert [round(one.mm) for one in (page.top_margin, page.left_margin, page.page_width)] == [37, 28, 210]


def test_no_font_comes_from_the_theme(made):
    for style in made.styles.element.findall(qn("w:style")):
        fonts = style.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if style.get(qn("w:styleId")) in {"Title", "Heading1", "BodyText", "TableText", "Caption"}:
            assert not [name for name in fonts.attrib if "Theme" in name]


def test_captions_are_numbered_by_fields_that_word_renumbers(made, told):
    blocks = [block for one in walk(told.city) for block in one.blocks]
    fields = [one.get(qn("w:instr")).split() for one in made.element.body.iter(qn("w:fldSimple"))]
    tables, figures = {"zh": ("表", "图"), "en": ("Table", "Figure")}[told.city.lang]
    assert sum(one[:2] == ["SEQ", tables] for one in fields) == sum(isinstance(one, Table) for one in blocks)
    assert sum(one[:2] == ["SEQ", figures] for one in fields) == sum(isinstance(one, Picture) for one in blocks)


def test_every_picture_has_an_alternative_text(made):
    descriptions = [one.get("descr") for one in made.element.body.iter(qn("wp:docPr"))]
    assert len(descriptions) > 5
    assert all(len(one) > 30 for one in descriptions)
    assert len({one.get("id") for one in made.element.body.iter(qn("wp:docPr"))}) == len(descriptions)


def test_the_head_of_every_table_is_repeated_on_each_page(made):
    for table in made.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_no_page_begins_with_the_last_row_of_a_table(made):
    """The second and the third row from the end are held to what follows; those before are not."""
    for table in made.tables:
        kept = [bool(row._tr.findall(f".//{qn('w:keepNext')}")) for row in table.rows]
        assert kept == [*[False] * (len(kept) - 3), True, True, False][-len(kept) :] or len(kept) <= 3


def test_the_contents_lead_to_the_chapters(made):
    marks = {one.get(qn("w:name")) for one in made.element.body.iter(qn("w:bookmarkStart"))}
    links = [one.get(qn("w:anchor")) for one in made.element.body.iter(qn("w:hyperlink"))]
    assert len(links) == len(headings(made, 1))
    assert set(links) <= marks


def test_invented_data_is_marked_on_every_page(made):
    assert made.sections[0].header.paragraphs[0].text == "SYNTHETIC"


def test_the_same_report_has_the_same_bytes(told):
    assert document(told.city) == document(told.city)


def test_nothing_tells_when_or_by_whom_it_was_made(made):
    facts = made.core_properties
    assert (facts.author, facts.last_modified_by, facts.created.year) == ("lifecircle", "", 1980)
    assert re.search("small|小城", facts.title, re.IGNORECASE)
