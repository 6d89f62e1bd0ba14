"""The folder: the same every time, whole or not at all, never in place of what a user keeps there."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pandas as pd
import pytest

from lifecircle.errors import InputError, ReportError
from lifecircle.inputs.collect import collect
from lifecircle.sample import write as module
from lifecircle.sample import write_sample
from lifecircle.sample.write import MARK
from lifecircle.study import read_study

pytestmark = pytest.mark.e2e


def _bytes(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_the_caller_is_told_what_is_being_made(folder, tiny, tmp_path):
    told = []

    @contextmanager
    def step(name):
        told.append(name)
        yield

    write_sample(tmp_path / "again", tiny, progress=step)
    assert _bytes(tmp_path / "again") == _bytes(folder)
    assert told == ["sample_areas", "sample_streets", "sample_people", "sample_facilities", "sample_files"]


def test_another_seed_gives_another_city(folder, tiny, tmp_path):
    other = write_sample(tmp_path / "other", tiny, seed=1).parent
    differing = {name for name, content in _bytes(other).items() if content != _bytes(folder)[name]}
    same = {"study.yaml"}
    assert differing == set(_bytes(folder)) - same


def test_every_file_says_that_it_is_synthetic(folder):
    for path in folder.iterdir():
        if path.suffix in {".parquet", ".pbf", ".xlsx", ".zip", ".gpkg"}:
            continue  # packed; their column or header is tested with their format
        assert "synthetic" in path.read_text(encoding="gb18030" if path.stem == "kindergartens" else "utf-8").lower()
    assert (pd.read_parquet(folder / "residents.parquet")["source"].str.contains("SYNTHETIC")).all()
    assert (pd.read_excel(folder / "childcare.xlsx")["数据来源"].str.contains("SYNTHETIC")).all()


def test_the_readers_take_every_row_of_every_file(folder, city):
    """Nothing is dropped or repaired; every register has the facilities that the city has."""
    study = read_study(folder / "study.yaml")
    assert study.synthetic
    inputs = collect(study)
    outcomes = {problem.outcome for problem in inputs.problems}
    assert outcomes <= {"noted"}
    wanted = city.facilities["layer"].value_counts()
    found = inputs.facilities["layer"].value_counts()
    assert found.drop("park").to_dict() == wanted.to_dict()
    assert inputs.residents["population"].sum() == 9_314_685
    assert {name: silent for name, silent in inputs.silent.items() if silent and name != "park"} == {
        "time_bank": {"320117"}
    }
    assert set(study.layers) == set(inputs.facilities["layer"])


def test_the_groups_of_the_study_name_areas_of_the_city(folder, city):
    names = {*city.areas.district["name"], *city.areas.street["name"]}
    for group in read_study(folder / "study.yaml").groups.values():
        assert set(group.areas) <= names


@pytest.mark.usefixtures("made_already")
def test_an_earlier_sample_is_replaced(tiny, tmp_path):
    folder = tmp_path / "city"
    write_sample(folder, tiny)
    before = _bytes(folder)
    write_sample(folder, tiny, seed=7)
    after = _bytes(folder)
    assert set(after) == set(before)
    assert json.loads(after[MARK])["seed"] == 7
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def test_a_folder_with_other_files_is_refused_and_left_alone(tiny, tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(InputError, match=r"holds thesis\.docx, which no earlier sample wrote\. Move it away"):
        write_sample(tmp_path, tiny)
    assert _bytes(tmp_path) == {"thesis.docx": b"years of work"}


def test_other_files_are_counted_in_both_languages(tiny, tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(InputError) as error:
        write_sample(tmp_path, tiny)
    assert error.value.text("zh") == (
        f"{tmp_path}：含有 a.txt 及另外 2 项，不是先前的样例所写。请将其移走，或为样例另选新文件夹。"
    )
    assert str(error.value) == (
        f"{tmp_path}: holds a.txt and 2 more, which no earlier sample wrote. "
        "Move it away, or name a new folder for the sample."
    )


def test_a_file_that_was_added_to_an_earlier_sample_is_not_lost(tmp_path, tiny):
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / MARK).write_text('{"files": ["SYNTHETIC.json"]}')
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"holds notes\.txt, which"):
        write_sample(folder, tiny)
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("mark", ["", "[]", '{"files": 3}', "null"])
def test_a_mark_that_is_not_ours_protects_nothing_of_ours(tmp_path, tiny, mark):
    (tmp_path / MARK).write_text(mark)
    with pytest.raises(InputError, match=r"holds SYNTHETIC\.json, which no earlier sample wrote"):
        write_sample(tmp_path, tiny)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path, tiny):
    (tmp_path / "city").write_text("")
    with pytest.raises(InputError, match="is a file"):
        write_sample(tmp_path / "city", tiny)


def test_a_size_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"there is no sample of size 'huge'\. Choose one of: small, full"):
        write_sample(tmp_path / "city", "huge")
    assert not (tmp_path / "city").exists()


@pytest.mark.usefixtures("made_already")
def test_a_failure_leaves_the_earlier_sample_as_it_was(tiny, tmp_path, monkeypatch):
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / MARK).write_text('{"files": ["SYNTHETIC.json", "study.yaml"]}')
    (folder / "study.yaml").write_text("earlier")
    before = _bytes(folder)

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_table", full_disk)
    with pytest.raises(ReportError, match="No space left on device"):
        write_sample(folder, tiny)
    assert _bytes(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["city"]
