"""A study from a folder: of the sample's own files, its study taken away, and of folders that lack things."""

from __future__ import annotations

import shutil

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import typer
from typer.testing import CliRunner

from lifecircle.commands.init import init
from lifecircle.errors import InputError, PlanError, StudyError
from lifecircle.run import check_study
from lifecircle.sample import Scale, write_sample
from lifecircle.study import read_study
from town_study import write_town

pytestmark = pytest.mark.e2e

APP = typer.Typer()
APP.command()(init)
TINY = Scale("tiny", nodes=6_000, residents=1_500, facilities=400, communities=3, cell_m=500)


def run(*words, answers=""):
    """Run the command and return what it printed; its errors are raised."""
    outcome = CliRunner().invoke(APP, list(map(str, words)), input=answers)
    if outcome.exception is not None and not isinstance(outcome.exception, SystemExit):
        raise outcome.exception
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Return the folder of a small sample city without its study file."""
    folder = tmp_path_factory.mktemp("city") / "nanjing"
    write_sample(folder, TINY).unlink()
    return folder


@pytest.fixture
def town(tmp_path):
    """Return a town's folder of data without its study file, and the town's plan beside it."""
    study = write_town(tmp_path / "data")
    study.unlink()
    plan = (tmp_path / "data" / "plan.yaml").rename(tmp_path / "plan.yaml")
    return tmp_path / "data", plan


def test_the_samples_files_become_a_study_that_runs(sample, tmp_path):
    """All eighteen layers are found but transit and park, which are on the map alone and not asked for by the plan."""
    said = run(tmp_path, "--city", "南京", "--plan", "nanjing-14fyp", "--data", sample, "--yes", "--lang", "en")
    study = read_study(tmp_path / "study.yaml")
    assert list(study.areas.sources()) == ["district", "street", "community"]
    assert (study.streets.file, study.residents.file) == ("streets.osm.pbf", "residents.parquet")
    assert {name: layer.file for name, layer in study.layers.items()} == {
        "elder_care": "elder_care.gpkg",
        "meal_point": "dining.csv",
        "central_kitchen": "dining.csv",
        "childcare": "childcare.xlsx",
        "childcare_guidance": "childcare_guidance.geojson",
        "parent_child_room": "parent_child_rooms.csv",
        "kindergarten": "kindergartens.csv",
        "school": "schools.parquet",
        "clinic": "clinics.zip",
        "hospital": "hospitals.gpkg",
        "fitness": "fitness.geojson",
        "culture": "culture.parquet",
        "market": "markets.geojson",
        "time_bank": "neighbours.csv",
        "silver_adviser": "neighbours.csv",
        "burial": "burial.geojson",
    }
    assert study.layers["clinic"].columns == {
        "facility_id": "编号",
        "name": "名称",
        "kind": "类型代码",
        "tcm": "中医馆",
        "doctors": "医师数",
        "gps": "全科医生",
    }
    checked = check_study(study)
    assert checked.inputs.residents["population"].sum() == 9_314_685
    assert set(checked.inputs.facilities["layer"]) == set(study.layers)
    assert {problem.outcome for problem in checked.inputs.problems} <= {"noted"}
    assert "SYNTHETIC.json" in said
    assert "Next: lifecircle check" in said


def test_whatever_is_not_given_is_asked_for(town, tmp_path):
    data, plan = town
    said = run(tmp_path / "study", "--lang", "en", answers=f"小镇\n{plan}\n{data}\ny\n")
    assert "Name of the city [study]" in said
    assert "Folder of the data" in said
    study = read_study(tmp_path / "study" / "study.yaml")
    assert study.name.zh == "小镇"
    assert (study.plans, study.folder) == (["../plan.yaml"], "../data")
    assert set(study.layers) == {"clinic", "culture"}
    assert len(check_study(study).inputs.residents) == 5


def test_without_consent_nothing_is_written(town, tmp_path):
    data, plan = town
    said = run(tmp_path / "study", "--city", "T", "--plan", plan, "--data", data, "--lang", "en", answers="n\n")
    assert "Nothing was written." in said
    assert not (tmp_path / "study").exists()


def test_a_study_that_is_there_is_not_replaced(tmp_path):
    (tmp_path / "study.yaml").write_text("id: mine")
    with pytest.raises(StudyError, match="is there already"):
        run(tmp_path, "--yes")
    assert (tmp_path / "study.yaml").read_text() == "id: mine"


def test_a_folder_without_streets_and_communities_gets_a_study_to_fetch_them_for(town, tmp_path):
    data, plan = town
    for name in ("streets.osm.pbf", "communities.gpkg", "culture.csv"):
        (data / name).unlink()
    said = run(tmp_path / "s", "--plan", plan, "--data", data, "--yes", "--lang", "en")
    assert "Next: lifecircle fetch" in said
    study = read_study(tmp_path / "s" / "study.yaml")
    assert study.streets.file == "streets.osm.pbf"
    assert study.areas.grid_m == 1000
    assert study.layers["culture"].osm


def test_people_of_the_communities_stand_in_for_residents(town, tmp_path):
    data, plan = town
    (data / "residents.csv").unlink()
    gpd.read_file(data / "communities.gpkg").assign(常住人口=[350, 700]).to_file(data / "communities.gpkg")
    run(tmp_path / "s", "--plan", plan, "--data", data, "--yes")
    study = read_study(tmp_path / "s" / "study.yaml")
    assert study.residents.model_dump(exclude_defaults=True) == {
        "file": "communities.gpkg",
        "columns": {"population": "常住人口"},
    }
    assert check_study(study).inputs.residents["population"].tolist() == [350, 700]


def write_people(path):
    """Write 4 people in each cell of 0.005 degrees around the town: 6 rows x 10 columns lie in its communities."""
    place = rasterio.Affine(0.005, 0, 118.79, 0, -0.005, 32.02)
    profile = {"driver": "GTiff", "width": 10, "height": 6, "count": 1, "dtype": "float64", "crs": "EPSG:4326"}
    with rasterio.open(path, "w", transform=place, **profile) as file:
        file.write(np.full((6, 10), 4.0), 1)


def test_a_raster_of_people_is_the_second_source_beside_a_table_and_the_first_without_one(town, tmp_path):
    data, plan = town
    write_people(data / "worldpop_2020.tif")
    run(tmp_path / "both", "--plan", plan, "--data", data, "--yes")
    both = read_study(tmp_path / "both" / "study.yaml")
    assert (both.residents.file, both.second_residents.raster) == ("residents.csv", "worldpop_2020.tif")
    (data / "residents.csv").unlink()
    run(tmp_path / "one", "--plan", plan, "--data", data, "--yes")
    one = read_study(tmp_path / "one" / "study.yaml")
    assert (one.residents.raster, one.second_residents) == ("worldpop_2020.tif", None)
    assert check_study(one).inputs.residents["population"].sum() == pytest.approx(240, rel=1e-9)


def test_a_folder_without_people_is_an_error(town, tmp_path):
    data, plan = town
    (data / "residents.csv").unlink()
    with pytest.raises(InputError, match="no table has a column of people"):
        run(tmp_path / "s", "--plan", plan, "--data", data, "--yes")
    with pytest.raises(PlanError, match="There is no plan"):
        run(tmp_path / "s", "--plan", "no-such-plan", "--data", data, "--yes")


def test_names_that_yaml_would_misread_are_quoted(town, tmp_path):
    data, plan = town
    shutil.move(data / "clinics.csv", data / "clinics: 'a' # \"b\" 诊所\u2028.csv")
    run(tmp_path / "s", "--city", 'A: "b" # {c}', "--plan", plan, "--data", data, "--yes")
    study = read_study(tmp_path / "s" / "study.yaml")
    assert study.name.en == 'A: "b" # {c}'
    assert study.layers["clinic"].file == "clinics: 'a' # \"b\" 诊所\u2028.csv"
    assert len(check_study(study).inputs.facilities) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_that_are_not_used_are_listed_with_the_reason(town, tmp_path, lang):
    data, plan = town
    (data / "诊所旧.csv").write_text("经度,纬度\n", encoding="utf-8")
    (data / "诊所二.csv").write_text("经度,纬度\n118.8,32.0\n118.8,32.0\n", encoding="utf-8")
    (data / "秘密.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    run(tmp_path / "s", "--plan", plan, "--data", data, "--yes", "--lang", lang)
    text = (tmp_path / "s" / "study.yaml").read_text(encoding="utf-8")
    words = {
        "zh": ("秘密.csv: 没有坐标列", "诊所旧.csv: has no rows of data", "clinics.csv: 另一张表已用作 clinic"),
        "en": (
            "秘密.csv: it has no columns of positions",
            "诊所旧.csv: has no rows of data",
            "clinics.csv: another table was taken for clinic",
        ),
    }
    for line in words[lang]:
        assert f"#   {line}\n" in text
