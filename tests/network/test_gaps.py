from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from lifecircle.crs import geodesic_m
from lifecircle.inputs.osm_streets import read_osm_ways
from lifecircle.network import islands
from lifecircle.network.gaps import clear_of, find_gaps, with_gaps_closed
from lifecircle.network.graph import build_network
from lifecircle.network.rules import read_walking_rules, way_uses
from osm_files import write_osm
from small_networks import CRS, lonlat_at, uses_of, ways_of

# A street of 400 m from 1 by 2 to 3, and a lane from 5 northwards to 6 that stops some metres short of it at 4.
STREET, LANE = {"highway": "residential"}, {"highway": "footway", "name": "小巷"}
NODES = {1: (-200, 0), 2: (0, 0), 3: (200, 0), 4: (50, 4), 5: (50, 60), 6: (50, 90)}
WAYS = [([1, 2, 3], STREET), ([4, 5, 6], LANE)]


@pytest.fixture
def joined(tmp_path):
    def read(ways, limit_m=5.0, node_tags=None, **moved):
        """Return what comes of ways that are written to a file and read: ways, uses, problems."""
        nodes = NODES | {int(ref.removeprefix("n")): place for ref, place in moved.items()}
        lonlat = dict(zip(nodes, lonlat_at(list(nodes.values())).tolist(), strict=True))
        tagged = {ref: (*place, (node_tags or {}).get(ref, {})) for ref, place in lonlat.items()}
        path = write_osm(tmp_path / "streets.osm", tagged, dict(enumerate(ways, start=1)))
        read_ways, _ = read_osm_ways(path, path.name)
        uses = way_uses(read_ways, read_walking_rules())
        return with_gaps_closed(read_ways, uses, find_gaps(read_ways, uses, CRS, limit_m), path.name)

    return read


def parts(ways, uses):
    return len(set(build_network(ways, uses, CRS).component.tolist()))


def test_a_lane_that_stops_short_of_a_street_is_joined_to_it_and_listed(joined):
    """4 lies 4 m north of the street at (50, 0), 50 m of the 200 m from 2 to 3."""
    ways, uses, problems = joined(WAYS)
    assert ways.way_id.tolist() == [1, 2, 2]
    assert ways.node_ref.tolist() == [1, 2, -1, 3, 4, 5, 6, 4, -1]
    assert ways.offsets.tolist() == [0, 4, 7, 9]
    assert geodesic_m(ways.lonlat[2:3], lonlat_at([(50, 0)]))[0] < 0.01
    assert ways.tags["name"].astype(object).tolist()[1:] == ["小巷", "小巷"]
    assert len(uses) == 3
    assert parts(ways, uses) == 1
    (problem,) = problems
    assert (problem.file, problem.feature_id, problem.outcome) == ("streets.osm", "2", "repaired")
    assert problem.reason.en == "stops 4.0 m short of way 1; was joined to it"


def test_the_way_over_a_closed_gap_is_as_long_as_it_is_on_the_ground(joined):
    """All edges together: the street 400 m, the lane 86 m, and the link 4 m."""
    ways, uses, _ = joined(WAYS)
    assert build_network(ways, uses, CRS).edge_length_m.sum() == pytest.approx(490, rel=5e-4)


def test_a_gap_wider_than_the_limit_stays(joined):
    for ways, limit_m in ((WAYS, 3.9), (WAYS, 0), ([([1, 2], STREET), ([4, 5], LANE)], 5.0)):
        same, _, problems = joined(ways, limit_m)
        assert problems == []
        assert len(same) == 2


def test_a_gap_at_a_corner_is_joined_to_the_node_that_is_there(joined):
    """4 moves to 3 m above node 2: no vertex is put in, and the link ends at 2."""
    ways, uses, problems = joined(WAYS, n4=(0, 3))
    assert ways.node_ref.tolist() == [1, 2, 3, 4, 5, 6, 4, 2]
    assert len(problems) == 1
    assert parts(ways, uses) == 1


def test_two_dead_ends_that_face_each_other_are_joined_once(joined):
    ways, uses, problems = joined([([1, 2], STREET), ([4, 5], LANE)], n4=(3, 0), n5=(60, 0))
    assert len(problems) == 1
    assert len(ways) == 3
    assert parts(ways, uses) == 1


def test_ends_at_one_place_that_share_no_node_are_joined(joined):
    ways, uses, problems = joined(WAYS, n4=(0, 0))
    assert problems[0].reason.en == "stops 0.0 m short of way 1; was joined to it"
    assert parts(ways, uses) == 1


def test_a_dead_end_of_the_city_is_joined_to_an_island_beside_it(joined):
    """The street stops at 3, 4 m short of the middle of a lane that leads nowhere else."""
    ways, uses, problems = joined(WAYS, n4=(204, -60), n5=(204, 0), n6=(204, 60))
    assert [problem.feature_id for problem in problems] == ["1"]
    assert parts(ways, uses) == 1


def test_several_ends_on_one_segment_are_put_in_along_it(joined):
    """Two lanes end at 50 m and at 120 m of the street: 2 (0 m), the first, the second, 3 (200 m)."""
    lanes = [([1, 2, 3], STREET), ([7, 8], LANE), ([4, 5, 6], LANE)]
    ways, uses, problems = joined(lanes, n7=(120, -3), n8=(120, -80))
    assert len(problems) == 2
    assert parts(ways, uses) == 1
    spots = ways.lonlat[ways.offsets[0] : ways.offsets[1]]
    assert spots == pytest.approx(lonlat_at([(-200, 0), (0, 0), (50, 0), (120, 0), (200, 0)]), abs=1e-7)


