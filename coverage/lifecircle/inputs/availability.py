"""Takes facilities and the date of a study, gives those that were in use then and lists the others.

The words that say that a facility is closed, or only planned, stand in ``configs/status.yaml``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import pandas as pd
from pydantic import BaseModel, ConfigDict

from lifecircle.configs import configs_dir
from lifecircle.errors import StudyError
from lifecircle.inputs.cells import shown
from lifecircle.inputs.columns import folded
from lifecircle.messages import told
from lifecircle.problems import Problem
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from lifecircle.bilingual import Bilingual

_DATE: Final = re.compile(
    r"""(?x) ^\s* (?P<year>(?:18|19|20)\d\d)
    (?: \s*[-/.年]\s* (?P<month>\d{1,2}) (?: \s*[-/.月]\s* (?P<day>\d{1,2}) )? | (?P<mm>\d\d) (?P<dd>\d\d)? )?
    \s* [年月日号]? (?: [\sT]\s*\d.* )? $"""
)


class _Statuses(BaseModel):
    """The content of ``configs/status.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    closed: list[str]
    planned: list[str]


@lru_cache(maxsize=1)
def _statuses() -> dict[str, tuple[str, ...]]:
    words = read_model(configs_dir() / "status.yaml", _Statuses, StudyError)[0]
    return {"closed": tuple(map(folded, words.closed)), "planned": tuple(map(folded, words.planned))}


def in_use(facilities: gpd.GeoDataFrame, date: str | None, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return the facilities that people could use at the date of a study.

    Parameters
    ----------
    facilities : GeoDataFrame
        With ``row`` and ``facility_id``; ``status`` and ``opened`` where they are known.
    date : str, optional
        The date of the study. A year or a month means its last day. Where it is absent or no date, opening dates say
        nothing.
    file : str
        Name of the input.

    Returns
    -------
    facilities : GeoDataFrame
        Without those whose ``status`` says that they are closed or planned, and those that ``opened`` after the date.
    problems : list of Problem
        One for each that is left out.
    """
    today = days(date) if date is not None else None
    checks: dict[str, Callable[[str], Bilingual | None]] = {"status": _closed_or_planned}
    if today is not None:
        checks["opened"] = partial(_opened_after, last=today[1])
    out = pd.Series(data=False, index=facilities.index)
    problems: list[Problem] = []
    for column, reason_of in checks.items():
        if column not in facilities:
            continue
        reason = facilities[column].map(reason_of, na_action="ignore").mask(out)
        rows = facilities.loc[reason.notna(), ["row", "facility_id"]].itertuples(index=False, name=None)
        problems += [
            Problem(file, row, feature, column, why, "dropped")
            for (row, feature), why in zip(rows, reason.dropna(), strict=True)
        ]
        out |= reason.notna()
    return facilities[~out].reset_index(drop=True), problems


def _closed_or_planned(status: str) -> Bilingual | None:
    word = folded(status)
    kind = next((kind for kind, words in _statuses().items() if word.startswith(words)), None)
    return None if kind is None else told(f"problem.{kind}", status=shown(status))


def _opened_after(opened: str, last: dt.date) -> Bilingual | None:
    period = days(opened)
    if period is None or period[0] <= last:
        return None
    return told("problem.opens_later", opened=shown(opened), date=last.isoformat())


def days(text: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day of a date, month or year, or ``None`` where a text is none of these.

    Examples
    --------
    >>> [day.isoformat() for text in ("2024年2月", "2025", "20260301") for day in days(text) or ()]
    ['2024-02-01', '2024-02-29', '2025-01-01', '2025-12-31', '2026-03-01', '2026-03-01']
    """
    match = _DATE.match(text)
    if match is None:
        return None
    parts = (match["year"], match["month"] or match["mm"], match["day"] or match["dd"])
    year, month, day = (int(part or 0) for part in parts)
    try:
        last = calendar.monthrange(year, month or 12)[1]
        return dt.date(year, month or 1, day or 1), dt.date(year, month or 12, day or last)
    except ValueError:  # there is no 30 February
        return None
