from __future__ import annotations

import json
import zipfile

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

import table_files
from lifecircle.errors import InputError
from lifecircle.inputs.formats import read_rows
from lifecircle.study import Source

SUFFIXES = (".csv", ".fgb", ".geojson", ".gpkg", ".json", ".kml", ".parquet", ".geoparquet", ".shp", ".xlsx", ".zip")
ANY = Source(file="any")


def rows_of(path, **how):
    return read_rows(path, Source(file=path.name, **how))[0]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_the_same_names_and_numbers(tmp_path, suffix):
    table = rows_of(table_files.write_places(tmp_path / f"养老{suffix}"))
    name = "name" if suffix == ".kml" else "名称"
    order = table.assign(床位数=pd.to_numeric(table["床位数"])).sort_values("床位数")  # FlatGeobuf sorts by place
    assert order[name].tolist() == ["=1+1 护理院", "高淳敬老院", "玄武养老院"]
    assert order["床位数"].tolist() == [40, 80, 120]


@pytest.mark.parametrize("suffix", [s for s in SUFFIXES if s not in {".csv", ".xlsx"}])
def test_every_map_format_gives_the_same_geometry(tmp_path, suffix):
    table = rows_of(table_files.write_places(tmp_path / f"养老{suffix}"))
    assert isinstance(table, gpd.GeoDataFrame)
    assert table.crs == "EPSG:4326"
    assert sorted(table.geometry.x) == [118.75, 118.8, 118.87]


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("cpg", [True, False])
def test_shapefiles_are_decoded_with_and_without_cpg(tmp_path, encoding, cpg):
    path = table_files.write_shapefile(tmp_path / "a.shp", table_files.places(), encoding, cpg=cpg)
    table = rows_of(path)
    assert table["名称"].tolist() == list(table_files.NAMES)


def test_a_shapefile_column_cut_inside_a_character_is_read(tmp_path):
    """DBF names hold 10 bytes: of 护理型床位数 in UTF-8 (18 bytes) there remain three characters and a third of one."""
    path = tmp_path / "a.shp"
    with pytest.warns(RuntimeWarning, match="laundered"):
        pyogrio.write_dataframe(table_files.places(护理型床位数=(1, 2, 3)), path, encoding="UTF-8")
    table = rows_of(path)
    assert table["护理型"].tolist() == [1, 2, 3]


def test_a_declared_encoding_wins(tmp_path):
    path = table_files.write_shapefile(tmp_path / "a.shp", table_files.places(), "GBK", cpg=False)
    (tmp_path / "a.cpg").write_text("UTF-8")
    assert rows_of(path, encoding="gbk")["名称"].tolist() == list(table_files.NAMES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_decoded(tmp_path, encoding):
    path = table_files.write_csv(tmp_path / "a.csv", "名称,经度\n颐养苑,118.8\n", encoding)
    table = rows_of(path)
    assert table.columns.tolist() == ["名称", "经度"]
    assert table.iloc[0].tolist() == ["颐养苑", "118.8"]


def test_text_in_no_known_encoding_is_an_error_that_asks_for_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"name\n\xff\xff\xff\n")
    with pytest.raises(InputError, match=r"a\.csv: is neither UTF-8 nor GB18030.*encoding:"):
        read_rows(path, ANY)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_delimiters_are_recognised(tmp_path, delimiter):
    path = table_files.write_csv(tmp_path / "a.csv", f"a{delimiter}b\n1{delimiter}2\n")
    assert rows_of(path).iloc[0].tolist() == ["1", "2"]


def test_blank_rows_are_left_out_and_counted(tmp_path):
    path = table_files.write_csv(tmp_path / "a.csv", "\n\na,b\n1,2\n\n,\n3,4\n")
    table = rows_of(path)
    assert table["a"].tolist() == ["1", "3"]
    assert table.index.tolist() == [0, 3]


def test_a_row_with_too_many_cells_is_an_error_that_names_its_line(tmp_path):
    path = table_files.write_csv(tmp_path / "a.csv", "a,b\n1,2\n3,4,5\n")
    with pytest.raises(InputError, match="line 3"):
        read_rows(path, ANY)


def test_two_columns_of_one_name_are_an_error(tmp_path):
    path = table_files.write_csv(tmp_path / "a.csv", "a,b,a\n1,2,3\n")
    with pytest.raises(InputError, match="columns 1 and 3 are both named 'a'"):
        read_rows(path, ANY)


def test_text_in_a_workbook_that_begins_like_a_formula_is_text(tmp_path):
    path = table_files.write_workbook(tmp_path / "a.xlsx", {"s": [["name"], ["=1+1"], ["@x"]]})
    assert rows_of(path)["name"].tolist() == ["=1+1", "@x"]


