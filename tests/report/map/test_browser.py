"""The map as a reader meets it: opened from a file in Chromium, moved, searched, compared, attacked."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import expect

from lifecircle.plan import Ratio
from lifecircle.report.map import map_data, write_map
from report.map.decoding import content_of
from report.map.looking import (
    RAMP,
    bare,
    class_colour,
    colour_at,
    colours_at,
    inner_points,
    percent,
    shares_of,
    spot_of,
    whole,
)
from report.map.town import invented_town

pytestmark = pytest.mark.browser

PAPER = "f8f6f0"


def test_the_slider_shows_the_share_and_people_that_a_plain_count_gives(town, maps, open_map):
    page = open_map(maps / "one.html", "show=walk/clinic&lang=en")
    for minutes in (3, 8, 10, 15, 30):
        page.locator("#minutes").fill(str(minutes))
        covered, known = shares_of(town, "clinic", minutes)
        expect(page.locator("#answer .big")).to_have_text(percent(covered / known))
        expect(page.locator("#answer .sentence")).to_contain_text(f"{whole(covered)} of {whole(known)} residents")
        expect(page.locator("#minutes-shown")).to_have_text(f"{minutes} min")


def test_the_slider_recolours_every_community_by_its_share(town, maps, open_map):
    page = open_map(maps / "one.html", "show=walk/fitness")
    bare(page)
    seen = set()
    for minutes in (5, 12):
        page.locator("#minutes").fill(str(minutes))
        points = inner_points(town)
        for area, colour in zip(points, colours_at(page, points.values()), strict=True):
            covered, known = shares_of(town, "fitness", minutes, area)
            everybody = town.run.residents.loc[town.run.residents["community_id"] == area, "population"].sum()
            expected = PAPER if everybody < 10 else class_colour(covered / known)
            assert colour == expected, (area, minutes)
            seen.add(colour)
    assert len(seen) >= 5


def test_walker_and_people_can_be_chosen(town, maps, open_map):
    page = open_map(maps / "one.html", "show=walk/elder_care&min=12&lang=en")
    page.locator("#walker").select_option("elder")
    page.locator("#people").select_option("pop_60_plus")
    covered, known = shares_of(town, "elder_care", 12, walker="elder", people="pop_60_plus")
    expect(page.locator("#answer .big")).to_have_text(percent(covered / known))
    expect(page.locator("#answer .sentence")).to_contain_text("people of 60 and over")


def test_no_data_is_hatched_and_is_not_zero(town, maps, open_map):
    """The first district's culture layer is silent: its communities are grey, and say so; others are at 0 %."""
    page = open_map(maps / "one.html", "show=walk/culture&min=3")
    bare(page)
    points = inner_points(town)
    sums = {area: shares_of(town, "culture", 3, area) for area in points}
    silent = next(area for area, (_, known) in sums.items() if known == 0)
    empty = next(area for area, (covered, known) in sums.items() if covered == 0 and known > 100)
    assert colour_at(page, points[empty]) == RAMP[0]
    assert colour_at(page, points[silent]) not in RAMP
    page.mouse.move(*spot_of(page, points[silent]))
    expect(page.locator("#tip")).to_contain_text("无数据")
    page.mouse.move(*spot_of(page, points[empty]))
    expect(page.locator("#tip")).to_contain_text("0%")
    page.mouse.click(*spot_of(page, points[silent]))
    expect(page.locator("#answer .big")).to_have_text("—")
    expect(page.locator("#answer .sentence")).to_contain_text("这不等于没有服务")


def test_a_standard_colours_the_map_by_its_results(town, maps, open_map):
    page = open_map(maps / "one.html", "lang=en")
    bare(page)
    page.locator("#theme").select_option("standard/town-plan/fitness_10")
    results = town.run.results[town.run.results["standard_id"] == "fitness_10"].set_index("area_id")
    city = results.loc["city"]
    expect(page.locator("#answer .big")).to_have_text(percent(city["value"]))
    expect(page.locator("#answer .verdict")).to_have_text(
        {"met": "✓ met", "short": "✕ short", "borderline": "≈ borderline"}[city["verdict"]]
    )
    expect(page.locator("#answer")).to_contain_text(f"range {percent(city['low'])} – {percent(city['high'])}")
    points = inner_points(town)
    for area, colour in zip(points, colours_at(page, points.values()), strict=True):
        row = results.loc[area]
        if row["total"] + row["unknown"] >= 10 and row["verdict"] != "no_data":
            assert colour == class_colour(row["value"]), area


