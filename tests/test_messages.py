from __future__ import annotations

import ast
import pickle
import re
import string
from pathlib import Path

import pytest

import lifecircle
from lifecircle.bilingual import Bilingual
from lifecircle.errors import InputError, LifecircleError, NetworkError, ReportError
from lifecircle.messages import catalogue, listing, number, percent, say, told
from lifecircle.scores.results import VERDICTS

ERRORS = {each.__name__ for each in LifecircleError.__subclasses__()} | {"NotRepeatableError", "error"}
SOURCES = Path(lifecircle.__file__).parent


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_ask_for_the_same_values(key):
    words = catalogue()[key]
    assert fields(words.zh) == fields(words.en)


def test_every_message_that_the_code_asks_for_is_there():
    asked = {
        key
        for path in SOURCES.rglob("*.py")
        for key in re.findall(r'\bsay\(\s*"([a-z_]+\.[a-z_0-9]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked <= set(catalogue())


def test_every_verdict_has_a_word():
    for verdict in VERDICTS:
        assert say(f"verdict.{verdict}", "zh")
        assert say(f"verdict.{verdict}", "en")


def test_numbers_are_worded_alike_and_the_unknown_is_a_dash():
    assert number(1234567.4) == "1,234,567"
    assert percent(0.12345, "en") == "12.3 %"
    assert percent(0.12345, "zh") == "12.3%"
    assert percent(float("nan"), "zh") == "—"


def test_one_is_told_in_the_singular():
    """A number that only begins with 1, or is too small to be told, is many."""
    told = [say("report.unknown", "en", unknown=count) for count in ("1", "12", "<10")]
    assert told == [
        "1 more person is unknown and not counted.",
        "12 more people are unknown and not counted.",
        "<10 more people are unknown and not counted.",
    ]
    assert say("report.unknown", "zh", unknown="1") == "另有1人情况不明，未计入。"


def test_the_table_of_faults_holds_what_the_code_tells_and_nothing_else():
    """A key may be put together: then its last part, after ``no_`` maybe, is a word of the code."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    asked = set(re.findall(r'\btold\(\s*"([a-z_]+\.[a-z_0-9]+)"', code))
    words = set(re.findall(r'"([a-z_0-9.]+)"', code))
    known = {key for key in catalogue() if key.startswith(("problem.", "error."))}
    assert asked
    assert asked <= set(catalogue())
    parts = {key: key.split(".")[1] for key in known - asked if not key.startswith("error.type_")}
    endings = {key: {key, part, part.removeprefix("no_"), part.removeprefix("a_")} for key, part in parts.items()}
    assert {key for key, ends in endings.items() if not ends & words} == set()


def test_words_that_are_bilingual_are_filled_in_in_their_language():
    reason = told(
        "problem.bad_number", column="beds", cell="'约30'", fault=told("problem.is_no_number"), consequence="—"
    )
    assert reason == Bilingual(zh="beds 的值 '约30' 不是数字：—。", en="beds '约30' is not a number: —.")
    assert listing([Bilingual(zh="甲", en="a"), Bilingual(zh="乙", en="b")]) == Bilingual(zh="甲、乙", en="a, b")


NAMES_OF_CHINA = {"error.unknown_frame", "error.metres_need_frame", "error.plan_about_and_tolerance"}
"""Their English names a frame, or the word 左右 of a plan."""


def test_every_fault_differs_from_language_to_language():
    for key, words in catalogue().items():
        if key.startswith(("problem.", "error.")) and key not in {"error.in_file", "error.frame_refused"}:
            assert re.search(r"[一-鿿]", words.zh), key
            assert key in NAMES_OF_CHINA or not re.search(r"[一-鿿]", words.en), key


BILINGUAL_ROOMS = [
    "yamlfile.py", "files.py", "study.py", "crs.py", "plan/read.py", "answers.py", "recorded.py",
    "inputs/formats.py", "inputs/tables.py", "inputs/columns.py", "inputs/contracts.py", "inputs/positions.py",
    "inputs/coordinates.py", "inputs/streets.py", "inputs/line_streets.py", "inputs/osm_streets.py",
    "inputs/osm_places.py", "inputs/osm_reading.py", "inputs/areas.py", "inputs/assignment.py", "inputs/residents.py",
    "inputs/census.py", "inputs/statistics.py", "inputs/frame_checks.py", "inputs/transit.py", "inputs/archives.py",
    "inputs/encodings.py", "scores/score.py", "scores/membership.py", "access/targets.py", "access/explain.py",
    "report/finished.py", "report/manifest.py", "monitoring/runs.py",
    "inputs/overpass.py", "inputs/fetch.py", "inputs/guess.py", "inputs/draft.py", "inputs/geotiff.py",
    "inputs/rasters.py", "inputs/dasymetric.py", "inputs/kml.py", "commands/init.py", "commands/run.py",
    "commands/fetch.py", "sample/write.py", "plan/tables.py", "scores/ratio.py", "repeat.py", "network/store.py",
    "siting/candidates.py", "siting/capacity.py", "siting/minutes.py", "siting/models.py", "siting/need.py",
    "siting/rules.py", "siting/solver.py", "siting/walks.py", "siting/wish.py",
    "scale/batch.py", "scale/columns.py", "scale/compare.py", "scale/engine.py", "scale/session.py",
    "scale/tiling.py", "scale/workers.py",
]  # fmt: skip
"""What a planner meets when a study is begun, checked or run, and when runs are compared."""


@pytest.mark.parametrize("name", BILINGUAL_ROOMS)
def test_errors_that_a_planner_meets_exist_in_both_languages(name):
    """No error of ours is raised with a sentence that stands in the code."""
    tree = ast.parse((SOURCES / name).read_text(encoding="utf-8"))
    raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    ours = [call for call in raised if isinstance(call.func, ast.Name) and call.func.id in ERRORS]
    plain = [call.lineno for call in ours if isinstance(call.args[0], ast.JoinedStr | ast.Constant | ast.BinOp)]
    assert ours
    assert plain == []


def test_an_error_is_told_in_the_language_asked_for():
    error = InputError(told("error.file_empty", path="a.csv"))
    assert (str(error), error.text("zh")) == (
        "a.csv: is empty. Check that it was saved.",
        "a.csv：是空文件。请检查是否已保存。",
    )
    again = pickle.loads(pickle.dumps(ReportError(error.message)))  # noqa: S301 - as a cluster sends it
    assert (str(again), again.text("zh")) == (str(error), error.text("zh"))
    assert NetworkError("plain").text("zh") == "plain"
