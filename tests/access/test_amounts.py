"""Demand by age, supply and kinds, from the tables as they come."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lifecircle.access.amounts import checked_amounts, demand_of, kind_of, supply_of
from lifecircle.errors import InputError

RESIDENTS = pd.DataFrame({"population": [100, 50.0, 30], "pop_65_plus": [20, 10, np.nan]})
FACILITIES = pd.DataFrame({"beds": ["12", None, "many"], "kind": ["b", None, "a"]})


def test_each_age_counts_with_its_own_rate_of_use():
    """One use a head and two more for each of 65 and over: 100 + 2 x 20 = 140, 50 + 2 x 10 = 70."""
    demand = demand_of(RESIDENTS, {"population": 1, "pop_65_plus": 2})
    assert demand.tolist()[:2] == [140, 70]
    assert np.isnan(demand[2])


def test_without_a_column_each_facility_counts_once():
    assert supply_of(FACILITIES, None).tolist() == [1, 1, 1]


def test_a_supply_that_is_no_number_is_unknown_and_not_nothing():
    assert np.array_equal(supply_of(FACILITIES, "beds"), [12, np.nan, np.nan], equal_nan=True)


def test_equal_kinds_have_one_code_and_a_missing_kind_has_none():
    codes = kind_of(pd.DataFrame({"kind": ["b", None, "a", "b"]}), "kind")
    assert codes.tolist() == [1, -1, 0, 1]


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(
        InputError, match=r"residents: there is no column pop_0_2\. Name one of: population, pop_65_plus"
    ):
        demand_of(RESIDENTS, {"population": 1, "pop_0_2": 1})
    with pytest.raises(InputError, match=r"facilities: there is no column places\. Name one of: beds, kind"):
        supply_of(FACILITIES, "places")
    with pytest.raises(InputError, match="facilities: there is no column sort"):
        kind_of(FACILITIES, "sort")


@pytest.mark.parametrize("rates", [{}, {"population": 0}, {"population": -1}, {"population": np.nan}])
def test_rates_that_ask_for_nothing_are_refused(rates):
    with pytest.raises(InputError, match="rates of 0 or more, and some above 0"):
        demand_of(RESIDENTS, rates)


def test_amounts_come_back_as_floats():
    assert checked_amounts("beds", [1, 0], 2).dtype == np.float64


def test_a_table_of_amounts_is_refused():
    with pytest.raises(InputError, match="beds: 2 values are needed, and there are 4"):
        checked_amounts("beds", [[1, 2], [3, 4]], 2)
