"""Takes lines (a bureau's street centre-lines), gives street ways that meet where the lines do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely import GeometryType, STRtree

from lifecircle.crs import metric_crs, to_metric
from lifecircle.errors import InputError
from lifecircle.inputs.coordinates import read_positions
from lifecircle.inputs.ways import TAG_KEYS, Ways, tag_table, ways_from_vertices
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

JOIN_TOLERANCE_M: Final = 0.1
"""Ends nearer than this meet. Six decimals of a degree move a vertex by up to 0.08 m, and drawing without snapping by
some centimetres; what really keeps streets apart (a kerb, a wall, a level) is wider."""

_ORDINARY_STREET: Final = "road"
_LINES: Final = [GeometryType.LINESTRING, GeometryType.LINEARRING, GeometryType.MULTILINESTRING]
_WORDS: Final = {
    **dict.fromkeys(("true", "t", "1", "1.0", "y", "是", "有"), "yes"),
    **dict.fromkeys(("false", "f", "0", "0.0", "n", "否", "无"), "no"),
}
"""How tables say yes and no; ``bridge`` and ``tunnel`` of extracts in Shapefile are T and F."""


def ways_from_lines(
    lines: gpd.GeoDataFrame, file: str = "streets", crs: str | CRS | None = None
) -> tuple[Ways, list[Problem]]:
    """Turn lines into street ways.

    Lines meet at vertices that they share, and where an end lies within :data:`JOIN_TOLERANCE_M` of another line's
    vertex or segment. Lines that only cross do not meet: one of them is a bridge.

    Parameters
    ----------
    lines : GeoDataFrame
        LineStrings and MultiLineStrings. Columns named as the keys of :data:`lifecircle.inputs.ways.TAG_KEYS`
        (``highway``, ``name``, ``foot``, ``bridge``, …) are read as tags; a line without ``highway`` is an ordinary
        street that everyone may walk. An index of whole numbers counts the rows from 0.
    file : str
        Name of the input in problems and messages.
    crs : str or CRS, optional
        Frame of the coordinates where the table does not say it, or says it wrongly; also GCJ-02 and BD-09.

    Returns
    -------
    ways : Ways
        ``way_id`` is the row as a person counts it, so the parts of a MultiLineString share one. Node ids are made up.
    problems : list of Problem
        Rows without a usable line, and repairs.

    Raises
    ------
    InputError
        If no line is left, or the frame is unknown.
    """
    row = (lines.index if pd.api.types.is_integer_dtype(lines.index) else pd.RangeIndex(len(lines))).to_numpy() + 1
    shapes = np.array(lines.geometry, dtype=object)
    reason = _faults(shapes)
    shapes[reason != ""] = None
    parts, part_line = shapely.get_parts(shapes, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    positions = read_positions(xy, lines.crs if crs is None else crs, file)

    reason[np.unique(part_line[part[np.isnan(positions.lonlat).any(axis=1)]])] = told("problem.line_outside_frame")
    usable = reason[part_line[part]] == ""
    if not usable.any():
        raise InputError(told("error.no_usable_line", path=file))
    part, lonlat, node, touching = _meeting(positions.lonlat[usable], part[usable])
    ways, kept = ways_from_vertices(
        row=part,
        node_ref=node + 1,
        lonlat=lonlat,
        way_id=row[part_line],
        tags=_tags(lines).iloc[part_line],
    )
    used = np.isin(np.arange(len(lines)), part_line[kept])
    reason[~used & (reason == "")] = told("problem.line_too_short", metres=JOIN_TOLERANCE_M)
    problems = [Problem(file, None, "", "", note, "noted") for note in positions.notes]
    if touching:
        note = told("problem.ends_joined", count=touching)
        problems.append(Problem(file, None, "", "", note, "repaired"))
    problems += [Problem(file, int(row[index]), "", "", reason[index], "dropped") for index in np.flatnonzero(~used)]
    return ways, problems


def _faults(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return why each shape is no line that can be used; ``""`` for those that are."""
    kind = shapely.get_type_id(shapes)
    corners = shapely.get_coordinates(shapes, return_index=True)
    broken = np.isin(np.arange(len(shapes)), corners[1][~np.isfinite(corners[0]).all(axis=1)])
    names = np.array([GeometryType(each).name.title().replace("string", "String") for each in kind], dtype=object)
    reason = np.full(len(shapes), "", dtype=object)
    for name in np.unique(names[~np.isin(kind, _LINES)]):
        reason[names == name] = told("problem.no_line", kind=name)
    reason[broken] = told("problem.line_not_numbers")
    reason[shapely.is_missing(shapes) | shapely.is_empty(shapes)] = told("problem.line_broken")
    return reason


