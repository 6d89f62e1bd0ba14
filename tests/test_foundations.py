from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lifecircle import crs, errors
from lifecircle.bilingual import Bilingual
from lifecircle.configs import configs_dir
from lifecircle.errors import LifecircleError, ReportError, StudyError
from lifecircle.filters import matching
from lifecircle.problems import PROBLEM_COLUMNS, Problem, in_language, problems_table

REPOSITORY = Path(__file__).parents[1]


def test_the_source_root_is_no_package_of_its_own():
    # coverage/__init__.py would be imported instead of the test-coverage package and break `python -m pytest`.
    assert not (REPOSITORY / "coverage" / "__init__.py").exists()


def test_the_source_root_is_not_ignored_by_git():
    assert "coverage/" not in (REPOSITORY / ".gitignore").read_text().splitlines()


def test_started_from_the_repository_numba_still_finds_the_coverage_package():
    code = "import numba, coverage; print(coverage.__version__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_rooms_keep_their_order():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_error_is_one_of_the_family_and_a_builtin_of_its_kind():
    for name in ("StudyError", "PlanError", "InputError", "NetworkError"):
        assert issubclass(getattr(errors, name), (LifecircleError, ValueError))
    assert issubclass(ReportError, OSError)


def test_shipped_settings_are_found():
    assert (configs_dir() / "walking.yaml").is_file()


def test_projection_keeps_easting_first_where_the_frame_says_northing_first():
    # EPSG:4549 is declared northing, easting. Its central meridian is 120 E with false easting 500 km,
    # so a point on the meridian has easting 500,000 whatever its latitude.
    xy = crs.to_metric(np.array([[120.0, 32.0]]), "EPSG:4549")
    assert xy[0, 0] == pytest.approx(500_000.0, abs=1e-6)
    assert xy[0, 1] == pytest.approx(3_542_000, abs=1_000)
    np.testing.assert_allclose(crs.to_lonlat(xy, "EPSG:4549"), [[120.0, 32.0]], atol=1e-9)


def test_a_metre_in_nanjings_frame_is_a_metre_on_the_ground():
    lonlat = np.array([[118.80, 32.06], [118.81, 32.06]])
    xy = crs.to_metric(lonlat, "EPSG:4549")
    planar = float(np.hypot(*(xy[1] - xy[0])))
    assert planar == pytest.approx(float(crs.geodesic_m(lonlat[:1], lonlat[1:])[0]), rel=3e-4)


def test_the_metric_frame_of_a_southern_city_is_a_southern_zone():
    assert crs.metric_crs(np.array([[-51.2, -30.0]])) == "EPSG:32722"


@pytest.mark.parametrize("frame", ["EPSG:4326", "EPSG:2263", "nonsense"])
def test_frames_not_in_metres_are_refused(frame):
    with pytest.raises(StudyError, match="crs: "):
        crs.require_metric(frame)


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ({}, [True, True, True, True]),
        ({"level": "4A"}, [True, False, False, False]),
        ({"level": ["4A", "5A"]}, [True, True, False, False]),
        ({"beds": "> 30"}, [True, False, True, False]),
        ({"beds": ">= 30", "level": "5A"}, [False, True, False, False]),
        ({"beds": 30}, [False, True, False, False]),
        ({"level": "!= 4A"}, [False, True, True, False]),
        ({"tcm": True}, [True, False, False, False]),
    ],
)
def test_conditions_select_rows_and_a_missing_value_meets_none(where, rows):
    table = pd.DataFrame(
        {"level": ["4A", "5A", " 3A ", None], "beds": [40, 30, 50, np.nan], "tcm": [True, False, False, None]}
    )
    assert matching(table, where).tolist() == rows


def test_a_condition_on_a_column_that_is_not_there_names_it():
    with pytest.raises(KeyError, match="rooms"):
        matching(pd.DataFrame({"beds": [1]}), {"rooms": 1})


def test_problems_become_a_table_in_the_order_found():
    found = [
        Problem("clinics.csv", 3, "c3", "capacity", Bilingual(zh="为负数", en="is negative"), "dropped"),
        Problem("clinics.csv", None, "", "", Bilingual(zh="似为 GCJ-02", en="looks like GCJ-02"), "noted"),
    ]
    table = problems_table(found)
    assert list(table.columns) == list(PROBLEM_COLUMNS)
    assert table["row"].isna().tolist() == [False, True]
    assert table.loc[0, ["reason_zh", "reason_en"]].tolist() == ["为负数", "is negative"]
    assert in_language(table, "zh")["reason"].tolist() == ["为负数", "似为 GCJ-02"]
    assert set(table) - set(in_language(table, "en")) == {"reason_zh", "reason_en"}
