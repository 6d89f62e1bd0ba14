"""Two runs on one map, with a divider between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import expect

from lifecircle.bilingual import Bilingual
from lifecircle.report.map import comparison_map
from report.map.looking import RAMP, bare, colour_at, inner_points, percent, shares_of
from report.map.town import NEW_CLINIC, findings_of, with_a_new_facility, with_names

pytestmark = pytest.mark.browser


def test_two_runs_are_compared_with_a_divider_that_keys_and_pointer_move(town, maps, open_map):
    page = open_map(maps / "two.html", "show=walk/clinic&min=15&swipe=off")
    bare(page)
    other = with_a_new_facility(town, "clinic", NEW_CLINIC)
    shares = [shares_of(replace(town, run=run), "clinic", 15) for run in (town.run, other)]
    assert page.locator("#answer .big").all_inner_texts() == [
        percent(covered / known, sign="%") for covered, known in shares
    ]
    proposed = replace(town, run=other)
    lonlat = next(
        lonlat
        for area, lonlat in inner_points(town).items()
        if shares_of(town, "clinic", 15, area)[0] == 0 and np.divide(*shares_of(proposed, "clinic", 15, area)) > 0.95
    )
    assert colour_at(page, lonlat) == RAMP[0]
    page.locator("#compare").click()
    expect(page.locator("#compare")).to_have_attribute("aria-pressed", "true")
    page.locator("#divider").focus()
    page.keyboard.press("Home")
    assert colour_at(page, lonlat) == RAMP[5]
    assert "swipe=0" in page.url
    page.keyboard.press("End")
    assert colour_at(page, lonlat) == RAMP[0]
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#divider")).to_have_value("99")
    expect(page.locator("#side-right")).to_have_text("方案一")
    box = page.locator(".stage").bounding_box()
    page.mouse.move(box["x"] + 0.99 * box["width"], 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, 400, steps=4)
    page.mouse.up()
    assert int(page.locator("#divider").input_value()) < 10
    assert colour_at(page, lonlat) == RAMP[5]
    page.locator("#compare").click()
    expect(page.locator("#sides")).to_be_hidden()


@pytest.fixture(scope="module")
def comparison(town, tmp_path_factory):
    """Return the page of two runs of which the second has one clinic more, and a band around it."""
    path = tmp_path_factory.mktemp("comparison") / "comparison.html"
    first = findings_of(town, town.run)
    second = findings_of(town, with_a_new_facility(town, "clinic", NEW_CLINIC))
    bands = second.basemap["bands"].iloc[:1].set_geometry([shapely.Point(NEW_CLINIC).buffer(0.004)], crs="EPSG:4326")
    second = replace(second, basemap=second.basemap | {"bands": bands})
    names = (Bilingual(zh="现状", en="today"), Bilingual(zh="方案一", en="proposal 1"))
    comparison_map(path, [first, second], names, lang="en")
    return path


def test_a_comparison_opens_with_the_divider_in_the_middle_and_can_be_shared(comparison, open_map):
    page = open_map(comparison)
    expect(page.locator("#divider")).to_have_value("50")
    expect(page.locator("#side-left")).to_have_text("today")
    expect(page.locator("#side-right")).to_have_text("proposal 1")
    page.locator("#compare").click()
    expect(page.locator("#sides")).to_be_hidden()
    again = open_map(comparison, page.url.split("#")[1])
    expect(again.locator("#sides")).to_be_hidden()


def test_a_comparison_tells_the_figures_of_both_runs(town, comparison, open_map):
    proposed = replace(town, run=with_a_new_facility(town, "clinic", NEW_CLINIC))
    area = min(
        inner_points(town),
        key=lambda each: -np.diff([shares_of(one, "clinic", 15, each)[0] for one in (town, proposed)])[0],
    )
    page = open_map(comparison, f"show=walk/clinic&place=community/{area}")
    both = [
        percent(covered / known, known)
        for covered, known in (shares_of(one, "clinic", 15, area) for one in (town, proposed))
    ]
    assert both[0] != both[1]
    assert page.locator("#answer .big").all_inner_texts() == both
    expect(page.locator("#place tbody tr").first.locator("td").nth(1)).to_have_text(" → ".join(both))
    expect(page.locator(f'[data-key="league/community/{area}"]')).to_contain_text(" → ".join(both))
    expect(page.locator(".curve .line")).to_have_count(2)


def test_a_comparison_tells_each_verdict_that_turned_and_once_what_stayed(town, comparison, open_map):
    first, second = (
        run.results[run.results["level"] == "community"].set_index(["area_id", "standard_id", "denominator"])["verdict"]
        for run in (town.run, with_a_new_facility(town, "clinic", NEW_CLINIC))
    )
    both = pd.DataFrame({"first": first, "second": second}).reset_index()
    turned = both[(both["first"] == "short") & (both["second"] == "met")].iloc[0]
    page = open_map(comparison, f"show=walk/clinic&place=community/{turned['area_id']}")
    verdicts = [words.locator(".verdict").all_inner_texts() for words in page.locator("#place .standards li").all()]
    assert ["✕ short", "✓ met"] in verdicts
    assert ["✕ short"] in verdicts
    assert all(len(set(each)) == len(each) for each in verdicts)
    cells = page.locator("#place tbody td").all_inner_texts()
    values = [text.split("\n→ ") for text in cells]
    assert all(len(set(each)) == len(each) for each in values)
    assert sorted({len(each) for each in values}) == [1, 2]


def test_each_side_of_a_comparison_has_the_bands_of_its_run(comparison, open_map):
    page = open_map(comparison, "show=walk/clinic&min=30&swipe=100")
    bare(page)
    before = colour_at(page, NEW_CLINIC)
    page.locator('[data-key="show/bands"]').check()
    page.locator("#divider").focus()
    page.keyboard.press("End")
    left = colour_at(page, NEW_CLINIC)
    page.keyboard.press("Home")
    right = colour_at(page, NEW_CLINIC)
    assert right != before
    assert right != left


def test_a_facility_that_only_the_second_run_has_is_found(comparison, open_map):
    page = open_map(comparison)
    page.locator("#search").fill("xjss")
    expect(page.locator("#found li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#tip")).to_contain_text("新建设施")


@pytest.mark.parametrize(
    "name", ["</script><img src=x onerror=document.title='pwned'>", "{{7*191}}{% endraw %}${document.title}"]
)
def test_hostile_names_of_runs_stay_text_in_a_comparison(town, tmp_path, open_map, name):
    hostile = with_names(town, name)
    runs = [findings_of(hostile, hostile.run), findings_of(hostile, with_a_new_facility(hostile, "clinic", NEW_CLINIC))]
    comparison_map(tmp_path / "hostile.html", runs, [Bilingual(zh=name, en=name)] * 2, lang="zh")
    page = open_map(tmp_path / "hostile.html", "show=walk/clinic&place=community/00001002")
    for text in ("#side-left", "#side-right", "#place", "#answer"):
        expect(page.locator(text)).to_contain_text(name)
    assert page.locator("img, iframe").count() == 0
    assert page.title().startswith(name)
