from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, MultiLineString, Point, Polygon

from lifecircle.crs import geodesic_m, to_lonlat
from lifecircle.errors import InputError
from lifecircle.inputs.gcj02 import wgs84_to_gcj02
from lifecircle.inputs.line_streets import JOIN_TOLERANCE_M, ways_from_lines
from lifecircle.messages import told
from lifecircle.problems import Problem

METRIC = "EPSG:4549"
CORNER = np.array([640_000.0, 3_550_000.0])  # in Nanjing, metres east and north


def lines(*shapes, crs=METRIC, **columns):
    """Return lines whose coordinates are metres from the corner."""
    table = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
    table.geometry = table.geometry.translate(*CORNER)
    return table


def line(*points):
    return LineString(points)


def parts(ways):
    return [ways.node_ref[start:end].tolist() for start, end in zip(ways.offsets, ways.offsets[1:], strict=False)]


def test_lines_meet_at_vertices_that_they_share():
    ways, problems = ways_from_lines(lines(line((0, 0), (50, 0), (100, 0)), line((50, 80), (50, 0), (50, -80))))
    (west, middle, east), (north, crossing, south) = parts(ways)
    assert crossing == middle
    assert len({west, middle, east, north, south}) == 5
    assert problems == []
    assert ways.way_id.tolist() == [1, 2]


def test_positions_come_in_wgs84():
    """PROJ's own inverse of the frame is the oracle."""
    ways, _ = ways_from_lines(lines(line((0, 0), (50, 20))))
    expected = to_lonlat(CORNER + np.array([[0, 0], [50, 20]]), METRIC)
    np.testing.assert_allclose(ways.lonlat, expected, rtol=0, atol=1e-9)


def test_lines_that_only_cross_do_not_meet():
    """One of them is a bridge; where streets do meet, centre-lines have a vertex."""
    ways, _ = ways_from_lines(lines(line((0, 0), (100, 0)), line((50, -50), (50, 50))))
    assert len(set(ways.node_ref.tolist())) == 4


@pytest.mark.parametrize(("gap_m", "meets"), [(0.0, True), (0.07, True), (0.15, False)])
def test_ends_meet_within_the_tolerance(gap_m, meets):
    ways, _ = ways_from_lines(lines(line((0, 0), (50, 0)), line((50, gap_m), (50, 90))))
    (_, first_end), (second_start, _) = parts(ways)
    assert (first_end == second_start) == meets
    if meets:
        np.testing.assert_array_equal(ways.lonlat[1], ways.lonlat[2])


@pytest.mark.parametrize(("gap_m", "meets"), [(0.0, True), (0.07, True), (0.15, False)])
def test_an_end_on_a_line_between_its_vertices_meets_it(gap_m, meets):
    ways, problems = ways_from_lines(
        lines(line((0, 0), (100, 0)), line((30, gap_m), (30, 90)), line((70, -90), (70, -gap_m)))
    )
    through, north, south = parts(ways)
    if meets:
        assert through == [through[0], north[0], south[1], through[-1]]
        note = told("problem.ends_joined", count=2)
        assert note.en == "2 ends touch another line between its vertices; they were joined to it"
        assert problems == [Problem("streets", None, "", "", note, "repaired")]
    else:
        assert (len(through), problems) == (2, [])


def test_a_town_drawn_with_loose_ends_is_one_grid():
    """A town of 12 × 12 corners, each block's side a line of its own, its ends off by up to 3 cm in any direction.

    It has 12 · 12 nodes and 2 · 12 · 11 sides, wherever the corners lie within the steps of any rounding.
    """
    random = np.random.default_rng(3)
    corners = random.uniform(0, 10, (12, 12, 2)) + 100 * np.stack(np.meshgrid(range(12), range(12)), axis=-1)
    sides = [(corners[i, j], corners[i, j + 1]) for i in range(12) for j in range(11)]
    sides += [(corners[i, j], corners[i + 1, j]) for i in range(11) for j in range(12)]
    drawn = [LineString(np.array(side) + random.uniform(-0.02, 0.02, (2, 2))) for side in sides]
    ways, problems = ways_from_lines(lines(*drawn))
    assert problems == []
    assert len(set(ways.node_ref.tolist())) == 144
    assert len({frozenset(part) for part in parts(ways)}) == len(sides) == 264


