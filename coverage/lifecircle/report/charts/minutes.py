"""Charts of walking times: how many people arrive within each minute, and how their times are spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.messages import in_percent, percent
from lifecircle.report.charts.coverage import PANELS_PER_ROW
from lifecircle.report.charts.drawing import (
    INK,
    LINE,
    LINE_COLOURS,
    LINE_DASHES,
    VERDICT_COLOURS,
    Drawing,
    Margins,
    frames,
    room_for,
    title_lines,
    under_titles,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from lifecircle.bilingual import Lang

STEPS_TO_THE_LIMIT: Final = 15
"""Steps of a curve up to its limit; it goes on to twice the limit."""

_PANEL_IN: Final = 0.85
_CUMULATIVE_IN: Final = 2.7
_PER_CENT_IN: Final = 0.42
_KEY_IN: Final = 0.5
_AXIS_IN: Final = 0.42


@dataclass(frozen=True)
class Curve:
    """How many people arrive within which time or distance.

    Attributes
    ----------
    title : str
    limit : float
        Of the circle, minutes or metres.
    unit : str
        ``min`` or ``m`` in words.
    at : (n,) array
        Times or distances, from 0 to twice the limit in equal steps; the limit is among them.
    share : (n,) array
        Part of the people who arrive within each, of those of whom it is known whether they do.
    """

    title: str
    limit: float
    unit: str
    at: NDArray[np.float64]
    share: NDArray[np.float64]


def curve(
    title: str,
    unit: str,
    limit: float,
    people: NDArray[np.float64],
    cost: NDArray[np.float64],
    least: NDArray[np.float64],
) -> Curve:
    """Add up how many people arrive within each step up to twice the limit.

    Parameters
    ----------
    title, unit : str
    limit : float
        Minutes or metres.
    people : (R,) array
        Weight of each resident point; ``nan`` counts as nobody.
    cost, least : (R,) arrays
        Minutes or metres that are sure to suffice, and that might; ``nan`` where they are not known.

    Returns
    -------
    Curve
        By the rule of the scores: unknown at a step are those who might arrive within it but need not.
    """
    at = np.arange(2 * STEPS_TO_THE_LIMIT + 1) * limit / STEPS_TO_THE_LIMIT
    people = np.nan_to_num(people)
    surely, perhaps = (_running(people, sure, at) for sure in (cost, np.fmin(cost, least)))
    known = people.sum() - (perhaps - surely)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(known > 0, surely / known, np.nan)
    return Curve(title, limit, unit, at, share)


def cumulative_chart(curves: Sequence[Curve], axis: str, lang: Lang) -> Drawing:
    """Draw the share of people who arrive within each time, all circles of one unit in one frame.

    Parameters
    ----------
    curves : sequence of Curve
    axis : str
        Label of the horizontal axis.
    lang : {"zh", "en"}
    """
    names = [title_lines(one.title) for one in curves]
    key_in = room_for(line for name in names for line in name.split("\n")) + _KEY_IN
    margins = Margins(left=_PER_CENT_IN, right=key_in, top=0.08, bottom=_AXIS_IN)

    def draw(figure: Figure) -> None:
        (axes,) = frames(figure, margins)
        for at, (one, name) in enumerate(zip(curves, names, strict=True)):
            colour, dashes = LINE_COLOURS[at % len(LINE_COLOURS)], LINE_DASHES[at % len(LINE_DASHES)]
            axes.plot(one.at, one.share, lw=1.5, color=colour, ls=dashes, label=name)
            axes.plot(one.limit, one.share[STEPS_TO_THE_LIMIT], "o", ms=4.5, color=colour, mec="white", mew=0.6)
        for limit in {one.limit for one in curves}:
            axes.axvline(limit, color=INK, lw=0.6, ls=(0, (3, 2)), zorder=0)
        axes.set_xlim(0, max(one.at[-1] for one in curves))
        axes.set_ylim(0, 1)
        fifths = np.linspace(0, 1, 6)
        axes.set_yticks(fifths, [percent(share, lang, 0) for share in fifths])
        axes.grid(axis="y", color=LINE, lw=0.4)
        axes.set_xlabel(axis)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, handlelength=3)

    return Drawing(draw, _CUMULATIVE_IN)


def distribution_chart(curves: Sequence[Curve], lang: Lang) -> Drawing:
    """Draw which part of the people arrives in each step, a panel for each circle; within the limit is darker."""
    lines = -(-len(curves) // PANELS_PER_ROW)
    titles = [title_lines(one.title) for one in curves]
    margins = under_titles(Margins(left=_PER_CENT_IN, right=0.2, across=_PER_CENT_IN + 0.15), titles)

    def draw(figure: Figure) -> None:
        grid = frames(figure, margins, lines, PANELS_PER_ROW)
        for axes, one, title in zip(grid, curves, titles, strict=False):
            width = one.at[1]
            added = np.diff(np.nan_to_num(one.share))
            inside = one.at[1:] <= one.limit + width / 2
            axes.bar(one.at[1:][inside], added[inside], -width, align="edge", color=VERDICT_COLOURS["met"], lw=0)
            axes.bar(one.at[1:][~inside], added[~inside], -width, align="edge", color="#9fb4c4", lw=0)
            axes.axvline(one.limit, color=INK, lw=0.8, ls=(0, (3, 2)))
            axes.set_title(title)
            axes.set_xlim(0, one.at[-1])
            axes.set_xticks([0, one.limit, 2 * one.limit], ["0", f"{one.limit:g}", f"{2 * one.limit:g} {one.unit}"])
            axes.yaxis.set_major_formatter(lambda share, _: in_percent(f"{share * 100:g}", lang))
            axes.locator_params(axis="y", nbins=4)
        for axes in grid[len(curves) :]:
            axes.set_axis_off()

    return Drawing(draw, margins.top + margins.bottom + (lines - 1) * margins.down + lines * _PANEL_IN)


def _running(people: NDArray[np.float64], cost: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the people whose cost is at most each step."""
    known = ~np.isnan(cost)
    order = np.argsort(cost[known], kind="stable")
    running = np.concatenate([[0.0], np.cumsum(people[known][order])])
    return running[np.searchsorted(cost[known][order], at + 1e-9, side="right")]
