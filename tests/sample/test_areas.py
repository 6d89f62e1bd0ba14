"""Districts, streets and communities: names and sizes as in the facts, borders that fit to the last digit."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from lifecircle.crs import GEOD, to_metric
from lifecircle.sample import facts
from lifecircle.sample.terrain import FRAME


@pytest.mark.parametrize("level", ["district", "street", "community"])
def test_areas_of_a_level_have_neither_gaps_nor_overlaps(city, level):
    shapes = getattr(city.areas, level).geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(shapely.area(shapes).sum(), rel=1e-12)
    assert shapely.get_num_interior_rings(shapely.union_all(shapes)) == 0


@pytest.mark.parametrize(("lower", "upper"), [("community", "street"), ("street", "district")])
def test_an_area_is_exactly_what_lies_in_it(city, lower, upper):
    parts, wholes = getattr(city.areas, lower), getattr(city.areas, upper)
    for area_id, whole in zip(wholes["area_id"], wholes.geometry, strict=True):
        united = shapely.union_all(parts.geometry[parts["parent_id"] == area_id].to_numpy())
        assert shapely.equals(united, whole), area_id


def test_every_area_is_in_one_piece(city):
    for level in ("district", "street", "community"):
        assert set(getattr(city.areas, level).geom_type) == {"Polygon"}


def test_districts_have_their_areas_within_four_hundredths(city):
    """Cells of 500 m leave the smallest district (秦淮, 49 km²) two hundredths of room."""
    for shape, district in zip(city.areas.district.geometry, facts.districts(), strict=True):
        square_metres, _ = GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))
        assert square_metres / 1e6 == pytest.approx(district.area_km2, rel=0.04), district.name


def test_a_district_holds_its_rough_centre_or_begins_within_three_kilometres_of_it(city):
    shapes = city.areas.district.geometry.to_crs(FRAME).to_numpy()
    centres = to_metric(np.array([(district.lon, district.lat) for district in facts.districts()]), FRAME)
    apart_m = shapely.distance(shapes, shapely.points(centres))
    assert apart_m.max() < 3000


def test_streets_lie_in_the_district_that_opens_their_code(city):
    assert (city.areas.street["area_id"].str[:6] == city.areas.street["parent_id"]).all()
    assert list(city.areas.street["name"]) == [street.name for street in facts.streets()]


def test_villages_are_rural_and_communities_urban(city):
    community = city.areas.community
    assert ((community["setting"] == "rural") == community["name"].str.endswith("村")).all()


def test_the_main_river_parts_two_districts_from_the_others(city):
    """The centre line is the border between the banks, as far as cells of 500 m can follow it."""
    shapes = city.areas.district.geometry.to_crs(FRAME).to_numpy()
    dry = shapely.difference(shapes, city.terrain.waters[city.terrain.main_river])
    places = shapely.get_coordinates(shapely.point_on_surface(dry))
    banks = ["north" if north else "south" for north in city.terrain.on_north_bank(places)]
    assert banks == [district.bank for district in facts.districts()]
    for shape, bank in zip(dry, banks, strict=True):
        parts = shapely.get_parts(shape)
        astray = parts[
            city.terrain.on_north_bank(shapely.get_coordinates(shapely.centroid(parts))) != (bank == "north")
        ]
        assert shapely.area(astray).sum() < 2e6


def test_the_north_bank_is_north(city):
    """浦口's seat (118.628, 32.059) lies north of the river, 鼓楼's (118.770, 32.066) south of it."""
    places = to_metric(np.array([[118.628, 32.059], [118.770, 32.066]]), FRAME)
    assert city.terrain.on_north_bank(places).tolist() == [True, False]
