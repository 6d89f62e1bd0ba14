"""Takes two runs and what changed between them, writes their map, which opens on what changed for most people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lifecircle.report.map import Opening, comparison_map

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from lifecircle.bilingual import Bilingual, Lang
    from lifecircle.report.findings import Findings

_OF_PEOPLE: Final = ("people", "target_group")


def map_of_changes(
    path: Path, runs: Sequence[Findings], names: Sequence[Bilingual], changes: pd.DataFrame, *, lang: Lang
) -> None:
    """Write the map of two runs; see :func:`lifecircle.report.map.comparison_map`."""
    comparison_map(path, runs, names, lang=lang, opens=most_changed(changes))


def most_changed(changes: pd.DataFrame) -> Opening:
    """Return what a map should open on: the standard that turned for most people, gains and losses added up.

    Parameters
    ----------
    changes : DataFrame
        ``plan_id``, ``standard_id``, ``level``, ``denominator``, ``covered_before`` and ``covered_after``. Communities
        are looked at, where gains here and losses there do not cancel out.

    Returns
    -------
    Opening
        The usual one where nothing changed for people.
    """
    rows = changes[changes["denominator"].isin(_OF_PEOPLE) & (changes["level"] == "community")]
    moved = (rows["covered_after"] - rows["covered_before"]).abs()
    people = moved.groupby([rows["plan_id"], rows["standard_id"], rows["denominator"]], sort=False).sum()
    if not (people > 0).any():
        return Opening()
    plan, standard, _ = people.index.to_list()[int(people.argmax())]
    return Opening(f"standard/{plan}/{standard}")
