from __future__ import annotations

import geopandas as gpd
import pytest
import typer
from typer.testing import CliRunner

from lifecircle.commands.explain import explain
from lifecircle.errors import StudyError
from town_study import write_town

app = typer.Typer()
app.command()(explain)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_town(tmp_path_factory.mktemp("town")))


def run(*words):
    return CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "200"})


def test_a_community_is_explained_by_its_typical_resident(study, tmp_path):
    """East: 300 people 1890 m from the clinic, 400 people 2362 m. The middle one of 700 is the 350th, at d.

    2362 m are 39.4 minutes. Nobody is within 15, 630 are needed, and the last of them (d) is 24.4 minutes beyond it:
    1462 m, rounded up to 1463.
    """
    path = tmp_path / "ways.geojson"
    result = run(study, "--community", "二村", "--layer", "clinic", "-o", path, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "700 people live in 二村. Its typical resident point is d" in result.output
    assert "1. 卫生服务中心: 39.4 min, 2,362 m" in result.output
    assert "│ 长街 │  2,362 │    39.4 │" in result.output
    assert "│ to the street" not in result.output
    assert "“Clinic circle” (within 15 min, target ≥ 90 %): 0 of 700 people have it (0.0 %), short." in result.output
    assert (
        "700 people are beyond the limit, and 630 more people have to be covered to meet the target." in result.output
    )
    assert "is 24.4 min beyond it: with a place 1,463 m closer" in result.output
    ways = gpd.read_file(path)
    assert ways["facility_id"].unique().tolist() == ["k1"]
    assert ways["part"].tolist() == ["to_street", "street"]
    assert ways["metres"].sum() == pytest.approx(2362.3, abs=0.1)


def test_the_explanation_is_there_in_chinese(study):
    result = run(study, "--community", "2", "--layer", "clinic", "--lang", "zh")
    assert "二村有700人。典型居民点d" in result.output
    assert "“医疗圈”（15分钟内，目标≥90%）：700人中有0人达到" in result.output
    assert "达标所需的最后一人超出24.4分钟：设施与他们的距离再近1,463米即可达标。" in result.output


def test_people_without_a_way_are_told_apart(study):
    """West: 100 and 200 people reach the clinic within 15 minutes; 50 on the island do not. 300 of 350 are 85.7 %."""
    result = run(study, "--community", "一村", "--layer", "clinic", "--lang", "en")
    assert "350 people live in 一村. Its typical resident point is b" in result.output
    assert "For 50 of them no street leads to any such place." in result.output
    assert "300 of 350 people have it (85.7 %), short." in result.output
    assert "it takes a new street or a new place" in result.output


def test_a_district_that_a_layer_is_silent_about_has_no_verdict(study):
    result = run(study, "--community", "二村", "--layer", "culture", "--lang", "en")
    assert "“Culture circle”: no verdict: more than half of it is unknown." in result.output


def test_unknown_communities_are_told_with_the_names_there_are(study):
    for asked, remedy in (("二村村", "Did you mean '二村'?"), ("新区", "There are: 一村, 二村, 1, 2.")):
        result = run(study, "--community", asked, "--layer", "clinic")
        assert isinstance(result.exception, StudyError)
        assert remedy in str(result.exception)


def test_a_walker_may_be_chosen(study):
    """2362 m at 0.76 m/s are 51.8 minutes."""
    result = run(study, "--community", "二村", "--layer", "clinic", "--walker", "elder", "--lang", "en")
    assert "(walker: Older person)" in result.output
    assert "51.8 min, 2,362 m" in result.output
