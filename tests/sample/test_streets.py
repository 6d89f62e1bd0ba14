"""Streets: one net on both banks, gates, squares, bridges, and as many nodes as asked for."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from lifecircle.sample import facts
from lifecircle.sample.pieces import KIND, drawn_lines, halved, strung_together

CLOSED_TO_WALKERS = [KIND["bridge_motorway"], KIND["bridge_unwalked"], KIND["motorway"]]
PRIVATE = [KIND["compound"], KIND["compound_path"]]


@pytest.fixture(scope="module")
def pieces(city):
    start, end, kind = city.streets.pieces()
    return pd.DataFrame({"start": start, "end": end, "kind": kind})


@pytest.fixture(scope="module")
def lines(city, pieces):
    return shapely.linestrings(np.stack([city.streets.xy[pieces["start"]], city.streets.xy[pieces["end"]]], axis=1))


def _net(pieces):
    return nx.from_pandas_edgelist(pieces, "start", "end")


def test_there_are_about_as_many_junctions_as_asked_for(city, tiny):
    assert city.streets.junctions() == pytest.approx(tiny.nodes, rel=0.25)


def test_junctions_are_nodes_where_streets_meet_or_end(city, pieces):
    degrees = dict(nx.MultiGraph(_multi(pieces)).degree()).values()
    assert city.streets.junctions() == sum(degree != 2 for degree in degrees)


def _multi(pieces):
    return nx.from_pandas_edgelist(pieces, "start", "end", create_using=nx.MultiGraph)


def test_walkers_reach_every_street_but_the_planted_island(pieces):
    """The island of the scene has three nodes; the other scenes and every village are joined to the city."""
    nets = sorted(map(len, nx.connected_components(_net(pieces[~pieces["kind"].isin(CLOSED_TO_WALKERS)]))))
    assert nets[0] == 3
    assert len(nets) == 2


def test_nobody_has_to_cut_through_a_compound(pieces):
    """All public streets hang together without private ones, but for the island."""
    nets = sorted(map(len, nx.connected_components(_net(pieces[~pieces["kind"].isin([*CLOSED_TO_WALKERS, *PRIVATE])]))))
    assert nets[0] == 3
    assert len(nets) == 2


def test_without_the_two_bridges_for_walkers_the_banks_are_apart(city, pieces):
    bridges = [KIND["bridge_walked"], KIND["bridge_footway"]]
    assert pieces["kind"].isin(bridges).sum() == 2
    nets = nx.connected_components(_net(pieces[~pieces["kind"].isin([*CLOSED_TO_WALKERS, *bridges])]))
    north = city.terrain.on_north_bank(city.streets.xy)
    larger = [net for net in nets if len(net) > 3]
    assert [len({north[node] for node in net}) for net in larger] == [1, 1]


def test_only_bridges_cross_the_main_river(city, pieces, lines):
    river = city.terrain.waters[city.terrain.main_river]
    over = pieces["kind"][shapely.intersects(river, lines)]
    # Where the river ends, roads that join a lesser river may pass over its mouth.
    assert set(over) <= {KIND[bridge.way] for bridge in facts.ground().bridges} | {KIND["bridge"]}
    across = shapely.length(shapely.intersection(lines, river)) > city.terrain.main_width_m * 0.9
    assert np.count_nonzero(across) == len(facts.ground().bridges)


def test_nothing_crosses_smaller_water_but_bridges(city, pieces, lines):
    kinds = {KIND["bridge"], *(KIND[bridge.way] for bridge in facts.ground().bridges)}
    wet = shapely.intersects(city.terrain.wet, lines) & ~np.isin(pieces["kind"], list(kinds))
    # A bend moves the middle of a street that passes near the bank by a few metres.
    assert (
        shapely.length(shapely.intersection(lines[wet], city.terrain.wet)).sum() < 0.001 * shapely.length(lines).sum()
    )


def test_streets_cross_railways_under_or_over_them(city, pieces, lines):
    tracks = shapely.union_all(list(city.terrain.railways.values()))
    cut = pieces["kind"][shapely.intersects(tracks, lines)]
    grade_separated = {"underpass", "footbridge", "bridge", "bridge_walked", "bridge_unwalked", "connector"}
    assert set(cut) <= {KIND[name] for name in grade_separated}
    assert (cut == KIND["underpass"]).any()


def test_a_gated_compound_has_at_most_two_gates(city, pieces):
    gates = set(city.streets.gates.tolist())
    compounds = list(nx.connected_components(_net(pieces[pieces["kind"].isin(PRIVATE)])))
    counts = [len(compound & gates) for compound in compounds]
    assert max(counts) == 2
    assert len(compounds) > 10


def test_a_gate_stands_between_a_public_and_a_private_street(city, pieces):
    private = pieces["kind"].isin(PRIVATE)
    ends = pd.concat([pd.Series(private.to_numpy(), index=pieces[end]) for end in ("start", "end")])
    at_gates = ends[ends.index.isin(city.streets.gates)].groupby(level=0).agg(["any", "all"])
    assert len(at_gates) == len(city.streets.gates) > 20
    assert at_gates["any"].all()
    assert not at_gates["all"].any()


def test_a_square_is_a_closed_ring_of_four_corners(city):
    streets = city.streets
    squares = np.flatnonzero(streets.kind == KIND["square"])
    assert len(squares) > 0
    for way in squares:
        ring = streets.nodes[streets.offsets[way] : streets.offsets[way + 1]]
        assert len(ring) == 5
        assert ring[0] == ring[-1]
        assert len(set(ring.tolist())) == 4


def test_the_ground_around_the_scenes_is_clear(city, pieces, lines):
    """Within 1,500 m of a scene's middle lie only its own ways and the roads from its doors."""
    clear_m = facts.planted().clear_m
    for placed in city.scenes:
        near = shapely.dwithin(lines, shapely.Point(placed.middle), clear_m * 0.9)
        own = [number for way in placed.scene.ways for number in [KIND[way.kind]]]
        assert set(pieces["kind"][near]) == set(own) | {KIND["connector"]}


