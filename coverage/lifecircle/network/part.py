"""Takes a network and some of its edges, gives the network of these edges alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lifecircle.network.graph import StreetNetwork


def part_of(network: StreetNetwork, edges: NDArray[np.intp]) -> tuple[StreetNetwork, NDArray[np.int32]]:
    """Return the network of some edges, which keep their order, as their end nodes do.

    Parameters
    ----------
    network : StreetNetwork
    edges : (n,) int
        Rows of the edges, ascending.

    Returns
    -------
    part : StreetNetwork
        With the names, components and geometry of the whole.
    nodes : (N,) int32
        Rows of its nodes in the whole, ascending.
    """
    nodes, ends = np.unique(network.edge_nodes[edges], return_inverse=True)
    sizes = np.diff(network.edge_offsets)[edges]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    vertex = np.repeat(network.edge_offsets[edges] - offsets[:-1], sizes) + np.arange(offsets[-1])
    columns = (
        "edge_length_m", "edge_way", "edge_name", "edge_private", "edge_steps", "edge_snappable", "edge_wheels",
        "edge_aloft", "edge_wait", "edge_rise_m",
    )  # fmt: skip
    part = replace(
        network,
        node_lonlat=network.node_lonlat[nodes],
        node_ref=network.node_ref[nodes],
        component=network.component[nodes],
        edge_nodes=ends.reshape(-1, 2).astype(np.int32),
        edge_offsets=offsets.astype(np.int64),
        vertex_lonlat=network.vertex_lonlat[vertex],
        **{name: getattr(network, name)[edges] for name in columns},
    )
    return part, nodes
