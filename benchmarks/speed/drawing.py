"""How long libraries take to draw isochrones, to snap points, and to make a network of an extract."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import osmium
import osmnx as ox
import shapely
from ground import SNAP_LIMIT_M, Row, beside_streets, timed
from searches import SLOW_NODES

from lifecircle.crs import to_metric
from lifecircle.inputs.streets import read_ways
from lifecircle.network.cells import street_cells
from lifecircle.network.exchange import to_osmnx
from lifecircle.network.graph import build_network
from lifecircle.network.isochrones import polygons_on_cells, reach_of_each
from lifecircle.network.points import Targets, piece_walks
from lifecircle.network.rules import read_walking_rules, way_uses
from lifecircle.network.snap import edge_lines, snap_to_edges
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ground import City

    from lifecircle.network.cells import StreetCells
    from lifecircle.network.points import PieceWalks

ISOCHRONES = "isochrone polygons, 500 × 3 bands"
SNAPPING = "snapping 100,000 points"
EXTRACT = "extract → network"
MINUTES = (5.0, 10.0, 15.0)
DRAWN, DRAWN_BY_PEER = 500, 5
POINTS = 100_000
BUFFER_M = 25.0


def isochrone_rows(city: City) -> list[Row]:
    """Return how long the polygons of 500 facilities take, searches included."""
    places = city.facilities.first(DRAWN)
    targets = Targets(places.node, places.leg_m, places.lonlat, np.arange(DRAWN))

    def build() -> tuple[PieceWalks, StreetCells]:
        walks = piece_walks(city.placed, targets, city.graph.walker)
        reaches = reach_of_each(walks, MINUTES[-1] * SECONDS_PER_MINUTE)
        return walks, street_cells(walks, np.unique(np.concatenate([reach.piece for reach in reaches])))

    build_s, (walks, cells) = timed(build, 1)

    def draw(limits: Sequence[float]) -> Any:
        reaches = reach_of_each(walks, limits[-1] * SECONDS_PER_MINUTE)
        return polygons_on_cells(walks, cells, reaches, limits)

    draw([1.0])  # compiles, or reads what was compiled
    note = "built once: the land that belongs to each stretch of street"
    rows = [Row(ISOCHRONES, "lifecircle", build_s, timed(lambda: draw(MINUTES))[0], 3, note=note)]
    if city.placed.node_count > SLOW_NODES:
        return rows
    build_s, graph = timed(lambda: ox.project_graph(to_osmnx(city.network), to_crs=city.network.crs), 1)
    lines = nx.get_edge_attributes(graph, "geometry")
    nodes = ox.distance.nearest_nodes(graph, *to_metric(places.lonlat[:DRAWN_BY_PEER], city.network.crs).T)

    def recipe() -> None:
        """Follow OSMnx's own example: a subgraph for each band, its edges buffered and united."""
        for node in nodes:
            for minutes in MINUTES:
                near = nx.ego_graph(graph, node, radius=minutes * SECONDS_PER_MINUTE, distance="length")
                shapely.union_all(shapely.buffer([lines[edge] for edge in near.edges(keys=True)], BUFFER_M))

    part = DRAWN_BY_PEER / DRAWN
    note = "its example's recipe: whole streets, buffered"
    rows.append(Row(ISOCHRONES, "OSMnx", build_s, timed(recipe, 1)[0] / part, 1, part, note))
    return rows


def snapping_rows(city: City) -> list[Row]:
    """Return how long it takes to find the nearest street of 100,000 points, and the point on it."""
    network = city.network
    lonlat = beside_streets(network, POINTS)
    query_s, ours = timed(lambda: snap_to_edges(network, lonlat, SNAP_LIMIT_M))
    rows = [Row(SNAPPING, "lifecircle", math.nan, query_s, 3, note="its index is made anew each time")]
    xy = to_metric(lonlat, network.crs)
    if city.placed.node_count <= SLOW_NODES:
        build_s, graph = timed(lambda: ox.project_graph(to_osmnx(network), to_crs=network.crs), 1)
        query_s, _ = timed(lambda: ox.distance.nearest_edges(graph, *xy.T), 1)
        rows.append(Row(SNAPPING, "OSMnx", build_s, query_s, 1, note="the edge alone, not the point on it"))
    lines = edge_lines(network)[network.edge_snappable]
    build_s, tree = timed(lambda: shapely.STRtree(lines))
    query_s, found = timed(lambda: tree.query_nearest(shapely.points(xy), all_matches=False))
    assert len(found[0]) == len(ours.edge)  # noqa: S101 - a check
    rows.append(Row(SNAPPING, "Shapely", build_s, query_s, 3, note="the edge alone, not the point on it"))
    return rows


def extract_rows(city: City) -> list[Row]:
    """Return how long an extract takes to become a network."""
    study, rules = city.study, read_walking_rules()

    def ours() -> Any:
        ways, _ = read_ways(city.extract, study.streets)
        return build_network(ways, way_uses(ways, rules), city.network.crs)

    rows = [Row(EXTRACT, "lifecircle", math.nan, timed(ours)[0], 3)]
    if city.placed.node_count > SLOW_NODES:
        return rows
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "streets.osm"
        with osmium.SimpleWriter(xml) as writer:
            for item in osmium.FileProcessor(city.extract):
                writer.add(item)
        query_s, _ = timed(lambda: ox.graph_from_xml(xml, retain_all=True), 1)
    rows.append(Row(EXTRACT, "OSMnx", math.nan, query_s, 1, note="from XML; making that is not counted"))
    return rows
