"""Golden cases of measures, and places on streets drawn by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ruamel.yaml import YAML

from lifecircle.access.joining import Joined
from lifecircle.access.pairs import AccessPairs, pairs_of
from lifecircle.network.places import insert_places
from small_networks import snapped_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lifecircle.network.graph import StreetNetwork

CASES = Path(__file__).parent / "cases"


def golden(name: str) -> dict[str, Any]:
    """Return a case of ``tests/cases``: its source, its arithmetic, what goes in and what must come out."""
    return YAML(typ="safe").load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def pairs_from_matrix(minutes: Sequence[Sequence[float]], limit_minutes: float = 1000) -> AccessPairs:
    """Return the pairs of a small matrix of minutes, residents by facilities."""
    matrix = np.asarray(minutes, dtype=float)
    resident, facility = np.indices(matrix.shape)
    return pairs_of(resident.ravel(), facility.ravel(), matrix.ravel(), matrix.shape, limit_minutes)


def joined_at(
    network: StreetNetwork,
    residents: Sequence[tuple[int, float, float]],
    entrances: Sequence[tuple[int, float, float, int]],
) -> Joined:
    """Return residents (edge, fraction, leg) and entrances (edge, fraction, leg, facility) joined to a network."""
    places = [*residents, *(entrance[:3] for entrance in entrances)]
    edge, fraction, leg_m = zip(*places, strict=True) if places else ((), (), ())
    placed = insert_places(network, snapped_at(edge, fraction, leg_m))
    count = len(residents)
    return Joined(
        placed=placed,
        resident_node=placed.node_of_place[:count],
        resident_leg_m=placed.leg_m[:count],
        entrance_node=placed.node_of_place[count:],
        entrance_leg_m=placed.leg_m[count:],
        entrance_facility=np.array([entrance[3] for entrance in entrances], dtype=np.int32),
    )
