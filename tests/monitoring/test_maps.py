from __future__ import annotations

import pandas as pd

from lifecircle.monitoring.maps import most_changed
from lifecircle.report.map import Opening

COLUMNS = ["plan_id", "standard_id", "level", "denominator", "covered_before", "covered_after"]


def changes(*rows):
    return pd.DataFrame([("plan", *row) for row in rows], columns=COLUMNS)


def test_the_map_opens_on_the_standard_that_turned_for_most_people():
    """Clinics: 100 gain here, 100 lose there, 200 altogether, though the city stays as it was. Markets: 150 gain."""
    table = changes(
        ("clinic", "city", "people", 900.0, 900.0),
        ("clinic", "community", "people", 300.0, 400.0),
        ("clinic", "community", "people", 600.0, 500.0),
        ("market", "city", "people", 700.0, 850.0),
        ("market", "community", "people", 700.0, 850.0),
    )
    assert most_changed(table) == Opening("standard/plan/clinic")
    assert most_changed(table[table["standard_id"] == "market"]) == Opening("standard/plan/market")


def test_households_and_square_metres_are_not_people():
    table = changes(("clinic", "community", "households", 10.0, 500.0), ("market", "community", "people", 10.0, 11.0))
    assert most_changed(table) == Opening("standard/plan/market")


def test_where_nothing_changed_for_people_the_map_opens_as_usual():
    assert most_changed(changes(("clinic", "community", "people", 300.0, 300.0))) == Opening()
    assert most_changed(changes(("clinic", "community", "people", float("nan"), 300.0))) == Opening()
