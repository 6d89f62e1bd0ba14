"""Hostile names are text in every output: nothing runs, nothing leads elsewhere, nothing breaks."""

from __future__ import annotations

import io
import itertools
import re
import sqlite3
import zipfile
from urllib.parse import unquote

import docx
import openpyxl
import pypdf
import pytest
from lxml import etree

from lifecircle.progress import quietly
from lifecircle.report.folder import write_folder
from lifecircle.report.plain import plain
from report.reading import Page
from report.small_city import small_city

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org","here")',
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-1+1",
    "../../x",
    "长" * 150 + "x" * 150,
    "🏙️👨‍👩‍👧",
    "شارع الملك",
    "\u202egnp.exe",
    "{{ 7 * 7 }}{% raw %}",
    '#import "x": *; $x^2$ @ref <label>',
    "a\x00b\x0bc\x1fd\ufffe",
    "two\nlines\there",
    "]]>&lt;!--",
    '"><img src=x onerror=alert(1)>',
    "{total} %s",
    "javascript:alert(1)",
)  # fmt: skip


@pytest.fixture(scope="module")
def strange_city():
    """Return the city in which everything with a name has a hostile one before its own."""
    turn = itertools.cycle(HOSTILE)
    return small_city(lambda name: f"{next(turn)} {name}")


@pytest.fixture(scope="module")
def folder(strange_city, tmp_path_factory):
    made = tmp_path_factory.mktemp("hostile") / "run"
    made.mkdir()
    write_folder(strange_city, made, "zh", quietly)
    return made


@pytest.fixture(scope="module")
def areas(strange_city):
    """Return the names of the districts as text."""
    return [plain(name) for name in strange_city.areas.loc[strange_city.areas["level"] == "district", "name"]]


def test_every_hostile_name_was_used(strange_city):
    standards = strange_city.plans[0].standards
    names = [*strange_city.areas["name"], *strange_city.facilities["name"], *(one.name.zh for one in standards)]
    for hostile in HOSTILE:
        assert any(hostile in name for name in names)


def test_pages_hold_no_script_and_load_nothing(folder):
    for path in [folder / "report.html", *folder.glob("districts/*/report.html")]:
        page = Page(path.read_text(encoding="utf-8"))
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"script", "iframe", "object", "embed", "form", "link", "base", "foreignobject"}
        for tag, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
            for name in ("href", "src", "xlink:href"):
                value = attributes.get(name, "#")
                assert value.startswith(("#", "data:image/svg+xml,")), value[:50]


def test_drawings_hold_no_script_and_load_nothing(folder):
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    drawings = [unquote(own["src"].split(",", 1)[1]) for tag, own in page.elements if tag == "img"]
    assert len(drawings) > 10
    for drawing in drawings:
        root = etree.fromstring(drawing.encode())
        assert not {element.tag.split("}")[1] for element in root.iter()} & {"script", "foreignObject", "a"}
        links = [value for element in root.iter() for name, value in element.attrib.items() if "href" in name]
        assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)


def test_names_are_shown_on_the_page(folder, areas):
    text = Page((folder / "report.html").read_text(encoding="utf-8")).text()
    for name in areas:
        assert name in text


def test_names_are_shown_in_the_document(folder, areas):
    made = docx.Document(io.BytesIO((folder / "report.docx").read_bytes()))
    text = "\n".join("".join(one.text or "" for one in line.iter("{*}t")) for line in made.element.body.iter("{*}p"))
    for name in areas:
        assert name in text
    assert not [one for one in made.part.rels.values() if one.is_external]


def test_every_part_of_the_document_is_well_formed(folder):
    with zipfile.ZipFile(folder / "report.docx") as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))


def test_workbooks_hold_text_and_numbers_alone(folder, areas):
    for path in [folder / "report.xlsx", *folder.glob("districts/*/report.xlsx")]:
        book = openpyxl.load_workbook(path)
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n"}
        assert not any(cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row)
        with zipfile.ZipFile(path) as parts:
            assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name.lower()]
    cells = {cell.value for sheet in openpyxl.load_workbook(folder / "report.xlsx") for row in sheet for cell in row}
    assert set(areas) <= cells


def test_the_pdf_shows_names_as_far_as_its_fonts_go(folder, areas):
    text = "".join(page.extract_text() for page in pypdf.PdfReader(folder / "report.pdf").pages)
    text = re.sub(r"[\s\u200b]", "", text)
    shown = [re.sub(r"\s", "", name) for name in areas if re.fullmatch(r"[\u0020-\u007e\u4e00-\u9fff（）]+", name)]
    assert shown
    for name in shown:
        assert name in text


def test_csv_cells_never_begin_a_formula(folder):
    for path in folder.glob("*.csv"):
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            assert not re.search(r'(^|,)"?[=+@]', line), line[:80]


def test_the_summary_is_inert_markdown(folder):
    text = (folder / "summary.md").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert re.search(r"(?<!\\)<\w", text) is None
    assert re.search(r"(?<!\\)\]\(", text) is None


def test_nothing_is_written_outside_the_folder(folder):
    names = sorted(path.name for path in (folder / "districts").iterdir())
    assert len(names) == 3
    assert all(re.fullmatch(r"[\w（）()·-]+", name) for name in names)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["run"]


def test_styles_and_names_in_the_geopackage_are_data(folder, strange_city):
    with sqlite3.connect(folder / "communities.gpkg") as database:
        styles = database.execute("SELECT styleQML FROM layer_styles").fetchall()
        names = {name for (name,) in database.execute("SELECT name FROM communities")}
    for (style,) in styles:
        etree.fromstring(style.encode())
    assert names == {plain(name) for name in strange_city.areas.loc[strange_city.areas["level"] == "community", "name"]}
