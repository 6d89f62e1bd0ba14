"""Each format keeps the table, and the same table gives the same bytes at any time."""

from __future__ import annotations

import time
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from lifecircle.sample.tables import with_positions, write_table

GEOMETRY = ("table.gpkg", "table.geojson", "table.parquet")
FILES = (*GEOMETRY, "table.zip", "table.csv", "table.xlsx")


@pytest.fixture
def table():
    return gpd.GeoDataFrame(
        {"名称": ["甲站", "乙站"], "医师数": pd.array([3, None], dtype="Int64"), "中医馆": ["true", "false"]},
        geometry=shapely.points([[118.1234567, 32.7654321], [118.5, 32.25]]),
        crs="EPSG:4326",
    )


@pytest.mark.parametrize("name", FILES)
def test_the_same_table_gives_the_same_bytes(table, tmp_path, monkeypatch, name):
    first, second = tmp_path / "first" / name, tmp_path / "second" / name
    for path, now in ((first, 1.7e9), (second, 1.8e9)):
        path.parent.mkdir()
        monkeypatch.setattr(time, "time", lambda now=now: now)
        monkeypatch.setattr(time, "localtime", lambda *_, now=now: time.gmtime(now))
        write_table(with_positions(table), path, "GBK" if name.endswith(".zip") else "utf-8")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", GEOMETRY)
def test_files_with_geometry_keep_names_numbers_and_places(table, tmp_path, name):
    path = tmp_path / name
    write_table(table, path)
    read = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
    assert read["名称"].tolist() == ["甲站", "乙站"]
    assert read["医师数"].iloc[0] == 3
    assert pd.isna(read["医师数"].iloc[1])
    assert shapely.get_coordinates(read.geometry).tolist() == [[118.1234567, 32.7654321], [118.5, 32.25]]
    assert read.crs == "EPSG:4326"


def test_a_zipped_shapefile_is_written_in_gbk(table, tmp_path):
    path = tmp_path / "table.zip"
    write_table(table, path, "GBK")
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["table.cpg", "table.dbf", "table.prj", "table.shp", "table.shx"]
        assert "甲站".encode("gbk") in archive.read("table.dbf")
        assert "医师数".encode("gbk") in archive.read("table.dbf")
    assert gpd.read_file(f"zip://{path}")["名称"].tolist() == ["甲站", "乙站"]


def test_a_workbook_still_opens_without_its_times(table, tmp_path):
    path = tmp_path / "table.xlsx"
    write_table(with_positions(table), path)
    read = pd.read_excel(path)
    assert read["名称"].tolist() == ["甲站", "乙站"]
    assert read[["lon", "lat"]].to_numpy().tolist() == [[118.1234567, 32.7654321], [118.5, 32.25]]


def test_a_csv_is_in_the_encoding_asked_for(table, tmp_path):
    path = tmp_path / "table.csv"
    write_table(with_positions(table), path, "gb18030")
    assert path.read_bytes().decode("gb18030").splitlines() == [
        "名称,医师数,中医馆,lon,lat",
        "甲站,3,true,118.1234567,32.7654321",
        "乙站,,false,118.5,32.25",
    ]
