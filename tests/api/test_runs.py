"""An analyst's view of a run: the same cells as the files, in memory and from the folder, and nothing that runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from lxml import html

import lifecircle
from lifecircle.errors import InputError, NetworkError, ReportError, StudyError
from report.small_city import small_city
from report.test_hostile import HOSTILE
from town_study import HUNDREDTH_M, write_town

pytestmark = pytest.mark.e2e

LIFECIRCLE = Path(sys.executable).parent / "lifecircle"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory):
    """Return the run folder that the command line writes."""
    folder = tmp_path_factory.mktemp("runs") / "town"
    subprocess.run([LIFECIRCLE, "run", study, "-o", folder, "--lang", "en"], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def run(study):
    return lifecircle.open_study(study).run()


@pytest.fixture(params=["in memory", "from the folder"])
def each(request, run, folder):
    return run if request.param == "in memory" else lifecircle.open_run(folder)


def test_tables_are_the_command_lines_in_memory_and_from_the_folder(each, folder):
    pd.testing.assert_frame_equal(each.results, pd.read_parquet(folder / "results.parquet"), check_exact=True)
    pd.testing.assert_frame_equal(each.access, pd.read_parquet(folder / "access.parquet"), check_exact=True)
    assert each.residents["population"].sum() == 1050
    assert each.facilities["layer"].tolist() == ["clinic", "culture"]
    assert each.communities.set_index("area_id")["clinic_15_value"].to_dict() == {"1": 300 / 350, "2": 0.0}


def test_the_map_is_the_page_in_the_run_folder(run, folder, tmp_path):
    assert run.map().page.encode() == (folder / "map.html").read_bytes()
    assert run.map("东区").page.encode() == (folder / "districts" / "东区" / "map.html").read_bytes()
    assert run.map().save(tmp_path / "map.html").read_bytes() == (folder / "map.html").read_bytes()


def test_a_run_that_was_opened_again_has_a_map_of_the_same_areas(folder):
    page = lifecircle.open_run(folder).map().page
    assert page.startswith("<!DOCTYPE html>")
    assert "一村" in page


def test_the_gap_by_hand(each):
    """Of 西区, the centre, 300 of 350 people are within 15 minutes of the clinic, of 东区 none of 700: 600 behind."""
    gap = each.gaps("clinic", district="东区").query("standard_id == 'clinic_15' and denominator == 'people'").iloc[0]
    assert (gap["area"], gap["standard"]) == ("东区", "Clinic circle")
    assert gap["difference"] == pytest.approx(300 / 350)
    assert gap["people_behind"] == pytest.approx(600)
    assert set(each.gaps("culture")["standard_id"]) == {"culture_15"}
    assert each.gaps(district="Centre")["area_id"].unique().tolist() == ["centre"]
    assert len(each.gaps()) > len(each.gaps("clinic"))


def test_an_explanation_is_what_the_command_says(each, study):
    """Community 2 has 300 people 2 hundredths from the clinic and 400 people 2.5: the middle is among the latter."""
    answer = each.explain("二村", "clinic", nearest=1)
    assert (answer.community_id, answer.resident_id, answer.people) == ("2", "d", 700)
    assert answer.walks["metres"].tolist() == pytest.approx([2.5 * HUNDREDTH_M], abs=0.02)
    assert answer.ways["metres"].sum() == pytest.approx(answer.walks["metres"].iloc[0])
    told = subprocess.run(
        [LIFECIRCLE, "explain", study, "--community", "二村", "--layer", "clinic", "--lang", "en"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert f"{answer.walks['minutes'].iloc[0]:.1f} min, {answer.walks['metres'].iloc[0]:,.0f} m" in told
    shown = html.fromstring(answer._repr_html_()).text_content()
    assert f"{answer.walks['minutes'].iloc[0]:.1f}" in shown
    assert "0.0 %" in shown


def test_without_a_layer_the_circle_that_most_people_lack_is_explained(each):
    """Of 一村, 50 of 350 lack the clinic; of culture nothing at all is lacking but for the same island of 50."""
    assert each.explain("二村").layer == "clinic"


def test_isochrones_are_the_commands(each, study, tmp_path):
    subprocess.run(
        [LIFECIRCLE, "isochrones", study, "--layer", "clinic", "-o", tmp_path / "clinic.gpkg"],
        check=True,
        capture_output=True,
    )
    found = each.isochrones("clinic").polygons
    written = gpd.read_file(tmp_path / "clinic.gpkg", layer="isochrones")
    assert found["area_km2"].tolist() == pytest.approx(written["area_km2"].tolist())
    at = each.isochrones(at=(118.800, 32.0), minutes=(5,))
    assert at.streets["length_m"].sum() == pytest.approx(300, abs=0.1)
    with pytest.raises(StudyError, match="either a layer or at"):
        each.isochrones("clinic", at=(118.8, 32.0))


def test_walks_are_those_of_the_access_table(each):
    walks = each.walks("clinic", minutes=60).set_index("resident_id")["minutes"]
    access = each.access.query("service == 'clinic' and status == 'reached'").set_index("resident_id")["minutes"]
    assert walks.to_dict() == pytest.approx(access.to_dict())
    together = each.walks(["clinic", "culture"], minutes=60)
    assert len(together) == 2 * len(walks)


def test_verification_agrees(each):
    assert each.verify()["agree"] is True


def test_a_run_compared_with_one_of_more_facilities_tells_the_change(run, tmp_path):
    """A second clinic at 118.825 brings everybody of the east within 15 minutes: 700 of 700."""
    other = write_town(tmp_path / "more")
    with (other.parent / "clinics.csv").open("a", encoding="utf-8") as stream:
        stream.write("k2,东区卫生站,118.825,32.0,5\n")
    change = run.compare(lifecircle.open_study(other).run())
    row = change.query("standard_id == 'clinic_15' and denominator == 'people' and area_id == 'e'").iloc[0]
    assert row[["value_before", "value_after", "change", "covered_before", "covered_after"]].tolist() == [
        0,
        1,
        1,
        0,
        700,
    ]
    assert row[["verdict_before", "verdict_after"]].tolist() == ["short", "met"]
    same = change.query("standard_id == 'culture_15'")
    assert (same["change"].dropna() == 0).all()


def test_a_study_that_changed_since_the_run_is_refused(folder, study, tmp_path):
    moved = shutil.copytree(study.parent, tmp_path / "town") / "study.yaml"
    assert lifecircle.open_run(folder, moved).network.edge_count > 0
    residents = moved.parent / "residents.csv"
    residents.write_text(residents.read_text(encoding="utf-8").replace(",400", ",401"), encoding="utf-8")
    run = lifecircle.open_run(folder, moved)
    assert len(run.results) > 0
    with pytest.raises(StudyError, match=r"residents\.csv is not what it was .*or run it again"):
        run.explain("二村", "clinic")


def test_a_run_of_proposed_changes_is_opened_with_the_changes(study, tmp_path):
    """Reading the study alone would forget the second clinic, and tell walks that the run's own tables contradict."""
    changes = tmp_path / "changes.yaml"
    changes.write_text(
        "{id: more, name: {zh: 新增, en: More}, add: [{layer: clinic, id: k2, at: [118.825, 32.0]}]}", encoding="utf-8"
    )
    folder = tmp_path / "run"
    subprocess.run([LIFECIRCLE, "scenario", study, changes, "-o", folder], check=True, capture_output=True)
    opened = lifecircle.open_run(folder / "after")
    walks = opened.walks("clinic", minutes=60).groupby("resident_id")["minutes"].min()
    access = opened.access.query("service == 'clinic' and status == 'reached'").set_index("resident_id")["minutes"]
    assert walks.to_dict() == pytest.approx(access.to_dict())
    assert walks["d"] == pytest.approx(0, abs=0.01)


