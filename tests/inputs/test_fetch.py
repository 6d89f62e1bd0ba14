from __future__ import annotations

import json
import re

import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from lifecircle.crs import GEOD
from lifecircle.errors import InputError
from lifecircle.inputs.fetch import ATTRIBUTION, around, fetch, place_outline, place_query, streets_query, study_outline
from lifecircle.inputs.overpass import Patience
from lifecircle.inputs.streets import read_ways
from lifecircle.study import Source, read_study
from overpass_server import HEAD, TIMED_OUT, TOWN, Answer, overpass
from town_study import write_town

PATIENCE = Patience(tell=lambda *_: None, waits_s=(0.0,), silence_s=5.0, pause=lambda _: None)
QUERY = 'way["highway"];out;'


def member(*places, role="outer"):
    return {"type": "way", "role": role, "geometry": [{"lat": lat, "lon": lon} for lon, lat in places]}


def relation(number, *members, name="小镇", level="8"):
    return {"type": "relation", "id": number, "tags": {"name": name, "admin_level": level}, "members": list(members)}


HALVES = (
    member((118.0, 32.0), (118.4, 32.0), (118.4, 32.2)),
    member((118.4, 32.2), (118.0, 32.2), (118.0, 32.0)),
)
LAKE = member((118.1, 32.05), (118.2, 32.05), (118.2, 32.1), (118.1, 32.05), role="inner")
CENTRE = {"type": "node", "role": "admin_centre", "lat": 32.1, "lon": 118.2}


def placed(tmp_path, *relations, name="小镇"):
    body = json.dumps({"version": 0.6, "elements": list(relations)})
    with overpass(Answer(body)) as server:
        return place_outline(name, server.url, tmp_path, PATIENCE), server.queries[0]


@pytest.mark.parametrize("name", ["streets.osm.pbf", "streets.osm"])
def test_the_map_is_put_in_place_with_where_it_comes_from(tmp_path, name):
    with overpass(Answer()) as server:
        fetched = fetch(tmp_path / "data" / name, QUERY, server.url, PATIENCE, {"beyond_m": 1800.0})
    assert (fetched.streets, fetched.map_time) == (1, "2025-11-23T08:00:00Z")
    ways, problems = read_ways(fetched.path, Source(file=name))
    assert problems == []
    np.testing.assert_allclose(ways.lonlat, [[118.80, 32], [118.81, 32], [118.82, 32], [118.83, 32]])
    assert ways.tags["highway"].tolist() == ["residential"]
    said = json.loads(fetched.side.read_text(encoding="utf-8"))
    assert fetched.side.name == f"{name}.source.json"
    assert (said["attribution"], said["map_time"], said["beyond_m"]) == (ATTRIBUTION, "2025-11-23T08:00:00Z", 1800.0)
    assert (said["server"], said["query"]) == (server.url, QUERY)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", said["fetched"])
    assert sorted(path.name for path in fetched.path.parent.iterdir()) == sorted([name, f"{name}.source.json"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (TIMED_OUT, "The server gave up"),
        (f"{HEAD}</osm>\n", r"holds no streets"),
        (TOWN.replace("<way", "<wey"), "is not a whole OpenStreetMap file|holds no streets"),
        (TOWN.replace('lat="32.0"', 'lat="32.0'), "is not a whole OpenStreetMap file"),
    ],
)
def test_an_answer_without_streets_does_not_replace_what_is_there(tmp_path, body, words):
    target = tmp_path / "streets.osm.pbf"
    target.write_bytes(b"the streets of last year")
    with overpass(Answer(body)) as server, pytest.raises(InputError, match=words):
        fetch(target, QUERY, server.url, PATIENCE, {})
    assert target.read_bytes() == b"the streets of last year"
    assert [path.name for path in tmp_path.iterdir()] == ["streets.osm.pbf"]


def test_streets_are_fetched_into_map_files_only(tmp_path):
    with pytest.raises(InputError, match=r"into a file that ends in \.osm\.pbf or \.osm"):
        fetch(tmp_path / "streets.gpkg", QUERY, "https://nowhere", PATIENCE, {})


def test_a_study_reaches_to_its_areas_or_else_to_its_people(tmp_path):
    study = read_study(write_town(tmp_path))
    assert study_outline(study).bounds == pytest.approx((118.79, 31.99, 118.84, 32.02))
    squares = study.model_copy(update={"areas": type(study.areas)(grid_m=500)})
    squares._path = study.path
    assert study_outline(squares).bounds == pytest.approx((118.80, 32.0, 118.825, 32.01))


