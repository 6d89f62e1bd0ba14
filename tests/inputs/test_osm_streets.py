from __future__ import annotations

import itertools

import numpy as np
import osmium
import pandas as pd
import pytest

from lifecircle.bilingual import Bilingual
from lifecircle.errors import InputError
from lifecircle.inputs import osm_streets
from lifecircle.inputs.osm_streets import read_osm_ways
from lifecircle.inputs.ways import ways_within
from lifecircle.messages import told
from lifecircle.problems import Problem
from osm_files import write_osm

# Three corners and the end of a street near Xuanwu Lake.
NODES = {1: (118.79, 32.07), 2: (118.80, 32.07), 3: (118.80, 32.08), 4: (118.81, 32.08)}
STREET = {"highway": "residential"}


@pytest.mark.parametrize("ending", [".osm.pbf", ".osm", ".pbf"])
def test_ways_come_with_their_nodes_positions_and_tags(tmp_path, ending):
    tags = {"highway": "living_street", "name": "马台街", "access": "private", "lanes": "2"}
    path = write_osm(tmp_path / f"streets{ending}", NODES, {7: ([1, 2, 3], tags), 9: ([3, 4], STREET)})
    ways, problems = read_osm_ways(path, "streets")
    assert problems == []
    assert ways.way_id.tolist() == [7, 9]
    assert ways.offsets.tolist() == [0, 3, 5]
    assert ways.node_ref.tolist() == [1, 2, 3, 3, 4]
    np.testing.assert_allclose(ways.lonlat, [NODES[ref] for ref in (1, 2, 3, 3, 4)], rtol=0, atol=1e-12)
    assert ways.tags.loc[0].dropna().to_dict() == {key: tags[key] for key in ("highway", "name", "access")}
    assert ways.tags.loc[1].dropna().to_dict() == STREET
    assert len(ways) == 2


def test_only_streets_platforms_and_piers_are_read(tmp_path):
    kinds = [
        {"highway": "footway"},
        {"railway": "platform"},
        {"public_transport": "platform"},
        {"man_made": "pier"},
        {"railway": "rail"},
        {"public_transport": "station"},
        {"man_made": "pipeline"},
        {"route": "ferry"},
        {"building": "yes"},
    ]
    path = write_osm(
        tmp_path / "a.osm.pbf", NODES, {number: ([1, 2], tags) for number, tags in enumerate(kinds, start=1)}
    )
    assert read_osm_ways(path, "a")[0].way_id.tolist() == [1, 2, 3, 4]


def test_a_bridge_does_not_meet_the_road_below_at_a_shared_position(tmp_path):
    nodes = NODES | {5: NODES[2]}
    path = write_osm(
        tmp_path / "a.osm.pbf", nodes, {1: ([1, 2, 3], STREET), 2: ([4, 5, 1], STREET | {"bridge": "yes"})}
    )
    ways, _ = read_osm_ways(path, "a")
    assert ways.node_ref.tolist() == [1, 2, 3, 4, 5, 1]
    np.testing.assert_array_equal(ways.lonlat[1], ways.lonlat[4])


