"""Every text of the report is in the catalogue, in both languages, and every text of the catalogue is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lifecircle.report
from lifecircle.messages import catalogue
from lifecircle.report.dates import long_date
from lifecircle.report.dictionary import AUDIENCES
from lifecircle.report.plain import plain
from lifecircle.report.workbook.sheet import FORMATS

SOURCES = Path(lifecircle.report.__file__).parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for pattern in ("*.py", "assets/*.html")
    for path in (SOURCES.rglob(pattern) if pattern == "*.py" else SOURCES.glob(pattern))
)
KEYS = sorted(key.removeprefix("report.") for key in catalogue() if key.startswith("report."))
MADE_UP = re.compile(
    r"(amount|reading|counted|column|holds|audience|sheet|why|nearer|unit|axis|cumulative_chart|distribution_chart|method|populations|walker)_\w+"
    r"|(street|community)_sheet|(table|figure)_number|[a-z]+_table|fields?_?\w*"
)
"""Keys that the code puts together from a part and an id."""


def test_every_text_that_the_code_asks_for_is_there():
    asked = set(re.findall(r'words\.say\(\s*"([a-z_0-9]+)"', CODE)) | set(re.findall(r'[{ ]say\("([a-z_]+)"', CODE))
    assert len(asked) > 100
    assert {key for key in asked if f"report.{key}" not in catalogue()} == set()


@pytest.mark.parametrize("key", KEYS)
def test_every_text_is_used(key):
    assert f'"{key}"' in CODE or f"report.{key}" in CODE or MADE_UP.fullmatch(key)


def test_every_file_of_a_run_is_described():
    for file in AUDIENCES:
        assert f"report.holds_{file.replace('.', '_')}" in catalogue()


def test_dates_are_written_as_each_language_does():
    assert long_date("2024-02-29", "zh") == "2024年2月29日"
    assert long_date("2024-02-29", "en") == "29 February 2024"
    assert long_date("2023-02-29", "en") == "2023-02-29"


def test_names_lose_what_steers_or_breaks_and_keep_the_rest():
    assert plain("a\ud800b\ufffe\x00c") == "abc"
    assert plain("شارع") == "\u2068شارع\u2069"
    assert plain("👨‍👩‍👧 and more") == "👨‍👩‍👧 and more"
    assert plain(" \n ") == ""


def test_every_kind_of_column_has_a_format():
    assert FORMATS["share"] == "0.0%"
    assert FORMATS["text"] == "@"
