from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.configs import configs_dir
from lifecircle.crs import to_lonlat, to_metric
from lifecircle.inputs.streets import read_ways
from lifecircle.network.cells import FRINGE_M, STEP_M
from lifecircle.network.graph import build_network
from lifecircle.network.isochrones import (
    TOLERANCE_S,
    isochrone_polygons,
    isochrone_streets,
    reach_of_any,
    reach_of_each,
)
from lifecircle.network.places import insert_places
from lifecircle.network.points import piece_walks, seconds_at
from lifecircle.network.rules import read_walking_rules, way_uses
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from lifecircle.network.walkers import read_walkers
from lifecircle.study import read_study
from small_networks import CORNER, CRS, network_of, uses_of, ways_of
from street_walks import targets_of, walker, walks_to

if TYPE_CHECKING:
    from pathlib import Path

BANDS = (5.0, 10.0, 15.0)
SCALE = 5e-4  # UTM metres are off by up to 4 in 10,000


def streets_of(walks, minutes=BANDS):
    return isochrone_streets(walks, [reach_of_any(walks, 60 * minutes[-1])], minutes)


def polygons_of(walks, minutes=BANDS):
    """Return the polygons in metres from the corner."""
    areas = isochrone_polygons(walks, [reach_of_any(walks, 60 * minutes[-1])], minutes)
    return shapely.transform(areas.geometry.to_crs(CRS).to_numpy(), lambda xy: xy - CORNER)


def lengths(streets):
    return streets.groupby("minutes")["length_m"].sum().to_dict()


def holds(polygon, *points):
    return [bool(shapely.contains_xy(polygon, *point)) for point in points]


def test_streets_are_cut_where_the_time_runs_out():
    """A street of 2 km, the place 40 m beside its middle, 1 m/s: 260 m on either side in 5 minutes, 560 m in 10."""
    walks = walks_to(network_of([[1, 2]], {1: (0, 0), 2: (2000, 0)}), [(1000, 40)])
    streets = streets_of(walks, (5.0, 10.0))
    assert lengths(streets) == pytest.approx({5.0: 2 * 260, 10.0: 2 * 300}, rel=SCALE)
    ends = shapely.get_coordinates(streets.geometry.to_crs(CRS)).reshape(-1, 2, 2)[:, :, 0] - CORNER[0]
    assert sorted(ends.tolist()) == pytest.approx(
        np.array([[740, 440], [1000, 740], [1000, 1260], [1260, 1560]]), abs=0.5
    )


def test_each_part_tells_its_least_and_most_minutes():
    walks = walks_to(network_of([[1, 2]], {1: (0, 0), 2: (2000, 0)}), [(1000, 0)])
    streets = streets_of(walks, (5.0, 10.0))
    assert streets[["least_minutes", "most_minutes"]].to_numpy().round(9).tolist() == [[0, 5], [5, 10]] * 2
    assert streets["length_m"].tolist() == pytest.approx([300] * 4)


def test_a_street_between_two_ways_is_cut_where_they_take_equally_long():
    """A ring of 400 + 200 m with the place where they part: both ways round reach 300 m, 200 m into the first."""
    ring = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
    walks = walks_to(network_of([[1, 2, 3, 4, 1], [1, 5]], ring | {5: (-60, 0)}), [(-60, 0)])
    streets = streets_of(walks, (5.0,))
    ring_parts = streets[streets["way_id"] == 100]
    assert ring_parts["length_m"].tolist() == pytest.approx([200, 200], rel=SCALE)
    assert ring_parts["most_minutes"].tolist() == pytest.approx([260 / 60] * 2, rel=SCALE)


def test_a_long_street_without_junctions_is_reached_in_part():
    """Only its ends are nodes, and both are beyond 5 minutes: the place cuts it in two."""
    line = {1: (-700, 0), 2: (0, 400), 3: (700, 0)}
    walks = walks_to(network_of([[1, 2, 3]], line), [(0, 400)])
    assert lengths(streets_of(walks)) == pytest.approx({5.0: 600, 10.0: 600, 15.0: 2 * 806.2 - 1200}, rel=1e-3)
    assert [round(polygon.area, -3) > 0 for polygon in polygons_of(walks)] == [True] * 3


def test_people_walk_to_the_place_and_not_from_it(monkeypatch: pytest.MonkeyPatch):
    """With the edge it takes 1 s per metre, against it 3 s: in 5 minutes from 300 m before and from 100 m behind."""

    def one_way(network, _who):
        return network.edge_length_m * 1.0, network.edge_length_m * 3.0

    monkeypatch.setattr("lifecircle.network.pace.edge_seconds", one_way)
    walks = walks_to(network_of([[1, 2]], {1: (0, 0), 2: (2000, 0)}), [(1000, 0)])
    streets = streets_of(walks, (5.0,))
    far_x = shapely.get_coordinates(streets.geometry.to_crs(CRS)).reshape(-1, 2, 2)[:, 1, 0] - CORNER[0]
    assert sorted(far_x) == pytest.approx([700, 1100], abs=0.2)


