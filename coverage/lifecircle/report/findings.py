"""What a report tells of: a study with its tables, and the names of everything in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lifecircle.messages import say

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.study import Study


@dataclass(frozen=True)
class Findings:
    """A study with its tables.

    Attributes
    ----------
    study : Study
    plans : tuple of Plan
    areas, residents, facilities : GeoDataFrame
        As used, WGS 84.
    basemap : dict of GeoDataFrame
        What maps draw beside areas and facilities, as far as known; see :class:`lifecircle.report.map.MapPictures`.
    access : DataFrame
        See :mod:`lifecircle.access.table`.
    results, gaps : DataFrame
        See :mod:`lifecircle.scores.results` and :mod:`lifecircle.scores.gaps`.
    ranking : DataFrame
        How far the communities' ranking holds in the other readings; see :mod:`lifecircle.scores.stability`.
    problems : DataFrame
        See :mod:`lifecircle.problems`.
    completeness : DataFrame
        How much is known of each layer in each district; see :mod:`lifecircle.inputs.completeness`.
    populations : DataFrame
        What the study's second source of people would change; see :mod:`lifecircle.scores.populations`. Empty where
        there is one source.
    """

    study: Study
    plans: tuple[Plan, ...]
    areas: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    basemap: dict[str, gpd.GeoDataFrame]
    access: pd.DataFrame
    results: pd.DataFrame
    gaps: pd.DataFrame
    ranking: pd.DataFrame
    problems: pd.DataFrame
    completeness: pd.DataFrame
    populations: pd.DataFrame

    def names(self, lang: Lang) -> dict[tuple[str, str], str]:
        """Return the name of every area of the results by level and id: areas, groups, urban and rural parts."""
        columns = self.areas[["level", "area_id", "name"]]
        names = {(str(level), str(area_id)): str(name) for level, area_id, name in columns.itertuples(index=False)}
        names["city", "city"] = self.study.name.text(lang)
        names |= {("group", group_id): group.name.text(lang) for group_id, group in self.study.groups.items()}
        for setting in ("urban", "rural"):
            words = say(f"setting.{setting}", lang)
            parts = {("setting", f"{area_id}:{setting}"): f"{name} · {words}" for (_, area_id), name in names.items()}
            names |= parts | {("setting", setting): words}
        return names
