from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from lifecircle.errors import InputError
from lifecircle.inputs.gcj02 import wgs84_to_gcj02
from lifecircle.inputs.positions import located, point_of, require_near, whole
from lifecircle.study import Source

FILE = Path("a.csv")
NANJING = (118.8, 32.06)
BOWTIE = "POLYGON ((118 32, 119 33, 119 32, 118 33, 118 32))"


def cells(**columns):
    table = pd.DataFrame(columns, dtype=object)
    table.insert(0, "row", np.arange(len(table)) + 1)
    return table


def polygons(*texts, crs="EPSG:4326"):
    return gpd.GeoDataFrame({"row": range(1, len(texts) + 1)}, geometry=shapely.from_wkt(list(texts)), crs=crs)


def read(table, **how):
    return located(table, Source(file="a.csv", **how), FILE)


def listed(problems, outcome="dropped"):
    return [(problem.row, problem.reason.en) for problem in problems if problem.outcome == outcome]


def test_degrees_without_a_frame_are_read_as_wgs_84_with_a_note():
    table, problems = read(cells(lon=["118.8"], lat=["32.06"], name=["a"]))
    assert shapely.get_coordinates(table.geometry).tolist() == [[118.8, 32.06]]
    assert table.columns.tolist() == ["row", "name", "geometry"]
    assert listed(problems, "noted") == [(None, "No crs is declared: the degrees were read as WGS 84.")]


def test_a_declared_shift_is_undone():
    shifted = wgs84_to_gcj02(np.array([NANJING]))[0]
    table, _ = read(cells(lon=[shifted[0]], lat=[shifted[1]]), crs="GCJ-02")
    assert shapely.get_coordinates(table.geometry)[0] == pytest.approx(NANJING, abs=1e-8)


def test_a_declared_frame_stands_over_the_one_in_the_file():
    """The file says degrees of WGS 84; they are GCJ-02, which lies some hundred metres beside."""
    shifted = wgs84_to_gcj02(np.array([NANJING]))[0]
    table, _ = read(polygons(f"POINT ({shifted[0]} {shifted[1]})"), crs="GCJ-02")
    assert shapely.get_coordinates(table.geometry)[0] == pytest.approx(NANJING, abs=1e-8)


def test_metres_are_read_in_their_frame():
    """On its meridian, 120E at 500,000 m, EPSG:4549 is true to scale: the northing is the way from the equator."""
    _, _, northing = Geod(ellps="GRS80").inv(120, 0, 120, 32)
    table, _ = read(cells(x=["500000"], y=[northing]), crs="EPSG:4549")
    assert shapely.get_coordinates(table.geometry)[0] == pytest.approx((120, 32), abs=1e-6)


def test_metres_without_a_frame_are_an_error():
    with pytest.raises(InputError, match="crs"):
        read(cells(x=["500000"], y=["3550000"]))


def test_geometry_without_a_frame_is_an_error():
    with pytest.raises(InputError, match=r"a\.csv: does not say its frame. Set crs: in the study"):
        read(polygons("POINT (118.8 32)", crs=None))


def test_well_known_text_is_read_and_what_is_none_is_listed():
    table, problems = read(cells(geometry=["POINT Z (118.8 32 5)", "POINT (118.8", None, "POLYGON EMPTY"]))
    assert table.geometry.to_wkt().tolist() == ["POINT (118.8 32)"]
    assert listed(problems) == [
        (2, "has a geometry 'POINT (118.8' that is not WKT."),
        (3, "has no position."),
        (4, "has no position."),
    ]


def test_every_row_that_lies_nowhere_is_listed_with_its_reason():
    table, problems = read(
        cells(
            lon=["118.8", "118.8", "", "约118", "0", "999", "118.9", "118.7", "32.0"],
            lat=["32.0", "32.1", "32.0", "32.0", "0.0", "32.0", "inf", "32.2", "118.8"],
        )
    )
    assert table["row"].tolist() == [1, 2, 8]
    assert listed(problems) == [
        (3, "has no position."),
        (4, "has a lon '约118' that is not a number."),
        (5, "lies at 0, 0, where unknown positions are put."),
        (6, "has a coordinate outside its frame, or with its axes swapped."),
        (7, "has a lat 'inf' that is not a number."),
        (9, "has a coordinate outside its frame, or with its axes swapped."),
    ]


