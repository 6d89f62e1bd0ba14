"""Properties of whole analyses on a small town of three streets, with facilities wherever hypothesis puts them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from lifecircle.access.joining import join
from lifecircle.access.table import access_table
from lifecircle.bilingual import Bilingual
from lifecircle.inputs.collect import Collected
from lifecircle.inputs.entrances import entrances
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import Circle, Composite, Plan, Presence, Ratio
from lifecircle.scores.score import score, searches
from lifecircle.study import Areas, Group, LayerSource, Source, Study
from small_networks import lonlat_at, network_of

FRAME = "EPSG:32650"
BLOCK_M = 600.0
# A grid of 3 by 3 junctions 600 m apart; communities are the four blocks around its centre, two in each district.
JUNCTIONS = {3 * row + column: (BLOCK_M * column, BLOCK_M * row) for row in range(3) for column in range(3)}
STREETS = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8]]
NETWORK = network_of(STREETS, JUNCTIONS)
WORDS = {"name": {"zh": "甲", "en": "A"}, "field": "f", "clause": {"chapter": "一"}, "target": 0.9, "year": 2025}
STANDARDS = (
    Circle.model_validate(WORDS | {"id": "clinic", "kind": "circle", "layers": ["clinic"], "minutes": 10}),
    Circle.model_validate(WORDS | {"id": "food", "kind": "circle", "layers": ["market"], "metres": 500}),
    Composite.model_validate(WORDS | {"id": "both", "kind": "composite", "circles": ["clinic", "food"]}),
    Composite.model_validate(WORDS | {"id": "any", "kind": "composite", "circles": ["clinic", "food"], "needed": 1}),
    Presence.model_validate(
        WORDS | {"id": "each", "kind": "presence", "level": "community", "layers": ["clinic"], "where": {"beds": "> 5"}}
    ),
    Ratio.model_validate(
        WORDS
        | {
            "id": "beds",
            "kind": "ratio",
            "numerator": {"layers": ["clinic"], "sum": "beds"},
            "denominator": "population",
            "per": 1000,
            "unit": {"zh": "张", "en": "beds"},
        }
    ),
)
PLAN = Plan(
    id="p",
    name=Bilingual(zh="规划", en="Plan"),
    edition="1",
    issuer=Bilingual(zh="市", en="City"),
    date="2025",
    source="invented",
    fields={"f": Bilingual(zh="领域", en="Field")},
    standards=STANDARDS,
)
STUDY = Study(
    id="grid",
    name=Bilingual(zh="方格", en="Grid"),
    plans=["p"],
    streets=Source(file="x"),
    areas=Areas(grid_m=1000),
    residents=Source(file="x"),
    layers={"clinic": LayerSource(file="x", complete=True), "market": LayerSource(file="x", complete=True)},
    groups={"east": Group(name=Bilingual(zh="东", en="East"), areas=["d2"])},
)


def area_table():
    rows, shapes = [("city", "city", "城", None)], [box(0, 0, 2 * BLOCK_M, 2 * BLOCK_M)]
    for column in range(2):
        rows.append((f"d{column + 1}", "district", f"区{column}", "city"))
        shapes.append(box(BLOCK_M * column, 0, BLOCK_M * (column + 1), 2 * BLOCK_M))
        for row in range(2):
            rows.append((f"c{column}{row}", "community", f"村{column}{row}", f"d{column + 1}"))
            shapes.append(box(BLOCK_M * column, BLOCK_M * row, BLOCK_M * (column + 1), BLOCK_M * (row + 1)))
    table = gpd.GeoDataFrame(rows, columns=["area_id", "level", "name", "parent_id"], geometry=shapes)
    return table.assign(area_m2=table.area)


AREAS = area_table()


def points(xy, **columns):
    """Return points on the grid with the district and community that they lie in."""
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    column, row = (np.clip(xy // BLOCK_M, 0, 1).astype(int)).T
    return gpd.GeoDataFrame(
        {
            **columns,
            "district_id": [f"d{number + 1}" for number in column],
            "community_id": [f"c{east}{north}" for east, north in zip(column, row, strict=True)],
        },
        geometry=[Point(position) for position in lonlat_at(xy)],
        crs="EPSG:4326",
    )


HOMES = [(60.0 * step, 0.0) for step in range(21)] + [(BLOCK_M, 50.0 * step) for step in range(25)]
RESIDENTS = points(
    HOMES, resident_id=[str(n) for n in range(len(HOMES))], population=[10.0 + n for n in range(len(HOMES))]
)
PLACES = st.tuples(
    st.sampled_from(["clinic", "market"]),
    st.floats(0, 2 * BLOCK_M),
    st.integers(0, 2),
    st.sampled_from([0.0, 4.0, 10.0, np.nan]),
)


def facility_table(places):
    layers, along, street, beds = zip(*places, strict=True)
    xy = [(x, BLOCK_M * number) for x, number in zip(along, street, strict=True)]
    return points(xy, layer=layers, facility_id=[str(n) for n in range(len(layers))], beds=list(beds))


def results_of(places):
    facilities = facility_table(places)
    inputs = Collected(
        crs=FRAME,
        areas=AREAS,
        residents=RESIDENTS,
        facilities=facilities,
        entrances=entrances(facilities, FRAME),
        silent={"clinic": frozenset(), "market": frozenset()},
        statistics=pd.DataFrame(),
        basemap={},
        files={},
        problems=[],
    )
    joined = join(NETWORK, RESIDENTS, inputs.entrances, 300)
    wanted = searches([PLAN], read_walkers())
    return score(STUDY, [PLAN], inputs, access_table(joined, RESIDENTS, facilities, wanted, inputs.silent))


def test_every_circle_is_searched_for_wherever_it_stands_in_the_plan():
    turned = PLAN.model_copy(update={"standards": STANDARDS[::-1]})
    found = [
        [(service.id, walker.id) for service, walker in searches([plan], read_walkers())] for plan in (PLAN, turned)
    ]
    assert found[0] == [("clinic", "standard"), ("market", "standard")]
    assert found[1] == found[0][::-1]


KEY = ["standard_id", "denominator", "level", "area_id"]


@settings(max_examples=12, deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=5), PLACES)
def test_another_facility_never_lowers_a_result(places, more):
    before = results_of(places).set_index(KEY)
    after = results_of([*places, more]).set_index(KEY)
    rising = before.index[before["kind"].isin(["circle", "presence", "composite"])]
    for column in ("covered", "low", "high"):
        old, new = before.loc[rising, column], after.loc[rising, column]
        lowered = new < old - 1e-9  # what a facility of unknown kind leaves without a verdict is not lowered
        assert not lowered.any(), column


@settings(max_examples=12, deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=6))
def test_the_city_is_the_sum_of_its_districts_and_of_its_communities(places):
    table = results_of(places)
    for level in ("district", "community"):
        parts = table[table["level"] == level].groupby(["standard_id", "denominator"])[["covered", "total", "unknown"]]
        whole = table[table["level"] == "city"].set_index(["standard_id", "denominator"])
        summed = parts.sum()
        for column in ("covered", "total", "unknown"):
            np.testing.assert_allclose(summed[column], whole.loc[summed.index, column], rtol=1e-12, atol=1e-9)


@settings(max_examples=12, deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=6))
def test_a_value_lies_in_its_range_and_all_people_are_accounted_for(places):
    table = results_of(places)
    known = table[table["verdict"] != "no_data"]
    assert ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all()
    circles = table[table["kind"].isin(["circle", "composite"]) & (table["level"] == "city")]
    np.testing.assert_allclose(circles["total"] + circles["unknown"], RESIDENTS["population"].sum())


def test_a_grid_by_hand():
    """A clinic at the south-west corner and a market in the middle of the grid, 600 m east and north of it.

    Metres of the grid are 1.00005 on the ground here, so homes at 600 m are just beyond 600 s at 1 m/s: of the southern
    street the first ten homes are within (10 + … + 19 = 145 people). Within 500 m of the market are the homes on the
    middle street from 150 to 1050 m: those numbered 24 to 42, with 34 + … + 52 = 817 people.
    """
    table = results_of([("clinic", 0.0, 0, 10.0), ("market", 600.0, 1, np.nan)])
    city = table[table["level"] == "city"].set_index("standard_id")
    assert city.loc["clinic", "covered"] == 145
    assert city.loc["food", "covered"] == 817
    assert city.loc["both", "covered"] == 0
    assert city.loc["any", "covered"] == 145 + 817
    assert city.loc["each", ["covered", "total"]].tolist() == [1, 4]
    people = sum(10 + n for n in range(46))
    assert city.loc["beds", "value"] == pytest.approx(10 / people * 1000)
