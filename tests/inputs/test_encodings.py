from __future__ import annotations

import pytest

from lifecircle.inputs import encodings
from lifecircle.inputs.encodings import declared_encoding, decoded_field, field_encoding, file_encoding


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_of_a_text_is_found(tmp_path, encoding, expected):
    path = tmp_path / "a.csv"
    path.write_bytes("高淳区，六合区".encode(encoding))
    assert file_encoding(path) == expected


def test_a_character_across_two_chunks_is_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr(encodings, "_CHUNK_BYTES", 2)
    path = tmp_path / "a.csv"
    path.write_bytes("六合".encode())
    assert file_encoding(path) == "utf-8-sig"


def test_text_that_ends_inside_a_character_is_not_utf_8(tmp_path):
    """The six bytes of 六合 without the last are two and a half characters of GBK, and no UTF-8 either."""
    path = tmp_path / "a.csv"
    path.write_bytes("六合".encode("gbk")[:-1] + b"\n")
    with pytest.raises(ValueError, match="neither UTF-8 nor GB18030"):
        file_encoding(path)


def test_fields_cut_inside_a_character_still_tell_their_encoding():
    assert field_encoding(["护理型".encode()[:-1], b"abc"]) == "utf-8-sig"
    assert field_encoding(["护理型".encode("gbk")[:-1]]) == "gb18030"


def test_a_field_in_no_encoding_shows_where_it_is_wrong():
    assert field_encoding([b"\xff\xff"]) == "gb18030"
    assert decoded_field(b"a\xff\xffb", "gb18030") == "a\ufffd\ufffdb"


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("UTF-8\n", "utf-8"),
        ("GBK", "gb18030"),
        ("CP936", "gb18030"),
        ("ANSI 936", "gb18030"),
        ("1252", "cp1252"),
        ("LDID/77", None),
        ("", None),
    ],
)
def test_declarations_are_understood(declaration, expected):
    assert declared_encoding(declaration) == expected
