from __future__ import annotations

import zipfile

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import LineString, Point, box

import table_files
from lifecircle.errors import InputError
from lifecircle.inputs.guess import best_word, guess_words, guesses
from lifecircle.inputs.osm_places import facility_layers
from osm_files import write_osm


def seems(folder):
    """Return role and layer of every table in a folder by its file."""
    return {guess.source.file: (guess.role, guess.layer) for guess in guesses(folder)}


def polygons(path, count=3, **columns):
    shapes = [box(118 + at / 10, 32.0, 118.1 + at / 10, 32.1) for at in range(count)]
    pyogrio.write_dataframe(gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326"), path)


def cells(path, text):
    table_files.write_csv(path, text)


def test_streets_are_known_by_their_format_or_as_lines_that_are_called_so(tmp_path):
    lines = gpd.GeoDataFrame({"a": [1]}, geometry=[LineString([(118, 32), (118.1, 32)])], crs="EPSG:4326")
    for name in ("步行道路.gpkg", "rivers.gpkg"):
        pyogrio.write_dataframe(lines, tmp_path / name)
    pyogrio.write_dataframe(lines.rename(columns={"a": "fclass"}), tmp_path / "lines.gpkg")
    write_osm(tmp_path / "x.osm.pbf", {1: (118, 32), 2: (118.1, 32)}, {1: ([1, 2], {"highway": "path"})})
    assert seems(tmp_path) == {
        "步行道路.gpkg": ("streets", ""),
        "rivers.gpkg": ("unknown", ""),
        "lines.gpkg": ("streets", ""),
        "x.osm.pbf": ("streets", ""),
    }


def test_areas_are_polygons_that_are_called_so_or_have_a_column_of_their_own(tmp_path):
    polygons(tmp_path / "行政区.gpkg", 名称=["a", "b", "c"])
    polygons(tmp_path / "streets.geojson", name=["a", "b", "c"])
    polygons(tmp_path / "Communities 2020.shp", name=["a", "b", "c"])
    polygons(tmp_path / "图层1.gpkg", 社区=["a", "b", "c"], 街道=["x", "x", "y"])
    polygons(tmp_path / "图层2.gpkg", 社区=["a", "a", "a"], 街道=["x", "y", "z"])
    polygons(tmp_path / "图层3.gpkg", 颜色=["a", "a", "a"])
    assert seems(tmp_path) == {
        "行政区.gpkg": ("district", ""),
        "streets.geojson": ("street", ""),
        "Communities 2020.shp": ("community", ""),
        "图层1.gpkg": ("community", ""),
        "图层2.gpkg": ("street", ""),
        "图层3.gpkg": ("unknown", ""),
    }


def test_residents_have_people(tmp_path):
    cells(tmp_path / "居民点.csv", "经度,纬度,常住人口\n118.8,32.0,9\n")
    cells(tmp_path / "sheet1.csv", "lon,lat,population\n118.8,32.0,9\n")
    cells(tmp_path / "residents.csv", "lon,lat,colour\n118.8,32.0,9\n")
    polygons(tmp_path / "小区.gpkg", 人口=[1, 2, 3])
    polygons(tmp_path / "公园.gpkg", 人口=[1, 2, 3])
    assert seems(tmp_path) == {
        "居民点.csv": ("residents", ""),
        "sheet1.csv": ("residents", ""),
        "residents.csv": ("unknown", ""),
        "小区.gpkg": ("residents", ""),
        "公园.gpkg": ("layer", "park"),
    }


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("社区卫生服务中心（站）", "clinic"),
        ("2024年养老机构名录", "elder_care"),
        ("玄武区托育机构", "childcare"),
        ("public_libraries", "culture"),
        ("bus-stops", "transit"),
        ("中小学校", "school"),
        ("childcare_guidance", "childcare_guidance"),
        ("Nursing Homes", "elder_care"),
        ("农贸市场", "market"),
        ("综合医院", "hospital"),
    ],
)
def test_a_layer_is_known_by_the_longest_word_of_the_files_name(tmp_path, name, layer):
    cells(tmp_path / f"{name}.csv", "lon,lat,名称\n118.8,32.0,甲\n")
    assert seems(tmp_path) == {f"{name}.csv": ("layer", layer)}


def test_words_in_latin_letters_are_whole_words():
    words = {"park": ["park"], "bus": ["bus stop"]}
    assert best_word("car_parking", words) == ("", "")
    assert best_word("City-Parks_2024", words) == ("park", "park")
    assert best_word("busstops", words) == ("bus", "bus stop")


def test_a_table_of_many_kinds_is_split_into_layers(tmp_path):
    """Four of five rows are of a kind that is known; most have to be."""
    rows = ["甲,幼儿园", "乙,菜市场", "丙,幼儿园", "丁,农贸市场", "戊,加油站"]
    lines = "".join(f"118.8,32.0,{row}\n" for row in rows)
    cells(tmp_path / "poi.csv", f"lon,lat,名称,大类\n{lines}")
    cells(tmp_path / "fuel.csv", "lon,lat,大类\n118.8,32.0,加油站\n118.8,32.0,加气站\n118.8,32.0,菜市场\n")
    fuel, *split = guesses(tmp_path)
    assert (fuel.role, fuel.why) == ("unknown", "no word")
    assert [(guess.layer, guess.rows, guess.source.where) for guess in split] == [
        ("kindergarten", 2, {"大类": ["幼儿园"]}),
        ("market", 2, {"大类": ["菜市场", "农贸市场"]}),
    ]


