"""Takes an extract in PBF, refuses texts with a zero byte in them: libosmium would read on behind their end."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD: Final = 4
_PACKED: Final = 3  # fields of a blob: 1 plain, 3 by zlib (https://wiki.openstreetmap.org/wiki/PBF_Format)
_TEXTS: Final = b"\x0a"  # the first field of a block: its texts; and of those, each text
_SIZE: Final = 3  # field of a header: bytes of the blob that follows
_BY_LENGTH: Final = 2
_EMPTY: Final = b"\x0a\x00"  # which every table begins with


def require_sound_texts(path: Path) -> None:
    """Refuse an extract of which a text holds a zero byte.

    Only zlib and plain blocks are looked at, which is what is written. Of a block that is packed no more than its texts
    are unpacked. What is damaged otherwise is left to libosmium.

    Raises
    ------
    ValueError
        Naming the block.
    """
    facts = path.stat()
    _require_sound(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=8)
def _require_sound(path: Path, _changed_ns: int, _bytes: int) -> None:
    for number, texts in enumerate(_tables_of_texts(path), start=1):
        if b"\x00" in texts.removeprefix(_EMPTY) and any(b"\x00" in text for text in _texts(texts)):
            raise ValueError(f"block {number}: a text with a zero byte")


def _tables_of_texts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while len(head := stream.read(_HEAD)) == _HEAD:
            header = stream.read(min(int.from_bytes(head, "big"), 2**16))
            sizes = (value for key, value in _fields(header) if key == _SIZE and isinstance(value, int))
            size = next(sizes, 0)
            blob = stream.read(min(size, 2**25))
            if b"OSMData" in header:
                yield _texts_of(blob)


def _texts_of(blob: bytes) -> bytes:
    """Return the table of texts at the beginning of a block."""
    packed = _field(blob, _PACKED)
    stream = zlib.decompressobj()
    try:
        start = stream.decompress(packed, 16) if packed else _field(blob, 1)[:16]
        if start[:1] != _TEXTS:
            return b""
        length, at = _varint(start, 1)
        whole = start + stream.decompress(stream.unconsumed_tail, length + 1) if packed else _field(blob, 1)
    except zlib.error:
        return b""
    return whole[at : at + length]


def _texts(table: bytes) -> Iterator[bytes]:
    """Yield every text of a table, until something else comes."""
    for _, value in _fields(table):
        if not isinstance(value, bytes):
            return
        yield value


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield key and value of every field, a number or some bytes, until one of another kind comes."""
    at = 0
    while at < len(message):
        key, kind = message[at] >> 3, message[at] & 7
        value, at = _varint(message, at + 1)
        if kind == _BY_LENGTH:
            yield key, message[at : at + value]
            at += value
        elif kind == 0:
            yield key, value
        else:
            return


def _field(message: bytes, wanted: int) -> bytes:
    """Return the content of the first field of a number that has a length."""
    return next((value for key, value in _fields(message) if key == wanted and isinstance(value, bytes)), b"")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and where the next thing begins."""
    value = shift = 0
    while at < len(message) and shift < 64:  # noqa: PLR2004 - bits
        value |= (message[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not message[at - 1] & 0x80:
            break
    return value, at
