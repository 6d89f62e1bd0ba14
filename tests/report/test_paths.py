"""Any name at all becomes one safe part of a path."""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.report.paths import MOST_BYTES, path_components

DEVICES = ("con", "prn", "aux", "nul", *(f"{kind}{at}" for kind in ("com", "lpt") for at in "0123456789¹²³"))


@pytest.mark.parametrize(
    ("name", "component"),
    [
        ("六合区", "六合区"),
        ("六合区（新）", "六合区（新）"),
        ("../../x", "x"),
        ("..\\..\\x", "x"),
        ("/etc/passwd", "etc_passwd"),
        ("C:\\x", "C_x"),
        (".hidden", "hidden"),
        ("trailing. ", "trailing"),
        ("-rf", "rf"),
        ("🏙️", "area"),
        ("", "area"),
        ("..", "area"),
        ("con", "con_"),
        ("LPT1", "LPT1_"),
        ("NUL.txt", "NUL_txt"),
        ("شارع الملك", "شارع_الملك"),
        ("\u202egnp.exe", "gnp_exe"),
        ("a\x00b\nc", "a_b_c"),
        ("<script>", "script"),
        ("％／", "area"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_could_do_harm(name, component):
    assert path_components([name]) == [component]


def test_long_names_are_cut_between_characters():
    (component,) = path_components(["长" * 300])
    assert component == "长" * (MOST_BYTES // 3)


def test_equal_names_are_told_apart_without_regard_to_case():
    assert path_components(["A区", "a区", "A区", "a区-2"]) == ["A区", "a区-2", "A区-3", "a区-2-2"]


def test_composed_and_decomposed_letters_are_the_same_name():
    assert path_components(["é", "e\u0301"]) == ["é", "é-2"]


@given(st.lists(st.text(), max_size=8))
def test_no_name_leads_out_of_its_folder(names):
    components = path_components(names)
    assert len(components) == len(names)
    assert len({one.casefold() for one in components}) == len(names)
    for one in components:
        assert one
        assert one[0] not in ".-"
        assert one not in {".", ".."}
        assert os.path.normpath(one) == one
        assert PurePosixPath(one).name == PureWindowsPath(one).name == one
        assert len(one.encode()) <= MOST_BYTES + 4
        assert re.split(r"[.]", one.casefold())[0] not in DEVICES
