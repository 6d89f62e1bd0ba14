from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson
from shapely import Point, box

from lifecircle.inputs.completeness import COMPLETENESS_COLUMNS, completeness, districts_without_data
from lifecircle.study import LayerSource

NAMES = ("西区", "中区", "东区", "远区")
AREAS = gpd.GeoDataFrame(
    {"area_id": ["city", "w", "m", "e", "far"], "level": ["city"] + ["district"] * 4, "name": ["市", *NAMES]},
    geometry=[box(118.0, 32.0, 119.5, 32.1), *(box(118 + x, 32.0, 118.1 + x, 32.1) for x in (0, 0.1, 0.2, 1.4))],
    crs="EPSG:4326",
)
"""West, middle and east lie side by side; the far district touches none."""


def at_centre(counts, weights=None):
    """Return so many points in each district."""
    ids = np.repeat(list(counts), list(counts.values()))
    points = gpd.GeoDataFrame({"district_id": ids}, geometry=[Point(118.5, 32.05)] * len(ids), crs="EPSG:4326")
    return points if weights is None else points.assign(population=weights)


RESIDENTS = at_centre(dict.fromkeys("wme", 1) | {"far": 1}, [100_000.0, 200_000.0, 50_000.0, 30_000.0])


def layers(**counts):
    tables = [at_centre(own).assign(layer=layer) for layer, own in counts.items()]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), geometry="geometry", crs="EPSG:4326")


def of(table, layer):
    return table[table["layer"] == layer].set_index("district_id")


def test_rates_by_hand():
    """40, 60, 5 and 5 facilities of 110 for 380,000 people: 110 / 38 = 2.895 per 10,000 in the city.

    The middle's neighbours are west and east, 45 for 150,000: 3.0. West and east have the middle alone: 60 for 200,000.
    """
    facilities = layers(clinic={"w": 40, "m": 60, "e": 5, "far": 5})
    table = completeness(facilities, RESIDENTS, AREAS, {"clinic": frozenset()})
    assert table.columns.tolist() == list(COMPLETENESS_COLUMNS)
    assert table["district"].tolist() == list(NAMES)
    assert table["people"].tolist() == [100_000, 200_000, 50_000, 30_000]
    assert table["facilities"].tolist() == [40, 60, 5, 5]
    np.testing.assert_allclose(table["per_10000"], [4.0, 3.0, 1.0, 5 / 3])
    np.testing.assert_allclose(table["city_per_10000"], [110 / 38] * 4)
    np.testing.assert_allclose(table["neighbours_per_10000"], [3.0, 3.0, 3.0, np.nan])


def test_far_fewer_is_less_than_a_third_of_the_citys_and_the_neighbours_rate_and_no_chance():
    """East would have 50,000 x 110 / 380,000 = 14.5 at the city's rate and 15 at the middle's; a third is 4.8.

    Four are fewer, and by chance come once in 1,000 times; five are more than a third.
    """
    few = completeness(layers(a={"w": 40, "m": 60, "e": 4, "far": 6}), RESIDENTS, AREAS, {"a": frozenset()})
    assert few["flag"].tolist() == ["usual", "usual", "far_fewer", "usual"]
    assert poisson.cdf(4, 50_000 * 110 / 380_000) == pytest.approx(0.0013, abs=1e-4)
    enough = completeness(layers(a={"w": 40, "m": 60, "e": 5, "far": 5}), RESIDENTS, AREAS, {"a": frozenset()})
    assert set(enough["flag"]) == {"usual"}


def test_a_small_number_that_chance_explains_is_usual():
    """Seven facilities for 380,000: the middle with one would have 3.7; so few comes one time in nine (11.7 %)."""
    table = completeness(layers(a={"w": 4, "m": 1, "e": 1, "far": 1}), RESIDENTS, AREAS, {"a": frozenset()})
    assert poisson.cdf(1, 200_000 * 7 / 380_000) == pytest.approx(0.117, abs=1e-3)
    assert set(table["flag"]) == {"usual"}


def test_fewer_than_the_city_but_not_than_the_neighbours_is_usual():
    """East and middle have 5 and 20 for 50,000 and 200,000: the same, though the west has 200 for 100,000."""
    table = completeness(layers(a={"w": 200, "m": 20, "e": 5, "far": 30}), RESIDENTS, AREAS, {"a": frozenset()})
    assert of(table, "a").loc["e", "flag"] == "usual"
    assert of(table, "a").loc["m", "flag"] == "far_fewer"


def test_no_data_is_not_zero():
    """Of the far district the map says nothing; the register says that there is none."""
    facilities = layers(mapped={"w": 40, "m": 60, "e": 20}, register={"w": 40, "m": 60, "e": 20})
    sources = {"mapped": LayerSource(osm=True), "register": LayerSource(file="a.csv", complete=True)}
    silent = districts_without_data(facilities, sources, AREAS)
    assert silent == {"mapped": frozenset({"far"}), "register": frozenset()}
    table = completeness(facilities, RESIDENTS, AREAS, silent)
    mapped, register = of(table, "mapped"), of(table, "register")
    assert mapped.loc["far", "flag"] == register.loc["far", "flag"] == "none"
    assert np.isnan(mapped.loc["far", "facilities"])
    assert np.isnan(mapped.loc["far", "per_10000"])
    assert register.loc["far", ["facilities", "per_10000"]].tolist() == [0, 0]
    np.testing.assert_allclose(mapped["city_per_10000"], 120 / 35)
    np.testing.assert_allclose(register["city_per_10000"], 120 / 38)


def test_a_study_without_districts_has_one_row_for_the_city():
    facilities = layers(clinic={"w": 3}).drop(columns="district_id")
    residents = RESIDENTS.drop(columns="district_id")
    table = completeness(facilities, residents, AREAS.head(1), {"clinic": frozenset(), "park": frozenset({"city"})})
    assert table["district_id"].tolist() == ["city", "city"]
    assert table["flag"].tolist() == ["usual", "none"]
    np.testing.assert_allclose(table["per_10000"], [3 / 38, np.nan])


def test_a_district_without_people_has_no_rate():
    nobody = RESIDENTS.assign(population=[100_000.0, 200_000.0, 0.0, 30_000.0])
    table = of(completeness(layers(a={"w": 40, "m": 60, "e": 1}), nobody, AREAS, {"a": frozenset()}), "a")
    assert table.loc["e", "flag"] == "usual"
    assert np.isnan(table.loc["e", "per_10000"])


def test_facilities_outside_every_district_count_nowhere():
    facilities = layers(a={"w": 1, "m": 1}).assign(district_id=["w", None])
    assert completeness(facilities, RESIDENTS, AREAS, {"a": frozenset()})["facilities"].tolist() == [1, 0, 0, 0]
