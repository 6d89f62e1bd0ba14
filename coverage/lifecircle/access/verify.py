"""Takes an access table and the street ways it came from, gives how far the times of a second engine differ from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import numpy as np

from lifecircle.access.second_engine import backwards, seconds_to_nearest, town
from lifecircle.access.services import offering
from lifecircle.access.table import rows_of
from lifecircle.network.store import walked_ways
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from lifecircle.access.second_engine import Position
    from lifecircle.access.services import Service
    from lifecircle.inputs.collect import Collected
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.walkers import Walker
    from lifecircle.study import Study

TOLERANCE_S: Final = 0.05
"""Two engines that are right differ by rounding alone, which is far less than this."""

SAMPLE: Final = 200
_SEED: Final = 2025


def verification(
    study: Study,
    inputs: Collected,
    network: StreetNetwork,
    access: pd.DataFrame,
    wanted: Sequence[tuple[Service, Walker]],
    sample: int = SAMPLE,
) -> dict[str, Any]:
    """Compute the times of some residents again with a second engine, from the street file on, and compare.

    Parameters
    ----------
    study : Study
    inputs : Collected
        Residents, facilities and their entrances.
    network : StreetNetwork
        The network of the first engine.
    access : DataFrame
        The access table, with the rows of every search that is ``wanted``.
    wanted : sequence of (Service, Walker)
    sample : int, optional
        How many residents are drawn; the same ones each time.

    Returns
    -------
    dict
        ``engine``; ``residents`` (how many were drawn), ``searches`` and ``trips`` (how many times were compared);
        ``disagreements``: residents of whom one engine says that they reach a facility and the other that they do not;
        ``greatest_difference_s``; ``tolerance_s``; and whether the engines ``agree``.
    """
    drawn = np.sort(np.random.default_rng(_SEED).permutation(len(inputs.residents))[:sample])
    offered = [offering(service, inputs.facilities)[0] for service, _ in wanted]
    needed = np.flatnonzero(np.any(offered, axis=0)[inputs.entrances["facility_row"]])
    first = len(inputs.residents)  # entrances are numbered after the residents
    places = [*_places(inputs.residents, drawn, 0), *_places(inputs.entrances, needed, first)]
    ways, uses, _ = walked_ways(inputs.files["streets"], study.streets, inputs.crs, study.repair_gap_m)
    streets = town(ways, uses, network, places, study.snap_limit_m)

    walkers = {walker.id: walker for _, walker in wanted}
    graphs = {name: backwards(streets, walker) for name, walker in walkers.items()}
    trips = disagreements = 0
    greatest_s = 0.0
    for (service, walker), own in zip(wanted, offered, strict=True):
        targets = first + np.flatnonzero(own[inputs.entrances["facility_row"]])
        theirs = seconds_to_nearest(graphs[walker.id], streets, walker, targets.tolist(), drawn.tolist())
        second_s = np.array([theirs.get(resident, np.nan) for resident in drawn.tolist()])
        first_s = SECONDS_PER_MINUTE * rows_of(access, service, walker.id)["minutes"].to_numpy(np.float64)[drawn]
        both = ~np.isnan(first_s) & ~np.isnan(second_s)
        trips += int(both.sum())
        disagreements += int((np.isnan(first_s) != np.isnan(second_s)).sum())
        greatest_s = max(greatest_s, float(np.abs(first_s - second_s)[both].max(initial=0.0)))
    return {
        "engine": f"networkx {nx.__version__}",
        "residents": len(drawn),
        "searches": len(wanted),
        "trips": trips,
        "disagreements": disagreements,
        "greatest_difference_s": greatest_s,
        "tolerance_s": TOLERANCE_S,
        "agree": disagreements == 0 and greatest_s <= TOLERANCE_S,
    }


def _places(points: gpd.GeoDataFrame, rows: NDArray[np.intp], first: int) -> list[tuple[int, Position]]:
    lonlat = points.geometry.iloc[rows].get_coordinates().to_numpy()
    return [(first + row, (lon, lat)) for row, (lon, lat) in zip(rows.tolist(), lonlat.tolist(), strict=True)]
