from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lifecircle.inputs.ways import NODE_TAG_KEYS
from lifecircle.network import barriers
from lifecircle.network.barriers import NODE_RULES, connected_nodes, enclosed_edges, gated_edges, node_barriers

CLOSED, RESIDENTS, OPEN, STOPPED, KERB = "closed", "residents", "open", "stopped", "kerb"


@pytest.mark.parametrize(
    ("tags", "effect"),
    [
        ({"barrier": "wall"}, CLOSED),
        ({"barrier": "fence"}, CLOSED),
        ({"barrier": "guard_rail"}, CLOSED),
        ({"barrier": "hedge", "access": "yes"}, OPEN),
        ({"barrier": "wall", "foot": "yes"}, OPEN),
        ({"barrier": "gate"}, OPEN),
        ({"barrier": "gate", "access": "no"}, CLOSED),
        ({"barrier": "gate", "access": "military"}, CLOSED),
        ({"barrier": "gate", "access": "no", "foot": "designated"}, OPEN),
        ({"barrier": "gate", "foot": "no"}, CLOSED),
        ({"barrier": "gate", "access": "yes", "foot": "no"}, CLOSED),
        ({"barrier": "gate", "access": "private"}, RESIDENTS),
        ({"barrier": "gate", "access": "residents"}, RESIDENTS),
        ({"barrier": "gate", "foot": "destination"}, RESIDENTS),
        ({"barrier": "gate", "access": "private", "foot": "permissive"}, OPEN),
        ({"barrier": "gate", "access": "customers"}, RESIDENTS),
        ({"barrier": "gate", "locked": "yes"}, RESIDENTS),
        ({"barrier": "gate", "locked": "yes", "foot": "yes"}, OPEN),
        ({"barrier": "gate", "locked": "no"}, OPEN),
        ({"barrier": "gate", "access": "yes @ (08:00-20:00)"}, OPEN),
        ({"barrier": "gate", "foot": "perhaps", "access": "private"}, RESIDENTS),
        ({"barrier": "lift_gate"}, OPEN),
        ({"barrier": "lift_gate", "access": "private"}, RESIDENTS),
        ({"barrier": "lift_gate", "access": "no"}, RESIDENTS),
        ({"barrier": "lift_gate", "access": "private", "foot": "yes"}, OPEN),
        ({"barrier": "turnstile"}, OPEN),
        ({"barrier": "bollard"}, OPEN),
        ({"barrier": "bollard", "access": "no"}, OPEN),
        ({"barrier": "bollard", "foot": "no"}, CLOSED),
        ({"barrier": "height_restrictor", "access": "private"}, OPEN),
        ({"barrier": "kerb"}, OPEN),
        ({"barrier": "entrance"}, OPEN),
        ({"access": "no"}, OPEN),
        ({"entrance": "yes", "locked": "yes"}, OPEN),
    ],
)
def test_what_a_node_does_to_a_walk(tags, effect):
    for found in of_node(tags):
        assert found.closed.tolist() == ([7] if effect == CLOSED else [])
        assert found.private.tolist() == ([7] if effect == RESIDENTS else [])


@pytest.mark.parametrize(
    ("tags", "effect"),
    [
        ({"barrier": "stile"}, STOPPED),
        ({"barrier": "turnstile"}, STOPPED),
        ({"barrier": "full-height_turnstile", "foot": "yes"}, STOPPED),
        ({"barrier": "kissing_gate"}, STOPPED),
        ({"barrier": "kissing_gate", "wheelchair": "yes"}, OPEN),
        ({"barrier": "cycle_barrier"}, STOPPED),
        ({"barrier": "cycle_barrier", "wheelchair": "limited"}, OPEN),
        ({"barrier": "chain"}, STOPPED),
        ({"barrier": "gate", "wheelchair": "no"}, STOPPED),
        ({"barrier": "gate"}, OPEN),
        ({"barrier": "bollard"}, OPEN),
        ({"barrier": "kerb", "kerb": "raised"}, KERB),
        ({"kerb": "raised"}, KERB),
        ({"kerb": "raised", "wheelchair": "yes"}, OPEN),
        ({"kerb": "lowered"}, OPEN),
        ({"kerb": "rolled"}, OPEN),
        ({"barrier": "kerb"}, OPEN),
        ({"highway": "crossing", "wheelchair": "no"}, KERB),
        ({"highway": "crossing"}, OPEN),
        ({"entrance": "main", "wheelchair": "no"}, OPEN),
    ],
)
def test_what_a_node_does_to_wheels(tags, effect):
    for found in of_node(tags):
        assert found.no_wheels.tolist() == ([7] if effect == STOPPED else [])
        assert found.raised.tolist() == ([7] if effect == KERB else [])


