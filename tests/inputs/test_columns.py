from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from lifecircle.errors import InputError
from lifecircle.inputs.census import BUILDING_COLUMNS
from lifecircle.inputs.columns import (
    POSITION_COLUMNS,
    column_names,
    folded,
    recognised_columns,
    recognition_notes,
    renamed_columns,
    urban_or_rural,
)
from lifecircle.inputs.contracts import AREAS, CANDIDATES, FACILITIES, RESIDENTS

FILE = Path("a.csv")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("名称", "name"),
        ("经度", "lon"),
        ("纬度", "lat"),
        ("床位数", "beds"),
        ("床位数（张）", "beds"),
        ("护理型床位", "nursing_beds"),
        ("托位数", "capacity"),
        ("建筑面积(㎡)", "floor_area_m2"),
        ("等级", "level"),
        ("状态", "status"),
        ("开业日期", "opened"),
        ("社区代码", "community_id"),
        ("街道", "street"),
        ("区", "district"),
        ("LNG", "lon"),
        ("Facility_Name", "name"),
    ],
)
def test_usual_names_of_facility_columns_are_recognised(theirs, ours):
    found = recognised_columns([theirs], {}, [*POSITION_COLUMNS, *FACILITIES.columns], FILE)
    assert found == {ours: theirs}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("常住人口", "population"),
        ("常住人口（人）", "population"),
        ("户数", "households"),
        ("60岁以上", "pop_60_plus"),
        ("60岁及以上人口", "pop_60_plus"),
        ("65岁以上", "pop_65_plus"),
        ("0-2岁", "pop_0_2"),
        ("０～２岁", "pop_0_2"),
        ("POP", "population"),
    ],
)
def test_usual_names_of_resident_columns_are_recognised(theirs, ours):
    assert recognised_columns([theirs], {}, RESIDENTS.columns, FILE) == {ours: theirs}


def test_a_unit_that_changes_the_number_is_not_recognised():
    assert recognised_columns(["常住人口（万人）"], {}, RESIDENTS.columns, FILE) == {}


def test_what_the_study_says_wins_over_names():
    found = recognised_columns(["床位数", "n"], {"beds": "n", "capacity": "床位数"}, FACILITIES.columns, FILE)
    assert found == {"beds": "n", "capacity": "床位数"}


def test_a_column_with_our_own_name_wins_over_its_synonyms():
    assert recognised_columns(["名称", "name"], {}, ["name"], FILE) == {"name": "name"}


def test_two_columns_for_one_are_an_error_that_names_both():
    with pytest.raises(InputError, match=r"the columns '名称' and '机构名称' could all be name.*\{name: 名称\}"):
        recognised_columns(["名称", "机构名称"], {}, ["name"], FILE)


def test_columns_that_are_not_there_are_an_error_with_the_nearest_names():
    with pytest.raises(InputError) as error:
        recognised_columns(["床位数", "编号"], {"beds": "床位", "name": "mingcheng"}, [], FILE)
    assert str(error.value) == (
        "a.csv: there is no column '床位'. Did you mean '床位数'? Also, there is no column 'mingcheng'. "
        "There are: 床位数, 编号. Correct columns: in the study."
    )


@pytest.mark.parametrize("ours", ["row", "layer"])
def test_columns_that_are_filled_here_cannot_be_named(ours):
    with pytest.raises(InputError, match=f"columns: {ours} is filled by lifecircle itself"):
        recognised_columns(["a"], {ours: "a"}, [], FILE)


def test_no_name_stands_under_two_columns_of_one_table():
    names = column_names().columns
    for contract in (FACILITIES, RESIDENTS, AREAS):
        counts = Counter(
            folded(alias)
            for ours in {*POSITION_COLUMNS, *contract.columns}
            for alias in {folded(name) for name in (ours, *names.get(ours, []))}
        )
        assert [name for name, count in counts.items() if count > 1] == []


def test_every_listed_column_is_one_that_a_table_may_have():
    possible = {
        *POSITION_COLUMNS,
        *FACILITIES.columns,
        *RESIDENTS.columns,
        *AREAS.columns,
        *CANDIDATES.columns,
        *BUILDING_COLUMNS,
    }
    assert set(column_names().columns) <= possible


def test_other_columns_keep_their_names_unless_ours_stand_in_the_way():
    table = pd.DataFrame({"healthcare": [1], "capacity": [2], "row": [3], "jobs": [4]})
    renamed = renamed_columns(table, {"capacity": "healthcare"})
    assert renamed.to_dict("list") == {"capacity": [1], "capacity_file": [2], "row_file": [3], "jobs": [4]}


def test_one_column_may_serve_twice():
    renamed = renamed_columns(pd.DataFrame({"n": [1]}), {"beds": "n", "capacity": "n"})
    assert renamed.to_dict("list") == {"beds": [1], "capacity": [1]}


def test_the_note_names_what_was_taken_for_what():
    (note,) = recognition_notes({"beds": "床位数", "name": "name", "staff": "人员"})
    assert note.en == "Columns read: 床位数 as beds, 人员 as staff."
    assert note.zh == "列名对应：床位数 读作 beds、人员 读作 staff。"
    assert recognition_notes({"name": "name"}) == []


def test_urban_and_rural_are_read_from_words_and_statistical_codes():
    words = pd.Series(["城镇", "乡村", "111", "220", "Urban", "郊区", None], dtype="object")
    assert urban_or_rural(words).fillna("?").tolist() == ["urban", "rural", "urban", "rural", "urban", "?", "?"]
