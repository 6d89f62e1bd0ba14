"""An invented town, maps of it, and a browser that opens them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lifecircle.report.map import write_map
from report.map.chromium import launched
from report.map.town import NEW_CLINIC, invented_town, with_a_new_facility

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture(scope="session")
def town():
    return invented_town()


@pytest.fixture(scope="session")
def maps(town, tmp_path_factory):
    """Return a folder with the map of one run, and that of two."""
    folder = tmp_path_factory.mktemp("maps")
    write_map(folder / "one.html", town.data(), lang="zh")
    write_map(folder / "two.html", town.data(town.run, with_a_new_facility(town, "clinic", NEW_CLINIC)), lang="zh")
    return folder


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: name one in the environment variable CHROMIUM")
    with launched(CHROMIUM) as browser:
        yield browser.new_context()


@pytest.fixture
def open_map(browser):
    """Open a map, and at the end of the test require that it asked for nothing else and met no error."""
    pages, asked, errors = [], [], []

    def opened(path, fragment="", width=1280, height=820):
        page = browser.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(5000)
        page.on("request", lambda request: asked.append(request.url.split("#")[0]))
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"dialog {dialog.message}"))
        page.goto(f"{path.as_uri()}#{fragment}")
        page.wait_for_selector("body.ready")
        pages.append(page)
        return page

    yield opened
    expected = [page.url.split("#")[0] for page in pages]
    for page in pages:
        page.close()
    assert asked == expected
    assert [error for error in errors if "willReadFrequently" not in error] == []  # colour_at reads often
