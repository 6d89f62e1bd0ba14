from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from lifecircle.errors import StudyError
from lifecircle.run import analyse
from lifecircle.scale.batch import read_batch, run_batch
from lifecircle.scale.compare import compare
from lifecircle.scale.workers import ThisProcess
from lifecircle.study import read_study
from tiled_studies import quiet
from town_study import write_town

pytestmark = pytest.mark.e2e


@pytest.fixture
def two_towns(tmp_path):
    """Return a manifest of two towns, the second of which has a second clinic at its east end."""
    for name in ("west", "east"):
        file = write_town(tmp_path / name)
        file.write_text(file.read_text(encoding="utf-8").replace("id: town", f"id: {name}"), encoding="utf-8")
    with (tmp_path / "east" / "clinics.csv").open("a", encoding="utf-8") as clinics:
        clinics.write("k2,卫生站,118.825,32.0,2\n")
    manifest = tmp_path / "towns.yaml"
    manifest.write_text(
        "name: {zh: 两镇, en: Two towns}\nstudies: [west/study.yaml, east/study.yaml]\n", encoding="utf-8"
    )
    return manifest


def test_every_study_has_the_run_folder_and_the_results_that_it_has_alone(tmp_path, two_towns):
    batch = read_batch(two_towns)
    assert run_batch(batch, tmp_path / "runs", "en", ThisProcess(), quiet, resume=False) == {}
    for name in ("west", "east"):
        alone = analyse(read_study(tmp_path / name / "study.yaml")).findings.results
        there = pd.read_parquet(tmp_path / "runs" / name / "results.parquet")
        pd.testing.assert_frame_equal(there, alone, check_dtype=False, check_categorical=False)
        assert (tmp_path / "runs" / name / "report.html").is_file()


def test_the_league_compares_the_towns_and_their_communities_are_one_table(tmp_path, two_towns):
    """Two of the five who live in the west reach its clinic: 300 of 1050 people; in the east also 700 of the others."""
    batch = read_batch(two_towns)
    run_batch(batch, tmp_path / "runs", "en", ThisProcess(), quiet, resume=False)
    found = compare(batch, {}, tmp_path / "runs", "en")
    clinic = found[found["standard_id"] == "clinic_15"].set_index("city")
    assert clinic["value"].round(4).to_dict() == {"west": round(300 / 1050, 4), "east": round(1000 / 1050, 4)}
    assert clinic[["best_rank", "worst_rank"]].loc["east"].tolist() == [1, 1]
    assert (tmp_path / "runs" / "league.html").is_file()
    parts = sorted((tmp_path / "runs" / "communities").glob("city=*/*.parquet"))
    assert [part.parent.name for part in parts] == ["city=east", "city=west"]
    assert gpd.read_parquet(parts[0], partitioning=None)["area_id"].tolist() == ["1", "2"]


def test_a_study_that_cannot_be_run_does_not_stop_the_others(tmp_path, two_towns):
    (tmp_path / "west" / "residents.csv").write_text("nothing\n", encoding="utf-8")
    batch = read_batch(two_towns)
    failed = run_batch(batch, tmp_path / "runs", "en", ThisProcess(), quiet, resume=False)
    assert list(failed) == ["west"]
    assert "residents.csv" in failed["west"]
    assert set(compare(batch, failed, tmp_path / "runs", "en")["city"]) == {"east"}
    assert "could not be analysed" in (tmp_path / "runs" / "league.html").read_text(encoding="utf-8")


def test_resume_leaves_finished_studies_alone_and_runs_those_that_changed(tmp_path, two_towns):
    batch = read_batch(two_towns)
    run_batch(batch, tmp_path / "runs", "en", ThisProcess(), quiet, resume=False)
    made = {name: (tmp_path / "runs" / name / "manifest.json").stat().st_mtime_ns for name in ("west", "east")}
    (tmp_path / "west" / "clinics.csv").write_text(
        (tmp_path / "west" / "clinics.csv").read_text(encoding="utf-8-sig") + "k3,卫生站,118.82,32.0,1\n",
        encoding="utf-8",
    )
    assert run_batch(batch, tmp_path / "runs", "en", ThisProcess(), quiet, resume=True) == {}
    again = {name: (tmp_path / "runs" / name / "manifest.json").stat().st_mtime_ns for name in ("west", "east")}
    assert again["east"] == made["east"]
    assert again["west"] > made["west"]


def test_studies_of_one_id_are_refused(two_towns):
    two_towns.write_text("name: {zh: 两镇, en: Two}\nstudies: [west/study.yaml, west/study.yaml]\n", encoding="utf-8")
    with pytest.raises(StudyError, match="both have the id 'west'"):
        read_batch(two_towns)


def test_a_manifest_with_a_fault_names_its_line(two_towns):
    two_towns.write_text("name: {zh: 两镇, en: Two}\nstudis: [west/study.yaml]\n", encoding="utf-8")
    with pytest.raises(StudyError, match="line 2"):
        read_batch(two_towns)


def test_a_batch_of_which_nothing_could_be_run_is_an_error(tmp_path, two_towns):
    batch = read_batch(two_towns)
    with pytest.raises(StudyError, match="no study could be run"):
        compare(batch, {"west": "a", "east": "b"}, tmp_path, "en")


def test_a_batch_that_cannot_be_compared_says_so_in_chinese(tmp_path, two_towns):
    with pytest.raises(StudyError) as refused:
        compare(read_batch(two_towns), {"west": "西镇没有道路。", "east": "东镇没有居民。"}, tmp_path, "zh")
    assert refused.value.text("zh") == f"{tmp_path}：没有一个研究能够运行。西镇没有道路。 东镇没有居民。"