def test_a_closed_way_ends_at_the_node_it_begins_at(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", NODES, {1: ([1, 2, 3, 1], STREET), 2: ([1, 2, 3], STREET)})
    assert read_osm_ways(path, "a")[0].closed().tolist() == [True, False]


def test_tags_of_nodes_on_streets_are_kept(tmp_path):
    nodes = NODES | {
        2: (*NODES[2], {"barrier": "gate", "access": "private", "material": "steel"}),
        3: (*NODES[3], {"highway": "crossing", "crossing": "traffic_signals"}),
        4: (*NODES[4], {"barrier": "bollard"}),
    }
    path = write_osm(tmp_path / "a.osm.pbf", nodes, {1: ([1, 2, 3], STREET)})
    tags = read_osm_ways(path, "a")[0].node_tags
    assert {ref: row.dropna().to_dict() for ref, row in tags.iterrows()} == {
        2: {"barrier": "gate", "access": "private"},
        3: {"highway": "crossing", "crossing": "traffic_signals"},
    }


def test_a_way_cut_by_the_extract_keeps_the_parts_that_are_known(tmp_path):
    """Nodes 90 and 91 are not in the file: 1-2 and 3-4-1 are known, 2-90-3 is not; 91-3 has no known part."""
    ways_in_file = {5: ([1, 2, 90, 3, 4, 1], STREET | {"name": "a"}), 6: ([91, 3], STREET), 8: ([90, 2, 91, 1], STREET)}
    path = write_osm(tmp_path / "a.osm.pbf", NODES, ways_in_file)
    ways, problems = read_osm_ways(path, "a.osm.pbf")
    assert ways.way_id.tolist() == [5, 5]
    assert ways.offsets.tolist() == [0, 2, 5]
    assert ways.node_ref.tolist() == [1, 2, 3, 4, 1]
    assert ways.tags["name"].tolist() == ["a", "a"]
    assert not ways.closed().any()

    def unknown(count, nodes):
        return told("problem.way_unknown", nodes=told("problem.nodes_outside", count=count, all=nodes))

    assert problems == [
        Problem(
            "a.osm.pbf",
            None,
            "5",
            "",
            told("problem.way_in_part", nodes=told("problem.nodes_outside", count=1, all=6)),
            "repaired",
        ),
        Problem("a.osm.pbf", None, "6", "", unknown(1, 2), "dropped"),
        Problem("a.osm.pbf", None, "8", "", unknown(2, 4), "dropped"),
    ]
    assert problems[1].reason == Bilingual(
        zh="2 个节点中有 1 个在提取范围之外，且没有相邻两个节点已知。",
        en="1 of its 2 nodes lie outside the extract, and no two that follow each other are known",
    )


def test_repeated_nodes_are_joined_and_ways_of_one_node_listed(tmp_path):
    path = write_osm(
        tmp_path / "a.osm.pbf", NODES, {1: ([1, 1, 2, 2, 3], STREET), 2: ([4, 4], STREET), 3: ([4], STREET)}
    )
    ways, problems = read_osm_ways(path, "a")
    assert ways.way_id.tolist() == [1]
    assert ways.node_ref.tolist() == [1, 2, 3]
    reason = told("problem.way_too_short")
    assert problems == [Problem("a", None, way, "", reason, "dropped") for way in ("2", "3")]


def test_a_way_that_is_in_the_file_twice_is_used_once(tmp_path):
    node = '<node id="{}" version="1" lat="{}" lon="118.8"/>'
    way = '<way id="7" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>'
    path = tmp_path / "twice.osm"
    path.write_text(f'<osm version="0.6">{node.format(1, 32.0)}{node.format(2, 32.1)}{way}{way}</osm>')
    ways, problems = read_osm_ways(path, "twice")
    assert ways.way_id.tolist() == [7]
    assert problems == [Problem("twice", None, "7", "", told("problem.way_twice"), "dropped")]


def test_a_node_beyond_the_pole_has_no_position(tmp_path):
    path = tmp_path / "pole.osm"
    nodes = "".join(f'<node id="{ref}" version="1" lat="{lat}" lon="118.8"/>' for ref, lat in enumerate((32, 33, 132)))
    path.write_text(
        f'<osm version="0.6">{nodes}<way id="7" version="1"><nd ref="0"/><nd ref="1"/><nd ref="2"/>'
        '<tag k="highway" v="path"/></way></osm>'
    )
    ways, problems = read_osm_ways(path, "pole")
    assert ways.node_ref.tolist() == [0, 1]
    assert [problem.outcome for problem in problems] == ["repaired"]


def test_every_way_is_used_or_listed(tmp_path):
    """Rows in are rows used and rows dropped: 400 ways over 60 nodes of which a third is missing."""
    random = np.random.default_rng(1)
    nodes = {ref: (118 + ref / 100, 32.0) for ref in range(60) if ref % 3}
    drawn = {number: (random.integers(0, 60, random.integers(1, 9)).tolist(), STREET) for number in range(1, 401)}
    ways, problems = read_osm_ways(write_osm(tmp_path / "a.osm.pbf", nodes, drawn), "a")
    dropped = {int(problem.feature_id) for problem in problems if problem.outcome == "dropped"}
    assert set(ways.way_id.tolist()) == set(drawn) - dropped
    for number, (refs, _) in drawn.items():
        steps = {pair for pair in itertools.pairwise(refs) if pair[0] != pair[1] and set(pair) <= set(nodes)}
        rows = np.flatnonzero(ways.way_id == number)
        read = [ways.node_ref[ways.offsets[row] : ways.offsets[row + 1]].tolist() for row in rows]
        assert {pair for part in read for pair in itertools.pairwise(part)} == steps


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-40])


