"""Changes applied to what the town's files hold."""

from __future__ import annotations

import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal

from lifecircle.filters import matching
from lifecircle.run import changed_ground, results_on
from lifecircle.scenarios.inputs import changed_inputs


def circle_of(results, area="city", standard="clinic_15"):
    rows = results[(results["standard_id"] == standard) & (results["area_id"] == area)]
    return rows.drop_duplicates("area_id").iloc[0]


def test_a_new_clinic_is_reached_like_one_of_the_file(town, idea):
    """At 118.825: d stands at its door, c half a hundredth (472 m, 7.9 min) off; 300 + 300 + 400 of 1050 people."""
    changes = idea("add:\n  - {layer: clinic, id: k2, name: 新诊所, at: [118.825, 32.0], attributes: {beds: 4}}\n")
    after = changed_ground(town, changes)
    assert circle_of(results_on(after))[["covered", "total"]].tolist() == [1000, 1050]
    assert circle_of(results_on(after), standard="clinic_each")[["covered", "total"]].tolist() == [2, 2]
    new = after.inputs.facilities.set_index("facility_id").loc["k2"]
    assert new[["beds", "community_id", "district_id"]].tolist() == [4, "2", "e"]


def test_a_clinic_that_moves_takes_its_people_and_its_area_along(town, idea):
    """From 118.800 to 118.8225: c and d lie a quarter of a hundredth (236 m) off, a and b more than 15 minutes."""
    after = changed_ground(town, idea("move:\n  - {layer: clinic, facility: k1, to: [118.8225, 32.0]}\n"))
    assert circle_of(results_on(after))["covered"] == 700
    assert after.inputs.facilities.set_index("facility_id").loc["k1", "community_id"] == "2"


def test_a_clinic_that_closes_leaves_nobody_served(town, idea):
    results = results_on(changed_ground(town, idea("close:\n  - {layer: clinic, facility: k1}\n")))
    assert circle_of(results)[["covered", "total", "verdict"]].tolist() == [0, 1050, "short"]


def test_new_housing_counts_with_the_people_that_move_in(town, idea):
    """100 people at 118.806, 0.6 of a hundredth (567 m, 9.4 min) from the clinic: 400 of 1150."""
    after = changed_ground(town, idea("housing:\n  - {id: h, at: [118.806, 32.0], population: 100}\n"))
    assert circle_of(results_on(after))[["covered", "total"]].tolist() == [400, 1150]


def test_what_is_not_said_of_new_housing_is_taken_from_the_average_of_the_district(town, idea):
    """In 西区 live 350 people, 70 of them old: a fifth, so 20 of 100 newcomers; their households are given."""
    old = np.array([20.0, 40.0, 100.0, 100.0, 10.0])
    residents = town.inputs.residents.assign(pop_60_plus=old, households=old / 2)
    inputs = town.inputs.__class__(**{**town.inputs.__dict__, "residents": residents})
    changes = idea("housing:\n  - {id: h, at: [118.806, 32.0], population: 100, attributes: {households: 44}}\n")
    after = changed_inputs(inputs, town.study, changes)
    home = after.residents.iloc[-1]
    assert home["pop_60_plus"] == pytest.approx(20)
    assert home["households"] == 44
    assert [problem.column for problem in after.problems if problem.file == "changes.yaml"] == ["pop_60_plus"]


def test_one_new_facility_makes_no_register_of_a_district_without_data(town, idea):
    """Nothing is known of culture in the east. A new library serves d at its door; c beyond it stays unknown."""
    after = changed_ground(town, idea("add:\n  - {layer: culture, id: new, at: [118.8375, 32.0]}\n"))
    row = circle_of(results_on(after), "e", "culture_15")
    assert after.inputs.silent == town.inputs.silent
    assert row["verdict"] == "no_data"


def test_a_park_that_moves_becomes_a_point_and_the_files_stay_as_they_are(town, idea):
    before = town.inputs.facilities.copy()
    after = changed_ground(town, idea("move:\n  - {layer: culture, facility: l1, to: [118.812, 32.0]}\n"))
    assert_geodataframe_equal(town.inputs.facilities, before)
    assert after.inputs.facilities.geometry.iloc[1].x == 118.812
    assert after.inputs.files["changes"].name == "changes.yaml"


def test_attributes_are_numbers_and_text_as_in_the_registers(town, idea):
    """A condition on a truth value finds the new one: true is how registers read 是."""
    changes = idea(
        "add:\n  - {layer: clinic, id: k2, at: [118.825, 32.0], attributes: {beds: 4, tcm: true, level: 3}}\n"
        "  - {layer: clinic, id: k3, at: [118.825, 32.0]}\n"
    )
    facilities = changed_ground(town, changes).inputs.facilities
    assert facilities["beds"].dtype == float
    assert facilities.loc[2, ["tcm", "level"]].tolist() == ["true", "3"]
    assert facilities.loc[3, ["beds", "tcm"]].isna().all()
    assert matching(facilities, {"tcm": True}).tolist() == [False, False, True, False]


def test_a_city_without_any_facility_left_has_nobody_served(town, idea):
    gone = "close:\n  - {layer: clinic, facility: k1}\n  - {layer: culture, facility: l1}\n"
    after = changed_ground(town, idea(gone))
    assert len(after.inputs.facilities) == 0
    assert circle_of(results_on(after))[["covered", "total"]].tolist() == [0, 1050]
    again = changed_ground(after, idea("add:\n  - {layer: clinic, id: k9, at: [118.800, 32.0]}\n"))
    assert circle_of(results_on(again))["covered"] == 300