def _tags(lines: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the columns that are tags as text, ``yes`` and ``no`` spelled as in OpenStreetMap."""
    tags = tag_table([{}] * len(lines))
    for key in set(TAG_KEYS) & set(lines.columns):
        text = lines[key].astype(object).map(lambda value: str(value).strip() or None, na_action="ignore")
        words = text if key.startswith("name") else text.map(lambda word: _WORDS.get(word.casefold(), word), "ignore")
        tags[key] = pd.Categorical(words)
    highway = tags["highway"].astype(object)
    tags["highway"] = pd.Categorical(highway.where(highway.notna(), _ORDINARY_STREET))
    return tags


def _meeting(
    lonlat: NDArray[np.float64], part: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], int]:
    """Return lines that have a vertex wherever another one ends on them, and the node of each vertex.

    Returns
    -------
    part, lonlat, node : (R,) int64, (R, 2) float64, (R,) int64
        Line, position and node of each vertex. All vertices of a node have the same position.
    touching : int
        How many vertices were put in.
    """
    xy = to_metric(lonlat, metric_crs(lonlat))
    is_end = np.ones(len(part), dtype=bool)
    is_end[1:-1] = (part[1:-1] != part[:-2]) | (part[1:-1] != part[2:])
    before, end = _ends_on_segments(xy, part, is_end)
    vertex = np.insert(np.arange(len(part)), before + 1, end)
    part = np.insert(part, before + 1, part[before])
    node = _nodes(xy[vertex], is_end[vertex])
    first = np.unique(node, return_index=True)[1]
    return part, lonlat[vertex[first]][node], node, len(end)


def _ends_on_segments(
    xy: NDArray[np.float64], part: NDArray[np.int64], is_end: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of a segment (its first vertex) and an end that lies on it, in their order along the lines."""
    starts = np.flatnonzero(part[1:] == part[:-1])
    segments = np.asarray(shapely.linestrings(np.stack([xy[starts], xy[starts + 1]], axis=1)))
    ends = np.flatnonzero(is_end)
    points = np.asarray(shapely.points(xy[ends]))
    end, segment = STRtree(segments).query(points, predicate="dwithin", distance=JOIN_TOLERANCE_M)
    along_m = np.asarray(shapely.line_locate_point(segments[segment], points[end]))
    left_m = np.asarray(shapely.length(segments[segment])) - along_m
    between = np.minimum(along_m, left_m) > JOIN_TOLERANCE_M
    order = np.lexsort((along_m[between], segment[between]))
    return starts[segment[between][order]], ends[end[between][order]]


def _nodes(xy: NDArray[np.float64], is_end: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return a node number per vertex: equal positions are one node, and so are positions near an end.

    Rounding would part neighbours on either side of a step, and joining all near vertices would collapse fine curves.
    """
    spots, spot = np.unique(xy, axis=0, return_inverse=True)
    has_end = np.zeros(len(spots), dtype=bool)
    has_end[spot[is_end]] = True
    pairs = cKDTree(spots).query_pairs(JOIN_TOLERANCE_M, output_type="ndarray")
    pairs = pairs[has_end[pairs].any(axis=1)]
    near = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(spots), len(spots)))
    return np.asarray(connected_components(near, directed=False)[1][spot], dtype=np.int64)
