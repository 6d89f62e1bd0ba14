from __future__ import annotations

import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from lifecircle.crs import WGS84, to_lonlat, to_metric
from lifecircle.inputs.alignment import street_segments, strengths, surroundings
from lifecircle.inputs.frames import STREETS, SWAPPED, TWICE, ZONE_117, ZONE_120, best_frame, detect_frame
from lifecircle.inputs.gcj02 import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from lifecircle.inputs.nearest import distance_m
from lifecircle.inputs.streets import read_ways, ways_from_lines
from lifecircle.study import Source

UTM, CORNER = "EPSG:32650", np.array([667_000.0, 3_545_000.0])


@pytest.fixture(scope="module")
def segments():
    """Return the streets of an invented town in Nanjing, 5 km x 5 km: a lattice of 125 m, bent, with gaps. Metres."""
    rng = np.random.default_rng(7)
    nodes = np.stack(np.meshgrid(np.arange(40), np.arange(40)), axis=-1) * 125.0 + rng.uniform(-40, 40, (40, 40, 2))
    across = np.stack([nodes[:, :-1], nodes[:, 1:]], axis=2).reshape(-1, 2, 2)
    along = np.stack([nodes[:-1], nodes[1:]], axis=2).reshape(-1, 2, 2)
    streets = np.concatenate([across, along])
    return streets[rng.random(len(streets)) < 0.8] + CORNER


@pytest.fixture(scope="module")
def streets(segments):
    return surroundings(to_lonlat(segments.reshape(-1, 2), UTM).reshape(-1, 2, 2))


@pytest.fixture(scope="module")
def places(segments):
    """Return a hundred places 5 to 45 m beside streets."""
    rng = np.random.default_rng(8)
    start, end = segments[rng.choice(len(segments), 100)].transpose(1, 0, 2)
    aside = (end - start)[:, ::-1] * [-1, 1] / np.hypot(*(end - start).T)[:, None]
    beside = aside * (rng.choice([-1, 1], 100) * rng.triangular(5, 12, 45, 100))[:, None]
    return to_lonlat(start + rng.random((100, 1)) * (end - start) + beside, UTM)


def zone_mistaken(read_as, truly):
    return lambda lonlat: to_lonlat(to_metric(lonlat, truly), read_as)


WRONG = {
    "GCJ-02": wgs84_to_gcj02,
    "BD-09": wgs84_to_bd09,
    TWICE: lambda lonlat: wgs84_to_gcj02(wgs84_to_gcj02(lonlat)),
    SWAPPED: lambda lonlat: lonlat[:, ::-1],
    ZONE_117: zone_mistaken(ZONE_120, ZONE_117),
    ZONE_120: zone_mistaken(ZONE_117, ZONE_120),
}


@pytest.mark.parametrize("frame", WRONG)
def test_a_layer_in_another_frame_than_declared_is_found(frame, streets, places):
    fit = detect_frame(WRONG[frame](places), streets)
    assert (fit.verdict, fit.frame, fit.n) == ("wrong", frame, 100)
    assert fit.confidence > 0.985


def test_a_layer_in_the_declared_frame_fits(streets, places):
    fit = detect_frame(places, streets)
    assert (fit.verdict, fit.frame, fit.shift_m) == ("fits", "EPSG:4326", 0.0)
    assert fit.message.en == "The file's 100 places fit the streets as declared (EPSG:4326)."


def test_streets_in_gcj02_are_found_by_a_layer_that_is_not(streets, places):
    fit = detect_frame(gcj02_to_wgs84(places), streets)
    assert (fit.verdict, fit.frame) == ("wrong", STREETS)
    assert "north-west of where they fit the streets. It is the streets that look like GCJ-02" in fit.message.en


def test_the_shift_is_told_with_its_direction_and_remedy(streets, places):
    """GCJ-02 lies 494 m east and 225 m south of WGS 84 in the middle of Nanjing: 543 m at 114 degrees."""
    fit = detect_frame(wgs84_to_gcj02(places), streets)
    assert fit.shift_m == pytest.approx(543, abs=15)
    assert fit.bearing_deg == pytest.approx(114.5, abs=4)
    assert fit.message.en.startswith("The file's 100 places lie about 5")
    assert fit.message.en.endswith(
        " m to the south-east of where they fit the streets. "
        "It looks like GCJ-02, not EPSG:4326: set crs: GCJ-02, or reproject it."
    )
    assert "东南方约 5" in fit.message.zh
    assert "请设置 crs: GCJ-02" in fit.message.zh


