"""Takes street ways and places, gives walking times by NetworkX: a second engine, plain and slow, to check the first.

It shares with the first what tags mean (walking rules, barriers, kerbs), the crossings of squares and how far streets
rise. Everything else is done again, one street at a time: cutting ways at junctions, finding private streets, joining
places, timing, and searching.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import shapely
from pyproj import Geod, Transformer

from lifecircle.crs import WGS84
from lifecircle.network.barriers import ENCLOSED_LIMIT_M, node_barriers
from lifecircle.network.kerbs import AT_ROAD, AT_SIGNAL, MEDIAN_M, NO_WAIT, vertex_kerbs
from lifecircle.network.slope import STEEPEST_SLOPE
from lifecircle.network.squares import with_crossings

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    import pandas as pd

    from lifecircle.inputs.ways import Ways
    from lifecircle.network.graph import StreetNetwork
    from lifecircle.network.walkers import Walker

    Position = tuple[float, float]

_GEOD = Geod(ellps="WGS84")
_GATE_STREETS = 2  # one before and one behind; a gate on a crossing of more does not say which of them it closes
_GOAL = "goal"


@dataclass(frozen=True)
class End:
    """One end of a street: its junction, the wait for crossing there, and whether a kerb stops wheels."""

    junction: Hashable
    wait: int
    stops_wheels: bool


@dataclass(frozen=True)
class Street:
    """A street that can be walked, between two junctions; ``cuts`` are the places on it with their fractions."""

    ends: tuple[End, End]
    line: shapely.LineString
    length_m: float
    rise_m: float
    private: bool
    steps: bool
    wheels: bool
    snappable: bool
    cuts: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Town:
    """Streets, and the access leg of each place that is joined to one of them, by the place's number."""

    streets: list[Street]
    leg_m: dict[int, float]


def town(
    ways: Ways, uses: pd.DataFrame, network: StreetNetwork, places: Iterable[tuple[int, Position]], limit_m: float
) -> Town:
    """Cut ways into streets and join places to the nearest of them.

    Parameters
    ----------
    ways, uses : Ways, DataFrame
        As for :func:`lifecircle.network.graph.build_network`.
    network : StreetNetwork
        The network that it built of them; only the metric frame and the rise of each street are taken from it.
    places : iterable of (int, (float, float))
        Number and position (WGS 84) of each place.
    limit_m : float
        The longest access leg.
    """
    transformer = Transformer.from_crs(WGS84, network.crs, always_xy=True)
    streets = list(_streets(*with_crossings(ways, uses), transformer))
    rises = network.edge_rise_m[: len(streets)].tolist()
    streets = [replace(street, rise_m=rise) for street, rise in zip(streets, rises, strict=True)]
    streets = _private_behind_gates(streets, ways)
    open_streets = [street for street in streets if street.snappable]
    tree = shapely.STRtree([street.line for street in open_streets])
    leg_m = {}
    for number, (lon, lat) in places:
        point = shapely.Point(transformer.transform(lon, lat))
        near = sorted(tree.query(point.buffer(1.1 * limit_m)))
        if near:
            street = min((open_streets[row] for row in near), key=lambda street: street.line.distance(point))
            along = street.line.project(point)
            cut = street.line.interpolate(along)
            leg = _GEOD.inv(lon, lat, *transformer.transform(cut.x, cut.y, direction="INVERSE"))[2]
            if leg <= limit_m:
                street.cuts.append((along / street.line.length if street.line.length else 0.0, number))
                leg_m[number] = leg
    return Town(streets, leg_m)


