"""What is new, gone or otherwise in the data of two runs."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point

from lifecircle.monitoring.inventory import facility_changes, people_changes, street_changes
from lifecircle.run import changed_ground
from lifecircle.scenarios.changes import Changes
from small_networks import network_of


def places(**rows):
    """Return facilities ``id=(layer, metres east of 118.8, beds)``."""
    return gpd.GeoDataFrame(
        {
            "facility_id": list(rows),
            "layer": [layer for layer, _, _ in rows.values()],
            "name": [f"name of {one}" for one in rows],
            "beds": [beds for _, _, beds in rows.values()],
            "community_id": "1",
            "district_id": "w",
        },
        geometry=[Point(118.8 + east / 94_493, 32) for _, east, _ in rows.values()],
        crs="EPSG:4326",
    )


def test_facilities_open_close_move_and_are_described_otherwise():
    """One and the same id in two layers is two facilities; 3 m is no move; unknown beds that stay unknown no change."""
    before = places(a=("clinic", 0, 5.0), b=("clinic", 100, 5.0), c=("clinic", 200, np.nan), d=("school", 0, 5.0))
    after = places(b=("clinic", 103, 5.0), c=("clinic", 210, np.nan), d=("school", 0, 8.0), e=("school", 50, 5.0))
    table = facility_changes(before, after).set_index("facility_id")
    assert table["happened"].to_dict() == {"e": "opened", "a": "closed", "c": "moved", "d": "altered"}
    assert table.loc["d", "columns"] == "beds"
    assert table.loc["a", "name"] == "name of a"


def test_nothing_happened_to_the_same_facilities():
    same = places(a=("clinic", 0, 5.0))
    assert len(facility_changes(same, same)) == 0


def test_a_bridge_is_named_with_its_length_and_a_junction_is_no_new_street(town):
    bridge = {"name": "新桥", "along": [[118.812, 32.0], [118.812, 32.004]], "bridge": True}
    name = {"zh": "桥", "en": "Bridge"}
    after = changed_ground(town, Changes.model_validate({"id": "b", "name": name, "streets": [bridge]}))
    table = street_changes(town.network, after.network, town.inputs.areas)
    new = table[table["name"] == "新桥"].iloc[0]
    assert new[["happened", "bridge", "district_id"]].tolist() == ["opened", True, "w"]
    assert new["metres"] == pytest.approx(443.6, abs=1)


def test_streets_cut_at_a_vertex_that_was_there_have_not_changed(town):
    positions = {1: (0, 0), 2: (200, 0), 3: (400, 0), 4: (200, 90)}
    before = network_of([(1, 2, 3)], positions, ["长街"])
    after = network_of([(1, 2, 3), (2, 4)], positions, ["长街", "新巷"])
    table = street_changes(before, after, town.inputs.areas)
    assert table[["happened", "name", "bridge"]].to_numpy().tolist() == [["opened", "新巷", False]]
    assert table["metres"].sum() == pytest.approx(90, rel=1e-3)
    assert street_changes(after, before, town.inputs.areas)["happened"].tolist() == ["closed"]


def test_people_are_counted_in_every_area(town):
    residents = town.inputs.residents
    fewer = residents[residents["resident_id"] != "d"]
    table = people_changes(residents, fewer, town.inputs.areas, town.study.groups).set_index("area_id")
    assert table.loc["city", ["before", "after", "change"]].tolist() == [1050, 650, -400]
    assert table.loc["outer", "change"] == -400
    assert table.loc["w", "change"] == 0
