from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.crs import to_lonlat
from lifecircle.errors import InputError
from lifecircle.inputs.dasymetric import spread_people

UTM, ORIGIN = "EPSG:32650", np.array([670_000.0, 3_545_000.0])


def table(columns, shapes_m):
    """Return a table of shapes given in metres from a corner in Nanjing."""
    lonlat = shapely.transform(np.array(shapes_m, dtype=object), lambda xy: to_lonlat(ORIGIN + xy, UTM))
    return gpd.GeoDataFrame(columns, geometry=lonlat, crs="EPSG:4326")


def square(x, y, side):
    return shapely.box(x, y, x + side, y + side)


def test_people_are_spread_by_footprint_times_levels():
    """One area of 1000 people and 100 over sixty; a block of 20 m x 20 m x 6 levels, a house of 10 m x 10 m x 1.

    Weights 2400 and 100: the block has 96 % of the people, 960 and 96; the house 4 %, 40 and 4.
    """
    totals = table({"area_id": ["a"], "population": [1000], "pop_60_plus": [100.0]}, [square(0, 0, 500)])
    buildings = table({"levels": [6, 1], "row": [11, 12]}, [square(100, 100, 20), square(300, 300, 10)])
    residents, problems = spread_people(totals, buildings)
    assert residents["resident_id"].tolist() == ["a building 11", "a building 12"]
    np.testing.assert_allclose(residents[["population", "pop_60_plus"]], [[960.0, 96.0], [40.0, 4.0]], rtol=1e-6)
    assert residents["area_id"].tolist() == ["a", "a"]
    metres = residents.geometry.to_crs(UTM).get_coordinates().to_numpy() - ORIGIN
    np.testing.assert_allclose(metres, [[110, 110], [305, 305]], atol=1e-3)
    assert problems == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_area_keeps_its_totals(seed):
    """Nine areas of random people, with none to thirty random buildings each, some without levels."""
    rng = np.random.default_rng(seed)
    cells = [square(1000 * x, 1000 * y, 1000) for x in range(3) for y in range(3)]
    numbers = {
        "area_id": [f"c{i}" for i in range(9)],
        "population": rng.integers(1, 1_000_000, 9).astype(np.float64),
        "households": rng.random(9) * 1e5,
        "pop_0_2": rng.random(9) * 100,
        "pop_65_plus": rng.random(9) * 1e4,
    }
    n = int(rng.integers(0, 60))
    spots = rng.uniform(0, 2950, (n, 2))
    buildings = table(
        {"levels": rng.choice([np.nan, 1, 6, 33], n)}, [square(x, y, 5 + 40 * rng.random()) for x, y in spots]
    )
    residents, _ = spread_people(table(numbers, cells), buildings)
    sums = residents.groupby("area_id")[list(numbers)[1:]].sum()
    np.testing.assert_allclose(sums, pd.DataFrame(numbers).set_index("area_id"), rtol=1e-9)
    assert (residents["population"] > 0).all()
    assert residents["resident_id"].is_unique


def test_an_area_without_buildings_is_spread_evenly_over_its_land_and_noted():
    """A village of 200 m x 300 m: six hectares, so six points of ten people."""
    totals = table({"area_id": ["village"], "population": [60.0]}, [shapely.box(0, 0, 200, 300)])
    residents, problems = spread_people(totals, table({"levels": []}, []))
    np.testing.assert_allclose(residents["population"], [10.0] * 6)
    metres = residents.geometry.to_crs(UTM).get_coordinates().to_numpy() - ORIGIN
    np.testing.assert_allclose(metres, [[x, y] for y in (50, 150, 250) for x in (50, 150)], atol=1.0)
    assert [(problem.feature_id, problem.reason.en, problem.outcome) for problem in problems] == [
        ("village", "no building is known; its people were spread evenly over its land.", "noted")
    ]


