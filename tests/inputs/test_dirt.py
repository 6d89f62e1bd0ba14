"""Whatever a file holds, each of its rows is used or listed as dropped, and no error but ours is raised."""

from __future__ import annotations

import csv
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import table_files
from lifecircle.errors import LifecircleError
from lifecircle.inputs.areas import read_areas
from lifecircle.inputs.census import read_polygons, read_totals
from lifecircle.inputs.dasymetric import spread_people
from lifecircle.inputs.facilities import read_facilities
from lifecircle.inputs.osm_places import osm_places
from lifecircle.inputs.residents import read_residents
from lifecircle.study import Source
from osm_files import write_osm

examples = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

IDS = st.sampled_from(["", "a", "a", "b", "7", "7.0", "row3", " "])
NUMBERS = st.sampled_from(
    ["", "10", "-5", "x", "nan", "inf", "-inf", "1,200", "３０张", "1e400", "1e12", "=1+1", "约30", "0", "\x00", "true"]
)
COORDINATES = st.sampled_from(["118.8", "32.06", "0", "", "nan", "inf", "abc", "999", "-1e308", "１１８", "118°46′"])
NAMES = st.one_of(st.text(max_size=6), st.sampled_from(['"', "a,b", "=cmd|x", "{{7*7}}", "<b>", "甲\n乙", "\u202e"]))
DIRTY_ROW = st.tuples(IDS, COORDINATES, COORDINATES, NUMBERS, NUMBERS, NAMES)
GOOD_ROW = ("", "118.8", "32.06", "10", "20", "甲")
HEADER = ("id", "lon", "lat", "population", "capacity", "name")

RING = [[118.8, 32.0], [118.9, 32.0], [118.9, 32.1], [118.8, 32.1], [118.8, 32.0]]
BOWTIE = [[118.8, 32.0], [118.9, 32.1], [118.9, 32.0], [118.8, 32.1], [118.8, 32.0]]
SHAPES = st.sampled_from(
    [
        None,
        {"type": "Point", "coordinates": [118.8, 32.0]},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Point", "coordinates": [float("nan"), 32.0]},
        {"type": "Point", "coordinates": [float("inf"), 32.0]},
        {"type": "Point", "coordinates": [1e30, 32.0]},
        {"type": "Point", "coordinates": [32.0, 118.8]},
        {"type": "MultiPoint", "coordinates": [[118.8, 32.0], [118.9, 32.0]]},
        {"type": "LineString", "coordinates": [[118.8, 32.0], [118.9, 32.0]]},
        {"type": "Polygon", "coordinates": [RING]},
        {"type": "Polygon", "coordinates": [BOWTIE]},
        {"type": "Polygon", "coordinates": [[[118.8, 32.0], [118.9, 32.0]]]},
        {"type": "Polygon", "coordinates": [[[118.8, 32.0], [118.9, 32.1], [118.8, 32.0], [118.8, 32.0]]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 0], [0, 0], [0, 0]]]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [118.8, 32.0]}]},
        {"type": "MultiPolygon", "coordinates": [[BOWTIE], [RING]]},
    ]
)
VALUES = st.sampled_from([None, 10, -5, "x", float("nan"), float("inf"), "1,200", 1e300, True, "", 0])
NESTED = st.sampled_from(
    [[1], {"a": 1}, [], "x", 5]
)  # one list in a property makes GDAL turn the whole column to lists
FEATURES = st.lists(st.tuples(IDS, VALUES, SHAPES), min_size=1, max_size=8)


def facilities(path):
    return read_facilities(path, Source(file=path.name), "clinic")


def residents(path):
    return read_residents(path, Source(file=path.name))


def areas(path):
    table, problems = read_areas({"district": (path, Source(file=path.name))})
    of_file = table[table["level"] != "city"]
    return of_file.assign(row=range(1, len(of_file) + 1)), problems