def test_a_standard_leads_to_its_walk_when_the_slider_is_moved(maps, open_map):
    page = open_map(maps / "one.html", "show=standard/town-plan/elder_15")
    expect(page.locator("#minutes")).to_have_value("15")
    page.locator("#minutes").fill("9")
    expect(page.locator("#theme")).to_have_value("walk/elder_care")
    expect(page.locator("#walker")).to_have_value("elder")
    expect(page.locator("#people")).to_have_value("pop_60_plus")


def community_to_click(town):
    """Return a well-known community whose median and nearest clinic differ from those of its neighbours."""
    rows = town.run.access[(town.run.access["service"] == "clinic") & (town.run.access["status"] == "reached")]
    rows = rows.merge(town.run.residents, on="resident_id")
    return rows.groupby("community_id")["population"].sum().idxmax()


def test_a_click_tells_the_median_minutes_the_nearest_facility_and_the_verdicts(town, maps, open_map):
    area = community_to_click(town)
    page = open_map(maps / "one.html", "show=walk/clinic&lang=en")
    page.mouse.click(*spot_of(page, inner_points(town)[area]))
    name = town.areas.set_index("area_id").loc[area, "name"]
    expect(page.locator("#place h2")).to_contain_text(name)
    rows = town.run.access[(town.run.access["service"] == "clinic") & (town.run.access["walker"] == "standard")]
    rows = rows.merge(town.run.residents, on="resident_id")
    rows = rows[(rows["community_id"] == area) & rows["status"].isin(["reached", "unreachable"])]
    line = rows.assign(minutes=rows["minutes"].fillna(np.inf)).sort_values("minutes")
    median = line["minutes"][line["population"].cumsum() >= line["population"].sum() / 2].iloc[0]
    nearest = rows[rows["status"] == "reached"].groupby("facility_id")["population"].sum().idxmax()
    facility = town.run.facilities.set_index("facility_id").loc[nearest, "name"]
    covered, known = shares_of(town, "clinic", 15, area)
    row = page.locator("#place tr", has_text="community clinic")
    cells = [f"{median:.1f} min", percent(covered / known, known), facility]
    assert row.locator("td").all_inner_texts() == cells
    results = town.run.results[town.run.results["area_id"] == area]
    verdicts = page.locator("#place .verdict").all_inner_texts()
    assert len(verdicts) == len(results)
    assert sum(text.endswith("short") for text in verdicts) == (results["verdict"] == "short").sum()
    assert verdicts == sorted(verdicts, key=lambda text: ["short", "borderline", "data", "met"].index(text.split()[-1]))


def test_a_service_that_was_not_searched_for_the_chosen_walker_is_told_for_the_one_it_was(maps, open_map):
    page = open_map(maps / "one.html", "show=walk/elder_care&walker=elder&place=community/00001001&lang=en")
    heads = [head.split("\n") for head in page.locator("#place tbody th").all_inner_texts()]
    assert [head[0] for head in heads] == ["Community clinic", "Elder-care centre", "Culture centre", "Fitness ground"]
    assert [head[-1] for head in heads if len(head) > 1] == ["Planning standard walker"] * 3
    assert "—" not in page.locator("#place tbody tr").first.inner_text()


def test_a_click_on_a_facility_names_it(town, maps, open_map):
    page = open_map(maps / "one.html", "show=walk/clinic")
    clinics = town.run.facilities[town.run.facilities["layer"] == "clinic"]
    page.mouse.click(*spot_of(page, clinics.geometry.iloc[0].coords[0]))
    expect(page.locator("#tip")).to_contain_text(clinics["name"].iloc[0])


