from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from lifecircle.errors import InputError
from lifecircle.inputs.contracts import FACILITIES, RESIDENTS, fulfilled


def table(**columns):
    cells = pd.DataFrame(columns, dtype=object)
    cells.insert(0, "row", range(1, len(cells) + 1))
    return gpd.GeoDataFrame(cells, geometry=shapely.points([(118.8, 32.0)] * len(cells)), crs="EPSG:4326")


def listed(problems):
    return [(p.row, p.feature_id, p.column, p.reason.en, p.outcome) for p in problems]


def test_numbers_are_read_and_every_wrong_cell_is_listed():
    clean, problems = fulfilled(
        table(id=list("abcdef"), beds=["30", "1,200", "约30", "-4", "1e12", "-"]), FACILITIES, "f"
    )
    assert clean["beds"].tolist()[:2] == [30.0, 1200.0]
    assert clean["beds"].isna().tolist() == [False, False, True, True, True, True]
    assert listed(problems) == [
        (3, "row3", "beds", "beds '约30' is not a number: taken as unknown.", "repaired"),
        (4, "row4", "beds", "beds '-4' is negative: taken as unknown.", "repaired"),
        (5, "row5", "beds", "beds '1e12' is too large to be true: taken as unknown.", "repaired"),
        (2, "row2", "beds", "beds '1,200' was read as 1200.", "repaired"),
    ]


def test_a_row_without_a_required_number_is_left_out():
    clean, problems = fulfilled(
        table(resident_id=list("abcde"), population=["10", "", "x", "-1", "0"]), RESIDENTS, "r.csv"
    )
    assert clean["resident_id"].tolist() == ["a", "e"]
    assert clean["population"].tolist() == [10.0, 0.0]
    assert listed(problems) == [
        (3, "c", "population", "population 'x' is not a number: the row is left out.", "dropped"),
        (4, "d", "population", "population '-1' is negative: the row is left out.", "dropped"),
        (2, "b", "population", "population is missing: the row is left out.", "dropped"),
    ]


def test_a_missing_required_column_is_an_error_with_the_nearest_names():
    with pytest.raises(
        InputError, match=r"r\.csv: has no column population\. Did you mean 'populaton'.*\{population: "
    ):
        fulfilled(table(populaton=["1"]), RESIDENTS, "r.csv")


def test_the_second_row_with_an_id_is_left_out():
    clean, problems = fulfilled(table(facility_id=["a", "b", "a", " a "]), FACILITIES, "f.csv")
    assert clean["row"].tolist() == [1, 2]
    assert [(p.row, p.outcome) for p in problems] == [(3, "dropped"), (4, "dropped")]


def test_a_row_left_out_for_another_reason_does_not_take_the_id_from_the_next():
    clean, problems = fulfilled(table(resident_id=["a", "a"], population=["x", "5"]), RESIDENTS, "r.csv")
    assert clean["row"].tolist() == [2]
    assert [(p.row, p.column) for p in problems] == [(1, "population")]


def test_ids_are_text_and_made_from_the_row_where_missing():
    clean, problems = fulfilled(table(facility_id=[320102002001.0, None, "007"]), FACILITIES, "f.csv")
    assert clean["facility_id"].tolist() == ["320102002001", "row2", "007"]
    assert listed(problems) == [(2, "row2", "facility_id", "has no id; one was made from its row.", "repaired")]


def test_a_table_without_ids_gets_them_from_its_rows_without_a_fault():
    clean, problems = fulfilled(table(name=["a", "b"]), FACILITIES, "f.csv")
    assert clean["facility_id"].tolist() == ["row1", "row2"]
    assert problems == []


def test_names_are_cleaned_of_control_characters_and_never_escaped():
    clean, problems = fulfilled(table(name=["甲\x07院", "<script>{{7*7}}</script>"]), FACILITIES, "f.csv")
    assert clean["name"].tolist() == ["甲院", "<script>{{7*7}}</script>"]
    assert listed(problems) == [
        (1, "row1", "name", "name held characters that cannot be printed; they were taken out.", "repaired")
    ]


def test_age_groups_of_any_bounds_are_numbers():
    clean, _ = fulfilled(table(population=["9"], pop_6_11=["1,000"], pop_90_plus=["2"]), RESIDENTS, "r.csv")
    assert clean[["pop_6_11", "pop_90_plus"]].iloc[0].tolist() == [1000.0, 2.0]


def test_other_columns_are_kept_after_ours():
    clean, _ = fulfilled(table(hours=["8", "9"], beds=[1, 2], name=["a", "b"]), FACILITIES, "f.csv")
    assert clean.columns.tolist() == ["facility_id", "name", "beds", "row", "hours", "geometry"]
    assert clean["hours"].tolist() == [8, 9]


def test_a_table_of_which_no_row_is_left_is_an_error():
    with pytest.raises(InputError, match=r"none of its 1 rows can be used. Row 1: population 'x' is not a number"):
        fulfilled(table(population=["x"]), RESIDENTS, "r.csv")
