from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.errors import InputError
from lifecircle.inputs.assignment import area_index, assign_areas

# One row of four communities, 118.0 to 118.4, two to a street, two streets to two districts.
SPANS = {
    "c1": ("community", "甲社区", "s1", 0, 1),
    "c2": ("community", "乙社区", "s1", 1, 2),
    "c3": ("community", "丙社区", "s2", 2, 3),
    "c4": ("community", "丙社区", "s2", 3, 4),
    "s1": ("street", "东街道", "d1", 0, 2),
    "s2": ("street", "西街道", "d2", 2, 4),
    "d1": ("district", "东区", "city", 0, 2),
    "d2": ("district", "西区", "city", 2, 4),
    "city": ("city", "市", None, 0, 4),
}


def areas_of(spans):
    rows = [(area, level, name, parent) for area, (level, name, parent, _, _) in spans.items()]
    boxes = [shapely.box(118 + west / 10, 32, 118 + east / 10, 32.1) for *_, west, east in spans.values()]
    table = pd.DataFrame(rows, columns=["area_id", "level", "name", "parent_id"])
    return gpd.GeoDataFrame(table, geometry=boxes, crs="EPSG:4326")


AREAS = areas_of(SPANS)


def residents(*places, **columns):
    """Return residents at tenths of a degree east of 118."""
    ids = [f"r{number}" for number in range(1, len(places) + 1)]
    table = {"resident_id": ids, "population": [10.0] * len(places), "row": range(1, len(places) + 1), **columns}
    points = shapely.points([(118 + place / 10, 32.05) for place in places])
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def ids(table):
    return table[["community_id", "street_id", "district_id"]].fillna("").to_numpy().tolist()


def test_points_belong_to_the_areas_that_cover_them():
    assigned, problems = assign_areas(residents(0.5, 1.5, 2.5), area_index(AREAS))
    assert ids(assigned) == [["c1", "s1", "d1"], ["c2", "s1", "d1"], ["c3", "s2", "d2"]]
    assert problems == []


def test_a_point_on_a_border_belongs_to_the_first_area_by_id():
    """On 118.2 meet c2 and c3, s1 and s2, d1 and d2; and the order of the areas in the table is no matter."""
    for areas in (AREAS, AREAS.iloc[::-1]):
        assigned, _ = assign_areas(residents(2.0), area_index(areas))
        assert ids(assigned) == [["c2", "s1", "d1"]]


def test_a_resident_outside_every_community_is_listed_and_left_out():
    assigned, problems = assign_areas(residents(0.5, 9.0), area_index(AREAS), "r.csv")
    assert assigned["resident_id"].tolist() == ["r1"]
    assert [(p.file, p.row, p.feature_id, p.reason.en, p.outcome) for p in problems] == [
        ("r.csv", 2, "r2", "lies outside every community; the row is left out.", "dropped")
    ]


def test_a_facility_outside_every_community_stays_without_one():
    facilities = residents(0.5, 9.0).rename(columns={"resident_id": "facility_id"})
    assigned, problems = assign_areas(facilities, area_index(AREAS))
    assert ids(assigned) == [["c1", "s1", "d1"], ["", "", ""]]
    assert problems == []


def test_residents_of_another_city_are_an_error():
    with pytest.raises(InputError, match=r"r\.csv: no resident lives in any of the communities"):
        assign_areas(residents(90.0), area_index(AREAS), "r.csv")


def test_a_point_in_a_sliver_belongs_to_the_nearest_area():
    """Half a metre (5e-6 degrees) east of the last community, and five metres."""
    assigned, problems = assign_areas(residents(4 + 5e-5, 4 + 5e-4, 0.5), area_index(AREAS))
    assert ids(assigned) == [["c4", "s2", "d2"], ["c1", "s1", "d1"]]
    assert [problem.feature_id for problem in problems] == ["r2"]


def test_what_a_row_says_stands_over_its_place_and_brings_its_district_along():
    assigned, problems = assign_areas(residents(0.5, 0.5, community_id=["c3", None]), area_index(AREAS))
    assert ids(assigned) == [["c3", "s2", "d2"], ["c1", "s1", "d1"]]
    assert problems == []