def assert_every_row_is_used_or_listed(result, rows_in):
    table, problems = result
    dropped = {problem.row for problem in problems if problem.outcome == "dropped"}
    assert len(table) + len(dropped) == len(rows_in)
    assert dropped <= set(rows_in)
    id_column = next(name for name in ("facility_id", "resident_id", "area_id") if name in table)
    assert table[id_column].notna().all()
    assert table[id_column].is_unique
    assert shapely.is_valid(table.geometry.to_numpy()).all()
    assert not shapely.is_empty(table.geometry.to_numpy()).any()
    assert np.isfinite(shapely.get_coordinates(table.geometry.to_numpy())).all()
    number = {"facility_id": "capacity", "resident_id": "population"}.get(id_column)
    if number in table:
        assert (table[number].dropna() >= 0).all()
        assert np.isfinite(table[number].dropna()).all()


def assert_rows_of_points(result, rows_in):
    table, problems = result
    dropped = {problem.row for problem in problems if problem.outcome == "dropped"}
    assert set(table["row"]) | dropped == set(rows_in)
    assert not set(table["row"]) & dropped
    assert_every_row_is_used_or_listed(result, rows_in)


def filled(rows):
    """Return the numbers of the rows that a person would not call blank."""
    return [number for number, row in enumerate(rows, start=1) if any(row)]


def written_csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return path


def written_geojson(path, features):
    features = [
        {"type": "Feature", "properties": {"id": own_id, "population": value, "capacity": value}, "geometry": shape}
        for own_id, value, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize("read", [facilities, residents])
@examples
@given(dirty=st.lists(DIRTY_ROW, max_size=6))
def test_among_sound_rows_of_a_csv_each_dirty_one_is_used_or_listed(tmp_path, read, dirty):
    rows = [*dirty, *[GOOD_ROW] * (len(dirty) + 1)]
    assert_rows_of_points(read(written_csv(tmp_path / "a.csv", rows)), filled(rows))


@pytest.mark.parametrize("read", [facilities, residents])
@examples
@given(rows=st.lists(DIRTY_ROW, min_size=1, max_size=6))
def test_a_csv_of_dirt_alone_is_read_or_refused_by_our_own_error(tmp_path, read, rows):
    try:
        result = read(written_csv(tmp_path / "a.csv", rows))
    except LifecircleError:
        return
    assert_rows_of_points(result, filled(rows))


@pytest.mark.parametrize("read", [facilities, residents])
@examples
@given(features=FEATURES)
def test_among_sound_features_of_a_geojson_each_dirty_one_is_used_or_listed(tmp_path, read, features):
    sound = [("", 10, {"type": "Point", "coordinates": [118.8, 32.0]})] * len(features)
    path = written_geojson(tmp_path / "a.geojson", [*features, *sound])
    assert_rows_of_points(read(path), range(1, 2 * len(features) + 1))


@pytest.mark.parametrize("read", [facilities, residents])
@examples
@given(features=st.lists(st.tuples(IDS, NESTED, SHAPES), min_size=1, max_size=6))
def test_a_geojson_of_dirt_alone_is_read_or_refused_by_our_own_error(tmp_path, read, features):
    try:
        result = read(written_geojson(tmp_path / "a.geojson", features))
    except LifecircleError:
        return
    assert_rows_of_points(result, range(1, len(features) + 1))


@examples
@given(features=FEATURES)
def test_among_sound_areas_each_dirty_one_is_used_or_listed(tmp_path, features):
    sound = [("", 10, {"type": "Polygon", "coordinates": [RING]})] * len(features)
    path = written_geojson(tmp_path / "a.geojson", [*features, *sound])
    assert_every_row_is_used_or_listed(areas(path), range(1, 2 * len(features) + 1))


@settings(examples, max_examples=10)
@given(dirty=st.lists(st.tuples(IDS, VALUES, VALUES, VALUES, VALUES, NAMES), max_size=5))
def test_among_sound_rows_of_a_workbook_each_dirty_one_is_used_or_listed(tmp_path, dirty):
    sound = ("", 118.8, 32.06, 10, 20, "甲")
    rows = [*[tuple(_cell(value) for value in row) for row in dirty], *[sound] * (len(dirty) + 1)]
    path = table_files.write_workbook(tmp_path / "a.xlsx", {"s": [HEADER, *rows]})
    kept = [n for n, row in enumerate(rows, start=1) if any(str(value or "").strip() or value == 0 for value in row)]
    assert_rows_of_points(residents(path), kept)


def _cell(value):
    """Return a value that a workbook can hold."""
    if isinstance(value, str):
        return "".join(character for character in value if character.isprintable())
    if isinstance(value, list | dict):
        return str(value)
    return value if value is None or np.isfinite(value) else str(value)


@examples
@given(
    nodes=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90), NAMES, NUMBERS), min_size=1, max_size=6),
    ways=st.lists(st.lists(st.integers(1, 9), max_size=6), max_size=4),
)
def test_every_place_of_an_extract_is_used_or_listed(tmp_path, nodes, ways):
    """Ways refer to nodes 1 to 9, of which only as many exist as were drawn; a zero byte would end a tag's text."""
    texts = [(name.replace("\x00", ""), number.replace("\x00", "")) for *_, name, number in nodes]
    tags = [{"leisure": "park", "name": name, "capacity": number} for name, number in texts]
    path = write_osm(
        tmp_path / "a.osm.pbf",
        {ref: (lon, lat, own) for ref, ((lon, lat, *_), own) in enumerate(zip(nodes, tags, strict=True), start=1)},
        {ref: (refs, {"leisure": "park"}) for ref, refs in enumerate(ways, start=1)},
    )
    places, problems = osm_places(path, ["park"])
    used = set(places["park"]["facility_id"])
    dropped = {problem.feature_id for problem in problems if problem.outcome == "dropped"}
    expected = {f"node/{ref + 1}" for ref in range(len(nodes))} | {f"way/{ref + 1}" for ref in range(len(ways))}
    assert used | dropped == expected
    assert not used & dropped
    assert shapely.is_valid(places["park"].geometry.to_numpy()).all()


