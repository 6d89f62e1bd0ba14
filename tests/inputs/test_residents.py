from __future__ import annotations

import sqlite3
from contextlib import closing

import geopandas as gpd
import pyogrio
import pytest
import shapely

import table_files
from lifecircle.errors import InputError
from lifecircle.inputs.residents import read_residents
from lifecircle.study import Source


def read(path, **how):
    return read_residents(path, Source(file=path.name, **how))


def csv(tmp_path, text):
    return table_files.write_csv(tmp_path / "居民.csv", text)


def test_a_table_of_estates_in_chinese_is_read_without_any_settings(tmp_path):
    residents, problems = read(
        csv(
            tmp_path,
            "小区编号,小区名称,经度,纬度,常住人口,户数,0-2岁,60岁以上,65岁及以上人口,社区代码\n"
            "E1,梅园小区,118.8,32.06,1000,380,25,210,150,320102002001\n",
        )
    )
    assert residents.drop(columns="geometry").to_dict("records") == [
        {
            "resident_id": "E1",
            "name": "梅园小区",
            "community_id": "320102002001",
            "population": 1000.0,
            "households": 380.0,
            "pop_0_2": 25.0,
            "pop_60_plus": 210.0,
            "pop_65_plus": 150.0,
            "row": 1,
        }
    ]
    assert {problem.outcome for problem in problems} == {"noted"}


def test_population_is_conserved_over_rows_used_and_rows_listed(tmp_path):
    """Of 10 + 20 + 40 people 40 lie at 0, 0: 30 are used and the row of 40 is listed."""
    residents, problems = read(
        csv(tmp_path, "id,lon,lat,population\na,118.8,32,10\nb,118.9,32,20\nc,0,0,40\nd,118.7,32,-5\n")
    )
    assert residents["population"].sum() == 30
    assert [(p.row, p.reason.en) for p in problems if p.outcome == "dropped"] == [
        (3, "lies at 0, 0, where unknown positions are put."),
        (4, "population '-5' is negative: the row is left out."),
    ]


def test_cells_of_a_grid_become_points_inside_without_their_area(tmp_path):
    path = tmp_path / "grid.gpkg"
    cells = gpd.GeoDataFrame(
        {"population": [5, 7]}, geometry=[shapely.box(118, 32, 119, 33), shapely.box(119, 32, 120, 33)], crs="EPSG:4326"
    )
    pyogrio.write_dataframe(cells, path)
    residents, _ = read(path)
    assert residents.geom_type.tolist() == ["Point", "Point"]
    assert cells.contains(residents.geometry).tolist() == [True, True]
    assert "residential_area_m2" not in residents


def test_more_elderly_than_people_is_noted(tmp_path):
    residents, problems = read(csv(tmp_path, "lon,lat,population,pop_60_plus\n118.8,32,10,11\n118.9,32,10,10\n"))
    assert residents["pop_60_plus"].tolist() == [11, 10]
    assert [(p.row, p.column, p.outcome) for p in problems if p.row] == [(1, "pop_60_plus", "noted")]


def test_a_file_without_population_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(InputError, match=r"居民\.csv: has no column population\..*columns: \{population: …\}"):
        read(csv(tmp_path, "lon,lat,常住人口（万人）\n118.8,32,1.2\n"))


def test_residents_that_are_nobody_are_an_error(tmp_path):
    with pytest.raises(InputError, match="adds up to 0"):
        read(csv(tmp_path, "lon,lat,population\n118.8,32,0\n"))


def test_the_real_helsinki_grid_keeps_its_people(real_data):
    """92 cells; a GeoPackage is an SQLite database, so that the sum can be had past the reader under test."""
    path = real_data / "helsinki" / "helsinki_population_grid_2020.gpkg"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        ((total,),) = database.execute("SELECT SUM(population) FROM population_grid_2020")
    residents, _ = read(path)
    assert len(residents) == 92
    assert residents["population"].sum() == total == 71_724
    assert residents.geom_type.unique().tolist() == ["Point"]


def test_the_real_hexagons_keep_their_people(real_data):
    residents, problems = read(real_data / "porto_alegre" / "poa_hexgrid.csv")
    assert residents["population"].sum() == 812_935
    assert residents["resident_id"].is_unique
    assert {problem.outcome for problem in problems} == {"noted"}
