"""Takes a network and a walker, gives the seconds along each edge, and along each piece of one, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lifecircle.network.slope import slope_factors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.walkers import Walker


def edge_seconds(network: StreetNetwork, walker: Walker) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the seconds that a walker needs along each edge and back; infinite where the walker cannot pass.

    Streets that rise or fall are walked at the walker's speed times Tobler's factor. Steps have a speed of their own;
    on wheels, they are passed where they have a ramp (``edge_wheels``), like a street. A kerb takes half of its wait.

    Returns
    -------
    forward, backward : (E,) float64
        From ``u`` to ``v``, and from ``v`` to ``u``.
    """
    slow = network.edge_steps & ~np.bool_(walker.wheels)
    passed = network.edge_wheels if walker.wheels else ~slow | np.bool_(walker.steps_speed_m_s is not None)
    speed_m_s = np.where(slow, walker.steps_speed_m_s or walker.speed_m_s, walker.speed_m_s)
    rise_m = np.where(slow, 0.0, network.edge_rise_m)
    wait_s = np.array([0.0, walker.crossing_delay_s, walker.signal_delay_s])[network.edge_wait] / 2
    forward, backward = (
        np.where(passed, network.edge_length_m / (speed_m_s * factor) + wait_s, np.inf)
        for factor in slope_factors(rise_m, network.edge_length_m)
    )
    return forward, backward


def piece_seconds(placed: PlacedNetwork, walker: Walker) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the seconds along each piece, with and against its direction, shapes (P,).

    A piece of an edge takes the same share of its seconds as of its metres. A piece of no length takes no time, also
    where the edge cannot be passed: it joins places at one point, and places at the end of an edge to the junction.
    """
    forward_s, backward_s = edge_seconds(placed.network, walker)
    return part(forward_s[placed.piece_edge], placed.piece_share), part(
        backward_s[placed.piece_edge], placed.piece_share
    )


def part(seconds: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a share of some seconds; no part of an endless time is no time."""
    return np.multiply(seconds, share, out=np.zeros_like(share), where=share > 0)
