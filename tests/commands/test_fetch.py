from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from lifecircle.commands.fetch import fetch
from lifecircle.errors import StudyError
from lifecircle.inputs import overpass as module
from lifecircle.run import check_study
from lifecircle.study import read_study
from overpass_server import RATE_LIMITED, TOWN, Answer, overpass
from town_study import write_town

APP = typer.Typer()
APP.command()(fetch)


@pytest.fixture
def town(tmp_path, monkeypatch):
    """Return the study of a town without streets; a busy server is waited for in no time."""
    monkeypatch.setattr(module.time, "sleep", lambda _: None)
    study = write_town(tmp_path)
    study.write_text(
        study.read_text(encoding="utf-8").replace("culture: {file: culture.csv}", "park: {osm: true}"), encoding="utf-8"
    )
    (tmp_path / "streets.osm.pbf").unlink()
    return study


def run(*words):
    outcome = CliRunner().invoke(APP, list(map(str, words)))
    if outcome.exception is not None:
        raise outcome.exception
    return outcome


def test_streets_are_fetched_for_a_study_that_then_can_be_checked(town):
    """The plan's walks of 15 minutes are 900 m; the map reaches twice as far around the areas, and 500 m more."""
    with overpass(Answer()) as server:
        said = run(town, "--server", server.url, "--lang", "en").output
    assert "The streets lie in" in said
    assert "(1 way)" in said
    assert "© OpenStreetMap contributors" in said
    [query] = server.queries
    assert 'nwr["leisure"~"(^|;) *(park) *(;|$)"]' in query
    side = json.loads((town.parent / "streets.osm.pbf.source.json").read_text(encoding="utf-8"))
    assert side["beyond_m"] == 1800.0
    checked = check_study(read_study(town))
    assert checked.joined.placed.network.edge_count == 1


def test_a_busy_server_is_waited_for_and_the_planner_is_told(town):
    with overpass(Answer(RATE_LIMITED, 429), Answer("", 504), Answer()) as server:
        outcome = run(town, "--server", server.url, "--lang", "en")
    assert "The server limits how often it may be asked; trying again in 10 s." in outcome.stderr
    assert "The server had no time to answer; trying again in 30 s." in outcome.stderr
    assert (town.parent / "streets.osm.pbf").exists()


def test_streets_that_are_there_are_replaced_only_when_asked_to(town):
    (town.parent / "streets.osm.pbf").write_bytes(b"of last year")
    with overpass(Answer()) as server:
        with pytest.raises(StudyError, match=r"is there already\. Write --replace"):
            run(town, "--server", server.url)
        assert server.queries == []
        run(town, "--server", server.url, "--replace")
    assert (town.parent / "streets.osm.pbf").read_bytes() != b"of last year"


def test_a_place_is_fetched_by_its_name(town):
    corners = [(118.6, 31.9), (118.9, 31.9), (118.9, 32.1), (118.6, 32.1), (118.6, 31.9)]
    ring = {"type": "way", "role": "outer", "geometry": [{"lat": lat, "lon": lon} for lon, lat in corners]}
    place = {"elements": [{"type": "relation", "id": 7, "tags": {"name": "南京市"}, "members": [ring]}]}
    with overpass(Answer(json.dumps(place)), Answer(TOWN)) as server:
        said = run(town, "--place", "南京市", "--server", server.url).output
    assert "道路已写入" in said
    assert '["name"="南京市"]' in server.queries[0]
    numbers = [float(word) for word in server.queries[1].split('(poly:"')[1].split('"')[0].split()]
    assert min(numbers[1::2]) == pytest.approx(118.6 - 2300 / 94_490, abs=0.006)
    assert max(numbers[0::2]) == pytest.approx(32.1 + 2300 / 110_900, abs=0.005)


def test_that_streets_are_there_is_told_in_chinese_too(town):
    streets = town.parent / "streets.osm.pbf"
    streets.write_bytes(b"of last year")
    with pytest.raises(StudyError) as error:
        run(town)
    assert error.value.text("zh") == f"{streets}：已存在。如需重新下载，请加 --replace。"
