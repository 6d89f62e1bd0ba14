from __future__ import annotations

import numpy as np
import pytest
from pyproj import CRS
from scipy.integrate import quad

from lifecircle.errors import InputError
from lifecircle.inputs.coordinates import read_positions, to_wgs84
from lifecircle.inputs.gcj02 import wgs84_to_bd09, wgs84_to_gcj02
from lifecircle.messages import told

# Drum Tower (120E zone) and a village in the west of Pukou (117E zone): the city lies in both.
DRUM_TOWER = (118.7780, 32.0584)
PUKOU = (118.4125, 31.9350)


def gauss_kruger(lonlat, meridian):
    """Return easting and northing by the classical series on CGCS2000's ellipsoid, to a millimetre within 2 degrees."""
    a, f = 6_378_137.0, 1 / 298.257222101
    e2 = f * (2 - f)
    phi = np.radians(lonlat[1])
    t, eta2 = np.tan(phi), e2 / (1 - e2) * np.cos(phi) ** 2
    arc = quad(lambda u: a * (1 - e2) / (1 - e2 * np.sin(u) ** 2) ** 1.5, 0, phi)[0]
    n = a / np.sqrt(1 - e2 * np.sin(phi) ** 2)
    m = np.cos(phi) * np.radians(lonlat[0] - meridian)
    easting = m + (1 - t**2 + eta2) * m**3 / 6 + (5 - 18 * t**2 + t**4 + 14 * eta2 - 58 * eta2 * t**2) * m**5 / 120
    northing = m**2 / 2 + (5 - t**2 + 9 * eta2 + 4 * eta2**2) * m**4 / 24 + (61 - 58 * t**2 + t**4) * m**6 / 720
    return 500_000 + n * easting, arc + n * t * northing


@pytest.mark.parametrize(
    ("place", "meridian", "zone", "plain", "prefixed"),
    [(PUKOU, 117, 39, "EPSG:4548", "EPSG:4527"), (DRUM_TOWER, 120, 40, "EPSG:4549", "EPSG:4528")],
)
def test_cgcs2000_is_read_with_and_without_prefix_and_in_either_order(place, meridian, zone, plain, prefixed):
    easting, northing = gauss_kruger(place, meridian)
    prefix = zone * 1e6
    for crs in (plain, prefixed):
        for xy in (
            (easting, northing),
            (easting + prefix, northing),
            (northing, easting),
            (northing, easting + prefix),
        ):
            np.testing.assert_allclose(to_wgs84(np.array([xy]), crs), [place], rtol=0, atol=1e-8)


def test_a_point_on_the_meridian_has_the_eastings_of_its_false_origin():
    """0.5 million on 120E; a quarter of the meridian's quadrant (10,001,966 m / 90 per degree) is near 3.54 million."""
    lonlat = to_wgs84(np.array([[40_500_000.0, 3_541_900.0]]), "EPSG:4549")
    np.testing.assert_allclose(lonlat, [[120.0, 32.0]], rtol=0, atol=5e-3)
    assert lonlat[0, 0] == pytest.approx(120.0, abs=1e-9)


def test_rows_with_prefixes_of_two_zones_are_read_each_in_its_own():
    xy = np.array([gauss_kruger(PUKOU, 117), gauss_kruger(DRUM_TOWER, 120)])
    xy[:, 0] += [39e6, 40e6]
    read = read_positions(xy, "EPSG:4528")
    np.testing.assert_allclose(read.lonlat, [PUKOU, DRUM_TOWER], rtol=0, atol=1e-8)
    (note,) = read.notes
    assert note.en == "1 eastings carry the prefix of zone 39 and were read there, though EPSG:4528 is zone 40."


def test_the_zones_of_six_degrees_are_read_too():
    """EPSG:4509 is the 6 degree zone on 117E, number 20: all of Nanjing lies in it."""
    easting, northing = gauss_kruger(PUKOU, 117)
    read = to_wgs84(np.array([[northing, easting + 20e6]]), "EPSG:4509")
    np.testing.assert_allclose(read, [PUKOU], rtol=0, atol=1e-8)


def test_a_northing_first_file_is_noted():
    read = read_positions(np.array([gauss_kruger(DRUM_TOWER, 120)[::-1]] * 3), "EPSG:4549")
    assert read.notes == (told("problem.axes_swapped"),)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "CGCS2000", "WGS-84", CRS(4490), CRS(4326).to_wkt()])
def test_degrees_are_read_in_either_order(crs):
    for xy in (DRUM_TOWER, DRUM_TOWER[::-1]):
        np.testing.assert_allclose(to_wgs84(np.array([xy]), crs), [DRUM_TOWER], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["GCJ-02", "gcj02", "GCJ02", "gcj_02", "火星坐标", "火星坐标系", "国测局坐标系"])
def test_gcj02_is_understood_by_its_names(name):
    read = read_positions(wgs84_to_gcj02(np.array([DRUM_TOWER])), name)
    assert read.frame == "GCJ-02"
    np.testing.assert_allclose(read.lonlat, [DRUM_TOWER], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["BD-09", "bd09", "BD09LL", "百度坐标", "百度坐标系"])
