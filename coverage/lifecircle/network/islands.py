"""Takes placed streets and the people on them, gives the parts that hang together: the city, towns, and islands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.places import PlacedNetwork

TOWN_M: Final = 20_000.0
"""From this length on, streets that nothing joins to the rest are a town of their own, such as one across a river; a
shorter set is an island, and most islands are gaps in the map. As long as the streets of 1 km² of housing."""

KINDS: Final = ("main", "town", "island")


def component_kinds(length_m: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return for each component the position of its kind in :data:`KINDS`.

    The longest is the main one; of equally long ones the first.

    Parameters
    ----------
    length_m : (C,) array
        Length of the streets of each component.
    """
    kinds = np.where(length_m >= TOWN_M, KINDS.index("town"), KINDS.index("island"))
    kinds[np.argmax(length_m)] = KINDS.index("main")
    return kinds.astype(np.int8)


def islands(placed: PlacedNetwork, resident_node: NDArray[np.int32], people: NDArray[np.float64]) -> pd.DataFrame:
    """Return the components of a network with the people who live on each.

    Parameters
    ----------
    placed : PlacedNetwork
    resident_node : (R,) int
        Node of each resident; those at -1 (not snapped) live on none.
    people : (R,) array
        How many people each stands for.

    Returns
    -------
    DataFrame
        One row per component, the longest first, with ``component`` (its number in the network), ``kind`` (one of
        :data:`KINDS`), ``nodes``, ``metres``, ``people``, and ``lon`` and ``lat`` of one of its nodes.
    """
    network = placed.network
    count = int(network.component.max(initial=-1)) + 1
    of_edge = network.component[network.edge_nodes[:, 0]]
    metres = np.bincount(of_edge, weights=network.edge_length_m, minlength=count).astype(np.float64)
    component = np.empty(placed.node_count, dtype=np.int32)
    component[placed.piece_nodes] = of_edge[placed.piece_edge, None]
    snapped = resident_node >= 0
    living = np.bincount(component[resident_node[snapped]], weights=people[snapped], minlength=count)
    junctions = np.unique(np.column_stack([network.component, network.node_ref]), axis=0)[:, 0]
    lon, lat = network.node_lonlat[np.unique(network.component, return_index=True)[1]].T
    table = pd.DataFrame(
        {
            "component": np.arange(count),
            "kind": pd.Categorical.from_codes(component_kinds(metres), dtype=pd.CategoricalDtype(list(KINDS))),
            "nodes": np.bincount(junctions, minlength=count),
            "metres": metres,
            "people": living,
            "lon": lon,
            "lat": lat,
        }
    )
    return table.sort_values("metres", ascending=False, kind="stable").reset_index(drop=True)


def island_problems(table: pd.DataFrame, file: str) -> list[Problem]:
    """Return a problem for every island that people live on: no walk from there leads to the rest of the streets.

    Parameters
    ----------
    table : DataFrame
        As :func:`islands` gives it.
    file : str
        Name of the street file in the problems.
    """
    lived_on = table[(table["kind"] == "island") & (table["people"] > 0)]
    return [
        Problem(
            file,
            None,
            "",
            "",
            told(
                "problem.people_on_island",
                people=f"{row.people:.0f}",
                metres=f"{row.metres:.0f}",
                lon=f"{row.lon:.5f}",
                lat=f"{row.lat:.5f}",
            ),
            "noted",
        )
        for row in lived_on.itertuples(index=False)
    ]


def island_streets(network: StreetNetwork, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the streets of all islands, lived on or not.

    Parameters
    ----------
    network : StreetNetwork
    table : DataFrame
        As :func:`islands` gives it.

    Returns
    -------
    GeoDataFrame
        Lines in WGS 84 with their ``component``.
    """
    component = network.component[network.edge_nodes[:, 0]]
    cut_off = np.isin(component, table.loc[table["kind"] == "island", "component"])
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.edge_offsets))
    vertices = cut_off[edge]
    lines = shapely.linestrings(network.vertex_lonlat[vertices], indices=(np.cumsum(cut_off) - 1)[edge[vertices]])
    return gpd.GeoDataFrame({"component": component[cut_off]}, geometry=lines, crs=WGS84)
