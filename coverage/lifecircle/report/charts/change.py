"""Charts of change: a value over the years beside its way to the target, and the parts that a change is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.report.charts.coverage import LABEL_LENGTH, PANELS_PER_ROW
from lifecircle.report.charts.drawing import (
    INK,
    LINE,
    LINE_COLOURS,
    QUIET,
    VERDICT_COLOURS,
    Drawing,
    Margins,
    frames,
    room_for,
    title_lines,
    under_titles,
)
from lifecircle.report.plain import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SPARK_IN: Final = 0.62
_BAR_IN: Final = 0.21
_KEY_IN: Final = 0.26
_HATCHES: Final = ("", "////", "....", "\\\\\\\\", "xxxx")


@dataclass(frozen=True)
class Trend:
    """One value over time.

    Attributes
    ----------
    title : str
    years : tuple of float
        When it was measured, as a year with its fraction.
    values : tuple of float
        ``nan`` where it was not known.
    way : tuple of (float, float)
        The way to the target as points of year and value; empty where there is none.
    first, last : str
        The first and the last value in words.
    verdict : str
        Colours the last value.
    least : float
        The least height that a line is drawn in, so that what hardly changed looks it.
    """

    title: str
    years: tuple[float, ...]
    values: tuple[float, ...]
    way: tuple[tuple[float, float], ...]
    first: str
    last: str
    verdict: str
    least: float


def trend_chart(trends: Sequence[Trend]) -> Drawing:
    """Draw sparklines, three in a row: the values with the first and the last in words, and the way to the target."""
    lines = -(-len(trends) // PANELS_PER_ROW)
    titles = [title_lines(one.title) for one in trends]
    margins = under_titles(Margins(left=0.1, bottom=0.12, down=0.42, across=0.25), titles)
    years = [year for one in trends for year in (*one.years, *(year for year, _ in one.way))]
    span = (min(years), max(years))

    def draw(figure: Figure) -> None:
        grid = frames(figure, margins, lines, PANELS_PER_ROW)
        for axes, one, title in zip(grid, trends, titles, strict=False):
            axes.set_title(title)
            _spark(axes, one, span)
        for axes in grid[len(trends) :]:
            axes.set_axis_off()

    return Drawing(draw, margins.top + margins.bottom + (lines - 1) * margins.down + lines * _SPARK_IN)


def _spark(axes: Axes, one: Trend, span: tuple[float, float]) -> None:
    axes.set_axis_off()
    if one.way:
        axes.plot(*zip(*one.way, strict=True), color=QUIET, lw=0.9, ls=(0, (3, 2)))
        axes.plot(*one.way[-1], "|", color=INK, ms=8, mew=1.4)
    axes.plot(one.years, one.values, color=LINE_COLOURS[0], lw=1.4)
    colour = VERDICT_COLOURS.get(one.verdict, QUIET)
    axes.plot(one.years[-1:], one.values[-1:], "o", color=colour, ms=4)
    heights = [value for value in (*one.values, *(value for _, value in one.way)) if not np.isnan(value)]
    middle, half = (max(heights) + min(heights)) / 2, max(max(heights) - min(heights), one.least) / 2
    wide = max(span[1] - span[0], 1.0)
    axes.set_xlim(span[0] - 0.35 * wide, span[1] + 0.35 * wide)
    axes.set_ylim(middle - 1.3 * half, middle + 1.3 * half)
    for text, at, far, side in ((one.first, 0, -5, "right"), (one.last, -1, 5, "left")):
        if not np.isnan(one.values[at]):
            place = (one.years[at], one.values[at])
            axes.annotate(text, place, xytext=(far, 0), textcoords="offset points", va="center", ha=side)


def parts_chart(labels: Sequence[str], parts: Mapping[str, Sequence[float]]) -> Drawing:
    """Draw the parts of a change, one bar for each area: gains to the right, losses to the left, a mark for their sum.

    Parameters
    ----------
    labels : sequence of str
        Names of the areas.
    parts : mapping
        Name of a part to its size for each area, in percentage points; ``nan`` where it is not known.
    """
    names = [shortened(label, LABEL_LENGTH) for label in labels]
    margins = Margins(left=room_for(names), top=_KEY_IN)

    def draw(figure: Figure) -> None:
        (axes,) = frames(figure, margins)
        rows = np.arange(len(names))
        right, left = np.zeros(len(names)), np.zeros(len(names))
        for number, (part, sizes) in enumerate(parts.items()):
            size = np.nan_to_num(np.asarray(sizes, dtype=float))
            start = np.where(size < 0, left, right)
            colour, hatch, label = LINE_COLOURS[number], _HATCHES[number], part if size.any() else None
            axes.barh(rows, size, 0.62, start, color=colour, hatch=hatch, edgecolor="white", lw=0, label=label)
            right += np.maximum(size, 0)
            left += np.minimum(size, 0)
        total = np.sum([np.asarray(sizes, dtype=float) for sizes in parts.values()], axis=0)
        axes.plot(total, rows, "d", color=INK, ms=4, mec="white", mew=0.5)
        axes.axvline(0, color=INK, lw=0.8)
        axes.use_sticky_edges = False
        axes.margins(x=0.06)
        axes.grid(axis="x", color=LINE, lw=0.4)
        axes.set_axisbelow(True)
        axes.set_yticks(rows, names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False, borderaxespad=0.1)

    return Drawing(draw, margins.top + margins.bottom + _BAR_IN * len(names))
