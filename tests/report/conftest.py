"""Reports of the small city, built once for all tests."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from lifecircle.report.content import contents
from lifecircle.report.content.words import Words
from lifecircle.report.folder import write_folder
from report.small_city import FACTS, small_city


@pytest.fixture(scope="session")
def city():
    return small_city()


@pytest.fixture(scope="session")
def tellings(city):
    """Return the city's reports by language."""
    return {lang: contents(Words(city, lang), FACTS) for lang in ("zh", "en")}


@pytest.fixture(params=["zh", "en"])
def told(tellings, request):
    """Return the city's reports in each language."""
    return tellings[request.param]


@pytest.fixture(scope="session")
def announced():
    """Return the names of the steps that writing the run folder announced."""
    return []


@pytest.fixture(scope="session")
def written(city, announced, tmp_path_factory):
    """Return a run folder in Chinese."""

    @contextmanager
    def step(name):
        announced.append(name)
        yield

    folder = tmp_path_factory.mktemp("report") / "run"
    folder.mkdir()
    write_folder(city, folder, "zh", step, FACTS)
    return folder
