"""Takes the findings of a run, gives its tables, each an ordinary DataFrame or GeoDataFrame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lifecircle.report.folder import community_layer

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.report.findings import Findings
    from lifecircle.study import Study


@dataclass(frozen=True, eq=False, repr=False)
class Tables:
    """The tables of a run (WGS 84), the same cells as in the files of the run folder.

    Attributes
    ----------
    findings : Findings
        Everything that was found.
    lang : {"zh", "en"}
        Language of names and sentences.
    """

    findings: Findings
    lang: Lang

    @property
    def study(self) -> Study:
        """The study.

        Examples
        --------
        >>> import lifecircle
        >>> lifecircle.example_run().study.name.en
        'Town'
        """
        return self.findings.study

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that the city was held against.

        Examples
        --------
        >>> import lifecircle
        >>> [plan.id for plan in lifecircle.example_run().plans]
        ['town-plan']
        """
        return self.findings.plans

    @property
    def results(self) -> pd.DataFrame:
        """One row per standard, area and denominator; columns as in :mod:`lifecircle.scores.results`.

        Examples
        --------
        >>> import lifecircle
        >>> city = lifecircle.example_run().results.query("level == 'city' and denominator == 'people'")
        >>> city[["standard_id", "covered", "total", "verdict"]].to_numpy().tolist()
        [['clinic_15', 200.0, 600.0, 'short']]
        """
        return self.findings.results

    @property
    def access(self) -> pd.DataFrame:
        """Minutes and metres of every resident point to its nearest facility, per service and walker.

        Columns as in :mod:`lifecircle.access.table`.

        Examples
        --------
        >>> import lifecircle
        >>> access = lifecircle.example_run().access
        >>> access.query("service == 'clinic'")["minutes"].round(1).tolist()
        [4.2, 12.5, 20.8, 29.2, 37.5, 45.8]
        """
        return self.findings.access

    @property
    def residents(self) -> gpd.GeoDataFrame:
        """The resident points as used: people, households, residential land (square metres), ids of their areas.

        Examples
        --------
        >>> import lifecircle
        >>> residents = lifecircle.example_run().residents
        >>> len(residents), residents["population"].sum(), residents["district_id"].unique().tolist()
        (6, np.float64(600.0), ['01', '02'])
        """
        return self.findings.residents

    @property
    def facilities(self) -> gpd.GeoDataFrame:
        """The facilities of all layers as used, with ``layer``, capacities and ids of their areas.

        Examples
        --------
        >>> import lifecircle
        >>> lifecircle.example_run().facilities.groupby("layer")["capacity"].sum().to_dict()
        {'childcare': 15.0, 'clinic': 0.0}
        """
        return self.findings.facilities

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """The areas of all levels: ``area_id, level, name, parent_id, setting, area_m2`` (square metres).

        Examples
        --------
        >>> import lifecircle
        >>> lifecircle.example_run().areas["level"].value_counts().to_dict()
        {'district': 2, 'community': 2, 'city': 1}
        """
        return self.findings.areas

    @property
    def problems(self) -> pd.DataFrame:
        """Everything that was left out, repaired or noted, row by row.

        Examples
        --------
        >>> import lifecircle
        >>> (lifecircle.example_run().problems["outcome"] == "dropped").sum()
        np.int64(0)
        """
        return self.findings.problems

    @cached_property
    def communities(self) -> gpd.GeoDataFrame:
        """The communities with value (a share from 0 to 1) and verdict of every standard that judges them.

        Unlike ``communities.gpkg``, which is passed on, it also holds the figures of communities of few people.

        Examples
        --------
        >>> import lifecircle
        >>> communities = lifecircle.example_run().communities
        >>> communities.set_index("name")["clinic_15_value"].round(2).to_dict()
        {'西村': 0.67, '东村': 0.0}
        """
        return community_layer(self.findings, 0)
