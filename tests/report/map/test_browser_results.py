"""What the slider shows is what the scores of the same run say, threshold by threshold."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from lifecircle.report.folder import map_parts
from lifecircle.report.map import map_data, write_map
from lifecircle.run import analyse
from lifecircle.study import read_study
from town_study import HUNDREDTH_M, write_town

pytestmark = pytest.mark.browser

THRESHOLDS = (5, 8, 12, 17, 30)
METRES = {130: 290, 450: 310, 600: 170, 900: 80, 1100: 400, 1500: 260, 1750: 30, 2400: 900}
"""Metres from the clinic along the street, and the people who live there."""


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """Return the findings of a town whose plan asks for a clinic within each of the thresholds."""
    folder = tmp_path_factory.mktemp("results") / "town"
    study = write_town(folder)
    homes = [(f"r{metres}", 118.8 + metres / HUNDREDTH_M / 100, 32.0, people) for metres, people in METRES.items()]
    table = pd.DataFrame(homes, columns=["resident_id", "lon", "lat", "population"])
    table.to_csv(folder / "residents.csv", index=False)
    plan = (folder / "plan.yaml").read_text(encoding="utf-8")
    before, entry, after = re.split(r"(  - id: clinic_15\n.*?)(?=  - id:)", plan, maxsplit=1, flags=re.DOTALL)
    entries = [
        entry.replace("clinic_15", f"clinic_{minutes}").replace("minutes: 15", f"minutes: {minutes}")
        for minutes in THRESHOLDS
    ]
    (folder / "plan.yaml").write_text(before + "".join(entries) + after, encoding="utf-8")
    return analyse(read_study(study)).findings


def test_the_slider_shows_the_value_of_the_results_for_five_thresholds(findings, tmp_path, open_map):
    """People within 300, 480, 720, 1020 and 1800 m: 290, 600, 770, 850 and 1540 of 2440."""
    run, pictures = map_parts(findings)
    write_map(
        tmp_path / "map.html",
        map_data(findings.study, findings.areas, findings.plans, [run], pictures=pictures),
        lang="en",
    )
    page = open_map(tmp_path / "map.html", "show=walk/clinic")
    results = findings.results.query("area_id == 'city'").set_index("standard_id")
    shown = []
    for minutes in THRESHOLDS:
        page.locator("#minutes").fill(str(minutes))
        row = results.loc[f"clinic_{minutes}"]
        expect(page.locator("#answer .big")).to_have_text(f"{100 * row['value']:.1f} %")
        expect(page.locator("#answer .sentence")).to_contain_text(
            f"{row['covered']:,.0f} of {row['total']:,.0f} residents"
        )
        shown.append(row["covered"])
    assert shown == [290, 600, 770, 850, 1540]
