"""The PDF: readable without any font of the machine, accessible, the same each time."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest

from lifecircle.report.blocks import Paragraph, Section, numbered
from lifecircle.report.fonts import SANS, SERIF, fonts
from lifecircle.report.pdf import pdf


@pytest.fixture
def small(told):
    """Return a report of a few pages with everything in it."""
    return replace(told.city, sections=(*told.city.sections[:1], *told.city.sections[-4:]))


@pytest.fixture(scope="module")
def made():
    """Return the documents that were made, by language."""
    return {}


@pytest.fixture
def reader(small, made):
    if small.lang not in made:
        made[small.lang] = pdf(small)
    return pypdf.PdfReader(io.BytesIO(made[small.lang]))


def test_only_the_fonts_of_the_package_are_used_and_all_are_embedded(reader):
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"])
            names.add(inner["/BaseFont"].split("+")[1])
    wanted = {SANS.replace(" ", ""), SERIF.replace(" ", "")}
    assert {name.split("-")[0] for name in names} <= wanted


def test_chinese_text_can_be_read_out(reader, small):
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    for section in small.sections:
        assert section.title.replace(" ", "") in text


def test_the_document_is_accessible(reader, small):
    """PDF/UA-1: tagged, with a title that is shown, a language, and texts for pictures."""
    assert "pdfuaid" in reader.xmp_metadata.rdf_root.toxml()
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith(small.lang)
    assert reader.metadata.title == small.title


def test_what_no_font_has_does_not_stop_the_report(small):
    strange = replace(small, sections=(Section("🏙", (Paragraph("شارع 🏙 text"),)),))
    text = pypdf.PdfReader(io.BytesIO(pdf(numbered(strange)))).pages[-1].extract_text()
    assert "text" in text


def test_the_same_report_has_the_same_bytes(small):
    assert pdf(small) == pdf(small)


def test_words_of_any_length_are_parted_at_the_edge(small):
    """Three hundred letters without a space take several lines."""
    long = replace(small, sections=(Section("x", (Paragraph("x" * 300),)),))
    text = pypdf.PdfReader(io.BytesIO(pdf(numbered(long)))).pages[-1].extract_text()
    assert max(len(line.replace("\u200b", "")) for line in text.splitlines()) < 120


def test_the_fonts_are_openly_licensed_files_of_a_package():
    for path in (fonts().sans, fonts().serif):
        assert path.is_file()
        assert path.read_bytes()[:4] == b"OTTO"
