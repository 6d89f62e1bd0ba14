"""Small maps side by side: communities coloured by the share that each standard reaches, under larger borders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from lifecircle.messages import in_percent
from lifecircle.report.charts.drawing import (
    INK,
    NO_DATA,
    SHARE_COLOURS,
    SHARE_EDGES,
    TITLE_LENGTH,
    TITLE_SIZE,
    WIDTH_IN,
    Drawing,
    Margins,
    share_class,
    title_lines,
    under_titles,
)
from lifecircle.units import METRES_PER_KILOMETRE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform
    from numpy.typing import NDArray

    from lifecircle.bilingual import Lang

MAPS_PER_ROW: Final = 3
MOST_IN_ONE_ROW: Final = 4
"""One more stands beside the others rather than below them alone."""
MOST_HEIGHT_IN: Final = 7.2
"""Maps of a tall city are made smaller rather than run over the page."""

_BORDER_DETAIL: Final = 1 / 1500
"""Bends of a border smaller than this part of the map's width are not seen at its size."""

_EDGE_PT: Final = 0.25
_MOST_EDGED: Final = 300
"""Where there are more communities, white edges would hide the small ones."""

_LEGEND_IN: Final = 0.3
_TITLE_IN: Final = 0.24
_BAR_IN: Final = 0.2
_MARGIN_IN: Final = 0.1
_GAP_IN: Final = 0.2


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def paths(self) -> list[Path]:
        """The communities as paths to be filled."""
        return [_path(shape) for shape in self.shapes]


@dataclass(frozen=True)
class MapPanel:
    """One map: its title and the share of each community, ``nan`` where nothing is known."""

    title: str
    shares: NDArray[np.float64]


def share_maps(ground: Ground, panels: Sequence[MapPanel], no_data: str, lang: Lang) -> Drawing:
    """Draw maps side by side on one sheet, with one legend.

    Parameters
    ----------
    ground : Ground
    panels : sequence of MapPanel
    no_data : str
        What grey means, in words.
    lang : {"zh", "en"}
    """
    across = len(panels) if MAPS_PER_ROW < len(panels) <= MOST_IN_ONE_ROW else MAPS_PER_ROW
    column_in = (WIDTH_IN - _MARGIN_IN) / across
    titles = [title_lines(panel.title, TITLE_LENGTH * MAPS_PER_ROW // across) for panel in panels]
    title_in = under_titles(Margins(top=_TITLE_IN), titles).top
    west, south, east, north = shapely.total_bounds(ground.shapes)
    lines = -(-len(panels) // across)
    most_high = (MOST_HEIGHT_IN - _LEGEND_IN) / lines - title_in - _BAR_IN
    inches = min((column_in - _GAP_IN) / (east - west), most_high / (north - south))
    line_in = title_in + (north - south) * inches + _BAR_IN
    height = lines * line_in + _LEGEND_IN
    borders = _lines(ground.borders, (east - west) * _BORDER_DETAIL)

    def draw(figure: Figure) -> None:
        sheet = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH_IN), ylim=(0, height))
        sheet.set_axis_off()
        for at, (panel, title) in enumerate(zip(panels, titles, strict=True)):
            left, top = at % across * column_in + _MARGIN_IN, height - at // across * line_in - title_in
            place = Affine2D().translate(-west, -north).scale(inches).translate(left, top) + sheet.transData
            sheet.text(left, top + _TITLE_IN / 3, title, fontsize=TITLE_SIZE)
            sheet.add_collection(_coloured(ground.paths, panel.shares, place))
            sheet.add_collection(LineCollection(borders, colors=INK, linewidths=0.5, transform=place))
        _scale_bar(sheet, height - line_in + _BAR_IN / 2, inches * ground.scale, (east - west) / ground.scale)
        _legend(figure, no_data, lang)

    return Drawing(draw, height)


def _coloured(paths: Sequence[Path], shares: NDArray[np.float64], place: Transform) -> PathCollection:
    """Return the communities in their colours, as pixels: a thousand outlines would make a page heavy."""
    colours = [NO_DATA if np.isnan(share) else SHARE_COLOURS[share_class(float(share))] for share in shares]
    edge = _EDGE_PT if len(paths) <= _MOST_EDGED else 0.0
    collection = PathCollection(paths, facecolors=colours, edgecolors="white", linewidths=edge, antialiased=False)
    collection.set(transform=place, rasterized=True)
    return collection


def _path(shape: shapely.Geometry) -> Path:
    """Return a polygon of any number of parts and holes as one path."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings))


def _lines(borders: NDArray[np.object_], tolerance_m: float) -> list[NDArray[np.float64]]:
    simple = shapely.simplify(borders, tolerance_m)
    return [shapely.get_coordinates(line) for line in shapely.get_parts(simple)]


def _legend(figure: Figure, no_data: str, lang: Lang) -> None:
    bounds = [round(100 * edge) for edge in SHARE_EDGES]
    keys = [
        Patch(facecolor=colour, edgecolor="none", label=in_percent(f"{bounds[at]}–{bounds[at + 1]}", lang))
        for at, colour in enumerate(SHARE_COLOURS)
    ]
    keys.append(Patch(facecolor=NO_DATA, edgecolor="none", label=no_data))
    figure.legend(handles=keys, loc="lower center", ncols=len(keys), frameon=False, handlelength=1.2)


def _scale_bar(sheet: Axes, height_in: float, inches: float, width_m: float) -> None:
    """Draw a bar of a round number of kilometres, about a quarter of a map's width, below the first one.

    Parameters
    ----------
    sheet : Axes
        In inches.
    height_in : float
        Where the bar lies.
    inches : float
        For one metre on the ground.
    width_m : float
        Of a map, on the ground.
    """
    power = 10 ** np.floor(np.log10(width_m / 4))
    length = max(step * power for step in (1, 2, 5) if step * power <= width_m / 4)
    end = _MARGIN_IN + length * inches
    sheet.plot([_MARGIN_IN, end], [height_in, height_in], color=INK, lw=1.4, solid_capstyle="butt")
    sheet.text(end + 0.05, height_in, f"{length / METRES_PER_KILOMETRE:g} km", fontsize=6.5, va="center")