def test_many_facilities_are_gathered_from_afar_and_come_apart_near_by(tmp_path, open_map):
    crowded = invented_town(facilities=700)
    write_map(tmp_path / "crowded.html", crowded.data(), lang="zh")
    page = open_map(tmp_path / "crowded.html")
    for layer in range(4):
        page.locator(f'[data-key="layers/{layer}"]').check()
    middle = inner_points(crowded)["00000001"]
    positions = shapely.get_coordinates(crowded.run.facilities.geometry)
    centre = positions[np.hypot(*(positions - middle).T).argmin()]
    page.evaluate("([lon, lat]) => map_lifecircle.setView([lat, lon], 17, { animate: false })", list(centre))
    name = crowded.run.facilities["name"].iloc[np.hypot(*(positions - centre).T).argmin()]
    page.mouse.move(*spot_of(page, centre))
    expect(page.locator("#tip")).to_contain_text(name)
    page.evaluate("([lon, lat]) => map_lifecircle.setView([lat, lon], 12.5, { animate: false })", list(centre))
    tips = page.evaluate(
        """async () => {
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            const map = window.map_lifecircle.getContainer();
            const { left, top, width, height } = map.getBoundingClientRect();
            const tips = new Set();
            for (let x = 0; x < width; x += 10) {
                for (let y = 0; y < height; y += 10) {
                    const at = { clientX: left + x, clientY: top + y, bubbles: true };
                    map.dispatchEvent(new MouseEvent('mousemove', at));
                    tips.add(document.getElementById('tip').textContent);
                }
            }
            return [...tips];
        }"""
    )
    hidden = [int(found[1]) for tip in tips if (found := re.search(r"另有 (\d+) 处", tip))]
    assert len(hidden) > 5
    assert max(hidden) > 10


