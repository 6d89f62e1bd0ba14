"""The board: every standard of a plan with its verdict for one area, by field of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from lifecircle.messages import number, say
from lifecircle.plan.wording import target_words
from lifecircle.report.wording import figure, from_to
from lifecircle.scores.results import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from lifecircle.bilingual import Bilingual, Lang
    from lifecircle.plan import Plan, Standard

Record = dict[str, Any]
"""A row of a table: a value for every column."""

HEADS = ("standard", "value", "range", "target", "verdict", "people")


@dataclass(frozen=True)
class BoardRow:
    """One standard on the board.

    Attributes
    ----------
    field : Bilingual
        Field of the plan that it belongs to.
    standard : Standard
    result : Record
        Its row of the results, for the first denominator.
    """

    field: Bilingual
    standard: Standard
    result: Record

    def cells(self, lang: Lang) -> list[str]:
        """Return the row in words, in the order of :data:`HEADS`."""
        row = self.result
        low, high = (figure(row[end], self.standard, lang) for end in ("low", "high"))
        return [
            self.standard.name.text(lang),
            figure(row["value"], self.standard, lang),
            from_to(low, high, lang),
            target_words(self.standard, lang),
            say(f"verdict.{row['verdict']}", lang),
            number(row["shortfall_people"]),
        ]


def board(plan: Plan, results: pd.DataFrame, level: str = "city", area_id: str = "city") -> list[BoardRow]:
    """Return a plan's standards with their results for one area, by field in the plan's order."""
    own = results[(results["plan_id"] == plan.id) & (results["level"] == level) & (results["area_id"] == area_id)]
    first = {str(row["standard_id"]): row for row in records(own.drop_duplicates("standard_id"))}
    standards = [standard for standard in plan.scored() if standard.id in first]
    return [
        BoardRow(name, standard, first[standard.id])
        for field, name in plan.fields.items()
        for standard in standards
        if standard.field == field
    ]


def verdict_counts(rows: list[BoardRow], lang: Lang) -> str:
    """Return how many standards have which verdict, in words; verdicts that none has are not told."""
    verdicts = [row.result["verdict"] for row in rows]
    counts = {verdict: verdicts.count(verdict) for verdict in VERDICTS}
    told = [say(f"board.count_{verdict}", lang, count=number(count)) for verdict, count in counts.items() if count]
    return say("board.apart", lang).join(told)


def records(table: pd.DataFrame) -> list[Record]:
    """Return the rows of a table, which are read one by one many times faster than a table is."""
    return cast("list[Record]", table.to_dict("records"))


def by_field(rows: list[BoardRow]) -> Iterator[tuple[Bilingual, list[BoardRow]]]:
    """Yield each field with its rows."""
    for field in dict.fromkeys(row.field for row in rows):
        yield field, [row for row in rows if row.field == field]
