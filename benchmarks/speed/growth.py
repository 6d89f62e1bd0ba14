"""How the cost of the pairs grows with residents and facilities, and how much memory they take."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING

from ground import FACILITIES, RESIDENTS, timed
from searches import pairs_of

if TYPE_CHECKING:
    from ground import City

QUARTERS = (1, 2, 4)
_BYTES_PER_KIB, _BYTES_PER_GB = 1024, 1e9


def growth(city: City) -> dict[str, list[tuple[int, float]]]:
    """Return for residents and for facilities their number and the seconds for all pairs, at three sizes."""
    pairs_of(city, 10, 10)
    residents = [RESIDENTS * quarter // QUARTERS[-1] for quarter in QUARTERS]
    facilities = [FACILITIES * quarter // QUARTERS[-1] for quarter in QUARTERS]
    return {
        "residents": [(count, timed(lambda n=count: pairs_of(city, n, FACILITIES))[0]) for count in residents],
        "facilities": [(count, timed(lambda n=count: pairs_of(city, RESIDENTS, n))[0]) for count in facilities],
    }


def largest_memory(city: City) -> float:
    """Return the gigabytes of a process of its own that makes all pairs, the city included."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_pairs_and_memory, (city,))


def _pairs_and_memory(city: City) -> float:
    pairs = pairs_of(city, RESIDENTS, FACILITIES)
    assert len(pairs.origin)  # noqa: S101 - a check
    status = Path("/proc/self/status").read_text(encoding="ascii")  # getrusage would tell what the parent held
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kibibytes) * _BYTES_PER_KIB / _BYTES_PER_GB