def test_coordinates_that_are_on_no_map_are_listed():
    shapes = ["POINT (118.8 32)", "LINESTRING (118 32, Inf 32)", "POINT (NaN 32)", "POINT (118 1e308)"]
    _, problems = read(polygons(*shapes))
    assert listed(problems) == [(row, "has a coordinate that is on no map.") for row in (2, 3, 4)]


def test_swapped_latitude_and_longitude_are_an_error_that_says_how_to_name_them():
    with pytest.raises(InputError, match=r"swapped in every row.*columns: \{lon: .*, lat: .*\}"):
        read(cells(lon=["32.06", "31.33"], lat=["118.8", "118.87"]))


def test_a_polygon_that_crosses_itself_is_repaired():
    """The bow tie has two lobes of base 1 and height 1/2: an area of 1/2 altogether."""
    table, problems = read(polygons(BOWTIE, "POINT (118 32)"))
    assert table.geometry.is_valid.all()
    assert shapely.area(table.geometry.iloc[0]) == pytest.approx(0.5)
    assert listed(problems, "repaired") == [(1, "crosses itself; was repaired.")]


def test_a_repaired_polygon_keeps_only_what_has_an_area():
    """A square with a spike: the repair leaves a square and a line, of which the square stays."""
    spiked = shapely.from_wkt("POLYGON ((0 0, 2 0, 2 2, 2 5, 2 2, 0 2, 0 0))")
    geometry, repaired = whole(np.array([spiked, shapely.Point(1, 1)]))
    assert repaired.tolist() == [True, False]
    assert geometry[0].geom_type == "Polygon"
    assert shapely.area(geometry[0]) == 4.0


def test_a_polygon_without_area_is_listed():
    table, problems = read(polygons("POLYGON ((118 32, 119 33, 118 32, 118 32))", "POINT (118 32)"))
    assert len(table) == 1
    assert listed(problems) == [(1, "encloses no area.")]


def test_a_file_in_which_nothing_lies_anywhere_is_an_error():
    with pytest.raises(InputError, match=r"none of its 2 rows can be used. Row 1 has no position."):
        read(cells(lon=["", "0"], lat=["", "0"]))


def test_a_table_without_positions_is_an_error_that_lists_its_columns():
    with pytest.raises(InputError, match=r"no positions among its columns \(name, lon\).*columns: \{lon"):
        read(cells(name=["a"], lon=["118"]))


def test_a_point_stands_for_a_polygon_and_lies_in_it():
    """A horseshoe, whose centroid lies outside it."""
    horseshoe = shapely.from_wkt("POLYGON ((0 0, 3 0, 3 3, 2 3, 2 1, 1 1, 1 3, 0 3, 0 0))")
    points = point_of(gpd.GeoSeries([horseshoe, shapely.Point(7, 7)], crs="EPSG:4326"))
    assert not horseshoe.contains(horseshoe.centroid)
    assert horseshoe.contains(points.iloc[0])
    assert points.iloc[1] == shapely.Point(7, 7)


RESIDENTS = gpd.GeoDataFrame(geometry=shapely.points([NANJING, (118.9, 32.2)]), crs="EPSG:4326")


def layer(*lonlat):
    return gpd.GeoDataFrame(geometry=shapely.points(lonlat), crs="EPSG:4326")


def test_a_layer_with_one_row_near_the_residents_is_of_this_city():
    """Shanghai's People's Square lies some 270 km away, but one place is in Nanjing."""
    require_near(layer((121.475, 31.23), NANJING), RESIDENTS, "clinics.csv")


def test_a_layer_of_another_city_is_an_error_with_its_distance():
    """From 118.9E 32.06N to 121.475E 31.23N: 2.575° × 95.0 km and 0.83° × 110.9 km, about 261 km."""
    with pytest.raises(InputError, match=r"clinics\.csv: its nearest row lies 26\d km from the residents"):
        require_near(layer((121.475, 31.23)), RESIDENTS, "clinics.csv")


def test_a_layer_with_swapped_axes_that_both_fit_the_globe_is_an_error_that_says_so():
    porto_alegre = gpd.GeoDataFrame(geometry=shapely.points([(-51.2, -30.0), (-51.1, -30.1)]), crs="EPSG:4326")
    with pytest.raises(InputError, match=r"clinics\.csv: latitude and longitude are swapped"):
        require_near(layer((-30.05, -51.15)), porto_alegre, "clinics.csv")


def test_an_empty_layer_is_in_no_other_city():
    require_near(layer(NANJING).iloc[:0], RESIDENTS, "clinics.csv")
