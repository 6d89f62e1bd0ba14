"""Which column of a file is which of lifecircle's: what the study says, then what a column is called.

The names that are recognised stand in ``configs/columns.yaml``, Chinese and English.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pandas as pd
from pydantic import BaseModel, ConfigDict

from lifecircle.bilingual import Bilingual
from lifecircle.configs import configs_dir
from lifecircle.errors import InputError, StudyError
from lifecircle.inputs.formats import nearest
from lifecircle.messages import listing, told
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


POSITION_COLUMNS: Final = ("geometry", "lon", "lat", "x", "y")
# A unit in brackets that leaves the number as it is; （万人） would not, and is not taken off.
_UNIT: Final = re.compile(r"\((个|人|户|张|岁|名|位|所|床|m2|平方米|sqm|beds|persons|people)\)$")
_OWN: Final = ("row", "layer")


class ColumnNames(BaseModel):
    """The content of ``configs/columns.yaml``.

    Attributes
    ----------
    columns : dict
        lifecircle's column to the other names that a file may give it.
    settings : dict
        ``urban`` and ``rural`` to the words for them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, list[str]]
    settings: dict[str, list[str]]


@lru_cache(maxsize=1)
def column_names() -> ColumnNames:
    """Return the names that come with lifecircle."""
    return read_model(configs_dir() / "columns.yaml", ColumnNames, StudyError)[0]


def folded(name: str) -> str:
    """Return a name as it is compared.

    Examples
    --------
    >>> folded("建筑面积（平方米）"), folded("Floor_Area"), folded("0～2岁")
    ('建筑面积', 'floorarea', '02岁')
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s_~-]", "", _UNIT.sub("", plain.strip()))


def recognised_columns(
    names: Sequence[str], explicit: Mapping[str, str], known: Iterable[str], path: Path
) -> dict[str, str]:
    """Return lifecircle's columns that a file has, each with the file's own name for it.

    Parameters
    ----------
    names : sequence of str
        The file's columns.
    explicit : mapping
        What the study says, lifecircle's name to the file's; this wins, and those columns of the file are taken.
    known : iterable of str
        lifecircle's columns that may be recognised by their names.
    path : Path
        The file, for the messages.

    Raises
    ------
    InputError
        If the study names a column that is not there, or two columns answer to one of lifecircle's.

    Examples
    --------
    >>> recognised_columns(["名称", "床位数", "n"], {"capacity": "n"}, ["name", "beds", "kind"], None)
    {'capacity': 'n', 'name': '名称', 'beds': '床位数'}
    """
    taken = [ours for ours in explicit if ours in _OWN]
    if taken:
        raise InputError(told("error.column_is_ours", path=path, column=taken[0]))
    absent = [
        told("error.no_column_named", column=repr(theirs), hint=nearest(theirs, names))
        for theirs in explicit.values()
        if theirs not in names
    ]
    if absent:
        faults = Bilingual(zh="".join(each.zh for each in absent), en=" Also, ".join(each.en for each in absent))
        raise InputError(told("error.no_columns", path=path, faults=faults))
    found = dict(explicit)
    free = [name for name in names if name not in explicit.values()]
    for ours in known:
        if ours in found:
            continue
        aliases = {folded(alias) for alias in column_names().columns.get(ours, [])} | {folded(ours)}
        matches = [ours] if ours in free else [name for name in free if folded(name) in aliases]
        if len(matches) > 1:
            shown = Bilingual(zh="、".join(map(repr, matches)), en=" and ".join(map(repr, matches)))
            raise InputError(told("error.several_columns", path=path, columns=shown, column=ours, first=matches[0]))
        if matches:
            found[ours] = matches[0]
    return found


def renamed_columns(table: pd.DataFrame, found: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with lifecircle's names.

    Columns that were not recognised keep their own; where one of lifecircle's stands in the way, or is reserved for
    it, they get ``_file`` appended.
    """
    columns = {ours: table[theirs] for ours, theirs in found.items()}
    for name in table.columns:
        if name in found.values():
            continue
        free = name
        while free in columns or free in {*_OWN, "geometry"} or (free != name and free in table.columns):
            free += "_file"
        columns[free] = table[name]
    return pd.DataFrame(columns, index=table.index)


def recognition_notes(found: Mapping[str, str]) -> list[Bilingual]:
    """Return a sentence that says which columns were taken for which; none where all bear lifecircle's names."""
    taken = [told("problem.column_as", theirs=theirs, ours=ours) for ours, theirs in found.items() if ours != theirs]
    return [told("problem.columns_read", pairs=listing(taken))] if taken else []


def urban_or_rural(values: pd.Series) -> pd.Series:
    """Return ``urban``, ``rural``, or missing for the words and codes of a column of text."""
    words = {folded(word): setting for setting, synonyms in column_names().settings.items() for word in synonyms}
    return values.map(lambda value: words.get(folded(value)), na_action="ignore")