def test_every_kind_of_way_is_there(city):
    missing = set(KIND) - {list(KIND)[kind] for kind in np.unique(city.streets.kind)}
    assert missing <= {"motorway", "footbridge"}  # motorways are lines of their own; footbridges are few


def test_pieces_of_one_line_are_strung_together():
    """Line 7: 1-2, 2-3 of one kind, 3-4 of another; line 8: 9-8. Three ways: 1 2 3, 3 4, 9 8."""
    pieces = pd.DataFrame(
        {
            "start": [3, 1, 9, 2],
            "end": [4, 2, 8, 3],
            "axis": 0,
            "line": [7, 7, 8, 7],
            "place": [2.0, 0.0, 0.0, 1.0],
            "kind": [5, 4, 4, 4],
            "name": 0,
        }
    )
    offsets, nodes, ways = strung_together(pieces)
    assert offsets.tolist() == [0, 3, 5, 7]
    assert nodes.tolist() == [1, 2, 3, 3, 4, 9, 8]
    assert ways["kind"].tolist() == [4, 5, 4]


def test_a_halved_piece_gets_a_node_beside_its_middle():
    """From (0, 0) to (10, 0) the left is up: the new node lies at (5, 2)."""
    pieces, xy, middle = halved(
        drawn_lines([[0, 1, 2]], ["village"], axis=9),
        np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0]]),
        np.array([True, False]),
        np.array([2.0]),
    )
    assert xy[middle].tolist() == [[5.0, 2.0]]
    assert sorted(zip(pieces["start"], pieces["end"], pieces["place"], strict=True)) == [
        (0, 3, 0.0),
        (1, 2, 1.0),
        (3, 1, 0.5),
    ]