def test_the_outline_holds_everything_within_the_distance_and_has_few_corners():
    """Points 1,800 m from the border of a jagged city of 40 km, in every direction; 1.6 km more is too much."""
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    radius = 0.2 + 0.01 * np.sin(40 * angle)
    city = Polygon(np.column_stack([118.8 + radius * np.cos(angle), 32.0 + radius * np.sin(angle)]))
    wide = around(city, 1800.0)
    border = np.asarray(city.exterior.coords)
    lon, lat, azimuth = (part.ravel() for part in np.broadcast_arrays(*border.T[:, :, None], np.arange(0, 360, 10.0)))
    at = [shapely.points(*GEOD.fwd(lon, lat, azimuth, np.full(len(lon), metres))[:2]) for metres in (1795.0, 3500.0)]
    assert shapely.covers(wide, at[0]).all()
    assert not shapely.covers(wide, at[1]).all()
    assert shapely.get_num_coordinates(wide) < 100


def test_an_outline_has_no_holes_and_keeps_its_parts():
    city = shapely.MultiPolygon(
        [box(118.0, 32.0, 118.3, 32.3) - box(118.1, 32.1, 118.2, 32.2), box(119, 32, 119.1, 32.1)]
    )
    wide = around(city, 100.0)
    assert len(wide.geoms) == 2
    assert wide.covers(box(118.1, 32.1, 118.2, 32.2))


def test_the_question_asks_for_streets_gates_the_background_and_the_layers_of_the_map():
    query = streets_query(box(118.0, 32.0, 118.5, 32.25), ["clinic", "elder_care", "central_kitchen", "of_my_own"])
    ring = '(poly:"32.00000 118.50000 32.25000 118.50000 32.25000 118.00000 32.00000 118.00000");'
    head, *lines, _, _, _, _ = query.split("\n")
    assert head == "[out:xml][timeout:900][maxsize:2000000000];"
    assert all(line.endswith(ring) for line in lines[1:])
    asked = [line.removesuffix(ring) for line in lines[1:]]
    assert asked[:2] == ['way["highway"]', 'way["railway"="platform"]']
    assert {'node["entrance"]', 'node["barrier"]', 'nwr["natural"~"(^|;) *(water|bay) *(;|$)"]'} <= set(asked)
    assert 'nwr["amenity"~"(^|;) *(clinic|doctors) *(;|$)"]' in asked
    both = (
        '["amenity"~"(^|;) *(social_facility) *(;|$)"]["social_facility:for"~"(^|;) *(senior|seniors|elderly) *(;|$)"]'
    )
    assert f"nwr{both}" in asked
    assert query.endswith(");\n(._;>;);\nout body;\n")
    assert len(asked) == len(set(asked))


def test_a_city_of_two_parts_is_asked_for_part_by_part():
    city = shapely.MultiPolygon([box(118.0, 32.0, 118.5, 32.25), box(119.0, 32.0, 119.5, 32.25)])
    assert streets_query(city, []).count('way["highway"](poly:') == 2


def test_a_place_is_found_by_its_name_and_its_pieces_of_boundary_are_joined(tmp_path):
    outline, query = placed(tmp_path, relation(7, *HALVES, LAKE, CENTRE))
    assert outline.equals(box(118.0, 32.0, 118.4, 32.2) - Polygon([(118.1, 32.05), (118.2, 32.05), (118.2, 32.1)]))
    assert query == place_query("小镇")
    assert 'relation["boundary"="administrative"]["name:zh"="小镇"];' in query


def test_a_place_is_found_by_its_number(tmp_path):
    _, query = placed(tmp_path, relation(2131, *HALVES), name="2131")
    assert query == "[out:json][timeout:120];(relation(2131););out geom;"


def test_names_cannot_change_the_question():
    assert '["name"="a\\"];out;\\\\"]' in place_query('a"];out;\\')


@pytest.mark.parametrize(
    ("relations", "words"),
    [
        ((), "knows no administrative area of this name"),
        (
            (relation(7, *HALVES, name="鼓楼区", level="6"), relation(8, *HALVES, name="鼓楼区", level="6")),
            r"knows 2 areas of this name \(7: 鼓楼区, admin_level 6; 8: 鼓楼区, admin_level 6\)\. Give the number",
        ),
        ((relation(7, HALVES[0]),), "its boundary is not closed"),
        ((relation(7),), "its boundary is not closed"),
    ],
)
def test_a_place_that_is_not_found_or_not_alone_is_an_error(tmp_path, relations, words):
    with pytest.raises(InputError, match=words):
        placed(tmp_path, *relations)


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"elements": [1]}'])
def test_a_server_that_is_no_overpass_server_is_an_error(tmp_path, body):
    with (
        overpass(Answer(body)) as server,
        pytest.raises(InputError, match="does not answer as an Overpass server does"),
    ):
        place_outline("小镇", server.url, tmp_path, PATIENCE)
