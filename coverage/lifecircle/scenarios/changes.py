"""A file of changes: facilities added, moved and closed, streets built, gates opened, housing with its people."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from lifecircle.bilingual import Bilingual
from lifecircle.errors import ScenarioError
from lifecircle.yamlfile import Key, raise_faults, read_model

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_LON: Final = 180.0
_MOST_LAT: Final = 90.0


def _on_earth(lonlat: tuple[float, float]) -> tuple[float, float]:
    if not (abs(lonlat[0]) <= _MOST_LON and abs(lonlat[1]) <= _MOST_LAT and all(map(math.isfinite, lonlat))):
        raise ValueError("is no position on earth. Write [longitude, latitude] in degrees, WGS 84")
    return lonlat


Position = Annotated[tuple[float, float], AfterValidator(_on_earth)]
Name = Annotated[str, Field(min_length=1)]
Attributes = dict[str, str | int | float | bool]


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewFacility(_Change):
    """A facility that opens.

    Attributes
    ----------
    layer : str
        A layer of the study.
    id : str
        Unlike the id of any facility of the layer.
    at : (float, float)
        Longitude and latitude, WGS 84.
    name : str, optional
    attributes : dict
        What else is known of it, such as ``{beds: 40, level: 4A}``; what is left out is unknown.
    """

    layer: Name
    id: Name
    at: Position
    name: str | None = None
    attributes: Attributes = {}


class Move(_Change):
    """A facility, by its layer and id, that moves to another position."""

    layer: Name
    facility: Name
    to: Position


class Closing(_Change):
    """A facility, by its layer and id, that closes."""

    layer: Name
    facility: Name


class NewStreet(_Change):
    """A street, path or bridge that everybody may walk, flat.

    Attributes
    ----------
    along : list of (float, float)
        Its vertices, WGS 84. It meets an existing street at every vertex that lies beside one; of a bridge, at its two
        ends alone.
    name : str
    bridge : bool
        What it crosses lies below it, and no place is joined to it.
    """

    along: Annotated[list[Position], Field(min_length=2)]
    name: str = ""
    bridge: bool = False


class OpenedGate(_Change):
    """A gate, wall or private way that is opened: everybody may pass, and cut through the compound behind it."""

    at: Position


class Housing(_Change):
    """A resident point that is built.

    Attributes
    ----------
    id : str
        Unlike the id of any resident point.
    at : (float, float)
        Longitude and latitude, WGS 84.
    population : float
        People who move in.
    attributes : dict
        Other columns of the residents, such as ``{households: 900, pop_60_plus: 300}``; those left out are taken from
        the average of the district.
    """

    id: Name
    at: Position
    population: Annotated[float, Field(gt=0, le=1e7, allow_inf_nan=False)]
    attributes: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}


class Changes(_Change):
    """A file of changes as written; read one with :func:`read_changes`.

    Attributes
    ----------
    id : str
    name : Bilingual
    add, move, close : lists
        Facilities.
    streets : list of NewStreet
    gates : list of OpenedGate
    housing : list of Housing
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    name: Bilingual
    add: list[NewFacility] = []
    move: list[Move] = []
    close: list[Closing] = []
    streets: list[NewStreet] = []
    gates: list[OpenedGate] = []
    housing: list[Housing] = []

    _path: Path = PrivateAttr(default=Path("changes.yaml"))
    _lines: dict[Key, int] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _something(self) -> Changes:
        if not any((self.add, self.move, self.close, self.streets, self.gates, self.housing)):
            raise ValueError("changes nothing. Give add:, move:, close:, streets:, gates: or housing:")
        return self

    @property
    def path(self) -> Path:
        """The file of changes."""
        return self._path

    def refuse(self, faults: Iterable[tuple[Key, Bilingual]]) -> None:
        """Raise one error that lists all faults by their lines, or return when there are none.

        Raises
        ------
        ScenarioError
            If there is any fault.
        """
        raise_faults(faults, self._path, self._lines, ScenarioError)


def read_changes(path: str | Path) -> Changes:
    """Read and validate a file of changes.

    Parameters
    ----------
    path : str or Path
        A YAML file.

    Raises
    ------
    ScenarioError
        With every fault of the file, each with its line and remedy.
    """
    path = Path(path)
    changes, lines = read_model(path, Changes, ScenarioError)
    changes._path, changes._lines = path.resolve(), lines  # noqa: SLF001 - where it stands is not part of its content
    return changes
