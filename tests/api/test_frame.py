"""The map in a notebook's frame, in Chromium: it draws, is used, runs nothing of hostile names, and reaches nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import lifecircle
from report.map.chromium import launched
from report.small_city import small_city
from report.test_hostile import HOSTILE

pytestmark = pytest.mark.browser
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture(scope="module")
def framed(tmp_path_factory):
    """Return a page that holds the frame of a hostile city's map, as a notebook does, and what went wrong on it."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: name one in the environment variable CHROMIUM")
    turn = iter(range(10**6))
    findings = small_city(lambda name: f"{HOSTILE[next(turn) % len(HOSTILE)]} {name}")
    frame = lifecircle.Run(findings, "en", lambda: None).map()._repr_html_()
    path = tmp_path_factory.mktemp("notebook") / "notebook.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8><title>notebook</title>{frame}", encoding="utf-8")
    with launched(CHROMIUM) as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 700})
        wrong, asked = [], []
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.frame_locator("iframe").locator("#answer .big").wait_for()
        yield page, wrong, asked


def test_the_map_draws_in_a_frame_and_can_be_used(framed):
    page, wrong, _ = framed
    inside = page.frame_locator("iframe")
    before = inside.locator("#answer .big").inner_text()
    inside.locator("#theme").select_option(index=1)
    inside.locator("#minutes").fill("3")
    assert inside.locator("#answer .big").inner_text() != before
    assert wrong == []


def test_nothing_is_loaded_and_the_notebook_is_out_of_reach(framed):
    page, _, asked = framed
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
    frame = page.frames[1]
    assert frame.evaluate("(() => { try { return parent.document.title } catch (error) { return error.name } })()") == (
        "SecurityError"
    )
