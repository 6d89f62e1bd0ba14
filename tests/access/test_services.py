from __future__ import annotations

import pandas as pd
import pytest

from lifecircle.access.services import Service, offering, silent_at

FACILITIES = pd.DataFrame(
    {
        "layer": ["clinic", "clinic", "clinic", "park"],
        "level": ["4A", "3A", None, "4A"],
    }
)


def test_services_are_equal_when_layers_and_conditions_are():
    one = Service(("clinic",), {"level": ["4A"]})
    assert one == Service(("clinic",), {"level": ["4A"]})
    assert one != Service(("clinic",))
    assert one != Service(("park",), {"level": ["4A"]})
    assert Service(("park",)) != Service(("clinic",))
    assert one != one.id
    assert len({one, Service(("clinic",), {"level": ["4A"]}), Service(("clinic",))}) == 2


def test_a_facility_offers_a_service_surely_perhaps_or_not():
    surely, perhaps = offering(Service(("clinic",), {"level": ["4A"]}), FACILITIES)
    assert surely.tolist() == [True, False, False, False]
    assert perhaps.tolist() == [False, False, True, False]


def test_a_condition_on_a_column_that_nobody_has_is_met_perhaps():
    surely, perhaps = offering(Service(("clinic",), {"night": ["yes"]}), FACILITIES)
    assert not surely.any()
    assert perhaps.tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (("clinic",), [True, False, True]),
        (("clinic", "park"), [True, False, False]),
        (("clinic", "nowhere"), [True, False, True]),
        (("nowhere",), [True, True, True]),
        (("city",), [True, True, True]),
        (("known",), [False, False, False]),
    ],
)
def test_a_district_is_silent_where_every_layer_is(layers, expected):
    silent = {
        "clinic": frozenset({"d1", "d3"}), "park": frozenset({"d1"}), "city": frozenset({"city"}), "known": frozenset(),
    }  # fmt: skip
    places = pd.DataFrame({"district_id": ["d1", "d2", "d3"]})
    assert silent_at(places, layers, silent).tolist() == expected


def test_places_without_districts_are_silent_only_with_their_city():
    places = pd.DataFrame({"resident_id": ["a", "b"]})
    assert silent_at(places, ("clinic",), {"clinic": frozenset({"d1"})}).tolist() == [False, False]
    assert silent_at(places, ("clinic",), {"clinic": frozenset({"city"})}).tolist() == [True, True]
