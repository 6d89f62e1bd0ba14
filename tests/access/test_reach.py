"""What is in reach of a service, and from where on it is not known, on a street walked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from clinic_street import CLINICS, NOBODY, clinic_street
from lifecircle.access.reach import facility_rows, resident_rows
from lifecircle.access.services import Service

NIGHT_CLINICS = Service(("clinic",), {"night": True})


def test_only_facilities_that_surely_offer_the_service_are_reached():
    """Of the clinics only a is surely open at night."""
    reach = clinic_street().reach(service=NIGHT_CLINICS)
    assert reach.offered.tolist() == [True, False, False, False]
    assert reach.pairs.facility.tolist() == [0, 0]
    assert reach.pairs.resident.tolist() == [0, 1]


def test_from_a_facility_on_that_might_offer_the_service_nothing_is_sure():
    """Nobody knows whether c is open at night: r0 walks 40 minutes there, r1 30, r2 10; r3 and r4 cannot."""
    unsure = clinic_street().reach(service=NIGHT_CLINICS).unsure_minutes
    assert unsure == pytest.approx([40, 30, 10, np.inf, np.inf])


def test_in_districts_without_data_nothing_is_sure_from_the_door_on():
    silent = np.array([False, True, False, False, False])
    assert clinic_street().reach(silent=silent).unsure_minutes.tolist() == [np.inf, 0, np.inf, np.inf, np.inf]


def test_residents_without_a_street_are_marked():
    assert clinic_street().reach().snapped.tolist() == [True, True, True, True, False]


def test_a_row_says_whether_its_figure_is_known():
    """Within 10 minutes r0 reaches what is known, r1 is in a silent district, and r2 reaches c, whose figures lack."""
    town = clinic_street()
    rows = resident_rows(
        town.reach(silent=np.array([False, True, False, False, False])),
        town.residents,
        {"people": np.arange(5.0)},
        {"count": np.arange(5), "minutes": np.arange(5.0)},
        limit_minutes=10,
        reached=np.array([True, True, True, False, False]),
        unknown=np.array([False, False, False, True]),
    )
    assert list(rows.columns) == ["resident_id", "service", "walker", "status", "people", "count", "minutes"]
    assert rows["status"].tolist() == ["reached", "no_data", "no_data", "beyond", "not_snapped"]
    assert rows["people"].tolist() == [0, 1, 2, 3, 4]
    assert rows["count"].dtype == "Int64"
    assert rows["count"].isna().tolist() == rows["minutes"].isna().tolist() == [False] * 4 + [True]
    assert set(rows["service"]) == {CLINICS.id}
    assert set(rows["walker"]) == {"standard"}


def test_what_is_not_known_farther_away_leaves_nearer_figures_sure():
    town = clinic_street()
    rows = resident_rows(
        town.reach(service=NIGHT_CLINICS),
        town.residents,
        {},
        {},
        limit_minutes=9,
        reached=NOBODY,
        unknown=np.zeros(4, dtype=bool),
    )
    assert rows["status"].tolist() == ["beyond"] * 4 + ["not_snapped"]


def test_facilities_of_other_services_are_left_out():
    town = clinic_street()
    yes, no = np.ones(4, dtype=bool), np.zeros(4, dtype=bool)
    rows = facility_rows(town.reach(), town.facilities, {"places": np.arange(4.0)}, reached=yes, unknown=no)
    assert rows["facility_id"].tolist() == ["a", "b", "c"]
    assert rows["places"].tolist() == [0, 1, 3]
    assert rows["status"].tolist() == ["reached"] * 3
