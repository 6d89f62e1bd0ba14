from __future__ import annotations

import pyogrio
import pytest
import shapely

from lifecircle.errors import InputError
from lifecircle.inputs import osm_places as osm_layers
from lifecircle.inputs.osm_places import facility_layers, osm_basemap, osm_places
from osm_files import write_osm

SQUARE = {1: (0.001, 0.0), 2: (0.002, 0.0), 3: (0.002, 0.001), 4: (0.001, 0.001)}
HOLE = {5: (0.0012, 0.0002), 6: (0.0014, 0.0002), 7: (0.0014, 0.0004)}


MAPPED = [name for name, layer in facility_layers().items() if layer.tags]


def extract(tmp_path, nodes=None, ways=None, relations=None):
    return write_osm(tmp_path / "a.osm.pbf", {**SQUARE, **HOLE, **(nodes or {})}, ways or {}, relations)


def node(**tags):
    return {99: (0.005, 0.005, {key.replace("__", ":"): value for key, value in tags.items()})}


@pytest.mark.parametrize(
    ("layer", "tags"),
    [
        ("elder_care", {"amenity": "social_facility", "social_facility__for": "senior"}),
        ("elder_care", {"amenity": "social_facility", "social_facility__for": "disabled;senior"}),
        ("elder_care", {"amenity": "social_facility", "social_facility": "nursing_home"}),
        ("elder_care", {"amenity": "nursing_home"}),
        ("childcare", {"amenity": "childcare"}),
        ("clinic", {"amenity": "clinic"}),
        ("clinic", {"amenity": "doctors"}),
        ("clinic", {"healthcare": "centre"}),
        ("hospital", {"amenity": "hospital"}),
        ("fitness", {"leisure": "fitness_station"}),
        ("transit", {"highway": "bus_stop"}),
        ("transit", {"railway": "station"}),
        ("culture", {"amenity": "library"}),
        ("culture", {"tourism": "museum"}),
        ("school", {"amenity": "school"}),
        ("kindergarten", {"amenity": "kindergarten"}),
        ("park", {"leisure": "park"}),
        ("market", {"amenity": "marketplace"}),
        ("market", {"shop": "supermarket"}),
    ],
)
def test_a_place_belongs_to_the_layer_of_its_tags_and_to_no_other(tmp_path, layer, tags):
    places, _ = osm_places(extract(tmp_path, node(**tags)), MAPPED)
    assert {name: len(table) for name, table in places.items() if len(table)} == {layer: 1}


@pytest.mark.parametrize(
    "tags",
    [
        {"amenity": "social_facility", "social_facility__for": "homeless"},
        {"amenity": "social_facility"},
        {"leisure": "pitch", "access": "private"},
        {"leisure": "park", "access": "no"},
        {"disused__amenity": "clinic"},
        {"amenity": "restaurant"},
    ],
)
def test_other_places_belong_to_no_layer(tmp_path, tags):
    places, _ = osm_places(extract(tmp_path, node(**tags)), MAPPED)
    assert [name for name, table in places.items() if len(table)] == []


def test_a_place_may_belong_to_two_layers(tmp_path):
    places, _ = osm_places(extract(tmp_path, node(amenity="school", leisure="pitch")), ["school", "fitness"])
    assert places["school"]["facility_id"].tolist() == places["fitness"]["facility_id"].tolist() == ["node/99"]
    assert (places["school"]["kind"][0], places["fitness"]["kind"][0]) == ("school", "pitch")


def test_tags_fill_the_columns_of_facilities(tmp_path):
    tags = {
        "amenity": "nursing_home",
        "name": "Xuanwu Home",
        "name__zh": "玄武养老院",
        "capacity": "120",
        "beds": "about 9",
    }
    places, problems = osm_places(extract(tmp_path, node(**tags, start_date="2019")), ["elder_care"])
    row = places["elder_care"].iloc[0]
    assert row[["facility_id", "layer", "name", "kind", "capacity", "opened"]].tolist() == [
        "node/99", "elder_care", "玄武养老院", "nursing_home", 120.0, "2019",
    ]  # fmt: skip
    assert places["elder_care"]["beds"].isna().all()
    assert [(p.feature_id, p.reason.en) for p in problems] == [
        ("node/99", "beds 'about 9' is not a number: taken as unknown.")
    ]


def test_the_plain_name_stands_where_there_is_no_chinese_one(tmp_path):
    places, _ = osm_places(extract(tmp_path, node(amenity="clinic", name="Kamppi")), ["clinic"])
    assert places["clinic"]["name"].tolist() == ["Kamppi"]


