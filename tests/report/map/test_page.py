from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from branca.element import JavascriptLink

from lifecircle.errors import ReportError
from lifecircle.report.map import write_map
from lifecircle.report.map.shell import ASSETS, LifeCircleMap, local_text
from report.map.decoding import content_of, own_script
from report.map.town import invented_town, with_names

# dist/leaflet.js of npm's leaflet 1.9.3 without its last line, the address of a source map.
LEAFLET_SHA256 = "34edd5e958eb754a467356cdbc26643e6dcdb7bc7a59adc7564ad0a0a4351976"


@pytest.fixture(scope="module")
def page(town, tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "town.html"
    write_map(path, town.data(), lang="zh")
    return path


def test_nothing_in_the_file_points_outside_it(page):
    """No element that loads, no url() and no @import in a style; other addresses are comments and namespaces."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|img|iframe|object|embed|audio|video|source)\b[^>]*\ssrc", text) == []
    assert re.findall(r"<link[^>]*href=\"(?!data:,)[^\"]*", text) == []
    for style in re.findall(r"<style>(.*?)</style>", text, re.DOTALL):
        assert "url(" not in style
        assert "@import" not in style
    assert "sourceMappingURL" not in text


def test_the_policy_allows_the_scripts_and_styles_of_the_page_and_nothing_else(page):
    text = page.read_text(encoding="utf-8")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)[1]
    for tag in ("script", "style"):
        parts = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" for part in parts]
        assert f"{tag}-src {' '.join(hashes)};" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert text.index("Content-Security-Policy") < text.index("<script")
    assert re.findall(r"\sstyle=|\son\w+=\"", text.split("<body>")[1].split("<script")[0]) == []


def test_a_link_that_is_not_known_is_an_error():
    with pytest.raises(ReportError, match=r"the page would load https://example\.org/x\.js\. Add its text"):
        local_text(JavascriptLink("https://example.org/x.js"))


def test_folium_is_asked_for_leaflet_alone():
    page = LifeCircleMap()
    page.render()
    links = [child.url for child in page.get_root().header._children.values() if hasattr(child, "url")]
    assert links == ["leaflet.js", "leaflet.css"]


def test_the_same_data_gives_the_same_bytes(page, tmp_path):
    write_map(tmp_path / "again.html", invented_town().data(), lang="zh")
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


def test_a_map_of_the_other_language_differs_in_its_data_alone(town, page, tmp_path):
    write_map(tmp_path / "en.html", town.data(), lang="en")
    chinese, english = content_of(page), content_of(tmp_path / "en.html")
    assert (chinese.pop("lang"), english.pop("lang")) == ("zh", "en")
    assert chinese == english


def test_own_scripts_have_no_way_to_make_html_or_code_of_text(page):
    sinks = [
        r"innerHTML", r"outerHTML", r"insertAdjacent", r"document\.write", r"createContextualFragment", r"DOMParser",
        r"srcdoc", r"\beval\b", r"Function\(", r"setTimeout\(['\"`]", r"javascript:", r"import\(",
        r"bindPopup", r"bindTooltip", r"divIcon", r"fetch\(", r"XMLHttp", r"WebSocket", r"sendBeacon",
    ]  # fmt: skip
    assert re.findall("|".join(sinks), own_script(page)) == []


JINJA = [
    "{{7*191}}",
    "{% endraw %}",
    "{%",
    "{#",
    "{{ cycler.__init__.__globals__.os.popen('touch MARK').read() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
]


@pytest.mark.parametrize("name", JINJA)
def test_a_name_that_is_a_template_is_written_as_it_is_and_runs_nothing(town, tmp_path, name):
    name = name.replace("MARK", str(tmp_path / "pwned"))
    path = tmp_path / "map.html"
    write_map(path, with_names(town, name).data(), lang="zh")
    assert not (tmp_path / "pwned").exists()
    text = path.read_text(encoding="utf-8")
    assert "1337" not in text.replace(name, "")
    content = content_of(path)
    assert {*content["areas"]["name"][:40], *content["runs"][0]["facilities"]["name"]} == {name}
    assert content["study"]["name"]["zh"] == name
    assert content["standards"][0]["name"]["zh"] == name


def test_columns_that_are_never_shown_are_not_in_the_file(town, tmp_path):
    facilities = town.run.facilities.assign(phone="HIDDEN-13900000000")
    path = tmp_path / "map.html"
    write_map(path, town.data(replace(town.run, facilities=facilities)), lang="zh")
    assert "HIDDEN" not in path.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_to_is_an_error_with_a_remedy(town, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ReportError, match="cannot be written"):
        write_map(tmp_path / "taken" / "map.html", town.data(), lang="zh")


def test_leaflet_is_the_file_that_was_read_and_judged():
    text = local_text(JavascriptLink("leaflet.js"))
    assert hashlib.sha256(text.encode()).hexdigest() == LEAFLET_SHA256
    assert "</script" not in text.lower()
    assert "<!--" not in text


def test_the_colours_grow_darker_from_class_to_class():
    """CIE lightness L* of each colour of the scale is at least 8 below the one before: apart without any hue."""
    script = (ASSETS / "js" / "5-colours.js").read_text(encoding="utf-8")
    colours = re.findall(r"#[0-9a-f]{6}", re.search(r"const RAMP = \[(.*?)\]", script)[1])
    lightness = [_lightness(colour) for colour in colours]
    assert len(colours) == 6
    assert all(darker <= lighter - 8 for lighter, darker in pairwise(lightness))


def _lightness(colour):
    """Return CIE L* of an sRGB colour (IEC 61966-2-1, D65)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16
