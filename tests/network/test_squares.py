from __future__ import annotations

import numpy as np

from lifecircle.network import squares
from lifecircle.network.squares import with_crossings
from small_networks import uses_of, ways_of

# A square of 100 m with an entrance in the middle of each side, where a street begins.
OUTLINE = {1: (0, 0), 2: (50, 0), 3: (100, 0), 4: (100, 50), 5: (100, 100), 6: (50, 100), 7: (0, 100), 8: (0, 50)}
STREETS = {12: (50, -50), 14: (150, 50), 16: (50, 150), 18: (-50, 50)}
RING = [1, 2, 3, 4, 5, 6, 7, 8, 1]
SQUARE = [True, False, False, False, False]


def crossed(ways, **columns):
    more, uses = with_crossings(ways, uses_of(ways, **columns))
    assert len(more) == len(uses) == len(more.offsets) - 1
    assert more.offsets[-1] == len(more.node_ref) == len(more.lonlat)
    added = more.node_ref[ways.offsets[-1] :].reshape(-1, 2)
    return {tuple(sorted(pair)) for pair in added.tolist()}, more, uses


def plaza(positions=OUTLINE):
    return ways_of([RING, [2, 12], [4, 14], [6, 16], [8, 18]], positions | STREETS)


def test_each_pair_of_entrances_is_joined_straight():
    pairs, more, uses = crossed(plaza(), square=SQUARE, wheels=[False] + [True] * 4)
    assert pairs == {(2, 4), (2, 6), (2, 8), (4, 6), (4, 8), (6, 8)}
    assert more.way_id[5:].tolist() == [100] * 6
    assert not uses["wheels"].iloc[5:].any()
    place = dict(zip(more.node_ref.tolist(), more.lonlat.tolist(), strict=True))
    assert all(
        place[ref] == position for ref, position in zip(more.node_ref.tolist(), more.lonlat.tolist(), strict=True)
    )


def test_entrances_that_do_not_see_each_other_are_not_joined():
    """The side between 4 and 6 is pushed in to (30, 30): the lines 4-6, 2-6 and 4-8 would leave the square."""
    notched = OUTLINE | {5: (30, 30)}
    pairs, *_ = crossed(plaza(notched), square=SQUARE)
    assert pairs == {(2, 4), (2, 8), (6, 8)}


def test_neighbours_along_the_outline_are_joined_by_it_already():
    ways = ways_of([RING, [1, 12], [2, 14], [8, 16]], OUTLINE | STREETS)
    pairs, *_ = crossed(ways, square=[True, False, False, False])
    assert pairs == {(2, 8)}


def test_a_street_that_nobody_walks_makes_no_entrance():
    pairs, *_ = crossed(plaza(), square=SQUARE, walk=[True, False, False, True, True])
    assert pairs == {(6, 8)}


def test_an_outline_that_is_no_square_is_left_alone():
    ways = plaza()
    same, uses = with_crossings(ways, uses_of(ways))
    assert same is ways
    assert len(uses) == len(ways)


def test_an_outline_that_crosses_itself_is_survived():
    bow = ways_of([[1, 5, 3, 7, 1], [1, 12], [3, 14]], OUTLINE | STREETS)
    pairs, *_ = crossed(bow, square=[True, False, False])
    assert pairs == set()


def test_many_entrances_are_thinned_evenly(monkeypatch):
    monkeypatch.setattr(squares, "MAX_ENTRANCES", 4)
    count = 12
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    circle = {ref: (100 * np.cos(angle), 100 * np.sin(angle)) for ref, angle in enumerate(angles)}
    spokes = {100 + ref: (2 * x, 2 * y) for ref, (x, y) in circle.items()}
    lines = [[*circle, 0], *([ref, 100 + ref] for ref in circle)]
    pairs, *_ = crossed(ways_of(lines, circle | spokes), square=[True] + [False] * count)
    assert {ref for pair in pairs for ref in pair} == {0, 3, 7, 11}
