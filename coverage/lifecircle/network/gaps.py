"""Takes street ways, gives them with the small gaps closed that cut off islands of streets, and a list of repairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import geodesic_m, to_lonlat, to_metric
from lifecircle.messages import told
from lifecircle.network.barriers import connected_nodes, node_barriers
from lifecircle.network.graph import aloft
from lifecircle.network.islands import KINDS, component_kinds
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.inputs.ways import Ways

_SAME_PLACE_M: Final = 0.01


@dataclass(frozen=True, eq=False)
class Gaps:
    """n gaps between dead ends and other streets.

    Attributes
    ----------
    end : (n,) int
        Vertex at the dead end.
    segment : (n,) int
        First vertex of the segment that is nearest to it.
    share : (n,) float64
        Where on the segment the nearest point lies, from 0 to 1; exactly so at its vertices.
    lonlat : (n, 2) float64
        That point, WGS 84.
    width_m : (n,) float64
        Geodesic.
    """

    end: NDArray[np.intp]
    segment: NDArray[np.intp]
    share: NDArray[np.float64]
    lonlat: NDArray[np.float64]
    width_m: NDArray[np.float64]

    def rows(self, chosen: NDArray[np.bool_]) -> Gaps:
        """Return some of the gaps."""
        return Gaps(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def find_gaps(ways: Ways, uses: pd.DataFrame, crs: str, limit_m: float) -> Gaps:
    """Return the gaps that cut off islands of streets.

    An island is a component that is neither the main one nor a town (:mod:`lifecircle.network.islands`). A gap is
    between a dead end and the nearest street of another component, if one of the two is an island. There is none across
    or beside a way that nobody walks; nor at barriers, on bridges, in tunnels, on steps, indoors, or at platforms and
    piers, which often stand alone for a reason.

    Parameters
    ----------
    ways : Ways
        As read.
    uses : DataFrame
        One row per way, as :func:`lifecircle.network.rules.way_uses` gives it.
    crs : str
        Projected frame in metres.
    limit_m : float
        The widest gap; with 0 there is none.
    """
    way = _way_of_vertex(ways)
    walk = uses["walk"].to_numpy(dtype=bool)
    along = np.flatnonzero(way[:-1] == way[1:])
    walked, unwalked = along[walk[way[along]]], along[~walk[way[along]]]
    barriers = node_barriers(ways.node_tags)
    barred = np.isin(ways.node_ref, np.concatenate([barriers.closed, barriers.private]))
    component, degree, island = _components(ways, walked, barriers.closed)
    joinable = (walk & uses["snappable"].to_numpy(dtype=bool) & ~aloft(ways.tags))[way]
    xy = to_metric(ways.lonlat, crs)
    dead_ends = np.flatnonzero(joinable & (degree == 1) & ~barred & (limit_m > 0))
    end, segment = _pairs(xy, dead_ends, walked[joinable[walked]], limit_m)
    apart = (component[end] != component[segment]) & (island[end] | island[segment])
    gaps = _nearest(xy, end[apart], segment[apart], crs)
    vertex = gaps.segment + (gaps.share == 1)
    free = ~(barred[vertex] & np.isin(gaps.share, [0, 1]))
    free &= ~_meets(xy[gaps.end], to_metric(gaps.lonlat, crs), _segments(xy, unwalked), _SAME_PLACE_M)
    return gaps.rows(free & _first_of_each_pair(ways, gaps, vertex))


def clear_of(gaps: Gaps, ways: Ways, barriers: NDArray[np.object_]) -> Gaps:
    """Return the gaps that lie clear of walls, waters and the like.

    Parameters
    ----------
    gaps : Gaps
    ways : Ways
        In which they were found.
    barriers : array of geometries
        Lines and polygons, WGS 84.
    """
    return gaps.rows(~_meets(ways.lonlat[gaps.end], gaps.lonlat, barriers, 0.0))


def with_gaps_closed(ways: Ways, uses: pd.DataFrame, gaps: Gaps, file: str) -> tuple[Ways, pd.DataFrame, list[Problem]]:
    """Join the streets on both sides of each gap by a straight way, with the tags and uses of its dead end.

    Parameters
    ----------
    ways, uses
        In which the gaps were found.
    gaps : Gaps
    file : str
        Name of the street file in the problems.

    Returns
    -------
    ways, uses
        With one way more for each gap, behind all others.
    problems : list of Problem
        One for each gap.
    """
    if not len(gaps.end):
        return ways, uses, []
    way = _way_of_vertex(ways)
    own, other = way[gaps.end], way[gaps.segment]
    ids = zip(ways.way_id[own].tolist(), ways.way_id[other].tolist(), gaps.width_m.tolist(), strict=True)
    problems = [
        Problem(
            file,
            None,
            str(own_id),
            "",
            told("problem.gap_closed", metres=f"{width_m:.1f}", other=other_id),
            "repaired",
        )
        for own_id, other_id, width_m in ids
    ]
    cut, ref = _with_vertices(ways, gaps)
    more = replace(
        cut,
        way_id=np.append(cut.way_id, cut.way_id[own]),
        tags=pd.concat([cut.tags, cut.tags.iloc[own]], ignore_index=True),
        offsets=np.append(cut.offsets, cut.offsets[-1] + 2 * np.arange(1, len(own) + 1)),
        node_ref=np.append(cut.node_ref, np.column_stack([ways.node_ref[gaps.end], ref])),
        lonlat=np.concatenate([cut.lonlat, np.hstack([ways.lonlat[gaps.end], gaps.lonlat]).reshape(-1, 2)]),
    )
    return more, pd.concat([uses, uses.iloc[own]], ignore_index=True), problems


def _way_of_vertex(ways: Ways) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(ways)), np.diff(ways.offsets))


def _components(
    ways: Ways, walked: NDArray[np.intp], closed: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.intp], NDArray[np.bool_]]:
    """Return for each vertex its component, how many segments meet at its node, and whether that is an island.

    At a closed barrier every vertex is a node of its own.
    """
    _, node = np.unique(ways.node_ref, return_inverse=True)
    parted = np.flatnonzero(np.isin(ways.node_ref, closed))
    node[parted] = len(node) + np.arange(len(parted))
    _, node = np.unique(node, return_inverse=True)
    ends = np.column_stack([node[walked], node[walked + 1]])
    component = connected_nodes(ends.astype(np.int32), int(node.max(initial=-1)) + 1)
    length_m = geodesic_m(ways.lonlat[walked], ways.lonlat[walked + 1])
    sums_m = np.bincount(component[ends[:, 0]], weights=length_m, minlength=component.max(initial=0) + 1)
    kinds = component_kinds(sums_m.astype(np.float64))
    degree = np.bincount(ends.ravel(), minlength=len(component))
    return component[node], degree[node], (kinds == KINDS.index("island"))[component[node]]


def _pairs(
    xy: NDArray[np.float64], end: NDArray[np.intp], segment: NDArray[np.intp], limit_m: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return all pairs of a dead end and a segment within the limit, the nearest segment of each end first."""
    points, lines = _points(xy[end]), _segments(xy, segment)
    row, at = shapely.STRtree(lines).query(points, predicate="dwithin", distance=limit_m)
    order = np.lexsort((at, shapely.distance(points[row], lines[at]), row))
    return end[row[order]], segment[at[order]]


