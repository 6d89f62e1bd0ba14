from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString

from lifecircle.errors import InputError
from lifecircle.inputs.streets import read_ways
from lifecircle.study import Source
from osm_files import write_osm

NODES = {1: (118.79, 32.07), 2: (118.80, 32.07)}
STREETS = [LineString([(118.79, 32.07), (118.80, 32.07)]), LineString([(118.80, 32.07), (118.80, 32.08)])]


@pytest.fixture
def extract(tmp_path):
    return write_osm(tmp_path / "city.osm.pbf", NODES, {7: ([1, 2, 9], {"highway": "path"})})


@pytest.fixture
def layer(tmp_path):
    table = gpd.GeoDataFrame(
        {"路名": ["中山路", "珠江路"], "步行": ["是", "否"], "状态": ["已建", "在建"]},
        geometry=STREETS,
        crs="EPSG:4326",
    )
    table.to_file(tmp_path / "道路.gpkg", layer="中心线", driver="GPKG")
    return tmp_path / "道路.gpkg"


def test_an_extract_is_read_as_openstreetmap(extract):
    ways, problems = read_ways(extract, Source(file="data/city.osm.pbf"))
    assert ways.way_id.tolist() == [7]
    assert [(problem.file, problem.feature_id, problem.outcome) for problem in problems] == [
        ("data/city.osm.pbf", "7", "repaired")
    ]


@pytest.mark.parametrize(
    "setting",
    [{"layer": "lines"}, {"crs": "GCJ-02"}, {"encoding": "GBK"}, {"columns": {"name": "x"}}, {"where": {"name": "x"}}],
    ids=lambda setting: next(iter(setting)),
)
def test_settings_that_an_extract_cannot_follow_are_refused(extract, setting):
    with pytest.raises(InputError, match=rf"city\.osm\.pbf: an OpenStreetMap extract takes no {next(iter(setting))}"):
        read_ways(extract, Source(file="city.osm.pbf", **setting))


def test_a_layer_of_lines_is_read_with_the_columns_that_the_study_names(layer):
    ways, problems = read_ways(layer, Source(file="道路.gpkg", columns={"name": "路名", "foot": "步行"}))
    assert ways.tags[["highway", "name", "foot"]].to_numpy().tolist() == [
        ["road", "中山路", "yes"],
        ["road", "珠江路", "no"],
    ]
    assert ways.node_ref[1] == ways.node_ref[2]
    assert {problem.outcome for problem in problems} <= {"noted"}


def test_conditions_choose_the_rows_and_rows_keep_their_numbers(layer):
    ways, _ = read_ways(layer, Source(file="道路.gpkg", where={"状态": "在建"}))
    assert ways.way_id.tolist() == [2]


def test_shifted_coordinates_are_declared_with_crs(layer):
    """GCJ-02 moves Nanjing by some 500 m; the size of the shift is tested with the coordinates."""
    plain, _ = read_ways(layer, Source(file="道路.gpkg"))
    shifted, _ = read_ways(layer, Source(file="道路.gpkg", crs="GCJ-02"))
    moved = abs(plain.lonlat - shifted.lonlat).max(axis=0)
    assert (moved > 0.001).all()
    assert (moved < 0.01).all()


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ({"columns": {"hihgway": "路名"}}, "streets have no column 'hihgway'. Did you mean 'highway'"),
        ({"columns": {"name": "道路名"}}, "there is no column '道路名'. Did you mean '路名'"),
        ({"where": {"状况": "已建"}}, "where: there is no column '状况'. Did you mean '状态'"),
        ({"layer": "中线"}, "there is no layer '中线'. Did you mean '中心线'"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_one(layer, setting, fault):
    with pytest.raises(InputError, match=r"道路\.gpkg: ") as raised:
        read_ways(layer, Source(file="道路.gpkg", **setting))
    assert fault in str(raised.value)


def test_a_table_without_lines_is_refused(tmp_path):
    pd.DataFrame({"name": ["中山路"]}).to_csv(tmp_path / "roads.csv", index=False)
    with pytest.raises(InputError, match=r"roads\.csv: has no geometry. Give the streets as a layer of lines"):
        read_ways(tmp_path / "roads.csv", Source(file="roads.csv"))
