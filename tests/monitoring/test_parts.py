"""The parts of a change add up to the whole, and each is what its own cause alone would do."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import box

from lifecircle.monitoring.parts import PARTS, is_same, mixed, parts_of_change
from lifecircle.run import changed_ground, results_on
from lifecircle.scenarios.changes import Changes
from lifecircle.scenarios.effects import KEY

pytestmark = pytest.mark.e2e


def changed(ground, **parts):
    return changed_ground(ground, Changes.model_validate({"id": "any", "name": {"zh": "任意", "en": "Any"}, **parts}))


def with_rules(ground, minutes):
    plan = ground.plans[0]
    standards = [
        one.model_copy(update={"minutes": float(minutes)}) if one.kind == "circle" else one for one in plan.standards
    ]
    return replace(ground, plans=(plan.model_copy(update={"standards": tuple(standards)}),))


def with_figures(ground, value):
    return replace(ground, inputs=replace(ground.inputs, statistics=ground.inputs.statistics.assign(value=value)))


def clinic(parts, area="city"):
    rows = parts[(parts["standard_id"] == "clinic_15") & (parts["area_id"] == area)]
    return rows.iloc[0]


def test_each_cause_alone_is_named_and_all_others_are_nothing(town):
    """A clinic at 118.825: +700 of 1050. A bridge from the island to 118.802: +50. 100 newcomers in reach.

    32 minutes instead of 15 reach c, who is 31 minutes off: +300.
    """
    clinic_east = {"layer": "clinic", "id": "k2", "at": [118.825, 32.0]}
    bridge = {"along": [[118.802, 32.01], [118.802, 32.0]], "bridge": True}
    home = {"id": "h", "at": [118.806, 32.0], "population": 100}
    cases = {
        "facilities": (changed(town, add=[clinic_east]), 700 / 1050, 700),
        "people": (changed(town, housing=[home]), 400 / 1150 - 300 / 1050, 100),
        "rules": (with_rules(town, 32), 300 / 1050, 300),
    }
    for cause, (last, change, people) in cases.items():
        row = clinic(parts_of_change(town, last))
        assert row[cause] == pytest.approx(change), cause
        assert row[f"{cause}_covered"] == pytest.approx(people), cause
        assert [row[part] for part in PARTS if part != cause] == [0, 0, 0, 0], cause
    longer = with_rules(town, 22)  # from the island it is 1109 m over the bridge and 189 m along the street, 21.6 min
    row = clinic(parts_of_change(longer, changed(longer, streets=[bridge])))
    assert row[list(PARTS)].tolist() == [0, pytest.approx(50 / 1050), 0, 0, 0]


def test_figures_that_the_planner_supplies_are_a_cause_of_their_own(town):
    parts = parts_of_change(town, with_figures(town, 99.5))
    row = parts[(parts["standard_id"] == "vaccinated") & (parts["area_id"] == "city")].iloc[0]
    assert row[list(PARTS)].tolist() == [0, 0, 0, 0.5, 0]


def test_what_two_causes_bring_about_together_falls_to_the_later_one(town):
    """The limit is 22 minutes, a clinic opens on the island and a way leads there: only with both is it reached.

    From a at 118.800 it is 189 + 1109 m, 21.6 minutes, to the clinic at 118.802 on the island.
    """
    base = with_rules(changed(town, close=[{"layer": "clinic", "facility": "k1"}]), 22)
    way = {"along": [[118.800, 32.01], [118.800, 32.0]]}
    last = changed(base, add=[{"layer": "clinic", "id": "k3", "at": [118.802, 32.01]}], streets=[way])
    row = clinic(parts_of_change(base, last))
    assert row[["facilities_covered", "streets_covered"]].tolist() == [50, 100]


PLACE = st.tuples(st.floats(118.797, 118.833), st.floats(31.999, 32.011))
SIDE = st.fixed_dictionaries(
    {
        "places": st.lists(PLACE, max_size=2),
        "ways": st.lists(st.tuples(st.floats(118.801, 118.829), PLACE), max_size=2),
        "homes": st.lists(st.tuples(st.floats(118.797, 118.833), st.floats(1, 500)), max_size=2),
        "minutes": st.floats(5, 40),
        "figure": st.floats(90, 100),
    }
)


def side_of(town, drawn):
    """Return a ground with facilities, streets, people, figures and rules drawn at random."""
    parts = {
        "add": [
            {"layer": ("clinic", "culture")[n % 2], "id": f"new{n}", "at": at} for n, at in enumerate(drawn["places"])
        ],
        "streets": [{"along": [(lon, 32.0), at]} for lon, at in drawn["ways"]],
        "housing": [
            {"id": f"home{n}", "at": (lon, 32.0), "population": people} for n, (lon, people) in
            enumerate(drawn["homes"])
        ],
    }  # fmt: skip
    ground = changed(town, **parts) if any(parts.values()) else town
    return with_figures(with_rules(ground, drawn["minutes"]), drawn["figure"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=SIDE, other=SIDE)
def test_the_parts_add_up_to_the_whole(town, one, other):
    first, last = side_of(town, one), side_of(town, other)
    parts = parts_of_change(first, last).set_index(KEY)
    before, after = (results_on(ground).set_index(KEY).reindex(parts.index) for ground in (first, last))
    for measure, ending in (("value", ""), ("covered", "_covered")):
        sums = parts[[f"{part}{ending}" for part in PARTS]].sum(axis=1, skipna=False)
        whole = after[measure] - before[measure]
        known = sums.notna()
        assert known.sum() > 10
        np.testing.assert_allclose(sums[known], whole[known], rtol=0, atol=1e-9)
        unknown = whole[~known & whole.notna()]
        assert unknown.index.get_level_values("standard_id").isin(["culture_15"]).all()  # no data on the way


def test_a_ground_with_all_parts_of_the_last_is_the_last(town):
    last = side_of(town, {"places": [(118.82, 32.0)], "ways": [(118.81, (118.81, 32.009))],
                          "homes": [(118.8, 20.0)], "minutes": 12.0, "figure": 95.0})  # fmt: skip
    whole = results_on(mixed(town, last, PARTS))
    assert whole.equals(results_on(last))
    assert [is_same(town, last, part) for part in PARTS] == [False] * 5
    assert all(is_same(town, town, part) for part in PARTS)


def test_facilities_are_counted_in_the_areas_of_the_people(town):
    """The border moves west of the library at 118.810: in the new people's areas it is one of the east."""
    areas = town.inputs.areas
    west, east = box(118.79, 31.99, 118.808, 32.02), box(118.808, 31.99, 118.84, 32.02)
    halves = areas["name"].map({"西区": west, "一村": west, "东区": east, "二村": east}).fillna(areas.geometry)
    last = replace(town, inputs=replace(town.inputs, areas=areas.set_geometry(gpd.GeoSeries(halves, crs=areas.crs))))
    libraries = mixed(town, last, ["people"]).inputs.facilities.query("layer == 'culture'")
    assert libraries[["community_id", "district_id"]].to_numpy().tolist() == [["2", "e"]]
    assert mixed(town, last, PARTS).inputs.facilities is last.inputs.facilities