def test_residential_land_takes_the_place_of_missing_buildings():
    totals = table({"area_id": ["a", "b"], "population": [30.0, 7.0]}, [square(0, 0, 1000), square(1000, 0, 1000)])
    land = table({}, [shapely.box(600, 600, 900, 700)])
    residents, _ = spread_people(totals, table({}, []), land)
    of_a = residents[residents["area_id"] == "a"]
    assert len(of_a) == 3
    assert land.geometry.iloc[0].covers(shapely.union_all(of_a.geometry.to_numpy()))
    assert (residents["area_id"] == "b").sum() == 100


def test_a_vast_area_has_at_most_some_hundred_points_and_a_tiny_one_has_one():
    totals = table(
        {"area_id": ["vast", "tiny"], "population": [5.0, 5.0]}, [square(0, 0, 50_000), square(60_000, 0, 30)]
    )
    residents, _ = spread_people(totals, table({}, []))
    counts = residents["area_id"].value_counts()
    assert 350 < counts["vast"] <= 441
    assert counts["tiny"] == 1


def test_unknown_levels_are_the_median_of_the_area():
    """Area a knows 2, 4 and 12 levels: the fourth building counts as 4. Area b knows none: the median of all, 4."""
    totals = table({"area_id": ["a", "b"], "population": [22.0, 8.0]}, [square(0, 0, 500), square(500, 0, 500)])
    spots = [square(50, y, 10) for y in (50, 100, 150, 200)] + [square(600, 50, 10), square(600, 100, 10)]
    residents, problems = spread_people(totals, table({"levels": ["2", "4", 12, "many", None, -3]}, spots))
    np.testing.assert_allclose(residents["population"], [2, 4, 12, 4, 4, 4], rtol=1e-5)
    assert problems[-1].reason.en == "3 of 6 buildings have no number of levels; the area's median was taken."


def test_a_building_on_a_border_houses_people_of_one_area_only():
    totals = table({"area_id": ["a", "b"], "population": [10.0, 20.0]}, [square(0, 0, 100), square(100, 0, 100)])
    residents, problems = spread_people(totals, table({"levels": [3]}, [square(95, 40, 20)]))
    assert residents.groupby("area_id")["population"].sum().to_dict() == pytest.approx({"a": 10.0, "b": 20.0})
    assert residents["resident_id"].str.contains("building").sum() == 1
    assert len(problems) == 1


def test_what_is_left_out_is_listed():
    totals = table(
        {"area_id": ["a", "park", "unknown", "wrong"], "population": [10.0, 0.0, np.nan, -5.0]},
        [square(1000 * i, 0, 900) for i in range(4)],
    )
    shapes = [square(50, 50, 10), square(9000, 9000, 10), shapely.Point(60, 60), square(1050, 50, 10)]
    residents, problems = spread_people(
        totals, table({"row": [4, 5, 6, 7]}, shapes), file="census.csv", buildings_file="buildings.gpkg"
    )
    assert residents["population"].tolist() == [10.0]
    assert [(problem.file, problem.row or problem.feature_id, problem.outcome) for problem in problems] == [
        ("census.csv", "unknown", "dropped"),
        ("census.csv", "wrong", "dropped"),
        ("buildings.gpkg", 6, "dropped"),
        ("buildings.gpkg", 5, "dropped"),
        ("buildings.gpkg", 7, "dropped"),
        ("buildings.gpkg", "", "noted"),
    ]


def test_an_unknown_age_group_stays_unknown():
    totals = table({"area_id": ["a"], "population": [10.0], "pop_80_plus": [np.nan]}, [square(0, 0, 100)])
    residents, _ = spread_people(totals, table({"levels": [1]}, [square(5, 5, 10)]))
    assert residents["pop_80_plus"].isna().all()


def test_totals_without_people_are_refused():
    totals = table({"area_id": ["a"], "population": [0.0]}, [square(0, 0, 100)])
    with pytest.raises(InputError, match=r"census\.csv: no area has people\. Check that columns:"):
        spread_people(totals, table({}, []), file="census.csv")
