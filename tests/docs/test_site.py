"""The documentation builds without a warning, loads nothing from elsewhere, and its commands work as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

import lifecircle
from quick_start import PAGE, steps

pytestmark = pytest.mark.e2e

REPOSITORY = Path(__file__).parents[2]
MKDOCS = Path(sys.executable).parent / "mkdocs"
IN_CHINESE = ("index", "quick-start", "own-city", "report", "map", "siting", "scenarios", "monitoring", "scale", "sure",
              "method", "formats", "plan-file")  # fmt: skip
LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the site, built with warnings as errors."""
    if not MKDOCS.exists():
        pytest.skip("the documentation needs its extra: pip install 'lifecircle[docs]'")
    folder = tmp_path_factory.mktemp("site")
    settings = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [MKDOCS, "build", "--strict", "--site-dir", folder]  # --quiet would not count warnings either
    done = subprocess.run(command, cwd=REPOSITORY, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    found = {path.relative_to(site).as_posix(): html.parse(path).getroot() for path in site.rglob("*.html")}
    assert len(found) > 15
    return found


def test_the_site_loads_nothing_from_elsewhere(site, pages):
    for name, page in pages.items():
        for tag, attribute in LOADS.items():
            for element in page.iter(tag):
                address = element.get(attribute) or ""
                if tag == "link" and element.get("rel") in {"canonical", "alternate"}:
                    continue
                assert not re.match(r"(https?:)?//", address), (name, address)
    for sheet in site.rglob("*.css"):
        assert not re.search(r"""url\(['"]?(https?:)?//""", sheet.read_text(encoding="utf-8")), sheet


def test_every_page_can_be_found_from_every_other(pages):
    linked = {
        re.sub(r"#.*", "", link.get("href")) or "report.html"
        for link in pages["report.html"].iter("a")
        if link.get("href")
    }
    assert set(pages) - linked <= {"404.html"}


def test_every_public_name_has_an_entry_in_the_reference(pages):
    ids = {element.get("id") for element in pages["api.html"].iter() if element.get("id")}
    missing = [name for name in lifecircle.__all__ if not any((one or "").endswith(f".{name}") for one in ids)]
    assert missing == []


def test_no_role_of_another_markup_is_left_in_the_text(pages):
    for name, page in pages.items():
        assert not re.search(r":(func|meth|class|mod|data):", page.text_content()), name


def test_notebooks_are_pages_with_their_pictures(site, pages):
    stories = sorted(path.stem for path in (REPOSITORY / "notebooks").glob("[0-9]*.ipynb"))
    for story in stories:
        pictures = [image.get("src") for image in pages[f"notebooks/{story}.html"].iter("img")]
        assert [one for one in pictures if (site / "notebooks" / one).is_file()], story


def test_what_planners_read_is_there_in_chinese(pages):
    for name in IN_CHINESE:
        text = pages[f"{name}.zh.html"].find(".//article").text_content()
        assert len(re.findall("[\u4e00-\u9fff]", text)) > 150, name


def test_both_quick_starts_give_the_same_commands():
    english, chinese = (
        [
            words.removesuffix(" --lang en")
            for kind, words in steps(page.read_text(encoding="utf-8"))
            if kind == "console"
        ]
        for page in (PAGE, PAGE.with_suffix(".zh.md"))
    )
    assert english == chinese


@pytest.mark.e2e
def test_the_quick_start_works_word_for_word(quick_start):
    folder, answers = quick_start
    assert len(answers) >= 7
    for words, answer in answers.items():
        assert answer["code"] == 0, (words, answer["errors"])
    printed = {words.split()[1]: answer["printed"] for words, answer in answers.items()}
    assert "lifecircle run data/nanjing-sample/study.yaml" in printed["sample"]
    assert "The study can be run." in printed["check"]
    assert "runs/nanjing-sample" in printed["run"]
    assert "龙池社区" in printed["explain"]
    assert (folder / "clinic.gpkg").is_file()
    for name in ("report.html", "map.html", "report.docx", "report.pdf", "report.xlsx", "districts"):
        assert (folder / "runs" / "nanjing-sample" / name).exists(), name
    table = next(answer["printed"] for words, answer in answers.items() if "import lifecircle" in words)
    assert "15-minute medical circle" in table


@pytest.mark.e2e
def test_the_readmes_show_the_board_of_the_sample(quick_start):
    printed = next(answer["printed"] for words, answer in quick_start[1].items() if words.split()[1] == "run")
    board = re.search(r"(\d+) met, (\d+) borderline, (\d+) short, (\d+) without data", printed).groups()
    for name in ("README.md", "README.zh.md"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert re.search(r"达标(\d+)项，临界(\d+)项，未达标(\d+)项，无数据(\d+)项", text).groups() == board, name
        assert (REPOSITORY / "docs" / "images" / f"report{name[6:-3]}.png").is_file()
