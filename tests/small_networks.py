"""Small street networks for tests, drawn in metres from a corner of EPSG:32650 near Nanjing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lifecircle.crs import to_lonlat
from lifecircle.inputs.ways import NODE_TAG_KEYS, TAG_KEYS, Ways
from lifecircle.network.graph import StreetNetwork, build_network
from lifecircle.network.snap import Snapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CRS = "EPSG:32650"
CORNER = (669_000.0, 3_549_000.0)


def lonlat_at(xy: Sequence[Sequence[float]]) -> np.ndarray:
    """Return positions given in metres east and north of the corner."""
    return to_lonlat(np.asarray(xy, dtype=float).reshape(-1, 2) + CORNER, CRS)


def ways_of(
    lines: Sequence[Sequence[int]],
    positions: Mapping[int, Sequence[float]],
    names: Sequence[str | None] | None = None,
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
) -> Ways:
    """Return ways 100, 101, … along numbered nodes."""
    refs = [ref for line in lines for ref in line]
    tags = pd.DataFrame(None, index=range(len(lines)), columns=list(TAG_KEYS), dtype=object)
    tags["name"] = pd.Series(names or [None] * len(lines), dtype=object)
    nodes = node_tags or {}
    return Ways(
        way_id=100 + np.arange(len(lines)),
        tags=tags,
        offsets=np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64),
        node_ref=np.array(refs, dtype=np.int64),
        lonlat=lonlat_at([positions[ref] for ref in refs]),
        node_tags=pd.DataFrame(
            [[tags.get(key) for key in NODE_TAG_KEYS] for tags in nodes.values()],
            index=np.array(list(nodes), dtype=np.int64),
            columns=list(NODE_TAG_KEYS),
            dtype=object,
        ),
    )


def uses_of(ways: Ways, **columns: Sequence[bool]) -> pd.DataFrame:
    """Return what ``way_uses`` would say: everything open to everybody, save for the columns given."""
    usual = {"walk": True, "private": False, "steps": False, "snappable": True, "wheels": True, "square": False}
    return pd.DataFrame({name: columns.get(name, [value] * len(ways)) for name, value in usual.items()})


def network_of(lines, positions, names=None, node_tags=None, **columns) -> StreetNetwork:
    ways = ways_of(lines, positions, names, node_tags)
    return build_network(ways, uses_of(ways, **columns), CRS)


def bare_network(node_count: int, edges: Sequence[Sequence[int]], length_m: Sequence[float], **flags) -> StreetNetwork:
    """Return a network with given lengths; its straight geometry means nothing."""
    nodes = np.array(edges, dtype=np.int32).reshape(-1, 2)
    lonlat = lonlat_at([[10.0 * node, 7.0 * (node % 3)] for node in range(node_count)])
    usual = {"private": False, "steps": False, "snappable": True, "wheels": True, "aloft": False}
    return StreetNetwork(
        crs=CRS,
        node_lonlat=lonlat,
        node_ref=np.arange(node_count) + 1000,
        edge_nodes=nodes,
        edge_length_m=np.array(length_m, dtype=float),
        edge_way=np.arange(len(nodes)),
        edge_name=np.zeros(len(nodes), dtype=np.int32),
        names=("",),
        edge_offsets=2 * np.arange(len(nodes) + 1, dtype=np.int64),
        vertex_lonlat=lonlat[nodes.ravel()],
        component=np.zeros(node_count, dtype=np.int32),
        edge_wait=np.array(flags.get("wait", [0] * len(nodes)), np.uint8),
        edge_rise_m=np.array(flags.get("rise_m", [0] * len(nodes)), float),
        **{f"edge_{name}": np.array(flags.get(name, [value] * len(nodes)), bool) for name, value in usual.items()},
    )


def snapped_at(edge: Sequence[int], fraction: Sequence[float], leg_m=None) -> Snapped:
    """Return places at given points of given edges, -1 for one that is not snapped."""
    edges = np.array(edge, dtype=np.int32)
    legs = np.zeros(len(edges)) if leg_m is None else np.array(leg_m, dtype=float)
    legs[edges < 0] = np.nan
    fractions = np.where(edges < 0, np.nan, np.array(fraction, dtype=float))
    return Snapped(edges, fractions, legs, np.full((len(edges), 2), np.nan))
