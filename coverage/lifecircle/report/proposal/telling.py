"""Takes a proposal of sites with the study before and after, gives the words and sentences that tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lifecircle.messages import number, paragraph, say
from lifecircle.plan.wording import limit_words
from lifecircle.report.plain import plain
from lifecircle.scores.results import meets
from lifecircle.siting.need import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from lifecircle.plan import Circle
    from lifecircle.report.content.words import Words
    from lifecircle.siting.proposal import Proposal

CITY: Final[tuple[str, str]] = ("city", "city")


@dataclass(frozen=True, eq=False)
class ProposalWords:
    """A proposal in one language.

    Attributes
    ----------
    words : Words
        Of the study as it is.
    proposal : Proposal
    layer : str
        What is built.
    names : tuple of str
        What the sites are called.
    before, after : DataFrame
        Results of the study as it is, and as it would be.
    """

    words: Words
    proposal: Proposal
    layer: str
    names: tuple[str, ...]
    before: pd.DataFrame
    after: pd.DataFrame

    @property
    def circle(self) -> Circle:
        """What the sites are built for."""
        return self.proposal.siting.need.circle

    def say(self, key: str, **values: object) -> str:
        """Return a message of the section ``site``."""
        return say(f"site.{key}", self.words.lang, **values)

    def title(self) -> str:
        """Return the title of the report."""
        return self.say("title", study=self.words.area(CITY), layer=self.words.layers[self.layer])

    def area(self, area_id: object, level: str = "district") -> str:
        """Return the name of an area, or a dash where there is none."""
        return self.words.names.get((level, str(area_id)), "—")

    def place(self, site: dict[str, Any]) -> str:
        """Return what a proposed site is called."""
        return plain(self.names[int(site["rank"]) - 1])

    def kept(self, site: dict[str, Any]) -> str:
        """Word in how many readings a site is chosen again."""
        return self.say("kept_of", kept=number(site["kept"]), readings=number(site["readings"]))

    def position(self, site: dict[str, Any]) -> str:
        """Word where a site stands."""
        return f"{site['lon']:.5f}, {site['lat']:.5f}"

    def fewest(self, row: dict[str, Any]) -> str:
        """Word how many sites do."""
        if np.isnan(row["sites"]):
            return "—"
        if row["at_least"] < row["sites"]:
            return self.say("fewest_between", at_least=number(row["at_least"]), sites=number(row["sites"]))
        return number(row["sites"])

    def how(self, row: dict[str, Any]) -> str:
        """Word how sure a number of sites is."""
        return self.say(f"how_{row['how']}", most=self.words.share(row.get("share_most", np.nan)))


def short_lines(told: ProposalWords) -> Iterator[str]:
    """Yield the proposal in short: what it gains, how sure that is, and what it leaves open."""
    found, words = told.proposal, told.words
    city = found.by_area.iloc[0]
    gain = told.say(
        "gain",
        layer=words.layers[told.layer],
        sites=number(len(found.sites)),
        area=words.area(CITY),
        standard=words.quoted(told.circle),
        before=words.share(city["share_before"]),
        after=words.share(city["share_after"]),
        gained=words.people(city["gained"]),
    )
    met = meets(np.array([city["share_after"]]), told.circle)[0]
    target = told.say("target_met" if met else "target_short", target=words.target(told.circle))
    yield paragraph([gain, target, *_way(told, met=bool(met))], words.lang)
    yield _certainty(told)
    spare = (found.wish.new or 0) - len(found.sites)
    if spare > 0:
        yield told.say("fewer", spare=number(spare))
    for name, least in found.wish.minima.items():
        yield told.say("promised", area=plain(name), least=number(least), sites=number(_sites_in(told, name)))
    for name, factor in found.wish.weights.items():
        yield told.say("first_for", name=plain(name), factor=f"{factor:g}")
    if found.out_of_reach:
        yield told.say("out_of_reach", people=words.people(found.out_of_reach))


def method_lines(told: ProposalWords) -> Iterator[str]:
    """Yield how the proposal was found."""
    found, lang = told.proposal, told.words.lang
    origins = found.siting.candidates["origin"].value_counts()
    counts = {origin: number(origins.get(origin, 0)) for origin in ("file", "land", "street")}
    yield told.say("method_model", model=told.say(f"model_{found.wish.model}"))
    yield told.say(
        "method_times", walker=found.siting.need.walker.name.text(lang), limit=limit_words(told.circle, lang)
    )
    yield told.say("method_candidates", count=number(len(found.siting.candidates)), **counts)
    yield told.say("method_bound")


def _way(told: ProposalWords, *, met: bool) -> Iterator[str]:
    if met:
        return
    row = told.proposal.fewest.iloc[0]
    if np.isnan(row["sites"]):
        yield told.say("to_target_never", most=told.words.share(row["share_most"]))
    elif row["at_least"] < row["sites"]:
        yield told.say("to_target_between", sites=number(row["sites"]), at_least=number(row["at_least"]))
    else:
        yield told.say("to_target", sites=number(row["sites"]))


def _certainty(told: ProposalWords) -> str:
    choice, count = told.proposal.choice, number(len(told.proposal.siting.candidates))
    if choice.how == "exact":
        return told.say("exact", candidates=count)
    return told.say("within_gap", candidates=count, gap=told.words.share(choice.gap))


def _sites_in(told: ProposalWords, name: str) -> int:
    siting = told.proposal.siting
    return int(inside(name, told.proposal.sites, siting.areas, siting.study).sum())
