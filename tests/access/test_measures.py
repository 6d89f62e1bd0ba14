"""Tables of what residents can choose from, on a street walked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clinic_street import CLINICS, NOBODY, STANDARD, clinic_street
from lifecircle.access.decay import Exponential, Step
from lifecircle.access.measures import gravity_table, nearest_table, opportunity_table, variety_table
from lifecircle.access.services import Service
from lifecircle.access.table import access_table
from lifecircle.errors import InputError

NA = np.nan


def nearest_of(town, service=CLINICS, k=2, silent=NOBODY):
    return nearest_table(town.joined, town.residents, town.facilities, service, STANDARD, k=k, silent=silent)


def test_the_nearest_facilities_are_found_however_far():
    table = nearest_of(clinic_street())
    assert table["resident_id"].tolist() == ["r0", "r0", "r1", "r1", "r2", "r2", "r3", "r3", "r4", "r4"]
    assert table["rank"].tolist() == [1, 2] * 5
    assert table["minutes"].to_numpy() == pytest.approx([5, 20, 5, 10, 9, 10, NA, NA, NA, NA], nan_ok=True)
    assert table["metres"].to_numpy() == pytest.approx([300, 1200, 300, 600, 540, 600, NA, NA, NA, NA], nan_ok=True)
    assert table["facility_id"][:6].tolist() == ["a", "b", "a", "b", "b", "c"]
    assert table["facility_layer"][:6].tolist() == ["clinic"] * 6
    assert table["facility_id"][6:].isna().all()
    assert table["status"].tolist() == ["reached"] * 6 + ["unreachable"] * 2 + ["not_snapped"] * 2


def test_the_first_of_the_nearest_is_the_row_of_the_access_table():
    town = clinic_street()
    access = access_table(town.joined, town.residents, town.facilities, [(CLINICS, STANDARD)], {"clinic": frozenset()})
    first = nearest_of(town, k=1)
    for column in ("resident_id", "status", "minutes", "metres", "facility_id"):
        pd.testing.assert_series_equal(
            first[column].astype(object), access[column].astype(object), check_names=False, check_index=False
        )


def test_a_facility_that_may_be_nearer_makes_farther_ranks_unsure():
    """Open at night are a surely and c perhaps: for r2 c would be the nearest, for r0 and r1 only the second."""
    table = nearest_of(clinic_street(), Service(("clinic",), {"night": True}))
    assert table["status"].tolist()[:6] == ["reached", "no_data", "reached", "no_data", "no_data", "no_data"]
    assert table["minutes"].to_numpy()[:6] == pytest.approx([5, NA, 5, NA, 25, NA], nan_ok=True)


def test_less_than_one_nearest_facility_is_refused():
    with pytest.raises(InputError, match="k: 0 facilities are asked for"):
        nearest_of(clinic_street(), k=0)


def test_opportunities_are_counted_at_each_threshold():
    town = clinic_street()
    table = opportunity_table(town.reach(), town.residents, town.facilities, [5, 10], amount="capacity", kind="kind")
    assert table["resident_id"].tolist() == ["r0", "r1", "r2", "r3", "r4"] * 2
    assert table["limit_minutes"].tolist() == [5] * 5 + [10] * 5
    assert table["count"].tolist() == [1, 1, 0, 0, pd.NA, 1, 2, 2, 0, pd.NA]
    assert table["amount"].to_numpy() == pytest.approx([10, 10, 0, 0, NA, 10, 30, 20, 0, NA], nan_ok=True)
    assert table["kinds"].tolist() == [1, 1, 0, 0, pd.NA, 1, 2, 1, 0, pd.NA]
    assert table["status"].tolist() == [
        *("reached", "reached", "beyond", "beyond", "not_snapped"),
        *("reached", "reached", "no_data", "beyond", "not_snapped"),
    ]


def test_a_count_alone_does_not_need_what_is_missing():
    town = clinic_street()
    table = opportunity_table(town.reach(), town.residents, town.facilities, [10])
    assert list(table.columns) == ["resident_id", "service", "walker", "status", "limit_minutes", "count"]
    assert table["status"].tolist() == ["reached"] * 3 + ["beyond", "not_snapped"]


def test_thresholds_beyond_the_reach_are_refused():
    town = clinic_street()
    with pytest.raises(InputError, match="20 is asked for"):
        opportunity_table(town.reach(15), town.residents, town.facilities, [20])


def test_the_potential_weighs_places_by_the_walk():
    """Half-life 5 minutes: r0 10/2 = 5, r1 10/2 + 20/4 = 10, r2 20/2^1.8 = 5.743 and an unknown part."""
    town = clinic_street()
    table = gravity_table(town.reach(), town.residents, town.facilities, Exponential(np.log(2) / 5), "capacity")
    assert table["potential"].to_numpy() == pytest.approx([5, 10, 20 / 2**1.8, 0, NA], nan_ok=True)
    assert table["status"].tolist() == ["reached", "reached", "no_data", "beyond", "not_snapped"]


def test_what_lies_beyond_a_decay_is_neither_in_reach_nor_unsure():
    """Within 9.5 minutes r2 reaches b alone; within 5 nothing."""
    town = clinic_street()
    for limit, status in ((9.5, "reached"), (5, "beyond")):
        table = gravity_table(town.reach(), town.residents, town.facilities, Step((limit,)), "capacity")
        assert table["status"][2] == status
    table = gravity_table(town.reach(), town.residents, town.facilities, Step((10,)))
    assert table["potential"].tolist()[:4] == [1, 2, 2, 0]


def test_variety_counts_services_and_says_how_many_more_there_may_be():
    """r0 has the clinic in 4 minutes and the school in 12, and of the park the data do not say; r1 is on no street."""
    access = pd.DataFrame(
        [
            ("r0", "clinic", "reached", 4, 4),
            ("r1", "clinic", "not_snapped", NA, 0),
            ("r0", "school", "reached", 12, 12),
            ("r1", "school", "not_snapped", NA, 0),
            ("r0", "park", "no_data", 14, 6),
            ("r1", "park", "not_snapped", NA, 0),
        ],
        columns=["resident_id", "service", "status", "minutes", "least_minutes"],
    ).assign(walker="standard")
    table = variety_table(access, [5, 10, 15])
    assert table["resident_id"].tolist() == ["r0", "r1"] * 3
    assert table["limit_minutes"].tolist() == [5, 5, 10, 10, 15, 15]
    assert table["services"].tolist() == [1, 0, 1, 0, 3, 0]
    assert table["services_most"].tolist() == [1, 3, 2, 3, 3, 3]
    assert table["asked"].tolist() == [3] * 6


def test_variety_keeps_walkers_apart():
    access = pd.DataFrame(
        {
            "resident_id": ["r0", "r0"],
            "service": ["clinic", "clinic"],
            "walker": ["standard", "elder"],
            "minutes": [4.0, 6.0],
            "least_minutes": [4.0, 6.0],
        }
    )
    table = variety_table(access, [5])
    assert dict(zip(table["walker"], table["services"], strict=True)) == {"standard": 1, "elder": 0}
