"""A finished run is read again as it was."""

from __future__ import annotations

import json
from dataclasses import fields

import geopandas as gpd
import pandas as pd
import pytest

from lifecircle.errors import ReportError
from lifecircle.plan import Plan, plan_names, read_plan
from lifecircle.report.findings import Findings
from lifecircle.report.finished import earlier_gaps, read_findings
from lifecircle.report.manifest import write_manifest
from lifecircle.report.tables import write_geoparquet
from lifecircle.run import run_study
from lifecircle.study import read_study
from town_study import write_town


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished")
    study = read_study(write_town(folder / "town"))
    return run_study(study, folder / "run", "en").findings, folder / "run"


def test_every_table_of_a_run_is_read_as_it_was(town):
    findings, folder = town
    again = read_findings(folder)
    tables = [field.name for field in fields(Findings) if field.name not in {"study", "plans", "basemap"}]
    assert len(tables) == 10
    for name in tables:
        left, right = getattr(again, name), getattr(findings, name)
        pd.testing.assert_frame_equal(left, right, check_dtype=name not in {"problems", "ranking"}, check_exact=True)
    assert isinstance(again.residents, gpd.GeoDataFrame)
    assert again.residents.crs == "EPSG:4326"


def test_study_and_plans_are_read_as_they_were(town):
    findings, folder = town
    again = read_findings(folder)
    assert again.study.model_dump() == findings.study.model_dump()
    assert [plan.model_dump() for plan in again.plans] == [plan.model_dump() for plan in findings.plans]
    assert again.names("zh") == findings.names("zh")


def test_every_plan_that_ships_is_written_and_read_without_loss():
    assert len(plan_names()) >= 4
    for name in plan_names():
        plan = read_plan(name)
        again = Plan.model_validate(json.loads(json.dumps(plan.model_dump(mode="json", exclude_defaults=True))))
        assert again.model_dump() == plan.model_dump()


def test_an_unfinished_run_is_refused(tmp_path):
    with pytest.raises(ReportError, match=r"holds no finished run .*manifest\.json"):
        read_findings(tmp_path)


@pytest.mark.parametrize("name", ["residents.parquet", "plans.json", "problems.csv"])
def test_a_missing_or_damaged_file_is_named_with_the_remedy(town, tmp_path, name):
    folder = tmp_path / "copy"
    folder.mkdir()
    for path in town[1].iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    (folder / name).write_bytes(b"nonsense")
    with pytest.raises(ReportError, match=rf"{name}: is not what was written\. Run the study again"):
        read_findings(folder)
    write_manifest(json.loads((folder / "manifest.json").read_text(encoding="utf-8")), folder)
    with pytest.raises(ReportError, match=rf"{name}: is damaged .* Run the study again"):
        read_findings(folder)
    (folder / name).unlink()
    with pytest.raises(ReportError, match=rf"{name}: is missing\. Run the study again"):
        read_findings(folder)


def test_gaps_to_compare_with_are_read_only_as_they_were_written(tmp_path):
    (tmp_path / "gaps.parquet").write_bytes(b"PAR1")
    write_manifest({}, tmp_path)
    with pytest.raises(ReportError, match=r"gaps\.parquet: is damaged .* Run the study again"):
        earlier_gaps(tmp_path)
    (tmp_path / "gaps.parquet").write_bytes(b"PAR2")
    with pytest.raises(ReportError, match=r"gaps\.parquet: is not what was written\. Run the study again"):
        earlier_gaps(tmp_path)


def test_a_manifest_nested_without_end_is_damaged(tmp_path):
    (tmp_path / "manifest.json").write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(ReportError, match=r"manifest\.json: is damaged"):
        read_findings(tmp_path)


def test_a_manifest_without_a_study_is_damaged(tmp_path):
    write_manifest({"parameters": {}}, tmp_path)
    with pytest.raises(ReportError, match=r"manifest\.json: is damaged"):
        read_findings(tmp_path)


def test_a_column_of_numbers_and_words_is_written_as_text(tmp_path):
    points = gpd.GeoSeries.from_wkt(["POINT (118 32)"] * 3, crs="EPSG:4326")
    table = gpd.GeoDataFrame({"row": [1, None, 3], "mixed": [1.5, "两", None]}, geometry=points, dtype=object)
    write_geoparquet(table.set_geometry("geometry", crs="EPSG:4326"), tmp_path / "a.parquet")
    again = gpd.read_parquet(tmp_path / "a.parquet")
    assert again["mixed"].tolist()[:2] == ["1.5", "两"]
    assert again["mixed"].isna().tolist() == [False, False, True]
    assert again["row"].tolist()[::2] == [1, 3]
