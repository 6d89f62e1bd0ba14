"""The data dictionary of a run folder: what every column means, in both languages, and for whom each table is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd

from lifecircle.bilingual import Bilingual
from lifecircle.inputs.contracts import AGE_GROUP
from lifecircle.messages import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lifecircle.plan import Plan

Audience = Literal["analyst", "everybody"]

AUDIENCES: Final[dict[str, Audience]] = {
    "report.html": "everybody",
    "report.docx": "everybody",
    "report.pdf": "everybody",
    "report.xlsx": "everybody",
    "summary.md": "everybody",
    "map.html": "everybody",
    "districts": "everybody",
    "communities.gpkg": "everybody",
    "columns.csv": "everybody",
    "results.csv": "analyst",
    "results.parquet": "analyst",
    "gaps.csv": "analyst",
    "gaps.parquet": "analyst",
    "ranking.csv": "everybody",
    "completeness.csv": "everybody",
    "completeness.parquet": "everybody",
    "populations.csv": "analyst",
    "populations.parquet": "analyst",
    "access.parquet": "analyst",
    "areas.parquet": "everybody",
    "residents.parquet": "analyst",
    "facilities.parquet": "analyst",
    "plans.json": "everybody",
    "basemap.gpkg": "analyst",
    "problems.csv": "analyst",
    "manifest.json": "analyst",
}
"""Who may have each file of a run folder: those for the analyst tell of single resident points or of few people."""

DICTIONARY_COLUMNS: Final = ("file", "column", "type", "zh", "en", "audience")
_VALUE: Final = "_value"
_VERDICT: Final = "_verdict"


def data_dictionary(
    tables: Mapping[str, pd.DataFrame], plans: tuple[Plan, ...], audiences: Mapping[str, Audience] = AUDIENCES
) -> pd.DataFrame:
    """Return a row for every column of some tables.

    Parameters
    ----------
    tables : mapping
        File name to its table.
    plans : tuple of Plan
        Their standards name the columns of the communities.
    audiences : mapping, optional
        Who may have each file.

    Returns
    -------
    DataFrame
        :data:`DICTIONARY_COLUMNS`. A column that came with the user's own files has no description.
    """
    named = _standards(plans)
    rows = []
    for file, table in tables.items():
        for column, kind in table.dtypes.items():
            words = _meaning(file, str(column), named)
            texts = (words.zh, words.en) if words is not None else ("", "")
            rows.append((file, str(column), _type(kind), *texts, audiences[file]))
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS))


def _meaning(file: str, column: str, standards: Mapping[str, Bilingual]) -> Bilingual | None:
    """Return what a column means: in this file, in any file, or as a standard of a plan."""
    known = catalogue()
    stem = file.split(".", maxsplit=1)[0]
    own = known.get(f"report.column_{stem}_{column}") or known.get(f"report.column_{column}")
    if AGE_GROUP.fullmatch(column):
        first, last = column.removeprefix("pop_").split("_")
        words = known["report.column_people_from_age" if last == "plus" else "report.column_people_of_age"]
        return Bilingual(zh=words.zh.format(first=first, last=last), en=words.en.format(first=first, last=last))
    for end in (_VALUE, _VERDICT):
        name = standards.get(column.removesuffix(end))
        if own is None and name is not None and column.endswith(end):
            words = known[f"report.column_of_standard{end}"]
            return Bilingual(zh=words.zh.format(standard=name.zh), en=words.en.format(standard=name.en))
    return own


def _standards(plans: tuple[Plan, ...]) -> dict[str, Bilingual]:
    """Return the standards' names by the id that columns begin with."""
    prefixes = {plan.id: f"{plan.id}." if len(plans) > 1 else "" for plan in plans}
    return {f"{prefixes[plan.id]}{one.id}": one.name for plan in plans for one in plan.scored()}


def _type(kind: Any) -> str:
    """Return the type of a column in a word."""
    if pd.api.types.is_bool_dtype(kind):
        return "boolean"
    if pd.api.types.is_integer_dtype(kind):
        return "integer"
    if pd.api.types.is_numeric_dtype(kind):
        return "number"
    return "geometry" if str(kind) == "geometry" else "text"