def test_every_node_rule_says_why_and_asks_for_tags_that_are_read():
    for rule in NODE_RULES:
        assert rule.why
        assert (rule.walk, rule.wheels) != (None, None)
        assert set(rule.when) <= set(NODE_TAG_KEYS)
    assert NODE_RULES[-1].when == {}
    assert None not in (NODE_RULES[-1].walk, NODE_RULES[-1].wheels)


def of_node(tags):
    """Return what is found of node 7 with these tags, from columns of text and from categories."""
    rows = pd.DataFrame([tags], index=[7], columns=list(NODE_TAG_KEYS), dtype=object)
    return node_barriers(rows), node_barriers(rows.astype("category"))


def edges(*pairs):
    return np.array(pairs, dtype=np.int32)


def test_a_gate_makes_the_edges_before_and_behind_it_private():
    path = edges((0, 1), (1, 2), (2, 3))
    assert gated_edges(path, np.array([False, True, False, False])).tolist() == [True, True, False]


def test_a_gate_at_the_end_of_a_street_makes_it_private():
    assert gated_edges(edges((0, 1), (1, 2)), np.array([False, False, True])).tolist() == [False, True]


def test_a_gate_on_a_crossing_of_three_streets_closes_none():
    star = edges((0, 1), (0, 2), (0, 3))
    assert not gated_edges(star, np.array([True, False, False, False])).any()


def test_lanes_behind_private_streets_are_private_and_the_longest_public_set_is_not():
    """0-1 (500 m) public, 1-2 private, 2-3 and 3-4 (50 m each) public: the two lanes are enclosed."""
    path = edges((0, 1), (1, 2), (2, 3), (3, 4))
    private = np.array([False, True, False, False])
    enclosed = enclosed_edges(path, np.array([500.0, 10, 50, 50]), private, 5)
    assert enclosed.tolist() == [False, False, True, True]


def test_lanes_with_a_second_open_way_out_stay_public():
    ring = edges((0, 1), (1, 2), (2, 3), (3, 0))
    private = np.array([False, True, False, False])
    assert not enclosed_edges(ring, np.array([500.0, 10, 50, 50]), private, 4).any()


def test_streets_that_are_not_connected_at_all_are_not_enclosed():
    apart = edges((0, 1), (2, 3))
    assert not enclosed_edges(apart, np.array([500.0, 50]), np.zeros(2, bool), 4).any()


def test_a_cut_off_district_is_too_large_to_be_an_estate(monkeypatch):
    monkeypatch.setattr(barriers, "ENCLOSED_LIMIT_M", 99.0)
    path = edges((0, 1), (1, 2), (2, 3), (3, 4))
    private = np.array([False, True, False, False])
    assert not enclosed_edges(path, np.array([500.0, 10, 50, 50]), private, 5).any()


def test_of_two_public_sets_of_equal_length_one_stays_public():
    path = edges((0, 1), (1, 2), (2, 3))
    private = np.array([False, True, False])
    assert enclosed_edges(path, np.array([50.0, 10, 50]), private, 4).sum() == 1


def test_nodes_are_connected_through_edges_of_either_direction():
    assert connected_nodes(edges((1, 0), (3, 2), (2, 5), (4, 4)), 6).tolist() == [0, 0, 1, 1, 2, 1]


def test_hundreds_of_edges_between_two_nodes_connect_them():
    assert connected_nodes(edges(*[(0, 1)] * 512), 2).tolist() == [0, 0]
