from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.report.map.codec import packed, with_gaps
from report.map.decoding import unpacked

INTEGERS = st.integers(-(2**52), 2**52)


@given(st.lists(INTEGERS, max_size=60))
def test_packed_integers_are_read_back_by_the_rule_of_the_format(numbers):
    assert unpacked(packed(numbers)) == numbers


def test_two_dimensions_are_packed_row_by_row():
    assert unpacked(packed([[1, -2], [300, 4]])) == [1, -2, 300, 4]


def test_nothing_is_packed_as_nothing():
    assert packed([]) == ""
    assert packed(np.empty((0, 31), dtype=np.int64)) == ""


@pytest.mark.parametrize(("number", "length"), [(0, 1), (63, 1), (-64, 1), (64, 2), (8191, 2), (8192, 3)])
def test_small_integers_take_few_bytes(number, length):
    assert len(base64.b64decode(packed([number]))) == length


def test_a_missing_value_is_told_from_zero_and_from_what_rounds_to_zero():
    """0 stands for missing; 0.0 → 1, 0.00001 · 10,000 = 0.1 → 0 → 1, 0.8512 → 8512 → 8513, -0.5 → -5000."""
    values = np.array([np.nan, 0.0, 0.00001, 0.8512, -0.5])
    assert with_gaps(values, 10_000).tolist() == [0, 1, 1, 8513, -5000]
