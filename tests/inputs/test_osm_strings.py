from __future__ import annotations

import zlib

import pytest

from lifecircle.errors import InputError
from lifecircle.inputs.osm_reading import reading_extract
from lifecircle.inputs.osm_strings import _tables_of_texts, require_sound_texts
from osm_files import write_osm

NODES = {1: (118.80, 32.0), 2: (118.81, 32.0)}


def extract(path, name="长街"):
    return write_osm(path, NODES, {1: ([1, 2], {"highway": "residential", "name": name})})


def with_texts(path, change):
    """Write an extract whose last block is packed anew, its content changed."""
    content = extract(path, "street").read_bytes()
    at = content.rindex(b"\x78\x9c")
    stream = zlib.decompressobj()
    plain = stream.decompress(content[at:])
    packed = zlib.compress(change(plain))
    size = len(content) - at - len(stream.unused_data)
    packed = packed.ljust(size, b"\x00") if len(packed) < size else packed
    path.write_bytes(content[:at] + packed + content[at + size :])
    return path


def test_the_texts_of_each_block_are_found(tmp_path):
    tables = list(_tables_of_texts(extract(tmp_path / "a.osm.pbf")))
    street = b"\n\x07highway\n\x04name\n\x0bresidential\n\x06" + "长街".encode()
    assert tables == [b"\n\x00\n\x00", b"\n\x00" + street + b"\n\x00"]
    require_sound_texts(tmp_path / "a.osm.pbf")


def test_a_zero_byte_inside_a_text_is_refused_before_libosmium_reads_behind_its_end(tmp_path):
    path = with_texts(tmp_path / "a.osm.pbf", lambda plain: plain.replace(b"street", b"str\x00et"))
    with (
        pytest.raises(InputError, match=r"a\.osm\.pbf: is not a whole OpenStreetMap file \(block 2: .* zero byte"),
        reading_extract(path),
    ):
        pytest.fail("was read")


def test_a_text_of_ten_bytes_is_no_empty_text(tmp_path):
    """A line feed before the zero looks like the mark of an empty text; the lengths tell them apart."""
    path = with_texts(tmp_path / "a.osm.pbf", lambda plain: plain.replace(b"street", b"st\n\x00et"))
    with pytest.raises(ValueError, match="zero byte"):
        require_sound_texts(path)


def test_what_is_damaged_otherwise_is_left_to_libosmium(tmp_path):
    path = extract(tmp_path / "a.osm.pbf")
    path.write_bytes(path.read_bytes()[:-20] + b"\xff" * 20)
    require_sound_texts(path)
    (tmp_path / "b.osm.pbf").write_bytes(b"\xff" * 40)
    require_sound_texts(tmp_path / "b.osm.pbf")
