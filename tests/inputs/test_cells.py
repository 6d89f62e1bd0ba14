from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.inputs.cells import cell_text, clean_text, number_cells, plain_values, shown, text_cells


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,200", 1200),
        ("12,345,678.5", 12_345_678.5),
        ("３０", 30),
        ("1，200", 1200),
        ("30张", 30),
        ("30 张", 30),
        ("1.5万", 15_000),
        ("3.2万人", 32_000),
        ("120㎡", 120),
        ("120 m²", 120),
        ("-5人", -5),
    ],
)
def test_a_number_written_another_way_is_read_and_marked(cell, number):
    numbers = number_cells(pd.Series([cell]))
    assert numbers.number.tolist() == [number]
    assert numbers.repaired.tolist() == [True]
    assert numbers.unreadable.tolist() == [False]


@pytest.mark.parametrize("cell", ["30", " 30 ", "30.0", "+30", "3e1", 30, 30.0, np.int64(30)])
def test_a_plain_number_is_read_without_a_mark(cell):
    numbers = number_cells(pd.Series([cell, None], dtype=object))
    assert numbers.number.iloc[0] == 30
    assert not numbers.repaired.any()
    assert not numbers.unreadable.any()


@pytest.mark.parametrize(
    "cell",
    ["约30", "30左右", "30-50", "30+", "1,5", "12,00", "1.200,5", "1 200", "30%", "三十", "0x1F", "1_000", "inf",
     "1e999", "30张左右", True, "30;40", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)],
)  # fmt: skip
def test_what_may_mean_several_numbers_or_none_is_not_read(cell):
    numbers = number_cells(pd.Series([cell], dtype=object))
    assert np.isnan(numbers.number.iloc[0])
    assert numbers.unreadable.tolist() == [True]


@pytest.mark.parametrize("cell", ["", " ", "-", "—", "无", "暂无", "N/A", "#N/A", "NaN", "null", None, np.nan, pd.NaT])
def test_a_blank_or_its_usual_sign_is_missing_and_no_fault(cell):
    numbers = number_cells(pd.Series([cell], dtype=object))
    assert np.isnan(numbers.number.iloc[0])
    assert numbers.unreadable.tolist() == [False]


def test_infinity_in_a_column_of_numbers_is_unreadable():
    numbers = number_cells(pd.Series([1.0, np.inf, -np.inf, np.nan]))
    assert numbers.number.isna().tolist() == [False, True, True, True]
    assert numbers.unreadable.tolist() == [False, True, True, False]


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_do_not_change_a_number(number):
    assert number_cells(pd.Series([f"{number:,}"])).number.tolist() == [number]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_as_it_is_printed(number):
    assert number_cells(pd.Series([repr(number)])).number.tolist() == [number]


@given(st.lists(st.text(max_size=8), max_size=5))
def test_any_text_is_a_number_or_missing_or_unreadable_and_never_two_of_them(cells):
    numbers = number_cells(pd.Series(cells, dtype=object))
    assert not (numbers.unreadable & numbers.number.notna().to_numpy()).any()
    assert not (numbers.repaired & numbers.unreadable).any()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (320102002001, "320102002001"),
        (320102002001.0, "320102002001"),
        (0.5, "0.5"),
        (dt.datetime(2021, 5, 1), "2021-05-01"),  # noqa: DTZ001 - as workbooks have them
        (pd.Timestamp("2021-05-01 12:30"), "2021-05-01 12:30:00"),
        (np.True_, "true"),
        ("=cmd", "=cmd"),
        (pd.NaT, None),
        ([1, 2], "[1, 2]"),
    ],
)
def test_a_cell_becomes_the_text_that_a_person_sees(cell, text):
    assert cell_text(cell) == text


def test_names_lose_what_cannot_be_printed_and_nothing_else():
    text, unprintable = text_cells(
        pd.Series(["甲\x00院", "乙\u202e院", "<b>&amp;丙</b>", "丁　 院\n", "\ud800", None, ""], dtype=object)
    )
    assert text.tolist()[:4] == ["甲院", "乙院", "<b>&amp;丙</b>", "丁 院"]
    assert text.isna().tolist() == [False] * 4 + [True] * 3
    assert unprintable.tolist() == [True, True, False, False, True, False, False]


@given(st.text())
def test_clean_text_is_printable_and_stays_so(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert "\x00" not in clean
    clean.encode("utf-8")


def test_a_long_cell_is_shown_short():
    assert shown("x" * 1000) == repr("x" * 39 + "…")


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "2", ""], [1.0, 2.0, np.nan]),
        (["1", "x"], ["1", "x"]),
        (["007", "010"], ["007", "010"]),
        (["0.5", "118.79687812345678"], [0.5, 118.79687812345678]),
        ([1, 2.5], [1.0, 2.5]),
        (["9" * 16, "1"], ["9" * 16, "1"]),
    ],
)
def test_unknown_columns_are_numbers_where_every_cell_is_one(cells, values):
    pd.testing.assert_series_equal(plain_values(pd.Series(cells, dtype=object)), pd.Series(values), check_dtype=False)