def test_a_run_without_its_study_has_tables_and_says_what_it_needs(folder, tmp_path):
    run = lifecircle.open_run(folder, tmp_path / "gone.yaml")
    assert len(run.gaps()) > 0
    with pytest.raises(
        StudyError, match=r"study file .*gone\.yaml is gone\. Say where the study lies now, open_run\(folder, study\)"
    ):
        _ = run.network


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda run: run.gaps("clinics"), StudyError, "Did you mean 'clinic'?"),
        (lambda run: run.gaps(district="东城区"), StudyError, "Did you mean '东区'?"),
        (lambda run: run.explain("三村", "clinic"), StudyError, "there is none with the id or name '三村'"),
        (lambda run: run.map("一村"), StudyError, "district: there is none"),
        (lambda run: run.walks("clinic", walker="elders"), StudyError, "Did you mean 'elder'?"),
        (lambda run: run.walks("clinic", minutes=0), InputError, "above 0"),
        (lambda run: run.isochrones(at=(0.0, 0.0)), NetworkError, "no street"),
        (lambda _: lifecircle.open_run("nowhere"), ReportError, "holds no finished run"),
    ],
)
def test_a_wrong_question_is_one_sentence_with_the_remedy(run, ask, error, words):
    with pytest.raises(error, match=words.replace("?", r"\?")):
        ask(run)


@pytest.fixture(scope="module")
def hostile_run():
    turn = iter(range(10**6))
    findings = small_city(lambda name: f"{HOSTILE[next(turn) % len(HOSTILE)]} {name}")
    return lifecircle.Run(findings, "en", lambda: None)


def tags_of(page):
    return {element.tag for element in html.fromstring(page).iter()}


def test_names_stay_text_in_what_a_notebook_shows(hostile_run):
    shown = hostile_run._repr_html_()
    assert tags_of(shown) == {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    names = [one.name.en for plan in hostile_run.plans for one in plan.standards]
    assert any("<script>" in name for name in names)
    told = html.fromstring(shown).text_content()
    assert "alert(1)" in told


def test_the_map_stands_in_a_frame_that_reaches_nothing_outside(hostile_run):
    view = hostile_run.map()
    frame = html.fromstring(view._repr_html_())
    assert frame.tag == "iframe"
    assert frame.get("sandbox") == "allow-scripts"
    assert frame.get("srcdoc").replace("\r\n", "\n") == view.page.replace("\r\n", "\n")
    assert len(frame) == 0
    assert set(frame.keys()) == {"sandbox", "title", "srcdoc", "style"}


def test_what_a_terminal_shows_is_one_line(run):
    assert repr(run) == "<Run of Town: 5 resident points, 2 facilities>"
    assert repr(run.explain("二村", "clinic")) == "<Explanation of 二村: walks to clinic>"
    assert repr(run.map()).startswith("<MapView of Town: ")
    assert len(repr(run.map())) < 60


def test_nothing_is_computed_anew_when_a_run_is_asked_twice(run):
    assert run.communities is run.communities
    assert run.network is run.network
    assert np.isfinite(run.network.edge_length_m).all()
