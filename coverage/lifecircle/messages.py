"""Every sentence that a planner or reviewer reads, in Chinese and English, from one checked table."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lifecircle.bilingual import Bilingual
from lifecircle.errors import LifecircleError
from lifecircle.yamlfile import read_yaml

if TYPE_CHECKING:
    from lifecircle.bilingual import Lang

CATALOGUE: Final = Path(__file__).with_name("messages.yaml")


@cache
def catalogue() -> dict[str, Bilingual]:
    """Return all messages by their key, such as ``"summary.title"``."""
    data, _ = read_yaml(CATALOGUE, LifecircleError)
    return {
        f"{section}.{key}": Bilingual.model_validate(words)
        for section, messages in data.items()
        for key, words in messages.items()
    }


def say(key: str, lang: Lang, **values: object) -> str:
    """Return one message in one language with its values filled in.

    Parameters
    ----------
    key : str
        Section and name in ``messages.yaml``.
    lang : {"zh", "en"}
    **values
        What the braces of the message stand for, already worded.

    Raises
    ------
    KeyError
        If there is no such message, or a value is missing.
    """
    return catalogue()[key].text(lang).format(**values)


def number(value: float, decimals: int = 0) -> str:
    """Word a number with thousands separators, in the same way in both languages.

    Examples
    --------
    >>> number(9314685), number(0.5, 1), number(float("nan"))
    ('9,314,685', '0.5', '—')
    """
    return "—" if math.isnan(value) else f"{value:,.{decimals}f}"


def percent(share: float, lang: Lang, decimals: int = 1) -> str:
    """Word a share as a percentage; Chinese writes no space before the sign.

    Examples
    --------
    >>> percent(0.8333, "en"), percent(0.8333, "zh"), percent(float("nan"), "en")
    ('83.3 %', '83.3%', '—')
    """
    return "—" if math.isnan(share) else f"{share * 100:.{decimals}f}{'%' if lang == 'zh' else ' %'}"


def paragraph(sentences: list[str], lang: Lang) -> str:
    """Join sentences: with a space in English, without one in Chinese."""
    return (" " if lang == "en" else "").join(sentences)
