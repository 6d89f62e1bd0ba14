"""Takes what was measured, gives the lines of the tables, and writes docs/benchmarks.md with its plot."""

from __future__ import annotations

import math
import platform
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import matplotlib as mpl
from ground import LAYERS, REPOSITORY
from matplotlib.figure import Figure
from searches import K_NEAREST, NEAREST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ground import City, Row

DOCS = REPOSITORY / "docs"
PLOT = "images/benchmarks-growth.svg"
LIBRARIES = ("scipy", "networkx", "osmnx", "pandana", "cityseer", "igraph", "shapely", "numba", "numpy")
HEAD = ("task", "library", "build s", "query s", "times lifecircle's", "with the build", "runs", "remark")

INTRODUCTION = """# Speed

Written by `python benchmarks/speed`, which `make benchmark` runs first, whole; nothing on it is edited by hand.

All libraries answer on one and the same graph: the streets of the standard walker with 25,000 places at them, private
streets and access legs included, unless a remark says otherwise. Answers that can be compared are compared first, to
0.05 s; the run stops where they differ. **Seconds are processor seconds of all threads together**; lifecircle spreads
pairs and drawing over all cores, so that it waits less than it counts. What a library does once for a city (*build*) is
apart from what it does for a task (*query*); *times lifecircle's* compares queries, *with the build* both together.
Figures are medians of so many runs; where a part of a task was measured, its seconds are divided by that part.
"""

TRIED = """The search is as quick as a plain kernel, so that more would have to come from a smaller graph. Three ways
were tried and not kept. Taking out states with two neighbours: in Porto Alegre the inner loops took about 0.6 of
their time, but preparing the graph took longer than ten searches, and a run makes fewer. Nodes in the order of their
position: a fifth less on the sample, a seventh less in Porto Alegre, for a second of sorting. Wider records: slower.
What runs do gain from is searching several services side by side, on all cores.
"""

LEFT_OUT = f"""## What is not in the tables

- **SciPy, NetworkX and igraph** have no search for {K_NEAREST.split(" of")[0]}; pandana has, and so has lifecircle.
- **pandana** is asked for the nearest within 30 minutes, since it wants a limit; it gives no polygons.
- **pyvalhalla** answers from tiles that `valhalla_build_tiles` makes of an extract. The last wheel for Python 3.11
  (3.2.0) holds the `Actor` that reads tiles, and neither that program nor a function in its place; wheels with the
  program (3.9.1) want Python 3.12 or later, and these tables come from one process with Python 3.11. So nothing was
  measured. Its walking times come from its own costs and could not be compared to 0.05 s anyway.
- **OSMnx and cityseer** in cities of more than 100,000 nodes: their graphs are a matter of minutes and gigabytes.
  cityseer's measures for whole layers answer other questions, so that its search for one place after the other is
  measured here.
"""


@dataclass(eq=False)
class Measured:
    """What is known of a city so far: its rows, how the cost of the pairs grows, and the memory that they take."""

    city: City
    rows: list[Row] = field(default_factory=list)
    growth: dict[str, list[tuple[int, float]]] | None = None
    memory_gb: float = math.nan

    @property
    def compared(self) -> list[Row]:
        """The rows of tasks that lifecircle was measured in: peers may be ahead of it while a page is half done."""
        own = {row.task for row in self.rows if row.library == "lifecircle"}
        return [row for row in self.rows if row.task in own]


def table_lines(city: City, rows: list[Row]) -> Iterator[str]:
    """Yield a Markdown table: each row with the ratio to lifecircle's row of the same task, which comes first."""
    states, arcs = len(city.graph.arcs.start) - 1, len(city.graph.arcs.head)
    yield f"## {city.name}: {states:,} states, {arcs:,} arcs"
    yield ""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'|'.join('---' if column in {'task', 'library', 'remark'} else '--:' for column in HEAD)}|"
    tasks = [row.task for row in rows]
    for row in sorted(rows, key=lambda row: (tasks.index(row.task), row.library != "lifecircle")):
        own = next(one for one in rows if one.task == row.task and one.library == "lifecircle")
        whole, own_whole = (one.query_s + (0 if math.isnan(one.build_s) else one.build_s) for one in (row, own))
        remark = f"1/{1 / row.part:g} measured; {row.note}".removesuffix("; ") if row.part < 1 else row.note
        cells = (
            row.task, row.library, "–" if math.isnan(row.build_s) else f"{row.build_s:.3g}", f"{row.query_s:.3g}",
            number(row.query_s / own.query_s),
            number(whole / own_whole), row.runs, remark,
        )  # fmt: skip
        yield f"| {' | '.join(map(str, cells))} |"