def test_a_closed_way_is_a_polygon_and_an_open_one_a_point_on_it(tmp_path):
    ways = {1: ([1, 2, 3, 4, 1], {"leisure": "park"}), 2: ([1, 2, 3], {"leisure": "track"})}
    places, problems = osm_places(extract(tmp_path, ways=ways), ["park", "fitness"])
    assert places["park"]["facility_id"].tolist() == ["way/1"]
    assert places["park"].geometry[0].normalize().wkt == (
        "POLYGON ((0.001 0, 0.001 0.001, 0.002 0.001, 0.002 0, 0.001 0))"
    )
    assert places["fitness"].geom_type.tolist() == ["Point"]
    assert [(p.feature_id, p.outcome) for p in problems] == [("way/2", "repaired")]


def test_a_multipolygon_keeps_its_hole_though_its_ways_have_no_tags(tmp_path):
    """A square of 1000 µ° by 1000 µ° without a triangle of 200 by 200 / 2."""
    ways = {1: ([1, 2, 3, 4, 1], {}), 2: ([5, 6, 7, 5], {})}
    relations = {8: ([("w", 1, "outer"), ("w", 2, "inner")], {"type": "multipolygon", "leisure": "park"})}
    places, _ = osm_places(extract(tmp_path, ways=ways, relations=relations), ["park"])
    assert places["park"]["facility_id"].tolist() == ["relation/8"]
    assert places["park"].geometry[0].area == pytest.approx(1e-6 - 0.5 * 4e-8)


def test_a_way_that_crosses_itself_is_repaired(tmp_path):
    """Two triangles of base 1000 µ° and height 500 µ°."""
    places, problems = osm_places(extract(tmp_path, ways={1: ([1, 3, 2, 4, 1], {"leisure": "park"})}), ["park"])
    assert places["park"].geometry[0].area == pytest.approx(5e-7)
    assert [(p.feature_id, p.reason.en) for p in problems] == [("way/1", "crosses itself; was repaired.")]


def test_elements_without_a_shape_are_listed(tmp_path):
    ways = {1: ([1, 2, 3, 4, 1], {}), 2: ([1, 1234], {"leisure": "park"}), 3: ([1235, 1236], {"leisure": "park"})}
    relations = {
        8: ([("w", 1, "outer"), ("w", 77, "outer")], {"type": "multipolygon", "leisure": "park"}),
        9: ([("w", 1, "perimeter")], {"type": "site", "leisure": "park"}),
    }
    nodes = node(leisure="park")
    places, problems = osm_places(extract(tmp_path, nodes, ways, relations), ["park"])
    assert places["park"]["facility_id"].tolist() == ["node/99"]
    assert sorted(p.feature_id for p in problems if p.outcome == "dropped") == [
        "relation/8", "relation/9", "way/2", "way/3",
    ]  # fmt: skip


def test_a_layer_that_is_not_mapped_is_an_empty_table_with_a_note(tmp_path):
    places, problems = osm_places(extract(tmp_path), ["childcare"])
    assert len(places["childcare"]) == 0
    assert places["childcare"].columns[:3].tolist() == ["facility_id", "layer", "name"]
    assert [(p.outcome, p.reason.en) for p in problems] == [
        ("noted", "nothing of the layer childcare is mapped: it counts as unknown, not as absent.")
    ]


def test_an_unknown_layer_is_an_error_with_the_nearest_name(tmp_path):
    with pytest.raises(InputError, match=r"clinics has no OpenStreetMap tags\. Did you mean 'clinic'"):
        osm_places(extract(tmp_path), ["clinics"])


@pytest.mark.parametrize("content", [None, b"no map " * 100])
def test_a_file_that_is_no_extract_is_an_error(tmp_path, content):
    path = tmp_path / "a.osm.pbf"
    if content:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.osm\.pbf: is not a whole OpenStreetMap file"):
        osm_places(path, ["clinic"])


def test_every_layer_has_names_in_both_languages_and_tags():
    for layer in facility_layers().values():
        assert any("一" <= character <= "鿿" for character in layer.name.zh + layer.description.zh)
        assert layer.name.en.isascii()
        assert all(values for alternative in layer.tags for values in alternative.values())


