from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import lifecircle
from lifecircle.messages import catalogue, number, percent, say
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