def test_the_tables_of_one_file_are_looked_at_one_by_one(tmp_path):
    head = ["名称", "经度", "纬度"]
    sheets = {"养老": [head, ["甲", 118.8, 32.0]], "托育": [head, ["乙", 118.8, 32.0]], "说明": [["a"], ["b"]]}
    table_files.write_workbook(tmp_path / "民政局.xlsx", sheets)
    for layer in ("公园", "学校"):
        pyogrio.write_dataframe(table_files.places(), tmp_path / "两层.gpkg", layer=layer, append=layer == "学校")
    assert [(guess.source.file, guess.source.layer, guess.role, guess.layer) for guess in guesses(tmp_path)] == [
        ("两层.gpkg", "公园", "layer", "park"),
        ("两层.gpkg", "学校", "layer", "school"),
        ("民政局.xlsx", "养老", "layer", "elder_care"),
        ("民政局.xlsx", "托育", "layer", "childcare"),
        ("民政局.xlsx", "说明", "unknown", ""),
    ]


def test_columns_are_mapped_by_their_usual_names_and_kinds_by_their_code(tmp_path):
    cells(
        tmp_path / "养老.csv",
        "机构编码,机构名称,类型,类型代码,床位数,床位总数,备注,X坐标,Y坐标\n7,甲,养老院,home,9,10,,4e7,3.5e6\n",
    )
    [guess] = guesses(tmp_path)
    assert guess.source.columns == {
        "facility_id": "机构编码",
        "name": "机构名称",
        "kind": "类型代码",
        "beds": "床位数",
        "x": "X坐标",
        "y": "Y坐标",
    }


def test_an_areas_own_code_goes_before_a_plain_id(tmp_path):
    polygons(tmp_path / "communities.gpkg", id=[1, 2, 3], 社区代码=["a", "b", "c"], 社区名称=["x", "y", "z"])
    [guess] = guesses(tmp_path)
    assert guess.source.columns == {"community_id": "社区代码", "community": "社区名称"}
    assert guess.people == ""


def test_areas_may_hold_people_too(tmp_path):
    polygons(tmp_path / "communities.gpkg", 社区=["x", "y", "z"], 常住人口=[1, 2, 3])
    [guess] = guesses(tmp_path)
    assert (guess.role, guess.people) == ("community", "常住人口")


def test_statistics_feeds_and_what_cannot_be_used_are_told_apart(tmp_path):
    cells(tmp_path / "a.csv", "Indicator,area,year,value\nx,city,2020,1\n")
    cells(tmp_path / "学校.csv", "名称,地址\n甲,某路\n")
    (tmp_path / "broken.xlsx").write_bytes(b"<html>")
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        archive.writestr("stops.txt", "stop_id\n")
    found = {guess.source.file: guess for guess in guesses(tmp_path)}
    assert {name: guess.role for name, guess in found.items()} == {
        "a.csv": "statistics",
        "broken.xlsx": "unknown",
        "feed.zip": "layer",
        "学校.csv": "unknown",
    }
    assert found["学校.csv"].why == "no positions"
    assert found["broken.xlsx"].why.startswith("is named .xlsx but holds no Excel workbook")
    assert found["feed.zip"].layer == "transit"


def test_files_inside_folders_are_found_and_hidden_ones_are_not(tmp_path):
    for name in ("教育局/学校.geojson", ".trash.geojson", "~$学校.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        point = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(118.8, 32)], crs="EPSG:4326")
        pyogrio.write_dataframe(point, tmp_path / name, driver="GeoJSON")
    (tmp_path / "README.txt").write_text("nothing to see")
    assert seems(tmp_path) == {"教育局/学校.geojson": ("layer", "school")}


def test_a_folder_without_files_and_a_name_without_a_folder_are_errors(tmp_path):
    with pytest.raises(InputError, match="holds no file that can be read"):
        guesses(tmp_path)
    with pytest.raises(InputError, match="is no folder"):
        guesses(tmp_path / "none")


def test_the_words_name_layers_that_there_are():
    """A misspelt layer in configs/guess.yaml would never be found."""
    assert set(guess_words().layers) == set(facility_layers())


@pytest.mark.real
def test_real_folders(real_data):
    assert seems(real_data / "porto_alegre") == {
        "poa_eptc.zip": ("layer", "transit"),
        "poa_elevation.tif": ("terrain", ""),
        "poa_hexgrid.csv": ("residents", ""),
        "poa_osm.pbf": ("streets", ""),
        "poa_points_of_interest.csv": ("unknown", ""),
    }
    assert pd.Series(seems(real_data / "helsinki")).to_dict() == {
        "Helsinki.osm.pbf": ("streets", ""),
        "helsinki_population_grid_2020.gpkg": ("residents", ""),
    }
