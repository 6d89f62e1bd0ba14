"""Takes a community's walks and results, gives one answer to "why is it so here?" that a notebook shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from lifecircle.answers import all_ways
from lifecircle.api.boards import boards
from lifecircle.api.html import section, sentence, table
from lifecircle.messages import number, say
from lifecircle.report.map.names import layer_names, name_of

if TYPE_CHECKING:
    import geopandas as gpd

    from lifecircle.answers import CommunityWalks
    from lifecircle.bilingual import Lang
    from lifecircle.report.findings import Findings
    from lifecircle.run import Checked


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """How a community walks to a layer, and how it stands.

    Attributes
    ----------
    community_id, community : str
        Its id and its name.
    layer, walker : str
        Where to, and who walks.
    resident_id : str
        The resident point in the middle: half of the people who reach the layer have a shorter walk.
    people, cut_off, lost : float
        People of the community, those of them from whom no street leads there, and those too far from any street.
    walks : DataFrame
        The ways of that resident point, nearest first: ``rank, facility_id, name, minutes, metres``.
    ways : GeoDataFrame
        The same part by part, WGS 84: ``rank, facility_id, part, name, metres, minutes``.
    results : DataFrame
        The community's rows of the results, each standard's first denominator.

    Examples
    --------
    Homes of the east village stand at 1,750, 2,250 and 2,750 m from the clinic; the one in the middle walks 37.5
    minutes at 1 m/s.

    >>> import lifecircle
    >>> answer = lifecircle.example_run().explain("东村", "clinic")
    >>> answer.resident_id, answer.people, answer.walks["minutes"].round(1).tolist()
    ('e', 300.0, [37.5])
    """

    community_id: str
    community: str
    layer: str
    walker: str
    resident_id: str
    people: float
    cut_off: float
    lost: float
    walks: pd.DataFrame
    ways: gpd.GeoDataFrame
    results: pd.DataFrame
    _told: str

    def __repr__(self) -> str:
        return f"<Explanation of {self.community}: walks to {self.layer}>"

    def _repr_html_(self) -> str:
        return self._told


def explanation(found: CommunityWalks, findings: Findings, checked: Checked, lang: Lang) -> Explanation:
    """Return the answer that a community's walks and a run's results give together."""
    typical, area_id = found.typical, str(found.community["area_id"])
    facilities = checked.inputs.facilities.iloc[[walk.facility for walk in typical.walks]]
    walks = pd.DataFrame(
        {
            "rank": range(1, len(typical.walks) + 1),
            "facility_id": facilities["facility_id"].to_numpy(),
            "name": facilities["name"].to_numpy(),
            "minutes": [walk.minutes for walk in typical.walks],
            "metres": [walk.metres for walk in typical.walks],
        }
    )
    own = findings.results[(findings.results["level"] == "community") & (findings.results["area_id"] == area_id)]
    return Explanation(
        community_id=area_id,
        community=str(found.community["name"]),
        layer=found.layer,
        walker=found.walker.id,
        resident_id=str(checked.inputs.residents["resident_id"].iloc[typical.resident]),
        people=typical.people,
        cut_off=typical.cut_off,
        lost=typical.lost,
        walks=walks,
        ways=all_ways(found, checked),
        results=own.drop_duplicates(["plan_id", "standard_id"]).reset_index(drop=True),
        _told=_told(found, walks, findings, checked, lang),
    )


def _told(found: CommunityWalks, walks: pd.DataFrame, findings: Findings, checked: Checked, lang: Lang) -> str:
    typical = found.typical
    layer = name_of(found.layer, layer_names(findings.study)).text(lang)
    told = say(
        "explain.resident",
        lang,
        community=found.community["name"],
        people=number(typical.people),
        resident=checked.inputs.residents["resident_id"].iloc[typical.resident],
        layer=layer,
        walker=found.walker.name.text(lang),
    )
    ways = [
        (name if isinstance(name, str) else facility_id, number(minutes, 1), number(metres))
        for facility_id, name, minutes, metres in walks[["facility_id", "name", "minutes", "metres"]].itertuples(
            index=False
        )
    ]
    heads = [layer, say("explain.minutes", lang), say("explain.metres", lang)]
    own_boards = boards(findings.plans, findings.results, lang, "community", str(found.community["area_id"]))
    return section(str(found.community["name"]), sentence(told), table(heads, ways), *own_boards)
