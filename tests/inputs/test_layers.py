"""The layers of a town: clinics listed twice, closed or only planned, buses of a timetable feed, parks of the map."""

from __future__ import annotations

import zipfile

import pytest
import shapely

from lifecircle.inputs.collect import collect
from lifecircle.study import read_study
from osm_files import write_osm
from town_study import write_town

CLINICS = """编号,名称,经度,纬度,状态,开业日期,床位数
k1,卫生服务中心,118.800,32.0,正常,2010,
k2,衛生服務中心,118.8001,32.0,,,30
k3,老诊所,118.805,32.0,已关闭,,
k4,新诊所,118.825,32.0,建设中,2027,
k5,东诊所,118.826,32.0,,2026-03-01,
"""
STOPS = "stop_id,stop_name,stop_lat,stop_lon\ns1,长街西,32.0,118.802\ns2,长街东,32.0,118.828\n"


@pytest.fixture
def town(tmp_path):
    """Return a town with the two layers above, and a park, a second park far away, and a gate from its street map."""
    study = write_town(tmp_path)
    (tmp_path / "clinics.csv").write_text(CLINICS, encoding="gb18030")
    with zipfile.ZipFile(tmp_path / "bus.zip", "w") as archive:
        archive.writestr("stops.txt", STOPS)
    nodes = {1: (118.80, 32.0), 2: (118.83, 32.0)}
    for park, east in ((100, 118.81), (200, 119.81)):
        corners = ((0, 0), (0.002, 0), (0.002, 0.002), (0, 0.002))
        nodes |= {park + at: (east + dx, 32.001 + dy) for at, (dx, dy) in enumerate(corners)}
    nodes[150] = (118.811, 32.001, {"barrier": "gate"})
    ways = {1: ([1, 2], {"highway": "residential"})}
    ways[10] = ([100, 150, 101, 102, 103, 100], {"leisure": "park", "name": "公园"})
    ways[20] = ([200, 201, 202, 203, 200], {"leisure": "park", "name": "远方公园"})
    write_osm(tmp_path / "streets.osm.pbf", nodes, ways)
    text = (
        study.read_text(encoding="utf-8").replace("complete: true}", "}").replace("id: town", 'id: town\ndate: "2025"')
    )
    study.write_text(
        text.replace("  culture:", "  transit: {file: bus.zip}\n  park: {osm: true}\n  culture:"), encoding="utf-8"
    )
    return read_study(study)


def of(inputs, layer):
    return inputs.facilities[inputs.facilities["layer"] == layer].reset_index(drop=True)


def test_a_facility_counts_once_and_only_while_it_is_in_use(town):
    inputs = collect(town)
    clinics = of(inputs, "clinic")
    assert clinics[["facility_id", "beds"]].to_numpy().tolist() == [["k1", 30]]
    listed = [
        (problem.row, problem.column, problem.outcome) for problem in inputs.problems if problem.file == "clinics.csv"
    ]
    assert listed[-4:] == [
        (3, "status", "dropped"),
        (4, "status", "dropped"),
        (5, "opened", "dropped"),
        (2, "name", "noted"),
    ]


def test_what_became_of_each_layers_rows_is_told(town):
    """Five clinics are listed: one closed, two not open yet, one merged."""
    tally = collect(town).tally.set_index("layer")
    assert tally.loc["clinic"].to_dict() == {"listed": 5, "not_in_use": 3, "merged": 1, "used": 1}
    assert tally.loc["transit"].to_dict() == {"listed": 2, "not_in_use": 0, "merged": 0, "used": 2}
    assert tally.index.tolist() == ["clinic", "transit", "park", "culture"]


def test_a_district_whose_clinics_are_only_planned_is_not_one_without_data(town):
    """East has k4 and k5, neither of which is open; of its culture nothing is said at all."""
    silent = collect(town).silent
    assert silent["clinic"] == frozenset()
    assert silent["culture"] == {"e"}


def test_the_stops_of_a_feed_are_a_layer(town):
    stops = of(collect(town), "transit")
    assert stops["name"].tolist() == ["长街西", "长街东"]
    assert stops["district_id"].tolist() == ["w", "e"]


def test_parks_of_the_street_map_are_entered_at_their_gates(town):
    inputs = collect(town)
    assert of(inputs, "park")["name"].tolist() == ["公园", "远方公园"]
    near = inputs.facilities.index[inputs.facilities["name"] == "公园"][0]
    doors = inputs.entrances[inputs.entrances["facility_row"] == near]
    assert doors["entered"].tolist() == ["gate"]
    assert shapely.get_coordinates(doors.geometry)[0] == pytest.approx([118.811, 32.001], abs=1e-8)


def test_places_of_the_street_map_beyond_any_walk_are_not_read(town):
    """The second park lies a degree of longitude, 94 km, further east; residents and areas end at 118.84."""
    inputs = collect(town, beyond_m=1800.0)
    assert of(inputs, "park")["name"].tolist() == ["公园"]
    assert "1 of 2 places of the layer park lie beyond any walk of the study and are not read." in [
        problem.reason.en for problem in inputs.problems
    ]
    west, south, east, north = inputs.bounds
    assert (118.79 - west, east - 118.84) == pytest.approx((0.01908, 0.01908), abs=2e-5)
    assert (31.99 - south, north - 32.02) == pytest.approx((0.01625, 0.01625), abs=2e-5)
    assert collect(town).bounds is None