def test_streets_behind_a_gate_are_reached_by_those_who_start_there():
    """The place is at 1; 2-3 is private and the only short way to 4, which is 900 m away over 2-5-4.

    Who lives on 2-3 leaves it over 2, the far half too; at 4 nobody may enter.
    """
    nodes = {1: (0, 0), 2: (100, 0), 3: (300, 0), 4: (400, 0), 5: (250, 420)}
    network = network_of([[1, 2], [2, 3, 4], [2, 5, 4]], nodes, private=[False, True, False])
    streets = streets_of(walks_to(network, [(0, 0)]), (7.0,))
    private = streets[streets["way_id"] == 101]
    assert private["length_m"].sum() == pytest.approx(300, rel=SCALE)
    assert private["most_minutes"].max() == pytest.approx(400 / 60, rel=SCALE)
    around = streets[streets["way_id"] == 102]
    assert around["length_m"].sum() == pytest.approx(320, rel=SCALE)


def test_a_wait_takes_time_and_no_street():
    """A primary road 100 m from the place: 8 s to cross, so 300 - 8 m in 5 minutes; 4 s to turn into it."""
    ways = ways_of([[1, 2, 3], [4, 2, 5]], {1: (0, 0), 2: (100, 0), 3: (600, 0), 4: (100, -500), 5: (100, 500)})
    ways.tags["highway"] = ["residential", "primary"]
    walks = walks_to(build_network(ways, uses_of(ways), CRS), [(0, 0)], walker(waits_s=(20.0, 8.0)))
    streets = streets_of(walks, (5.0,))
    metres = streets.groupby("way_id")["length_m"].sum()
    assert metres.tolist() == pytest.approx([300 - 8, 2 * (200 - 4)], rel=SCALE)
    assert (streets["length_m"] > 0).all()
    assert holds(polygons_of(walks, (5.0,))[0], (291, 0), (100, 195)) == [True, True]


def test_steps_are_not_part_of_what_a_wheelchair_reaches():
    network = network_of(
        [[1, 2], [2, 3]], {1: (0, 0), 2: (100, 0), 3: (200, 0)}, steps=[False, True], wheels=[True, False]
    )
    walks = walks_to(network, [(0, 0)], walker(wheels=True))
    assert streets_of(walks)["way_id"].unique().tolist() == [100]
    assert holds(polygons_of(walks)[0], (100, 0), (150, 0), (200, 0)) == [True, False, False]


def test_each_place_has_its_own_reach_and_all_together_one():
    """Two places 600 m apart on a street of 2 km: 300 m on either side each; together from 400 to 1600 m."""
    walks = walks_to(network_of([[1, 2]], {1: (0, 0), 2: (2000, 0)}), [(700, 0), (1300, 0)])
    each = isochrone_streets(walks, reach_of_each(walks, 300), (5.0,))
    assert each.groupby("place")["length_m"].sum().tolist() == pytest.approx([600, 600], rel=SCALE)
    assert streets_of(walks, (5.0,))["length_m"].sum() == pytest.approx(1200, rel=SCALE)


def test_the_access_leg_of_another_place_is_a_dead_end():
    """Both places are 20 m aside of one street, 100 m apart: to the first it is 20 + 100 + 20 s from the second."""
    walks = walks_to(network_of([[1, 2]], {1: (0, 0), 2: (300, 0)}), [(100, 20), (200, 20)])
    reach = reach_of_each(walks, 900.0)[0]
    legs = walks.piece_count + np.arange(2)
    ends_s = reach.ends_s[np.searchsorted(reach.piece, legs)]
    assert ends_s[:, 1].tolist() == [0, np.inf]
    assert seconds_at(walks, ends_s, legs, np.ones(2)) == pytest.approx([0, 140], rel=1e-3)


def test_a_place_with_two_entrances_is_reached_over_either():
    walks = walks_to(network_of([[1, 2]], {1: (0, 0), 2: (2000, 0)}), [(700, 0), (1000, 0)], place=[0, 0])
    streets = isochrone_streets(walks, reach_of_each(walks, 300), (5.0,))
    assert streets["place"].unique().tolist() == [0]
    assert streets["length_m"].sum() == pytest.approx(900, rel=SCALE)


