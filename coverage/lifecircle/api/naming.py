"""Takes names and ids that an analyst writes, finds what they mean in a run; and puts names beside ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.answers import community_named
from lifecircle.errors import StudyError
from lifecircle.messages import suggestion
from lifecircle.plan import Circle, layers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.report.findings import Findings


def labelled(table: pd.DataFrame, findings: Findings, lang: Lang) -> pd.DataFrame:
    """Return a table of standards and areas with their names, ``standard`` and ``area``, in front of its figures."""
    standards = {(plan.id, one.id): one.name.text(lang) for plan in findings.plans for one in plan.scored()}
    areas = findings.names(lang)
    shown = table.copy()
    shown.insert(
        2, "standard", [standards.get(key, key[1]) for key in zip(table["plan_id"], table["standard_id"], strict=True)]
    )
    shown.insert(
        list(shown).index("area_id") + 1,
        "area",
        [areas.get(key, key[1]) for key in zip(table["level"], table["area_id"], strict=True)],
    )
    return shown


def standards_about(table: pd.DataFrame, plans: Sequence[Plan], layer: str) -> pd.Series[bool]:
    """Return which rows are of a standard that asks for a layer by name."""
    about = [f"{plan.id}/{one.id}" for plan in plans for one in plan.scored() if layer in layers_of(one)]
    return (table["plan_id"].astype(str) + "/" + table["standard_id"].astype(str)).isin(about)


def area_named(findings: Findings, wanted: str, levels: Sequence[str]) -> tuple[str, str]:
    """Return level and id of an area of some levels by its id, or by its name in either language.

    Raises
    ------
    StudyError
        If there is none.
    """
    known: dict[str, tuple[str, str]] = {}
    for lang in ("zh", "en"):
        known |= {name: key for key, name in findings.names(lang).items() if key[0] in levels}
    known |= {area_id: (level, area_id) for level, area_id in known.values()}
    if wanted not in known:
        raise StudyError(
            f"{', '.join(levels)}: there is none with the id or name {wanted!r}. {suggestion(wanted, known).en}"
        )
    return known[wanted]


def worst_layer(findings: Findings, community: str) -> str:
    """Return the layer of the circle that most people of a community lack; of the first one where none lacks.

    Raises
    ------
    StudyError
        If there is no such community, or no plan has a circle.
    """
    area_id = community_named(findings.areas, community)["area_id"]
    circles = {(plan.id, one.id): one for plan in findings.plans for one in plan.standards if isinstance(one, Circle)}
    own = findings.results[(findings.results["level"] == "community") & (findings.results["area_id"] == area_id)]
    own = own[own["kind"] == "circle"].sort_values("shortfall_people", ascending=False, kind="stable")
    for plan_id, standard_id in own[["plan_id", "standard_id"]].itertuples(index=False):
        for layer in circles[plan_id, standard_id].layers:
            if layer in findings.study.layers:
                return layer
    raise StudyError(f"{community}: no plan has a circle that judges it. Name a layer of the study.")