def number(ratio: float) -> str:
    """Return a ratio with two digits that mean something."""
    return f"{ratio:.2g}" if ratio < 100 else f"{float(f'{ratio:.2g}'):,.0f}"  # noqa: PLR2004 - where 1e+02 would begin


def lost(city: City, rows: list[Row]) -> Iterator[str]:
    """Yield what another library does faster than lifecircle, its build left out."""
    for row in rows:
        own = next(one for one in rows if one.task == row.task and one.library == "lifecircle")
        if row.query_s < own.query_s:
            yield f"- {city.name}, {row.task}: {row.library} takes {number(row.query_s / own.query_s)} times as long."


AIMS = (("SciPy", 3.0, False), ("plain C kernel", 0.5, False), ("pandana", 20.0, True), ("NetworkX", 100.0, False))
"""How many times as long others should take for the nearest facility, with their build or without."""


def aims(city: City, rows: list[Row]) -> Iterator[str]:
    """Yield what was aimed at for the nearest facility, and what was reached."""
    measured = {row.library: row for row in rows if row.task == NEAREST}
    own = measured["lifecircle"]
    for library, aim, with_build in AIMS:
        if library in measured:
            row = measured[library]
            times = (
                (row.query_s + row.build_s) / (own.query_s + own.build_s) if with_build else row.query_s / own.query_s
            )
            built = ", build included" if with_build else ""
            reached = "reached" if times >= aim else "**not reached**"
            yield f"- {city.name}: {library} takes {number(times)} times as long{built}; the aim is {aim:g}: {reached}."


def write_page(measured: Sequence[Measured]) -> None:
    """Write docs/benchmarks.md and its plot, of what is measured so far."""
    lines = [INTRODUCTION]
    for one in measured:
        lines += [*table_lines(one.city, one.compared), ""]
    slower = [line for one in measured for line in lost(one.city, one.compared)]
    lines += ["## Where lifecircle is not the fastest", "", *(slower or ["Nowhere."]), ""]
    lines += [
        "## What was aimed at",
        "",
        *(line for one in measured for line in aims(one.city, one.compared)),
        "",
        TRIED,
    ]
    lines += _growth_lines(measured)
    lines += [
        LEFT_OUT,
        "## Versions",
        "",
        f"Python {platform.python_version()}; " + "; ".join(_versions()) + ".",
        "",
        f"The eight layers have {', '.join(f'{count:,}' for count in LAYERS)} facilities, drawn beside the streets.",
        "",
    ]
    (DOCS / "benchmarks.md").write_text("\n".join(lines), encoding="utf-8")


def _growth_lines(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield how cost and memory grow in the last city for which that is known, and draw the plot of it."""
    known = [one for one in measured if one.growth is not None]
    if not known:
        return
    name, growth = known[-1].city.name, known[-1].growth or {}
    _plot(growth)
    yield "## Growth and memory"
    yield ""
    yield f"All pairs within 15 minutes in {name}, at a quarter, half and all of the residents and of the facilities:"
    yield ""
    yield f"![Processor seconds by number of residents and of facilities]({PLOT})"
    yield ""
    for one in known:
        yield (
            f"A process that holds {one.city.name} and makes all pairs of 20,000 × 5,000 places takes "
            f"{one.memory_gb:.2f} GB."
        )
    yield ""


def _versions() -> Iterator[str]:
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} (not there)"


def _plot(grown: dict[str, list[tuple[int, float]]]) -> None:
    """Draw seconds over sizes, with the straight line through the origin and the largest size."""
    mpl.rcParams["svg.hashsalt"] = "lifecircle"
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    for axes, (what, points) in zip(figure.subplots(1, len(grown)), grown.items(), strict=True):
        counts, seconds = zip(*points, strict=True)
        axes.plot(
            [0, counts[-1]], [0, seconds[-1]], color="#999999", linewidth=1, linestyle="--", label="in proportion"
        )
        axes.plot(counts, seconds, color="#1f5fa8", marker="o", label="measured")
        axes.set(xlabel=what, ylabel="processor seconds", xlim=(0, None), ylim=(0, None), xticks=counts)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    figure.savefig(DOCS / PLOT, metadata={"Date": None})
