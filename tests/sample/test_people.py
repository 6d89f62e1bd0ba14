"""Resident points: the census of every district to the last person, ages that fit, homes in their communities."""

from __future__ import annotations

import numpy as np
import shapely

from lifecircle.sample import facts
from lifecircle.sample.areas import cells_and_areas
from lifecircle.sample.scenes import closed_cells, place_scenes
from lifecircle.sample.settlement import people_where_built

AGES = ["pop_0_2", "pop_3_5", "pop_6_14", "pop_60_plus"]


def test_people_add_up_to_the_census_of_each_district(city):
    people = city.people.table.groupby("district_id")["population"].sum()
    assert people.to_dict() == {district.code: district.people for district in facts.districts()}
    assert city.people.table["population"].sum() == 9_314_685
    assert city.people.table["population"].dtype.kind == "i"


def test_somebody_lives_in_every_community(city):
    assert set(city.people.table["community_id"]) == set(city.areas.community["area_id"])
    assert city.people.table["population"].min() >= 1


def test_no_point_has_more_people_of_some_ages_than_people(city):
    table = city.people.table
    assert (table[AGES].sum(axis=1) <= table["population"]).all()
    assert (table["pop_65_plus"] <= table["pop_60_plus"]).all()
    assert (table["households"] >= 1).all()
    assert (table[[*AGES, "residential_area_m2"]] >= 0).all(axis=None)


def test_the_share_of_older_people_is_that_of_the_districts(city):
    """Sixty and over: 15 to 27 % by district; a community's share is off by an eighth, the mean of twenty by 0.008."""
    sums = city.people.table.groupby("district_id")[["population", "pop_60_plus"]].sum()
    share = sums["pop_60_plus"] / sums["population"]
    wanted = np.array([district.over_60 for district in facts.districts()])
    assert np.abs(share.to_numpy() - wanted).max() < 0.02


def test_every_home_lies_in_the_areas_that_it_names(city):
    table, community = city.people.table, city.areas.community.set_index("area_id")
    shapes = community.geometry.loc[table["community_id"]].to_numpy()
    assert shapely.intersects(shapes, table.geometry.to_numpy()).all()
    assert (community["parent_id"].loc[table["community_id"]].to_numpy() == table["street_id"]).all()
    assert (table["street_id"].str[:6] == table["district_id"]).all()


def test_there_are_about_as_many_points_as_asked_for(city, tiny):
    """Every one of the 303 communities has three points at least, which adds some to the 1,500."""
    assert tiny.residents <= len(city.people.table) <= 1.2 * tiny.residents


def test_homes_stand_a_few_metres_off_a_street(city):
    start, end, _ = city.streets.pieces()
    lines = shapely.linestrings(np.stack([city.streets.xy[start], city.streets.xy[end]], axis=1))
    homes = shapely.points(city.people.xy[city.people.group != "off_street"])
    metres = shapely.STRtree(lines).query_nearest(homes, return_distance=True, all_matches=False)[1]
    assert np.quantile(metres, 0.99) <= 25


def test_people_stay_in_their_community_when_they_are_put_where_it_is_built(city, tiny):
    cells, areas = cells_and_areas(city.terrain, tiny, 2025)
    closed = closed_cells(cells, place_scenes(cells, areas, city.terrain))
    built = people_where_built(cells, areas, closed, 2025)
    before = np.bincount(cells.community, cells.people)
    after = np.bincount(cells.community, built, minlength=len(before))
    emptied = after == 0
    assert np.allclose(after[~emptied], before[~emptied])
    assert set(np.flatnonzero(emptied)) == {scene.community for scene in city.scenes}
    assert not (built[closed | cells.wet | cells.wooded] > 0).any()


def test_the_centre_is_many_times_denser_than_the_edge(city):
    cells_km2 = city.areas.district.to_crs("EPSG:4549").area.to_numpy() / 1e6
    density = dict(zip(city.areas.district["name"], [d.people for d in facts.districts()] / cells_km2, strict=True))
    assert density["鼓楼区"] > 20 * density["高淳区"]
