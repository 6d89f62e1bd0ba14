from __future__ import annotations

import geopandas as gpd
import pyogrio
import pytest
import typer
from shapely import Point
from typer.testing import CliRunner

from lifecircle.commands.isochrones import isochrones
from lifecircle.errors import StudyError
from town_study import write_town

app = typer.Typer()
app.command()(isochrones)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_town(tmp_path_factory.mktemp("town")))


def run(*words):
    return CliRunner().invoke(app, list(map(str, words)))


def test_a_layer_gives_polygons_and_streets(study, tmp_path):
    """The clinic stands at the west end of the street: 300, 600 and 900 m of it lie within 5, 10 and 15 minutes."""
    path = tmp_path / "clinic.gpkg"
    result = run(study, "--layer", "clinic", "-o", path, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "the nearest of 1 place of “primary health care”" in result.output
    assert "within 15 min: 0.05 km², 0.9 km of streets" in result.output
    assert sorted(name for name, _ in pyogrio.list_layers(path)) == ["isochrones", "streets"]
    polygons, streets = (gpd.read_file(path, layer=layer) for layer in ("isochrones", "streets"))
    assert polygons["minutes"].tolist() == [5, 10, 15]
    assert polygons["walker"].tolist() == ["standard"] * 3
    assert polygons.covers(Point(118.800, 32.0)).all()
    assert polygons.covers(Point(118.809, 32.0)).tolist() == [False, False, True]
    assert streets["length_m"].tolist() == pytest.approx([300, 300, 300], abs=0.1)
    assert streets["name"].tolist() == ["长街"] * 3


def test_each_facility_carries_its_id(study, tmp_path):
    path = tmp_path / "each.geojson"
    result = run(study, "--layer", "clinic", "--each", "--minutes", "5，10", "-o", path)
    assert result.exit_code == 0, result.output
    assert "平均0.02平方公里" in result.output
    polygons = gpd.read_file(path)
    assert polygons[["facility_id", "facility", "minutes"]].to_numpy().tolist() == [
        ["k1", "卫生服务中心", 5],
        ["k1", "卫生服务中心", 10],
    ]
    assert polygons.is_valid.all()


def test_a_position_is_a_place_as_well(study, tmp_path):
    path = tmp_path / "here.geojson"
    result = run(study, "--at", "118.815,32.0", "--walker", "elder", "--minutes", "10", "-o", path, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "the place at 118.815,32.0 (walker: Older person)" in result.output
    assert gpd.read_file(path).covers(Point(118.815, 32.0)).all()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--layer", "clinic", "--at", "118.8,32"], "either --layer or --at"),
        ([], "either --layer or --at"),
        (["--at", "118.8"], "longitude,latitude"),
        (["--at", "118.8,132"], "longitude,latitude"),
        (["--layer", "clinic", "--minutes", "5,ten"], "numbers between 0 and 120"),
        (["--layer", "clinic", "--minutes", "0"], "numbers between 0 and 120"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_an_example(study, tmp_path, words, fault):
    result = run(study, *words, "-o", tmp_path / "x.gpkg")
    assert result.exit_code == 2
    assert fault in " ".join(result.output.replace("│", " ").split())


def test_an_unknown_ending_is_refused(study, tmp_path):
    result = run(study, "--layer", "clinic", "-o", tmp_path / "x.shp")
    assert result.exit_code == 2
    assert "must end in .gpkg or .geojson" in " ".join(result.output.replace("│", " ").split())


def test_unknown_layers_and_walkers_are_told_with_the_nearest_name(study, tmp_path):
    for words, fault in ((["--layer", "clinik"], "'clinic'"), (["--layer", "clinic", "--walker", "elders"], "'elder'")):
        result = run(study, *words, "-o", tmp_path / "x.gpkg")
        assert isinstance(result.exception, StudyError)
        assert f"Did you mean {fault}?" in str(result.exception)
