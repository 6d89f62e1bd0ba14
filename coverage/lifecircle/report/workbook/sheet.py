"""A sheet as data: what its columns hold and how they are shown, before any file is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

Kind = Literal["text", "count", "people", "share", "number", "year", "points", "verdict", "figure"]
"""What a column holds.

``people`` are numbers, or words where they are too small to be told. ``figure`` is a :class:`Value`: a number whose
format and colour depend on the row. Everything else is a number or a text; missing ones stay empty.
"""

FORMATS: Final[dict[Kind, str]] = {
    "text": "@",
    "count": "#,##0",
    "people": "#,##0",
    "share": "0.0%",
    "number": "#,##0.00",
    "year": "0",
    "points": "+0.0;-0.0;0.0",
    "verdict": "@",
    "figure": "General",
}


@dataclass(frozen=True)
class Value:
    """A value of a standard: its number, whether it is a share, and its verdict, which colours it; or no colour."""

    value: float
    share: bool
    verdict: str = ""


@dataclass(frozen=True)
class Field:
    """A column.

    Attributes
    ----------
    head : str
        With the unit and the denominator of what stands below.
    kind : str
    width : float
        In characters.
    """

    head: str
    kind: Kind = "text"
    width: float = 12


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    Attributes
    ----------
    name : str
        Made fit for a workbook when it is written.
    title : str
        Stands above the heads.
    fields : tuple of Field
    rows : list of list
        One value for each field.
    frozen : int
        Columns that stay in sight.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: list[list[Any]] = field(default_factory=list)
    frozen: int = 1
