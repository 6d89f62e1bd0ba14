"""Takes a table of changes and what is different in the data, gives the words and sentences that tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.messages import number, paragraph, say
from lifecircle.monitoring.parts import PARTS
from lifecircle.plan import Circle, Composite, Presence, Ratio, Share, Statistic
from lifecircle.plan.standards import SHARE_KINDS
from lifecircle.plan.wording import limit_words, rule_words, target_words
from lifecircle.report.plain import plain
from lifecircle.study import DEFAULT_FEWEST_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from lifecircle.plan import Plan, Standard
    from lifecircle.report.content.words import Area, Words

NAMED: Final = 3
"""So many facilities or streets are named in a sentence; of more, their number is told."""

_SMALL: Final = {"share": 5e-4}
_SMALL_AMOUNT: Final = 5e-3
"""Half of the last decimal that is shown, of a percentage or another value: what is below would be told as nothing."""


@dataclass(frozen=True, eq=False)
class Telling:
    """What changed, ready to be told.

    Attributes
    ----------
    words : Words
        The later findings in one language.
    earlier_plans : tuple of Plan
        As they were before.
    changes : DataFrame
        :data:`lifecircle.monitoring.compare.CHANGE_COLUMNS`.
    facilities, streets, people : DataFrame
        See :mod:`lifecircle.monitoring.inventory`.
    """

    words: Words
    earlier_plans: tuple[Plan, ...]
    changes: pd.DataFrame
    facilities: pd.DataFrame
    streets: pd.DataFrame
    people: pd.DataFrame

    def say(self, key: str, **values: object) -> str:
        """Return a message of the section ``monitor``."""
        return say(f"monitor.{key}", self.words.lang, **values)

    def first_rows(self, plan: Plan, area: Area) -> list[pd.Series]:
        """Return the changes of one area, one row for each standard of a plan, in its order."""
        own = self.changes[(self.changes["level"] == area[0]) & (self.changes["area_id"] == area[1])]
        own = own[own["plan_id"] == plan.id].drop_duplicates("standard_id")
        rows = {str(row["standard_id"]): row for _, row in own.iterrows()}
        return [rows[standard.id] for standard in plan.scored() if standard.id in rows]

    def size(self, change: float, standard: Standard) -> str:
        """Word a change or a part of it, with its sign: points for shares, else in the standard's unit."""
        if np.isnan(change):
            return "—"
        share = standard.kind in SHARE_KINDS
        if share and 0 < abs(change) < _SMALL["share"]:
            return self.say("size_small")
        decimals = 1 if share else 2
        amount = round(abs(change) * (100 if share else 1), decimals)
        sign = "" if amount == 0 else "+" if change > 0 else "\N{MINUS SIGN}"
        if share:
            return self.words.say("points", points=f"{sign}{number(amount, decimals)}")
        if isinstance(standard, Statistic):
            return f"{sign}{self.words.step(amount, standard)}"
        return f"{sign}{self.words.figure(amount, standard)}"

    def bare_size(self, change: float, standard: Standard) -> str:
        """Word a change for a table: without the words for points, and a dash for nothing."""
        if np.isnan(change):
            return "—"
        amount = round(100 * change, 1) if standard.kind in SHARE_KINDS else round(change, 2)
        if amount == 0:
            return "0"
        if standard.kind not in SHARE_KINDS:
            return self.size(change, standard)
        return f"{amount:+.1f}".replace("-", "\N{MINUS SIGN}")

    def counts(self, key: str, counts: Mapping[str, int]) -> str:
        """Word counts by the names of what is counted; what there is none of is not told."""
        told = [self.say(f"{key}_{name}", count=number(count)) for name, count in counts.items() if count]
        return say("board.apart", self.words.lang).join(told)

    def part_name(self, part: str) -> str:
        """Return the heading of a part, or of the whole ``change``."""
        return self.say("people_part" if part == "people" else part)

    def people_words(self, change: float) -> str:
        """Word a change of a number of people with its sign."""
        sign = "+" if change > 0 else "\N{MINUS SIGN}" if change < 0 else ""
        return f"{sign}{self.words.people(abs(change))}"


def change_paragraph(telling: Telling, plan: Plan, row: pd.Series) -> str:
    """Tell how one standard changed in one area, by which cause, and what in particular was new or gone there."""
    sentences = [_change(telling, plan, row), *_cause(telling, plan, row)]
    if row["cause"]:
        sentences += details(telling, plan, row)
    return paragraph(sentences, telling.words.lang)


def _change(telling: Telling, plan: Plan, row: pd.Series) -> str:
    words, standard = telling.words, plan.standard(row["standard_id"])
    said = {
        "area": words.area((row["level"], row["area_id"])),
        "standard": words.quoted(standard),
        "before": words.figure(row["before"], standard),
        "after": words.figure(row["after"], standard),
        "change": telling.size(row["change"], standard),
    }
    unknown = "before" if np.isnan(row["before"]) else "after" if np.isnan(row["after"]) else ""
    if unknown:
        return telling.say(f"sentence_unknown_{unknown}", **said)
    if not isinstance(standard, Circle | Composite):
        return telling.say("sentence_value", **said)
    covered = {f"covered_{when}": words.people(row[f"covered_{when}"]) for when in ("before", "after")}
    alike = "_alike" if said["before"] == said["after"] else ""
    as_many = "_as_many" if covered["covered_before"] == covered["covered_after"] else ""
    return telling.say(f"sentence{alike}{as_many}", **said, **covered)


