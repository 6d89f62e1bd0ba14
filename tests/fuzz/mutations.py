"""Whole files in, spoiled files out: bits, blocks, numbers and words changed at random, the same for the same seed."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_WORDS = [
    b"NaN", b"inf", b"-1", b"1e400", b"0", b"", b"null", b"{}", b"[]", b"99999999999999999999", b"true", b"NO",
    "：".encode(), "\u202e".encode(), b"\x00", b"<script>", b"=cmd|x", b"../../x", b"{{7*191}}", b"'", b'"', b"&a *a",
    b"POINT EMPTY", b"POLYGON((0 0,1 1,0 1,1 0,0 0))", b"EPSG:0", b"EPSG:4326", b"!!python/object:os.system", b"%n",
]  # fmt: skip
_INTEGERS = (0, 1, 127, 128, 255, 256, 32767, 65535, 2**31 - 1, 2**31, 2**32 - 1)
_NUMBER = re.compile(rb"-?\d+(\.\d+)?")
_MOST_CHANGES = 6


def mutated(seed: dict[str, bytes], rng: random.Random) -> dict[str, bytes]:
    """Return a seed with one of its files spoiled; now and then one of them is missing or is another's content."""
    files = dict(seed)
    name = rng.choice(list(files))
    if len(files) > 1 and rng.random() < 0.05:
        other = rng.choice(list(files))
        files[name] = files[other]
        if rng.random() < 0.5 and name != next(iter(files)):
            del files[name]
        return files
    content = files[name]
    inside = _deflated(content) if rng.random() < 0.3 else None
    if inside is not None:
        start, end, plain = inside
        content = content[:start] + zlib.compress(_spoiled(plain, rng)) + content[end:]
    else:
        content = _spoiled(content, rng)
    files[name] = content
    return files


def _spoiled(content: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, _MOST_CHANGES)):
        content = rng.choice(_CHANGES)(content, rng)
    return content


def _bit(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return b"\x00"
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


def _byte(content: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(content))
    return content[:at] + rng.randbytes(rng.randint(1, 4)) + content[at + rng.randint(0, 4) :]


def _integer(content: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(content))
    number = struct.pack(rng.choice("<>") + rng.choice("IQ"), rng.choice(_INTEGERS))
    return content[:at] + number + content[at + len(number) :]


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randint(0, len(content))] if rng.random() < 0.2 else content


def _without(content: bytes, rng: random.Random) -> bytes:
    start, end = _span(content, rng)
    return content[:start] + content[end:]


def _twice(content: bytes, rng: random.Random) -> bytes:
    start, end = _span(content, rng)
    return content[:end] + content[start:end] * rng.choice((1, 1, 2, 50)) + content[end:]


def _swapped(content: bytes, rng: random.Random) -> bytes:
    start, middle, end = sorted(rng.randint(0, len(content)) for _ in range(3))
    return content[:start] + content[middle:end] + content[start:middle] + content[end:]


def _word(content: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(content))
    return content[:at] + rng.choice(_WORDS) + content[at:]


def _number(content: bytes, rng: random.Random) -> bytes:
    """Put a word or another number in the place of a number that stands as text."""
    found = list(_NUMBER.finditer(content[:200_000]))
    if not found:
        return _byte(content, rng)
    place = rng.choice(found)
    word = rng.choice(_WORDS) if rng.random() < 0.5 else str(rng.choice((-1, 1)) * 10 ** rng.randint(0, 30)).encode()
    return content[: place.start()] + word + content[place.end() :]


def _span(content: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randint(0, len(content))
    return start, min(len(content), start + rng.choice((1, 4, 16, 64, 512, 4096)))


def _deflated(content: bytes) -> tuple[int, int, bytes] | None:
    """Return where the last compressed block stands, and what is in it, so that what lies behind it is reached."""
    start = content.rfind(b"\x78\x9c")
    if start < 0:
        return None
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(content[start:])
    except zlib.error:
        return None
    return start, len(content) - len(stream.unused_data), plain


_CHANGES = (_bit, _bit, _byte, _integer, _cut, _without, _twice, _swapped, _word, _number, _number)
