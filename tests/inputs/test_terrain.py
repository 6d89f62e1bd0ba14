from __future__ import annotations

import numpy as np
import pytest
import rasterio
from scipy.ndimage import map_coordinates

from lifecircle.crs import to_lonlat
from lifecircle.errors import InputError
from lifecircle.inputs import terrain
from lifecircle.inputs.terrain import SMOOTHING_M, heights

UTM, WEST, NORTH, CELL = "EPSG:32650", 670_000.0, 3_550_000.0, 30.0


@pytest.fixture
def model(tmp_path):
    def write(values, **options):
        values = np.asarray(values)
        path = tmp_path / "dem.tif"
        profile = {"driver": "GTiff", "width": values.shape[1], "height": values.shape[0], "count": 1, "crs": UTM}
        place = rasterio.Affine(CELL, 0, WEST, 0, -CELL, NORTH)
        with rasterio.open(path, "w", dtype=values.dtype, transform=place, **profile | options) as file:
            file.write(values, 1)
        return path

    return write


def at(columns, rows):
    """Return positions from cells, counted with fractions from the upper left corner."""
    return to_lonlat(np.column_stack([WEST + CELL * np.asarray(columns), NORTH - CELL * np.asarray(rows)]), UTM)


def test_heights_lie_evenly_between_the_middles_of_cells(model):
    """Cells 10 20 / 40 80. The middle of the first is 10; halfway to the second 15; in the middle of all 37.5.

    A quarter of the way right and three quarters down: 10*.75*.25 + 20*.25*.25 + 40*.75*.75 + 80*.25*.75 = 40.625.
    """
    found, problems = heights(model([[10.0, 20.0], [40.0, 80.0]]), at([0.5, 1.0, 1.0, 0.75], [0.5, 0.5, 1.0, 1.25]))
    np.testing.assert_allclose(found, [10.0, 15.0, 37.5, 40.625], atol=1e-6)
    assert problems == []


def test_the_outermost_half_cells_keep_the_height_of_their_cell(model):
    found, _ = heights(model([[10.0, 20.0], [40.0, 80.0]]), at([0.1, 1.9, 1.9], [0.1, 0.1, 1.9]))
    np.testing.assert_allclose(found, [10.0, 20.0, 80.0], atol=1e-6)


def test_outside_and_without_data_there_is_no_height_and_this_is_listed(model):
    path = model(np.array([[5, 5, -32768], [5, 5, 5]], dtype="int16"), nodata=-32768)
    found, problems = heights(path, at([0.7, 2.4, 1.6, -0.1, 9.0], [0.5, 0.6, 1.5, 0.5, 0.5]), file="dem.tif")
    np.testing.assert_array_equal(np.isnan(found), [False, True, False, True, True])
    np.testing.assert_allclose(found[[0, 2]], 5.0)
    assert [(problem.file, problem.reason.en, problem.outcome) for problem in problems] == [
        ("dem.tif", "has no height for 3 of 5 positions; they count as flat.", "noted")
    ]


def test_positions_that_are_missing_have_no_height(model):
    found, _ = heights(model(np.ones((2, 2))), np.array([[np.nan, np.nan], *at([1.0], [1.0])]))
    np.testing.assert_array_equal(found, [np.nan, 1.0])


def test_reading_in_blocks_changes_nothing(model, monkeypatch):
    rng = np.random.default_rng(1)
    path, places = model(rng.random((40, 55))), at(rng.uniform(0, 55, 500), rng.uniform(0, 40, 500))
    whole, _ = heights(path, places)
    monkeypatch.setattr(terrain, "_BLOCK_CELLS", 7)
    np.testing.assert_array_equal(heights(path, places)[0], whole)
    assert np.isfinite(whole).all()


def test_smoothing_leaves_a_plane_as_it_is(model):
    """Rising by 3 m per cell eastwards and 1 m southwards: 10 % and 3.3 %."""
    row, column = np.mgrid[0:30, 0:30]
    places = at([10.3, 15.0, 19.2], [12.1, 15.0, 9.7])
    found, _ = heights(model(3.0 * column + row), places, smooth_m=SMOOTHING_M)
    np.testing.assert_allclose(found, [3 * 9.8 + 11.6, 3 * 14.5 + 14.5, 3 * 18.7 + 9.2], atol=0.02)


def test_smoothing_takes_out_most_of_the_noise(model):
    """Noise of 4 m in cells of 30 m: bilinear heights keep more than 2 m of it, discs of 120 m less than a metre."""
    rng = np.random.default_rng(2)
    path, places = model(rng.normal(0, 4, (200, 200))), at(rng.uniform(20, 180, 800), rng.uniform(20, 180, 800))
    assert heights(path, places)[0].std() > 2.0
    assert heights(path, places, smooth_m=120.0)[0].std() < 1.0


def test_half_of_a_disc_must_be_known(model):
    values = np.full((40, 40), 7.0)
    values[:, 20:] = np.nan
    found, _ = heights(model(values), at([10.0, 18.0, 22.0], [20.0, 20.0, 20.0]), smooth_m=60.0)
    np.testing.assert_array_equal(found, [7.0, 7.0, np.nan])


def test_what_is_no_elevation_model_is_refused(tmp_path):
    path = tmp_path / "dem.tif"
    path.write_text("heights")
    with pytest.raises(InputError, match=r"dem\.tif: cannot be read as a GeoTIFF"):
        heights(path, at([0.0], [0.0]))


@pytest.mark.real
def test_real_heights_agree_with_scipys_interpolation(real_data):
    """Porto Alegre's own model, 403 x 413 cells, at 2000 places; SciPy interpolates the same array on its own."""
    path = real_data / "porto_alegre" / "poa_elevation.tif"
    with rasterio.open(path) as file:
        values, bounds = file.read(1).astype(np.float64), file.bounds
    rng = np.random.default_rng(3)
    column, row = rng.uniform(0, values.shape[1] - 1, 2000), rng.uniform(0, values.shape[0] - 1, 2000)
    lonlat = np.column_stack(
        [
            bounds.left + (column + 0.5) * (bounds.right - bounds.left) / values.shape[1],
            bounds.top - (row + 0.5) * (bounds.top - bounds.bottom) / values.shape[0],
        ]
    )
    found, problems = heights(path, lonlat)
    np.testing.assert_allclose(found, map_coordinates(values, [row, column], order=1), atol=1e-6)
    assert problems == []
