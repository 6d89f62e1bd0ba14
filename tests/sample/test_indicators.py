"""Statistics: parts of a sum add up to it, shares stay below a hundred."""

from __future__ import annotations

from lifecircle.sample.indicators import statistics_table
from lifecircle.sample.schema import Figure


def _figures():
    return [
        Figure(indicator="jobs", value=138.5, by_year=True),
        Figure(indicator="centres", value=4, by_year=True),
        Figure(indicator="coverage", value=99.0, districts=3.0),
    ]


def test_the_parts_of_a_sum_over_the_years_add_up_to_it():
    table = statistics_table(_figures(), (2021, 2025), seed=1)
    sums = table[table["area"] == "city"].groupby("indicator")["value"].sum().round(2)
    assert sums.to_dict() == {"jobs": 138.5, "centres": 4.0, "coverage": 99.0}
    assert table.loc[table["indicator"] == "jobs", "year"].tolist() == [2021, 2022, 2023, 2024, 2025]


def test_counts_are_split_into_whole_numbers():
    """Four over five years: running sums 0.8, 1.6, 2.4, 3.2, 4 rounded to 1, 2, 2, 3, 4."""
    table = statistics_table(_figures(), (2021, 2025), seed=1)
    assert table.loc[table["indicator"] == "centres", "value"].tolist() == [1.0, 1.0, 0.0, 1.0, 1.0]


def test_districts_lie_about_the_city_and_never_above_a_hundred_per_cent():
    table = statistics_table(_figures(), (2021, 2025), seed=1)
    districts = table[(table["indicator"] == "coverage") & (table["area"] != "city")]
    assert len(districts) == 11
    assert districts["value"].between(96.0, 100.0).all()
    assert districts["value"].nunique() > 3
    assert (table["source"] == "SYNTHETIC 虚构样例数据").all()
