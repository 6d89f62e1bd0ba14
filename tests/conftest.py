from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from quick_start import follow

# How fast a machine is at the moment proves nothing.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

REPOSITORY = Path(__file__).parents[1]

collect_ignore = ["faults/mutants.py"]  # a program whose packages `make mutants` installs


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = Path(os.environ.get("LIFECIRCLE_REAL_DATA") or REPOSITORY.parent / "shared" / "data")
    if not (folder / "porto_alegre" / "poa_osm.pbf").exists():
        pytest.skip(f"no real data at {folder}: set LIFECIRCLE_REAL_DATA")
    return folder


@pytest.fixture(scope="session")
def quick_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, object]]]:
    """Return a folder in which the quick start was followed, and what each of its steps answered."""
    session = tmp_path_factory.getbasetemp()
    return follow(session.parent if "PYTEST_XDIST_WORKER" in os.environ else session)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIFECIRCLE_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
