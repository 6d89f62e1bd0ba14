from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import lifecircle
from lifecircle.bilingual import Bilingual
from lifecircle.messages import catalogue, listing, number, percent, say, told
from lifecircle.scores.results import VERDICTS

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


def test_the_table_of_faults_holds_what_the_code_tells_and_nothing_else():
    """A key may be put together: then its last part, after ``no_`` maybe, is a word of the code."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    asked = set(re.findall(r'\btold\(\s*"([a-z_]+\.[a-z_0-9]+)"', code))
    words = set(re.findall(r'"([a-z_0-9.]+)"', code))
    known = {key for key in catalogue() if key.startswith("problem.")}
    assert asked
    assert asked <= set(catalogue())
    parts = {key: key.removeprefix("problem.") for key in known - asked}
    assert {key for key, part in parts.items() if not {key, part, part.removeprefix("no_")} & words} == set()


def test_words_that_are_bilingual_are_filled_in_in_their_language():
    reason = told(
        "problem.bad_number", column="beds", cell="'约30'", fault=told("problem.is_no_number"), consequence="—"
    )
    assert reason == Bilingual(zh="beds 的值 '约30' 不是数字：—。", en="beds '约30' is not a number: —.")
    assert listing([Bilingual(zh="甲", en="a"), Bilingual(zh="乙", en="b")]) == Bilingual(zh="甲、乙", en="a, b")


def test_every_problem_differs_from_language_to_language():
    for key, words in catalogue().items():
        if key.startswith("problem."):
            assert re.search(r"[一-鿿]", words.zh), key
            assert not re.search(r"[一-鿿]", words.en), key
