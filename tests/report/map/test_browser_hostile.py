"""Names that attack whoever shows them, on a map that is open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from lifecircle.report.map import write_map
from report.map.looking import inner_points, spot_of
from report.map.town import with_names

pytestmark = pytest.mark.browser

HOSTILE = [
    "</script><img src=x onerror=document.title='pwned'></title><script>document.title='pwned'</script>",
    "`${document.title='pwned'}`{{7*191}}{% endraw %}$&$1",
    "'\"><svg onload=document.title='pwned'>&lt;b&gt;<!--",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text_wherever_they_are_shown(town, tmp_path, open_map, name):
    hostile = with_names(town, name)
    run = hostile.run
    write_map(tmp_path / "hostile.html", hostile.data(run, replace(run)), lang="zh")
    page = open_map(tmp_path / "hostile.html", "show=walk/clinic&swipe=60")
    nodes = page.evaluate("document.querySelectorAll('script, img, svg, b, iframe, style').length")
    for key in ("show/bands", "show/islands", "show/problems", "layers/1"):
        page.locator(f'[data-key="{key}"]').check()
    points = inner_points(town)
    page.mouse.click(*spot_of(page, points["00001002"]))
    expect(page.locator("#place h2")).to_contain_text(name)
    expect(page.locator("#place .verdict").first).to_be_visible()
    for text in (page.locator("h1"), page.locator("#credits"), page.locator("#subtitle"), page.locator("#place")):
        expect(text).to_contain_text(name)
    expect(page.locator("#side-left")).to_have_text(name)
    expect(page.locator("#legend-body")).to_contain_text(name)
    assert set(page.locator("#theme option").all_inner_texts()) == {name}
    assert page.locator("#theme optgroup").last.get_attribute("label") == name
    page.mouse.move(*spot_of(page, points["00001001"]))
    expect(page.locator("#tip bdi")).to_have_text(name)
    problem = hostile.pictures.problems.geometry.iloc[0]
    page.evaluate("([lon, lat]) => map_lifecircle.setView([lat, lon], 16, { animate: false })", [problem.x, problem.y])
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.mouse.move(*spot_of(page, (problem.x, problem.y)))
    expect(page.locator("#tip")).to_contain_text("数据问题")
    expect(page.locator("#tip bdi").first).to_have_text(name)
    page.locator("#search").fill(name)
    expect(page.locator("#found bdi").first).to_have_text(name)
    page.keyboard.press("Enter")
    page.locator("#language").click()
    assert page.title().startswith(name)
    assert page.evaluate("document.querySelectorAll('script, img, svg, b, iframe, style').length") == nodes


def test_the_policy_stops_what_the_page_would_not_do_anyway(maps, browser):
    page = browser.new_page()
    page.goto((maps / "one.html").as_uri())
    page.wait_for_selector("body.ready")
    blocked = page.evaluate(
        """async () => {
            const broken = [];
            document.addEventListener('securitypolicyviolation', (event) => broken.push(event.effectiveDirective));
            const box = document.createElement('div');
            box.innerHTML = '<img src="https://127.0.0.1:9/x" onerror="window.pwned = 1"><p style="color: red"></p>';
            document.body.append(box);
            const script = document.createElement('script');
            script.textContent = 'window.pwned = 2';
            document.body.append(script);
            await fetch('http://127.0.0.1:9/').catch(() => null);
            await new Promise((done) => setTimeout(done, 100));
            return [broken.sort(), window.pwned ?? null];
        }"""
    )
    page.close()
    assert blocked[1] is None
    assert {"img-src", "connect-src", "script-src-elem", "style-src-attr"} <= set(blocked[0])
