"""Small maps side by side: communities coloured by the share that each standard reaches, under larger borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.transforms import ScaledTranslation

from lifecircle.report.charts.coverage import TITLE_LENGTH
from lifecircle.report.charts.drawing import (
    INK,
    NO_DATA,
    SHARE_COLOURS,
    SHARE_EDGES,
    WIDTH_IN,
    Drawing,
    Margins,
    frames,
    share_class,
)
from lifecircle.report.plain import shortened
from lifecircle.units import METRES_PER_KILOMETRE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

MAPS_PER_ROW: Final = 3
MOST_HEIGHT_IN: Final = 8.2
"""Maps of a tall city are made smaller rather than run over the page."""

_BORDER_DETAIL: Final = 1 / 1500
"""Bends of a border smaller than this part of the map's width are not seen at its size."""

_BELOW_IN: Final = 0.08
"""How far below the first map its scale bar lies."""

_EDGE_PT: Final = 0.25
_MOST_EDGED: Final = 300
"""Where there are more communities, white edges would hide the small ones."""

_LEGEND_IN: Final = 0.42
_TITLE_IN: Final = 0.22
_BAR_IN: Final = 0.15


@dataclass(frozen=True)
class Ground:
    """What all maps of one area share.

    Attributes
    ----------
    shapes : (C,) array
        Communities, polygons in metres.
    borders : (B,) array
        Outlines of the areas above them, lines in metres.
    scale : float
        Metres of the frame for one metre on the ground.
    """

    shapes: NDArray[np.object_]
    borders: NDArray[np.object_]
    scale: float


@dataclass(frozen=True)
class MapPanel:
    """One map: its title and the share of each community, ``nan`` where nothing is known."""

    title: str
    shares: NDArray[np.float64]


def share_maps(ground: Ground, panels: Sequence[MapPanel], no_data: str) -> Drawing:
    """Draw maps side by side with one legend.

    Parameters
    ----------
    ground : Ground
    panels : sequence of MapPanel
    no_data : str
        What grey means, in words.
    """
    west, south, east, north = shapely.total_bounds(ground.shapes)
    columns, lines = min(MAPS_PER_ROW, len(panels)), -(-len(panels) // MAPS_PER_ROW)
    margins = Margins(left=0.1, right=0.1, top=_TITLE_IN, bottom=_LEGEND_IN, across=0.2, down=_TITLE_IN + _BAR_IN)
    wide = (WIDTH_IN - margins.left - margins.right) / MAPS_PER_ROW - margins.across
    around = margins.top + margins.bottom + (lines - 1) * margins.down
    high = min(wide * (north - south) / (east - west), (MOST_HEIGHT_IN - around) / lines)
    paths = [_path(shape) for shape in ground.shapes]
    lines_above = _lines(ground.borders, (east - west) * _BORDER_DETAIL)

    def draw(figure: Figure) -> None:
        grid = frames(figure, margins, lines, columns)
        for at, axes in enumerate(grid):
            axes.set_axis_off()
            if at < len(panels):
                axes.add_collection(_coloured(paths, panels[at].shares))
                axes.add_collection(LineCollection(lines_above, colors=INK, linewidths=0.5))
                axes.set_title(shortened(panels[at].title, TITLE_LENGTH))
                axes.set_xlim(west, east)
                axes.set_ylim(south, north)
                axes.set_aspect("equal", anchor="NW")
        _scale_bar(figure, grid[0], ground.scale, east - west)
        _legend(figure, no_data)

    return Drawing(draw, around + lines * high)


def _coloured(paths: Sequence[Path], shares: NDArray[np.float64]) -> PathCollection:
    """Return the communities in their colours, as pixels: a thousand outlines would make a page heavy."""
    colours = [NO_DATA if np.isnan(share) else SHARE_COLOURS[share_class(float(share))] for share in shares]
    edge = _EDGE_PT if len(paths) <= _MOST_EDGED else 0.0
    collection = PathCollection(paths, facecolors=colours, edgecolors="white", linewidths=edge, antialiased=False)
    collection.set_rasterized(True)
    return collection


def _path(shape: shapely.Geometry) -> Path:
    """Return a polygon of any number of parts and holes as one path."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings))


def _lines(borders: NDArray[np.object_], tolerance_m: float) -> list[NDArray[np.float64]]:
    simple = shapely.simplify(borders, tolerance_m)
    return [shapely.get_coordinates(line) for line in shapely.get_parts(simple)]


def _legend(figure: Figure, no_data: str) -> None:
    bounds = [round(100 * edge) for edge in SHARE_EDGES]
    keys = [
        Patch(facecolor=colour, edgecolor="none", label=f"{bounds[at]}–{bounds[at + 1]} %")
        for at, colour in enumerate(SHARE_COLOURS)
    ]
    keys.append(Patch(facecolor=NO_DATA, edgecolor="none", label=no_data))
    figure.legend(handles=keys, loc="lower center", ncols=len(keys), frameon=False, handlelength=1.2)


def _scale_bar(figure: Figure, axes: Axes, scale: float, width: float) -> None:
    """Draw a bar of a round number of kilometres, about a quarter of the map's width, below it."""
    wanted = width / scale / 4
    power = 10 ** np.floor(np.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    words = f"{length / METRES_PER_KILOMETRE:g} km"
    bar = [0, length * scale / width]
    place = axes.transAxes + ScaledTranslation(0, -_BELOW_IN, figure.dpi_scale_trans)
    axes.plot(bar, [0, 0], color=INK, lw=1.4, solid_capstyle="butt", transform=place, clip_on=False)
    axes.text(bar[1] + 0.03, 0, words, fontsize=6.5, va="center", transform=place)
