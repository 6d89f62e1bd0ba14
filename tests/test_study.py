from __future__ import annotations

import pytest

from lifecircle.errors import StudyError
from lifecircle.study import Study, read_study

GOOD = """
id: town
name: {zh: 小镇, en: Town}
folder: ${TOWN_DATA:-data}/layers
plans: [nanjing-14fyp]
crs: EPSG:4549
streets: {file: streets.osm.pbf}
areas:
  district: {file: districts.gpkg, columns: {name: 名称}}
  community: {file: communities.gpkg}
groups:
  outer: {name: {zh: 远郊, en: Outer}, areas: [六合区]}
residents: {file: people.csv}
layers:
  clinic: {file: clinics.csv, where: {beds: "> 0"}, complete: true}
  transit: {osm: true}
"""


@pytest.fixture
def study_file(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_study_says_what_is_analysed(study_file):
    study = read_study(study_file)
    assert study.name.text("zh") == "小镇"
    assert list(study.areas.sources()) == ["district", "community"]
    assert study.layers["clinic"].source().where == {"beds": "> 0"}
    assert study.layers["transit"].osm
    assert study.snap_limit_m == 300
    assert not study.layers["clinic"].source().trust_crs


def test_files_are_found_from_the_study_and_the_environment(study_file, tmp_path, monkeypatch):
    for base in ("data", "elsewhere"):
        (tmp_path / base / "layers").mkdir(parents=True)
        (tmp_path / base / "layers" / "people.csv").write_text("")
    study = read_study(study_file)
    assert study.file("people.csv") == tmp_path / "data" / "layers" / "people.csv"
    monkeypatch.setenv("TOWN_DATA", str(tmp_path / "elsewhere"))
    assert study.file("people.csv") == tmp_path / "elsewhere" / "layers" / "people.csv"
    with pytest.raises(StudyError, match="there is no file"):
        study.file("nobody.csv")
    assert study.place("nobody.csv") == tmp_path / "elsewhere" / "layers" / "nobody.csv"


def test_a_source_can_be_trusted_in_its_frame(study_file):
    trusted = GOOD.replace("{file: people.csv}", "{file: people.csv, trust_crs: true}")
    study_file.write_text(trusted.replace("complete: true", "trust_crs: true"), encoding="utf-8")
    study = read_study(study_file)
    assert study.residents.trust_crs
    assert study.layers["clinic"].source().trust_crs


def test_streets_are_flat_and_gaps_of_five_metres_closed_unless_a_study_says_otherwise(study_file):
    study = read_study(study_file)
    assert (study.terrain, study.repair_gap_m) == (None, 5)
    study_file.write_text(GOOD + "terrain: {file: dem.tif}\nrepair_gap_m: 0\n", encoding="utf-8")
    study = read_study(study_file)
    assert study.terrain is not None
    assert (study.terrain.file, study.repair_gap_m) == ("dem.tif", 0)


TILES = "tiles: {{url: '{}', crs: GCJ-02, attribution: x}}\nresidents:"


def test_tiles_and_an_approval_number_are_there_only_when_asked_for(study_file):
    study = read_study(study_file)
    assert (study.tiles, study.map_approval) == (None, None)
    tiles = TILES.format("https://tiles.example:8443/wmts?x={x}&y={y}&z={z}")
    study_file.write_text(GOOD.replace("residents:", f"map_approval: GS(2026)0001号\n{tiles}"), encoding="utf-8")
    study = read_study(study_file)
    assert study.map_approval == "GS(2026)0001号"
    assert study.tiles is not None
    assert (study.tiles.host, study.tiles.crs) == ("https://tiles.example:8443", "GCJ-02")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("residents:", TILES.format("http://a.example/{z}/{x}/{y}.png"), "https"),
        ("residents:", TILES.format("https://a.example/{z}/{x}.png"), "needs {z}, {x} and {y} once each"),
        ("residents:", TILES.format("https://a.example;script-src *//{z}/{x}/{y}"), "https"),
        ("residents:", TILES.format("https://{s}.example/{z}/{x}/{y}"), "https"),
        ("residents:", "terrain: {file: dem.tif, crs: EPSG:4490}\nresidents:", "give file: alone"),
        ("residents:", "repair_gap_m: 60\nresidents:", "repair_gap_m"),
        ("residents:", "resident:", "Did you mean 'residents'?"),
        ("crs: EPSG:4549", "crs: EPSG:4326", "not projected in metres"),
        ("transit: {osm: true}", "transit: {}", "needs either a file or osm: true"),
        ("  community: {file: communities.gpkg}\n", "", "grid_m"),
        ('{beds: "> 0"}', '{beds: "> many"}', "not a number"),
        ("plans: [nanjing-14fyp]", "plans: []", "plans"),
        ("outer: {", "Outer Ring: {", "groups"),
    ],
)
def test_a_faulty_study_is_refused_with_the_remedy(study_file, old, new, words):
    study_file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(study_file)
    assert words in str(caught.value)


@pytest.mark.parametrize("people", ["{file: a.csv}", "{raster: a.tif}", "{totals: {file: a.csv}, level: district}"])
def test_a_study_is_read_again_from_what_it_is_written_as(study_file, people):
    study_file.write_text(GOOD.replace("{file: people.csv}", people), encoding="utf-8")
    study = read_study(study_file)
    written = study.model_dump(mode="json")
    assert Study.model_validate(written).model_dump(mode="json") == written
    assert Study.model_validate(written).residents == study.residents
