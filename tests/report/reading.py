"""Reads reports back: their visible text, and the numbers in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
VOID = {"meta", "img", "br", "col", "rect", "circle", "link", "hr", "input"}
SILENT = {"style", "title", "svg", "nav", "header"}


class Page(HTMLParser):
    """The elements and the visible text of a page.

    ``elements`` holds (tag, attributes); ``texts`` the texts with the path of (tag, class) that they stand in.
    """

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self._path = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        """Take down an element that begins."""
        own = dict(attributes)
        self.elements.append((tag, own))
        if tag not in VOID:
            self._path.append((tag, own.get("class") or "", own.get("id") or ""))

    def handle_startendtag(self, tag, attributes):
        """Take down an element without content."""
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        """Require that what ends is what began last."""
        assert self._path.pop()[0] == tag, f"{tag} closes something else"

    def handle_data(self, text):
        """Take down a text with its path."""
        if text.strip():
            self.texts.append((tuple(self._path), text.strip()))

    def text(self, without=()):
        """Return the visible text, without that in some tags or classes."""
        hidden = SILENT | set(without)
        kept = [text for path, text in self.texts if not any({tag, *names.split()} & hidden for tag, names, _ in path)]
        return "\n".join(kept)


def numbers(text, known=()):
    """Return the numbers of a text, those inside known names left out."""
    for name in sorted(set(known), key=len, reverse=True):
        text = text.replace(name, "\n")
    return NUMBER.findall(text)
