"""Takes joined places and an access table, gives how far NetworkX differs from it around a few residents.

Quick enough for every run. NetworkX searches only the streets within the cut-off of these residents; a trip that takes
no longer than the cut-off cannot leave them, so what it finds there is true of the whole city. Streets and the points
at which places join them are those of the first engine; :func:`lifecircle.access.verify.verification` makes these anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import numpy as np
import shapely

from lifecircle.access.second_engine import End, Street, Town, backwards, seconds_to_nearest
from lifecircle.access.services import offering
from lifecircle.access.table import rows_of
from lifecircle.access.verify import TOLERANCE_S
from lifecircle.network.kerbs import NO_WAIT
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.access.services import Service
    from lifecircle.network.places import PlacedNetwork
    from lifecircle.network.walkers import Walker

RESIDENTS: Final = 20
CUT_OFF_MINUTES: Final = 15.0
_SEED: Final = 2025
_FASTEST: Final = 1.2  # downhill at 5 %, by Tobler's function, people walk at 1.19 times their speed on the flat
_DEGREE_M: Final = 111_000.0  # a little less than any degree of latitude, so that circles come out a little too wide
_NO_LINE: Final = shapely.LineString()


def spot_check(
    joined: Joined,
    facilities: pd.DataFrame,
    access: pd.DataFrame,
    wanted: Sequence[tuple[Service, Walker]],
    count: int = RESIDENTS,
) -> dict[str, Any]:
    """Compute the times of some residents again, as far as they are within the cut-off, and compare.

    Parameters
    ----------
    joined : Joined
    facilities : DataFrame
        All layers.
    access : DataFrame
        The access table, with the rows of every search that is ``wanted``.
    wanted : sequence of (Service, Walker)
    count : int, optional
        How many residents are drawn of those joined to a street; the same ones each time.

    Returns
    -------
    dict
        ``engine``, ``cut_off_minutes``; ``residents`` and ``searches``; ``trips`` (how many times within the cut-off
        were compared); ``disagreements``: residents of whom one engine alone says that they reach a facility within it;
        ``greatest_difference_s``, to the microsecond; ``tolerance_s``; and whether the engines ``agree``.
    """
    placed, cut_off_s = joined.placed, SECONDS_PER_MINUTE * CUT_OFF_MINUTES
    drawn = np.random.default_rng(_SEED).permutation(np.flatnonzero(joined.resident_node >= 0))[:count]
    origins = joined.resident_node[drawn]
    walkers = {walker.id: walker for _, walker in wanted}
    widest_m = cut_off_s * _FASTEST * max((walker.speed_m_s for walker in walkers.values()), default=0.0)
    streets = _town(placed, _edges_within(placed, origins, widest_m), joined, origins)
    graphs = {name: backwards(streets, walker) for name, walker in walkers.items()}
    trips = disagreements = 0
    greatest_s = 0.0
    for service, walker in wanted:
        targets = joined.entrance_node[offering(service, facilities)[0][joined.entrance_facility]]
        theirs = seconds_to_nearest(graphs[walker.id], streets, walker, targets.tolist(), origins.tolist())
        second_s = np.array([theirs.get(origin, np.inf) for origin in origins.tolist()])
        first_s = SECONDS_PER_MINUTE * rows_of(access, service, walker.id)["minutes"].to_numpy(np.float64)[drawn]
        first_s, second_s = np.fmin(first_s, cut_off_s), np.fmin(second_s, cut_off_s)  # of what is missing, the cut-off
        apart_s = np.abs(first_s - second_s)
        alone = ((first_s < cut_off_s) != (second_s < cut_off_s)) & (apart_s > TOLERANCE_S)
        trips += int(np.count_nonzero((first_s < cut_off_s) & (second_s < cut_off_s)))
        disagreements += int(np.count_nonzero(alone))
        greatest_s = max(greatest_s, float(apart_s[~alone].max(initial=0.0)))
    return {
        "engine": f"networkx {nx.__version__}",
        "cut_off_minutes": CUT_OFF_MINUTES,
        "residents": len(drawn),
        "searches": len(wanted),
        "trips": trips,
        "disagreements": disagreements,
        "greatest_difference_s": round(greatest_s, 6),
        "tolerance_s": TOLERANCE_S,
        "agree": disagreements == 0 and greatest_s <= TOLERANCE_S,
    }


def _edges_within(placed: PlacedNetwork, origins: NDArray[np.int32], radius_m: float) -> NDArray[np.int64]:
    """Return the edges with an end within a distance of some nodes, and those that these nodes lie on."""
    network = placed.network
    near = np.zeros(network.node_count, dtype=bool)
    for lon, lat in placed.node_lonlat[origins].tolist():
        east, north = (network.node_lonlat - [lon, lat]).T * _DEGREE_M
        near |= np.hypot(east * np.cos(np.radians(lat)), north) <= radius_m
    own = placed.piece_edge[np.isin(placed.piece_nodes[:, 1], origins)]
    return np.union1d(np.flatnonzero(near[network.edge_nodes].any(axis=1)), own)


def _town(placed: PlacedNetwork, edges: NDArray[np.int64], joined: Joined, origins: NDArray[np.int32]) -> Town:
    """Return some edges as streets, with the places on them numbered by their nodes: residents and all entrances."""
    network = placed.network
    columns = (
        network.edge_nodes[edges], network.edge_wait[edges], network.edge_length_m[edges], network.edge_rise_m[edges],
        network.edge_private[edges], network.edge_steps[edges], network.edge_wheels[edges],
    )  # fmt: skip
    streets = {
        edge: Street(_ends(u, v, wait), _NO_LINE, length_m, rise_m, private, steps, wheels, snappable=False)
        for edge, (u, v), wait, length_m, rise_m, private, steps, wheels in zip(
            edges.tolist(), *(column.tolist() for column in columns), strict=True
        )
    }
    near = np.zeros(network.edge_count, dtype=bool)
    near[edges] = True
    places = np.concatenate([origins, joined.entrance_node])
    ends = np.flatnonzero(near[placed.piece_edge] & np.isin(placed.piece_nodes[:, 1], places))  # of pieces, at places
    edge, fraction, node = placed.piece_edge[ends], placed.piece_to[ends], placed.piece_nodes[ends, 1]
    for own, at, place in zip(edge.tolist(), fraction.tolist(), node.tolist(), strict=True):
        streets[own].cuts.append((at, place))
    leg_m = placed.leg_m[placed.node_of_place >= 0][node - network.node_count]
    return Town(list(streets.values()), dict(zip(node.tolist(), leg_m.tolist(), strict=True)))


def _ends(first: int, last: int, wait: int) -> tuple[End, End]:
    """Return the ends of an edge; an edge that is a kerb has its wait at one of them, and stops wheels as an edge."""
    return End(first, wait, stops_wheels=False), End(last, NO_WAIT, stops_wheels=False)
