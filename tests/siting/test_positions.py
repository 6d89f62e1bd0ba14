from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from lifecircle.crs import to_lonlat, to_metric
from lifecircle.siting.positions import (
    land_positions,
    need_around,
    one_in_each_square,
    spread_sample,
    street_positions,
)
from small_networks import CORNER, CRS, network_of


def town(**columns):
    """Return a street of 1050 m to the east, and one of 390 m to the north from its end."""
    return network_of([[1, 2], [2, 3]], {1: (0, 50), 2: (1050, 50), 3: (1050, 440)}, **columns)


def metres(lonlat):
    return to_metric(lonlat, CRS) - CORNER


def test_people_are_counted_in_the_square_of_cells_around():
    """Cells of 100 m, a reach of 143 m: 0.7 x 143 = 100 m, one cell to each side. People at (50, 50) and (350, 50)."""
    around = need_around(
        np.array([[60.0, 40.0], [150.0, 150.0], [250.0, 50.0], [950.0, 50.0]]),
        np.array([[50.0, 50.0], [350.0, 50.0]]),
        np.array([3.0, 5.0]),
        143.0,
        100.0,
    )
    assert around.tolist() == [3.0, 3.0, 5.0, 0.0]


def test_positions_stand_along_streets_one_in_each_square():
    """Eleven pieces of 95.5 m with a position in the middle of each, four of 97.5 m; squares of 200 m.

    The long street's are at 47.7, 143.2, 238.6, …: of the first square, from 0 to 200, the second is nearer to its
    middle at (100, 100). The short street's, at 98.75, 196.25, 293.75 and 391.25 to the north, are in squares 0, 0, 1
    and 1; the corner's square holds 1002.3 on the long street as well, which is farther from its middle.
    """
    xy = metres(street_positions(town(), 200.0))
    assert xy[:, 0] == pytest.approx([143.18, 334.09, 525, 715.91, 906.82, 1050, 1050], abs=0.1)
    assert xy[:, 1] == pytest.approx([50, 50, 50, 50, 50, 98.75, 293.75], abs=0.1)


def test_no_site_stands_on_a_private_street():
    xy = metres(street_positions(town(private=[False, True]), 200.0))
    assert xy[:, 1] == pytest.approx(50, abs=0.1)


def test_the_position_nearest_to_the_middle_stands_for_its_square():
    xy = np.array([[10.0, 10.0], [40.0, 60.0], [90.0, 90.0], [130.0, 20.0]])
    assert one_in_each_square(xy, 100.0).tolist() == [1, 3]


def test_land_has_positions_where_a_street_is_near():
    """A plot of 400 x 300 m beside the street with a net of 100 m: only its row within 100 m of the street counts.

    The second plot is smaller than a mesh, the third far from any street: each has one position of its own.
    """
    first = box(*(np.array([250, 70, 650, 320]) + np.tile(CORNER, 2)))
    small = box(*(np.array([710, 80, 730, 90]) + np.tile(CORNER, 2)))
    far = box(*(np.array([0, 900, 300, 1300]) + np.tile(CORNER, 2)))
    land = gpd.GeoDataFrame(geometry=[first, small, far], crs=CRS).to_crs("EPSG:4326")
    lonlat, plot = land_positions(land, town(), 100.0)
    xy = metres(lonlat)
    assert np.bincount(plot).tolist() == [4, 1, 1]
    assert xy[plot == 0].round(3).tolist() == [[300, 100], [400, 100], [500, 100], [600, 100]]
    assert xy[plot == 1][0] == pytest.approx([720, 85], abs=0.01)


def test_a_sample_is_as_dense_as_its_weights_and_always_the_same():
    rng = np.random.default_rng(1)
    lonlat = to_lonlat(rng.uniform(0, 10_000, (2000, 2)) + CORNER, CRS)
    west = metres(lonlat)[:, 0] < 5000
    weight = np.where(west, 3.0, 1.0)
    taken = spread_sample(lonlat, weight, 200, CRS)
    expected = 200 * weight[west].sum() / weight.sum()
    assert len(taken) == len(np.unique(taken)) == 200
    assert np.count_nonzero(west[taken]) == pytest.approx(expected, abs=2)
    assert taken.tolist() == spread_sample(lonlat, weight, 200, CRS).tolist()


def test_positions_of_great_weight_are_taken_and_those_of_none_never():
    lonlat = to_lonlat(np.column_stack([np.arange(100) * 50.0, np.zeros(100)]) + CORNER, CRS)
    weight = np.ones(100)
    weight[[10, 20]], weight[50:] = 1000.0, 0.0
    taken = spread_sample(lonlat, weight, 12, CRS)
    assert len(taken) == 12
    assert {10, 20} <= set(taken.tolist())
    assert taken.max() < 50
    assert spread_sample(lonlat, weight, 60, CRS).tolist() == list(range(50))