def test_an_unreachable_street_inside_stays_outside():
    """A street of its own amid reached ones (openrouteservice swallowed such places)."""
    block = {1: (0, 0), 2: (120, 0), 3: (120, 120), 4: (0, 120), 5: (40, 60), 6: (80, 60)}
    walks = walks_to(network_of([[1, 2, 3, 4, 1], [5, 6]], block), [(0, 0)])
    for polygon in polygons_of(walks):
        assert holds(polygon, (40, 60), (60, 60), (80, 60)) == [False] * 3
        assert holds(polygon, (120, 120), (0, 60)) == [True] * 2
        assert len(polygon.interiors) == 1


def test_the_place_itself_is_inside_also_far_from_the_street():
    """280 m from the street, and even before that is reached, at 4 minutes (others had holes at the start)."""
    walks = walks_to(network_of([[1, 2]], {1: (0, 0), 2: (500, 0)}), [(250, 280)])
    polygons = polygons_of(walks, (4.0, 5.0))
    assert [holds(polygon, (250, 279.9), (250, 60), (250, 20), (250, 0)) for polygon in polygons] == [
        [True, True, False, False],
        [True] * 4,
    ]
    assert isinstance(polygons[1], shapely.Polygon)


def test_a_river_is_not_crossed_without_a_bridge():
    """The banks are 60 m apart and only the southern one is reached: land ends half way, at y = 30."""
    banks = {1: (0, 0), 2: (800, 0), 3: (0, 60), 4: (800, 60)}
    walks = walks_to(network_of([[1, 2], [3, 4]], banks), [(400, 0)])
    polygon = polygons_of(walks)[2]
    assert shapely.get_coordinates(polygon)[:, 1].max() < 31
    assert not polygon.intersects(shapely.LineString([(0, 60), (800, 60)]))


def test_a_lake_stays_a_hole():
    """A shore road round a lake of 300 m (rings over water were seen elsewhere)."""
    shore = {1: (0, 0), 2: (300, 0), 3: (300, 300), 4: (0, 300)}
    polygon = polygons_of(walks_to(network_of([[1, 2, 3, 4, 1]], shore), [(0, 0)]))[2]
    assert len(polygon.interiors) == 1
    assert shapely.Polygon(polygon.interiors[0]).area == pytest.approx(250**2, rel=0.02)
    assert not polygon.contains(shapely.Point(150, 150))


def test_a_street_under_a_reached_bridge_is_not_taken_in():
    """Two streets cross without a junction; only the eastern one is reached, so the other parts the land."""
    crossing = {1: (-200, 0), 2: (200, 0), 3: (0, -200), 4: (0, 200)}
    polygon = polygons_of(walks_to(network_of([[1, 2], [3, 4]], crossing), [(-200, 0)]))[2]
    assert holds(polygon, (-200, 0), (200, 0), (0, 200), (0, -200), (0, 100), (0, 12)) == [True] * 2 + [False] * 4


def test_polygons_reach_no_farther_than_the_filled_gaps():
    walks = walks_to(network_of([[1, 2], [2, 3]], {1: (0, 0), 2: (500, 0), 3: (500, 400)}), [(0, 0)])
    reached = streets_of(walks).geometry.to_crs(CRS).union_all()
    for polygon in polygons_of(walks):
        outline = shapely.points(shapely.get_coordinates(polygon) + CORNER)
        assert shapely.distance(outline, reached).max() <= 2 * FRINGE_M + STEP_M


def test_before_the_street_is_reached_there_is_only_the_way_to_the_place():
    """60 m of an access leg of 290 m: land 50 m wide and half a circle, 60 * 50 + pi * 25² / 2 = 3982 m²."""
    walks = walks_to(network_of([[1, 2]], {1: (0, 0), 2: (500, 0)}), [(250, 290)])
    assert len(streets_of(walks, (1.0,))) == 0
    assert polygons_of(walks, (1.0,))[0].area == pytest.approx(60 * 50 + np.pi * 25**2 / 2, rel=0.05)
    assert len(streets_of(walks, (1.0,))) == 0


@st.composite
def towns(draw):
    """Lattices of 60 m with some streets missing, some private, some steps, and two to four places."""
    size = 6
    nodes = {size * y + x: (60.0 * x, 60.0 * y) for y in range(size) for x in range(size)}
    streets = [(node, node + 1) for node in nodes if (node + 1) % size] + [
        (node, node + size) for node in nodes if node + size in nodes
    ]
    kept = draw(st.lists(st.sampled_from(streets), min_size=12, max_size=45, unique=True))
    flags = [[draw(st.integers(0, 9)) == 0 for _ in kept] for _ in range(2)]
    network = network_of(kept, nodes, private=flags[0], steps=flags[1])
    at = st.tuples(st.floats(0, 300), st.floats(0, 300))
    return network, draw(st.lists(at, min_size=2, max_size=4))