VILLAGES = gpd.GeoDataFrame(
    {"area_id": ["1", "2"], "name": ["一村", "二村"]},
    geometry=[shapely.box(118.8, 32.0, 118.9, 32.1), shapely.box(118.9, 32.0, 119.0, 32.1)],
    crs="EPSG:4326",
)


@examples
@given(dirty=st.lists(st.tuples(st.sampled_from(["1", "2", "一村", "二村", "三村", "", "=1"]), NUMBERS), max_size=6))
def test_every_row_of_a_census_is_used_or_listed(tmp_path, dirty):
    rows = [("一村", "10"), *dirty]
    path = tmp_path / "census.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("社区", "population"), *rows])
    totals, problems = read_totals(path, Source(file=path.name), VILLAGES, "community")
    dropped = {problem.row for problem in problems if problem.outcome == "dropped"}
    assert totals["area_id"].tolist() == ["1", "2"]
    assert totals["population"].notna().sum() + len(dropped) == len(filled(rows))
    assert totals["population"].iloc[0] == 10


@examples
@given(features=FEATURES)
def test_every_building_houses_people_or_is_listed(tmp_path, features):
    """A sound building first; of all that follow, those on the ground of the villages share the 1000 people."""
    path = written_geojson(tmp_path / "a.geojson", [("ok", 3, {"type": "Polygon", "coordinates": [RING]}), *features])
    buildings, problems = read_polygons(path, Source(file=path.name, columns={"levels": "capacity"}))
    residents, found = spread_people(VILLAGES.assign(population=[1000.0, 0.0]), buildings, buildings_file=path.name)
    dropped = {problem.row for problem in [*problems, *found] if problem.outcome == "dropped" and problem.row}
    assert len(residents) + len(dropped) == len(features) + 1
    assert residents["population"].sum() == pytest.approx(1000.0, rel=1e-9)
