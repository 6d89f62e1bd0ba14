"""Tables of what is left for each when all share it, on a street walked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from clinic_street import clinic_street
from lifecircle.access.decay import Step
from lifecircle.access.sharing import allocation_tables, catchment_tables
from lifecircle.errors import InputError

NA = np.nan


def test_supply_is_shared_among_those_who_reach_it():
    """Within 10 minutes a serves r0 and r1: 10 / 300 = 1/30; b serves r1 and r2: 20 / 250 = 0.08; nobody knows of c."""
    town = clinic_street(pop_65_plus=[100, 200, 50, 10, 40])
    people, clinics = catchment_tables(
        town.reach(), town.residents, town.facilities, Step((10,)), demand={"pop_65_plus": 1}, supply="capacity"
    )
    assert people["supply_per_person"].to_numpy() == pytest.approx([1 / 30, 1 / 30 + 0.08, 0.08, 0, NA], nan_ok=True)
    assert people["demand"].tolist() == [100, 200, 50, 10, 40]
    assert people["status"].tolist() == ["reached", "reached", "no_data", "beyond", "not_snapped"]
    assert clinics["facility_id"].tolist() == ["a", "b", "c"]
    assert clinics["demand_in_reach"].tolist() == [300, 250, 50]
    assert clinics["supply"].to_numpy() == pytest.approx([10, 20, NA], nan_ok=True)
    assert clinics["supply_per_person"].to_numpy() == pytest.approx([1 / 30, 0.08, NA], nan_ok=True)
    assert clinics["status"].tolist() == ["reached", "reached", "no_data"]


def test_with_three_steps_people_divide_their_visits():
    """One per clinic: r1 halves its visits between a and b, r2 between b and c.

    a 1 / (100 + 200/2) = 0.005; b 1 / (200/2 + 50/2) = 0.008; c 1 / (50/2) = 0.04.
    r0 0.005; r1 (0.005 + 0.008) / 2 = 0.0065; r2 (0.008 + 0.04) / 2 = 0.024.
    """
    town = clinic_street(population=[100, 200, 50, 10, 40])
    people, clinics = catchment_tables(
        town.reach(),
        town.residents,
        town.facilities,
        Step((10,)),
        demand={"population": 1},
        method="three_step",
    )
    assert people["supply_per_person"].to_numpy() == pytest.approx([0.005, 0.0065, 0.024, 0, NA], nan_ok=True)
    assert people["status"].tolist() == ["reached"] * 3 + ["beyond", "not_snapped"]
    assert clinics["supply_per_person"].to_numpy() == pytest.approx([0.005, 0.008, 0.04])


def test_who_shares_with_people_of_unknown_number_is_unsure():
    """Nobody knows how many live at r1, who reach a and b; c is reached by r2 alone."""
    town = clinic_street(population=[100, NA, 50, 10, 40])
    people, clinics = catchment_tables(
        town.reach(), town.residents, town.facilities, Step((10,)), demand={"population": 1}
    )
    assert people["status"].tolist() == ["no_data", "no_data", "no_data", "beyond", "not_snapped"]
    assert clinics["status"].tolist() == ["no_data", "no_data", "reached"]
    assert clinics["supply_per_person"].to_numpy() == pytest.approx([NA, NA, 1 / 50], nan_ok=True)


def test_a_clinic_that_nobody_reaches_is_said_to_be_beyond():
    town = clinic_street(population=[100, 200, 0, 10, 40])
    _, clinics = catchment_tables(town.reach(), town.residents, town.facilities, Step((5,)), demand={"population": 1})
    assert clinics["status"].tolist() == ["reached", "beyond", "beyond"]
    assert clinics["supply_per_person"].tolist() == [1 / 300, 0, 0]


def test_every_place_is_given_once():
    """a: r0 8, then r1 2 of 12; b: r2 15 at 9 minutes, then r1 5 of the other 10 at 10 minutes; 5 of r1 are left."""
    town = clinic_street(pop_0_2=[8, 12, 15, 3, 4])
    people, clinics = allocation_tables(
        town.reach(), town.residents, town.facilities, demand={"pop_0_2": 1}, places="capacity"
    )
    assert people["placed"].to_numpy() == pytest.approx([8, 7, 15, 0, NA], nan_ok=True)
    assert people["left_out"].to_numpy() == pytest.approx([0, 5, 0, 3, NA], nan_ok=True)
    assert people["demand"].tolist() == [8, 12, 15, 3, 4]
    assert people["status"].tolist() == ["reached", "reached", "no_data", "beyond", "not_snapped"]
    assert clinics["taken"].tolist() == [10, 20, 0]
    assert clinics["places"].to_numpy() == pytest.approx([10, 20, NA], nan_ok=True)
    assert clinics["free"].to_numpy() == pytest.approx([0, 0, NA], nan_ok=True)
    assert clinics["status"].tolist() == ["reached", "reached", "no_data"]


def test_of_people_of_unknown_number_nobody_knows_how_many_are_placed():
    town = clinic_street(pop_0_2=[8, 12, NA, NA, 4])
    people, clinics = allocation_tables(
        town.reach(), town.residents, town.facilities, demand={"pop_0_2": 1}, places="capacity"
    )
    assert people["placed"].to_numpy() == pytest.approx([8, 12, NA, NA, NA], nan_ok=True)
    assert people["left_out"].to_numpy() == pytest.approx([0, 0, NA, NA, NA], nan_ok=True)
    assert people["status"].tolist() == ["reached", "no_data", "no_data", "beyond", "not_snapped"]
    assert clinics["status"].tolist() == ["reached", "no_data", "no_data"]


def test_columns_that_are_not_there_are_refused():
    town = clinic_street(population=[1, 1, 1, 1, 1])
    with pytest.raises(InputError, match="facilities: there is no column beds"):
        allocation_tables(town.reach(), town.residents, town.facilities, demand={"population": 1}, places="beds")
    with pytest.raises(InputError, match="residents: there is no column pop_0_2"):
        catchment_tables(town.reach(), town.residents, town.facilities, Step((10,)), demand={"pop_0_2": 1})
