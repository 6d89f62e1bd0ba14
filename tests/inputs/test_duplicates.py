from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from lifecircle.configs import configs_dir
from lifecircle.crs import to_lonlat
from lifecircle.inputs.cells import TEXT
from lifecircle.inputs.duplicates import folded_name, without_duplicates

FRAME = "EPSG:4549"
CORNER = np.array([400_000.0, 3_540_000.0])


def homes(names, shapes, **columns):
    """Return facilities at places given in metres from a corner in Nanjing."""
    table = pd.DataFrame({"row": range(1, len(names) + 1), "name": pd.Series(names, dtype=TEXT), **columns})
    table.insert(0, "facility_id", [f"k{row}" for row in table["row"]])
    geometry = [Point(*(CORNER + shape)) if isinstance(shape, tuple) else shape for shape in shapes]
    return gpd.GeoDataFrame(table, geometry=geometry, crs=FRAME).to_crs("EPSG:4326")


def merged(table):
    found, problems = without_duplicates(table, FRAME, "homes.csv")
    assert len(found) + len(problems) == len(table)
    return found["facility_id"].tolist(), problems


def test_entries_of_one_name_within_thirty_metres_are_merged_with_a_note():
    kept, [problem] = merged(homes(["颐养苑", "颐养苑", "颐养苑"], [(0, 0), (18, 24 - 0.1), (18, -24 - 1)]))
    assert kept == ["k1", "k3"]
    assert (problem.file, problem.row, problem.feature_id, problem.outcome) == ("homes.csv", 2, "k2", "noted")
    assert problem.reason.en == "is the same as 'k1': both are named '颐养苑', within 30 m; they were merged."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("玄武區頤養院", "玄武区颐养院"),
        ("颐养苑（总院）", "颐养苑(总院)"),
        ("１２３号服务站", "123号服务站"),
        ("Care Home", "care  home"),
        ("St. Mary's", "St Marys"),
    ],
)
def test_width_case_signs_and_the_writing_of_characters_make_no_difference(one, other):
    assert merged(homes([one, other], [(0, 0), (5, 5)]))[0] == ["k1"]


def test_other_names_and_no_names_are_never_merged():
    names = ["颐养苑", "颐养院", None, None, "——", "——"]
    assert merged(homes(names, [(0, 0)] * 6)) == ([f"k{row}" for row in range(1, 7)], [])


def test_two_kinds_at_one_place_stay_apart_and_an_unknown_kind_joins():
    kinds = pd.Series(["meals", "day_care", None], dtype=TEXT)
    assert merged(homes(["颐养苑"] * 2, [(0, 0)] * 2, kind=kinds[:2]))[0] == ["k1", "k2"]
    assert merged(homes(["颐养苑"] * 2, [(0, 0)] * 2, kind=kinds[1:].reset_index(drop=True)))[0] == ["k1"]


def test_what_the_first_does_not_know_comes_from_the_others_in_their_order():
    table = homes(
        ["颐养苑"] * 3 + ["康乐苑"],
        [(0, 0), (9, 0), (0, 9), (500, 0)],
        beds=[np.nan, 40, 50, np.nan],
        level=[None, None, "5A", "3A"],
    )
    found, _ = without_duplicates(table, FRAME, "homes.csv")
    assert found["facility_id"].tolist() == ["k1", "k4"]
    np.testing.assert_array_equal(found["beds"], [40, np.nan])
    assert found["level"].tolist() == ["5A", "3A"]
    assert found.geometry.iloc[0].equals(table.geometry.iloc[0])


def test_the_outline_of_a_house_goes_before_a_point_inside_it():
    """The point is 40 m from every side of the house, and so inside it."""
    house = box(*CORNER, *(CORNER + 80))
    kept, [problem] = merged(homes(["医院", "医院"], [(40, 40), house]))
    assert kept == ["k2"]
    assert problem.feature_id == "k1"
    assert problem.reason.en.startswith("is the same as 'k2'")


def test_a_chain_of_neighbours_is_one_facility():
    """Each is 25 m from the next; the outer two are 50 m apart."""
    assert merged(homes(["广场"] * 3, [(0, 0), (25, 0), (50, 0)]))[0] == ["k1"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_table_of_nothing_or_of_one_stays_as_it_is(count):
    assert merged(homes(["颐养苑"] * count, [(0, 0)] * count)) == (["k1"] * count, [])


def test_distances_are_metres_on_the_ground():
    """29.5 m apart in the metric frame, and as many by longitude and latitude."""
    table = homes(["站", "站"], [(0, 0), (29.5, 0)])
    away = to_lonlat(CORNER[None] + [29.5, 0.0], FRAME)[0]
    assert table.geometry.iloc[1].distance(Point(*away)) < 1e-9
    assert merged(table)[0] == ["k1"]


def test_every_pair_of_characters_leads_to_a_simplified_one():
    """No simplified character of the table is itself a traditional one of it, but for 苧, which is 薴 or 苎."""
    text = (configs_dir() / "simplified.txt").read_text(encoding="utf-8")
    pairs = [pair for line in text.splitlines() if not line.startswith("#") for pair in line.split()]
    assert len(pairs) == len({pair[0] for pair in pairs}) == 2930
    assert all(len(pair) == 2 for pair in pairs)
    assert {simplified for _, simplified in pairs if folded_name(simplified) != simplified} == {"苧"}
