"""Where new facilities should stand, and how few keep the plan's promise: questions to an open study."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lifecircle.api.html import section, sentence, table
from lifecircle.proposals import site_study, told_in
from lifecircle.report.board import records
from lifecircle.report.proposal import short_lines
from lifecircle.sites import propose_sites as _propose_sites
from lifecircle.sites import shortest_ways
from lifecircle.siting.rules import Effort
from lifecircle.siting.wish import Wish

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from lifecircle.api.studies import OpenStudy
    from lifecircle.report.proposal import ProposalWords
    from lifecircle.sites import Proposed
    from lifecircle.siting.wish import Model


@dataclass(frozen=True, eq=False)
class SiteProposal:
    """Proposed sites and what they give; get one from :func:`propose_sites`.

    Attributes
    ----------
    sites : GeoDataFrame
        The sites, those first that gain most, WGS 84; see :data:`lifecircle.siting.proposal.SITE_COLUMNS`.
    by_area : DataFrame
        Shares before and after for the city, its groups and districts.
    fewest : DataFrame
        How few sites bring the city and each district to the target.
    returns : DataFrame
        How the share grows with the number of sites.
    readings : DataFrame
        What would be chosen at other speeds and limits, or for other people.
    results, results_before : DataFrame
        Every standard with the sites, and without.
    value, bound : float
        What the choice reaches in the unit of its model, and what no other choice can exceed.
    how : str
        ``exact``: proven to be the best; ``stopped``: the best in the time given; ``greedy``: added one by one.
    sentences : tuple of str
        The proposal in short.

    Examples
    --------
    >>> import lifecircle
    >>> found = lifecircle.propose_sites(lifecircle.example_town(), "clinic", new=1)
    >>> found.sites["gains"].tolist(), found.how
    ([400.0], 'exact')
    """

    sites: gpd.GeoDataFrame
    by_area: pd.DataFrame
    fewest: pd.DataFrame
    returns: pd.DataFrame
    readings: pd.DataFrame
    results: pd.DataFrame
    results_before: pd.DataFrame
    value: float
    bound: float
    how: str
    sentences: tuple[str, ...]
    _told: ProposalWords = field(repr=False)

    def _repr_html_(self) -> str:
        told, words = self._told, self._told.words
        heads = [told.say(head) for head in ("place", "position", "gains", "share_after", "kept")]
        rows = [
            (
                told.place(site),
                told.position(site),
                words.people(site["gains"]),
                words.share(site["share_after"]),
                told.kept(site),
            )
            for site in records(self.sites.drop(columns="geometry"))
        ]
        return section(told.title(), *map(sentence, self.sentences), table(heads, rows))


def propose_sites(  # noqa: PLR0913 - one parameter for each wish
    study: OpenStudy,
    layer: str,
    new: int | None = None,
    *,
    budget: float | None = None,
    minima: Mapping[str, int] | None = None,
    weights: Mapping[str, float] | None = None,
    model: Model = "mclp",
    places: float | None = None,
    candidates: str | Path | None = None,
    standard: str | None = None,
    seconds: float = 60.0,
    folder: str | Path | None = None,
) -> SiteProposal:
    """Propose sites for new facilities of a layer, as ``lifecircle site`` does.

    Parameters
    ----------
    study : OpenStudy
    layer : str
        What is built.
    new : int, optional
        So many sites at most.
    budget : float, optional
        What they may cost, in the unit of the candidates' costs.
    minima : mapping, optional
        District, group or other area to the sites that it gets at least.
    weights : mapping, optional
        Group, area or column of the residents to how many times its people count.
    model : {"mclp", "lscp", "capacitated", "p-median", "p-centre"}
    places : float, optional
        How many people a site has room for, where its candidate does not say.
    candidates : str or Path, optional
        A file of sites or of plots of land; positions on streets otherwise.
    standard : str, optional
        The circle that is to be kept; the first one about the layer otherwise.
    seconds : float
        Most time for each search.
    folder : str or Path, optional
        Where to write tables, report and map as well.

    Raises
    ------
    LifecircleError
        If a file cannot be used or written, or the wish cannot be kept.

    Examples
    --------
    >>> import lifecircle
    >>> found = lifecircle.propose_sites(lifecircle.example_town(), "clinic", new=2)
    >>> found.by_area.query("level == 'city'")[["share_before", "share_after"]].round(3).to_numpy().tolist()
    [[0.333, 1.0]]

    One site reaches the whole east village, so that the second is not needed.

    >>> len(found.sites)
    1
    """
    wish = Wish(model, new, budget, dict(minima or {}), dict(weights or {}), places, Effort(seconds))
    path = None if candidates is None else Path(candidates)
    if folder is None:
        found = _propose_sites(study.study, layer, wish, standard=standard, candidates=path, lang=study.lang)
        return _proposal(found, told_in(found, study.lang))
    return _proposal(
        *site_study(study.study, layer, wish, Path(folder), study.lang, standard=standard, candidates=path)
    )


def fewest_sites(study: OpenStudy, layer: str | None = None, seconds: float = 60.0) -> pd.DataFrame:
    """Return how few new sites bring each circle to its target, in the city and in each district.

    Parameters
    ----------
    study : OpenStudy
    layer : str, optional
        Only circles about this layer.
    seconds : float
        Most time for each circle.

    Returns
    -------
    DataFrame
        ``area``, the name, and :data:`lifecircle.siting.target.FEWEST_COLUMNS`.

    Raises
    ------
    LifecircleError
        If a file cannot be used.

    Examples
    --------
    >>> import lifecircle
    >>> table = lifecircle.fewest_sites(lifecircle.example_town(), "clinic")
    >>> table.query("level == 'city'")[["sites", "share_after", "how"]].to_numpy().tolist()
    [[1.0, 1.0, 'exact']]
    """
    return shortest_ways(study.study, Effort(seconds), layer)


def _proposal(found: Proposed, told: ProposalWords) -> SiteProposal:
    own = found.proposal
    return SiteProposal(
        sites=own.sites,
        by_area=own.by_area,
        fewest=own.fewest,
        returns=own.returns,
        readings=own.readings,
        results=found.after.results,
        results_before=found.before.results,
        value=own.choice.value,
        bound=own.choice.bound,
        how=own.choice.how,
        sentences=tuple(short_lines(told)),
        _told=told,
    )
