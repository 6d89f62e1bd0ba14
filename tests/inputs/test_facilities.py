from __future__ import annotations

import datetime as dt

import pyogrio
import pytest
import shapely

import table_files
from lifecircle.errors import InputError
from lifecircle.inputs.facilities import read_facilities
from lifecircle.study import Source


def read(path, **how):
    return read_facilities(path, Source(file=path.name, **how), "elder_care")


def test_a_register_in_chinese_is_read_without_any_settings(tmp_path):
    path = table_files.write_csv(
        tmp_path / "养老机构.csv",
        "机构编码,机构名称,经度,纬度,床位数,护理型床位,建筑面积（平方米）,等级,状态,开业日期,职工人数,所属街道\n"
        'A1,玄武养老院,118.8,32.06,120,80,"3,500",5A,运营,2021-05-01,40,新街口街道\n',
        "gb18030",
    )
    facilities, problems = read(path)
    assert facilities.drop(columns="geometry").to_dict("records") == [
        {
            "facility_id": "A1",
            "layer": "elder_care",
            "name": "玄武养老院",
            "level": "5A",
            "status": "运营",
            "opened": "2021-05-01",
            "street": "新街口街道",
            "floor_area_m2": 3500.0,
            "staff": 40.0,
            "beds": 120.0,
            "nursing_beds": 80.0,
            "row": 1,
        }
    ]
    assert [problem.reason.en for problem in problems if problem.outcome == "repaired"] == [
        "floor_area_m2 '3,500' was read as 3500."
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".gpkg", ".geojson", ".shp", ".kml", ".parquet"])
def test_every_format_gives_the_same_facilities(tmp_path, suffix):
    facilities, _ = read(table_files.write_places(tmp_path / f"a{suffix}"))
    assert facilities["facility_id"].tolist() == ["row1", "row2", "row3"]
    assert facilities["layer"].unique().tolist() == ["elder_care"]
    assert facilities["name"].tolist() == list(table_files.NAMES)
    assert facilities["beds"].tolist() == [120.0, 40.0, 80.0]


def test_a_date_cell_of_a_workbook_is_text_by_iso_8601(tmp_path):
    rows = [["经度", "纬度", "开业日期"], [118.8, 32.06, dt.datetime(2021, 5, 1)]]  # noqa: DTZ001 - workbooks have no zones
    facilities, _ = read(table_files.write_workbook(tmp_path / "a.xlsx", {"s": rows}))
    assert facilities["opened"].tolist() == ["2021-05-01"]


def test_facilities_without_names_have_missing_ones(tmp_path):
    facilities, _ = read(table_files.write_csv(tmp_path / "a.csv", "lon,lat\n118.8,32\n"))
    assert facilities["name"].isna().tolist() == [True]


def test_polygons_stay_and_lines_become_a_point_on_them(tmp_path):
    shapes = shapely.from_wkt(
        ["POLYGON ((118 32, 119 32, 119 33, 118 32))", "LINESTRING (118 32, 119 32)", "MULTIPOINT (118 32, 119 32)"]
    )
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(table_files.places().set_geometry(shapes), path, geometry_type="Unknown")
    facilities, problems = read(path)
    assert facilities.geom_type.tolist() == ["Polygon", "Point", "Point"]
    assert facilities.geometry.iloc[1].distance(shapes[1]) == 0
    assert [(p.row, p.feature_id) for p in problems if p.outcome == "repaired"] == [(2, "row2"), (3, "row3")]


def test_a_facility_with_an_unreadable_capacity_stays_with_an_unknown_one(tmp_path):
    facilities, problems = read(table_files.write_csv(tmp_path / "a.csv", "lon,lat,capacity\n118.8,32,约30\n"))
    assert facilities["capacity"].isna().tolist() == [True]
    assert [(p.row, p.outcome) for p in problems if p.column == "capacity"] == [(1, "repaired")]


def test_an_empty_register_is_an_error(tmp_path):
    with pytest.raises(InputError, match="has no rows of data"):
        read(table_files.write_csv(tmp_path / "a.csv", "lon,lat\n"))


def test_real_hexagons_with_health_care_are_facilities_with_that_capacity(real_data):
    """117 of the 1,227 hexagons hold the 141 places of health care that the data's own page counts."""
    path = real_data / "porto_alegre" / "poa_hexgrid.csv"
    facilities, problems = read(path, where={"healthcare": "> 0"}, columns={"capacity": "healthcare"})
    assert len(facilities) == 117
    assert facilities["capacity"].sum() == 141
    assert {problem.outcome for problem in problems} == {"noted"}


def test_real_points_of_interest_are_read(real_data):
    facilities, _ = read(real_data / "porto_alegre" / "poa_points_of_interest.csv")
    market = facilities.set_index("facility_id").geometry["public_market"]
    assert len(facilities) == 15
    assert (market.x, market.y) == (-51.227811, -30.027565)
