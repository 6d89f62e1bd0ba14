"""The chart of returns: how the share of people grows with the number of sites, and how far it could grow at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.ticker import MaxNLocator

from lifecircle.messages import in_percent
from lifecircle.report.charts.drawing import INK, LINE, LINE_COLOURS, QUIET, Drawing, Margins, frames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from lifecircle.bilingual import Lang

_HEIGHT_IN: Final = 2.5
_SHADE: Final = "#dce6ee"


def returns_chart(
    sites: NDArray[np.int64],
    share: NDArray[np.float64],
    bound: NDArray[np.float64],
    marks: Mapping[str, float],
    words: Mapping[str, str],
    lang: Lang,
) -> Drawing:
    """Draw shares by the number of sites, with the room up to the bound shaded.

    Parameters
    ----------
    sites : (n,) array
        Ascending.
    share, bound : (n,) arrays
        From 0 to 1.
    marks : mapping
        ``target``: the share to be kept; ``wish``: how many sites are proposed.
    words : mapping
        What the parts are called: ``axis``, ``share``, ``bound``, ``target``, ``wish``.
    lang : {"zh", "en"}
    """
    margins = Margins(left=0.5, right=0.15, top=0.3, bottom=0.45)

    def draw(figure: Figure) -> None:
        (axes,) = frames(figure, margins)
        axes.fill_between(sites, share, bound, color=_SHADE, lw=0, label=words["bound"])
        axes.plot(sites, share, color=LINE_COLOURS[0], lw=1.6, label=words["share"])
        axes.axhline(marks["target"], color=INK, lw=0.8, ls=(0, (3, 2)), label=words["target"])
        proposed = int(np.searchsorted(sites, marks["wish"]))
        if proposed < len(sites):
            axes.plot(sites[proposed], share[proposed], "o", color=LINE_COLOURS[1], ms=5, label=words["wish"])
        low, high = float(share.min()), max(float(share.max()), marks["target"])
        room = 0.08 * max(high - low, 0.01)
        axes.set_ylim(max(low - room, 0.0), min(high + room, 1.0))
        axes.set_xlim(0, max(int(sites[-1]), 1))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter(lambda value, _: in_percent(f"{100 * value:.4g}", lang))
        axes.set_xlabel(words["axis"], color=QUIET)
        axes.grid(axis="y", color=LINE, lw=0.4)
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, borderaxespad=0.1)

    return Drawing(draw, _HEIGHT_IN)
