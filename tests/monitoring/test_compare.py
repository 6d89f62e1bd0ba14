"""Two runs of the town, compared: by hand, and where the files are no longer what they were."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from lifecircle.errors import ReportError
from lifecircle.monitoring.compare import CHANGE_COLUMNS, comparison
from lifecircle.monitoring.parts import PARTS
from lifecircle.monitoring.runs import read_runs
from lifecircle.monitoring.write import compare_runs
from lifecircle.report.manifest import write_manifest

pytestmark = pytest.mark.e2e


def row_of(changes, area="city", standard="clinic_15"):
    own = changes[(changes["area_id"] == area) & (changes["standard_id"] == standard)]
    return own.drop_duplicates("area_id").iloc[0]


def test_a_change_and_its_parts_by_hand(compared):
    """300 of 1050 before. With the clinic in the east 1000 of 1050; with the newcomers, in reach, 1100 of 1150."""
    changes = compared[0].changes
    city = row_of(changes)
    assert city[["before", "after"]].tolist() == pytest.approx([300 / 1050, 1100 / 1150])
    assert city[["facilities", "people"]].tolist() == pytest.approx([700 / 1050, 1100 / 1150 - 1000 / 1050])
    assert city[["facilities_covered", "people_covered"]].tolist() == [700, 100]
    assert city["cause"] == "facilities"
    assert row_of(changes, "w")["cause"] == "people"
    assert compared[0].why_no_parts is None


def test_in_every_row_the_parts_add_up_to_the_change(compared):
    changes = compared[0].changes
    assert list(changes) == list(CHANGE_COLUMNS)
    known = changes["change"].notna() & changes["facilities"].notna()
    assert known.sum() > 10
    sums = changes[list(PARTS)].sum(axis=1)
    np.testing.assert_allclose(sums[known], changes.loc[known, "change"], rtol=0, atol=1e-9)


def test_the_page_names_the_causes_and_what_was_opened(compared):
    page = (compared[2] / "changes.html").read_text(encoding="utf-8")
    assert "“Clinic circle” in Town went from 28.6 % to 95.7 % (+67.1 points)" in page.replace("\xa0", " ")
    assert (
        "The main cause is facilities (+66.7 points); the rest: where people live +0.4 points. Opened: 东诊所." in page
    )
    assert "The city&#39;s people went from 1,050 to 1,150 (+100)." in page


def test_the_folder_holds_tables_page_map_and_a_manifest(compared):
    names = {path.name for path in compared[2].iterdir()}
    tables = {f"{name}.{end}" for name in ("changes", "facilities", "streets", "people", "course", "history")
              for end in ("csv", "parquet")}  # fmt: skip
    assert names == tables | {"changes.xlsx", "changes.html", "map.html", "manifest.json"}
    manifest = json.loads((compared[2] / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {"run1", "run2"}
    read = pd.read_parquet(compared[2] / "changes.parquet")
    pd.testing.assert_frame_equal(read, compared[0].changes, check_dtype=False)


def test_the_workbook_holds_the_numbers_of_the_table(compared):
    sheet = pd.read_excel(compared[2] / "changes.xlsx", sheet_name="Changes", header=1)
    city = sheet[(sheet["Standard"] == "Clinic circle") & (sheet["Area"] == "Town")].iloc[0]
    assert city["Facilities"] == pytest.approx(700 / 1050)


@pytest.fixture
def copied(years, tmp_path):
    """Return a copy of the studies and runs whose manifests know the copies."""
    folder = tmp_path / "years"
    shutil.copytree(years, folder)
    for path in (folder / "runs").glob("*/manifest.json"):
        path.write_text(path.read_text(encoding="utf-8").replace(str(years), str(folder)), encoding="utf-8")
    return folder


def without_parts(folder):
    found = comparison(*read_runs([folder / "runs" / "2023", folder / "runs" / "2025"]))
    assert row_of(found.changes)["change"] == pytest.approx(1100 / 1150 - 300 / 1050)
    assert found.changes[list(PARTS)].isna().to_numpy().all()
    assert set(found.changes["cause"]) == {""}
    return found.why_no_parts.en


def test_files_that_are_as_they_were_give_parts_wherever_they_lie(copied):
    found = comparison(*read_runs([copied / "runs" / "2023", copied / "runs" / "2025"]))
    assert row_of(found.changes)["facilities"] == pytest.approx(700 / 1050)


def test_where_a_file_was_changed_there_are_no_parts_and_it_is_named(copied):
    path = copied / "2023" / "clinics.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert without_parts(copied).endswith("clinics.csv is not what it was (layers.clinic in the manifest).")


def test_where_the_study_is_gone_there_are_no_parts(copied):
    (copied / "2025" / "study.yaml").unlink()
    assert "2025/study.yaml is gone" in without_parts(copied)


def test_where_a_file_is_gone_there_are_no_parts(copied):
    (copied / "2025" / "residents.csv").unlink()
    assert "there is no file" in without_parts(copied)


def test_a_run_of_another_version_is_not_split(copied):
    path = copied / "runs" / "2023" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"lifecircle": "0.0.1"}), encoding="utf-8")
    assert "was written by lifecircle 0.0.1" in without_parts(copied)


def test_results_that_cannot_be_computed_again_are_not_split(copied):
    path = copied / "runs" / "2023" / "results.parquet"
    results = pd.read_parquet(path)
    results.loc[(results["standard_id"] == "vaccinated") & (results["level"] == "city"), "value"] += 1
    results.to_parquet(path, index=False)
    manifest = path.with_name("manifest.json")
    write_manifest(json.loads(manifest.read_text(encoding="utf-8")), path.parent)
    assert "its results are not those that were written" in without_parts(copied)


def test_runs_that_do_not_go_together_are_refused(copied, tmp_path):
    first, last = copied / "runs" / "2023", copied / "runs" / "2025"
    with pytest.raises(ReportError, match="Give the earliest run first"):
        read_runs([last, first])
    with pytest.raises(ReportError, match="Give two run folders or more"):
        read_runs([first])
    with pytest.raises(ReportError, match="holds no finished run"):
        read_runs([first, tmp_path])
    path = last / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"id": "town"', '"id": "village"'), encoding="utf-8")
    with pytest.raises(ReportError, match="is a run of 'village'"):
        read_runs([first, last])


def test_nothing_is_written_where_something_else_stands(years, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ReportError, match="is in the way"):
        compare_runs([years / "runs" / "2023", years / "runs" / "2025"], tmp_path, "zh")


def test_the_same_run_twice_has_not_changed(years):
    run = years / "runs" / "2023"
    found = comparison(*read_runs([run, run]))
    assert (found.changes["change"].dropna() == 0).all()
    assert (found.changes[list(PARTS)].fillna(0) == 0).to_numpy().all()
