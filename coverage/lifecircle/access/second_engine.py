"""Takes street ways and places, gives walking times by NetworkX: a second engine, plain and slow, to check the first.

It shares with the first the walking rules, the crossings of squares and the reading of barriers' tags. Everything else
is done again, one street at a time: cutting ways at junctions, finding private streets, joining places, and searching.
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
from lifecircle.network.squares import with_crossings

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    import pandas as pd

    from lifecircle.inputs.ways import Ways
    from lifecircle.network.walkers import Walker

    Position = tuple[float, float]

_GEOD = Geod(ellps="WGS84")
_GATE_STREETS = 2  # one before and one behind; a gate on a crossing of more does not say which of them it closes
_GOAL = "goal"


@dataclass(frozen=True)
class Street:
    """A street that can be walked, between two junctions; ``cuts`` are the places on it with their fractions."""

    ends: tuple[Hashable, Hashable]
    line: shapely.LineString
    length_m: float
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


def town(ways: Ways, uses: pd.DataFrame, crs: str, places: Iterable[tuple[int, Position]], limit_m: float) -> Town:
    """Cut ways into streets and join places to the nearest of them.

    Parameters
    ----------
    ways, uses : Ways, DataFrame
        As for :func:`lifecircle.network.graph.build_network`.
    crs : str
        Projected frame in metres.
    places : iterable of (int, (float, float))
        Number and position (WGS 84) of each place.
    limit_m : float
        The longest access leg.
    """
    transformer = Transformer.from_crs(WGS84, crs, always_xy=True)
    streets = _private_behind_gates(list(_streets(*with_crossings(ways, uses), transformer)), ways)
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
    """Yield the streets of every way that somebody can walk, in the order of the ways."""
    barriers = node_barriers(ways.node_tags)
    closed, gates = set(barriers.closed.tolist()), set(barriers.private.tolist())
    columns = (uses[name].astype(bool).tolist() for name in ("private", "steps", "wheels", "snappable"))
    walked = []
    for (start, stop), walk, *facts in zip(pairwise(ways.offsets.tolist()), uses["walk"], *columns, strict=True):
        vertices = list(zip(ways.node_ref[start:stop].tolist(), ways.lonlat[start:stop].tolist(), strict=True))
        vertices = vertices[:1] + [here for before, here in pairwise(vertices) if here[0] != before[0]]
        if walk and len(vertices) > 1:
            walked.append((vertices, facts))
    meetings = Counter(ref for vertices, _ in walked for ref, _ in vertices)
    for vertices, facts in walked:
        begin = 0
        for at, (ref, _) in enumerate(vertices[1:], start=1):
            if meetings[ref] > 1 or ref in closed or ref in gates or at == len(vertices) - 1:
                part = vertices[begin : at + 1]
                lon, lat = zip(*(position for _, position in part), strict=True)
                # Nobody passes a closed barrier: every street there ends in a node that no other street has.
                first, last = (object() if end in closed else end for end in (part[0][0], part[-1][0]))
                line = shapely.LineString(np.column_stack(transformer.transform(lon, lat)))
                yield Street((first, last), line, _GEOD.line_length(lon, lat), *facts)
                begin = at


def _private_behind_gates(streets: list[Street], ways: Ways) -> list[Street]:
    """Mark streets that end at a residents' gate as private, and those that only private ones lead to."""
    gates = set(node_barriers(ways.node_tags).private.tolist())
    ends = Counter(end for street in streets for end in street.ends)
    closing = {gate for gate in gates if ends[gate] <= _GATE_STREETS}
    streets = [replace(street, private=street.private or not closing.isdisjoint(street.ends)) for street in streets]
    whole: nx.Graph[Hashable] = nx.Graph([street.ends for street in streets])
    public: nx.Graph[Hashable] = nx.Graph()
    public.add_nodes_from(whole)
    public.add_edges_from(street.ends for street in streets if not street.private)
    part_of = {node: part for part, nodes in enumerate(nx.connected_components(public)) for node in nodes}
    length_m: defaultdict[int, float] = defaultdict(float)
    for street in streets:
        if not street.private:
            length_m[part_of[street.ends[0]]] += street.length_m
    enclosed = set()
    for nodes in nx.connected_components(whole):
        parts = {part_of[node] for node in nodes}
        longest = max(parts, key=lambda part: length_m[part])
        enclosed |= {part for part in parts if part != longest and length_m[part] <= ENCLOSED_LIMIT_M}
    return [replace(street, private=street.private or part_of[street.ends[0]] in enclosed) for street in streets]


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
            _add(graph, _GOAL, (("place", target), "last"), town.leg_m[target] / walker.speed_m_s)
    found = nx.single_source_dijkstra_path_length(graph, _GOAL)
    graph.remove_node(_GOAL)
    return {
        origin: found[("place", origin), "first"] + town.leg_m[origin] / walker.speed_m_s
        for origin in origins
        if (("place", origin), "first") in found
    }


def backwards(town: Town, walker: Walker) -> nx.DiGraph[Any]:
    """Return a graph in which paths are trips backwards: over private streets, then public, then private ones.

    Every point stands three times: on the last private streets of a trip, on public ones, and on the first private
    ones; no path leads back from one of these layers to the one before.
    """
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for street in town.streets:
        stops: list[tuple[float, Hashable]] = [(0.0, street.ends[0])]
        stops += [(fraction, ("place", number)) for fraction, number in sorted(street.cuts)]
        stops += [(1.0, street.ends[1])]
        pace_s = _whole_street_s(street, walker)
        for (begin, one), (end, other) in pairwise(stops):
            seconds = pace_s * (end - begin) if end > begin else 0.0
            if math.isfinite(seconds):
                for layer in ("last", "first") if street.private else ("public",):
                    _add(graph, (one, layer), (other, layer), seconds)
                    _add(graph, (other, layer), (one, layer), seconds)
    for point in {point for point, _ in graph} | {("place", number) for number in town.leg_m}:
        _add(graph, (point, "last"), (point, "public"), 0.0)
        _add(graph, (point, "public"), (point, "first"), 0.0)
    return graph


def _whole_street_s(street: Street, walker: Walker) -> float:
    if walker.wheels:
        return street.length_m / walker.speed_m_s if street.wheels else math.inf
    if street.steps:
        return street.length_m / walker.steps_speed_m_s if walker.steps_speed_m_s else math.inf
    return street.length_m / walker.speed_m_s


def _add(graph: nx.DiGraph[Any], start: Hashable, end: Hashable, seconds: float) -> None:
    """Add an arc; of two between the same points only the quicker one matters."""
    if seconds < graph.get_edge_data(start, end, {"weight": math.inf})["weight"]:
        graph.add_edge(start, end, weight=seconds)
