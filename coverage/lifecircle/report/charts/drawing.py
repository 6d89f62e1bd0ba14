"""A drawing and its style: fonts, colours and marks that all charts of a report share."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.figure import Figure

from lifecircle.report.fonts import SANS, fonts
from lifecircle.report.plain import shortened, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from matplotlib.axes import Axes

WIDTH_IN: Final = 6.3
"""Width of the text of an A4 page with margins of 25 mm."""

DOTS_PER_INCH: Final = 200

INK: Final = "#22303c"
QUIET: Final = "#5d6872"
LINE: Final = "#d9d5ca"
NO_DATA: Final = "#e4e2dd"

VERDICT_COLOURS: Final = {"met": "#1c4a72", "borderline": "#a06a00", "short": "#c8432b", "no_data": "#8b8b86"}
"""Blue, ochre and red stay apart for colour-blind readers; the marks say the same without colour."""

VERDICT_MARKERS: Final = {"met": "o", "borderline": "D", "short": "^", "no_data": "x"}

SHARE_EDGES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
SHARE_COLOURS: Final = ("#f4ecc8", "#c3dbb0", "#93c7b3", "#56a3ad", "#2d7597", "#1c4a72")
"""The classes of the map, from light to dark, so that grey printers keep them apart."""

LINE_COLOURS: Final = ("#1c4a72", "#c8432b", "#3d8b6e", "#a06a00", "#7b4ea3", "#5d6872")
LINE_DASHES: Final = ("-", "--", "-.", ":", (0, (6, 1.5)), (0, (1, 1)))

_COMPRESSION: Final = 3
"""A level that makes maps a third larger in a third of the time."""

FONT_SIZE: Final = 7.5
TITLE_SIZE: Final = 8
TITLE_LENGTH: Final = 31
"""Of a line above a panel, in Latin letters."""

_LINE_HEIGHT: Final = 1.3
_POINTS_PER_INCH: Final = 72

_STAMPS: Final = ("Date", "Creator", "Format", "Type")
"""What matplotlib writes into every SVG, with links that nobody follows."""

_STYLE: Final[Any] = {
    "font.family": [SANS, "sans-serif"],
    "font.sans-serif": [SANS],
    "font.size": FONT_SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.titlecolor": INK,
    "axes.titlesize": TITLE_SIZE,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,
    "axes.titlepad": 4,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "hatch.linewidth": 0.4,
    "svg.fonttype": "none",
    "svg.hashsalt": "lifecircle",
    "svg.image_inline": True,
}


class Drawing:
    """A figure that is drawn when somebody asks for it, in one style, with the same bytes each time.

    Parameters
    ----------
    draw : callable
        Draws into an empty figure.
    height_in : float
        Height of the figure, inches.
    """

    def __init__(self, draw: Callable[[Figure], None], height_in: float) -> None:
        self._draw_into = draw
        self.height_in = height_in

    @cached_property
    def _figure(self) -> Figure:
        figure = Figure(figsize=(WIDTH_IN, self.height_in), dpi=DOTS_PER_INCH)
        self._draw_into(figure)
        return figure

    def draw(self) -> None:
        """Draw both forms now, rather than when the first writer asks."""
        _ = self.svg, self.png

    @cached_property
    def svg(self) -> bytes:
        """The figure as SVG, its words as text."""
        with _style():
            self._figure.savefig(stream := io.BytesIO(), format="svg", metadata=dict.fromkeys(_STAMPS))
        svg = stream.getvalue()
        return svg[svg.index(b"<svg") :]

    @cached_property
    def png(self) -> bytes:
        """The figure as PNG."""
        with _style():
            stamps, options = {"Software": None}, {"compress_level": _COMPRESSION}
            self._figure.savefig(stream := io.BytesIO(), format="png", metadata=stamps, pil_kwargs=options)
        return stream.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    """Draw with our fonts and settings, whatever the user's are; what the font lacks is a box, not a warning."""
    _register()
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


