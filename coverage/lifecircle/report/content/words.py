"""Findings in one language: names as inert text, cells of results in words, small counts of people hidden."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from lifecircle.messages import catalogue, number, percent, say
from lifecircle.plan import Composite, Ratio, Statistic
from lifecircle.plan.wording import target_words
from lifecircle.report.blocks import Cell, Gauge
from lifecircle.report.board import board, records
from lifecircle.report.map.names import layer_names, name_of
from lifecircle.report.plain import plain
from lifecircle.report.suppression import FEW, is_few, people_words, without_few
from lifecircle.report.wording import figure, from_to, tied
from lifecircle.scores.membership import ancestors, membership
from lifecircle.study import CITY

if TYPE_CHECKING:
    from lifecircle.bilingual import Bilingual, Lang
    from lifecircle.plan import Plan, Presence, Standard
    from lifecircle.report.board import BoardRow, Record
    from lifecircle.report.findings import Findings
    from lifecircle.study import Level

Area = tuple[str, str]
"""Level and id of an area."""

WHOLE_CITY: Final[Area] = (CITY, CITY)

LARGE_LEVELS: Final = ("city", "group", "district", "setting")
NOTHING: Final = "—"
_INNER_QUOTES: Final = str.maketrans("“”", "‘’")
_KEY: Final = ["plan_id", "standard_id", "denominator", "level", "area_id"]


class Judged(NamedTuple):
    """What a standard says of one street or community."""

    value: float
    verdict: str
    shortfall_people: float


class Words:
    """Findings in one language.

    Parameters
    ----------
    findings : Findings
    lang : {"zh", "en"}
    """

    def __init__(self, findings: Findings, lang: Lang) -> None:
        self.findings = findings
        self.lang = lang
        self.fewest = findings.study.fewest_people
        self.results = without_few(findings.results, self.fewest)
        self.names = {area: plain(name) for area, name in findings.names(lang).items()}
        self._places: dict[Level, pd.DataFrame] = {}
        self._short: dict[tuple[str, str], tuple[Record, ...]] = {}
        self._judged: dict[tuple[str, str, str], dict[str, Judged]] = {}
        self._boards: dict[tuple[str, Area], dict[str, BoardRow]] = {}

    # ---- What there is ----

    @cached_property
    def districts(self) -> list[str]:
        """Ids of the districts, in the order of the areas."""
        return [area_id for level, area_id in self.names if level == "district"]

    @cached_property
    def layers(self) -> dict[str, str]:
        """Names of the layers by their id."""
        names = layer_names(self.findings.study)
        return {layer: self.name(name_of(layer, names)) for layer in {*names, *self.findings.study.layers}}

    @cached_property
    def groups(self) -> list[str]:
        """Ids of the groups, in the order of the study."""
        return list(self.findings.study.groups)

    def places(self, level: Level) -> pd.DataFrame:
        """Return the areas of a level with the ids of those above them."""
        if level not in self._places:
            self._places[level] = ancestors(self.findings.areas, level)
        return self._places[level]

    @cached_property
    def communities(self) -> pd.DataFrame:
        """Communities with the ids of their street and district, by their own id."""
        rows = self.places("community")
        return rows.reindex(columns=["area_id", "street_id", "district_id", "setting"]).set_index("area_id")

    @cached_property
    def _first(self) -> pd.DataFrame:
        """The results of the first denominator of each standard and area, which boards and sentences speak of."""
        return self.results.drop_duplicates(["plan_id", "standard_id", "level", "area_id"])

    @cached_property
    def _by_area(self) -> dict[Area, pd.DataFrame]:
        large = self._first[self._first["level"].isin(LARGE_LEVELS)]
        return {(str(level), str(area)): rows for (level, area), rows in large.groupby(["level", "area_id"])}

    @cached_property
    def _by_standard(self) -> dict[tuple[str, str, str], pd.DataFrame]:
        small = self._first[self._first["level"].isin(["street", "community"])]
        keys = ["level", "plan_id", "standard_id"]
        return {(str(level), str(plan), str(one)): rows for (level, plan, one), rows in small.groupby(keys)}

    def results_of(self, level: Level, plan: Plan, standard: Standard) -> pd.DataFrame:
        """Return the results of one standard for all streets or all communities, first denominator."""
        return self._by_standard.get((level, plan.id, standard.id), self._first.head(0))

    def judged(self, level: Level, plan: Plan, standard: Standard) -> dict[str, Judged]:
        """Return by area what one standard says of all streets or all communities."""
        if (level, plan.id, standard.id) not in self._judged:
            own = self.results_of(level, plan, standard)
            columns = (own[name] for name in Judged._fields)
            rows = zip(own["area_id"], *columns, strict=True)
            self._judged[level, plan.id, standard.id] = {str(area_id): Judged(*values) for area_id, *values in rows}
        return self._judged[level, plan.id, standard.id]

    @cached_property
    def residents(self) -> pd.Series[float]:
        """People by level and id of the area."""
        findings = self.findings
        members = membership(findings.residents, findings.areas, {})
        people = members.sums(findings.residents["population"].to_numpy(np.float64))
        return pd.Series(people, index=pd.MultiIndex.from_frame(members.areas))

    def short_communities(self, plan: Plan, standard: Standard) -> tuple[Record, ...]:
        """Return the results of the communities that fall short of a standard, those with most people first.

        Communities whose number of people short is hidden are left out, so that they are not ranked by it.
        """
        if (plan.id, standard.id) not in self._short:
            own = self.results_of("community", plan, standard)
            own = own[own["shortfall_people"].round() >= self.fewest].join(self.communities, on="area_id")
            own = own.sort_values(["shortfall_people", "area_id"], ascending=[False, True])
            self._short[plan.id, standard.id] = tuple(records(own))
        return self._short[plan.id, standard.id]

    @cached_property
    def _facilities_missing(self) -> pd.Series[float]:
        own = self.findings.results[self.findings.results["kind"] == "presence"]
        return own.set_index(["plan_id", "standard_id", "level", "area_id"])["missing"].sort_index()

    def lacks(self, plan: Plan, presence: Presence, area_id: object) -> bool:
        """Say whether an area of the standard's own level lacks a facility that each of them was promised."""
        return bool(self._facilities_missing.get((plan.id, presence.id, presence.level, area_id), 0.0) > 0)

    @cached_property
    def _communities_inside(self) -> dict[Area, frozenset[str]]:
        rows = self.places("community")
        belonging = membership(rows, self.findings.areas, self.findings.study.groups)
        ids = rows["area_id"].to_numpy()
        return {
            (str(level), str(area_id)): frozenset(ids[belonging.points_of(row)])
            for row, (level, area_id) in enumerate(belonging.areas.itertuples(index=False))
        }

    def communities_in(self, area: Area) -> frozenset[str]:
        """Return the ids of the communities inside a city, group, district or street."""
        return self._communities_inside.get(area, frozenset())

    @cached_property
    def _gaps(self) -> dict[tuple[str, ...], Record]:
        """Each gap by plan, standard, denominator, level and area."""
        return {tuple(str(row[name]) for name in _KEY): row for row in records(self.findings.gaps)}

    def board(self, plan: Plan, area: Area) -> list[BoardRow]:
        """Return a plan's standards with their results for one of the larger areas, in the order of its fields."""
        return list(self._board(plan, area).values())

    def row(self, plan: Plan, area: Area, standard: Standard) -> BoardRow | None:
        """Return one standard's result for one of the larger areas, if it has one."""
        return self._board(plan, area).get(standard.id)

    def _board(self, plan: Plan, area: Area) -> dict[str, BoardRow]:
        if (plan.id, area) not in self._boards:
            own = self._by_area.get(area)
            rows = [] if own is None else board(plan, own, *area)
            self._boards[plan.id, area] = {row.standard.id: row for row in rows}
        return self._boards[plan.id, area]

    def gap(self, plan: Plan, row: BoardRow) -> Record | None:
        """Return the gap of a result to the reference group, where both are known."""
        result = row.result
        key = (plan.id, row.standard.id, result["denominator"], result["level"], result["area_id"])
        if key not in self._gaps or result["reason"] == FEW:
            return None
        gap = self._gaps[key]
        return None if np.isnan(gap["difference"]) else gap

    def behind(self, gap: Record) -> str:
        """Word how many people would have to be covered to be level with the reference; only shares count people."""
        return self.people(gap["people_behind"]) if gap["unit"] == "share" else NOTHING

    # ---- Names and cells ----

    def say(self, key: str, **values: object) -> str:
        """Return a message of the section ``report``."""
        return say(f"report.{key}", self.lang, **values)

    def name(self, name: Bilingual) -> str:
        """Return a name of the plan or study."""
        return plain(name.text(self.lang))

    def quoted(self, standard: Standard) -> str:
        """Return a standard's name as it stands between quotation marks: its own become inner ones."""
        return self.name(standard.name).translate(_INNER_QUOTES)

    def of_plan(self, title: str, plan: Plan) -> str:
        """Return a title with the name of the plan that it is about, where the report tells of several."""
        several = len(self.findings.plans) > 1
        return self.say("of_plan", title=title, plan=self.name(plan.name)) if several else title

    def area(self, area: Area) -> str:
        """Return the name of an area, group, or urban or rural part."""
        return self.names[area]

    def people(self, count: float) -> str:
        """Word a number of people."""
        return people_words(count, self.fewest)

    def hides(self, count: float) -> bool:
        """Say whether a number of people is too small to be told."""
        return is_few(count, self.fewest)

    def share(self, value: float) -> str:
        """Word a share; number and sign stay on one line."""
        return tied(percent(value, self.lang))

    def figure(self, value: float, standard: Standard) -> str:
        """Word a value of a standard."""
        return tied(plain(figure(value, standard, self.lang)))

    def step(self, size: float, statistic: Statistic) -> str:
        """Word a difference between two values of a statistic: points where they are percentages."""
        if statistic.unit is not None and statistic.unit.en == "%":
            return self.say("points", points=f"{number(size, 2).rstrip('0').rstrip('.')}")
        return self.figure(size, statistic)

    def range(self, row: BoardRow) -> str:
        """Word the range of a result, where it has one."""
        low, high = (self.figure(row.result[end], row.standard) for end in ("low", "high"))
        return from_to(low, high, self.lang)

    def target(self, standard: Standard) -> str:
        """Word a target."""
        return tied(plain(target_words(standard, self.lang)))

    def verdict(self, verdict: str) -> str:
        """Word a verdict."""
        return say(f"verdict.{verdict}", self.lang)

    def verdict_cell(self, verdict: str) -> Cell:
        """Return a cell with a verdict."""
        return Cell(self.verdict(verdict), verdict=verdict)

    def value_cell(self, row: BoardRow) -> Cell:
        """Return a cell with the value of a result, and for shares a gauge of its range and target."""
        result = row.result
        gauge = None
        if result["unit"] == "share" and not np.isnan(result["value"]):
            gauge = Gauge(result["low"], result["value"], result["high"], row.standard.target)
        return Cell(self.figure(result["value"], row.standard), gauge=gauge)

    def missing(self, row: BoardRow) -> str:
        """Word what would have to be added, or come nearer, for a result to keep its target."""
        result, amount, unit = row.result, row.result["missing"], row.result["missing_unit"]
        if isinstance(row.standard, Statistic) and result["shortfall"] > 0:
            return self.step(result["shortfall"], row.standard)
        if isinstance(row.standard, Composite) and result["shortfall_people"] > 0:
            return self.say("amount_people", amount=self.people(result["shortfall_people"]))
        if np.isnan(amount) or amount <= 0:
            return NOTHING
        if unit in {"minutes", "metres"}:
            return self.say("nowhere") if np.isinf(amount) else self.say(f"nearer_{unit}", amount=beyond(amount, unit))
        key = f"report.amount_{unit}"
        if key in catalogue():
            return say(key, self.lang, amount=number(amount))
        return self.say("amount", amount=number(amount), column=plain(unit))

    def reason(self, result: Record) -> str:
        """Word why a result has no verdict."""
        if result["reason"] == FEW:
            return self.say("few", fewest=self.fewest)
        return say(f"reason.{result['reason']}", self.lang)

    def difference(self, gap: Record, standard: Standard) -> str:
        """Word how far an area is behind (+) or ahead (-) of the reference: points for shares, else in the unit."""
        size = abs(gap["difference"])
        sign = "+" if gap["difference"] > 0 else "\N{MINUS SIGN}"
        if isinstance(standard, Ratio):
            return f"{sign if round(size, 2) else ''}{self.figure(size, standard)}"
        return self.say("points", points=f"{sign if round(100 * size, 1) else ''}{number(100 * size, 1)}")


def beyond(amount: float, unit: str) -> str:
    """Word a number of minutes, to a tenth, or of metres, to a whole one."""
    return number(amount, 1 if unit == "minutes" else 0)
