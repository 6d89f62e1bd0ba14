"""The builder of notebooks, and the folder that they run in."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def builder():
    """Return ``notebooks/build.py`` as a module."""
    spec = importlib.util.spec_from_file_location("notebooks_build", REPOSITORY / "notebooks" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def workshop(quick_start):
    """Return a folder with the sample, and the run that the command line made of it."""
    return quick_start[0]
