"""The same care homes in every format and frame are read to the same places, with nothing written by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

import bureau_files
from lifecircle.crs import geodesic_m
from lifecircle.inputs.alignment import surroundings
from lifecircle.inputs.extent import bounds_around
from lifecircle.inputs.facilities import read_facilities
from lifecircle.inputs.guess import guesses
from lifecircle.inputs.guess_frames import guessed_frame, with_frames

FRAMES = {
    "4490.parquet": None,
    "4528.xlsx": "EPSG:4528",
    "4549.fgb": None,
    "4549_x_north.csv": "EPSG:4549",
    "bd09.xlsx": "BD-09",
    "gbk_4490.shp": None,
    "gbk_4528.zip": None,
    "gbk_4548_without_cpg.shp": None,
    "gcj02.csv": "GCJ-02",
    "gcj02_said_to_be_wgs84.gpkg": "GCJ-02",
    "utf8_4527_without_cpg.shp": None,
    "utf8_4549.shp": None,
    "wgs84.csv": None,
    "wgs84.geojson": None,
    "wgs84.gpkg": None,
    "wgs84.kml": None,
    "wkt.csv": None,
}
"""What has to be declared for each file; the file itself says the others."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder that says that everything in it is about care homes (养老)."""
    folder = tmp_path_factory.mktemp("bureau")
    bureau_files.write_bureau_files(folder / "养老")
    return folder


@pytest.fixture(scope="module")
def found(folder):
    return {
        guess.source.file.removeprefix("养老/"): guess
        for guess in with_frames(guesses(folder), folder, bureau_files.streets())
    }


def test_every_file_is_taken_for_what_it_is(found):
    assert len(found) >= 14
    assert {name: guess.source.crs for name, guess in found.items()} == FRAMES
    assert {(guess.role, guess.layer, guess.rows) for guess in found.values()} == {("layer", "elder_care", 120)}


@pytest.mark.parametrize("name", FRAMES)
def test_every_file_gives_the_same_care_homes_to_a_metre(folder, found, name):
    homes = bureau_files.homes().set_index("名称")
    table, problems = read_facilities(folder / "养老" / name, found[name].source, "elder_care")
    assert {problem.outcome for problem in problems} <= {"noted"}
    table = table.set_index("name").loc[homes.index]
    assert table["beds"].tolist() == homes["床位数"].tolist()
    here, there = (shapely.get_coordinates(each.geometry) for each in (table, homes))
    assert geodesic_m(here, there).max() < 1.0


AROUND = surroundings(bureau_files.streets())
BOX = bounds_around((118.76, 32.02, 118.80, 32.06), 5000.0)
LONLAT = shapely.get_coordinates(bureau_files.homes().geometry)


def test_degrees_of_a_file_without_a_frame_of_its_own_need_none():
    assert guessed_frame(LONLAT, None, AROUND, BOX) is None


def test_a_frame_that_puts_the_file_beside_the_city_is_corrected():
    """The metres are of EPSG:4549, the file says EPSG:4548: 283 km to the west."""
    metres = shapely.get_coordinates(bureau_files.homes().to_crs("EPSG:4549").geometry)
    assert guessed_frame(metres, "EPSG:4548", AROUND, BOX) == "EPSG:4549"
    assert guessed_frame(metres, "EPSG:4549", AROUND, BOX) is None


def test_places_of_another_city_get_no_frame():
    assert guessed_frame(LONLAT + np.array([2.0, 1.0]), None, AROUND, BOX) is None
    assert guessed_frame(np.empty((0, 2)), None, AROUND, BOX) is None


def test_longitude_and_latitude_under_each_others_name_are_exchanged(tmp_path):
    table = pd.DataFrame({"经度": LONLAT[:, 1], "纬度": LONLAT[:, 0], "名称": [f"{n}" for n in range(120)]})
    table.to_csv(tmp_path / "养老院.csv", index=False)
    [guess] = with_frames(guesses(tmp_path), tmp_path, bureau_files.streets())
    assert guess.source.columns == {"name": "名称", "lon": "纬度", "lat": "经度"}
    table, _ = read_facilities(tmp_path / "养老院.csv", guess.source, "elder_care")
    np.testing.assert_allclose(shapely.get_coordinates(table.geometry), LONLAT)
