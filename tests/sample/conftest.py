"""A sample city of a few seconds, made once for all tests of this folder."""

from __future__ import annotations

import pytest

from lifecircle.sample import Scale, write, write_sample
from lifecircle.sample.city import sample_city

TINY = Scale("tiny", nodes=6_000, residents=1_500, facilities=400, communities=3, cell_m=500)
SEED = 2025


@pytest.fixture(scope="session")
def city():
    return sample_city(TINY, SEED)


@pytest.fixture(scope="session")
def tiny():
    return TINY


@pytest.fixture(scope="session")
def folder(city, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "nanjing"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "sample_city", lambda *_: city)
        write_sample(folder, TINY, SEED)
    return folder


@pytest.fixture
def made_already(city, monkeypatch):
    """Take the city that is there, for tests of what becomes of its files."""
    monkeypatch.setattr(write, "sample_city", lambda *_: city)
