"""A street with clinics, where every walk is a sum that can be done in the head, for tests of tables of measures.

The street is 3000 m long, and the standard walker needs a minute for 60 m of it. A second street is not joined to it.

    r0 at 0 m      clinic a at  300 m, 10 places, a post
    r1 at 600 m    clinic b at 1200 m and 1260 m, 20 places, a centre
    r2 at 1800 m   clinic c at 2400 m, its places and kind are not known
    r3 on the second street, r4 on none; a shop stands at 0 m

Minutes: r0 to a 5, b 20, c 40; r1 to a 5, b 10, c 30; r2 to b 9, c 10, a 25.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lifecircle.access.reach import ServiceReach, service_reach
from lifecircle.access.services import Service
from lifecircle.network.walkers import read_walkers
from measure_cases import joined_at
from small_networks import bare_network

if TYPE_CHECKING:
    from lifecircle.access.joining import Joined

CLINICS = Service(("clinic",))
STANDARD = read_walkers()["standard"]
NOBODY = np.zeros(5, dtype=bool)


@dataclass(frozen=True)
class ClinicStreet:
    joined: Joined
    residents: pd.DataFrame
    facilities: pd.DataFrame

    def reach(self, limit_minutes: float = 15, service: Service = CLINICS, silent: np.ndarray = NOBODY) -> ServiceReach:
        """Return what is in reach of a service for the standard walker."""
        return service_reach(self.joined, self.facilities, service, STANDARD, limit_minutes, silent=silent)


def clinic_street(**resident_columns) -> ClinicStreet:
    network = bare_network(4, [(0, 1), (2, 3)], [3000, 300])
    homes = [(0, 0, 0), (0, 0.2, 0), (0, 0.6, 0), (1, 0.5, 0), (-1, 0, 0)]
    doors = [(0, 0.1, 0, 0), (0, 0.4, 0, 1), (0, 0.42, 0, 1), (0, 0, 0, 2), (0, 0.8, 0, 3)]
    facilities = pd.DataFrame(
        {
            "facility_id": ["a", "b", "s", "c"],
            "layer": ["clinic", "clinic", "shop", "clinic"],
            "capacity": [10, 20, 99, np.nan],
            "kind": ["post", "centre", "shop", None],
            "night": [True, False, True, None],
        }
    )
    residents = pd.DataFrame({"resident_id": ["r0", "r1", "r2", "r3", "r4"], **resident_columns})
    return ClinicStreet(joined_at(network, homes, doors), residents, facilities)
