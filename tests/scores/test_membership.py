from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from lifecircle.bilingual import Bilingual
from lifecircle.errors import StudyError
from lifecircle.scores.membership import in_setting, membership, with_settings
from lifecircle.study import Group


@pytest.fixture
def areas():
    return gpd.GeoDataFrame(
        {
            "area_id": ["city", "d1", "d2", "c1", "c2", "c3"],
            "level": ["city", "district", "district", "community", "community", "community"],
            "name": ["城", "六合区", "玄武区", "甲", "乙", "丙"],
        },
        geometry=[box(0, 0, 1, 1)] * 6,
        crs="EPSG:4326",
    )


@pytest.fixture
def residents():
    return pd.DataFrame(
        {
            "district_id": ["d1", "d1", "d2", "d2"],
            "community_id": ["c1", "c2", "c3", "c3"],
            "population": [10.0, 20.0, 30.0, 40.0],
        }
    )


GROUPS = {
    "outer": Group(name=Bilingual(zh="远郊", en="Outer"), areas=["六合区"]),
    "board": Group(name=Bilingual(zh="板块", en="Board"), areas=["c2", "c3"]),
}


def test_people_add_up_by_area_and_an_area_may_be_in_several_groups(areas, residents):
    # city 10+20+30+40; d1 10+20; d2 30+40; c3 30+40; outer = d1; board = c2 + c3 crosses the districts.
    members = membership(residents, areas, GROUPS)
    sums = dict(zip(members.areas["area_id"], members.sums(residents["population"].to_numpy()), strict=True))
    assert sums == {"city": 100, "d1": 30, "d2": 70, "c1": 10, "c2": 20, "c3": 70, "outer": 30, "board": 90}


def test_a_level_the_study_does_not_have_has_no_rows(areas, residents):
    members = membership(residents, areas, {})
    assert "street" not in set(members.areas["level"])
    assert members.sums(np.ones(4, dtype=bool)).sum() == 4 * 3  # city, district, community


def test_a_group_that_names_an_unknown_area_is_refused_with_a_suggestion(areas, residents):
    wrong = {"outer": Group(name=Bilingual(zh="远郊", en="Outer"), areas=["六和区"])}
    with pytest.raises(StudyError, match=r"groups\.outer: there is no area '六和区'\. Did you mean '六合区'\?"):
        membership(residents, areas, wrong)


def test_urban_and_rural_parts_stand_apart(areas, residents):
    # c1 (10 people) and c3 (70) are urban, c2 (20) is rural; the outer group is district 1.
    areas["setting"] = [None, None, None, "urban", "rural", "urban"]
    members = with_settings(membership(residents, areas, GROUPS), residents, areas)
    table = members.areas.assign(people=members.sums(residents["population"].to_numpy()))
    parts = table[table["level"] == "setting"].set_index("area_id")["people"].to_dict()
    assert parts["rural"] == 20
    assert parts["urban"] == 80
    assert (parts["d1:rural"], parts["d1:urban"], parts["d2:urban"]) == (20, 10, 70)
    assert parts["outer:rural"] == 20


def test_a_setting_chooses_points_and_an_unknown_one_chooses_all(areas, residents):
    assert in_setting(residents, areas, "rural").tolist() == [True] * 4
    areas["setting"] = [None, None, None, "urban", "rural", "urban"]
    assert in_setting(residents, areas, "rural").tolist() == [False, True, False, False]
    assert in_setting(residents, areas, None).all()


def test_a_group_of_communities_holds_no_district(areas):
    districts = pd.DataFrame({"district_id": ["d1", "d2"]})
    members = membership(districts, areas, GROUPS)
    sums = dict(zip(members.areas["area_id"], members.sums(np.ones(2)), strict=True))
    assert (sums["outer"], sums["board"]) == (1, 0)


def test_an_area_whose_id_is_its_name_may_be_in_a_group(areas, residents):
    same = areas.assign(area_id=areas["area_id"].replace("d1", "六合区"))
    people = residents.assign(district_id=residents["district_id"].replace("d1", "六合区"))
    members = membership(people, same, {"outer": GROUPS["outer"]})
    sums = dict(zip(members.areas["area_id"], members.sums(people["population"].to_numpy()), strict=True))
    assert sums["outer"] == 30
