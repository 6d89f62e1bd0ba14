"""What a planner wishes for new sites, and all that has to be known to choose them: one choice for one reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
from scipy import sparse

from lifecircle.errors import InputError, StudyError
from lifecircle.messages import listing, told
from lifecircle.scores.farthest import TIMES_THE_LIMIT
from lifecircle.siting.capacity import capacitated_cover
from lifecircle.siting.minutes import p_centre, p_median
from lifecircle.siting.models import maximal_cover, set_cover
from lifecircle.siting.need import READINGS, area_named, inside
from lifecircle.siting.rules import Effort, Rules
from lifecircle.siting.walks import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.siting.need import Need
    from lifecircle.siting.rules import Choice
    from lifecircle.study import Study

Model = Literal["mclp", "lscp", "capacitated", "p-median", "p-centre"]
MODELS: Final[tuple[Model, ...]] = get_args(Model)
AS_READ: Final = "as_read"


@dataclass(frozen=True)
class Wish:
    """What is to be built, and for whom first.

    Attributes
    ----------
    model : str
        ``mclp``: most people within the limit; ``lscp``: everybody who can be, with the fewest sites;
        ``capacitated``: most people with a place; ``p-median``: least walking of all; ``p-centre``: shortest longest
        walk.
    new : int, optional
        How many sites at most.
    budget : float, optional
        What they may cost, in the unit of the candidates' costs.
    minima : mapping
        District, group or other area to the sites that it gets at least.
    weights : mapping
        Who counts how many times; see :func:`lifecircle.siting.need.weighted`.
    places : float, optional
        How many people a new site has room for where its candidate does not say.
    effort : Effort
        How long each choice is searched for.
    """

    model: Model = "mclp"
    new: int | None = None
    budget: float | None = None
    minima: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    places: float | None = None
    effort: Effort = field(default_factory=Effort)

    def check(self) -> None:
        """Refuse a wish that names no limit, or a model that is not there.

        Raises
        ------
        StudyError
            With what to write instead.
        """
        if self.model not in MODELS:
            raise StudyError(told("error.site_no_model", model=self.model, names=listing(MODELS)))
        if self.model != "lscp" and self.new is None and self.budget is None:
            raise StudyError(told("error.site_how_many"))
        if self.new is not None and self.new < 1:
            raise StudyError(told("error.site_new", new=self.new))


@dataclass(frozen=True, eq=False)
class Siting:
    """What sites are chosen on: C candidates, R resident points, and the F facilities that are there.

    Attributes
    ----------
    study : Study
    areas : GeoDataFrame
        Of all levels.
    residents, candidates : GeoDataFrame
        R and C points.
    need : Need
        Of the residents.
    weight : (R,) float64
        What the people of the circle weigh.
    walks : (R, C) sparse
        From residents to candidates, in the circle's measure, up to :func:`farthest`.
    facility_walks : (R, F) sparse
        The same to the facilities that are there; looked at only where places are limited.
    facility_places : (F,) float64
        Their places; ``nan`` where no number is known, so that nobody whom they reach is said to lack one.
    """

    study: Study
    areas: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    need: Need
    weight: NDArray[np.float64]
    walks: sparse.coo_array
    facility_walks: sparse.coo_array
    facility_places: NDArray[np.float64]


def farthest(limit: float) -> float:
    """Return the longest walk that is looked at: the longest of all readings, and what counts for none in a mean."""
    return TIMES_THE_LIMIT * limit


def rules_of(siting: Siting, wish: Wish) -> Rules:
    """Return what a choice has to keep to.

    Raises
    ------
    StudyError
        If an area is not there.
    InputError
        If the rules cannot be kept.
    """
    minima = []
    for name, least in wish.minima.items():
        if name not in siting.study.groups:
            area_named(name, siting.areas)
        members = np.flatnonzero(inside(name, siting.candidates, siting.areas, siting.study))
        if least > len(members):
            raise InputError(told("error.site_minimum_of_area", name=name, least=least, count=len(members)))
        minima.append((members, least))
    return Rules(siting.candidates["cost"].to_numpy(np.float64), wish.new, wish.budget, tuple(minima))


def choice(siting: Siting, wish: Wish, reading: str = AS_READ) -> Choice:
    """Choose sites in one reading of the circle.

    Parameters
    ----------
    siting, wish : Siting, Wish
    reading : str
        :data:`AS_READ`, or one of :data:`lifecircle.siting.need.READINGS`.

    Returns
    -------
    Choice
        In the unit of the model: weighted people, sites or their cost, people with a place, weighted minutes, minutes.

    Raises
    ------
    InputError
        If the rules cannot be kept.
    """
    wish.check()
    need, rules = siting.need, rules_of(siting, wish)
    factor = READINGS.get(reading, 1.0)
    limit = need.limit * factor
    covered = need.readings.get(reading, need.covered)
    known = np.where(need.unknown, 0.0, siting.weight)
    lacking = np.where(covered, 0.0, known)
    match wish.model:
        case "mclp":
            return maximal_cover(within(siting.walks, limit), lacking, rules, wish.effort)
        case "lscp":
            found = set_cover(within(siting.walks, limit), lacking, rules, wish.effort)
            if found is None:
                raise InputError(told("error.site_not_everybody"))
            return found
        case "capacitated":
            return _with_places(siting, wish, limit, known, rules)
        case "p-median":
            none = farthest(need.limit)
            return p_median(siting.walks / factor, known, np.minimum(need.cost / factor, none), rules, wish.effort)
        case "p-centre":
            return p_centre(siting.walks / factor, known, need.cost / factor, rules, wish.effort)


def _with_places(siting: Siting, wish: Wish, limit: float, people: NDArray[np.float64], rules: Rules) -> Choice:
    own = siting.candidates["capacity"].to_numpy(np.float64)
    places = np.where(np.isnan(own), np.inf if wish.places is None else wish.places, own)
    boundless = np.isnan(siting.facility_places)
    there = within(siting.facility_walks, limit)
    served = np.asarray(there[:, boundless].sum(axis=1) > 0)
    reach = sparse.hstack([within(siting.walks, limit), there[:, ~boundless]])
    places = np.concatenate([places, siting.facility_places[~boundless]])
    return capacitated_cover(reach, np.where(served, 0.0, people), places, rules, wish.effort)
