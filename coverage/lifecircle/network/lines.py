"""Takes a network, gives points and parts of its edges by fractions of their lengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from lifecircle.crs import to_metric
from lifecircle.network.runs import numbers_of_runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork


@dataclass(frozen=True, eq=False)
class EdgeLines:
    """The V vertices of all edges, each with its position along its edge.

    Attributes
    ----------
    xy : (V, 2) float64
        In the network's metric frame.
    fraction : (V,) float64
        From 0 at the first vertex of an edge to 1 at its last; 0 throughout an edge of no length.
    place : (V,) float64
        ``2 * edge + fraction``: ascends from edge to edge and from vertex to vertex.
    offsets : (E + 1,) int64
        Vertices of edge ``e`` are ``offsets[e]:offsets[e + 1]``.
    """

    xy: NDArray[np.float64]
    fraction: NDArray[np.float64]
    place: NDArray[np.float64]
    offsets: NDArray[np.int64]


def measured_lines(network: StreetNetwork) -> EdgeLines:
    """Return the lines of a network, measured in its metric frame as snapping measures them."""
    xy = to_metric(network.vertex_lonlat, network.crs)
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.edge_offsets))
    step_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    step_m[network.edge_offsets[:-1]] = 0.0
    along_m = np.cumsum(step_m)
    along_m -= along_m[network.edge_offsets[edge]]
    length_m = along_m[network.edge_offsets[1:] - 1][edge]
    fraction = np.divide(along_m, length_m, out=np.zeros_like(along_m), where=length_m > 0)
    return EdgeLines(xy, fraction, 2 * edge + fraction, network.edge_offsets)


def edge_points(lines: EdgeLines, edge: NDArray[np.int64], fraction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points at fractions of edges, shape (n, 2), in the metric frame."""
    place = 2 * edge + fraction
    return np.column_stack([np.interp(place, lines.place, axis) for axis in lines.xy.T])


def edge_parts(
    lines: EdgeLines, edge: NDArray[np.int64], begin: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Return the parts of edges between two fractions as lines in the metric frame, shape (n,).

    Parameters
    ----------
    lines : EdgeLines
    edge : (n,) int
    begin, end : (n,) float64
        Fractions; a line runs from ``begin`` to ``end``, against its edge where ``begin`` is the greater one.
    """
    count = np.diff(lines.offsets)[edge]
    part = np.repeat(np.arange(len(edge)), count)
    vertex = numbers_of_runs(lines.offsets[:-1][edge], count)
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    inside = (lines.fraction[vertex] > low[part]) & (lines.fraction[vertex] < high[part])
    part, vertex = part[inside], vertex[inside]
    xy = np.concatenate([edge_points(lines, edge, begin), lines.xy[vertex], edge_points(lines, edge, end)])
    ends = np.arange(len(edge))
    owner = np.concatenate([ends, part, ends])
    turned = np.where(begin > end, -1.0, 1.0)
    along = turned[owner] * np.concatenate([begin, lines.fraction[vertex], end])
    order = np.lexsort((along, owner))
    return np.asarray(shapely.linestrings(xy[order], indices=owner[order]))