def test_bd09_is_understood_by_its_names_and_with_the_latitude_first(name):
    read = read_positions(wgs84_to_bd09(np.array([DRUM_TOWER]))[:, ::-1], name)
    assert read.frame == "BD-09"
    np.testing.assert_allclose(read.lonlat, [DRUM_TOWER], rtol=0, atol=1e-9)


def test_utm_and_web_mercator_are_left_to_proj():
    """Web Mercator: x = R lon, y = R ln tan(45° + lat / 2), with R = 6378137 m."""
    radius, (lon, lat) = 6_378_137.0, np.radians(DRUM_TOWER)
    xy = np.array([[radius * lon, radius * np.log(np.tan(np.pi / 4 + lat / 2))]])
    np.testing.assert_allclose(to_wgs84(xy, "EPSG:3857"), [DRUM_TOWER], rtol=0, atol=1e-9)
    utm = np.array([[500_000.0, 0.0]])
    np.testing.assert_allclose(to_wgs84(utm, "EPSG:32650"), [[117.0, 0.0]], rtol=0, atol=1e-9)


def test_an_old_datum_with_a_published_transformation_is_moved_by_it():
    """NAD27 lies some 36 m west of WGS 84 at New York: PROJ must not lay one over the other."""
    here = np.array([[-74.0, 40.7]])
    moved = to_wgs84(here, "EPSG:4267")
    east_m, north_m = ((moved - here) * [84_400.0, 111_000.0])[0]
    assert 25 < east_m < 45
    assert -5 < north_m < 20


def test_degrees_without_a_frame_are_read_as_wgs84_and_noted():
    read = read_positions(np.array([DRUM_TOWER]), None)
    assert read.lonlat.tolist() == [list(DRUM_TOWER)]
    assert read.notes == (told("problem.no_frame_declared"),)


@pytest.mark.parametrize(
    ("xy", "crs", "words"),
    [
        ((345_678.0, 142_345.0), None, "places.csv: No crs is declared, and most .* city frames such as 南京2008"),
        ((40_385_000.0, 3_549_000.0), None, "starts with 40.*write crs: EPSG:4528"),
        ((345_678.0, 142_345.0), "EPSG:4549", "crs: EPSG:4549 is declared, but most of its 1 positions"),
        ((118.778, 32.0584), "EPSG:4549", "look like degrees: write crs: EPSG:4326, EPSG:4490, GCJ-02 or BD-09"),
        ((385_000.0, 3_549_000.0), "EPSG:4326", "places.csv: crs: EPSG:4326 is declared, but"),
        ((20_385_000.0, 3_549_000.0), "EPSG:4549", "starts with 20.*EPSG:4498"),
        ((24.94, 60.17), "GCJ-02", "longitudes 72 to 137.8"),
        ((118.778, 32.0584), "南京2008", "places.csv: crs: 南京2008 is not a frame that PROJ knows.*CGCS2000"),
        ((118.778, 32.0584), "EPSG:99999", "EPSG:99999 is not a frame"),
        ((400_000.0, 3_550_000.0), "EPSG:2437", "Beijing 1954.* has no published transformation to WGS 84 here"),
        ((400_000.0, 3_550_000.0), "EPSG:2385", "Xian 1980.* has no published transformation"),
        (
            (400_000.0, 3_550_000.0),
            "+proj=tmerc +lon_0=118.8333 +x_0=500000 +ellps=krass",
            "no published transformation",
        ),
        ((100.0, 20.0), "IAU_2015:30100", "Moon .* is a local frame without a place on Earth"),
        ((100.0, 200.0), 'LOCAL_CS["works",UNIT["metre",1]]', "works is a local frame without a place on Earth"),
    ],
)
def test_what_cannot_be_placed_is_refused_with_the_remedy(xy, crs, words):
    with pytest.raises(InputError, match=f"(?i){words}"):
        to_wgs84(np.array([xy]), crs, "places.csv")


def test_a_few_wild_rows_come_back_missing_and_the_others_are_read():
    easting, northing = gauss_kruger(DRUM_TOWER, 120)
    xy = np.array([[easting, northing], [0.0, 0.0], [np.nan, northing], [easting, 9e9], [easting, northing]])
    lonlat = to_wgs84(xy, "EPSG:4549")
    assert np.isnan(lonlat).any(axis=1).tolist() == [False, True, True, True, False]
    np.testing.assert_allclose(lonlat[[0, 4]], [DRUM_TOWER] * 2, rtol=0, atol=1e-8)


@pytest.mark.parametrize("crs", ["EPSG:4549", "GCJ-02", None])
def test_no_positions_are_no_fault(crs):
    assert to_wgs84(np.empty((0, 2)), crs).shape == (0, 2)
    assert np.isnan(to_wgs84(np.full((2, 2), np.nan), crs)).all()
