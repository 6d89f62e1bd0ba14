from __future__ import annotations

import numpy as np
import pytest

from lifecircle.inputs.ways import NODE_TAG_KEYS, Ways, tag_table, ways_from_vertices, ways_within

# Three ways from west to east along 32 N: 118.0-118.1, 118.1-118.2-118.3, 118.9-119.0.
REFS = np.array([1, 2, 2, 3, 4, 8, 9])
LONLAT = np.array([[118.0, 32], [118.1, 32], [118.1, 32], [118.2, 32], [118.3, 32], [118.9, 32], [119.0, 32]])


@pytest.fixture
def ways() -> Ways:
    names = tag_table([{"highway": "path", "name": name} for name in "abc"])
    gates = tag_table([{"barrier": "gate"}] * 2, NODE_TAG_KEYS, np.array([2, 9]))
    return ways_from_vertices(np.array([0, 0, 1, 1, 1, 2, 2]), REFS, LONLAT, np.array([10, 20, 30]), names, gates)[0]


def test_only_tags_that_are_asked_for_become_columns():
    table = tag_table([{"barrier": "gate", "colour": "red"}, {}], ("barrier", "foot"), np.array([5, 7]))
    assert table.index.tolist() == [5, 7]
    assert table.astype(object).where(table.notna(), None).to_dict("list") == {
        "barrier": ["gate", None],
        "foot": [None, None],
    }


def test_a_vertex_that_repeats_the_one_before_is_left_out():
    """In 1-1-2 and 2-2 the repeats go; 2-2 has one node left and is no way; 1-2-1 keeps its return."""
    row = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    refs = np.array([1, 1, 2, 2, 2, 1, 2, 1])
    lonlat = np.column_stack([refs / 1.0, refs / 1.0])
    ways, kept = ways_from_vertices(row, refs, lonlat, np.array([10, 20, 30]), tag_table([{}] * 3))
    assert kept.tolist() == [True, False, True]
    assert ways.way_id.tolist() == [10, 30]
    assert ways.offsets.tolist() == [0, 2, 5]
    assert ways.node_ref.tolist() == [1, 2, 1, 2, 1]
    assert ways.closed().tolist() == [False, True]
    np.testing.assert_array_equal(ways.lonlat[:, 0], ways.node_ref)


def test_nodes_that_are_on_no_way_lose_their_tags(ways):
    assert ways.node_tags["barrier"].to_dict() == {2: "gate", 9: "gate"}
    elsewhere = tag_table([{"barrier": "gate"}], NODE_TAG_KEYS, np.array([77]))
    row, names = np.zeros(2, dtype=np.int64), tag_table([{}])
    assert ways_from_vertices(row, REFS[:2], LONLAT[:2], np.array([1]), names, elsewhere)[0].node_tags.empty


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((117.0, 31, 118.05, 33), [10]),
        ((118.05, 31, 118.25, 33), [10, 20]),
        ((118.22, 31, 118.28, 33), [20]),  # reaches into the middle of a segment, where there is no vertex
        ((118.0, 31, 119.0, 33), [10, 20, 30]),
        ((118.4, 31, 118.8, 33), []),
        ((118.0, 33, 119.0, 34), []),
    ],
)
def test_ways_that_reach_into_a_rectangle_are_kept_whole(ways, bounds, expected):
    within = ways_within(ways, bounds)
    assert within.way_id.tolist() == expected
    chosen = [number for number, way in enumerate(ways.way_id) if way in expected]
    assert within.tags["name"].tolist() == ["abc"[number] for number in chosen]
    parts = [ways.node_ref[ways.offsets[number] : ways.offsets[number + 1]].tolist() for number in chosen]
    assert [within.node_ref[a:b].tolist() for a, b in zip(within.offsets, within.offsets[1:], strict=False)] == parts
    assert set(within.node_tags.index) == {2, 9} & {ref for part in parts for ref in part}
