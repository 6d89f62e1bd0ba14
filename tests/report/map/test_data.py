from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from lifecircle.bilingual import Bilingual
from lifecircle.errors import ReportError
from lifecircle.report.map import map_data
from lifecircle.report.map.names import service_names
from lifecircle.report.map.payload import payload
from report.map.decoding import polygons_of, unpacked
from report.map.town import with_a_new_facility


@pytest.fixture(scope="module")
def data(town):
    return town.data()


def test_areas_come_from_the_city_down_and_know_their_parents(town, data):
    areas = data.areas
    assert areas["level"].tolist() == ["city"] + ["district"] * 3 + ["street"] * 9 + ["community"] * 30 + ["group"] * 2
    parents = dict(zip(town.areas["area_id"], town.areas["parent_id"], strict=True))
    for row in range(1, 43):
        assert areas["area_id"][areas["parent"][row]] == parents[areas["area_id"][row]]
    assert areas["parent"].tolist()[-2:] == [-1, -1]


def test_people_of_areas_add_up_to_those_of_the_city(town, data):
    sums = data.areas.groupby("level")["people"].sum()
    everybody = town.run.residents["population"].sum()
    levels = ["city", "district", "street", "community", "group"]
    assert sums.to_dict() == pytest.approx(dict.fromkeys(levels, everybody))


def test_a_group_has_the_outline_of_its_areas(data):
    shapes = polygons_of(data.outlines)
    outer = shapes[list(data.areas["area_id"]).index("outer")]
    assert shapely.equals(outer, shapes[3])  # the last district, the only one of the group
    assert outer.area < shapes[0].area


def test_the_map_of_a_district_holds_the_district_alone(town):
    district = town.areas["area_id"][3]
    data = town.data(area_id=district)
    assert data.areas["area_id"].tolist()[0] == district
    assert set(data.areas["level"]) == {"district", "street", "community"}
    own = town.run.residents[town.run.residents["district_id"] == district]
    assert data.areas["people"][0] == pytest.approx(own["population"].sum())
    content = payload(data, lang="zh")
    assert set(content["areas"]["id"]) == {a for a in town.areas["area_id"] if a.startswith(district)}
    assert len(content["areas"]["id"]) < len(town.areas)


def test_facilities_far_outside_the_map_are_left_out(town):
    facilities = town.run.facilities
    moved = facilities.set_geometry(facilities.geometry.translate(xoff=1.0))
    here = town.data(replace(town.run, facilities=pd.concat([facilities, moved.assign(name="far")], ignore_index=True)))
    assert len(here.runs[0].facilities) == len(facilities)
    assert "far" not in set(here.runs[0].facilities["name"])


def test_an_area_that_is_not_there_is_refused(town):
    with pytest.raises(ReportError, match=r"there is no area '320199'\. Choose an area_id of the areas table"):
        town.data(area_id="320199")


@pytest.mark.parametrize("count", [0, 3])
def test_a_map_shows_one_run_or_two(town, count):
    with pytest.raises(ReportError, match=rf"one run, or two to compare, not {count}\. Choose the runs"):
        map_data(town.study, town.areas, [town.plan], [town.run] * count)


def test_a_resident_without_access_is_an_error_that_names_the_service(town):
    access = town.run.access[town.run.access["resident_id"] != "r7"]
    with pytest.raises(ReportError, match=r"1 residents have no row for clinic \(first: r7\)"):
        town.data(replace(town.run, access=access))


def test_rows_of_access_may_come_in_any_order(town, data):
    shuffled = town.run.access.sample(frac=1, random_state=4)
    again = town.data(replace(town.run, access=shuffled))
    key = {(reach.service, reach.walker): reach for reach in again.runs[0].reach}
    for reach in data.runs[0].reach:
        other = key[reach.service, reach.walker]
        assert np.array_equal(reach.median, other.median, equal_nan=True)
        assert np.array_equal(reach.people["population"].within, other.people["population"].within)
        assert np.array_equal(reach.nearest, other.nearest)


def test_people_of_a_target_group_are_counted_for_the_services_that_ask_for_them(data):
    columns = {(reach.service, reach.walker): list(reach.people) for reach in data.runs[0].reach}
    assert columns == {
        ("clinic", "standard"): ["population"],
        ("elder_care", "elder"): ["population", "pop_60_plus"],
        ("elder_care", "standard"): ["population", "pop_60_plus"],
        ("culture", "standard"): ["population"],
        ("fitness", "standard"): ["population"],
    }


