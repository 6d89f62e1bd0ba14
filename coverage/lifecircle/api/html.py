"""Takes tables and sentences, gives the HTML that a notebook shows of them; names stay text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def section(title: str, *parts: Markup) -> str:
    """Return a title with everything below it, as one piece of HTML."""
    return str(Markup("<div><p><strong>{}</strong></p>{}</div>").format(title, Markup("").join(parts)))


def sentence(words: str) -> Markup:
    """Return a paragraph."""
    return Markup("<p>{}</p>").format(words)


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Markup:
    """Return a table; its first column is words, the others stand to the right."""
    head = Markup("").join(_cell("th", place, words) for place, words in enumerate(heads))
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(_cell("td", place, words) for place, words in enumerate(row)))
        for row in rows
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


def frame(page: str, height_px: int, title: str) -> str:
    """Return a page inside a frame of its own, which can run its own scripts and reach nothing outside of it."""
    return str(
        Markup(
            '<iframe sandbox="allow-scripts" title="{}" srcdoc="{}" '
            'style="width: 100%; height: {}px; border: 1px solid #ccc"></iframe>'
        ).format(title, page, height_px)
    )


def _cell(tag: str, place: int, words: Any) -> Markup:
    side = "left" if place == 0 else "right"
    return Markup('<{0} style="text-align: {1}">{2}</{0}>').format(tag, side, words)
