"""What layers, services, walkers and groups of people are called in both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lifecircle.bilingual import Bilingual
from lifecircle.errors import ReportError
from lifecircle.inputs.osm_places import facility_layers
from lifecircle.messages import catalogue, listing
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import Circle
from lifecircle.scores.score import service_of
from lifecircle.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lifecircle.access.services import Service
    from lifecircle.plan import Plan
    from lifecircle.study import Study

WORDS: Final = Path(__file__).with_name("words.yaml")
_SHARED: Final = ("approval", "level", "reason", "verdict")
_PEOPLE: Final = "people_"


@cache
def words() -> dict[str, Bilingual]:
    """Return every word of the page by its key: the map's own, and those that all reports share.

    A shared one has the name of its section before it: ``verdict_met``.
    """
    data, _ = read_yaml(WORDS, ReportError)
    own = {key: Bilingual.model_validate(text) for key, text in data.items()}
    shared = {key.replace(".", "_"): text for key, text in catalogue().items() if key.split(".")[0] in _SHARED}
    return shared | own


def people_names() -> dict[str, Bilingual]:
    """Return the names of the population columns that the map's words know."""
    return {key.removeprefix(_PEOPLE): text for key, text in words().items() if key.startswith(_PEOPLE)}


@cache
def walker_names() -> dict[str, Bilingual]:
    """Return the names of the walkers that come with lifecircle."""
    return {walker.id: walker.name for walker in read_walkers().values()}


def layer_names(study: Study) -> dict[str, Bilingual]:
    """Return the names of the layers: the study's own names, and those that come with lifecircle."""
    known = {layer: entry.name for layer, entry in facility_layers().items()}
    return known | {layer: source.name for layer, source in study.layers.items() if source.name is not None}


def name_of(identifier: str, names: Mapping[str, Bilingual]) -> Bilingual:
    """Return a name, or the identifier itself where there is none."""
    return names.get(identifier, Bilingual(zh=identifier, en=identifier))


def circles_of(plans: Sequence[Plan]) -> list[Circle]:
    """Return all circles of some plans."""
    return [standard for plan in plans for standard in plan.standards if isinstance(standard, Circle)]


def services_of(plans: Sequence[Plan]) -> dict[str, Service]:
    """Return the services that the plans' circles ask for, by id."""
    return {service.id: service for service in map(service_of, circles_of(plans))}


def service_names(plans: Sequence[Plan], layers: Mapping[str, Bilingual]) -> dict[str, Bilingual]:
    """Return the names of the services.

    A service of whole layers bears their names, any other the name of the first circle that asks for it.
    """
    names: dict[str, Bilingual] = {}
    for circle in circles_of(plans):
        service = service_of(circle)
        own = listing([name_of(layer, layers) for layer in service.layers])
        names.setdefault(service.id, circle.name if service.where else own)
    return names
