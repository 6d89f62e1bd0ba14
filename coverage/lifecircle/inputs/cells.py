"""Cells as people fill them in, read as text or as numbers, with a mark on every cell that was not plain."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXT: Final = pd.StringDtype(na_value=np.nan)
SHOWN_CHARACTERS: Final = 40

_MISSING: Final = frozenset(
    {"", "-", "--", "—", "——", "/", "无", "暂无", "不详", "未知", "na", "n/a", "#n/a", "nan", "null", "none", "<na>"}
)
# Control characters, marks that turn the direction of text, invisible spaces, halves of surrogate pairs.
_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_PLAIN_NUMBER: Final = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?"
_CODE: Final = r"[-+]?(0[0-9]|[0-9]{16}).*"  # a leading zero or many digits make a code, not a quantity
_WRITTEN_NUMBER: Final = re.compile(
    r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-+]?[0-9]+(?:\.[0-9]+)?)\s*(万)?\s*"
    r"(?:张|床|个|人|名|位|户|所|处|m2|平方米|平米|beds?|places|people|persons)?"
)
_TEN_THOUSAND: Final = 1e4
_EXACT_WHOLE: Final = 2.0**53  # whole numbers beyond it have lost digits already


@dataclass(frozen=True)
class Numbers:
    """A column read as numbers.

    Attributes
    ----------
    number : Series of float64
        NaN where the cell is missing or is not a number.
    repaired : (n,) array of bool
        The cell was written in another way, such as ``"1,200"`` or ``"３０张"``, but can mean one number only.
    unreadable : (n,) array of bool
        The cell holds something that is not a number.
    """

    number: pd.Series[float]
    repaired: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]


def shown(value: object) -> str:
    """Return a cell as a message quotes it: in quotes, printable, and short.

    Examples
    --------
    >>> shown("约30张"), shown(float("inf"))
    ("'约30张'", "'inf'")
    """
    text = clean_text(cell_text(value) or "")
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…")


def cell_text(value: Any) -> str | None:
    """Return a cell as text, or ``None`` where it is missing: whole numbers without a point, dates by ISO 8601.

    Examples
    --------
    >>> cell_text(320102002001.0), cell_text("=1+1"), cell_text(float("nan"))
    ('320102002001', '=1+1', None)
    """
    if isinstance(value, str):
        return value
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, float | np.floating) and float(value).is_integer() and abs(float(value)) < _EXACT_WHOLE:
        return str(int(value))
    return str(value)


def clean_text(text: str) -> str:
    r"""Return text without characters that cannot be printed, and with single spaces.

    Examples
    --------
    >>> clean_text("梅园\x00新村\n社区 ")
    '梅园新村 社区'
    """
    return " ".join(_UNPRINTABLE.sub("", text).split())


def text_cells(values: pd.Series[Any]) -> tuple[pd.Series[str], NDArray[np.bool_]]:
    """Return a column as clean text, missing where a cell is blank, and which cells held unprintable characters."""
    raw = _texts(values)
    unprintable = [text is not None and _UNPRINTABLE.search(text) is not None for text in raw]
    clean = [None if text is None else clean_text(text) or None for text in raw]
    return pd.Series(clean, index=values.index, dtype=TEXT), np.array(unprintable, dtype=bool)


def number_cells(values: pd.Series[Any]) -> Numbers:
    """Return a column as numbers; see :class:`Numbers`.

    Examples
    --------
    >>> numbers = number_cells(pd.Series(["30", "1,200", "３０张", "3.2万", "约30", "-", None]))
    >>> numbers.number.tolist()
    [30.0, 1200.0, 30.0, 32000.0, nan, nan, nan]
    >>> numbers.unreadable.tolist()
    [False, False, False, False, True, False, False]
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        number = values.astype(np.float64)
        infinite = np.isinf(number.to_numpy())
        return Numbers(number.mask(infinite), np.zeros(len(number), dtype=bool), infinite)
    text = _texts(values)
    known = {cell: _written_number(cell) for cell in text.dropna().unique()}
    number = text.map(lambda cell: known[cell][0], na_action="ignore").astype(np.float64)
    repaired = [cell is not None and known[cell][1] for cell in text]
    filled = [cell is not None and cell.strip().casefold() not in _MISSING for cell in text]
    return Numbers(number, np.array(repaired, dtype=bool), number.isna().to_numpy() & np.array(filled, dtype=bool))


def _texts(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return cells as text or ``None``."""
    return pd.Series([cell_text(value) for value in values.tolist()], index=values.index, dtype=object)


def _written_number(cell: str) -> tuple[float, bool]:
    """Return the number that a text means, NaN for none, and whether it had to be interpreted."""
    if re.fullmatch(_PLAIN_NUMBER, cell.strip()):
        value = float(cell)
        return (value if np.isfinite(value) else np.nan), False
    match = _WRITTEN_NUMBER.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if match is None:
        return np.nan, False
    return float(match[1].replace(",", "")) * (_TEN_THOUSAND if match[2] else 1.0), True


def plain_values(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column that lifecircle does not know as numbers where every cell is one, else as clean text.

    So the same table reads alike from a CSV, a workbook and a GeoPackage. Codes with leading zeros, or with more digits
    than a number keeps, stay text.
    """
    if pd.api.types.is_numeric_dtype(values):
        return values
    text, _ = text_cells(values)
    filled = text.dropna()
    numeric = filled.str.fullmatch(_PLAIN_NUMBER).all() and not filled.str.fullmatch(_CODE).any()
    return pd.to_numeric(text) if numeric and len(filled) else text
