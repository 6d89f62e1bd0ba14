"""The command line as a user types it, on a town whose answers are known by hand."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from lifecircle.cli import main
from lifecircle.errors import InputError
from lifecircle.repeat import repeated
from lifecircle.run import run_study
from lifecircle.study import read_study
from town_study import HUNDREDTH_M, write_town

pytestmark = pytest.mark.e2e
LIFECIRCLE = Path(sys.executable).parent / "lifecircle"


def lifecircle(*words, cwd):
    """Run the installed command in a process of its own."""
    return subprocess.run([LIFECIRCLE, *map(str, words)], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def refusal(monkeypatch, capsys, tmp_path):
    """Return a function that runs the command and gives the sentence with which it refuses (exit code 2)."""

    def run(*words, lang=("--lang", "en")):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["lifecircle", *map(str, words), *lang])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code == 2
        return capsys.readouterr().err

    return run


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def done(town, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "town"
    finished = lifecircle("run", town, "-o", folder, "--lang", "en", cwd=town.parent)
    assert finished.returncode == 0, finished.stderr
    return folder, finished


def results_of(folder, standard, denominator="people"):
    table = pd.read_parquet(folder / "results.parquet")
    return table[(table["standard_id"] == standard) & (table["denominator"] == denominator)].set_index("area_id")


def test_walking_times_by_hand(done):
    """At 1 m/s from 118.800: 0, 0.5, 2 and 2.5 hundredths of a degree, 944.93 m each; the island reaches nothing."""
    access = pd.read_parquet(done[0] / "access.parquet")
    clinic = access[access["service"] == "clinic"].set_index("resident_id")
    for resident, hundredths in {"a": 0, "b": 0.5, "c": 2, "d": 2.5}.items():
        assert clinic.loc[resident, "metres"] == pytest.approx(hundredths * HUNDREDTH_M, abs=0.02)
        assert clinic.loc[resident, "minutes"] == pytest.approx(hundredths * HUNDREDTH_M / 60, abs=0.001)
    assert clinic.loc["i", "status"] == "unreachable"
    assert clinic["facility_id"].dropna().unique().tolist() == ["k1"]


def test_the_circle_by_hand(done):
    """Within 15 minutes are residents a (0 min) and b (7.9 min): 300 of 1050 people; 2025's target of 0.9 lacks 645."""
    rows = results_of(done[0], "clinic_15")
    city = rows.loc["city"]
    assert city[["covered", "total", "unknown"]].tolist() == [300, 1050, 0]
    assert city["value"] == pytest.approx(300 / 1050)
    assert city["shortfall_people"] == pytest.approx(0.9 * 1050 - 300)
    assert rows.loc["w", "value"] == pytest.approx(300 / 350)
    assert rows.loc["e", ["value", "verdict"]].tolist() == [0, "short"]


def test_a_district_without_data_is_not_unserved(done):
    """Culture is unknown in the east: c there (15.7 min to 118.810) is no certain miss, a has no data either."""
    rows = results_of(done[0], "culture_15")
    assert rows.loc["e", ["verdict", "reason"]].tolist() == ["no_data", "unknown"]
    assert rows.loc["w", "total"] == 350
    access = pd.read_parquet(done[0] / "access.parquet").query("service == 'culture'").set_index("resident_id")
    assert access.loc["c", "status"] == "no_data"
    assert access.loc["c", ["least_minutes", "minutes"]].tolist() == pytest.approx([0, HUNDREDTH_M / 60], abs=0.001)


def test_other_kinds_of_standard_are_scored_in_the_same_run(done):
    assert results_of(done[0], "clinic_each", "areas").loc["city", ["covered", "total"]].tolist() == [1, 2]
    assert results_of(done[0], "vaccinated", "statistic").loc["city", ["value", "verdict"]].tolist() == [99, "met"]


def test_the_gap_of_the_outer_district_is_told(done):
    gaps = pd.read_parquet(done[0] / "gaps.parquet")
    outer = gaps[(gaps["standard_id"] == "clinic_15") & (gaps["area_id"] == "outer")].iloc[0]
    assert outer["difference"] == pytest.approx(300 / 350)
    assert "85.7 points behind Centre" in (done[0] / "summary.md").read_text(encoding="utf-8")


def test_a_run_folder_is_complete_and_says_what_went_in(done):
    folder, _ = done
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"study", "streets", "residents", "layers.clinic", "plans.town-plan"} <= set(manifest["inputs"])
    assert manifest["verification"]["agree"] is True
    assert manifest["verification"]["trips"] > 0
    communities = gpd.read_file(folder / "communities.gpkg", layer="communities").set_index("area_id")
    assert communities.loc["1", "clinic_15_verdict"] == "short"
    assert communities.loc["2", "clinic_15_value"] == 0
    problems = pd.read_csv(folder / "problems.csv")
    assert "residents.csv" in set(problems["file"])