def _streets(ways: Ways, uses: pd.DataFrame, transformer: Transformer) -> Iterator[Street]:
    """Yield the streets of every way that somebody can walk, in the order of the ways, all flat and without medians."""
    barriers = node_barriers(ways.node_tags)
    closed, parting = set(barriers.closed.tolist()), {*barriers.closed.tolist(), *barriers.private.tolist()}
    kerbs = vertex_kerbs(ways, barriers)
    refs, lonlat = ways.node_ref.tolist(), ways.lonlat.tolist()
    waits, stops = kerbs.wait.tolist(), kerbs.stops_wheels.tolist()
    columns = (uses[name].astype(bool).tolist() for name in ("private", "steps", "wheels", "snappable"))
    walked = []
    for (start, stop), walk, *facts in zip(pairwise(ways.offsets.tolist()), uses["walk"], *columns, strict=True):
        vertices = [start, *(here for before, here in pairwise(range(start, stop)) if refs[here] != refs[before])]
        if walk and len(vertices) > 1:
            walked.append((vertices, facts))
    meetings = Counter(refs[vertex] for vertices, _ in walked for vertex in vertices)
    for vertices, facts in walked:
        begin = 0
        for at, vertex in enumerate(vertices[1:], start=1):
            cut = meetings[refs[vertex]] > 1 or refs[vertex] in parting or waits[vertex] or stops[vertex]
            if cut or at == len(vertices) - 1:
                part = vertices[begin : at + 1]
                lon, lat = zip(*(lonlat[vertex] for vertex in part), strict=True)
                line = shapely.LineString(np.column_stack(transformer.transform(lon, lat)))
                # Nobody passes a closed barrier: every street there ends in a junction that no other street has.
                first, last = (
                    End(object() if refs[end] in closed else refs[end], waits[end], stops[end])
                    for end in (part[0], part[-1])
                )
                yield Street((first, last), line, _GEOD.line_length(lon, lat), 0.0, *facts)
                begin = at


def _private_behind_gates(streets: list[Street], ways: Ways) -> list[Street]:
    """Mark streets that end at a residents' gate as private, and those that only private ones lead to."""
    gates = set(node_barriers(ways.node_tags).private.tolist())
    junctions = [(street.ends[0].junction, street.ends[1].junction) for street in streets]
    ends = Counter(junction for pair in junctions for junction in pair)
    closing = {gate for gate in gates if ends[gate] <= _GATE_STREETS}
    streets = [
        replace(street, private=street.private or not closing.isdisjoint(pair))
        for street, pair in zip(streets, junctions, strict=True)
    ]
    whole: nx.Graph[Hashable] = nx.Graph(junctions)
    public: nx.Graph[Hashable] = nx.Graph()
    public.add_nodes_from(whole)
    public.add_edges_from(pair for street, pair in zip(streets, junctions, strict=True) if not street.private)
    part_of = {node: part for part, nodes in enumerate(nx.connected_components(public)) for node in nodes}
    length_m: defaultdict[int, float] = defaultdict(float)
    for street in streets:
        if not street.private:
            length_m[part_of[street.ends[0].junction]] += street.length_m
    enclosed = set()
    for nodes in nx.connected_components(whole):
        parts = {part_of[node] for node in nodes}
        longest = max(parts, key=lambda part: length_m[part])
        enclosed |= {part for part in parts if part != longest and length_m[part] <= ENCLOSED_LIMIT_M}
    return [
        replace(street, private=street.private or part_of[street.ends[0].junction] in enclosed) for street in streets
    ]


def seconds_to_nearest(
    graph: nx.DiGraph[Any], town: Town, walker: Walker, targets: Iterable[int], origins: Iterable[int]
) -> dict[int, float]:
    """Return the seconds from each origin to the nearest target, access legs at both ends included.

    Parameters
    ----------
    graph : DiGraph
        The town for this walker, as :func:`backwards` gives it.
    town : Town
    walker : Walker
    targets, origins : iterable of int
        Numbers of places.

    Returns
    -------
    dict
        Only origins from which a target can be reached.
    """
    graph.add_node(_GOAL)
    for target in targets:
        if target in town.leg_m:
            _add(graph, _GOAL, _layered(graph, target, "last"), town.leg_m[target] / walker.speed_m_s)
    found = nx.single_source_dijkstra_path_length(graph, _GOAL)
    graph.remove_node(_GOAL)
    arrivals = {origin: _layered(graph, origin, "first") for origin in origins if origin in town.leg_m}
    return {
        origin: found[point] + town.leg_m[origin] / walker.speed_m_s
        for origin, point in arrivals.items()
        if point in found
    }


