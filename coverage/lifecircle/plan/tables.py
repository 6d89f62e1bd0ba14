"""Plans as tables: what one plan asks, and in what two plans differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from lifecircle.bilingual import Bilingual
from lifecircle.errors import PlanError
from lifecircle.plan.standards import Circle, Presence, Ratio, Share
from lifecircle.plan.wording import (
    KIND_NAMES,
    binding_words,
    limit_words,
    need_words,
    rule_words,
    target_words,
    where_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Lang
    from lifecircle.plan.schema import Plan
    from lifecircle.plan.standards import Standard

_COLUMNS: Final[dict[str, Bilingual]] = {
    "id": Bilingual(zh="编号", en="id"),
    "field": Bilingual(zh="领域", en="field"),
    "name": Bilingual(zh="名称", en="name"),
    "kind": Bilingual(zh="类型", en="kind"),
    "rule": Bilingual(zh="计算方法", en="rule"),
    "target": Bilingual(zh="目标", en="target"),
    "target_source": Bilingual(zh="目标来源", en="target source"),
    "year": Bilingual(zh="年份", en="year"),
    "binding": Bilingual(zh="属性", en="binding"),
    "clause": Bilingual(zh="出处", en="clause"),
    "verified": Bilingual(zh="已核对", en="verified"),
    "note": Bilingual(zh="说明", en="note"),
}
_SOURCES: Final[dict[str, Bilingual]] = {
    "printed": Bilingual(zh="原文", en="printed"),
    "reading": Bilingual(zh="解读", en="reading"),
}
_TRUTH: Final = {True: Bilingual(zh="是", en="yes"), False: Bilingual(zh="否", en="no")}

SUBJECT: Final = ["kind", "layer", "filter", "population"]
_COMPARED: Final = ["limit", "walker", "target"]


def plan_table(plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return every entry of a plan as a row of text, to be read by people.

    Parameters
    ----------
    plan : Plan
    lang : {"zh", "en"}
        Language of the headings and of the words.

    Returns
    -------
    DataFrame of str
        The standards in the order of the file, the indicators whose values are supplied, then the promises that are
        not scored, with the reason as their note.
    """
    rows = [_standard_row(plan, standard, lang) for standard in plan.scored()]
    rows += [
        {
            "id": promise.id,
            "field": plan.fields[promise.field].text(lang),
            "name": promise.name.text(lang),
            "kind": KIND_NAMES["promise"].text(lang),
            "clause": promise.clause.place,
            "verified": _TRUTH[promise.verified].text(lang),
            "note": promise.reason.text(lang),
        }
        for promise in plan.promises
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).fillna("").astype(str)
    return table.rename(columns={column: heading.text(lang) for column, heading in _COLUMNS.items()})


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
        raise PlanError(f"{b.path}: has the id {a.id!r}, as {a.path} has. Give one of them another id to compare them.")
    both = _beside(sides[a.id], sides[b.id], (a.id, b.id))
    both["differs"] = [_differs(row, a.id, b.id) for _, row in both.iterrows()]
    return both[both["differs"] != ""].sort_values([*SUBJECT, f"standard:{a.id}"]).reset_index(drop=True)


def _standard_row(plan: Plan, standard: Standard, lang: Lang) -> dict[str, str]:
    return {
        "id": standard.id,
        "field": plan.fields[standard.field].text(lang),
        "name": standard.name.text(lang),
        "kind": KIND_NAMES[standard.kind].text(lang),
        "rule": rule_words(standard, lang),
        "target": target_words(standard, lang),
        "target_source": _SOURCES[standard.target_source].text(lang),
        "year": str(standard.year),
        "binding": binding_words(standard.binding, lang),
        "clause": standard.clause.place,
        "verified": _TRUTH[standard.verified].text(lang),
        "note": standard.note.text(lang) if standard.note else "",
    }


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
