from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from lifecircle.cli import app
from lifecircle.monitoring.scenario import scenario
from lifecircle.proposals import site_study
from lifecircle.report.suppression import people_words
from lifecircle.scenarios.changes import read_changes
from lifecircle.siting.wish import Wish
from lifecircle.study import read_study
from town_study import write_town

pytestmark = pytest.mark.e2e

FILES = {
    "sites.csv", "sites.parquet", "sites.gpkg", "sites_by_area.csv", "sites_by_area.parquet", "readings.csv",
    "readings.parquet", "returns.csv", "returns.parquet", "fewest_sites.csv", "fewest_sites.parquet", "problems.csv",
    "columns.csv", "report.html", "report.docx", "report.pdf", "summary.md", "map.html", "manifest.json",
    "changes.yaml",
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def printed(town):
    """Return what is printed, and the folder, in both languages."""
    found = {}
    for lang in ("zh", "en"):
        folder = town.parent / lang
        words = ["site", str(town), "--layer", "clinic", "--new", "2", "--min-per-district", "东区=1"]
        result = CliRunner().invoke(app, [*words, "-o", str(folder), "--lang", lang])
        assert result.exit_code == 0, result.output
        found[lang] = (result.output, folder)
    return found


def test_the_proposal_is_told_in_both_languages(printed):
    zh, en = printed["zh"][0], printed["en"][0]
    assert "拟新增基层医疗类设施2处。建成后，小镇“医疗圈”" in zh
    assert "由28.6%提高到100.0%，新增覆盖750人。达到规划目标（≥90%）。" in zh
    assert "本方案已证明为最优" in zh
    assert "东区要求至少1处，本方案安排1处。" in zh
    assert "from 28.6 % to 100.0 %: 750 more people. That keeps the target (≥ 90 %)." in en.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "this choice is proven to be the best" in en


def test_a_folder_holds_tables_report_and_map_and_the_manifest(printed):
    folder = printed["zh"][1]
    assert {path.name for path in folder.iterdir()} == FILES
    facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert facts["parameters"]["choice"] == {"bound": 750.0, "how": "exact", "value": 750.0}
    assert facts["parameters"]["wish"]["minima"] == {"东区": 1}
    sites = pd.read_csv(folder / "sites.csv")
    assert sites["gains"].tolist() == [700.0, 50.0]
    assert sites["name"].tolist() == ["拟建1号", "拟建2号"]
    drawn = gpd.read_file(folder / "sites.gpkg", layer="sites")
    assert drawn.crs == "EPSG:4326"
    assert drawn["candidate_id"].tolist() == sites["candidate_id"].tolist()
    candidates = gpd.read_file(folder / "sites.gpkg", layer="candidates")
    assert set(candidates.loc[candidates["chosen"], "candidate_id"]) == set(sites["candidate_id"])


def test_every_column_of_a_proposal_is_explained(printed):
    columns = pd.read_csv(printed["zh"][1] / "columns.csv")
    assert columns.loc[columns["zh"].isna() | columns["en"].isna(), ["file", "column"]].to_numpy().tolist() == []


def test_every_number_of_the_report_stands_in_a_table(printed):
    text = (printed["en"][1] / "summary.md").read_text(encoding="utf-8")
    areas = pd.read_csv(printed["en"][1] / "sites_by_area.csv")
    for row in areas[areas["people"] > 0].to_dict("records"):
        shown = f"{100 * row['share_before']:.1f} % | {100 * row['share_after']:.1f} % | {people_words(row['gained'])}"
        assert shown in text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_map_opens_with_the_proposed_sites(printed):
    page = (printed["en"][1] / "map.html").read_text(encoding="utf-8")
    block = page.split('<script type="application/json" id="content">')[1].split("</script>")[0]
    content = json.loads(block)
    shown = [content["layers"][layer]["id"] for layer in content["opens"]["layers"]]
    assert shown == ["proposed_sites"]
    assert content["opens"]["theme"] == "standard/town-plan/clinic_15"
    assert [run["name"]["en"] for run in content["runs"]] == ["Today", "With the sites"]
    assert content["runs"][1]["facilities"]["name"].count("Proposed site 1") == 2  # in its layer, and by itself


def test_a_scenario_of_the_proposal_gives_what_was_promised(town, printed):
    """The file of changes that a proposal writes is one that `lifecircle scenario` reads."""
    folder = printed["zh"][1]
    found = scenario(read_study(town), read_changes(folder / "changes.yaml")).effects
    city = found[(found["standard_id"] == "clinic_15") & (found["level"] == "city")].iloc[0]
    assert (city["covered_before"], city["gained"], city["covered_after"]) == (300.0, 750.0, 1050.0)


def test_the_same_inputs_give_the_same_tables(town, tmp_path):
    for name in ("first", "second"):
        site_study(read_study(town), "clinic", Wish(new=1), tmp_path / name, "zh")
    for path in sorted((tmp_path / "first").iterdir()):
        if path.suffix in {".csv", ".parquet", ".gpkg", ".html", ".md", ".json"}:
            assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name


def test_hostile_names_stay_names(town, tmp_path):
    hostile = "<script>alert(1)</script>{{7*7}}=cmd|x"
    rows = [("p", hostile, 118.820, 32.0), ("q", "=1+1", 118.802, 32.01)]
    pd.DataFrame(rows, columns=["id", "name", "lon", "lat"]).to_csv(tmp_path / "sites.csv", index=False)
    folder = tmp_path / "out"
    site_study(read_study(town), "clinic", Wish(new=2), folder, "en", candidates=tmp_path / "sites.csv")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}=cmd|x" in page
    assert "'=1+1" in (folder / "sites.csv").read_text(encoding="utf-8-sig")


def test_without_a_layer_the_fewest_sites_of_every_circle_are_listed(town, tmp_path):
    result = CliRunner().invoke(app, ["site", str(town), "-o", str(tmp_path / "out"), "--lang", "en"])
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "out" / "fewest_sites.csv")
    assert table["standard_id"].unique().tolist() == ["clinic_15", "culture_15"]
    assert table.loc[table["standard_id"] == "clinic_15", "sites"].tolist() == [1, 1, 1]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "fewest_sites.csv", "fewest_sites.parquet", "manifest.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--new", "2"], "name what is built with --layer"),
        (["--layer", "clinic", "--new", "2", "--min-per-district", "东区"], "write a name and a number"),
        (["--layer", "clinic", "--new", "2", "--weight", "outer=nan"], "write a name and a number"),
        (["--layer", "clinic", "--new", "2", "--min-per-district", "东区=1.5"], "write a name and a number"),
    ],
)
def test_options_that_cannot_be_read_are_refused(town, words, message):
    result = CliRunner().invoke(app, ["site", str(town), *words])
    assert result.exit_code == 2
    assert message in " ".join(result.output.replace("│", " ").split())