def _layered(graph: nx.DiGraph[Any], place: int, layer: str) -> Hashable:
    """Return where trips to or from a place end or begin: on a private street where it is on one."""
    point = ("place", place)
    return (point, layer) if (point, layer) in graph else (point, "public")


def backwards(town: Town, walker: Walker) -> nx.DiGraph[Any]:
    """Return a graph in which paths are trips backwards: over private streets, then public, then private ones.

    Points of private streets stand three times: on the last private streets of a trip, on public ones, and on the first
    private ones; no path leads back from one of these layers to the one before.
    """
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for street in town.streets:
        first, last = (_street_end(graph, street, side, walker) for side in (0, 1))
        stops = [(0.0, first), *((at, ("place", number)) for at, number in sorted(street.cuts)), (1.0, last)]
        there_s, back_s = (_whole_street_s(street, rise_m, walker) for rise_m in (street.rise_m, -street.rise_m))
        for (begin, one), (end, other) in pairwise(stops):
            share = end - begin
            _join(graph, street, one, other, there_s * share if share else 0.0, back_s * share if share else 0.0)
    for point in [point for point, layer in graph if layer == "last"]:
        _add(graph, (point, "last"), (point, "public"), 0.0)
        _add(graph, (point, "public"), (point, "first"), 0.0)
    return graph


def _street_end(graph: nx.DiGraph[Any], street: Street, side: int, walker: Walker) -> Hashable:
    """Return the point at which a street ends: the junction, or a point before its kerb, which takes half a wait."""
    end, far_end = street.ends[side], street.ends[1 - side]
    wait = end.wait
    if end.wait == far_end.wait == AT_SIGNAL and street.length_m <= MEDIAN_M:
        wait = NO_WAIT
    if wait == NO_WAIT and not end.stops_wheels:
        return end.junction
    point = ("before the kerb", id(street), side)
    half_s = {NO_WAIT: 0.0, AT_ROAD: walker.crossing_delay_s, AT_SIGNAL: walker.signal_delay_s}[wait] / 2
    seconds = math.inf if walker.wheels and end.stops_wheels else half_s
    _join(graph, street, point, end.junction, seconds, seconds)
    return point


def _whole_street_s(street: Street, rise_m: float, walker: Walker) -> float:
    """Return the seconds along a street: Tobler's function on slopes, its own speed on steps."""
    if walker.wheels and not street.wheels:
        return math.inf
    if street.steps and not walker.wheels:
        return street.length_m / walker.steps_speed_m_s if walker.steps_speed_m_s else math.inf
    slope = max(-STEEPEST_SLOPE, min(STEEPEST_SLOPE, rise_m / street.length_m if street.length_m else 0.0))
    factor = math.exp(-3.5 * abs(slope + 0.05)) / math.exp(-3.5 * 0.05)
    return street.length_m / (walker.speed_m_s * factor)


def _join(
    graph: nx.DiGraph[Any], street: Street, one: Hashable, other: Hashable, there_s: float, back_s: float
) -> None:
    """Join two points of a street in its layers, the other way round than people walk."""
    for layer in ("last", "first") if street.private else ("public",):
        if math.isfinite(there_s):
            _add(graph, (other, layer), (one, layer), there_s)
        if math.isfinite(back_s):
            _add(graph, (one, layer), (other, layer), back_s)


def _add(graph: nx.DiGraph[Any], start: Hashable, end: Hashable, seconds: float) -> None:
    """Add an arc; of two between the same points only the quicker one matters."""
    if seconds < graph.get_edge_data(start, end, {"weight": math.inf})["weight"]:
        graph.add_edge(start, end, weight=seconds)
