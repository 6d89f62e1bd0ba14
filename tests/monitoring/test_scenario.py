"""A scenario of the town from the command line to the page: before, after, and the run that it leaves."""

from __future__ import annotations

import json
import sys
from html import unescape

import pandas as pd
import pytest

from lifecircle.cli import main
from lifecircle.monitoring.compare import comparison
from lifecircle.monitoring.runs import read_runs
from lifecircle.report.finished import read_findings
from lifecircle.run import analyse, write_run
from lifecircle.study import read_study
from town_study import write_town

pytestmark = pytest.mark.e2e

CHANGES = """
id: east
name: {zh: 东区诊所, en: Clinic for the east}
add:
  - {layer: clinic, id: k2, name: 东诊所, at: [118.825, 32.0]}
close:
  - {layer: clinic, facility: k1}
housing:
  - {id: 新村, at: [118.82, 32.0], population: 100}
"""


@pytest.fixture(scope="module")
def town_folder(cache, tmp_path_factory):
    del cache
    folder = tmp_path_factory.mktemp("scenario")
    write_town(folder)
    (folder / "east.yaml").write_text(CHANGES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def done(town_folder):
    """Run the command, and return its folder and what it printed."""
    words = [
        "scenario",
        town_folder / "study.yaml",
        town_folder / "east.yaml",
        "-o",
        town_folder / "out",
        "--lang",
        "en",
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["lifecircle", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            main()
    assert stopped.value.code == 0
    return town_folder / "out"


def test_effects_by_hand(done):
    """The old clinic served a and b (300), the new one serves c and d (700), and 100 newcomers at c's door."""
    effects = pd.read_parquet(done / "effects.parquet")
    city = effects[(effects["standard_id"] == "clinic_15") & (effects["area_id"] == "city")].iloc[0]
    people = ["covered_before", "gained", "lost", "newcomers", "newcomers_covered", "covered_after", "total_after"]
    assert city[people].tolist() == [300, 700, 300, 100, 100, 800, 1150]


def test_the_page_tells_what_changes_and_whom_it_helps(done):
    page = unescape((done / "effects.html").read_text(encoding="utf-8")).replace("\xa0", " ")
    assert "Town: what “Clinic for the east” would change" in page
    assert "东诊所 (primary health care) opens." in page
    assert "卫生服务中心 (primary health care) closes." in page
    assert "100 people move to 新村." in page
    told = (
        "“Clinic circle” in Town went from 28.6 % to 69.6 % (+41.0 points); 800 people are covered instead of 300. "
        "700 people come into reach; 300 people fall out of reach; of 100 newcomers, 100 are in reach."
    )
    assert told in page


def test_the_run_after_the_changes_is_an_ordinary_run(done):
    """Its manifest knows the changes; its results are those of the table of effects."""
    findings = read_findings(done / "after")
    assert findings.facilities["facility_id"].tolist() == ["l1", "k2"]
    assert findings.residents["population"].sum() == 1150
    manifest = json.loads((done / "after" / "manifest.json").read_text(encoding="utf-8"))
    assert "changes" in manifest["inputs"]
    assert {path.name for path in done.iterdir()} == {
        "effects.csv", "effects.parquet", "effects.xlsx", "effects.html", "map.html", "after", "manifest.json",
    }  # fmt: skip


def test_today_and_the_scenario_can_be_compared_with_their_causes(done, town_folder):
    """The changes are read again: facilities first (700 of 1050 instead of 300), then the newcomers (800 of 1150)."""
    today = town_folder / "today"
    today.mkdir()
    write_run(analyse(read_study(town_folder / "study.yaml")), today, "en")
    found = comparison(*read_runs([today, done / "after"]))
    assert found.why_no_parts is None
    changes = found.changes
    city = changes[(changes["standard_id"] == "clinic_15") & (changes["area_id"] == "city")].iloc[0]
    assert city[["facilities", "people"]].tolist() == pytest.approx([400 / 1050, 800 / 1150 - 700 / 1050])


def test_changes_that_do_not_fit_are_one_sentence_and_exit_code_2(town_folder, tmp_path, monkeypatch, capsys):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(CHANGES.replace("facility: k1", "facility: k9"), encoding="utf-8")
    words = ["scenario", town_folder / "study.yaml", wrong, "-o", tmp_path / "out"]
    monkeypatch.setattr(sys, "argv", ["lifecircle", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "第 7 行：clinic 中没有在用的设施 'k9'。可用的有：k1。" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