def test_search_finds_communities_and_facilities_by_characters_and_initials(town, maps, open_map):
    content = content_of(maps / "one.html")
    row = 20
    name, letters = content["areas"]["name"][row], content["areas"]["initials"][row]
    page = open_map(maps / "one.html")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(letters)
    expect(page.locator("#found li").first).to_be_visible()
    assert name in [text.split(" ")[0] for text in page.locator("#found li").all_inner_texts()]
    page.locator("#search").fill(name)
    expect(page.locator("#search")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#place h2")).to_contain_text(name)
    expect(page.locator("#found")).to_be_hidden()
    facility = town.run.facilities.iloc[7]
    page.locator("#search").fill(facility["name"])
    page.keyboard.press("Enter")
    expect(page.locator("#tip")).to_contain_text(facility["name"])


def test_arrow_keys_walk_through_the_results_and_escape_closes_them(maps, open_map):
    page = open_map(maps / "one.html")
    page.locator("#search").fill("社区")
    options = page.locator("#found li")
    assert options.count() > 3
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search")).to_have_attribute("aria-activedescendant", "found-2")
    page.keyboard.press("ArrowUp")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()


def test_the_language_can_be_changed_in_the_page(maps, open_map):
    page = open_map(maps / "one.html", "show=walk/clinic&min=12")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#answer .sentence")).to_contain_text("12 分钟内步行到达社区卫生服务中心")
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#answer .sentence")).to_contain_text("within 12 minutes' walk")
    expect(page.locator("h1")).to_have_text("Yunxi")
    assert page.title() == "Yunxi · Walking life-circle map"
    expect(page.locator("#synthetic")).to_have_text("SYNTHETIC DATA 虚构")


def test_everything_that_can_be_switched_on_is_drawn(maps, open_map):
    page = open_map(maps / "one.html", "show=walk/clinic")
    picture = """async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return document.querySelector('canvas.atlas').toDataURL();
    }"""
    seen = [page.evaluate(picture)]
    for key in ("facilities", "dots", "labels", "outline", "bands", "islands", "problems"):
        page.locator(f'[data-key="show/{key}"]').click()
        seen.append(page.evaluate(picture))
    assert len(set(seen)) == len(seen)
    for key in ("等时圈（5, 10, 15 分钟）", "孤立路网", "数据问题"):
        expect(page.locator("#legend-body")).to_contain_text(key)


def test_a_ratio_is_coloured_in_equal_steps_up_to_its_largest_value(town, tmp_path, open_map):
    """Streets at 0, 1.5, 3 … 12 places; six steps of 2 up to 12, so 3 falls into the second and 12 into the last."""
    ratio = Ratio.model_validate(
        {
            "id": "places", "name": {"zh": "托位", "en": "Places"}, "field": "circle", "kind": "ratio", "target": 4.5,
            "clause": {"chapter": "一"}, "year": 2025, "numerator": {"layers": ["clinic"]}, "denominator": "population",
            "per": 1000, "unit": {"zh": "个/千人", "en": "places per 1,000"},
        }
    )  # fmt: skip
    streets = town.areas.loc[town.areas["level"] == "street", "area_id"].tolist()
    rows = town.run.results.iloc[:9].assign(
        standard_id="places", level="street", area_id=streets, value=np.arange(9) * 1.5, unit="个/千人", target=4.5
    )
    plan = town.plan.model_copy(update={"standards": (*town.plan.standards, ratio)})
    results = pd.concat([town.run.results, rows], ignore_index=True)
    changed = replace(town, plan=plan, run=replace(town.run, results=results))
    write_map(tmp_path / "ratio.html", changed.data(), lang="en")
    page = open_map(tmp_path / "ratio.html", f"show=standard/town-plan/places&place=street/{streets[3]}")
    bare(page)
    expect(page.locator("#answer .big")).to_have_text("4.5 places per 1,000")
    expect(page.locator("#answer .sentence")).to_have_text("Places (target ≥ 4.5 places per 1,000).")
    assert page.locator(".ramp li").all_inner_texts() == ["0", "2", "4", "6", "8", "10", "12"]
    expect(page.locator("#time")).to_be_hidden()
    page.evaluate("map_lifecircle.setZoom(13.5, { animate: false })")
    points = inner_points(town)
    for street, expected in ((streets[2], RAMP[1]), (streets[8], RAMP[5])):
        inside = next(lonlat for area, lonlat in points.items() if area.startswith(street))
        page.evaluate("([lon, lat]) => map_lifecircle.panTo([lat, lon], { animate: false })", list(inside))
        assert colour_at(page, inside) == expected


def test_every_control_is_reached_by_tab_and_shows_its_focus(maps, open_map):
    page = open_map(maps / "two.html", "show=walk/clinic&swipe=50&place=community/00001002")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                    const node = document.activeElement;
                    const name = node.id || node.dataset.key || node.className || node.tagName;
                    return [name, getComputedStyle(node).outlineStyle, node.matches(':focus-visible')];
                }"""
            )
        )
    names = {name for name, _, _ in reached}
    wanted = {"language", "print", "compare", "search", "theme", "walker", "people", "minutes", "close", "divider"}
    wanted |= {"show/dots", "show/bands", "show/islands", "show/problems", "layers/0", "map_lifecircle", "legend-title"}
    assert wanted - names == set()
    assert any(name.startswith("league/") for name in names)
    assert all(style != "none" for name, style, visible in reached if visible and name not in {"BODY", "HTML"})


def test_the_slider_follows_arrow_keys_and_escape_leaves_a_place(maps, open_map):
    page = open_map(maps / "one.html", "show=walk/clinic&min=15&place=community/00001002")
    page.locator("#minutes").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#minutes-shown")).to_have_text("14 分钟")
    expect(page.locator("#minutes")).to_have_attribute("aria-valuetext", "14 分钟")
    expect(page.locator("#place")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#place")).to_be_hidden()
    assert "place" not in page.url


def test_the_focus_stays_on_the_chosen_area_or_goes_to_the_answer(town, maps, open_map):
    page = open_map(maps / "one.html", "show=walk/clinic")
    button = page.locator('[data-key="league/district/01"]')
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place h2")).to_contain_text(town.areas.set_index("area_id")["name"]["01"])
    expect(page.locator("#answer")).to_be_focused()
    page.locator('[data-key^="league/street"]').first.focus()
    page.keyboard.press("Enter")
    community = page.locator('[data-key^="league/community"]').first
    key = community.get_attribute("data-key")
    community.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-key="{key}"]')).to_be_focused()


def test_the_list_of_areas_goes_from_the_worst_to_the_best(town, maps, open_map):
    page = open_map(maps / "one.html", "show=walk/fitness&min=10")
    listed = page.locator('#league [data-key^="league/district"]').all_inner_texts()
    names = town.areas.set_index("area_id")["name"]
    rows = town.run.access[town.run.access["service"] == "fitness"].merge(town.run.residents, on="resident_id")
    covered = rows["minutes"] <= 10
    known = covered | ~(rows["least_minutes"] <= 10)
    sums = pd.DataFrame({"covered": rows["population"] * covered, "known": rows["population"] * known})
    share = sums.groupby(rows["district_id"]).sum().pipe(lambda table: table["covered"] / table["known"]).sort_values()
    assert [text.split() for text in listed] == [[names[a], percent(value, sign="%")] for a, value in share.items()]


def test_the_address_holds_what_is_shown(maps, open_map):
    page = open_map(maps / "one.html", "show=walk/clinic")
    page.locator("#minutes").fill("7")
    page.locator("#language").click()
    page.locator('[data-key="league/district/01"]').click()
    copied = page.url.split("#")[1]
    again = open_map(maps / "one.html", copied)
    expect(again.locator("#minutes")).to_have_value("7")
    expect(again.locator("html")).to_have_attribute("lang", "en")
    expect(again.locator("#theme")).to_have_value("walk/clinic")
    assert again.locator("#place h2").inner_text() == page.locator("#place h2").inner_text()
    assert again.url.split("#")[1] == copied


@pytest.mark.parametrize(
    "fragment",
    [
        "show=<img src=x onerror=alert(1)>&min=-4&place=%E0%A4%A&lang=fr&walker=__proto__&people=toString&swipe=1e9",
        "&&&=%",
    ],
)
def test_an_address_that_makes_no_sense_is_passed_over(maps, open_map, fragment):
    page = open_map(maps / "one.html", fragment)
    expect(page.locator("#theme")).to_have_value("standard/town-plan/life_circle")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#place")).to_be_hidden()


def test_fewer_than_ten_people_are_not_counted_out(town, maps, open_map):
    """The last community has six points of half a person: 3 people."""
    area = town.areas["area_id"].iloc[-1]
    page = open_map(maps / "one.html", f"show=walk/clinic&lang=en&place=community/{area}")
    expect(page.locator("#place")).to_contain_text("<10 residents")
    expect(page.locator("#answer .big")).to_have_text("—")
    assert page.locator("#place td").all_inner_texts().count("—") == 3 * page.locator("#place tbody tr").count()


@pytest.mark.parametrize("with_plate", [False, True])
def test_the_plate_fits_one_sheet(maps, open_map, with_plate):
    page = open_map(maps / "one.html", "show=walk/clinic")
    if with_plate:
        page.evaluate("document.querySelector('.panel').scrollTop = 150")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        expect(page.locator("#ask")).to_be_hidden()
        expect(page.locator("h1")).to_be_in_viewport()
        box = page.locator(".folium-map").bounding_box()
        assert box["width"] == pytest.approx((279 - 82) * 96 / 25.4, abs=3)
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        expect(page.locator("#ask")).to_be_visible()
        assert page.evaluate("document.querySelector('.panel').scrollTop") == 150
    else:
        sheet = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1


def test_a_phone_shows_the_map_above_the_panel_with_the_legend_folded(maps, open_map):
    page = open_map(maps / "one.html", "show=walk/clinic", width=390, height=844)
    stage, panel = page.locator(".stage").bounding_box(), page.locator(".panel").bounding_box()
    assert stage["y"] + stage["height"] <= panel["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("#legend").get_attribute("open") is None
    page.mouse.click(stage["x"] + 195, stage["y"] + 200)
    expect(page.locator("#answer h2")).to_be_in_viewport()


def test_a_map_of_areas_and_residents_alone_opens(town, tmp_path, open_map):
    areas = town.areas[town.areas["level"].isin(["city", "community"])]
    residents = town.run.residents[["resident_id", "population", "community_id", "geometry"]]
    run = replace(
        town.run,
        residents=residents,
        facilities=town.run.facilities.iloc[:0],
        access=town.run.access.iloc[:0],
        results=town.run.results.iloc[:0],
    )
    study = town.study.model_copy(update={"groups": {}, "credits": [], "date": None, "synthetic": False})
    write_map(tmp_path / "bare.html", map_data(study, areas, [town.plan], [run]), lang="en")
    page = open_map(tmp_path / "bare.html")
    expect(page.locator("#synthetic")).to_be_hidden()
    expect(page.locator("#answer .sentence")).to_have_text("There is no such result for this area.")
    expect(page.locator("#time")).to_be_hidden()
    page.mouse.move(800, 400)
    page.mouse.click(800, 400)