def test_an_area_may_be_named_where_one_alone_bears_the_name():
    """乙社区 is one community; 丙社区 are two, so that the place decides."""
    assigned, _ = assign_areas(residents(0.5, 2.5, community=["乙社区", "丙社区"]), area_index(AREAS))
    assert ids(assigned) == [["c2", "s1", "d1"], ["c3", "s2", "d2"]]


def test_an_id_that_is_not_there_is_noted_and_the_place_decides():
    assigned, problems = assign_areas(residents(0.5, 0.5, community_id=["c9", "c1"]), area_index(AREAS), "r.csv")
    assert ids(assigned) == [["c1", "s1", "d1"]] * 2
    assert [(p.row, p.column, p.reason.en, p.outcome) for p in problems] == [
        (1, "community_id", "'c9' is no community of the study; the place decides.", "noted")
    ]


def test_ids_of_which_none_is_there_are_noted_once():
    assigned, problems = assign_areas(residents(0.5, 1.5, community_id=["c8", "c9"]), area_index(AREAS), "r.csv")
    assert ids(assigned) == [["c1", "s1", "d1"], ["c2", "s1", "d1"]]
    assert [(p.row, p.reason.en) for p in problems] == [
        (None, "none of the ids is a community of the study; the places decide.")
    ]


def test_in_a_square_astride_a_border_the_place_decides():
    """Square q reaches from 118.1 to 118.3, half in each district."""
    spans = {area: span for area, span in SPANS.items() if span[0] != "community"}
    areas = areas_of(spans | {"q": ("community", "q", "s1", 1, 3)})
    assigned, _ = assign_areas(residents(1.5, 2.5), area_index(areas))
    assert ids(assigned) == [["q", "s1", "d1"], ["q", "s2", "d2"]]


def test_a_community_with_a_careless_outline_keeps_its_people_in_its_district():
    """Community c2 reaches 3 % over the border of its district; a resident there still counts in c2's district."""
    areas = areas_of(SPANS | {"c2": ("community", "乙社区", "s1", 1, 2.03)})
    assigned, _ = assign_areas(residents(2.02), area_index(areas))
    assert ids(assigned) == [["c2", "s1", "d1"]]


def test_levels_without_areas_are_missing():
    areas = areas_of({"c1": ("community", "c1", "city", 0, 1), "city": ("city", "市", None, 0, 1)})
    assigned, problems = assign_areas(residents(0.5, street_id=["320102002"]), area_index(areas))
    assert ids(assigned) == [["c1", "", ""]]
    assert [problem.outcome for problem in problems] == ["noted"]


def test_a_polygon_belongs_where_a_point_on_it_lies():
    parks = gpd.GeoDataFrame(
        {"facility_id": ["p"]}, geometry=[shapely.box(118.11, 32.01, 118.19, 32.09)], crs="EPSG:4326"
    )
    assigned, _ = assign_areas(parks, area_index(AREAS))
    assert ids(assigned) == [["c2", "s1", "d1"]]
    assert assigned.geom_type.tolist() == ["Polygon"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-10, 60).map(lambda tenth: tenth / 10), min_size=1, max_size=30))
def test_population_is_conserved_and_every_level_adds_up_to_it(places):
    """Half of the places lie on borders: each resident is used once or listed once, at every level."""
    people = residents(0.5, *places)
    assigned, problems = assign_areas(people, area_index(AREAS), "r.csv")
    listed = {problem.feature_id for problem in problems if problem.outcome == "dropped"}
    assert len(assigned) + len(listed) == len(people)
    assert set(assigned["resident_id"]) | listed == set(people["resident_id"])
    for level in ("community_id", "street_id", "district_id"):
        assert assigned.groupby(level)["population"].sum().sum() == assigned["population"].sum()
    parent = AREAS.set_index("area_id")["parent_id"]
    assert (assigned["community_id"].map(parent) == assigned["street_id"]).all()
    assert (assigned["street_id"].map(parent) == assigned["district_id"]).all()
