"""Cells of the results in words: values with their unit, and ranges."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from lifecircle.messages import number, percent, say
from lifecircle.plan import Ratio, Statistic
from lifecircle.plan.wording import with_unit

if TYPE_CHECKING:
    from lifecircle.bilingual import Lang
    from lifecircle.plan import Standard

_DECIMALS: Final = 2
_SIGN: Final = re.compile(r"(?<=[≥≤<>]) | (?=%)")


def figure(value: float, standard: Standard, lang: Lang) -> str:
    """Word a value of a standard, or an end of its range: a share in per cent, anything else with its unit."""
    if not isinstance(standard, Ratio | Statistic):
        return percent(value, lang)
    words = number(value, _DECIMALS)
    if "." in words:
        words = words.rstrip("0").rstrip(".")
    return words if math.isnan(value) else with_unit(words, standard.unit, lang)


def from_to(low: str, high: str, lang: Lang) -> str:
    """Word a range by its ends in words; a dash where both read alike, for then there is none to tell."""
    return "—" if low == high else say("board.from_to", lang, low=low, high=high)


def tied(words: str) -> str:
    """Return words whose signs cannot be parted from their number at the end of a line."""
    return _SIGN.sub("\N{NO-BREAK SPACE}", words)
