"""Takes the draft of a study, gives the text of its file: YAML that can be run, and comments that say what to check."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lifecircle.inputs.draft import GRID_M, STREETS
from lifecircle.messages import number, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Lang
    from lifecircle.inputs.draft import Draft
    from lifecircle.inputs.guess import Guess

# Characters that YAML does not take as they are, not even in quotes.
_UNPRINTABLE: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_QUOTED: Final = ("x", "y")  # a bare y is a truth value to some readers of YAML
_KNOWN_REASONS: Final = ("no word", "no positions", "lines")


def study_text(draft: Draft, city: str, plan: str, folder: str, lang: Lang) -> str:
    """Return the text of a study file.

    Parameters
    ----------
    draft : Draft
    city : str
        Its name.
    plan : str
        Name of a plan, or path of one from the study file.
    folder : str
        Where the data lies, from the study file.
    lang : {"zh", "en"}
        Language of the comments.
    """
    lines = [
        f"# {say('init.head', lang)}",
        f"id: {study_id(city, Path(folder).name)}",
        f"name: {_flow({'zh': city, 'en': city})}  # {say('init.name', lang)}",
        f'# date: "2025"  # {say("init.date", lang)}',
        f"folder: {_flow(folder)}  # {say('init.folder', lang)}",
        f"plans: {_flow([plan])}",
        f"# crs: EPSG:4549  # {say('init.crs', lang)}",
        "",
        *_streets(draft, lang),
        "",
        "areas:",
        *_areas(draft, lang),
        "",
        *_source("residents", draft.residents, 0, lang),
        *(_source("second_residents", draft.second_residents, 0, lang) if draft.second_residents is not None else ()),
        *(_source("terrain", draft.terrain, 0, lang) if draft.terrain is not None else ()),
        *(_source("statistics", draft.statistics, 0, lang) if draft.statistics is not None else ()),
        "",
        f"# {say('init.layers', lang)}",
        f"# {say('init.complete', lang)}",
        "layers:",
        *_layers(draft, lang),
        *_left_over(draft, lang),
    ]
    return "\n".join(lines) + "\n"


def study_id(*names: str) -> str:
    """Return an id that a study may have, from the first name that has Latin letters or digits.

    Examples
    --------
    >>> study_id("Porto Alegre", "data"), study_id("南京", "nanjing_2025"), study_id("南京")
    ('porto-alegre', 'nanjing-2025', 'study')
    """
    plain = (re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") for name in names)
    return next(filter(None, plain), "study")


def why_words(guess: Guess, lang: Lang) -> str:
    """Return in words what decided what a table is, or why it is not used."""
    if guess.role == "unknown":
        return say(f"init.{guess.why.replace(' ', '_')}", lang) if guess.why in _KNOWN_REASONS else guess.why
    if not guess.rows:
        return guess.why
    return say("init.why", lang, rows=number(guess.rows), why=guess.why)


def _streets(draft: Draft, lang: Lang) -> Iterator[str]:
    if draft.streets is None:
        yield f"streets: {_flow({'file': STREETS})}  # {say('init.fetch', lang)}"
    else:
        yield from _source("streets", draft.streets, 0, lang)


def _areas(draft: Draft, lang: Lang) -> Iterator[str]:
    for level, guess in draft.areas.items():
        yield from _source(level, guess, 2, lang)
    if "community" not in draft.areas:
        yield f"  grid_m: {GRID_M}  # {say('init.grid', lang)}"


def _layers(draft: Draft, lang: Lang) -> Iterator[str]:
    for layer, guess in draft.layers.items():
        yield from _source(layer, guess, 2, lang)
        yield "    # complete: true"
    for layer in draft.mapped:
        yield f"  {layer}: {{osm: true}}  # {say('init.mapped', lang)}"
    for layer in draft.missing:
        yield f"  # {layer}: {{file: …}}  # {say('init.missing', lang)}"


def _left_over(draft: Draft, lang: Lang) -> Iterator[str]:
    if draft.unused:
        yield ""
        yield f"# {say('init.unused', lang)}"
    for guess in draft.unused:
        table = f" ({guess.source.layer})" if guess.source.layer else ""
        why = (
            why_words(guess, lang)
            if guess.role == "unknown"
            else say("init.second", lang, what=guess.layer or guess.role)
        )
        yield f"#   {_comment(guess.source.file + table)}: {_comment(why)}"


def _source(key: str, guess: Guess, indent: int, lang: Lang) -> Iterator[str]:
    """Yield a source with its keys below it, each on a line."""
    pad = " " * indent
    yield f"{pad}{key}:  # {_comment(why_words(guess, lang))}"
    source = guess.source.model_dump(exclude_defaults=True)
    columns = source.pop("columns", {})
    if guess.role == "raster":
        source = {"raster": source["file"]}
    for name, value in source.items():
        remark = f"  # {say('init.frame', lang)}" if name == "crs" else ""
        yield f"{pad}  {name}: {_flow(value)}{remark}"
    if columns:
        yield f"{pad}  columns:"
    for ours, theirs in columns.items():
        yield f"{pad}    {_flow(ours) if ours in _QUOTED else ours}: {_flow(theirs)}"


def _flow(value: Any) -> str:
    """Return a value as YAML on one line: JSON, which YAML reads alike but for characters that have to be escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _comment(text: str) -> str:
    """Return a text that stays on the line of its comment."""
    return " ".join(_UNPRINTABLE.sub("", text).split())