def test_the_first_denominator_of_a_result_is_the_one_that_is_shown(town):
    results = town.run.results
    others = results.assign(denominator="households", value=0.123)
    data = town.data(replace(town.run, results=pd.concat([results, others], ignore_index=True)))
    cells = data.runs[0].cells
    assert set(cells["denominator"]) == {"people"}
    assert len(cells) == (results["level"] != "group").sum()


def test_a_service_of_several_layers_bears_their_names(town):
    first = town.plan.standards[0]
    circle = first.model_copy(update={"layers": ("clinic", "culture"), "name": Bilingual(zh="医疗或文化", en="either")})
    plan = town.plan.model_copy(update={"standards": (circle, *town.plan.standards[1:])})
    service = town.run.access["service"].replace({"clinic": "clinic+culture"})
    town_of_two = replace(town, plan=plan, run=replace(town.run, access=town.run.access.assign(service=service)))
    content = payload(town_of_two.data(), lang="zh")
    entry = content["services"][0]
    assert entry["name"] == {"zh": "社区卫生服务中心、文化活动中心", "en": "community clinic, culture centre"}
    assert [content["layers"][layer]["id"] for layer in entry["layers"]] == ["clinic", "culture"]
    rows = np.cumsum(unpacked(content["runs"][0]["offers"][0]))
    layer = town.run.facilities["layer"].to_numpy()[rows]
    assert set(layer) == {"clinic", "culture"}
    assert len(rows) == town.run.facilities["layer"].isin(["clinic", "culture"]).sum()


def test_a_service_with_conditions_bears_the_name_of_its_circle(town):
    circle = town.plan.standards[0].model_copy(update={"where": {"beds": "> 0"}})
    plan = town.plan.model_copy(update={"standards": (circle,)})
    assert service_names([plan], {}) == {"clinic[beds=> 0]": circle.name}


def test_a_study_without_streets_and_groups_has_a_map_of_what_it_has(town):
    areas = town.areas[town.areas["level"].isin(["city", "community"])].assign(parent_id="city")
    residents = town.run.residents.drop(columns=["street_id", "district_id"])
    study = town.study.model_copy(update={"groups": {}})
    run = replace(town.run, residents=residents)
    data = map_data(study, areas, [town.plan], [run])
    assert data.areas["level"].tolist() == ["city"] + ["community"] * 30
    assert (data.areas["parent"][1:] == 0).all()
    assert data.pictures == {}


def test_what_a_second_run_repeats_is_stored_once(town):
    other = with_a_new_facility(town, "clinic", (118.745, 32.012))
    content = payload(town.data(town.run, other), lang="zh")
    first, second = content["runs"]
    pairs = zip(first["reach"], second["reach"], strict=True)
    repeated = {part["service"] for part, again in pairs if isinstance(again, int)}
    assert repeated == {"elder_care", "culture", "fitness"}
    assert [part["standard"] for part in second["cells"] if isinstance(part, dict)] == ["medical_15"]


def test_no_position_of_a_resident_is_in_the_data(town, data):
    """Every position is an area's anchor or outline, a facility, or a vertex of a picture."""
    content = payload(data, lang="zh")
    residents = data.frame.from_lonlat(shapely.get_coordinates(town.run.residents.geometry))
    there = set(map(tuple, data.anchors.tolist())) | set(map(tuple, data.runs[0].positions.tolist()))
    assert not there & set(map(tuple, residents.tolist()))
    assert "resident_id" not in str(content)
    assert not {f"'{one}'" for one in town.run.residents["resident_id"]} & set(str(content).split())


def test_facilities_that_are_polygons_are_marked_inside_them(town):
    facilities = town.run.facilities
    parks = facilities.set_geometry(shapely.buffer(facilities.geometry.to_numpy(), 0.001, cap_style="square"))
    data = town.data(replace(town.run, facilities=parks.set_crs("EPSG:4326")))
    inside = data.frame.from_lonlat(shapely.get_coordinates(facilities.geometry))
    assert np.abs(data.runs[0].positions - inside).max() < 112  # half a side of 0.002 degrees
