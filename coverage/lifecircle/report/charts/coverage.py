"""Charts of shares: what each area reaches, with its range and target, and how far it lies behind the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecircle.messages import in_percent
from lifecircle.report.charts.drawing import (
    INK,
    LINE,
    QUIET,
    VERDICT_COLOURS,
    VERDICT_MARKERS,
    Drawing,
    Margins,
    frames,
    room_for,
    title_lines,
    under_titles,
)
from lifecircle.report.plain import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lifecircle.bilingual import Lang

PANELS_PER_ROW: Final = 3
LABEL_LENGTH: Final = 16
NAME_LENGTH: Final = 44
"""Of a standard, where it has a line for itself."""
_ROW_IN: Final = 0.165
_PROFILE_ROW_IN: Final = 0.24
_LEGEND_IN: Final = 0.22


@dataclass(frozen=True)
class Reading:
    """One area on one standard; shares between 0 and 1, ``nan`` where nothing is known."""

    label: str
    value: float
    low: float
    high: float
    verdict: str


@dataclass(frozen=True)
class Panel:
    """One standard with its areas; ``target`` is a share."""

    title: str
    target: float
    readings: tuple[Reading, ...]


def coverage_chart(panels: Sequence[Panel], lang: Lang) -> Drawing:
    """Draw the shares of all areas, a panel for each standard: a mark by verdict, a band for the range, the target."""
    return _panels(panels, lambda axes, panel: _coverage(axes, panel, lang))


def gap_chart(panels: Sequence[Panel]) -> Drawing:
    """Draw how many points each area lies behind the reference (to the right) or ahead of it (to the left).

    The values of the readings are differences of shares; target and range are not drawn.
    """
    most = max((abs(one.value) for panel in panels for one in panel.readings if not np.isnan(one.value)), default=0.1)
    return _panels(panels, lambda axes, panel: _gap(axes, panel, most))


def profile_chart(
    labels: Sequence[str], own: Sequence[Reading], others: Mapping[str, Sequence[float]], lang: Lang
) -> Drawing:
    """Draw one area on all its standards beside the shares of other areas.

    Parameters
    ----------
    labels : sequence of str
        Names of the standards.
    own : sequence of Reading
        The area's readings; each label is the target in words.
    others : mapping
        Name of another area to its shares, in the same order.
    lang : {"zh", "en"}
    """
    names = [shortened(label, NAME_LENGTH) for label in labels]
    margins = Margins(left=room_for(names), top=_LEGEND_IN if others else 0.05)

    def draw(figure: Figure) -> None:
        (axes,) = frames(figure, margins)
        rows = np.arange(len(names))
        _mark(axes, own)
        for (name, values), marker in zip(others.items(), ("|", "d"), strict=False):
            axes.scatter(values, rows, marker=marker, s=70 if marker == "|" else 16, color=QUIET, lw=1.2, label=name)
        _share_axis(axes, lang)
        _name_rows(axes, names)
        if others:
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, borderaxespad=0.1)

    return Drawing(draw, margins.top + margins.bottom + _PROFILE_ROW_IN * len(names))


def _panels(panels: Sequence[Panel], draw_one: Callable[[Axes, Panel], None]) -> Drawing:
    """Draw panels in rows of three with the areas' names at the left of each row."""
    names = [shortened(reading.label, LABEL_LENGTH) for reading in panels[0].readings]
    lines = -(-len(panels) // PANELS_PER_ROW)
    titles = [title_lines(panel.title) for panel in panels]
    margins = under_titles(Margins(left=room_for(names)), titles)
    height = margins.top + margins.bottom + (lines - 1) * margins.down + lines * len(names) * _ROW_IN

    def draw(figure: Figure) -> None:
        grid = frames(figure, margins, lines, PANELS_PER_ROW)
        for at, (axes, panel, title) in enumerate(zip(grid, panels, titles, strict=False)):
            draw_one(axes, panel)
            axes.set_title(title)
            _name_rows(axes, names if at % PANELS_PER_ROW == 0 else [""] * len(names))
        for axes in grid[len(panels) :]:
            axes.set_axis_off()

    return Drawing(draw, height)


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Write names beside the rows, the first one at the top."""
    axes.set_yticks(range(len(names)) if any(names) else [], names if any(names) else [])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.5, -0.5)


def _coverage(axes: Axes, panel: Panel, lang: Lang) -> None:
    _mark(axes, panel.readings)
    axes.axvline(panel.target, color=INK, lw=0.8, ls=(0, (3, 2)), zorder=1)
    _share_axis(axes, lang)


def _mark(axes: Axes, readings: Sequence[Reading]) -> None:
    """Draw readings, one on each row: a band for the range, a mark for the value, a dash where nothing is known."""
    rows = np.arange(len(readings))
    axes.hlines(rows, -1, 2, color=LINE, lw=0.4, zorder=0)
    for verdict, marker in VERDICT_MARKERS.items():
        own = [(row, one) for row, one in enumerate(readings) if one.verdict == verdict and not np.isnan(one.value)]
        if own:
            at, colour = [row for row, _ in own], VERDICT_COLOURS[verdict]
            axes.hlines(at, [one.low for _, one in own], [one.high for _, one in own], color=colour, lw=2.2, alpha=0.35)
            axes.plot([one.value for _, one in own], at, marker, color=colour, ms=4, mew=0.6)
    _dashes(axes, readings, "left")


def _gap(axes: Axes, panel: Panel, most: float) -> None:
    values = np.nan_to_num([reading.value for reading in panel.readings])
    for side, colour, hatch in ((values > 0, "short", None), (values < 0, "met", "////")):
        rows = np.flatnonzero(side)
        look = VERDICT_COLOURS[colour]
        axes.barh(rows, values[side], height=0.62, color=look, hatch=hatch, edgecolor="white", lw=0)
    _dashes(axes, panel.readings, "center")
    axes.axvline(0, color=INK, lw=0.8)
    axes.set_xlim(-most * 1.1, most * 1.1)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:g}".replace("-", "\N{MINUS SIGN}")))


def _dashes(axes: Axes, readings: Sequence[Reading], side: Literal["left", "center"]) -> None:
    """Draw a dash on the rows of which nothing is known."""
    for row, reading in enumerate(readings):
        if np.isnan(reading.value):
            axes.text(0, row, "—", color=QUIET, va="center", ha=side)


def _share_axis(axes: Axes, lang: Lang) -> None:
    axes.set_xlim(-0.02, 1.02)
    first, _, last = axes.set_xticks([0, 0.5, 1], ["0", "50", in_percent("100", lang)])
    first.label1.set_horizontalalignment("left")  # the labels of neighbouring panels stay apart
    last.label1.set_horizontalalignment("right")
