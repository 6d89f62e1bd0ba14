from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lifecircle.errors import StudyError
from lifecircle.scale.tiling import area_tiling, square_tiling

NODES = np.array([[5.0, 5.0], [15.0, 5.0], [5.0, 95.0]])
PLACES = np.array([[9.0, 9.0], [10.0, 0.0], [np.nan, np.nan]])


def test_squares_are_numbered_from_the_south_west_and_empty_ones_are_no_tiles():
    """Of the squares of 10 m three hold something: (0, 0), (0, 9) and (1, 0), in this order."""
    tiling = square_tiling(NODES, PLACES, 10)
    assert len(tiling) == 3
    assert tiling.node_tile.tolist() == [0, 2, 1]
    assert tiling.place_tile.tolist() == [0, 2, -1]


def test_a_tile_is_as_large_as_what_it_owns():
    """The first square holds (5, 5) and (9, 9), the third (15, 5) and (10, 0)."""
    assert square_tiling(NODES, PLACES, 10).bounds.tolist() == [[5, 5, 9, 9], [5, 95, 5, 95], [10, 0, 15, 5]]


def test_every_place_with_a_position_belongs_to_exactly_one_tile():
    rng = np.random.default_rng(7)
    nodes, places = rng.uniform(-500, 500, (300, 2)), rng.uniform(-500, 500, (200, 2))
    tiling = square_tiling(nodes, places, 130)
    both, tile = np.concatenate([nodes, places]), np.concatenate([tiling.node_tile, tiling.place_tile])
    assert np.unique(tile).tolist() == list(range(len(tiling)))
    assert (np.floor(both / 130) == np.floor(tiling.bounds[tile, :2] / 130)).all()


def test_residents_go_with_their_area_and_all_else_with_the_nearest_resident():
    """The areas are b at 0 m, a at 100 m; the third resident has none and lives nearer to a, as does the last node."""
    residents = np.array([[0.0, 0.0], [100.0, 0.0], [60.0, 0.0]])
    facility = np.array([[30.0, 0.0]])
    tiling = area_tiling(
        np.array([[10.0, 0.0], [90.0, 0.0]]), np.vstack([residents, facility]), pd.Series(["b", "a", None])
    )
    assert tiling.place_tile.tolist() == [1, 0, 0, 1]
    assert tiling.node_tile.tolist() == [1, 0]
    assert tiling.bounds.tolist() == [[60, 0, 100, 0], [0, 0, 30, 0]]


def test_areas_without_any_resident_are_refused():
    with pytest.raises(StudyError, match="no resident lies in an area"):
        area_tiling(NODES, PLACES, pd.Series([None, None, None]))
