from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict

from lifecircle.errors import StudyError
from lifecircle.yamlfile import MAX_BYTES, line_of, read_model, read_yaml


class Layer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    file: str
    minutes: int = 15


class Town(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    layers: dict[str, Layer] = {}


def write(folder, text):
    path = folder / "town.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder, text):
    with pytest.raises(StudyError) as caught:
        read_model(write(folder, text), Town, StudyError)
    return str(caught.value)


def test_plain_values_follow_yaml_1_2(tmp_path):
    data, _ = read_yaml(
        write(tmp_path, "a: [1, -2, 2.5, 1e3, true, null, ~, 2020-01-01, '15', \"NO\"]\nb: {c: 是}\n"), StudyError
    )
    assert data == {"a": [1, -2, 2.5, 1000.0, True, None, None, "2020-01-01", "15", "NO"], "b": {"c": "是"}}


def test_every_key_knows_its_line(tmp_path):
    _, lines = read_yaml(write(tmp_path, "name: x\nlayers:\n  clinic:\n    file: a.csv\n"), StudyError)
    assert line_of(("layers", "clinic", "file"), lines) == 4
    assert line_of(("layers", "clinic", "not there"), lines) == 3


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")
    assert read_model(path, Town, StudyError)[0].name == "x"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name: x\nlayers:\n  a:\n    file: b\n    minutes：15\n", 5, "full-width colon"),
        ("name：x", 1, "full-width colon"),
        ("name: NO\n", 1, '"NO" in quotes'),
        ("name: x\nlayers: {a: {file: 12:30}}\n", 2, '"12:30" in quotes'),
        ("name: 010\n", 1, '"010" in quotes'),
        ("name: x\nname: y\n", 2, "stands on line 1 already"),
        ("name: &a x\nlayers: {b: {file: *a}}\n", 1, "alias"),
        ("name: !!python/object/apply:os.system [ls]\n", 1, "tags such as"),
        ("name: [x\n", 2, "Check indentation and quotes"),
        ("name: x\nlayers: {a: {file: b, minuets: 10}}\n", 2, "Did you mean 'minutes'?"),
        ("name: x\nlayers: {a: {minutes: 10}}\n", 2, "layers.a.file: is missing"),
        ("name: x\nlayers: {a: {file: b, minutes: soon}}\n", 2, "layers.a.minutes"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line_and_remedy(tmp_path, text, line, words):
    message = refusal(tmp_path, text)
    assert f"line {line}:" in message
    assert words in message
    assert "town.yaml" in message


def test_all_faults_are_reported_together(tmp_path):
    message = refusal(tmp_path, "naem: x\nlayers: {a: {file: b, minuets: 10}, b: {}}\n")
    assert "3 faults" in message
    assert "Did you mean 'name'?" in message
    assert "Did you mean 'minutes'?" in message
    assert "layers.b.file: is missing" in message


def test_a_bomb_of_nesting_or_size_is_refused(tmp_path):
    assert "nested more than" in refusal(tmp_path, "name: " + "[" * 60 + "]" * 60)
    assert "larger than" in refusal(tmp_path, "name: " + "x" * MAX_BYTES)


def test_bytes_that_are_not_text_are_refused_with_their_place(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_bytes("name: 南京".encode("gbk"))
    with pytest.raises(StudyError, match="not UTF-8 text"):
        read_yaml(path, StudyError)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StudyError, match="there is no such file"):
        read_yaml(tmp_path / "none.yaml", StudyError)


def test_a_misspelt_key_is_told_once_and_not_as_a_missing_one_too(tmp_path):
    path = write(tmp_path, "flie: b.csv\n")
    with pytest.raises(StudyError) as refused:
        read_model(path, Layer, StudyError)
    assert str(refused.value) == f"{path}: line 1: flie: there is no key 'flie' here. Did you mean 'file'?"


def test_a_key_that_is_missing_beside_an_unknown_one_is_told(tmp_path):
    with pytest.raises(StudyError, match="2 faults:\n  line 1: file: is missing"):
        read_model(write(tmp_path, "hours: 3\n"), Layer, StudyError)


def test_a_file_that_changed_between_two_readings_is_read_anew_and_what_was_read_is_ones_own(tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text("limit: 15\n", encoding="utf-8")
    read_yaml(path, StudyError)[0]["limit"] = 99
    assert read_yaml(path, StudyError) == ({"limit": 15}, {(): 1, ("limit",): 1})
    path.write_text("\nlimit: 10\n", encoding="utf-8")
    assert read_yaml(path, StudyError) == ({"limit": 10}, {(): 2, ("limit",): 2})
