from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from lifecircle.crs import geodesic_m, to_metric
from lifecircle.network.snap import snap_to_edges
from small_networks import CORNER, CRS, lonlat_at, network_of

# A street of 200 m from west to east, one of 100 m north from its middle, one of 80 m parallel to the first.
CORNERS = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100), 5: (0, 60), 6: (80, 60)}
STREETS = [[1, 2, 3], [2, 4], [5, 6]]


def test_a_place_joins_the_street_in_its_middle_and_not_at_a_corner():
    """(30, 10) falls on the street at (30, 0): 30 m of 100 m along the edge 1-2, 10 m away."""
    snapped = snap_to_edges(network_of(STREETS, CORNERS), lonlat_at([(30, 10)]), 300)
    assert snapped.edge.tolist() == [0]
    assert snapped.fraction == pytest.approx([0.3])
    assert snapped.cut_lonlat == pytest.approx(lonlat_at([(30, 0)]), abs=1e-9)
    assert snapped.leg_m == pytest.approx([10], rel=5e-4)  # UTM metres are off by up to 4 in 10,000


def test_the_fraction_is_measured_along_the_bends():
    """The edge 1-2-3 is bent by 90°: (100, 50) lies on it after 100 + 50 of 200 m."""
    snapped = snap_to_edges(network_of([[1, 2, 4]], CORNERS), lonlat_at([(103, 50)]), 300)
    assert snapped.fraction == pytest.approx([0.75])


def test_the_access_leg_is_geodesic():
    place = lonlat_at([(30, 25)])
    snapped = snap_to_edges(network_of(STREETS, CORNERS), place, 300)
    _, _, metres = Geod(ellps="WGS84").inv(*place[0], *snapped.cut_lonlat[0])
    assert snapped.leg_m == pytest.approx([metres], abs=1e-9)


def test_places_beyond_the_limit_and_without_a_position_are_not_snapped_and_keep_their_rows():
    places = np.concatenate([lonlat_at([(30, 10), (30, -400)]), [[np.nan, 32.0], [118.0, np.inf], [400, 95]]])
    snapped = snap_to_edges(network_of(STREETS, CORNERS), places, 300)
    assert snapped.edge.tolist() == [0, -1, -1, -1, -1]
    assert np.isnan(snapped.leg_m[1:]).all()
    assert np.isnan(snapped.fraction[1:]).all()
    assert np.isnan(snapped.cut_lonlat[1:]).all()


def test_a_place_at_exactly_the_limit_is_snapped_and_one_a_hair_farther_is_not():
    network, place = network_of(STREETS, CORNERS), lonlat_at([(30, -300)])
    leg_m = float(snap_to_edges(network, place, 400).leg_m[0])
    assert leg_m > 300  # in UTM metres the place lies 300 m away, on the ellipsoid a little more
    assert snap_to_edges(network, place, leg_m).edge.tolist() == [0]
    assert snap_to_edges(network, place, np.nextafter(leg_m, 0)).edge.tolist() == [-1]
    assert snap_to_edges(network, place, 300.0).edge.tolist() == [-1]


def test_of_equally_near_streets_the_first_is_taken():
    """(100, -20) is nearest to corner 2, where three edges end; (250, 0) to the end of the second edge."""
    snapped = snap_to_edges(network_of(STREETS, CORNERS), lonlat_at([(100, -20), (250, 0)]), 300)
    assert snapped.edge.tolist() == [0, 1]
    assert snapped.fraction.tolist() == [1, 1]


def test_places_are_not_joined_to_tunnels_and_bridges():
    network = network_of(STREETS, CORNERS, snappable=[False, True, True])
    snapped = snap_to_edges(network, lonlat_at([(30, 10), (150, 5)]), 300)
    assert snapped.edge.tolist() == [3, 2]


def test_an_edge_of_length_zero_takes_a_place_at_its_beginning():
    network = network_of([[1, 7]], CORNERS | {7: CORNERS[1]})
    snapped = snap_to_edges(network, lonlat_at([(3, 4)]), 300)
    assert snapped.fraction.tolist() == [0]
    assert snapped.leg_m == pytest.approx([5], rel=5e-4)


def test_nothing_is_snapped_where_no_street_takes_places_or_no_place_has_a_position():
    places = lonlat_at([(30, 10), (60, 10)])
    bridges = network_of(STREETS, CORNERS, snappable=[False] * 3)
    assert snap_to_edges(bridges, places, 300).edge.tolist() == [-1, -1]
    assert snap_to_edges(network_of(STREETS, CORNERS), np.full((2, 2), np.nan), 300).edge.tolist() == [-1, -1]


def test_no_places_give_no_rows():
    snapped = snap_to_edges(network_of(STREETS, CORNERS), np.empty((0, 2)), 300)
    assert len(snapped.edge) == len(snapped.leg_m) == len(snapped.cut_lonlat) == 0


metre = st.integers(-300, 300)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(metre, metre), min_size=2, max_size=5), min_size=1, max_size=6),
    st.lists(st.tuples(metre, metre), min_size=1, max_size=8),
)
def test_no_street_is_nearer_than_the_one_taken(lines, places):
    """Every edge is measured for every place, without an index."""
    positions = dict(enumerate(point for line in lines for point in line))
    refs, begin = [], 0
    for line in lines:
        refs.append(list(range(begin, begin + len(line))))
        begin += len(line)
    network = network_of(refs, positions)
    lonlat = lonlat_at(places)
    snapped = snap_to_edges(network, lonlat, 150)
    points = shapely.points(np.array(places, dtype=float))
    away = shapely.distance(points[:, None], [shapely.LineString(line) for line in lines])
    for row in range(len(places)):
        if snapped.edge[row] < 0:
            assert away[row].min() > 149.5
        else:
            assert away[row, snapped.edge[row]] == pytest.approx(away[row].min(), abs=1e-6)
            assert snapped.leg_m[row] <= 150
            cut = to_metric(snapped.cut_lonlat[row : row + 1], CRS) - CORNER
            line = shapely.LineString(lines[snapped.edge[row]])
            at = shapely.get_coordinates(shapely.line_interpolate_point(line, snapped.fraction[row], normalized=True))
            assert cut == pytest.approx(at, abs=1e-5)
            leg_m = geodesic_m(lonlat[row : row + 1], snapped.cut_lonlat[row : row + 1])
            assert leg_m == pytest.approx(away[row].min(), rel=5e-4, abs=1e-6)
