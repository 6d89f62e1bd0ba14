"""How large a sample city is: a frozen set of counts, and the two sizes that are shipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Scale:
    """The size of a sample city.

    Attributes
    ----------
    name : str
    nodes : int
        Junctions and ends of streets, roughly.
    residents : int
        Resident points, roughly.
    facilities : int
        Facilities of the kinds that are counted by people, roughly; those that every community, street or district
        has one of come on top.
    communities : int
        Most communities that a street is cut into.
    cell_m : float
        Side of the squares that areas are made of, metres.
    """

    name: str
    nodes: int
    residents: int
    facilities: int
    communities: int
    cell_m: float


SMALL: Final = Scale("small", nodes=50_000, residents=12_000, facilities=4_000, communities=99, cell_m=200)
FULL: Final = Scale("full", nodes=520_000, residents=102_000, facilities=16_000, communities=99, cell_m=200)
SCALES: Final = {scale.name: scale for scale in (SMALL, FULL)}
