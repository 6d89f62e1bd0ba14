"""Walkers and targets on small street networks, for tests of what lies between the nodes."""

from __future__ import annotations

import numpy as np

from lifecircle.bilingual import Bilingual
from lifecircle.network.places import insert_places
from lifecircle.network.points import Targets, piece_walks
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.walkers import Walker
from small_networks import lonlat_at


def walker(speed_m_s=1.0, steps_speed_m_s=0.5, *, wheels=False, waits_s=None):
    """Return a walker; ``waits_s`` are those at signals and at wide roads."""
    return Walker(
        id="one",
        name=Bilingual(zh="行人", en="walker"),
        speed_m_s=speed_m_s,
        steps_speed_m_s=None if wheels else steps_speed_m_s,
        wheels=wheels,
        source="made up",
        verified=False,
        waits=waits_s
        and {"signal_delay_s": waits_s[0], "crossing_delay_s": waits_s[1], "source": "made up", "verified": False},
    )


def targets_of(placed, lonlat, place=None):
    """Return the snapped places as targets, each a place of its own unless told otherwise."""
    rows = np.flatnonzero(placed.node_of_place >= 0)
    place = np.arange(len(rows)) if place is None else np.array(place)
    return Targets(placed.node_of_place[rows], placed.leg_m[rows], lonlat[rows], place)


def walks_to(network, positions, who=None, place=None, limit_m=300.0):
    """Return how a walker leaves the streets for places given in metres from the corner."""
    lonlat = lonlat_at(positions)
    placed = insert_places(network, snap_to_edges(network, lonlat, limit_m))
    return piece_walks(placed, targets_of(placed, lonlat, place), who or walker())
