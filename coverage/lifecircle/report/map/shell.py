"""The page of a map without its data: folium's page with Leaflet inside, which loads nothing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import folium
from branca.element import CssLink, JavascriptLink, Link
from folium.template import Template
from xstatic.pkg import leaflet

from lifecircle.errors import ReportError
from lifecircle.report.policy import content_security_policy

ASSETS: Final = Path(__file__).with_name("assets")
_LEAFLET: Final = Path(leaflet.BASE_DIR)
_LOCAL: Final = {"leaflet.js": _LEAFLET / "leaflet.js", "leaflet.css": _LEAFLET / "leaflet.css"}
"""The only links a page may have, and the files that stand in for them."""

_IMAGE: Final = re.compile(r"url\([^)]*\)")
_SOURCE_MAP: Final = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


class LifeCircleMap(folium.Map):
    """A folium map with Leaflet and nothing else, in a page of its own.

    Nothing of a study is given to it: folium and branca compile what they render as templates, a second time even, and
    a facility's *name* would run as a program.
    """

    default_js = [("leaflet", "leaflet.js")]  # noqa: RUF012 - declared so by folium
    default_css = [("leaflet_css", "leaflet.css")]  # noqa: RUF012 - declared so by folium
    _template = Template((ASSETS / "page.html").read_text(encoding="utf-8"))

    def __init__(self) -> None:
        super().__init__(
            tiles=None,
            zoom_control=False,
            attributionControl=False,
            zoom_snap=0.25,
            zoom_delta=0.5,
            wheel_px_per_zoom_level=120,
        )
        self._id = "lifecircle"  # branca's random id would change the file from run to run


@cache
def page_around_the_data(tile_host: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the data: the same for every map but for where tiles may come from."""
    page: Any = LifeCircleMap()
    page.render()
    figure = page.get_root()
    children = list(figure.header._children.values())  # noqa: SLF001 - branca gives no other way to them
    links = [child for child in children if isinstance(child, Link)]
    styles = [local_text(link) for link in links if isinstance(link, CssLink)] + [_asset("map.css")]
    scripts = [local_text(link) for link in links if isinstance(link, JavascriptLink)] + [figure.script.render()]
    scripts.append(own_script())
    head = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN">',
        "<head>",
        f'<meta http-equiv="Content-Security-Policy" content="{content_security_policy(styles, scripts, tile_host)}">',
        *(child.render() for child in children if child not in links),
        *(f"<style>{style}</style>" for style in styles),
        "</head>",
        "<body>",
        figure.html.render(),
        '<script type="application/json" id="content">',
    ]
    foot = ["</script>", *(f"<script>{script}</script>" for script in scripts), "</body>", "</html>", ""]
    return "\n".join(head).encode(), "\n".join(foot).encode()


def local_text(link: Any) -> str:
    """Return the text of a link's local stand-in, without what would be loaded from elsewhere.

    Raises
    ------
    ReportError
        If the link is none of those that the map is known to have.
    """
    if link.url not in _LOCAL:
        raise ReportError(f"map: the page would load {link.url}. Add its text to the package, or remove the link.")
    text = _LOCAL[link.url].read_text(encoding="utf-8")
    return _SOURCE_MAP.sub("", _IMAGE.sub("none", text) if isinstance(link, CssLink) else text)


def own_script() -> str:
    """Return the map's own script: its parts one after the other, in a scope of their own."""
    parts = (path.read_text(encoding="utf-8") for path in sorted((ASSETS / "js").glob("*.js")))
    return "\n".join(["(() => {", "'use strict';", *parts, "})();"])


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