def test_real_nodes_agree_with_those_that_gdal_finds(real_data):
    """GDAL's OpenStreetMap driver reads the same extract by code of its own; it knows each node by its id."""
    path = real_data / "helsinki" / "Helsinki.osm.pbf"
    points = pyogrio.read_dataframe(path, layer="points", columns=["osm_id", "other_tags"], read_geometry=False)
    clinics = points[points["other_tags"].fillna("").str.contains(r'"amenity"=>"(?:clinic|doctors)"')]
    places, _ = osm_places(path, ["clinic", "culture", "fitness"])
    assert len(clinics) >= 5
    assert set(places["clinic"]["facility_id"]) >= {f"node/{each}" for each in clinics["osm_id"]}
    assert (len(places["clinic"]), len(places["culture"]), len(places["fitness"])) == (7, 32, 17)


def test_the_real_bus_stops_of_porto_alegre_are_all_found(real_data):
    """1,054 bus stops, as the data's own page counts them."""
    places, _ = osm_places(real_data / "porto_alegre" / "poa_osm.pbf", ["transit"])
    assert (places["transit"]["kind"] == "bus_stop").sum() == 1054


def test_the_map_gets_water_green_and_main_streets(tmp_path):
    ways = {
        1: ([1, 2, 3, 4, 1], {"natural": "water"}),
        2: ([1, 2], {"waterway": "river"}),
        3: ([5, 6, 7, 5], {"landuse": "forest"}),
        4: ([2, 3], {"highway": "primary"}),
        5: ([3, 4], {"highway": "residential"}),
    }
    shapes = osm_basemap(extract(tmp_path, node(natural="water"), ways))
    assert {name: sorted(table.geom_type) for name, table in shapes.items()} == {
        "water": ["LineString", "Polygon"],
        "green": ["Polygon"],
        "streets": ["LineString"],
    }


@pytest.mark.parametrize("chunk", [1, 3, 20_000])
def test_places_are_cut_while_they_are_read(tmp_path, monkeypatch, chunk):
    """Of seven parks one lies inside, one holds the whole rectangle, one reaches in; four lie beyond, one in a corner.

    The box of the bent park in the corner reaches into the rectangle, the park itself does not.
    """
    squares = [(1, 1, 1), (-9, -9, 28), (9, 9, 3), (20, 1, 1), (40, 1, 1), (1, 50, 1)]
    parks = [[(x, y), (x + side, y), (x + side, y + side), (x, y + side)] for x, y, side in squares]
    parks.append([(9, 30), (30, 9), (31, 31), (20, 31)])
    spots = [spot for park in parks for spot in park]
    nodes = {100 + index: (x / 1000, y / 1000) for index, (x, y) in enumerate(spots)}
    rings = [[100 + 4 * park + corner % 4 for corner in range(5)] for park in range(7)]
    ways = {park: (ring, {"leisure": "park"}) for park, ring in enumerate(rings, start=1)}
    path = extract(tmp_path, nodes, ways)
    bounds = (0.0, 0.0, 0.01, 0.01)
    everything, _ = osm_places(path, ["park"])
    near = shapely.intersects(everything["park"].geometry.to_numpy(), shapely.box(*bounds))
    monkeypatch.setattr(osm_layers, "_CHUNK", chunk)
    cut, problems = osm_places(path, ["park", "clinic"], bounds)
    assert cut["park"]["facility_id"].tolist() == ["way/1", "way/2", "way/3"]
    assert cut["park"]["facility_id"].tolist() == everything["park"]["facility_id"][near].tolist()
    assert cut["park"].geometry.tolist() == everything["park"].geometry[near].tolist()
    assert [problem.reason.en for problem in problems] == [
        "4 of 7 places of the layer park lie beyond any walk of the study and are not read.",
        "nothing of the layer clinic is mapped: it counts as unknown, not as absent.",
    ]


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("porto_alegre/poa_osm.pbf", (-51.22, -30.05, -51.20, -30.03)),
        ("helsinki/Helsinki.osm.pbf", (24.93, 60.16, 24.95, 60.18)),
    ],
)
def test_the_basemap_of_a_real_city_is_cut_as_if_afterwards(real_data, monkeypatch, name, bounds):
    monkeypatch.setattr(osm_layers, "_CHUNK", 500)
    whole, cut = osm_basemap(real_data / name), osm_basemap(real_data / name, bounds)
    for layer, table in whole.items():
        near = shapely.intersects(table.geometry.to_numpy(), shapely.box(*bounds))
        assert cut[layer]["facility_id"].tolist() == table["facility_id"][near].tolist()
        assert cut[layer].geometry.tolist() == table.geometry[near].tolist()