@pytest.mark.parametrize(
    "between",
    [
        ([7, 8], {"highway": "motorway"}),
        ([7, 8], {"highway": "footway", "foot": "no"}),
        ([4, 2], {"highway": "service", "access": "no"}),
    ],
)
def test_no_gap_is_closed_across_or_beside_a_way_that_nobody_walks(joined, between):
    """A motorway, or a closed path, runs 2 m north of the street; or a closed drive joins the two already."""
    ways, uses, problems = joined([*WAYS, between], n7=(-200, 2), n8=(200, 2))
    assert problems == []
    assert parts(ways, uses) == 2


@pytest.mark.parametrize(
    "lane",
    [
        {"highway": "steps"},
        {"highway": "footway", "bridge": "yes"},
        {"highway": "footway", "tunnel": "yes"},
        {"highway": "footway", "indoor": "yes"},
        {"railway": "platform"},
    ],
)
def test_no_gap_is_closed_where_streets_may_lie_on_two_levels(joined, lane):
    _, _, problems = joined([([1, 2, 3], STREET), ([4, 5, 6], lane)])
    assert problems == []


def test_no_gap_is_closed_at_a_bridge(joined):
    _, _, problems = joined([([1, 2, 3], STREET | {"bridge": "yes"}), ([4, 5, 6], LANE)])
    assert problems == []


@pytest.mark.parametrize("ref", [4, 2])
@pytest.mark.parametrize("tags", [{"barrier": "wall"}, {"barrier": "gate", "access": "private"}])
def test_no_gap_is_closed_at_a_barrier(joined, ref, tags):
    """4 is 3 m north of 2: whether the lane or the street ends there in a wall or gate, nothing is joined."""
    _, _, problems = joined(WAYS, node_tags={ref: tags}, n4=(0, 3))
    assert problems == []


def test_streets_on_either_side_of_a_wall_stay_apart(joined):
    """The wall at 2 parts the street; its two halves end at the same place, and are two islands or more."""
    ways, uses, problems = joined([([1, 2, 3], STREET)], node_tags={2: {"barrier": "wall"}})
    assert problems == []
    assert parts(ways, uses) == 2


@pytest.mark.parametrize(
    ("ditch", "gaps_left"),
    [
        (shapely.LineString(lonlat_at([(-100, 2), (100, 2)])), 0),
        (shapely.Polygon(lonlat_at([(40, 1), (60, 1), (60, 3), (40, 3)])), 0),
        (shapely.LineString(lonlat_at([(49, 3), (51, 1)])), 0),
        (shapely.LineString(lonlat_at([(-100, -2), (100, -2)])), 1),
        (shapely.LineString(lonlat_at([(51, 2), (100, 2)])), 1),
    ],
)
def test_a_gap_with_a_ditch_or_a_wall_in_it_is_not_closed(found_gaps, ditch, gaps_left):
    """The gap runs from (50, 4) to (50, 0): a line 2 m north of the street lies in it, one 2 m south does not."""
    ways, gaps = found_gaps
    assert len(clear_of(gaps, ways, np.array([ditch])).end) == gaps_left


@pytest.fixture
def found_gaps():
    ways = ways_of([[1, 2, 3], [4, 5, 6]], NODES)
    gaps = find_gaps(ways, uses_of(ways), CRS, 5.0)
    assert len(gaps.end) == 1
    return ways, gaps


def test_two_towns_stay_apart(joined, monkeypatch):
    """At 80 m a lane of 86 m counts as a town, and what parts towns is no slip of the pen."""
    monkeypatch.setattr(islands, "TOWN_M", 80.0)
    assert joined(WAYS)[2] == []


def test_a_dead_end_within_one_island_is_left_alone(joined):
    """The lane bends back to 3 m from itself: both belong to the same streets."""
    _, _, problems = joined([([1, 2, 3, 5, 4], STREET)], n5=(50, 60), n4=(50, 3))
    assert problems == []


def test_ways_that_all_hang_together_come_back_as_they_were(joined):
    ways, uses, problems = joined([([1, 2, 3], STREET), ([2, 5, 6], LANE)])
    assert problems == []
    assert len(ways) == len(uses) == 2


def test_ways_that_nobody_walks_have_no_gaps(joined):
    ways, uses, problems = joined([([1, 2, 3], {"highway": "motorway"})])
    assert problems == []
    assert not uses["walk"].any()
    assert len(ways) == 1


@pytest.mark.real
def test_repairs_of_a_real_city_join_what_lies_within_five_metres(real_data):
    """Every repair of Helsinki's extract makes one component less, and none is wider than the limit."""
    path = real_data / "helsinki" / "Helsinki.osm.pbf"
    ways, _ = read_osm_ways(path, path.name)
    uses = way_uses(ways, read_walking_rules())
    more, more_uses, problems = with_gaps_closed(ways, uses, find_gaps(ways, uses, "EPSG:3067", 5.0), path.name)
    before, after = (
        set(build_network(*each, "EPSG:3067").component.tolist()) for each in ((ways, uses), (more, more_uses))
    )
    assert len(before) - len(after) == len(problems) == len(more) - len(ways) > 0
    links = more.offsets[len(ways) : -1]
    assert (geodesic_m(more.lonlat[links], more.lonlat[links + 1]) <= 5.01).all()
    whole = more_uses.iloc[: len(ways)].reset_index(drop=True)
    pd.testing.assert_frame_equal(whole, uses)
    assert np.isin(ways.node_ref, more.node_ref).all()
