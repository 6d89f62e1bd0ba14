"""Takes plans and results, gives the board of an area as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.api.html import sentence, table
from lifecircle.messages import say
from lifecircle.report.board import HEADS, board
from lifecircle.scores.results import NOT_JUDGED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from markupsafe import Markup

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan


def boards(
    plans: Sequence[Plan], results: pd.DataFrame, lang: Lang, level: str = "city", area_id: str = "city"
) -> Iterator[Markup]:
    """Yield the name and the board of every plan that asks something of an area."""
    heads = [say(f"board.{head}", lang) for head in HEADS]
    for plan in plans:
        asked = [row for row in board(plan, results, level, area_id) if row.result["reason"] != NOT_JUDGED]
        if asked:
            yield sentence(plan.name.text(lang))
            yield table(heads, [row.cells(lang) for row in asked])
