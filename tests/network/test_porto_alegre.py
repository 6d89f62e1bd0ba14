from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
import shapely

from lifecircle.crs import geodesic_m, metric_crs, to_lonlat, to_metric
from lifecircle.inputs.streets import read_ways
from lifecircle.network.graph import build_network
from lifecircle.network.places import insert_places
from lifecircle.network.rules import read_walking_rules, way_uses
from lifecircle.network.search import all_within, nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.walkers import read_walkers
from lifecircle.study import Source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.real
def test_a_thousand_trips_in_porto_alegre_equal_those_of_networkx(real_data: Path):
    """250 homes to 4 clinics over the single segments of the ways, each place cutting the segment it is nearest to.

    Barriers at nodes and crossings of squares are left out here, as the graph of NetworkX does not know them.
    """
    path = real_data / "porto_alegre" / "poa_osm.pbf"
    ways, _ = read_ways(path, Source(file=path.name))
    ways.node_tags["barrier"] = None
    uses = way_uses(ways, read_walking_rules()).assign(square=False)
    network = build_network(ways, uses, metric_crs(ways.lonlat))
    rng = np.random.default_rng(14)
    corner = to_metric(np.median(ways.lonlat, axis=0, keepdims=True), network.crs)
    lonlat = to_lonlat(corner + rng.uniform(-2500, 2500, (254, 2)), network.crs)
    lonlat[0] = to_lonlat(to_metric(lonlat[4:5], network.crs) + 0.5, network.crs)[0]  # next door: on one edge
    who = read_walkers()["elder"]

    snapped = snap_to_edges(network, lonlat, 500)
    placed = insert_places(network, snapped)
    pairs = all_within(
        walk_graph(placed, who),
        placed.node_of_place[:4],
        placed.leg_m[:4],
        placed.node_of_place[4:],
        placed.leg_m[4:],
        np.inf,
    )
    ours = dict(zip(zip(pairs.target.tolist(), pairs.origin.tolist(), strict=True), pairs.seconds, strict=True))

    graph, legs_m = segment_graph(ways, uses, network, lonlat, who)
    near = [row for row in range(len(lonlat)) if legs_m[row] <= 500]
    theirs = {}
    for clinic in (row for row in near if row < 4):
        reached = nx.single_source_dijkstra_path_length(graph, (-1 - clinic, "last"))
        for home in (row for row in near if row >= 4 and (-1 - row, "first") in reached):
            walked_s = reached[-1 - home, "first"]
            theirs[clinic, home - 4] = walked_s + (legs_m[clinic] + legs_m[home]) / who.speed_m_s
    assert snapped.edge[0] == snapped.edge[4]
    assert len(ours) > 900
    assert ours.keys() == theirs.keys()
    assert max(abs(ours[pair] - theirs[pair]) for pair in theirs) < 0.05


@pytest.mark.real
@pytest.mark.parametrize(
    ("extract", "crs"), [("porto_alegre/poa_osm.pbf", "EPSG:32722"), ("helsinki/Helsinki.osm.pbf", "EPSG:32635")]
)
def test_private_streets_shut_nobody_in(real_data: Path, extract, crs):
    """From a public corner, a walk leads to all that is connected with it: private streets are where trips end."""
    path = real_data / extract
    ways, _ = read_ways(path, Source(file=path.name))
    network = build_network(ways, way_uses(ways, read_walking_rules()), crs)
    placed = insert_places(network, snap_to_edges(network, np.empty((0, 2)), 300))
    largest = np.argmax(np.bincount(network.component))
    public = np.unique(network.edge_nodes[~network.edge_private])
    corner = public[network.component[public] == largest][:1]
    found = nearest(walk_graph(placed, read_walkers()["standard"]), corner, np.zeros(1))
    assert 0 < np.count_nonzero(network.edge_private) < network.edge_count / 5
    assert np.array_equal(np.isfinite(found.seconds), network.component == largest)


def segment_graph(ways, uses, network, lonlat, who):
    """Return every vertex of the ways as a node of NetworkX, every place as node -1 - row, and the access legs."""
    private_ways = set(network.edge_way[network.edge_private].tolist())
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    first = np.flatnonzero((np.diff(way) == 0) & uses["walk"].to_numpy()[way[:-1]])
    xy = to_metric(ways.lonlat, network.crs)
    lines = shapely.linestrings(np.stack([xy[first], xy[first + 1]], axis=1))
    open_to_places = np.flatnonzero(uses["snappable"].to_numpy()[way[first]])
    points = shapely.points(to_metric(lonlat, network.crs))
    segment = open_to_places[shapely.STRtree(lines[open_to_places]).nearest(points)]
    along = shapely.line_locate_point(lines[segment], points)
    cut = to_lonlat(shapely.get_coordinates(shapely.line_interpolate_point(lines[segment], along)), network.crs)
    stops = {}
    for row, at in enumerate(segment.tolist()):
        begin = ways.lonlat[first[at]][None]
        stops.setdefault(at, []).append((float(geodesic_m(begin, cut[row : row + 1])[0]), -1 - row))
    length_m = geodesic_m(ways.lonlat[first], ways.lonlat[first + 1])
    graph = nx.DiGraph()
    for at, vertex in enumerate(first.tolist()):
        row = way[vertex]
        speed = who.steps_speed_m_s if uses["steps"].iat[row] else who.speed_m_s
        begin, end = ways.node_ref[vertex : vertex + 2].tolist()
        chain = [(0.0, begin), *sorted(stops.get(at, [])), (length_m[at], end)]
        stages = ("first", "last") if ways.way_id[row] in private_ways else ("public",)
        for (begin_m, one), (end_m, other) in itertools.pairwise(chain):
            for stage in stages:
                for start, stop in ((one, other), (other, one)):
                    weight = max(0.0, end_m - begin_m) / speed
                    if weight < graph.get_edge_data((start, stage), (stop, stage), {"weight": np.inf})["weight"]:
                        graph.add_edge((start, stage), (stop, stage), weight=weight)
    for node in {node for node, _ in graph}:
        graph.add_edge((node, "last"), (node, "public"), weight=0)
        graph.add_edge((node, "public"), (node, "first"), weight=0)
    return graph, geodesic_m(lonlat, cut)