def test_the_board_is_printed_by_field_of_the_plan(done):
    printed = done[1].stdout
    assert printed.index("Health") < printed.index("Clinic circle") < printed.index("Culture circle")
    assert "1 met, 2 short, 1 without data" in printed
    assert str(done[0]) in printed


def files_of(folder):
    """Return the bytes of every file in a folder by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_inputs_give_the_same_bytes(town, done, tmp_path):
    lifecircle("run", town, "-o", tmp_path / "again", "--lang", "en", cwd=tmp_path)
    first, again = files_of(done[0]), files_of(tmp_path / "again")
    assert set(again) == set(first)
    assert {"report.html", "report.docx", "report.pdf", "report.xlsx", "map.html", "communities.gpkg", "columns.csv",
            "districts/西区/report.xlsx"} <= set(first)  # fmt: skip
    assert [name for name, content in again.items() if content != first[name]] == []


def test_the_manifest_lists_every_file_with_its_hash(done):
    outputs = json.loads((done[0] / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    files = {name: content for name, content in files_of(done[0]).items() if name != "manifest.json"}
    assert outputs == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_a_second_run_shows_the_board_again_and_writes_nothing(town, done):
    before = {path: path.stat().st_mtime_ns for path in done[0].rglob("*")}
    finished = lifecircle("run", town, "-o", done[0], "--lang", "en", cwd=town.parent)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("Nothing that went into")
    assert finished.stdout[finished.stdout.index("Town plan") :] == done[1].stdout[done[1].stdout.index("Town plan") :]
    assert {path: path.stat().st_mtime_ns for path in done[0].rglob("*")} == before


def test_the_change_of_a_gap_is_told_against_an_earlier_run(town, done, tmp_path):
    finished = lifecircle("run", town, "-o", tmp_path / "later", "--against", done[0], cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    gaps = pd.read_parquet(tmp_path / "later" / "gaps.parquet").dropna(subset="difference")
    assert (gaps["earlier_difference"] == gaps["difference"]).all()
    assert (gaps["change"] == 0).all()
    assert len(gaps) > 0


@pytest.mark.parametrize("lang", [(), ("--lang", "zh"), ("--lang=en",)])
def test_an_error_is_told_in_the_language_asked_for_and_in_chinese_when_none_is(town, refusal, lang):
    study = town.with_name("wrong.yaml")
    study.write_text(town.read_text(encoding="utf-8").replace("residents.csv", "people.csv"), encoding="utf-8")
    said = refusal("run", study, lang=lang)
    assert ("没有文件" in said, "there is no file" in said) == (lang != ("--lang=en",), lang == ("--lang=en",))


def test_a_folder_that_is_no_run_is_left_alone(town, tmp_path, refusal):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert "is in the way and is no earlier run" in refusal("run", town, "-o", tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_check_lists_what_was_found(town):
    finished = lifecircle("check", town, "--lang", "en", cwd=town.parent)
    assert finished.returncode == 0, finished.stderr
    assert "东区" in finished.stdout
    assert "The study can be run." in finished.stdout


@pytest.fixture
def own_town(tmp_path):
    return write_town(tmp_path / "town")


def edited(study, name, old, new):
    path = study.parent / name
    text = path.read_text(encoding="utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("study.yaml", "residents.csv", "people.csv", "there is no file"),
        ("study.yaml", "residents: {file", "residents: {flie", "Did you mean 'file'?"),
        ("study.yaml", "id: town", "id：town", "full-width colon"),
        ("study.yaml", "en: Town", "en: NO", "in quotes"),
        ("study.yaml", "plans: [plan.yaml]", "plans: [nanjing-14fpy]", "Did you mean 'nanjing-14fyp'?"),
        ("study.yaml", "areas: [东区]", "areas: [东城区]", "there is no area '东城区'"),
        ("residents.csv", "population", "crowd", "has no column population"),
        ("clinics.csv", "经度", "某列", "clinics.csv"),
        ("plan.yaml", "minutes: 15", "minuets: 15", "Did you mean 'minutes'?"),
        ("plan.yaml", "layers: [clinic]", "layers: [clinics]", "clinic"),
        ("plan.yaml", "target: 98", "target: -98", "negative"),
        ("plan.yaml", "    layers: [culture]", '    layers: [culture]\n    where: {rooms: "> 1"}', "rooms"),
    ],
)
def test_a_faulty_file_is_refused_in_one_clear_sentence(own_town, refusal, name, old, new, words):
    edited(own_town, name, old, new)
    assert words in refusal("run", own_town)


def test_swapped_coordinates_are_refused_with_the_fix(own_town, refusal):
    path = own_town.parent / "residents.csv"
    table = pd.read_csv(path).rename(columns={"lon": "lat", "lat": "lon"})
    table.to_csv(path, index=False)
    message = refusal("run", own_town)
    assert "residents.csv" in message
    assert "swap" in message.lower() or "latitude" in message.lower()


def test_a_table_without_a_frame_is_refused(own_town, refusal):
    path = own_town.parent / "districts.gpkg"
    areas = gpd.read_file(path)
    path.unlink()
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        areas.set_crs(None, allow_override=True).to_file(path)
    assert "districts.gpkg" in refusal("run", own_town)


def test_an_empty_layer_is_refused(own_town, refusal):
    path = own_town.parent / "clinics.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").splitlines()[0] + "\n", encoding="utf-8")
    assert "clinics.csv" in refusal("run", own_town)


def test_an_extract_cut_short_is_refused(own_town, refusal):
    path = own_town.parent / "streets.osm.pbf"
    path.write_bytes(path.read_bytes()[:-20])
    assert "streets.osm.pbf" in refusal("run", own_town)


def test_broken_polygons_and_lost_residents_are_listed_and_the_rest_is_used(own_town, tmp_path):
    path = own_town.parent / "residents.csv"
    with path.open("a", encoding="utf-8") as stream:
        stream.write("far,118.9,32.0,70\nodd,118.80,32.0,many\n")
    communities = gpd.read_file(own_town.parent / "communities.gpkg")
    bow_tie = "POLYGON ((118.835 31.99, 118.84 32.0, 118.84 31.99, 118.835 32.0, 118.835 31.99))"
    broken = gpd.GeoDataFrame(
        {"area_id": ["3"], "name": ["三村"]}, geometry=gpd.GeoSeries.from_wkt([bow_tie]), crs=4326
    )
    (own_town.parent / "communities.gpkg").unlink()
    pd.concat([communities, broken]).to_file(own_town.parent / "communities.gpkg")
    finished = lifecircle("run", own_town, "-o", tmp_path / "run", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    problems = pd.read_csv(tmp_path / "run" / "problems.csv")
    listed = problems.set_index("feature_id")
    assert listed.loc["far", "outcome"] == "dropped"
    assert listed.loc["odd", "outcome"] == "dropped"
    assert "communities.gpkg" in set(problems.loc[problems["outcome"] == "repaired", "file"])
    assert results_of(tmp_path / "run", "clinic_15").loc["city", "total"] == 1050


def test_a_file_that_is_written_to_while_it_is_read_stops_the_run(tmp_path):
    study = read_study(write_town(tmp_path / "town"))

    @contextmanager
    def meddling(name):
        if name == "scores":
            with (tmp_path / "town" / "residents.csv").open("a", encoding="utf-8") as stream:
                stream.write("z,118.801,32.0,7\n")
        yield

    with pytest.raises(InputError, match=r"residents\.csv \(residents\): was changed while it was being read"):
        run_study(study, tmp_path / "run", "en", meddling)
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


def test_a_run_repeated_from_its_manifest_is_the_same_byte_for_byte(done, tmp_path):
    again = lifecircle("run", "--from-manifest", done[0], "-o", tmp_path / "again", "--lang", "en", cwd=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "The run comes out the same" in again.stdout


def test_a_repetition_names_what_went_in_differently_and_what_came_out_differently(tmp_path):
    study = write_town(tmp_path / "town")
    run_study(read_study(study), tmp_path / "run", "en")
    with (tmp_path / "town" / "clinics.csv").open("a", encoding="utf-8") as stream:
        stream.write("k2,东卫生站,118.82,32.0,10\n")
    found = repeated(tmp_path / "run" / "manifest.json")
    assert found.folder == tmp_path / "run-again"
    assert [name for name, _, _ in found.causes] == ["layers.clinic (clinics.csv)"]
    assert {"access.parquet", "results.csv"} <= set(found.outputs)
    assert "residents.parquet" not in found.outputs


def test_what_is_no_run_cannot_be_repeated(refusal, tmp_path):
    assert "holds no finished run" in refusal("run", "--from-manifest", tmp_path)
    assert "either a study file or --from-manifest" in refusal("run")


def test_one_thread_or_two_write_the_same_bytes(town, tmp_path):
    written = []
    for threads in ("1", "2"):
        out = tmp_path / threads
        environment = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        command = [LIFECIRCLE, "run", town, "-o", out]
        subprocess.run(command, env=os.environ | environment, capture_output=True, check=True)
        written.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert written[0] == written[1]
