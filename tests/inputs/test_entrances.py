from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, MultiPoint, Point, box

from lifecircle.crs import to_lonlat
from lifecircle.inputs.entrances import BOUNDARY_STEP_M, NO_GATES, entrances

FRAME = "EPSG:4549"
CORNER = np.array([400_000.0, 3_540_000.0])
PARK = box(0, 0, 88, 58)
AROUND = 10
"""A park of 88 m by 58 m has three pieces on each long side and two on each short one."""


def placed(*shapes):
    """Return shapes given in metres from a corner in Nanjing."""
    return [shapely.transform(shape, lambda xy: xy + CORNER) for shape in shapes]


def gates_at(*places):
    return to_lonlat(CORNER + np.array(places, dtype=float), FRAME) if places else NO_GATES


def found(shapes, gates=(), streets=()):
    """Return facility row, way of entering, and place in metres from the corner of each entrance."""
    facilities = gpd.GeoDataFrame(geometry=placed(*shapes), crs=FRAME).to_crs("EPSG:4326")
    table = entrances(facilities, FRAME, gates_at(*gates), np.array(placed(*streets), dtype=object))
    assert table.crs == "EPSG:4326"
    places = shapely.get_coordinates(table.to_crs(FRAME).geometry) - CORNER
    assert shapely.distance(shapely.points(places), np.array(shapes, dtype=object)[table["facility_row"]]).max() < 5.1
    return table["facility_row"].tolist(), table["entered"].tolist(), places.round(3)


def test_a_point_is_its_own_entrance_and_a_park_has_them_all_around():
    rows, entered, places = found([Point(0, 0), PARK])
    assert rows == [0] + [1] * AROUND
    assert entered == ["point"] + ["boundary"] * AROUND
    assert places[0].tolist() == [0, 0]
    park = shapely.points(places[1:])
    assert shapely.distance(park, PARK.boundary).max() < 1e-3
    nearest_other = np.sort(shapely.distance(park[:, None], park), axis=1)[:, 1]
    assert nearest_other.max() <= BOUNDARY_STEP_M + 1e-3


def test_a_courtyard_counts_as_boundary_and_every_part_of_a_campus_is_entered():
    """Square of 58 m: two pieces a side; courtyard of 20 m and square of 28 m: their corners."""
    campus = shapely.MultiPolygon([box(0, 0, 58, 58) - box(20, 20, 40, 40), box(200, 0, 228, 28)])
    assert len(found([campus])[0]) == 8 + 4 + 4


def test_a_park_with_mapped_gates_is_entered_there_alone():
    """Gates on the boundary and 4 m off it count; one 6 m off, and one in the middle, do not."""
    street = LineString([(-50, 30), (50, 30)])
    rows, entered, places = found([PARK], [(0, 10), (44, 62), (94, 10), (44, 29)], [street])
    assert (rows, entered) == ([0, 0], ["gate", "gate"])
    assert places.tolist() == [[0, 10], [44, 62]]


def test_a_park_without_gates_is_entered_where_streets_meet_its_boundary():
    """One street ends inside, one crosses the whole park, one passes by at 1 m."""
    streets = [LineString([(-50, 30), (50, 30)]), LineString([(20, -9), (20, 99)]), LineString([(-9, -1), (99, -1)])]
    rows, entered, places = found([PARK], streets=streets)
    assert (rows, entered) == ([0] * 3, ["street"] * 3)
    assert sorted(places.tolist()) == [[0, 30], [20, 0], [20, 58]]


def test_a_street_along_the_boundary_leads_in_all_along():
    """A street on the whole southern side of 88 m: three pieces, four entrances."""
    _, entered, places = found([PARK], streets=[LineString([(-30, 0), (120, 0)])])
    assert entered == ["street"] * 4
    np.testing.assert_allclose(sorted(places[:, 0]), [0, 88 / 3, 176 / 3, 88], atol=1e-3)
    assert (places[:, 1] == 0).all()


def test_each_facility_is_entered_by_the_best_that_is_known_of_it():
    """The western park has a gate, the middle one a street, the eastern one neither."""
    parks = [shapely.transform(PARK, lambda xy, east=east: xy + np.array([east, 0])) for east in (0, 1000, 2000)]
    rows, entered, _ = found(
        [parks[2], Point(7, 7), parks[1], parks[0]], [(0, 10)], [LineString([(990, 30), (1010, 30)])]
    )
    assert rows == [0] * AROUND + [1, 2, 3]
    assert entered == ["boundary"] * AROUND + ["point", "street", "gate"]


def test_every_part_of_a_campus_with_one_gate_is_entered_there():
    campus = shapely.MultiPolygon([box(0, 0, 58, 58), box(200, 0, 228, 28)])
    assert found([campus], [(228, 14)])[2].tolist() == [[228, 14]]


def test_a_station_of_several_points_is_entered_at_each():
    rows, entered, places = found([MultiPoint([(0, 0), (40, 0)])], [(40, 0)])
    assert (rows, entered) == ([0, 0], ["point", "point"])
    assert places.tolist() == [[0, 0], [40, 0]]


def test_no_facilities_have_no_entrances():
    facilities = gpd.GeoDataFrame(geometry=[], crs="EPSG:4326")
    table = entrances(facilities, FRAME)
    assert len(table) == 0
    assert table.columns.tolist() == ["facility_row", "entered", "geometry"]
