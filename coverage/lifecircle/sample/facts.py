"""The facts that the sample city is made from: small files beside this module, read into frozen models."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, Final

from lifecircle.errors import InputError
from lifecircle.sample.schema import District, Figures, Ground, Planted, Roads, Street, Supply
from lifecircle.yamlfile import Model, read_model

FOLDER: Final = Path(__file__).with_name("facts")


@cache
def districts() -> tuple[District, ...]:
    """Return the eleven districts in the order of their codes."""
    return tuple(District.model_validate(row) for row in _rows("districts.csv"))


@cache
def streets() -> tuple[Street, ...]:
    """Return the 95 streets and six towns in the order of their codes."""
    rows = _rows("streets.csv")
    return tuple(Street.model_validate(row | {"communities": _communities(row["communities"])}) for row in rows)


@cache
def ground() -> Ground:
    """Return the invented ground."""
    return _read("terrain.yaml", Ground)


@cache
def roads() -> Roads:
    """Return the kinds of ways."""
    return _read("ways.yaml", Roads)


@cache
def supply() -> Supply:
    """Return the kinds of facilities and their files."""
    return _read("facilities.yaml", Supply)


@cache
def planted() -> Planted:
    """Return the planted scenes and gaps."""
    return _read("planted.yaml", Planted)


@cache
def figures() -> Figures:
    """Return the figures of the statistics."""
    return _read("statistics.yaml", Figures)


def _read(name: str, model: type[Model]) -> Model:
    content, _ = read_model(FOLDER / name, model, InputError)
    return content


def _rows(name: str) -> list[dict[str, Any]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _communities(text: str) -> tuple[tuple[str, str], ...]:
    """Split ``001甲社区|002乙村`` into the last three digits of the codes and the names."""
    return tuple((part[:3], part[3:]) for part in text.split("|"))
