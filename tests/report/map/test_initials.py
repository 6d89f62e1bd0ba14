from __future__ import annotations

import pytest

from lifecircle.report.map.initials import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("大行宫社区居委会", "dxgsqjwh"),
        ("建邺区", "jyq"),
        ("重庆路", "cql"),  # 重 alone would be zhong
        ("银行", "yh"),  # 行 alone would be xing
        ("A1 号楼诊所", "a1hlzs"),
        ("Central Clinic", ""),
        ("", ""),
    ],
)
def test_names_are_found_by_the_initials_of_their_characters(name, letters):
    assert initials([name]) == [letters]


def test_what_stands_between_the_characters_cannot_become_anything_but_letters_and_digits():
    assert initials(["<img onerror=x>诊所`${1}`"]) == ["imgonerrorxzs1"]