def _nearest(xy: NDArray[np.float64], end: NDArray[np.intp], segment: NDArray[np.intp], crs: str) -> Gaps:
    """Return the gap between each end and its first segment."""
    first = np.diff(end, prepend=-1) != 0
    end, segment = end[first], segment[first]
    point, line = _points(xy[end]), _segments(xy, segment)
    along_m, length_m = shapely.line_locate_point(line, point), shapely.length(line)
    along_m = np.where(along_m < _SAME_PLACE_M, 0, np.where(along_m > length_m - _SAME_PLACE_M, length_m, along_m))
    share = np.divide(along_m, length_m, out=np.zeros_like(along_m), where=length_m > 0)
    lonlat = to_lonlat(shapely.get_coordinates(shapely.line_interpolate_point(line, along_m)), crs)
    return Gaps(end, segment, share, lonlat, geodesic_m(to_lonlat(xy[end], crs), lonlat))


def _points(xy: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.asarray(shapely.points(xy))


def _segments(xy: NDArray[np.float64], first: NDArray[np.intp]) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(np.stack([xy[first], xy[first + 1]], axis=1)))


def _meets(
    start: NDArray[np.float64], stop: NDArray[np.float64], shapes: NDArray[np.object_], tolerance: float
) -> NDArray[np.bool_]:
    """Return which straight links touch any of some shapes."""
    links = np.asarray(shapely.linestrings(np.stack([start, stop], axis=1)))
    met = np.zeros(len(links), dtype=np.bool_)
    met[shapely.STRtree(shapes).query(links, predicate="dwithin", distance=tolerance)[0]] = True
    return met


def _first_of_each_pair(ways: Ways, gaps: Gaps, vertex: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return the gaps without those that are seen from both of their dead ends and came before."""
    ends = np.column_stack([ways.node_ref[gaps.end], ways.node_ref[vertex]])
    between = (gaps.share > 0) & (gaps.share < 1)
    ends[between, 1] = ways.node_ref.max(initial=0) + 1 + np.arange(np.count_nonzero(between))
    first = np.zeros(len(ends), dtype=bool)
    first[np.unique(np.sort(ends, axis=1), axis=0, return_index=True)[1]] = True
    return first


def _with_vertices(ways: Ways, gaps: Gaps) -> tuple[Ways, NDArray[np.int64]]:
    """Return ways with a vertex where each gap is joined to them, and the OSM id, or made-up id, of these vertices."""
    ref = ways.node_ref[gaps.segment + (gaps.share == 1)]
    new = np.flatnonzero((gaps.share > 0) & (gaps.share < 1))
    ref[new] = min(0, ways.node_ref.min(initial=0)) - 1 - np.arange(len(new))
    new = new[np.lexsort((gaps.share[new], gaps.segment[new]))]
    before = gaps.segment[new] + 1
    sizes = np.diff(ways.offsets) + np.bincount(_way_of_vertex(ways)[gaps.segment[new]], minlength=len(ways))
    cut = replace(
        ways,
        offsets=np.concatenate([[0], np.cumsum(sizes)]),
        node_ref=np.insert(ways.node_ref, before, ref[new]),
        lonlat=np.insert(ways.lonlat, before, gaps.lonlat[new], axis=0),
    )
    return cut, ref
