from __future__ import annotations

from dataclasses import fields

import numpy as np

from lifecircle.network.part import part_of
from small_networks import network_of

# Two streets of two and three stretches that cross at node 2, and a third one apart from them.
STREETS = network_of(
    [[1, 2, 3], [4, 2, 5, 6], [7, 8]],
    {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 90), 5: (100, -50), 6: (90, -99), 7: (500, 0), 8: (600, 0)},
    names=["long", "cross", "apart"],
)


def test_a_part_of_all_edges_is_the_whole():
    part, nodes = part_of(STREETS, np.arange(STREETS.edge_count))
    assert nodes.tolist() == list(range(STREETS.node_count))
    for field in fields(STREETS):
        np.testing.assert_array_equal(getattr(part, field.name), getattr(STREETS, field.name))


def test_a_part_keeps_the_ends_lengths_and_geometry_of_its_edges():
    chosen = np.array([1, 3, 4])
    part, nodes = part_of(STREETS, chosen)
    assert part.edge_count == 3
    np.testing.assert_array_equal(nodes[part.edge_nodes], STREETS.edge_nodes[chosen])
    np.testing.assert_array_equal(part.node_ref, STREETS.node_ref[nodes])
    np.testing.assert_array_equal(part.edge_length_m, STREETS.edge_length_m[chosen])
    for own, edge in enumerate(chosen):
        there = STREETS.vertex_lonlat[STREETS.edge_offsets[edge] : STREETS.edge_offsets[edge + 1]]
        np.testing.assert_array_equal(part.vertex_lonlat[part.edge_offsets[own] : part.edge_offsets[own + 1]], there)


def test_a_part_of_no_edge_is_empty():
    part, nodes = part_of(STREETS, np.array([], dtype=int))
    assert (part.edge_count, part.node_count, len(nodes)) == (0, 0, 0)
    assert part.edge_offsets.tolist() == [0]
