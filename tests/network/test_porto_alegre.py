"""Trips in a real city, against an oracle that cuts, times and joins the streets again, one by one."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
import shapely

from lifecircle.crs import geodesic_m, metric_crs, to_lonlat, to_metric
from lifecircle.inputs.streets import read_ways
from lifecircle.inputs.terrain import SMOOTHING_M, heights
from lifecircle.inputs.ways import ways_within
from lifecircle.network.graph import build_network
from lifecircle.network.kerbs import CARRIAGEWAYS
from lifecircle.network.places import insert_places
from lifecircle.network.rules import read_walking_rules, way_uses
from lifecircle.network.search import all_within, nearest, walk_graph
from lifecircle.network.slope import with_rise
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.walkers import read_walkers
from lifecircle.study import Source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.real
def test_trips_over_the_hills_and_crossings_of_porto_alegre_equal_those_of_networkx(real_data: Path):
    """77 homes and 4 clinics in 3 km by 3 km, there and back, on foot and on wheels: 1,232 trips if all can be made.

    Slopes, waits, joining and searching are done again; only of bridges the rise is taken from the network. Barriers at
    nodes and crossings of squares are left out here, as the oracle does not know them.
    """
    path, dem = real_data / "porto_alegre" / "poa_osm.pbf", real_data / "porto_alegre" / "poa_elevation.tif"
    ways, _ = read_ways(path, Source(file=path.name))
    east, north = np.median(ways.lonlat, axis=0)
    ways = ways_within(ways, (east - 0.016, north - 0.014, east + 0.016, north + 0.014))
    for key in ("barrier", "kerb", "wheelchair"):
        ways.node_tags[key] = None
    uses = way_uses(ways, read_walking_rules()).assign(square=False)
    network = build_network(ways, uses, metric_crs(ways.lonlat))
    network = with_rise(network, heights(dem, network.node_lonlat, smooth_m=SMOOTHING_M)[0])
    middle = to_metric(np.array([[east, north]]), network.crs)
    lonlat = to_lonlat(middle + np.random.default_rng(14).uniform(-1500, 1500, (81, 2)), network.crs)
    lonlat[0] = to_lonlat(to_metric(lonlat[4:5], network.crs) + 0.5, network.crs)[0]  # next door: on one edge

    snapped = snap_to_edges(network, lonlat, 500)
    placed = insert_places(network, snapped)
    ground = dict(zip(ways.node_ref.tolist(), heights(dem, ways.lonlat, smooth_m=SMOOTHING_M)[0].tolist(), strict=True))
    streets = streets_of(ways, uses, network, ground)
    legs_m = join(streets, lonlat, network.crs)
    near = [place for place in range(81) if legs_m[place] <= 500]
    clinics, homes = [place for place in near if place < 4], [place for place in near if place >= 4]
    assert snapped.edge[0] == snapped.edge[4]
    for who in (read_walkers()["elder"], read_walkers()["wheelchair"]):
        graph = graph_of(streets, who)
        for begins, ends in ((homes, clinics), (clinics, homes)):
            theirs = oracle_seconds(graph, legs_m, who, begins, ends)
            ours = seconds(placed, who, begins, ends)
            assert ours.keys() == theirs.keys()
            assert max(abs(ours[pair] - theirs[pair]) for pair in theirs) < 0.05
            assert len(ours) >= 300


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


def seconds(placed, who, begins, ends):
    """Return {(begin, end): seconds} of the library."""
    begins, ends = np.array(begins), np.array(ends)
    node, leg_m = placed.node_of_place, placed.leg_m
    found = all_within(walk_graph(placed, who), node[ends], leg_m[ends], node[begins], leg_m[begins], np.inf)
    pairs = zip(begins[found.origin].tolist(), ends[found.target].tolist(), strict=True)
    return dict(zip(pairs, found.seconds.tolist(), strict=True))


@dataclass
class Street:
    """A street between two corners, each with what is waited for there, and the places on it."""

    corners: tuple[int, int]
    waits: tuple[str, str]
    line: shapely.LineString
    length_m: float
    rise_m: float
    private: bool
    steps: bool
    wheels: bool
    snappable: bool
    places: list[tuple[float, int]] = field(default_factory=list)


def waits_of(ways):
    """Return a function that says what the street of a way waits for at a node: a road, a signal, or nothing."""
    wide, vehicles = defaultdict(Counter), defaultdict(Counter)  # node to road to the number of its arms there
    name = ways.tags["name"].astype(object).fillna("").tolist()
    highway = ways.tags["highway"].astype(object).tolist()
    for row, (begin, stop) in enumerate(itertools.pairwise(ways.offsets.tolist())):
        for vertex in range(begin, stop):
            arms = (vertex > begin) + (vertex < stop - 1)
            if highway[row] in CARRIAGEWAYS:
                vehicles[ways.node_ref[vertex]][name[row]] += arms
            if highway[row] in {"trunk", "primary", "secondary"}:
                wide[ways.node_ref[vertex]][name[row]] += arms
    tags = ways.node_tags.astype(object)
    signals = set(tags.index[(tags["highway"] == "traffic_signals") | (tags["crossing"] == "traffic_signals")])

    def waits_for(row, ref):
        on_wide = highway[row] in {"trunk", "primary", "secondary"}
        on_street = highway[row] in CARRIAGEWAYS
        if ref in signals and sum(n for road, n in vehicles[ref].items() if not (on_street and road == name[row])) > 1:
            return "signal"
        if sum(n for road, n in wide[ref].items() if not (on_wide and road == name[row])) > 1:
            return "road"
        return ""

    return waits_for


def streets_of(ways, uses, network, ground):
    """Cut the ways into streets, in the order of the network's edges, which must be as long and rise as far."""
    waits_for, refs, xy = waits_of(ways), ways.node_ref.tolist(), to_metric(ways.lonlat, network.crs)
    bounds = list(itertools.pairwise(ways.offsets.tolist()))
    facts = uses[["steps", "wheels", "snappable"]].to_numpy(dtype=bool).tolist()
    walked = [row for row, walk in enumerate(uses["walk"]) if walk]
    meetings = Counter(refs[vertex] for row in walked for vertex in range(*bounds[row]))
    streets = []
    for row in walked:
        first, stop = bounds[row]
        for vertex in range(first + 1, stop):
            if vertex == stop - 1 or meetings[refs[vertex]] > 1 or waits_for(row, refs[vertex]):
                corners, edge = (refs[first], refs[vertex]), len(streets)
                length_m = geodesic_m(ways.lonlat[first:vertex], ways.lonlat[first + 1 : vertex + 1]).sum()
                rise_m = ground[corners[1]] - ground[corners[0]]
                rise_m = network.edge_rise_m[edge] if network.edge_aloft[edge] else np.nan_to_num(rise_m)
                waits = tuple(waits_for(row, corner) for corner in corners)
                streets.append(
                    Street(
                        corners,
                        ("", "") if waits == ("signal", "signal") and length_m <= 30 else waits,
                        shapely.LineString(xy[first : vertex + 1]),
                        length_m,
                        rise_m,
                        network.edge_private[edge],
                        *facts[row],
                    )
                )
                first = vertex
    edges = np.flatnonzero(network.edge_wait == 0)
    assert network.edge_length_m[edges] == pytest.approx([street.length_m for street in streets], abs=1e-6)
    assert network.edge_rise_m[edges] == pytest.approx([street.rise_m for street in streets], abs=1e-6)
    assert sum(wait != "" for street in streets for wait in street.waits) == network.edge_count - len(edges)
    return streets


