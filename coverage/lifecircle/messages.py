"""Every sentence that a planner or reviewer reads, in Chinese and English, from two checked tables."""

from __future__ import annotations

import difflib
import math
import string
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML

from lifecircle.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lifecircle.bilingual import Lang

CATALOGUES: Final = tuple(Path(__file__).with_name(name) for name in ("messages.yaml", "faults.yaml"))

NAMES_SHOWN: Final = 12
"""So many known names are listed beside one that is unknown."""


@cache
def catalogue() -> dict[str, Bilingual]:
    """Return all messages by their key, such as ``"summary.title"``."""
    return {
        f"{section}.{key}": Bilingual.model_validate(words)
        for path in CATALOGUES
        for section, messages in YAML(typ="safe").load(path).items()
        for key, words in messages.items()
    }


def say(key: str, lang: Lang, **values: object) -> str:
    """Return one message in one language with its values filled in.

    Parameters
    ----------
    key : str
        Section and name in ``messages.yaml`` or ``faults.yaml``.
    lang : {"zh", "en"}
    **values
        What the braces of the message stand for, already worded.

    Raises
    ------
    KeyError
        If there is no such message, or a value is missing.

    Examples
    --------
    >>> [say("cli.more_problems", "en", more=more) for more in ("1", "12")]  # doctest: +ELLIPSIS
    ['1 more problem; ...', '12 more problems; ...']
    """
    return _filled(catalogue()[key].text(lang), values)


def told(key: str, /, **values: object) -> Bilingual:
    """Return one message in both languages with its values filled in.

    Parameters
    ----------
    key : str
        As for :func:`say`.
    **values
        What the braces of the message stand for; what is bilingual is filled in in its language.

    Examples
    --------
    >>> told("problem.no_value", cell="'x'").en
    "'x' is not a value."
    """
    message = catalogue()[key]

    def filled(lang: Lang) -> str:
        worded = {name: value.text(lang) if isinstance(value, Bilingual) else value for name, value in values.items()}
        return _filled(message.text(lang), worded)

    return Bilingual(zh=filled("zh"), en=filled("en"))


class _Counting(string.Formatter):
    """Fills in ``{count:place is|places are}`` with the words that go with a count: the first ones with 1."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, choice, many = format_spec.partition("|")
        if not choice:
            return format(value, format_spec)
        return one if str(value) == "1" else many


_COUNTING: Final = _Counting()


def _filled(message: str, values: Mapping[str, object]) -> str:
    """Return a message with its values, in the singular or plural where it has both."""
    return _COUNTING.vformat(message, (), values) if "|" in message else message.format_map(values)


def listing(parts: Iterable[Bilingual | str]) -> Bilingual:
    """Return some words one after the other, with commas between them; plain ones are the same in both languages."""
    both = [Bilingual(zh=part, en=part) if isinstance(part, str) else part for part in parts]
    return Bilingual(zh="、".join(part.zh for part in both), en=", ".join(part.en for part in both))


def lines(parts: Iterable[Bilingual], indent: str = "") -> Bilingual:
    """Return some sentences, each on a line of its own."""
    parts = list(parts)
    return Bilingual(zh="\n".join(indent + part.zh for part in parts), en="\n".join(indent + part.en for part in parts))


def suggestion(
    name: str, names: Iterable[object], most: int = 1, like: float = 0.6, otherwise: Bilingual | None = None
) -> Bilingual:
    """Return what to write instead of an unknown name: the nearest known ones, or the first of all.

    Parameters
    ----------
    name : str
    names : iterable
        The known ones.
    most : int
        So many are proposed at most.
    like : float
        How like the name they have to be, from 0 to 1, as :func:`difflib.get_close_matches` measures it.
    otherwise : Bilingual, optional
        What to say in place of the first of all, where no name is like it.

    Examples
    --------
    >>> suggestion("clinics", ["clinic", "park"]).en, suggestion("x", ["clinic", "park"]).zh
    ("Did you mean 'clinic'?", '可用的有：clinic、park。')
    """
    known = [str(each) for each in names]
    near = [Bilingual(zh=repr(each), en=repr(each)) for each in difflib.get_close_matches(name, known, most, like)]
    if near:
        either = near[0]
        for each in near[1:]:
            either = told("error.or", first=either, second=each)
        return told("error.did_you_mean", names=either)
    if otherwise is not None:
        return otherwise
    return told("error.there_are", names=listing(known[:NAMES_SHOWN] or [told("error.none")]))


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
    return "—" if math.isnan(share) else in_percent(f"{share * 100:.{decimals}f}", lang)


def in_percent(words: str, lang: Lang) -> str:
    """Return a number with the sign for per cent, as each language writes it.

    Examples
    --------
    >>> in_percent("80–95", "zh"), in_percent("80–95", "en")
    ('80–95%', '80–95 %')
    """
    return f"{words}%" if lang == "zh" else f"{words} %"


def paragraph(sentences: list[str], lang: Lang) -> str:
    """Join sentences: with a space in English, without one in Chinese."""
    return (" " if lang == "en" else "").join(sentences)
