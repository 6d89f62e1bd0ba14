"""Takes guesses at the files of a folder and the layers of a plan, gives the study that can be made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from lifecircle.errors import InputError
from lifecircle.inputs.osm_places import facility_layers
from lifecircle.inputs.osm_streets import osm_format
from lifecircle.messages import told
from lifecircle.plan import Circle, Presence, Ratio, Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lifecircle.inputs.guess import Guess, Role
    from lifecircle.plan import Plan
    from lifecircle.study import Level

    _AreaLevel = Literal["district", "street", "community"]

STREETS: Final = "streets.osm.pbf"
"""The file that the streets are to be fetched into where the folder has none."""

GRID_M: Final = 1000
"""Side of the squares that stand in for communities where the folder has none."""


@dataclass(frozen=True)
class Draft:
    """A study in the making.

    Attributes
    ----------
    streets : Guess, optional
        Absent where they have to be fetched.
    areas : dict of Guess
        By level; without communities, squares stand in.
    residents : Guess
    second_residents : Guess, optional
        A raster of people beside the table of them.
    terrain, statistics : Guess, optional
    layers : dict of Guess
        Layers that have a file, in the order of the plan.
    mapped : tuple of str
        Layers that the plan asks for and that can be taken from the street extract.
    missing : tuple of str
        Layers that the plan asks for and that nothing here has.
    unused : tuple of Guess
        Tables that nothing says what they are, and second ones of the same.
    """

    streets: Guess | None
    areas: dict[Level, Guess]
    residents: Guess
    second_residents: Guess | None
    terrain: Guess | None
    statistics: Guess | None
    layers: dict[str, Guess]
    mapped: tuple[str, ...]
    missing: tuple[str, ...]
    unused: tuple[Guess, ...]

    @property
    def used(self) -> tuple[Guess, ...]:
        """All tables that the study is made of."""
        people = (self.residents, self.second_residents)
        single = (self.streets, *self.areas.values(), *people, self.terrain, self.statistics)
        return (*(guess for guess in single if guess is not None), *self.layers.values())


def drafted(found: Sequence[Guess], wanted: Iterable[str], folder: Path) -> Draft:
    """Choose what a study is made of: of several tables of one kind the one with most rows.

    Parameters
    ----------
    found : sequence of Guess
    wanted : iterable of str
        Layers that the plan asks for.
    folder : Path
        Where the files lie, for the message.

    Raises
    ------
    InputError
        If no table holds people, without whom there is nothing to analyse.
    """
    levels: tuple[_AreaLevel, ...] = ("district", "street", "community")
    areas: dict[Level, Guess] = {level: best for level in levels if (best := _largest(found, level)) is not None}
    raster = _largest(found, "raster") if areas else None  # its people need areas to live in
    table = _largest(found, "residents")
    residents = table or raster or _people_of_areas(areas)
    if residents is None:
        raise InputError(told("error.folder_without_people", path=folder, column="常住人口"))
    streets = best_streets(found)
    of_layer = {guess.layer: guess for guess in sorted(found, key=lambda guess: guess.rows) if guess.role == "layer"}
    order = dict.fromkeys([*wanted, *of_layer])
    layers = {layer: of_layer[layer] for layer in order if layer in of_layer}
    left = [layer for layer in order if layer not in of_layer]
    can_be_mapped = streets is None or _is_extract(streets)
    mapped = tuple(layer for layer in left if can_be_mapped and _has_tags(layer))
    draft = Draft(
        streets=streets,
        areas=areas,
        residents=residents,
        second_residents=raster if table is not None else None,
        terrain=_largest(found, "terrain"),
        statistics=_largest(found, "statistics"),
        layers=layers,
        mapped=mapped,
        missing=tuple(layer for layer in left if layer not in mapped),
        unused=(),
    )
    return replace(draft, unused=tuple(guess for guess in found if guess not in draft.used))


def best_streets(found: Iterable[Guess]) -> Guess | None:
    """Return the table of streets that is taken: an OpenStreetMap extract rather than lines."""
    ways = (guess for guess in found if guess.role == "streets")
    return max(ways, key=lambda guess: (_is_extract(guess), guess.rows), default=None)


def wanted_layers(plan: Plan) -> tuple[str, ...]:
    """Return the layers that a plan asks for, each once, in its order."""
    layers: dict[str, None] = {}
    for standard in plan.standards:
        if isinstance(standard, Circle | Presence | Share):
            layers |= dict.fromkeys(standard.layers)
        elif isinstance(standard, Ratio):
            layers |= dict.fromkeys(standard.numerator.layers)
    return tuple(layers)


def _largest(found: Iterable[Guess], role: Role) -> Guess | None:
    return max((guess for guess in found if guess.role == role), key=lambda guess: guess.rows, default=None)


def _people_of_areas(areas: dict[Level, Guess]) -> Guess | None:
    """Return the smallest areas that have people as a table of residents."""
    levels: tuple[Level, ...] = ("community", "street", "district")
    for level in levels:
        if level in areas and areas[level].people:
            columns = {"population": areas[level].people}
            source = areas[level].source.model_copy(update={"columns": columns})
            return replace(areas[level], role="residents", source=source)
    return None


def _is_extract(streets: Guess) -> bool:
    return osm_format(Path(streets.source.file)) is not None


def _has_tags(layer: str) -> bool:
    known = facility_layers()
    return layer in known and bool(known[layer].tags)
