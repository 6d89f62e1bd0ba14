from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.report.map.names import words
from lifecircle.report.map.payload import json_block
from lifecircle.report.map.shell import ASSETS

SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ASSETS / "js").glob("*.js")))
PAGE = (ASSETS / "page.html").read_text(encoding="utf-8")


VALUES = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))


@given(st.dictionaries(st.text(), VALUES))
def test_a_block_is_read_back_as_it_was_and_no_tag_can_begin_in_it(content):
    block = json_block(content)
    assert json.loads(block) == content
    assert not set("<>&\u2028\u2029") & set(block.decode("utf-8"))


def test_a_name_that_closes_the_script_is_written_as_escapes():
    assert json_block({"name": "</script><!--"}) == rb'{"name":"\u003c/script\u003e\u003c!--"}'


def test_half_a_character_does_not_stop_the_map():
    assert json.loads(json_block({"name": "医\ud83d院"})) == {"name": "医\ud83d院"}


def test_a_number_that_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="Out of range"):
        json_block({"share": float("nan")})


def test_every_word_that_the_page_asks_for_exists():
    asked = set(re.findall(r"say\('(\w+)'", SCRIPTS)) | set(re.findall(r'data-(?:say|label)="(\w+)"', PAGE))
    asked |= {f"show_{key}" for key in ("facilities", "dots", "labels", "outline", "bands", "islands", "problems")}
    assert asked - set(words()) == set()
    assert len(asked) > 40


def test_no_word_of_the_map_is_left_unused():
    text = SCRIPTS + PAGE
    used = {key for key in words() if re.search(rf"['\"`]{key}['\"`]", text)}
    prefixes = tuple(re.findall(r"`(\w+_)\$\{", text))
    assert {key for key in words() if key not in used and not key.startswith((*prefixes, "people_"))} == set()


def test_both_languages_of_a_word_take_the_same_values():
    for key, text in words().items():
        assert set(re.findall(r"\{(\w+)\}", text.zh)) == set(re.findall(r"\{(\w+)\}", text.en)), key
