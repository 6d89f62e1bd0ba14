from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from lifecircle.inputs.cells import TEXT
from lifecircle.inputs.nesting import named_areas, overlap_notes


def areas(names, **columns):
    boxes = [shapely.box(x, 0, x + 1, 1) for x in range(len(names))]
    ids = [f"a{number}" for number in range(1, len(names) + 1)]
    return gpd.GeoDataFrame(
        {"area_id": ids, "name": names, "row": range(1, len(names) + 1), **columns}, geometry=boxes, crs="EPSG:4326"
    )


def test_areas_are_found_by_id_or_by_a_name_that_one_alone_bears():
    said = pd.Series(["a1", "乙", "丙", "丁", None], dtype=TEXT)
    assert named_areas(said, areas(["甲", "乙", "丙", "丙"])).fillna("").tolist() == ["a1", "a2", "", "", ""]


def test_an_id_goes_before_the_name_of_another_area():
    assert named_areas(pd.Series(["a1"], dtype=TEXT), areas(["甲", "a1"])).tolist() == ["a1"]


def test_an_area_is_found_by_the_id_in_its_own_file():
    said = pd.Series(["7", "street-7"], dtype=TEXT)
    found = named_areas(said, areas(["甲"], own_id=["7"]).assign(area_id="street-7"))
    assert found.fillna("").tolist() == ["street-7", ""]


def test_neighbours_that_share_a_border_do_not_overlap():
    assert overlap_notes(areas(["甲", "乙", "丙"]), "a.gpkg") == []


def test_an_area_inside_another_overlaps_it_whole():
    table = areas(["甲", "乙"]).set_geometry([shapely.box(0, 0, 4, 4), shapely.box(1, 1, 2, 2)], crs="EPSG:4326")
    (note,) = overlap_notes(table, "a.gpkg")
    assert (note.row, note.feature_id) == (2, "a2")
    assert note.reason.en.startswith("overlaps a1 by 100% of the smaller")
