"""Facilities: as many as the facts say, thinner towards the edge, with the planted gaps in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from lifecircle.sample import facts
from lifecircle.sample.facilities import columns_of

THOUSANDS = 9_314_685 / 1000


@pytest.fixture(scope="module")
def table(city):
    return city.facilities


def test_ids_are_unique_and_every_place_is_a_point(table):
    assert table["facility_id"].is_unique
    assert set(table.geom_type) == {"Point"}
    assert (table["source"] == "SYNTHETIC 虚构样例数据").all()


@pytest.mark.parametrize(
    ("layer", "column", "per_1000"),
    [
        ("childcare", "capacity", 3.6 + 0.4),
        ("fitness", "floor_area_m2", 700 + 1100 + 1450 + 800),
        ("kindergarten", "enrolled", 15.5 + 9.5 + 3.8),
        ("hospital", "doctors", 1.2 + 0.3 + 2.1),
        ("clinic", "gps", 0.25 + 0.15 + 0.03),
    ],
)
def test_capacities_per_1000_people_are_exactly_those_of_the_facts(table, layer, column, per_1000):
    """Each kind is rounded once to a whole number. Hospitals lose the maternity hospital of the planted gap."""
    rows = table[table["layer"] == layer]
    lost = 0.3 * THOUSANDS if layer == "hospital" else 1.5  # at most all doctors of maternity hospitals
    total = pd.to_numeric(rows[column]).sum()
    assert per_1000 * THOUSANDS - lost <= total <= per_1000 * THOUSANDS + 1.5


def test_nursing_beds_are_a_share_of_the_beds(table):
    """0.83 of each institution's beds, rounded down, is between 0.81 and 0.83 of all beds of homes of 60 and more."""
    homes = table[(table["layer"] == "elder_care") & (table["kind"] == "institution")]
    beds, nursing = (pd.to_numeric(homes[column]) for column in ("beds", "nursing_beds"))
    assert (nursing == np.floor(beds * 0.83)).all()
    assert 0.81 < nursing.sum() / beds.sum() <= 0.83


@pytest.mark.parametrize("layer", ["elder_care", "childcare", "clinic", "fitness", "culture"])
def test_a_head_in_the_centre_has_more_sites_than_one_at_the_edge(city, table, layer):
    """Counted among sites spread by communities: the outer districts' chance is a quarter to a half lower."""
    ring = city.areas.district.set_index("area_id")["ring"]
    spread = {kind.kind for kind in facts.supply().kinds if kind.layer == layer and kind.each}
    rows = table[(table["layer"] == layer) & table["kind"].isin(spread)]
    people = city.people.table.groupby(city.people.table["district_id"].map(ring))["population"].sum()
    per_head = rows["district_id"].map(ring).value_counts() / people
    assert per_head["outer"] < 0.95 * per_head["central"]


@pytest.mark.parametrize("layer", ["elder_care", "childcare", "clinic", "fitness", "culture"])
def test_the_street_extract_knows_some_of_the_register(table, layer):
    share = table.loc[table["layer"] == layer, "in_osm"].mean()
    assert 0.2 < share < 0.8


def test_stops_are_only_in_the_street_extract(table):
    assert table.loc[table["layer"] == "transit", "in_osm"].all()
    assert "transit" not in {layer for file in facts.supply().tables for layer in file.layers}


def test_every_facility_lies_in_the_areas_that_it_belongs_to(city, table):
    own = ~table["name"].isin([one.name for scene in city.scenes for one in scene.scene.facilities])
    shapes = city.areas.community.set_index("area_id").geometry.loc[table.loc[own, "community_id"]].to_numpy()
    assert shapely.intersects(shapes, table.geometry[own].to_numpy()).all()
    assert (table["community_id"].str.startswith("3201")).all()


def test_rural_communities_have_village_clinics_and_urban_ones_stations(city, table):
    setting = city.areas.community.set_index("area_id")["setting"]
    clinics = table[(table["layer"] == "clinic") & ~table["name"].str.startswith("样例")]
    of = clinics["community_id"].map(setting)
    assert (of[clinics["kind"] == "village_clinic"] == "rural").all()
    assert (of[clinics["kind"] == "station"] == "urban").all()


def test_a_large_community_has_one_site_for_each_so_many_people(city, table):
    """No community of the centre has more home-care centres than its people over 5,000, rounded, or one."""
    people = city.people.table.groupby("community_id")["population"].sum()
    centres = table[(table["layer"] == "elder_care") & (table["kind"] == "community_centre")]
    counts = centres["community_id"].value_counts()
    most = np.maximum(1, np.round(people.loc[counts.index] / 5000))
    assert (counts <= most).all()
    assert (counts > 1).any()


@pytest.mark.parametrize("gap", facts.planted().gaps, ids=lambda gap: gap.id)
def test_a_planted_gap_is_there_and_nowhere_else(city, table, gap):
    """The area named lacks what the gap says; at least one other area of the level has it."""
    level = "district" if gap.area in set(city.areas.district["name"]) else "street"
    area = getattr(city.areas, level).set_index("name")["area_id"].loc[gap.area]
    rows = table[table["layer"] == gap.layer]
    for column, value in gap.where.items():
        if column not in gap.change:
            rows = rows[rows[column] == value]
    good = rows
    for column, value in gap.change.items():
        here = rows.loc[rows[f"{level}_id"] == area, column]
        if column in gap.where:
            good = rows[rows[column] == gap.where[column]]
        else:
            assert set(here) == {value}
            good = rows[rows[column] != value]
    assert not (good[f"{level}_id"] == area).any()
    assert len(good) > 0


def test_only_street_centres_are_rated_4a_or_5a(table):
    rated = table[(table["layer"] == "elder_care") & table["level"].isin(["4A", "5A"])]
    assert set(rated["kind"]) == {"street_centre"}
    assert rated["street_id"].nunique() == 100


def test_a_layer_has_the_columns_of_all_its_kinds():
    assert columns_of("clinic") == ["tcm", "doctors", "gps"]
    assert columns_of("time_bank") == []
