"""A town whose care homes are in an undeclared GCJ-02: the check shows it, and nothing is scored."""

from __future__ import annotations

import pytest
import shapely
import typer
from typer.testing import CliRunner

import bureau_files
from lifecircle.commands.check import check
from lifecircle.errors import InputError
from lifecircle.run import analyse
from lifecircle.study import read_study

APP = typer.Typer()
APP.command()(check)

STUDY = """
id: town
name: {zh: 小镇, en: Town}
plans: [fifteen-minutes]
streets: {file: streets.osm.pbf}
areas: {grid_m: 1000}
residents: {file: people.csv}
layers:
  clinic: {file: gcj02.csv}
  school: {file: wgs84.csv}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    bureau_files.write_bureau_files(folder)
    bureau_files.write_streets(folder / "streets.osm.pbf")
    lonlat = shapely.get_coordinates(bureau_files.homes().geometry)
    rows = "".join(f"{lon},{lat},100\n" for lon, lat in lonlat.tolist())
    (folder / "people.csv").write_text(f"lon,lat,population\n{rows}")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    return folder / "study.yaml"


def checked(study, *words):
    return CliRunner().invoke(APP, [str(study), *map(str, words), "--lang", "en"])


def test_a_layer_in_a_wrong_frame_is_shown_on_the_page_and_refused(town, tmp_path):
    outcome = checked(town, "--html", tmp_path / "check.html")
    assert isinstance(outcome.exception, InputError)
    assert "gcj02.csv (clinic): The file's 120 places lie about 5" in str(outcome.exception)
    html = (tmp_path / "check.html").read_text(encoding="utf-8")
    assert "The study will not be scored" in html
    assert "It looks like GCJ-02, not EPSG:4326: set crs: GCJ-02, or reproject it." in html


def test_nothing_is_scored_with_a_layer_in_a_wrong_frame(town):
    with pytest.raises(InputError, match=r"gcj02\.csv \(clinic\): .* It looks like GCJ-02"):
        analyse(read_study(town))


@pytest.mark.parametrize("remedy", ["crs: GCJ-02", "trust_crs: true"])
def test_a_declared_or_trusted_frame_is_scored(town, remedy):
    """Declared, the clinics are where the homes are; trusted, they stay half a kilometre off and a note says so."""
    study = town.with_name("mended.yaml")
    study.write_text(STUDY.replace("{file: gcj02.csv}", f"{{file: gcj02.csv, {remedy}}}"), encoding="utf-8")
    found = analyse(read_study(study)).findings
    access = found.access[found.access["service"] == "clinic+hospital"]
    noted = found.problems["reason_en"].str.contains("It looks like GCJ-02").any()
    assert noted == remedy.startswith("trust")
    assert (access["minutes"].max() < 4.0) == remedy.startswith("crs")


def test_a_study_whose_frames_fit_can_be_run(town, tmp_path):
    study = town.with_name("right.yaml")
    study.write_text(STUDY.replace("gcj02.csv", "wgs84.geojson"), encoding="utf-8")
    outcome = checked(study, "--html", tmp_path / "check.html")
    assert outcome.exit_code == 0, outcome.output
    assert "The study can be run." in outcome.output
    assert (tmp_path / "check.html").read_text(encoding="utf-8").count('class="verdict met"') == 3