def assert_faithful(polygons, node_xy, seconds, minutes, decimals=2):
    """Assert that polygons of one place are valid and nested, and hold the nodes that they should and no others."""
    assert shapely.is_valid(polygons).all()
    assert shapely.covers(polygons[1:], polygons[:-1]).all()
    _, position = np.unique(node_xy.round(decimals), axis=0, return_inverse=True)
    least_s = np.full(position.max() + 1, np.inf)
    np.minimum.at(least_s, position, seconds)
    for polygon, limit in zip(polygons, minutes, strict=True):
        shapely.prepare(polygon)
        inside = shapely.contains_xy(polygon, *node_xy.T)
        assert inside[seconds <= 60 * limit].all()
        assert not inside[least_s[position] > 60 * limit + TOLERANCE_S].any()


@settings(max_examples=30, deadline=None)
@given(towns(), st.sampled_from([walker(), walker(3.0, 1.0), walker(0.7, 0.2)]))
def test_polygons_of_any_town_hold_the_nodes_within_the_time_and_no_others(town, who):
    """Speeds up to 3 m/s: rings went wrong elsewhere when people walked fast."""
    network, positions = town
    minutes = (0.5, 1.5, 4.0)
    walks = walks_to(network, positions, who)
    areas = isochrone_polygons(walks, reach_of_each(walks, 60 * minutes[-1]), minutes)
    graph, targets = walk_graph(walks.placed, who), walks.targets
    node_xy = to_metric(walks.placed.node_lonlat, CRS)
    for place in range(len(targets.node)):
        found = nearest(graph, targets.node[place : place + 1], targets.leg_m[place : place + 1])
        polygons = areas.loc[areas["place"] == place].geometry.to_crs(CRS).to_numpy()
        assert_faithful(polygons, node_xy, found.seconds, minutes)


@settings(max_examples=20, deadline=None)
@given(towns())
def test_between_nodes_polygons_are_true_to_half_a_step(town):
    """Points of streets within the time lie at most 5 m outside, points that take longer at most 5 m inside."""
    network, positions = town
    walks = walks_to(network, positions)
    minutes = (1.0, 1.0 + TOLERANCE_S / 60, 3.0)
    reaches = reach_of_each(walks, 180)
    streets = isochrone_streets(walks, reaches, minutes).to_crs(CRS)
    areas = isochrone_polygons(walks, reaches, minutes[:1]).to_crs(CRS)
    for place, polygon in enumerate(areas.geometry):
        own = streets[streets["place"] == place]
        within, later = (own.geometry[own["minutes"] == minute].to_numpy() for minute in (minutes[0], minutes[2]))
        lost, gained = shapely.difference(within, polygon), shapely.intersection(later, polygon)
        assert depths(lost, polygon).max(initial=0) <= STEP_M / 2
        assert depths(gained, polygon.boundary).max(initial=0) <= STEP_M / 2


def depths(lines, land):
    return shapely.distance(shapely.points(shapely.get_coordinates(lines)), land)


@pytest.mark.real
@pytest.mark.parametrize(("name", "who", "count"), [("porto_alegre", "standard", 40), ("helsinki", "elder", 25)])
def test_polygons_of_real_cities_hold_the_nodes_within_the_time_and_no_others(real_data: Path, name, who, count):
    """Origins up to some 60 m beside random points of the streets, in the 4 km around the middle of the city."""
    study = read_study(configs_dir() / "studies" / f"{name}.yaml")
    ways, _ = read_ways(real_data / name / study.streets.file, study.streets)
    network = build_network(ways, way_uses(ways, read_walking_rules()), study.crs)
    rng = np.random.default_rng(40)
    xy = to_metric(network.vertex_lonlat, network.crs)
    central = xy[(np.abs(xy - np.median(xy, axis=0)) < 2000).all(axis=1)]
    lonlat = to_lonlat(central[rng.integers(len(central), size=count)] + rng.normal(0, 30, (count, 2)), network.crs)
    placed = insert_places(network, snap_to_edges(network, lonlat, 300))
    targets = targets_of(placed, lonlat)
    assert len(targets.node) == count
    walks = piece_walks(placed, targets, read_walkers()[who])
    polygons = isochrone_polygons(walks, reach_of_each(walks, 900), BANDS).geometry.to_numpy().reshape(count, 3)
    graph = walk_graph(placed, read_walkers()[who])
    for row in range(count):
        found = nearest(graph, targets.node[row : row + 1], targets.leg_m[row : row + 1])
        assert_faithful(polygons[row], placed.node_lonlat, found.seconds, BANDS, decimals=7)
        assert shapely.contains_xy(polygons[row, 0], *lonlat[row])