def _cause(telling: Telling, plan: Plan, row: pd.Series) -> Iterator[str]:
    if not row["cause"]:
        return
    standard = plan.standard(row["standard_id"])
    least = _SMALL.get(row["unit"], _SMALL_AMOUNT)
    others = [part for part in PARTS if part != row["cause"] and abs(row[part]) > least]
    cause = telling.say(f"cause_{row['cause']}")
    if not others:
        yield telling.say("cause_alone", cause=cause)
        return
    rest = [
        telling.say("part", cause=telling.say(f"cause_{part}"), size=telling.size(row[part], standard))
        for part in others
    ]
    together = say("summary.separator", telling.words.lang).join(rest)
    yield telling.say("cause_mostly", cause=cause, part=telling.size(row[row["cause"]], standard), others=together)


def details(telling: Telling, plan: Plan, row: pd.Series) -> list[str]:
    """Name what in particular is new, gone or otherwise where a standard changed, for every part that moved it."""
    standard = plan.standard(row["standard_id"])
    least = _SMALL.get(row["unit"], _SMALL_AMOUNT)
    area = (row["level"], row["area_id"])
    said: list[str] = []
    for part in PARTS:
        if abs(row[part]) <= least:
            continue
        if part == "facilities":
            said += _facilities(telling, layers_of(standard, plan), area)
        elif part == "streets":
            said += _streets(telling, area)
        elif part == "people":
            said += _people(telling, area)
        elif part == "rules":
            said += _rules(telling, plan, standard)
    return said


def layers_of(standard: Standard, plan: Plan) -> frozenset[str]:
    """Return the layers that a standard is about; of a bundle, those of all its circles."""
    if isinstance(standard, Composite):
        return frozenset().union(*(layers_of(plan.standard(name), plan) for name in standard.circles))
    if isinstance(standard, Ratio):
        return frozenset(standard.numerator.layers)
    return frozenset(standard.layers) if isinstance(standard, Circle | Presence | Share) else frozenset()


def _inside(telling: Telling, table: pd.DataFrame, area: Area) -> pd.DataFrame:
    if area[0] == "city":
        return table
    return table[table["community_id"].isin(telling.words.communities_in(area))]


def _facilities(telling: Telling, layers: frozenset[str], area: Area) -> Iterator[str]:
    own = _inside(telling, telling.facilities, area)
    own = own[own["layer"].isin(layers)]
    for happened, rows in own.groupby("happened", sort=False):
        names = rows["name"].where(rows["name"].notna(), rows["facility_id"])
        yield telling.say(f"detail_{happened}", names=listed(telling, map(str, names)))


def _streets(telling: Telling, area: Area) -> Iterator[str]:
    own = _inside(telling, telling.streets, area)
    for happened, rows in own.groupby("happened", sort=False):
        names = dict.fromkeys(street_name(telling, name, bridge=bridge) for name, bridge in
                              rows[["name", "bridge"]].itertuples(index=False))  # fmt: skip
        yield telling.say(f"detail_street_{happened}", names=listed(telling, names))


def street_name(telling: Telling, name: str, *, bridge: bool) -> str:
    """Word the name of a street; a bridge is called so."""
    shown = plain(name) or telling.say("unnamed")
    return telling.say("bridge", name=shown) if bridge and "桥" not in shown else shown


def _people(telling: Telling, area: Area) -> Iterator[str]:
    own = telling.people[(telling.people["level"] == area[0]) & (telling.people["area_id"] == area[1])]
    for row in own.to_dict("records"):
        if row["change"]:
            before, after = (telling.words.people(row[when]) for when in ("before", "after"))
            yield telling.say("detail_people", before=before, after=after)


def _rules(telling: Telling, plan: Plan, standard: Standard) -> Iterator[str]:
    was = next((one for old in telling.earlier_plans if old.id == plan.id for one in old.scored()
                if one.id == standard.id), None)  # fmt: skip
    if was is not None and was != standard:
        yield telling.say("detail_rules", before=_rule(telling, was), after=_rule(telling, standard))


def _rule(telling: Telling, standard: Standard) -> str:
    lang = telling.words.lang
    limit = limit_words(standard, lang) if isinstance(standard, Circle) else plain(rule_words(standard, lang))
    return say("summary.separator", lang).join([limit, plain(target_words(standard, lang))])


def listed(telling: Telling, names: Iterable[str]) -> str:
    """Return the first few names, and how many there are in all where there are more."""
    shown = [plain(name) for name in names]
    few = say("summary.separator", telling.words.lang).join(shown[:NAMED])
    return few if len(shown) <= NAMED else telling.say("more", names=few, count=number(len(shown)))


def worth_telling(row: pd.Series, plan: Plan, fewest: int = DEFAULT_FEWEST_PEOPLE) -> bool:
    """Say whether a change is seen in what is shown, and is of enough people to be told of."""
    if np.isnan(row["change"]) or row["standard_id"] not in {one.id for one in plan.scored()}:
        return False
    if row["denominator"] in {"people", "target_group"} and min(row["total_before"], row["total_after"]) < fewest:
        return False
    return bool(abs(row["change"]) >= _SMALL.get(row["unit"], _SMALL_AMOUNT))