def test_a_formula_that_was_never_computed_is_a_missing_cell(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["x", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx").iloc[0].tolist() == ["x", None]


def test_the_only_sheet_with_data_is_taken(tmp_path):
    path = table_files.write_workbook(tmp_path / "a.xlsx", {"Sheet1": [], "数据": [["a"], [1]], "Sheet3": []})
    assert rows_of(path)["a"].tolist() == [1]


def test_several_sheets_must_be_chosen_from(tmp_path):
    path = table_files.write_workbook(tmp_path / "a.xlsx", {"玄武": [["a"], [1]], "高淳": [["a"], [2]]})
    with pytest.raises(InputError, match=r"several sheets \(玄武, 高淳\).*layer:"):
        read_rows(path, ANY)
    assert rows_of(path, layer="高淳")["a"].tolist() == [2]
    with pytest.raises(InputError, match=r"no sheet '高纯'\. Did you mean '高淳'"):
        read_rows(path, Source(file="a.xlsx", layer="高纯"))


def test_rows_of_a_workbook_are_counted_from_its_header(tmp_path):
    path = table_files.write_workbook(tmp_path / "a.xlsx", {"s": [[None], ["a"], [1], [None], [2]]})
    assert rows_of(path).index.tolist() == [0, 2]


def test_an_unknown_layer_is_an_error_with_the_nearest_name(tmp_path):
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(table_files.places(), path, layer="clinics")
    pyogrio.write_dataframe(table_files.places(), path, layer="schools", append=True)
    with pytest.raises(InputError, match=r"no layer 'clinic'\. Did you mean 'clinics'"):
        read_rows(path, Source(file="a.gpkg", layer="clinic"))
    with pytest.raises(InputError, match=r"several layers \(clinics, schools\)"):
        read_rows(path, ANY)
    assert len(rows_of(path, layer="schools")) == 3


def test_a_plain_parquet_table_is_read_with_its_columns(tmp_path):
    pd.DataFrame({"lon": [118.8], "lat": [32.0]}, index=pd.Index(["x"], name="id")).to_parquet(tmp_path / "a.parquet")
    assert rows_of(tmp_path / "a.parquet")[["lon", "lat", "id"]].iloc[0].tolist() == [118.8, 32.0, "x"]


def test_what_a_reader_remarks_is_kept(tmp_path):
    ring = [[118.8, 32.0], [118.9, 32.0], [118.9, 32.1], [118.8, 32.1]]
    feature = {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    table, remarks = read_rows(path, ANY)
    assert len(table) == 1
    assert ["Non closed ring detected" in remark for remark in remarks] == [True]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", b"<html>", "is named .xlsx but holds no Excel workbook"),
        ("a.gpkg", b"PK\x03\x04", "is named .gpkg but holds no GeoPackage"),
        ("a.geojson", b"<OGRVRTDataSource>", "is named .geojson but holds no GeoJSON"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read as GeoJSON"),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\x00" * 200, "cannot be read as Shapefile"),
        ("a.parquet", b"PAR1 and no more", "cannot be read as Parquet"),
        ("a.xlsx", b"PK\x03\x04 and no more", "is a damaged archive"),
        ("a.csv", b"  \n ", "is empty"),
        ("a.csv", b"a,b\n", "has no rows of data"),
        ("a.csv", b'a,b\n"1,2\n', "cannot be read as CSV"),
        ("a.dwg", b"AC1032", r"is of no format that can be read. Save it as one of: .*\.gpkg"),
        ("a.kml", b"<svg/>", "has no rows of data"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_with_a_remedy(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as error:
        read_rows(path, ANY)
    assert str(path) in str(error.value)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: cannot be read \(No such file or directory\)"):
        read_rows(tmp_path / "none.csv", ANY)


def test_a_workbook_without_its_parts_is_an_error(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("x.txt", "no workbook")
    with pytest.raises(InputError, match="cannot be read as Excel workbook"):
        read_rows(tmp_path / "a.xlsx", ANY)


def test_an_unreadable_geometry_is_missing_and_keeps_its_row(tmp_path):
    features = [
        {"type": "Feature", "properties": {"a": 1}, "geometry": None},
        {"type": "Feature", "properties": {"a": 2}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}},
        {"type": "Feature", "properties": {"a": 3}, "geometry": {"type": "Point", "coordinates": [118.8, 32]}},
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    table = rows_of(path)
    assert table["a"].tolist() == [1, 2, 3]
    assert shapely.is_missing(table.geometry.to_numpy()).tolist() == [True, True, False]
