from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import bureau_files
from lifecircle.errors import InputError
from lifecircle.inputs.frame_checks import declared_frame, fit_problems, frame_fits, require_fitting, segments_of
from lifecircle.inputs.gcj02 import gcj02_to_wgs84, wgs84_to_gcj02
from lifecircle.study import Source, Study

LONLAT = shapely.get_coordinates(bureau_files.homes().geometry)
SHIFTED = wgs84_to_gcj02(LONLAT)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bureau")
    bureau_files.write_bureau_files(folder)
    return folder


def study(**layers):
    words = {
        "id": "town", "name": {"zh": "镇", "en": "Town"}, "plans": ["fifteen-minutes"], "areas": {"grid_m": 500},
        "streets": {"file": "streets.osm.pbf"}, "residents": {"file": "people.csv"},
    }  # fmt: skip
    return Study.model_validate(words | {"layers": layers})


def collected(folder, **layers):
    """Return what the study would have collected: residents where the homes are, and layers at their places."""
    facilities = [gpd.GeoDataFrame({"layer": name}, geometry=shapely.points(xy), crs="EPSG:4326", index=range(len(xy)))
                  for name, xy in layers.items()]  # fmt: skip
    return SimpleNamespace(
        residents=gpd.GeoDataFrame(geometry=shapely.points(LONLAT), crs="EPSG:4326"),
        second_residents=None,
        facilities=pd.concat(facilities, ignore_index=True),
        files={"residents": folder / "wgs84.csv"} | {f"layers.{name}": folder / "gcj02.csv" for name in layers},
    )


def fits(folder, sources, **places):
    return frame_fits(study(**sources), collected(folder, **places), bureau_files.streets())


def test_a_layer_in_a_wrong_frame_is_refused_with_shift_and_remedy(files):
    sources = {"elder_care": {"file": "gcj02.csv"}, "clinic": {"file": "gcj02.csv"}}
    found = fits(files, sources, elder_care=SHIFTED, clinic=LONLAT)
    assert [(each.layer, each.fit.verdict, each.refused) for each in found] == [
        ("residents", "fits", False),
        ("elder_care", "wrong", True),
        ("clinic", "fits", False),
    ]
    with pytest.raises(InputError) as refusal:
        require_fitting(found)
    first, remedy = str(refusal.value).splitlines()
    assert first.startswith("gcj02.csv (elder_care): The file's 120 places lie about 5")
    assert first.endswith("It looks like GCJ-02, not EPSG:4326: set crs: GCJ-02, or reproject it.")
    assert remedy == "If a frame is right all the same, set trust_crs: true beside the file in the study."
    [problem] = fit_problems(found)
    assert (problem.file, problem.column, problem.outcome) == ("gcj02.csv", "geometry", "noted")
    assert "It looks like GCJ-02" in problem.reason.en


def test_a_trusted_frame_is_noted_and_not_refused(files):
    found = fits(files, {"elder_care": {"file": "gcj02.csv", "trust_crs": True}}, elder_care=SHIFTED)
    assert found[1].fit.verdict == "wrong"
    require_fitting(found)
    assert len(fit_problems(found)) == 1


def test_the_declared_frame_is_the_one_that_is_doubted(files):
    """The file is in WGS 84 and declared as GCJ-02, so its places were moved by the reader."""
    found = fits(files, {"elder_care": {"file": "gcj02.csv", "crs": "gcj02"}}, elder_care=gcj02_to_wgs84(LONLAT))
    assert found[1].fit.frame == "EPSG:4326"
    assert "It looks like EPSG:4326, not GCJ-02" in found[1].fit.message.en


def test_too_few_places_and_layers_of_the_street_map_are_not_doubted(files):
    found = fits(files, {"elder_care": {"file": "a.csv"}, "park": {"osm": True}}, elder_care=SHIFTED[:5], park=SHIFTED)
    assert [(each.layer, each.fit.verdict) for each in found] == [("residents", "fits"), ("elder_care", "undecided")]
    require_fitting(found)
    assert fit_problems(found) == []


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("wgs84.gpkg", "EPSG:4326"),
        ("wgs84.geojson", "EPSG:4326"),
        ("wgs84.kml", "EPSG:4326"),
        ("wgs84.csv", "EPSG:4326"),
        ("bd09.xlsx", "EPSG:4326"),
        ("gbk_4490.shp", "EPSG:4490"),
        ("gbk_4548_without_cpg.shp", "EPSG:4548"),
        ("utf8_4549.shp", "EPSG:4549"),
        ("gbk_4528.zip", "EPSG:4528"),
        ("4549.fgb", "EPSG:4549"),
        ("4490.parquet", "EPSG:4490"),
    ],
)
def test_a_file_is_read_in_the_frame_that_it_says(files, name, frame):
    assert declared_frame(files / name, Source(file=name)) == frame


def test_what_the_study_says_stands_over_the_file(files):
    assert declared_frame(files / "wgs84.gpkg", Source(file="wgs84.gpkg", crs="火星坐标")) == "GCJ-02"


def test_segments_do_not_join_one_line_to_the_next():
    lonlat = np.array([[0, 0], [1, 0], [1, 1], [5, 5], [6, 6]], dtype=float)
    assert segments_of(lonlat, np.array([0, 3, 5])).tolist() == [
        [[0, 0], [1, 0]],
        [[1, 0], [1, 1]],
        [[5, 5], [6, 6]],
    ]
