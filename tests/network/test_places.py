from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.network.places import insert_places
from small_networks import bare_network, snapped_at


def pieces(placed):
    rows = zip(placed.piece_nodes.tolist(), placed.piece_from.tolist(), placed.piece_to.tolist(), strict=True)
    return [(*nodes, begin, end) for nodes, begin, end in rows]


def test_each_place_cuts_its_edge_in_the_order_along_it():
    """Nodes 0-1-2; places at 0.75 and 0.25 of the first edge become the nodes 3 and 4."""
    placed = insert_places(bare_network(3, [(0, 1), (1, 2)], [100, 50]), snapped_at([0, 0], [0.75, 0.25]))
    assert placed.node_of_place.tolist() == [3, 4]
    assert placed.node_count == 5
    assert pieces(placed) == [(0, 4, 0, 0.25), (4, 3, 0.25, 0.75), (3, 1, 0.75, 1), (1, 2, 0, 1)]
    assert placed.piece_edge.tolist() == [0, 0, 0, 1]
    assert placed.piece_share.tolist() == [0.25, 0.5, 0.25, 1]


def test_places_at_one_point_become_a_chain_without_length_in_their_order():
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([0, 0, 0], [0.5, 0.5, 0.5]))
    assert pieces(placed) == [(0, 2, 0, 0.5), (2, 3, 0.5, 0.5), (3, 4, 0.5, 0.5), (4, 1, 0.5, 1)]


def test_places_at_the_ends_of_an_edge_are_joined_to_its_nodes_without_length():
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([0, 0], [1.0, 0.0]))
    assert pieces(placed) == [(0, 3, 0, 0), (3, 2, 0, 1), (2, 1, 1, 1)]


def test_a_place_that_is_not_snapped_has_no_node_and_cuts_nothing():
    placed = insert_places(bare_network(2, [(0, 1)], [100]), snapped_at([-1, 0, -1], [0, 0.5, 0], [9, 8, 7]))
    assert placed.node_of_place.tolist() == [-1, 2, -1]
    assert np.isnan(placed.leg_m[[0, 2]]).all()
    assert placed.leg_m[1] == 8
    assert len(placed.piece_edge) == 2


def test_a_loop_is_cut_into_two_ways_round():
    placed = insert_places(bare_network(1, [(0, 0)], [100]), snapped_at([0], [0.3]))
    assert pieces(placed) == [(0, 1, 0, 0.3), (1, 0, 0.3, 1)]


def test_a_network_without_places_is_whole():
    placed = insert_places(bare_network(3, [(0, 1), (1, 2)], [100, 50]), snapped_at([], []))
    assert pieces(placed) == [(0, 1, 0, 1), (1, 2, 0, 1)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 3), st.sampled_from([0, 0.1, 0.25, 0.5, 0.9, 1])), max_size=12))
def test_the_pieces_of_an_edge_run_from_its_first_node_to_its_last(places):
    network = bare_network(4, [(0, 1), (1, 2), (3, 3), (2, 0)], [10, 20, 30, 40])
    placed = insert_places(network, snapped_at([edge for edge, _ in places], [at for _, at in places]))
    assert len(placed.piece_edge) == 4 + sum(edge >= 0 for edge, _ in places)
    for edge in range(4):
        rows = np.flatnonzero(placed.piece_edge == edge)
        assert np.array_equal(rows, np.arange(rows[0], rows[-1] + 1))
        nodes = placed.piece_nodes[rows]
        assert (nodes[0, 0], nodes[-1, 1]) == tuple(network.edge_nodes[edge])
        assert np.array_equal(nodes[:-1, 1], nodes[1:, 0])
        assert np.array_equal(placed.piece_to[rows][:-1], placed.piece_from[rows][1:])
        assert (placed.piece_from[rows[0]], placed.piece_to[rows[-1]]) == (0, 1)
        assert (placed.piece_share[rows] >= 0).all()
        inside = dict(zip(nodes[:-1, 1].tolist(), placed.piece_to[rows].tolist(), strict=False))
        on_edge = [row for row, (own, _) in enumerate(places) if own == edge]
        assert inside == {int(placed.node_of_place[row]): places[row][1] for row in on_edge}
