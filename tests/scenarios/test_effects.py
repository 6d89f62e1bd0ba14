"""Who gains and who loses, and that no facility or street ever hurts, on the town and on random changes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from lifecircle.run import access_on, changed_ground, join_ground, results_on
from lifecircle.scenarios.changes import Changes
from lifecircle.scenarios.effects import KEY, Stand, beside, effects
from lifecircle.scores.score import score

pytestmark = pytest.mark.e2e


def stand_on(ground):
    inputs, joined = join_ground(ground)
    access = access_on(ground, inputs, joined)
    return Stand(inputs.residents, access, score(ground.study, ground.plans, inputs, access))


def effects_of(town, changes):
    after = changed_ground(town, changes)
    areas, groups = town.inputs.areas, town.study.groups
    table = effects(stand_on(town), stand_on(after), areas, town.plans, groups, town.study.snap_limit_m)
    return table[table["standard_id"] == "clinic_15"].set_index("area_id")


def test_those_who_gain_and_those_who_lose_are_counted_apart(town, idea):
    """The clinic moves from 118.800 to 118.8225: a (100) and b (200) lose it, c (300) and d (400) gain it."""
    table = effects_of(town, idea("move:\n  - {layer: clinic, facility: k1, to: [118.8225, 32.0]}\n"))
    assert table.loc["city", ["gained", "lost", "covered_before", "covered_after"]].tolist() == [700, 300, 300, 700]
    assert table.loc["w", ["gained", "lost", "change"]].tolist() == [0, 300, pytest.approx(-300 / 350)]
    assert table.loc["e", ["gained", "lost", "change"]].tolist() == [700, 0, pytest.approx(1)]


def test_newcomers_are_neither_won_nor_lost(town, idea):
    """100 people move to 118.806, in reach of the clinic, and 60 to 118.829, who are not."""
    homes = "housing:\n  - {id: g, at: [118.806, 32.0], population: 100}\n"
    table = effects_of(town, idea(homes + "  - {id: h, at: [118.829, 32.0], population: 60}\n"))
    city = table.loc["city"]
    assert city[["gained", "lost", "newcomers", "newcomers_covered"]].tolist() == [0, 0, 160, 100]
    assert city["after"] == pytest.approx(400 / 1210)


def test_the_covered_after_are_those_before_with_the_won_and_without_the_lost(town, idea):
    changes = idea(
        "move:\n  - {layer: clinic, facility: k1, to: [118.812, 32.0]}\n"
        "housing:\n  - {id: g, at: [118.806, 32.0], population: 100}\n"
    )
    table = effects_of(town, changes)
    sums = table["covered_before"] + table["gained"] - table["lost"] + table["newcomers_covered"]
    assert sums.tolist() == table["covered_after"].tolist()


def test_two_tables_of_results_lie_beside_each_other_row_by_row(today):
    """What only one of them has is there too, without a change."""
    first, second = today[today["area_id"] != "w"], today[today["area_id"] != "e"]
    both = beside(first, second)
    assert len(both) == len(today)
    assert set(both.loc[both["change"].isna() & both["value_before"].notna(), "area_id"]) == {"e"}
    city = both[both["area_id"] == "city"].set_index(KEY)
    assert (city["change"].dropna() == 0).all()


PLACES = st.tuples(st.floats(118.797, 118.833), st.floats(31.999, 32.012))


def changes_of(**parts):
    return Changes.model_validate({"id": "any", "name": {"zh": "任意", "en": "Any"}, **parts})


def facilities(places):
    return [{"layer": ("clinic", "culture")[n % 2], "id": f"new{n}", "at": at} for n, at in enumerate(places)]


def people_of(results):
    own = results[(results["kind"] == "circle") & (results["denominator"] == "people")]
    return own.set_index(["standard_id", "level", "area_id"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(PLACES, min_size=1, max_size=3))
def test_a_facility_that_is_added_never_lowers_a_share_and_one_that_closes_never_raises_one(town, today, places):
    opened = changed_ground(town, changes_of(add=facilities(places)))
    before, after = people_of(today), people_of(results_on(opened))
    assert (after["covered"] >= before["covered"]).all()
    both = after["value"].notna() & before["value"].notna()
    assert (after["value"] - before["value"] >= -1e-12)[both].all()
    closed = changed_ground(opened, changes_of(close=[
        {"layer": one["layer"], "facility": one["id"]} for one in facilities(places)
    ]))  # fmt: skip
    again = people_of(results_on(closed))
    assert (again["covered"] <= after["covered"]).all()
    assert (again["value"] - after["value"] <= 1e-12)[again["value"].notna() & after["value"].notna()].all()
    assert again["covered"].tolist() == before["covered"].tolist()


ON_THE_STREET = st.tuples(st.floats(118.801, 118.829), st.just(32.0))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=ON_THE_STREET, others=st.lists(PLACES, min_size=1, max_size=3), bridge=st.booleans())
def test_a_street_that_is_built_never_lowers_a_share(town, today, start, others, bridge):
    """Not even where it passes nearer to a door than the old street, and is the longer way."""
    built = changed_ground(town, changes_of(streets=[{"along": [start, *others], "bridge": bridge}]))
    before, after = people_of(today), people_of(results_on(built))
    assert (after["covered"] >= before["covered"]).all()
    both = after["value"].notna() & before["value"].notna() & (after["unknown"] == before["unknown"])
    assert (after["value"] - before["value"] >= -1e-12)[both].all()


def test_a_blind_alley_beside_a_door_does_not_take_the_old_way_away(town, idea):
    """Resident b lives 22 m north of 118.805, 22 + 472 m from the clinic. An alley from 118.815 ends at the door of b.

    By the alley alone, the nearest street now, it would be 945 m east, 22 m to the street, and 1417 m west.
    """
    at = town.inputs.residents.geometry.copy()
    at.iloc[1] = Point(118.805, 32.0002)
    moved = replace(town, inputs=replace(town.inputs, residents=town.inputs.residents.set_geometry(at)))
    alley = "[[118.815, 32.0], [118.815, 32.0002], [118.805, 32.0002]]"
    built = changed_ground(moved, idea(f"streets:\n  - {{along: {alley}}}\n"))
    metres = [
        stand_on(ground).access.set_index(["resident_id", "service"]).loc[("b", "clinic"), "metres"]
        for ground in (moved, built, replace(built, old_streets=None))
    ]
    assert metres == pytest.approx([22.2 + 472.5, 22.2 + 472.5, 944.9 + 22.2 + 1417.4], abs=0.5)
