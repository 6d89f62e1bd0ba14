"""Takes a network and a tiling, gives each tile a file of its streets and of those within a halo around it.

The network is built once from the whole street file. So what is not local was settled before the cut: gaps that were
closed, squares that are crossed, kerbs, what lies behind private gates, heights, and which streets hang together.

A tile's file holds every edge whose bounding box comes within the halo of the tile's own. A node from which some edge
is missing there lies on the tile's *rim*. Every node belongs to one tile, and no tile has a rim node of its own.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.crs import to_metric
from lifecircle.files import written_whole
from lifecircle.network.graph import StreetNetwork
from lifecircle.network.part import part_of
from lifecircle.scale.columns import arrays_hash, read_columns, work_key, write_columns
from lifecircle.scale.lines import read_lines, write_lines

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.scale.tiling import Tiling

_EDGE_COLUMNS: Final = ("length_m", "way", "private", "steps", "snappable", "wheels", "aloft", "wait", "rise_m")
_DONE: Final = "streets.json"


@dataclass(frozen=True, eq=False)
class TileStreets:
    """The streets of a tile and its halo.

    Attributes
    ----------
    network : StreetNetwork
        Without names.
    edges : (E,) int64
        Rows of the edges in the whole network, ascending.
    nodes : (N,) int64
        Rows of the nodes in the whole network, ascending.
    owner : (N,) int32
        The tile of each node.
    rim : (N,) bool
        Nodes from which some edge is missing here.
    asked : (N,) bool
        The tile's own nodes that lie on the rim of another one.
    """

    network: StreetNetwork
    edges: NDArray[np.int64]
    nodes: NDArray[np.int64]
    owner: NDArray[np.int32]
    rim: NDArray[np.bool_]
    asked: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cut:
    """How streets were cut into T tiles.

    Attributes
    ----------
    edges : tuple of (E,) int
        Rows of the edges of each tile.
    rims : tuple of (n,) int
        Rows of the nodes on the rim of each tile.
    """

    edges: tuple[NDArray[np.intp], ...]
    rims: tuple[NDArray[np.int32], ...]

    @property
    def largest_first(self) -> list[int]:
        """All tiles in the order in which they are best worked on: a large one at the end would keep others waiting."""
        return sorted(range(len(self.edges)), key=lambda tile: len(self.edges[tile]), reverse=True)


def tile_folder(folder: Path, room: str, tile: int) -> Path:
    """Return where the files of a tile lie: ``streets/tile=7``, as readers of partitioned Parquet expect it."""
    return folder / room / f"tile={tile}"


def cut_streets(network: StreetNetwork, tiling: Tiling, halo_m: float) -> Cut:
    """Return which edges lie in each tile or its halo, and which of their nodes on the rim."""
    degree = np.bincount(network.edge_nodes.ravel(), minlength=network.node_count)
    least, most = _edge_boxes(network)
    edges, rims = [], []
    for bounds in tiling.bounds:
        near = np.ones(network.edge_count, dtype=bool)
        for axis in (0, 1):
            near &= (least[axis] <= bounds[2 + axis] + halo_m) & (most[axis] >= bounds[axis] - halo_m)
        own = np.flatnonzero(near)
        nodes, here = np.unique(network.edge_nodes[own], return_counts=True)
        edges.append(own)
        rims.append(nodes[here < degree[nodes]])
    return Cut(tuple(edges), tuple(rims))


def write_streets(network: StreetNetwork, tiling: Tiling, halo_m: float, folder: Path) -> Cut:
    """Cut a network and write the streets of every tile, unless the same are there already.

    Each tile gets ``streets.parquet`` (GeoParquet, one line per edge, from its first node to its last) and
    ``nodes.parquet``.

    Parameters
    ----------
    network : StreetNetwork
    tiling : Tiling
        Of its nodes.
    halo_m : float
        How far beyond a tile its streets reach, metres: as far as the longest walk that counts, so that most searches
        end inside, and at least as far as any place may lie from its street.
    folder : Path
    """
    cut = cut_streets(network, tiling, halo_m)
    arrays = [getattr(network, field.name) for field in fields(network) if field.name not in {"crs", "names"}]
    key = work_key([], network.crs, halo_m, arrays_hash([*arrays, tiling.node_tile, tiling.bounds]))
    done = folder / "streets" / _DONE
    if not done.is_file() or json.loads(done.read_text(encoding="utf-8")) != {"key": key, "crs": network.crs}:
        done.unlink(missing_ok=True)
        asked = np.zeros(network.node_count, dtype=bool)
        asked[np.concatenate(cut.rims)] = True
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # most of the time goes into compression
            list(pool.map(lambda tile: _write_tile(network, cut, tile, asked, tiling, folder), range(len(tiling))))
        with written_whole(done) as temporary:
            temporary.write_text(json.dumps({"key": key, "crs": network.crs}), encoding="utf-8")
    return cut


def read_streets(folder: Path, tile: int) -> TileStreets:
    """Read the streets of one tile.

    Raises
    ------
    InputError
        If its files are missing or damaged.
    """
    own = tile_folder(folder, "streets", tile)
    node = read_columns(own / "nodes.parquet")
    edge, lonlat, offsets = read_lines(own / "streets.parquet")
    ends = np.searchsorted(node["node"], np.column_stack([edge["first"], edge["last"]]))
    network = StreetNetwork(
        crs=str(json.loads((folder / "streets" / _DONE).read_text(encoding="utf-8"))["crs"]),
        names=("",),
        node_lonlat=np.column_stack([node["lon"], node["lat"]]),
        node_ref=node["ref"],
        component=node["component"],
        edge_nodes=ends.astype(np.int32),
        edge_name=np.zeros(len(ends), dtype=np.int32),
        edge_offsets=offsets,
        vertex_lonlat=lonlat,
        **{f"edge_{name}": edge[name] for name in _EDGE_COLUMNS},
    )
    return TileStreets(network, edge["edge"], node["node"], node["owner"], node["rim"], node["asked"])


def _edge_boxes(network: StreetNetwork) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest easting and northing along every edge, shapes (2, E)."""
    xy, starts = to_metric(network.vertex_lonlat, network.crs), network.edge_offsets[:-1]
    return np.minimum.reduceat(xy, starts).T.copy(), np.maximum.reduceat(xy, starts).T.copy()


def _write_tile(
    network: StreetNetwork, cut: Cut, tile: int, asked: NDArray[np.bool_], tiling: Tiling, folder: Path
) -> None:
    own = tile_folder(folder, "streets", tile)
    part, nodes = part_of(network, cut.edges[tile])
    first, last = nodes[part.edge_nodes].astype(np.int64).T
    columns = {"edge": cut.edges[tile].astype(np.int64), "first": first, "last": last}
    columns |= {name: getattr(part, f"edge_{name}") for name in _EDGE_COLUMNS}
    write_lines(columns, part.vertex_lonlat, part.edge_offsets, own / "streets.parquet")
    write_columns(
        {
            "node": nodes.astype(np.int64),
            "owner": tiling.node_tile[nodes],
            "rim": np.isin(nodes, cut.rims[tile]),
            "asked": asked[nodes] & (tiling.node_tile[nodes] == tile),
            "ref": part.node_ref,
            "component": part.component,
            "lon": part.node_lonlat[:, 0],
            "lat": part.node_lonlat[:, 1],
        },
        own / "nodes.parquet",
    )
