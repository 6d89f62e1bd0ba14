"""Takes an analyst's own streets and places, gives walks and isochrones: no study, no plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.access.joining import Joined, join
from lifecircle.access.pairs import access_pairs
from lifecircle.access.services import Service
from lifecircle.access.table import access_table
from lifecircle.access.targets import service_places
from lifecircle.answers import walker_named
from lifecircle.crs import WGS84, metric_crs
from lifecircle.errors import InputError
from lifecircle.inputs.entrances import entrances
from lifecircle.inputs.streets import read_ways
from lifecircle.network.isochrones import isochrone_polygons, reach_of_each
from lifecircle.network.points import piece_walks
from lifecircle.network.search import walk_graph
from lifecircle.network.snap import edge_lines
from lifecircle.network.store import cached_network
from lifecircle.study import DEFAULT_SNAP_LIMIT_M, Source
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lifecircle.network.graph import StreetNetwork

_LAYER = "destinations"


def read_streets(path: str | Path, crs: str | None = None) -> StreetNetwork:
    """Return the walkable streets of a file.

    Parameters
    ----------
    path : str or Path
        An OpenStreetMap extract (``.osm.pbf``, ``.osm``) or a layer of lines.
    crs : str, optional
        A projected frame in metres; the UTM zone of the streets when absent.

    Raises
    ------
    LifecircleError
        If the file cannot be read, or holds nothing that can be walked.

    Examples
    --------
    >>> import lifecircle
    >>> folder = lifecircle.example_town().study.path.parent
    >>> network = lifecircle.read_streets(folder / "streets.geojson")
    >>> network.crs, round(network.edge_length_m.sum(), -1)
    ('EPSG:32650', np.float64(3000.0))
    """
    path, source = Path(path), Source(file=Path(path).name)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file. Check the path.")
    frame = crs or metric_crs(read_ways(path, source)[0].lonlat)
    return cached_network(path, source, frame)[0]


def street_lines(network: StreetNetwork) -> gpd.GeoDataFrame:
    """Return the streets as a table of lines, for a GeoPackage or a map.

    Returns
    -------
    GeoDataFrame
        WGS 84, one row per edge: ``u, v`` (nodes), ``way_id, name, length_m`` (geodesic), ``private, steps, wheels``.

    Examples
    --------
    >>> import lifecircle
    >>> streets = lifecircle.street_lines(lifecircle.example_run().network)
    >>> streets["name"].tolist(), streets["length_m"].round(-1).tolist()
    (['长街'], [3000.0])
    """
    return gpd.GeoDataFrame(
        {
            "u": network.edge_nodes[:, 0],
            "v": network.edge_nodes[:, 1],
            "way_id": network.edge_way,
            "name": np.asarray(network.names, dtype=object)[network.edge_name],
            "length_m": network.edge_length_m,
            "private": network.edge_private,
            "steps": network.edge_steps,
            "wheels": network.edge_wheels,
        },
        geometry=gpd.GeoSeries(edge_lines(network), crs=network.crs).to_crs(WGS84),
    )


def nearest_walks(
    network: StreetNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    walker: str = "standard",
    snap_limit_m: float = DEFAULT_SNAP_LIMIT_M,
) -> pd.DataFrame:
    """Return the walk from every origin to the nearest destination.

    Parameters
    ----------
    network : StreetNetwork
    origins : GeoDataFrame
        Points in any frame.
    destinations : GeoDataFrame
        Points or polygons in any frame; a polygon is reached at its boundary.
    walker : str
        Of ``configs/walkers.yaml``.
    snap_limit_m : float
        Places farther than this from any street are not joined, metres.

    Returns
    -------
    DataFrame
        With the index of the origins: ``status`` (reached, unreachable or not_snapped), ``minutes`` and ``metres``
        (access legs at both ends included; missing unless reached), ``destination`` (index of the nearest), ``leg_m``
        (metres from the origin to its street).

    Raises
    ------
    InputError
        If places have no frame, no position, or origins are no points.
    StudyError
        If there is no such walker.

    Examples
    --------
    >>> import lifecircle
    >>> run = lifecircle.example_run()
    >>> clinics = run.facilities[run.facilities["layer"] == "clinic"]
    >>> walks = lifecircle.nearest_walks(run.network, run.residents, clinics)
    >>> walks["minutes"].round(1).tolist()
    [4.2, 12.5, 20.8, 29.2, 37.5, 45.8]
    """
    joined, people, places = _joined(network, origins, destinations, snap_limit_m)
    wanted = [(Service((_LAYER,)), walker_named(walker))]
    table = access_table(joined, people, places, wanted, {_LAYER: frozenset()})
    nearest = pd.Index(places["facility_id"]).get_indexer(table["facility_id"].astype(object))
    known = pd.Series(destinations.index).reindex(nearest).set_axis(origins.index)  # a row of -1 is missing
    found = table[["status", "minutes", "metres"]].set_axis(origins.index)
    return found.assign(destination=known, leg_m=table["leg_m"].to_numpy())


def walks_within(
    network: StreetNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    minutes: float = 15,
    walker: str = "standard",
    snap_limit_m: float = DEFAULT_SNAP_LIMIT_M,
) -> pd.DataFrame:
    """Return all walks of some length from origins to destinations, as a table of costs for other libraries.

    Parameters
    ----------
    network, origins, destinations, walker, snap_limit_m
        As for :func:`nearest_walks`.
    minutes : float
        The longest walk that is listed.

    Returns
    -------
    DataFrame
        ``origin, destination`` (of their indices) and ``minutes``, of each origin the nearest first.

    Raises
    ------
    InputError
        As :func:`nearest_walks`, or if the minutes are no number above 0.

    Examples
    --------
    >>> import lifecircle
    >>> run = lifecircle.example_run()
    >>> creches = run.facilities[run.facilities["layer"] == "childcare"].set_index("facility_id")
    >>> walks = lifecircle.walks_within(run.network, run.residents.set_index("resident_id"), creches, minutes=5)
    >>> walks.round(1).to_numpy().tolist()
    [['a', 't1', 4.2], ['b', 't1', 4.2], ['e', 't2', 4.2], ['f', 't2', 4.2]]
    """
    joined, _, places = _joined(network, origins, destinations, snap_limit_m)
    graph = walk_graph(joined.placed, walker_named(walker))
    pairs = access_pairs(joined, graph, np.ones(len(places), dtype=bool), minutes)
    return pd.DataFrame(
        {
            "origin": origins.index.to_numpy()[pairs.resident],
            "destination": destinations.index.to_numpy()[pairs.facility],
            "minutes": pairs.minutes,
        }
    )


def isochrones_around(
    network: StreetNetwork,
    places: gpd.GeoDataFrame,
    minutes: Sequence[float] = (5, 10, 15),
    walker: str = "standard",
    snap_limit_m: float = DEFAULT_SNAP_LIMIT_M,
) -> gpd.GeoDataFrame:
    """Return from where each of some places is reached on foot within some minutes.

    Parameters
    ----------
    network, walker, snap_limit_m
        As for :func:`nearest_walks`.
    places : GeoDataFrame
        Points or polygons in any frame.
    minutes : sequence of float
        Limits, ascending.

    Returns
    -------
    GeoDataFrame
        WGS 84, one row per limit and place that is joined to a street: ``place`` (of its index), ``minutes``,
        ``area_km2``.

    Raises
    ------
    InputError
        If places have no frame or no position.
    NetworkError
        If none of them is near a street.

    Examples
    --------
    >>> import lifecircle
    >>> run = lifecircle.example_run()
    >>> clinic = run.facilities[run.facilities["layer"] == "clinic"].set_index("facility_id")
    >>> rings = lifecircle.isochrones_around(run.network, clinic, minutes=(5, 10))
    >>> rings[["place", "minutes"]].to_numpy().tolist(), bool(rings["area_km2"].is_monotonic_increasing)
    ([['k1', 5.0], ['k1', 10.0]], True)
    """
    own = _places(places, "places").assign(layer=_LAYER)
    found = service_places(network, own, entrances(own, network.crs), Service((_LAYER,)), snap_limit_m)
    walks = piece_walks(found.placed, found.targets, walker_named(walker))
    polygons = isochrone_polygons(walks, reach_of_each(walks, SECONDS_PER_MINUTE * minutes[-1]), minutes)
    return polygons.assign(place=places.index.to_numpy()[found.facility[polygons["place"]]])


def _joined(
    network: StreetNetwork, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame, snap_limit_m: float
) -> tuple[Joined, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return origins and destinations joined to the streets, and both as tables of residents and facilities."""
    people = _places(origins, "origins")
    if (shapely.get_type_id(people.geometry.to_numpy()) != shapely.GeometryType.POINT).any():
        raise InputError("origins: each must be a point. Take .representative_point() of areas.")
    places = _places(destinations, "destinations")
    people["resident_id"] = np.arange(len(people)).astype(str)
    places["facility_id"] = np.arange(len(places)).astype(str)
    places["layer"] = _LAYER
    return join(network, people, entrances(places, network.crs), snap_limit_m), people, places


def _places(table: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return the geometries of a table alone, WGS 84, numbered from 0."""
    if table.crs is None:
        raise InputError(f"{name}: have no coordinate frame. Say which it is with .set_crs(…).")
    nowhere = np.flatnonzero(table.geometry.isna() | table.geometry.is_empty)
    if not len(table):
        raise InputError(f"{name}: there are none. Give one or more.")
    if len(nowhere):
        raise InputError(f"{name}: row {nowhere[0]} has no position. Give places with a geometry.")
    return gpd.GeoDataFrame(geometry=table.geometry.to_crs(WGS84).reset_index(drop=True))
