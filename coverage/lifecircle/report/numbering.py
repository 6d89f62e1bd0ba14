"""Numbers of headings: 一、（一）1.（1） as official documents have them, 1.1 in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lifecircle.bilingual import Lang

_DIGITS: Final = "零一二三四五六七八九"
_TEN: Final = 10
_HUNDRED: Final = 100


def chinese_number(number: int) -> str:
    """Return a number in Chinese; from 100 on, which no heading should reach, in digits.

    Examples
    --------
    >>> [chinese_number(number) for number in (1, 10, 12, 20, 35, 100)]
    ['一', '十', '十二', '二十', '三十五', '100']
    """
    if number >= _HUNDRED:
        return str(number)
    tens, ones = divmod(number, _TEN)
    return f"{_DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{_DIGITS[ones] if ones else ''}"


def heading_number(path: tuple[int, ...], lang: Lang) -> str:
    """Return what stands before a heading.

    Chinese headings have the four levels of GB/T 9704-2012, 7.3.3: 一、（一）1.（1）.

    Examples
    --------
    >>> heading_number((2,), "zh"), heading_number((2, 11), "zh"), heading_number((2, 1, 3), "zh")
    ('二、', '（十一）', '3.')
    >>> heading_number((2, 1, 3), "en")
    '2.1.3 '
    """
    if lang == "en":
        return f"{'.'.join(map(str, path))} "
    last = path[-1]
    forms = (f"{chinese_number(last)}、", f"（{chinese_number(last)}）", f"{last}.", f"（{last}）")
    return forms[len(path) - 1]