def test_a_finely_drawn_curve_keeps_its_shape():
    """Vertices stand 5 cm apart, nearer than the tolerance; only those near the two ends may go into them."""
    angles = np.linspace(0, np.pi, 630)
    ways, _ = ways_from_lines(lines(LineString(np.column_stack([10 * np.cos(angles), 10 * np.sin(angles)]))))
    assert geodesic_m(ways.lonlat[:-1], ways.lonlat[1:]).sum() == pytest.approx(10 * np.pi, abs=2 * JOIN_TOLERANCE_M)


def test_parts_of_a_multilinestring_share_the_row_and_meet():
    shape = MultiLineString([[(0, 0), (50, 0)], [(50, 0), (90, 0)]])
    ways, _ = ways_from_lines(lines(shape, line((90, 0), (90, 50)), name=["中山路", "珠江路"]))
    assert ways.way_id.tolist() == [1, 1, 2]
    assert ways.tags["name"].tolist() == ["中山路", "中山路", "珠江路"]
    first, second, third = parts(ways)
    assert (first[1], second[1]) == (second[0], third[0])


def test_heights_are_left_aside():
    ways, _ = ways_from_lines(lines(line((0, 0, 7), (50, 0, 9)), line((50, 0, 12), (50, 50, 7))))
    assert ways.lonlat.shape == (4, 2)
    assert ways.node_ref[1] == ways.node_ref[2]


def test_columns_named_as_tags_are_read_and_all_else_is_an_ordinary_street():
    table = lines(
        *(line((0, 100 * row), (50, 100 * row)) for row in range(4)),
        highway=["steps", None, " ", "path"],
        foot=["no", None, "designated", ""],
        bridge=["T", "F", "是", "否"],
        tunnel=[1, 0, 1.0, None],
        lanes=[1, 2, 3, 4],
    )
    tags = ways_from_lines(table)[0].tags
    assert tags["highway"].tolist() == ["steps", "road", "road", "path"]
    assert tags["foot"].astype(object).where(tags["foot"].notna(), None).tolist() == ["no", None, "designated", None]
    assert tags["bridge"].tolist() == ["yes", "no", "yes", "no"]
    assert tags["tunnel"].astype(object).where(tags["tunnel"].notna(), None).tolist() == ["yes", "no", "yes", None]


def test_rows_without_a_usable_line_are_listed():
    table = lines(
        line((0, 0), (50, 0)),
        None,
        LineString(),
        Polygon([(0, 0), (1, 0), (1, 1)]),
        Point(0, 0),
        line((0, 0), (1, 0)),
        line((9, 9), (9.01, 9)),
        line((0, 0), (0, 50)),
    )
    table.loc[5, "geometry"] = line(CORNER, (float("inf"), 0))
    ways, problems = ways_from_lines(table, "roads.gpkg")
    assert ways.way_id.tolist() == [1, 8]
    assert [(problem.file, problem.row, problem.outcome) for problem in problems] == [
        ("roads.gpkg", row, "dropped") for row in range(2, 8)
    ]
    assert [problem.reason.en for problem in problems] == [
        "has no geometry, or one that is broken",
        "has no geometry, or one that is broken",
        "is a Polygon, not a line",
        "is a Point, not a line",
        "has coordinates that are not numbers",
        "is shorter than 0.1 m",
    ]


def test_a_line_outside_the_frame_is_listed():
    table = lines(line((0, 0), (50, 0)), line((50, 0), (90, 0)), line((0, 0), (9e6, 9e6)))
    ways, problems = ways_from_lines(table, "roads.gpkg")
    assert ways.way_id.tolist() == [1, 2]
    assert problems == [Problem("roads.gpkg", 3, "", "", told("problem.line_outside_frame"), "dropped")]


def test_the_index_of_whole_numbers_counts_the_rows():
    table = lines(*(line((0, 9 * row), (50, 9 * row)) for row in range(4)))
    assert ways_from_lines(table[table.index % 2 == 1])[0].way_id.tolist() == [2, 4]
    assert ways_from_lines(table.set_index(np.array(list("abcd"))))[0].way_id.tolist() == [1, 2, 3, 4]


def test_shifted_coordinates_are_put_right():
    true = np.array([[118.79, 32.06], [118.80, 32.07]])
    table = gpd.GeoDataFrame(geometry=[LineString(wgs84_to_gcj02(true))])
    ways, _ = ways_from_lines(table, crs="GCJ-02")
    assert geodesic_m(ways.lonlat, true).max() < 0.01


def test_a_layer_without_lines_is_refused():
    with pytest.raises(InputError, match=r"parks\.gpkg: holds no line that could be used"):
        ways_from_lines(lines(Point(0, 0), None), "parks.gpkg")
