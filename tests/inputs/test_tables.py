from __future__ import annotations

import pandas as pd
import pyogrio
import pytest

import table_files
from lifecircle.errors import InputError
from lifecircle.inputs.tables import read_table
from lifecircle.study import Source

SUFFIXES = (".csv", ".fgb", ".geojson", ".gpkg", ".kml", ".parquet", ".shp", ".xlsx", ".zip")
KNOWN = ("name", "beds", "level")


def read(path, **how):
    return read_table(path, Source(file=path.name, **how), KNOWN)


def csv(tmp_path, *lines):
    return table_files.write_csv(tmp_path / "a.csv", "\n".join(lines) + "\n")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_the_same_table(tmp_path, suffix):
    table, problems = read(table_files.write_places(tmp_path / f"养老{suffix}"))
    assert table.crs == "EPSG:4326"
    assert {(x.name, int(x.beds), x.geometry.x, x.geometry.y) for x in table.itertuples()} == {
        (name, beds, *lonlat)
        for name, beds, lonlat in zip(table_files.NAMES, table_files.BEDS, table_files.LONLAT, strict=True)
    }
    assert table["row"].tolist() == [1, 2, 3]
    assert {problem.outcome for problem in problems} == {"noted"}


def test_the_columns_that_were_recognised_are_noted(tmp_path):
    _, problems = read(table_files.write_places(tmp_path / "a.gpkg"))
    assert [problem.reason.en for problem in problems] == ["Columns read: 名称 as name, 床位数 as beds."]


def test_rows_are_counted_as_a_person_counts_them(tmp_path):
    table, problems = read(csv(tmp_path, "lon,lat,beds", "118.8,32,1", "", "118.9,32,2", "0,0,3", "118.7,32,4"))
    assert table["row"].tolist() == [1, 3, 5]
    assert [problem.row for problem in problems if problem.outcome == "dropped"] == [4]


def test_cells_stand_as_in_the_file(tmp_path):
    table, _ = read(csv(tmp_path, "lon,lat,beds,tel", '118.8,32,"1,200",007'))
    assert table[["beds", "tel"]].iloc[0].tolist() == ["1,200", "007"]


def test_conditions_choose_rows_by_the_files_own_columns(tmp_path):
    path = csv(tmp_path, "lon,lat,healthcare", "118.8,32,0", "118.9,32,2", "118.7,32,")
    table, problems = read(path, where={"healthcare": "> 0"}, columns={"capacity": "healthcare"})
    assert table[["row", "capacity"]].to_numpy().tolist() == [[2, "2"]]
    assert "2 of 3 rows do not meet the conditions (where) and are not read." in [p.reason.en for p in problems]


def test_conditions_choose_rows_by_our_names_too(tmp_path):
    table, _ = read(csv(tmp_path, "lon,lat,等级", "118.8,32,5A", "118.9,32,3A"), where={"level": ["4A", "5A"]})
    assert table["row"].tolist() == [1]


def test_conditions_read_numbers_as_people_write_them(tmp_path):
    table, problems = read(
        csv(tmp_path, "lon,lat,beds", '118.8,32,"1,200"', "118.9,32,约30", "118.9,32,３０张", "118.7,32,9"),
        where={"beds": ">= 30"},
    )
    assert table["row"].tolist() == [1, 3]
    assert [(p.row, p.column, p.reason.en) for p in problems if p.outcome == "dropped"] == [
        (2, "beds", "'约30' cannot be compared with '>= 30'.")
    ]
    assert "1 of 4 rows do not meet the conditions (where) and are not read." in [p.reason.en for p in problems]


def test_conditions_that_no_row_meets_are_an_error(tmp_path):
    path = csv(tmp_path, "lon,lat,状态", "118.8,32,停业")
    with pytest.raises(InputError, match=r"a\.csv: no row of 1 meets where: \{状态: 营业\}"):
        read(path, where={"状态": "营业"})


def test_a_condition_on_a_column_that_is_not_there_is_an_error_with_the_nearest_name(tmp_path):
    with pytest.raises(InputError, match=r"where: there is no column 'bed'\. Did you mean 'beds'"):
        read(csv(tmp_path, "lon,lat,beds", "118.8,32,1"), where={"bed": "> 0"})


def test_position_columns_of_a_map_file_are_ordinary_columns(tmp_path):
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(table_files.places(lon=(1, 2, 3)), path)
    table, _ = read(path)
    assert table["lon"].tolist() == [1, 2, 3]
    assert table.geometry.x.tolist() == [118.8, 118.75, 118.87]


def test_a_column_named_like_ours_stays_beside_it(tmp_path):
    path = csv(tmp_path, "lon,lat,row,layer", "118.8,32,7,x")
    table, _ = read(path)
    assert table[["row", "row_file", "layer_file"]].iloc[0].tolist() == [1, "7", "x"]


def test_the_study_says_where_positions_stand(tmp_path):
    table, _ = read(csv(tmp_path, "A,B", "118.8,32"), columns={"lon": "A", "lat": "B"})
    assert table.geometry.to_wkt().tolist() == ["POINT (118.8 32)"]


def test_real_hexagons_are_read_whole(real_data):
    """1,227 hexagons with 812,935 people, as the data's own page says."""
    table, problems = read_table(real_data / "porto_alegre" / "poa_hexgrid.csv", Source(file="poa_hexgrid.csv"))
    assert len(table) == 1227
    assert pd.to_numeric(table["population"]).sum() == 812_935
    assert {problem.outcome for problem in problems} == {"noted"}
