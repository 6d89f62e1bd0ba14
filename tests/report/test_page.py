"""The page: well formed, accessible, whole in itself."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from lifecircle.report.page import page
from report.map.chromium import launched
from report.reading import Page

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture
def html(told):
    return page(told.city)


@pytest.fixture
def read(html):
    return Page(html)


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: name one in the environment variable CHROMIUM")
    with launched(CHROMIUM) as browser:
        yield browser


def found(read, tag):
    return [attributes for name, attributes in read.elements if name == tag]


def test_the_language_is_declared(read, told):
    assert found(read, "html")[0]["lang"] == {"zh": "zh-CN", "en": "en"}[told.city.lang]


def test_headings_go_down_one_level_at_a_time(read):
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_every_header_cell_says_what_it_heads(read):
    heads = found(read, "th")
    assert {head["scope"] for head in heads} == {"col", "row", "rowgroup"}


def test_every_table_has_a_caption_and_every_picture_a_text(read):
    assert len(found(read, "caption")) == len(found(read, "table")) > 10
    assert all(len(image["alt"]) > 30 for image in found(read, "img"))


def test_links_lead_to_chapters_of_the_page(read):
    anchors = {attributes.get("id") for _, attributes in read.elements}
    links = [link["href"] for link in found(read, "a")]
    assert len(links) > 5
    assert all(link[0] == "#" and link[1:] in anchors for link in links)


def test_only_the_page_s_own_style_is_allowed(html):
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1].replace("&#39;", "'")
    assert policy.split("; ") == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip


def test_verdicts_have_a_shape_beside_their_colour(read):
    marks = {text for path, text in read.texts if path[-1][1] == "mark"}
    assert {"●", "▲"} <= marks <= {"●", "◆", "▲", "○"}


def test_invented_data_is_marked_before_everything_else(read, told):
    texts = [text for path, text in read.texts if path[-1][1] == "warning"]
    assert texts == [told.city.warning]
    assert "SYNTHETIC" in texts[0]


def test_the_same_report_has_the_same_bytes(told, html):
    assert page(told.city) == html


@pytest.mark.browser
def test_the_page_asks_for_nothing_and_breaks_no_rule_of_accessibility(written, browser):
    url = (written / "report.html").as_uri()
    opened, asked, errors = browser.new_page(), [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: errors.append(message.text))
    opened.goto(url)
    assert [one for one in asked if not one.startswith("data:")] == [url]
    assert errors == []
    violations = Axe().run(opened).response["violations"]
    assert [(one["id"], one["impact"]) for one in violations] == []
    opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [380, 1280])
def test_the_page_fits_the_width_of_the_window(written, browser, width):
    opened = browser.new_page(viewport={"width": width, "height": 800})
    opened.goto((written / "report.html").as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()
