"""The town in two years, run and compared."""

from __future__ import annotations

import pandas as pd
import pytest

from lifecircle.monitoring.write import compare_runs
from lifecircle.run import analyse, read_ground, write_run
from lifecircle.study import read_study
from town_study import write_town


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIFECIRCLE_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture(scope="session")
def town(cache, tmp_path_factory):
    del cache
    return read_ground(read_study(write_town(tmp_path_factory.mktemp("town"))))


@pytest.fixture(scope="session")
def years(cache, tmp_path_factory):
    """Return the folder of two studies and their runs.

    By 2025 a clinic has opened at 118.825 and 100 people have moved to 118.806.
    """
    del cache
    folder = tmp_path_factory.mktemp("years")
    for year in ("2023", "2025"):
        study = write_town(folder / year)
        study.write_text(study.read_text(encoding="utf-8") + f'date: "{year}"\n', encoding="utf-8")
    clinics, people = folder / "2025" / "clinics.csv", folder / "2025" / "residents.csv"
    table = pd.read_csv(clinics)
    table.loc[1] = ["k2", "东诊所", 118.825, 32.0, 5]
    table.to_csv(clinics, index=False, encoding="utf-8-sig")
    homes = pd.read_csv(people)
    homes.loc[len(homes)] = ["new", 118.806, 32.0, 100]
    homes.to_csv(people, index=False)
    for year in ("2023", "2025"):
        (folder / "runs" / year).mkdir(parents=True)
        write_run(analyse(read_study(folder / year / "study.yaml")), folder / "runs" / year, "en")
    return folder


@pytest.fixture(scope="session")
def compared(years):
    """Return the comparison of both runs, its telling, and its folder."""
    runs = [years / "runs" / year for year in ("2023", "2025")]
    found, telling = compare_runs(runs, years / "comparison", "en")
    return found, telling, years / "comparison"
