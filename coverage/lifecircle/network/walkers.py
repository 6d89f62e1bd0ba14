"""Takes ``configs/walkers.yaml``, gives the people who walk: how fast, over what, how long they wait, who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lifecircle.bilingual import Bilingual
from lifecircle.configs import configs_dir
from lifecircle.errors import StudyError
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from pathlib import Path

Speed = Annotated[float, Field(gt=0, le=3)]  # above 3 m/s nobody walks; a speed in km/h or m/min is caught here
Delay = Annotated[float, Field(ge=0, le=300)]  # nobody waits five minutes to cross; a delay in ms is caught here


class _Waits(BaseModel):
    """How long somebody waits before crossing, as the file gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signal_delay_s: Delay
    crossing_delay_s: Delay
    source: str = Field(min_length=1)
    verified: bool


class _Entry(BaseModel):
    """A walker as the file gives it, under its id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Bilingual
    speed_m_s: Speed
    steps_speed_m_s: Speed | None
    wheels: bool = False
    source: str = Field(min_length=1)
    verified: bool
    waits: _Waits | None = None

    @model_validator(mode="after")
    def _no_wheels_on_steps(self) -> _Entry:
        if self.wheels and self.steps_speed_m_s is not None:
            message = "wheels do not take steps: write steps_speed_m_s: null (ramps are passed at speed_m_s)"
            raise ValueError(message)
        return self


class Walker(_Entry):
    """Somebody on foot or on wheels.

    Attributes
    ----------
    id : str
        Key in the file.
    name : Bilingual
    speed_m_s : float
        On the flat, on ramps beside steps, and on the access legs; streets that rise or fall are walked at this speed
        times Tobler's factor (:func:`lifecircle.network.slope.tobler_factor`).
    steps_speed_m_s : float, optional
        Along the horizontal length of steps; absent when steps cannot be passed.
    wheels : bool
        Only streets that are passable with a wheelchair or pushchair.
    source : str
        Where the speeds come from.
    verified : bool
        The figures were checked against the source itself.
    waits : optional
        ``signal_delay_s`` and ``crossing_delay_s``, with their own ``source`` and ``verified``.
    """

    id: str

    @property
    def signal_delay_s(self) -> float:
        """Wait at signals before a street is crossed (:mod:`lifecircle.network.kerbs`); 0 where none is given."""
        return self.waits.signal_delay_s if self.waits else 0.0

    @property
    def crossing_delay_s(self) -> float:
        """Wait before a wide road without signals is crossed; 0 where none is given."""
        return self.waits.crossing_delay_s if self.waits else 0.0


class _WalkersFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    walkers: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], _Entry] = Field(min_length=1)


def read_walkers(path: Path | None = None) -> dict[str, Walker]:
    """Return the walkers of a settings file by their ids, in its order.

    Parameters
    ----------
    path : Path, optional
        The file; ``configs/walkers.yaml`` when absent.

    Raises
    ------
    StudyError
        With every fault of the file and its line.
    """
    content, _ = read_model(path or configs_dir() / "walkers.yaml", _WalkersFile, StudyError)
    return {key: Walker(id=key, **entry.model_dump()) for key, entry in content.walkers.items()}