def overwritten(content):
    return lambda path: path.write_bytes(content)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<osm version="0.6"><node id="1" lat="32" lon="118"><tag k="name" v="&b;"/></node></osm>"""


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("cut.osm.pbf", cut_short),
        ("cut.osm", cut_short),
        ("empty.osm.pbf", overwritten(b"")),
        ("empty.osm", overwritten(b"")),
        ("text.osm.pbf", overwritten("这不是地图".encode())),
        ("page.osm", overwritten(b"<html><body>404 Not Found</body></html>")),
        ("xml.osm.pbf", overwritten(b'<osm version="0.6"></osm>')),
        ("id.osm", overwritten(b'<osm version="0.6"><node id="one" lat="32" lon="118"/></osm>')),
        ("bomb.osm", overwritten(BOMB)),
    ],
)
def test_a_file_that_is_no_whole_extract_is_refused(tmp_path, name, damage):
    path = write_osm(tmp_path / name, NODES, {1: ([1, 2], STREET)})
    damage(path)
    with pytest.raises(InputError, match=f"{name}: is not a whole OpenStreetMap file .* Download it again"):
        read_osm_ways(path, name)


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "folder.osm.pbf").mkdir()
    with pytest.raises(InputError, match=r"folder\.osm\.pbf: is not a whole OpenStreetMap file"):
        read_osm_ways(tmp_path / "folder.osm.pbf", "folder")


def test_an_extract_without_streets_is_refused(tmp_path):
    path = write_osm(tmp_path / "houses.osm.pbf", NODES, {1: ([1, 2, 3, 1], {"building": "yes"})})
    with pytest.raises(InputError, match=r"houses\.osm\.pbf: holds no streets"):
        read_osm_ways(path, "houses")


def test_an_extract_without_the_nodes_of_its_streets_is_refused(tmp_path):
    path = write_osm(tmp_path / "bare.osm.pbf", {}, {1: ([1, 2, 3], STREET)})
    with pytest.raises(
        InputError, match=r"bare\.osm\.pbf: has no positions for the nodes of its 1 streets.*osmium sort"
    ):
        read_osm_ways(path, "bare")


@pytest.mark.real
@pytest.mark.parametrize("name", ["porto_alegre/poa_osm.pbf", "helsinki/Helsinki.osm.pbf"])
def test_real_extracts_are_read_as_libosmium_reads_them(real_data, name):
    """The oracle handles one way after another: its known neighbours in pairs, and the ways with unknown nodes."""
    steps, cut, streets = set(), set(), set()
    for way in osmium.FileProcessor(str(real_data / name), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if not way.is_way() or "highway" not in way.tags:
            continue
        streets.add(way.id)
        nodes = [(node.ref, node.location) for node in way.nodes]
        if not all(location.valid() for _, location in nodes):
            cut.add(way.id)
        for (start, first), (end, last) in itertools.pairwise(nodes):
            if first.valid() and last.valid() and start != end:
                steps.add((way.id, start, round(first.lon, 7), round(first.lat, 7), end))
    ways, problems = read_osm_ways(real_data / name, name)
    row = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    follow = (row[1:] == row[:-1]) & (ways.way_id[row[:-1]] > 0) & ways.tags["highway"].notna().to_numpy()[row[:-1]]
    read = zip(
        ways.way_id[row[:-1]][follow].tolist(),
        ways.node_ref[:-1][follow].tolist(),
        ways.lonlat[:-1, 0][follow].round(7).tolist(),
        ways.lonlat[:-1, 1][follow].round(7).tolist(),
        ways.node_ref[1:][follow].tolist(),
        strict=True,
    )
    assert set(read) == steps
    assert {int(problem.feature_id) for problem in problems} & streets == cut


def clipped(path, bounds):
    """Return the ways that reach into a rectangle, of all those that the file has."""
    return ways_within(read_osm_ways(path, path.name)[0], bounds)


def assert_same_ways(ways, other):
    for name in ("way_id", "offsets", "node_ref", "lonlat"):
        np.testing.assert_array_equal(getattr(ways, name), getattr(other, name))
    pd.testing.assert_frame_equal(ways.tags.astype(object), other.tags.astype(object))
    pd.testing.assert_frame_equal(
        ways.node_tags.astype(object).sort_index(), other.node_tags.astype(object).sort_index()
    )


@pytest.mark.parametrize("chunk", [1, 2, 20_000])
def test_a_cut_while_reading_is_a_cut_afterwards(tmp_path, monkeypatch, chunk):
    """Ways inside, across the border, past a corner that their box holds, far off, without positions, and cut."""
    nodes = NODES | {
        5: (118.90, 32.07, {"highway": "crossing"}), 6: (118.80, 32.30), 7: (119.2, 32.07, {"barrier": "gate"}),
        8: (118.7, 32.3), 9: (119.3, 32.07, {"barrier": "gate"}),
    }  # fmt: skip
    ways = {
        1: ([1, 2, 3, 4], STREET), 2: ([4, 5], STREET), 3: ([6, 7], STREET), 4: ([7, 9], STREET), 5: ([90, 91], STREET),
        6: ([8, 6], STREET), 7: ([2, 90, 7, 5], STREET), 8: ([5, 7], STREET),
    }  # fmt: skip
    path = write_osm(tmp_path / "a.osm.pbf", nodes, ways)
    bounds = (118.78, 32.06, 118.85, 32.09)
    whole = clipped(path, bounds)
    monkeypatch.setattr(osm_streets, "_CHUNK", chunk)
    cut, problems = read_osm_ways(path, "a", bounds)
    assert cut.way_id.tolist() == [1, 2, 3]
    assert cut.node_tags.index.tolist() == [5, 7]
    assert_same_ways(cut, whole)
    assert [problem.feature_id for problem in problems] == ["5", "7"]


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("porto_alegre/poa_osm.pbf", (-51.22, -30.05, -51.20, -30.03)),
        ("helsinki/Helsinki.osm.pbf", (24.93, 60.16, 24.95, 60.18)),
    ],
)
def test_a_real_city_is_cut_as_if_afterwards(real_data, name, bounds):
    cut, _ = read_osm_ways(real_data / name, name, bounds)
    assert len(cut) > 100
    assert_same_ways(cut, clipped(real_data / name, bounds))


def test_an_extract_of_another_city_is_refused(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", NODES, {1: ([1, 2], STREET)})
    with pytest.raises(InputError, match="none of its 1 streets is near the study"):
        read_osm_ways(path, "a", (121.0, 31.0, 122.0, 32.0))