@pytest.mark.parametrize(
    ("declared", "undo", "truly", "shift"),
    [
        ("gcj02", gcj02_to_wgs84, "EPSG:4326", np.copy),
        ("GCJ-02", gcj02_to_wgs84, "BD-09", wgs84_to_bd09),
        ("百度坐标", bd09_to_wgs84, "GCJ-02", wgs84_to_gcj02),
        ("BD-09", bd09_to_wgs84, "EPSG:4326", np.copy),
        ("EPSG:4549", np.copy, "EPSG:4548", zone_mistaken(ZONE_120, ZONE_117)),
        ("EPSG:4490", np.copy, "GCJ-02", wgs84_to_gcj02),
    ],
)
def test_a_declaration_other_than_wgs84_can_be_wrong_too(declared, undo, truly, shift, streets, places):
    """The reader has undone the shift that was declared; the file holds another one, or none."""
    fit = detect_frame(undo(shift(places)), streets, declared)
    assert (fit.verdict, fit.frame) == ("wrong", truly)


@pytest.mark.parametrize(
    ("declared", "there", "back"), [("GCJ-02", wgs84_to_gcj02, gcj02_to_wgs84), ("BD-09", wgs84_to_bd09, bd09_to_wgs84)]
)
def test_a_right_declaration_of_a_shifted_frame_fits(declared, there, back, streets, places):
    fit = detect_frame(back(there(places)), streets, declared)
    assert (fit.verdict, fit.frame) == ("fits", declared)


def test_points_without_a_tie_to_the_streets_are_not_decided(streets):
    grid = np.stack(np.meshgrid(np.arange(12), np.arange(12)), axis=-1).reshape(-1, 2) * 311.0 + CORNER + 700
    fit = detect_frame(to_lonlat(grid, UTM), streets)
    assert (fit.verdict, fit.frame, fit.n) == ("undecided", "EPSG:4326", 144)
    assert fit.confidence < 0.985
    assert fit.message.en.startswith("Whether the file is in EPSG:4326 cannot be decided: its 144 places")


@pytest.mark.parametrize("n", [0, 1, 5])
def test_a_handful_of_places_is_not_decided(n, streets, places):
    fit = detect_frame(wgs84_to_gcj02(places[:n]), streets)
    assert (fit.verdict, fit.n) == ("undecided", n)


def test_seven_places_are_enough_for_swapped_axes(streets, places):
    """All seven lie in the town one way round, none the other way: by chance once in 2 ** 7 = 128 times."""
    assert detect_frame(places[:6, ::-1], streets).verdict == "undecided"
    fit = detect_frame(places[:7, ::-1], streets)
    assert (fit.verdict, fit.frame, fit.confidence) == ("wrong", SWAPPED, 1 - 1 / 128)
    assert fit.message.en == (
        "The file's 7 places lie nowhere on Earth as declared. "
        "Longitude and latitude look exchanged: exchange the two columns."
    )
    assert np.isnan(fit.shift_m)


def test_places_of_another_city_are_told_apart_from_a_shift(streets, places):
    fit = detect_frame(places + np.array([1.0, 2.0]), streets)
    assert fit.verdict == "undecided"
    assert "check that the file and the streets are of the same city" in fit.message.en


def test_a_single_street_is_too_little_to_decide_by():
    """Moved by 150 m and more, most places beside a street of 100 m are out of its reach: nothing to compare with."""
    street = CORNER + np.array([[0, 0], [100, 0]])
    beside = CORNER + np.column_stack([np.linspace(0, 100, 40), np.full(40, 12.0)])
    fit = detect_frame(to_lonlat(beside, UTM), to_lonlat(street, UTM).reshape(1, 2, 2))
    assert (fit.verdict, fit.confidence) == ("undecided", 0.0)


def test_missing_and_repeated_positions_and_strays_do_no_harm(streets, places):
    rows = np.concatenate([wgs84_to_gcj02(places), np.full((20, 2), np.nan), np.zeros((3, 2)), wgs84_to_gcj02(places)])
    fit = detect_frame(rows, streets)
    assert (fit.verdict, fit.frame, fit.n) == ("wrong", "GCJ-02", 101)


def test_streets_may_be_given_as_plain_segments(segments, places):
    lonlat = to_lonlat(segments.reshape(-1, 2), UTM).reshape(-1, 2, 2)
    assert detect_frame(wgs84_to_gcj02(places), lonlat).frame == "GCJ-02"


