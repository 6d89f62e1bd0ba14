"""Pinyin initials of Chinese names, so that 大行宫 is found by typing dxg."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def initials(names: Iterable[str]) -> list[str]:
    """Return the pinyin initials of some names; ``""`` for a name without Chinese characters.

    Letters and digits between the characters are kept.

    Examples
    --------
    >>> initials(["溧水区", "重庆路 3 号", "Central Clinic"])
    ['lsq', 'cql3h', '']
    """
    return [_initials(name) for name in names]


@cache
def _initials(name: str) -> str:
    if not any("一" <= character <= "鿿" for character in name):
        return ""
    from pypinyin.seg.simpleseg import seg  # noqa: PLC0415 - its dictionary takes long to load

    return "".join(map(_letters, seg(name)))


@cache
def _letters(word: str) -> str:
    """Return the initials of one word: how a character is read depends on its word, and names share most words."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - its dictionary takes long to load

    parts = lazy_pinyin(word, style=Style.FIRST_LETTER)
    return "".join(character for part in parts for character in part.lower() if character.isalnum())
