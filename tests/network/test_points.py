from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.network.places import insert_places
from lifecircle.network.points import piece_of, piece_walks, seconds_at, seconds_to_any
from lifecircle.network.search import nearest, walk_graph
from small_networks import bare_network, network_of, snapped_at
from street_walks import targets_of, walker, walks_to

LINE = {1: (0, 0), 2: (100, 0), 3: (400, 0)}


def test_half_way_along_a_street_the_nearer_end_counts():
    """A street of 100 m and one of 300 m; the place stands at 50 m, 20 m aside: 20 + 50 s from node 2.

    At 300 m the trip takes 20 + 250 s; on the leg, 15 m away from the street, 5 s.
    """
    walks = walks_to(network_of([[1, 2], [2, 3]], LINE), [(50, 20)])
    ends_s = seconds_to_any(walks)
    piece = np.array([2, 2, 3])
    share = np.array([0.0, 2 / 3, 0.75])
    assert walks.piece_count == 3
    assert seconds_at(walks, ends_s[piece], piece, share) == pytest.approx([70, 270, 5], rel=1e-3)


def test_a_street_that_cannot_be_passed_is_reached_at_its_ends_only():
    """The place is on the level street 1-2 at 50 m; the steps 2-3 are no way for wheels."""
    network = network_of([[1, 2], [2, 3]], LINE, steps=[False, True], wheels=[True, False])
    walks = walks_to(network, [(50, 0)], walker(wheels=True))
    piece = np.array([2, 2, 2])
    seconds = seconds_at(walks, seconds_to_any(walks)[piece], piece, np.array([0.0, 0.5, 1.0]))
    assert seconds[0] == pytest.approx(50, rel=1e-3)
    assert np.isinf(seconds[1:]).all()


def test_points_at_the_ends_of_an_edge_lie_on_it_and_not_on_the_next():
    placed = insert_places(bare_network(3, [(0, 1), (1, 2)], [100, 50]), snapped_at([1, 1], [0.5, 0.5]))
    piece, share = piece_of(placed, np.array([0, 0, 1, 1, 1, 1]), np.array([0.0, 1.0, 0.0, 0.25, 0.5, 1.0]))
    assert piece.tolist() == [0, 0, 1, 1, 1, 3]
    assert share.tolist() == [0, 1, 0, 0.5, 1, 1]


@st.composite
def worlds(draw):
    count = draw(st.integers(1, 6))
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.integers(0, 12), st.booleans(), st.booleans(), st.booleans())
    edges = draw(st.lists(edge, min_size=1, max_size=10))
    flags = dict(zip(("private", "steps", "wheels"), zip(*[each[3:] for each in edges], strict=True), strict=True))
    network = bare_network(count, [each[:2] for each in edges], [4 * each[2] for each in edges], **flags)
    at = st.tuples(st.integers(0, len(edges) - 1), st.sampled_from([0, 0.125, 0.25, 0.5, 0.75, 1]), st.integers(0, 9))
    return network, draw(st.lists(at, min_size=1, max_size=4)), draw(st.lists(at, min_size=1, max_size=4))


@settings(max_examples=200, deadline=None)
@given(worlds(), st.sampled_from([walker(), walker(steps_speed_m_s=None), walker(wheels=True)]))
def test_any_point_takes_as_long_as_a_place_that_cuts_the_street_there(world, who):
    """Private streets, steps, loops and streets of no length included; ``nearest`` is checked against NetworkX."""
    network, places, points = world
    lonlat = np.zeros((len(places), 2))
    placed = insert_places(network, snapped_at(*zip(*places, strict=True)))
    walks = piece_walks(placed, targets_of(placed, lonlat), who)
    edge, fraction, _ = (np.array(column) for column in zip(*points, strict=True))
    piece, share = piece_of(placed, edge, fraction.astype(float))
    ours = seconds_at(walks, seconds_to_any(walks)[piece], piece, share)

    everything = insert_places(network, snapped_at(*zip(*places, *points, strict=True)))
    node, rows = everything.node_of_place, slice(len(places))
    found = nearest(walk_graph(everything, who), node[rows], everything.leg_m[rows])
    assert ours == pytest.approx(found.seconds[node[len(places) :]], abs=1e-9)