def join(streets, lonlat, crs):
    """Put each place on the nearest street, and return the access legs."""
    snappable = [street for street in streets if street.snappable]
    points = shapely.points(to_metric(lonlat, crs))
    nearest_street = shapely.STRtree([street.line for street in snappable]).nearest(points)
    cuts = []
    for place, (row, point) in enumerate(zip(nearest_street.tolist(), points, strict=True)):
        street = snappable[row]
        along = street.line.project(point)
        cuts.append(street.line.interpolate(along).coords[0])
        street.places.append((along / street.line.length, place))
    return geodesic_m(lonlat, to_lonlat(np.array(cuts), crs))


def graph_of(streets, who):
    """Return the streets as a graph of NetworkX, with the layers "first", "public" and "last" of every point."""
    graph = nx.DiGraph()

    def add(street, start, end, weight):
        for layer in ("first", "last") if street.private else ("public",):
            if weight < graph.get_edge_data((start, layer), (end, layer), {"weight": math.inf})["weight"]:
                graph.add_edge((start, layer), (end, layer), weight=weight)

    half_s = {"": 0.0, "road": who.crossing_delay_s / 2, "signal": who.signal_delay_s / 2}
    for row, street in enumerate(streets):
        steps = street.steps and not who.wheels
        speed = who.steps_speed_m_s if steps else who.speed_m_s
        slope = 0.0 if steps or not street.length_m else max(-0.35, min(0.35, street.rise_m / street.length_m))
        for side, (corner, wait) in enumerate(zip(street.corners, street.waits, strict=True)):
            add(street, ("end", row, side), corner, half_s[wait])
            add(street, corner, ("end", row, side), half_s[wait])
        stops = [(0.0, ("end", row, 0)), *((at, ("place", place)) for at, place in sorted(street.places))]
        for (begin, one), (end, other) in itertools.pairwise([*stops, (1.0, ("end", row, 1))]):
            metres = street.length_m * (end - begin)
            if street.wheels or not who.wheels or not metres:
                add(street, one, other, metres / (speed * math.exp(0.175 - 3.5 * abs(slope + 0.05))))
                add(street, other, one, metres / (speed * math.exp(0.175 - 3.5 * abs(-slope + 0.05))))
    for point in {point for point, _ in graph}:
        graph.add_edge((point, "first"), (point, "public"), weight=0)
        graph.add_edge((point, "public"), (point, "last"), weight=0)
    return graph


def oracle_seconds(graph, legs_m, who, begins, ends):
    """Return {(begin, end): seconds} of NetworkX."""
    found = {}
    for begin in begins if len(begins) < len(ends) else ends:
        turned = graph if begin in begins else graph.reverse(copy=False)
        first, last = ("first", "last") if begin in begins else ("last", "first")
        reached = nx.single_source_dijkstra_path_length(turned, (("place", begin), first))
        for end in ends if begin in begins else begins:
            if (("place", end), last) in reached:
                pair = (begin, end) if begin in begins else (end, begin)
                found[pair] = reached[("place", end), last] + (legs_m[begin] + legs_m[end]) / who.speed_m_s
    return found