def test_buildings_make_the_evidence_stronger(segments):
    """Forty places inside houses of 16 m x 16 m that stand along a fifth of the streets, and the same places moved."""
    rng = np.random.default_rng(9)
    start, end = segments[:500].transpose(1, 0, 2)
    aside = (end - start)[:, ::-1] * [-1, 1] / np.hypot(*(end - start).T)[:, None]
    middle = (start + end) / 2 + 25 * aside
    houses = shapely.transform(shapely.box(*(middle - 8).T, *(middle + 8).T), lambda xy: to_lonlat(xy, UTM))
    lonlat = to_lonlat(segments.reshape(-1, 2), UTM).reshape(-1, 2, 2)
    at = middle[rng.choice(500, 40, replace=False)] + rng.normal(0, 3, (40, 2))
    placements = at + np.array([[[0.0, 0.0]], [[494.0, -225.0]]])
    right, shifted = strengths(surroundings(lonlat, houses), placements)
    assert right > 1.5 * strengths(surroundings(lonlat), placements)[0]
    assert shifted < 3.0


def test_confidence_follows_the_inequality_of_vysochanskij_and_petunin(streets, places):
    """1 - 4 / 9 / (1 + z²) for the best frame's z standard deviations."""
    frames = {"EPSG:4326": np.copy, "GCJ-02": gcj02_to_wgs84}
    z = strengths(streets, np.stack([to_metric(read(places), streets.crs) for read in frames.values()]))
    fit = best_frame(places, streets, frames, "EPSG:4326")
    assert fit.confidence == pytest.approx(1 - 4 / 9 / (1 + z[0] ** 2), rel=1e-9)
    assert z[0] > 10
    assert z[1] < 3


def test_the_segments_of_ways_do_not_join_one_way_to_the_next():
    bent, straight = [(118.7, 32.0), (118.71, 32.0), (118.71, 32.01)], [(118.8, 32.0), (118.8, 32.1)]
    lines = gpd.GeoDataFrame(geometry=[shapely.LineString(bent), shapely.LineString(straight)], crs=WGS84)
    ways, _ = ways_from_lines(lines, "streets.gpkg")
    assert street_segments(ways).tolist() == [
        [[118.7, 32.0], [118.71, 32.0]],
        [[118.71, 32.0], [118.71, 32.01]],
        [[118.8, 32.0], [118.8, 32.1]],
    ]


@pytest.fixture(scope="module")
def porto_alegre(real_data):
    """Real streets, stops as the operator surveyed them, hexagon centres, and Nanjing's mean shifts as the frames."""
    folder = real_data / "porto_alegre"
    around = surroundings(street_segments(read_ways(folder / "poa_osm.pbf", Source(file="poa_osm.pbf"))[0]))
    with zipfile.ZipFile(folder / "poa_eptc.zip") as feed, feed.open("stops.txt") as table:
        stops = pd.read_csv(table)[["stop_lon", "stop_lat"]].to_numpy()
    stops = stops[distance_m(around.streets, to_metric(stops, around.crs), 100.0) < 100.0]
    hexagons = pd.read_csv(folder / "poa_hexgrid.csv").query("population > 0")[["lon", "lat"]].to_numpy()

    def moved(*shift_m):
        return lambda lonlat: to_lonlat(to_metric(lonlat, around.crs) + shift_m, around.crs)

    frames = {WGS84: np.copy, "GCJ-02": moved(-494.0, 225.0), "BD-09": moved(-1109.0, -439.0)}
    return around, stops, hexagons, frames, {"GCJ-02": moved(494.0, -225.0), "BD-09": moved(1109.0, 439.0)}


@pytest.mark.real
def test_of_forty_real_stops_a_shift_is_always_found_and_never_imagined(porto_alegre):
    around, stops, _, frames, shifts = porto_alegre
    rng = np.random.default_rng(10)
    for _ in range(4):
        sample = stops[rng.choice(len(stops), 40, replace=False)]
        assert best_frame(sample, around, frames, WGS84).verdict == "fits"
        for name, shift in shifts.items():
            fit = best_frame(shift(sample), around, frames, WGS84)
            assert (fit.verdict, fit.frame) == ("wrong", name)


@pytest.mark.real
@pytest.mark.parametrize("n", [30, 200])
def test_the_centres_of_a_real_hexagon_grid_are_not_decided(n, porto_alegre):
    around, _, hexagons, frames, shifts = porto_alegre
    sample = hexagons[:: max(len(hexagons) // n, 1)][:n]
    for shift in (np.copy, shifts["GCJ-02"]):
        assert best_frame(shift(sample), around, frames, WGS84).verdict == "undecided"
