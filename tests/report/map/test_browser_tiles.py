"""An online background, only where a study asks for one, and data that lie on it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from lifecircle.inputs.gcj02 import wgs84_to_gcj02
from lifecircle.report.map import write_map
from lifecircle.study import Tiles
from report.map.looking import colour_at, inner_points, spot_of

pytestmark = pytest.mark.browser

URL = "https://tiles.example/{z}/{x}/{y}.png"
PIXEL = bytes.fromhex(  # a red PNG of one pixel
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


def on_tiles(town, crs):
    tiles = Tiles(url=URL, crs=crs, attribution="© 某某地图 <b>")
    return replace(town, study=town.study.model_copy(update={"tiles": tiles, "map_approval": "GS(2026)0001号"}))


@pytest.fixture
def open_online(browser, tmp_path):
    """Open a map of a town on a background from a host that answers, and tell what it asked for."""
    pages = []

    def opened(town, fragment=""):
        write_map(tmp_path / "online.html", town.data(), lang="zh")
        page, asked = browser.new_page(), []
        pages.append(page)
        page.on("request", lambda request: asked.append(request.url))
        page.route(re.compile("^https://"), lambda route: route.fulfill(body=PIXEL, content_type="image/png"))
        page.goto(f"{(tmp_path / 'online.html').as_uri()}#{fragment}")
        page.wait_for_selector("body.ready")
        return page, asked

    yield opened
    for page in pages:
        page.close()


def test_tiles_are_asked_for_at_their_host_alone_and_can_be_switched_off(town, open_online):
    page, asked = open_online(on_tiles(town, "WGS84"), "show=walk/clinic")
    expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    assert len(asked) > 4
    assert all(re.fullmatch(r"https://tiles\.example/\d+/\d+/\d+\.png", url) for url in asked[1:])
    expect(page.locator("#fine")).to_have_text("审图号：GS(2026)0001号 · © 某某地图 <b>")
    page.locator('[data-key="show/tiles"]').uncheck()
    expect(page.locator(".leaflet-tile")).to_have_count(0)
    expect(page.locator("#fine")).to_have_text("审图号：GS(2026)0001号")
    page.locator("#language").click()
    expect(page.locator("#fine")).to_have_text("Map approval number (审图号): GS(2026)0001号")
    expect(page.locator("#credits")).to_contain_text("© 某某地图 <b>")


def test_the_background_shows_through_the_areas(town, open_online):
    page, _ = open_online(on_tiles(town, "WGS84"), "show=walk/clinic")
    alpha = """([lon, lat]) => {
        const { x, y } = map_lifecircle.latLngToContainerPoint([lat, lon]);
        const canvas = document.querySelector('canvas.atlas');
        const box = canvas.getBoundingClientRect();
        const stage = map_lifecircle.getContainer().getBoundingClientRect();
        return canvas.getContext('2d').getImageData(x + stage.left - box.left, y + stage.top - box.top, 1, 1).data[3];
    }"""
    inside = list(inner_points(town)["00001002"])
    for key in ("facilities", "dots", "labels"):
        page.locator(f'[data-key="show/{key}"]').uncheck()
    colour_at(page, inside)
    assert page.evaluate(alpha, inside) == pytest.approx(0.62 * 255, abs=2)
    page.locator('[data-key="show/tiles"]').uncheck()
    colour_at(page, inside)
    assert page.evaluate(alpha, inside) == 255


@pytest.mark.parametrize(("crs", "shift"), [("WGS84", lambda lonlat: lonlat), ("GCJ-02", wgs84_to_gcj02)])
def test_everything_lies_where_the_background_has_it(town, open_online, crs, shift):
    """The shift of GCJ-02 near Nanjing is some 500 m: the tip of a clinic opens where the tiles show it."""
    clinic = town.run.facilities[town.run.facilities["layer"] == "clinic"].iloc[0]
    lonlat = shift(shapely.get_coordinates(clinic.geometry))[0]
    assert (np.hypot(*((lonlat - shapely.get_coordinates(clinic.geometry)[0]) * 1e5)) > 300) == (crs == "GCJ-02")
    page, _ = open_online(on_tiles(town, crs), "show=walk/clinic")
    page.evaluate("([lon, lat]) => map_lifecircle.setView([lat, lon], 16, { animate: false })", list(lonlat))
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.mouse.move(*spot_of(page, lonlat))
    expect(page.locator("#tip")).to_contain_text(clinic["name"])
    problem = shift(shapely.get_coordinates(town.pictures.problems.geometry))[0]
    page.locator('[data-key="show/problems"]').check()
    page.evaluate("([lon, lat]) => map_lifecircle.setView([lat, lon], 16, { animate: false })", list(problem))
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.mouse.move(*spot_of(page, problem))
    expect(page.locator("#tip")).to_contain_text("数据问题")
    assert ("按 GCJ-02 坐标显示" in page.locator("#credits").inner_text()) == (crs == "GCJ-02")


def test_a_map_whose_background_does_not_answer_is_still_a_map(town, browser, tmp_path):
    write_map(tmp_path / "lost.html", on_tiles(town, "GCJ-02").data(), lang="zh")
    page = browser.new_page()
    page.route(re.compile("^https://"), lambda route: route.abort())
    page.goto(f"{(tmp_path / 'lost.html').as_uri()}#show=walk/clinic&min=8")
    page.wait_for_selector("body.ready")
    expect(page.locator("#answer .big")).to_contain_text("%")
    page.close()
