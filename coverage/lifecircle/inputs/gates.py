"""Takes an OpenStreetMap extract, gives the gates and entrances by which people walk into parks, campuses, houses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE

from lifecircle.inputs.osm_reading import reading_extract

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_GATES: Final = frozenset(
    {"gate", "swing_gate", "kissing_gate", "lift_gate", "hampshire_gate", "turnstile", "entrance"}
)
_NO_WAY_IN: Final = frozenset({"no", "exit", "emergency", "service", "garage", "staircase", "home"})
_NOT_FOR_ALL: Final = frozenset({"no", "private", "residents", "permit", "delivery", "service"})


def mapped_gates(path: Path) -> NDArray[np.float64]:
    """Return the entrances and gates that anybody may walk through.

    Parameters
    ----------
    path : Path
        An ``.osm.pbf`` or ``.osm`` file.

    Returns
    -------
    (G, 2) array
        Longitudes and latitudes of nodes with ``entrance`` (but for exits, emergency and service doors) or with a
        ``barrier`` that opens, unless they are locked or ``foot`` or else ``access`` keeps the public out.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    with reading_extract(path):
        nodes = osmium.FileProcessor(str(path.absolute()), NODE).with_filter(KeyFilter("entrance", "barrier"))
        found = [
            (node.location.lon, node.location.lat)
            for node in nodes
            if isinstance(node, osmium.osm.Node) and _is_open(node.tags)
        ]
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _is_open(tags: osmium.osm.TagList) -> bool:
    entered = tags.get("entrance", "no") not in _NO_WAY_IN or tags.get("barrier") in _GATES
    permission = tags.get("foot") or tags.get("access") or "yes"
    return entered and permission not in _NOT_FOR_ALL and tags.get("locked") != "yes"
