"""Names out of data as text that stays text: on one line, without characters that steer or break what stands around."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import Final

_STEERING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_BROKEN: Final = frozenset("\ufffe\uffff")
_NEVER: Final = _STEERING | _BROKEN
_ISOLATE: Final = "\u2068{}\u2069"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    r"""Return a name that can stand in a sentence, a cell or a caption of any format.

    White space becomes single spaces. Control characters and lone surrogates, which XML forbids, and marks that turn
    the direction of writing are taken out; a name that is written from right to left is set apart by isolating marks,
    so that it cannot turn its neighbours.

    Examples
    --------
    >>> plain(" first line\nsecond\x00 line "), plain("\u202egnp.exe")
    ('first line second line', 'gnp.exe')
    """
    line = " ".join("".join(character for character in text if _stays(character)).split())
    turned = any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line)
    return _ISOLATE.format(line) if turned else line


def headline(text: str) -> str:
    """Return a text that stands by itself, as in a cell: it begins with a capital.

    Examples
    --------
    >>> headline("elder care"), headline("养老服务")
    ('Elder care', '养老服务')
    """
    return text[:1].upper() + text[1:]


def shortened(text: str, most: int) -> str:
    """Return a text cut to a width, for the axis of a chart; the tables have the whole name.

    Parameters
    ----------
    text : str
    most : int
        Width in Latin letters; a Chinese character is as wide as two.

    Examples
    --------
    >>> shortened("栖霞区", 6), shortened("栖霞区仙林街道", 6), shortened("a name of great length", 6)
    ('栖霞区', '栖霞…', 'a nam…')
    """
    bare = "".join(character for character in text if character not in _STEERING)
    width = list(accumulate(map(_width, bare)))
    return bare if not width or width[-1] <= most else f"{bare[: bisect_right(width, most - 1)]}…"


def width_of(text: str) -> int:
    """Return the width of a text in Latin letters.

    Examples
    --------
    >>> width_of("15分钟")
    6
    """
    return sum(map(_width, text))


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _stays(character: str) -> bool:
    if character.isspace():
        return True
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in _NEVER
