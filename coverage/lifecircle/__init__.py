"""Whether a city's people can walk to the services it has promised them.

The names below are all that a notebook needs. Each is imported when it is first used, so that ``import lifecircle``
costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lifecircle.access.catchment import three_step, two_step
    from lifecircle.access.decay import Exponential, Gaussian, GaussianWithin, Step
    from lifecircle.access.sharing import catchment_tables
    from lifecircle.answers import Isochrones
    from lifecircle.api.changing import WhatIf, compare, course, history, what_if
    from lifecircle.api.explaining import Explanation
    from lifecircle.api.maps import MapView
    from lifecircle.api.own import isochrones_around, nearest_walks, read_streets, street_lines, walks_within
    from lifecircle.api.runs import Run
    from lifecircle.api.siting import SiteProposal, fewest_sites, propose_sites
    from lifecircle.api.studies import OpenStudy, example_run, example_town, open_run, open_study
    from lifecircle.errors import LifecircleError
    from lifecircle.network.exchange import from_osmnx, to_osmnx
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.plan import read_plan
    from lifecircle.report.charts.drawing import use_chart_style
    from lifecircle.scores.gaps import weighted_gini

_HOMES = {
    "lifecircle.access.catchment": ("three_step", "two_step"),
    "lifecircle.access.decay": ("Exponential", "Gaussian", "GaussianWithin", "Step"),
    "lifecircle.access.sharing": ("catchment_tables",),
    "lifecircle.answers": ("Isochrones",),
    "lifecircle.api.changing": ("WhatIf", "compare", "course", "history", "what_if"),
    "lifecircle.api.explaining": ("Explanation",),
    "lifecircle.api.maps": ("MapView",),
    "lifecircle.api.own": ("isochrones_around", "nearest_walks", "read_streets", "street_lines", "walks_within"),
    "lifecircle.api.runs": ("Run",),
    "lifecircle.api.siting": ("SiteProposal", "fewest_sites", "propose_sites"),
    "lifecircle.api.studies": ("OpenStudy", "example_run", "example_town", "open_run", "open_study"),
    "lifecircle.errors": ("LifecircleError",),
    "lifecircle.network.exchange": ("from_osmnx", "to_osmnx"),
    "lifecircle.network.graph": ("StreetNetwork",),
    "lifecircle.plan": ("read_plan",),
    "lifecircle.report.charts.drawing": ("use_chart_style",),
    "lifecircle.scores.gaps": ("weighted_gini",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Explanation",
    "Exponential",
    "Gaussian",
    "GaussianWithin",
    "Isochrones",
    "LifecircleError",
    "MapView",
    "OpenStudy",
    "Run",
    "SiteProposal",
    "Step",
    "StreetNetwork",
    "WhatIf",
    "catchment_tables",
    "compare",
    "course",
    "example_run",
    "example_town",
    "fewest_sites",
    "from_osmnx",
    "history",
    "isochrones_around",
    "nearest_walks",
    "open_run",
    "open_study",
    "propose_sites",
    "read_plan",
    "read_streets",
    "street_lines",
    "three_step",
    "to_osmnx",
    "two_step",
    "use_chart_style",
    "walks_within",
    "weighted_gini",
    "what_if",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOME_OF[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
