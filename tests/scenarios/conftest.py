"""The town, read once, and changes of it."""

from __future__ import annotations

import pytest

from lifecircle.run import read_ground, results_on
from lifecircle.scenarios.changes import read_changes
from lifecircle.study import read_study
from town_study import write_town

NAME = "name: {zh: 设想, en: An idea}\n"


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIFECIRCLE_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
        return read_ground(read_study(write_town(tmp_path_factory.mktemp("town"))))


@pytest.fixture(scope="session")
def today(town):
    return results_on(town)


@pytest.fixture
def idea(tmp_path):
    """Return a function that reads changes from their text."""

    def read(text):
        path = tmp_path / "changes.yaml"
        path.write_text(f"id: idea\n{NAME}{text}", encoding="utf-8")
        return read_changes(path)

    return read
