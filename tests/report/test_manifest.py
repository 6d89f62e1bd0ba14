"""When a run folder is up to date: same program, same files, same parameters, and nothing in it was touched."""

from __future__ import annotations

import json

import pytest

from lifecircle.report.manifest import MANIFEST, is_up_to_date, manifest, write_manifest

ASKED = {"lang": "zh", "plans": {"small": "2021"}}


@pytest.fixture
def inputs(tmp_path):
    path = tmp_path / "residents.csv"
    path.write_text("id,people\na,3\n", encoding="utf-8")
    return {"residents": path}


@pytest.fixture
def folder(tmp_path, inputs):
    folder = tmp_path / "run"
    (folder / "districts").mkdir(parents=True)
    (folder / "results.csv").write_text("0.5")
    (folder / "districts" / "map.html").write_text("<html>")
    write_manifest(manifest(inputs, {**ASKED, "rows": 1}), folder)
    return folder


def test_a_folder_of_the_same_inputs_and_parameters_is_up_to_date(folder, inputs):
    assert is_up_to_date(folder, inputs, ASKED)


def test_a_changed_input_makes_it_stale(folder, inputs):
    inputs["residents"].write_text("id,people\na,4\n", encoding="utf-8")
    assert not is_up_to_date(folder, inputs, ASKED)


def test_another_input_or_one_less_makes_it_stale(folder, inputs):
    assert not is_up_to_date(folder, {**inputs, "against": inputs["residents"]}, ASKED)
    assert not is_up_to_date(folder, {}, ASKED)


def test_another_parameter_makes_it_stale(folder, inputs):
    assert not is_up_to_date(folder, inputs, {**ASKED, "lang": "en"})


@pytest.mark.parametrize("name", ["results.csv", "districts/map.html"])
def test_a_file_that_was_edited_or_removed_makes_it_stale(folder, inputs, name):
    content = (folder / name).read_text()
    (folder / name).write_text(content + " ")
    assert not is_up_to_date(folder, inputs, ASKED)
    (folder / name).unlink()
    assert not is_up_to_date(folder, inputs, ASKED)
    (folder / name).write_text(content)
    assert is_up_to_date(folder, inputs, ASKED)


@pytest.mark.parametrize("fact", ["lifecircle", "code", "python", "libraries"])
def test_another_program_makes_it_stale(folder, inputs, fact):
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**content, fact: "other"}), encoding="utf-8")
    assert not is_up_to_date(folder, inputs, ASKED)


def test_a_folder_that_is_not_there_or_has_no_list_of_files_is_stale(folder, inputs, tmp_path):
    assert not is_up_to_date(tmp_path / "none", inputs, ASKED)
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    del content["outputs"]
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    assert not is_up_to_date(folder, inputs, ASKED)