def use_chart_style() -> None:
    """Draw your own matplotlib charts, from now on, in the font and colours of the reports; Chinese is drawn, too.

    Sizes are in points, the width of figures is that of a page, 6.3 inches.

    Examples
    --------
    >>> import lifecircle, matplotlib
    >>> with matplotlib.rc_context():
    ...     lifecircle.use_chart_style()
    ...     matplotlib.rcParams["font.family"][0]
    'Noto Sans SC'
    """
    _register()
    mpl.rcParams.update(_STYLE | {"figure.figsize": (WIDTH_IN, 3.2), "axes.prop_cycle": cycler(color=LINE_COLOURS)})


@cache
def _register() -> None:
    """Tell matplotlib of the font by its file: its own index knows nothing of packages."""
    font_manager.fontManager.addfont(fonts().sans)


@dataclass(frozen=True)
class Margins:
    """Room around and between the frames of a figure, inches."""

    left: float = 0.05
    right: float = 0.1
    top: float = 0.25
    bottom: float = 0.25
    across: float = 0.15
    down: float = 0.5


def frames(figure: Figure, margins: Margins, lines: int = 1, columns: int = 1) -> list[Axes]:
    """Divide a figure into frames, line by line.

    The room is given, not found by trial: fitting it to every label takes longer than drawing.
    """
    width, height = figure.get_size_inches()
    wide = (width - margins.left - margins.right - (columns - 1) * margins.across) / columns
    high = (height - margins.top - margins.bottom - (lines - 1) * margins.down) / lines
    room = {
        "left": margins.left / width,
        "right": 1 - margins.right / width,
        "top": 1 - margins.top / height,
        "bottom": margins.bottom / height,
        "wspace": margins.across / wide,
        "hspace": margins.down / high,
    }
    return list(figure.subplots(lines, columns, squeeze=False, gridspec_kw=room).flat)


def room_for(texts: Iterable[str]) -> float:
    """Return the inches that the longest of some labels takes: a Latin letter is about half as wide as high."""
    return max(map(width_of, texts), default=0) * FONT_SIZE / 2 / _POINTS_PER_INCH + 0.12


def title_lines(title: str, most: int = TITLE_LENGTH) -> str:
    r"""Return the title of a panel, on two lines if it has to be: at the space nearest to its middle.

    Parameters
    ----------
    title : str
    most : int
        Width of a line, in Latin letters.

    Examples
    --------
    >>> title_lines("15分钟医疗服务圈"), title_lines("A village culture room within 15 minutes")
    ('15分钟医疗服务圈', 'A village culture\nroom within 15 minutes')
    """
    if width_of(title) <= most:
        return title
    title = shortened(title, 2 * len(title))  # without marks that take no room
    spaces = [at for at, letter in enumerate(title) if letter == " "]
    halves = [(title[:at], title[at + 1 :]) for at in spaces]
    first, second = min(halves, key=lambda own: max(map(width_of, own)), default=(title, ""))
    if width_of(first) > most:
        first = shortened(title, most + 1).removesuffix("…")
        second = title[len(first) :]
    return f"{first}\n{shortened(second, most)}"


def under_titles(margins: Margins, titles: Iterable[str]) -> Margins:
    """Return margins with room for titles of two lines, where there are any."""
    more = TITLE_SIZE * _LINE_HEIGHT / _POINTS_PER_INCH if any("\n" in title for title in titles) else 0.0
    return replace(margins, top=margins.top + more, down=margins.down + more)


def share_class(share: float) -> int:
    """Return the class of a share, from 0 to 5.

    Examples
    --------
    >>> share_class(0.0), share_class(0.2), share_class(0.949), share_class(1.0)
    (0, 1, 4, 5)
    """
    return sum(share >= edge - 1e-12 for edge in SHARE_EDGES[1:-1])
