"""Takes two plans, gives a table of what they treat differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from lifecircle.errors import PlanError
from lifecircle.messages import told
from lifecircle.plan.standards import Circle, Presence, Ratio, Share
from lifecircle.plan.wording import (
    limit_words,
    need_words,
    target_words,
    where_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Lang
    from lifecircle.plan.schema import Plan
    from lifecircle.plan.standards import Standard

SUBJECT: Final = ["kind", "layer", "filter", "population"]
_COMPARED: Final = ["limit", "walker", "target"]


def plan_differences(a: Plan, b: Plan, lang: Lang = "en") -> pd.DataFrame:
    """Return the subjects that two plans treat differently, or that one of them does not treat.

    Two standards have the same subject when they agree in kind, layer, filter and population (for ``presence``, the
    level; for ``ratio``, the denominator and column). A standard of several layers has one subject for each. Filters
    are part of the subject: a primary school is not compared with a middle school.

    Parameters
    ----------
    a, b : Plan
    lang : {"zh", "en"}
        Language of the limits and targets.

    Returns
    -------
    DataFrame of str
        ``kind, layer, filter, population``, then ``standard, limit, walker, target`` of each plan with its id after a
        colon, and ``differs``: what differs, or which plan alone treats the subject. Sorted by subject.

    Raises
    ------
    PlanError
        If both plans have the same id, so that their columns could not be told apart.
    """
    sides = {
        plan.id: pd.DataFrame(_subjects(plan, lang), columns=[*SUBJECT, "standard", *_COMPARED]) for plan in (a, b)
    }
    if len(sides) == 1:
        raise PlanError(told("error.plans_of_one_id", path=b.path, id=repr(a.id), other=a.path))
    both = _beside(sides[a.id], sides[b.id], (a.id, b.id))
    both["differs"] = [_differs(row, a.id, b.id) for _, row in both.iterrows()]
    return both[both["differs"] != ""].sort_values([*SUBJECT, f"standard:{a.id}"]).reset_index(drop=True)


def _subjects(plan: Plan, lang: Lang) -> Iterator[dict[str, str]]:
    """Yield one row for every standard and layer; standards without a layer are compared by their id."""
    for standard in plan.scored():
        for layer in layers_of(standard) or [standard.id]:
            yield {
                "kind": standard.kind,
                "layer": layer,
                "filter": _filter(standard),
                "population": _population(standard),
                "standard": standard.id,
                "limit": _limit(standard, lang),
                "walker": standard.walker if isinstance(standard, Circle) else "",
                "target": target_words(standard, lang),
            }


def layers_of(standard: Standard) -> tuple[str, ...]:
    """Return the layers that a standard asks for by name; none where it asks for other standards or a statistic."""
    if isinstance(standard, Circle | Presence | Share):
        return standard.layers
    return standard.numerator.layers if isinstance(standard, Ratio) else ()


def _filter(standard: Standard) -> str:
    if isinstance(standard, Ratio):
        return where_words(standard.numerator.where)
    if isinstance(standard, Share):
        return where_words({**standard.among, **standard.where})
    return where_words(standard.where) if isinstance(standard, Circle | Presence) else ""


def _population(standard: Standard) -> str:
    """Return whom or what the standard is about, as far as two standards must share it to be compared."""
    if isinstance(standard, Circle):
        return ", ".join(filter(None, [standard.population, standard.setting]))
    if isinstance(standard, Presence):
        return standard.level
    if isinstance(standard, Ratio):
        return f"{standard.numerator.sum or 'number'} per {standard.denominator}"
    return standard.sum or "number" if isinstance(standard, Share) else ""


def _limit(standard: Standard, lang: Lang) -> str:
    if isinstance(standard, Circle):
        return limit_words(standard, lang)
    if isinstance(standard, Presence):
        return need_words(standard, lang)
    return f"per {standard.per}" if isinstance(standard, Ratio) else ""


def _beside(left: pd.DataFrame, right: pd.DataFrame, ids: tuple[str, str]) -> pd.DataFrame:
    named = [
        side.rename(columns={column: f"{column}:{plan_id}" for column in ["standard", *_COMPARED]})
        for side, plan_id in zip((left, right), ids, strict=True)
    ]
    return named[0].merge(named[1], on=SUBJECT, how="outer").fillna("")


def _differs(row: pd.Series, a: str, b: str) -> str:
    for alone, other in ((a, b), (b, a)):
        if row[f"standard:{other}"] == "":
            return f"only in {alone}"
    return ", ".join(column for column in _COMPARED if row[f"{column}:{a}"] != row[f"{column}:{b}"])
