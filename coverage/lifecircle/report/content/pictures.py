"""Charts and maps of a report: what they show is taken from the results, and each says in words what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from lifecircle.access.table import rows_of
from lifecircle.messages import say
from lifecircle.plan import Circle, Composite
from lifecircle.report.blocks import Picture
from lifecircle.report.charts.coverage import Panel, Reading, coverage_chart, gap_chart, profile_chart
from lifecircle.report.charts.maps import Ground, MapPanel, share_maps
from lifecircle.report.charts.minutes import cumulative_chart, curve, distribution_chart
from lifecircle.report.content.words import WHOLE_CITY
from lifecircle.report.map.shapes import mercator
from lifecircle.scores.circle import measured, weights_of
from lifecircle.scores.score import service_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from lifecircle.plan import Plan
    from lifecircle.report.board import BoardRow
    from lifecircle.report.charts.minutes import Curve
    from lifecircle.report.content.words import Area, Words

PANELS_PER_PICTURE: Final = 6
UNITS: Final = ("minutes", "metres")


def coverage_picture(words: Words, plan: Plan, rows: Sequence[BoardRow], areas: Sequence[Area]) -> Picture:
    """Return a chart with the share of some circles in some areas."""
    panels = [
        Panel(words.name(row.standard.name), row.standard.target, _readings(words, plan, row, areas)) for row in rows
    ]
    alt = words.say("coverage_alt", standards=_names(words, rows), areas=_area_names(words, areas))
    title = words.of_plan(words.say("coverage_chart"), plan)
    return Picture(title, alt, coverage_chart(panels, words.lang), words.say("coverage_key"))


def gap_pictures(words: Words, plan: Plan, areas: Sequence[Area]) -> Iterator[Picture]:
    """Yield charts of how far some areas lie behind the reference group, for each circle."""
    reference = words.findings.study.reference
    if reference is None:
        return
    others = [area for area in areas if area != ("group", reference)]
    for rows in sixes(reached(words, plan)):
        panels = [Panel(words.name(row.standard.name), 0, _differences(words, plan, row, others)) for row in rows]
        named = words.area(("group", reference))
        alt = words.say("gap_alt", standards=_names(words, rows), reference=named)
        title = words.of_plan(words.say("gap_chart", reference=named), plan)
        yield Picture(title, alt, gap_chart(panels), words.say("gap_key", reference=named))


def minutes_pictures(words: Words, plan: Plan) -> Iterator[Picture]:
    """Yield, for circles in minutes and for circles in metres, how people's walks add up and how they are spread."""
    for unit in UNITS:
        rows = [row for row in reached(words, plan) if isinstance(row.standard, Circle)]
        rows = [row for row in rows if measured(row.standard)[0] == unit]  # type: ignore[arg-type]  # circles only
        if not rows:
            continue
        curves = [_curve(words, row) for row in rows]
        named = _names(words, rows)
        title = words.of_plan(words.say(f"cumulative_chart_{unit}"), plan)
        alt = words.say("cumulative_alt", standards=named)
        drawing = cumulative_chart(curves, words.say(f"axis_{unit}"), words.lang)
        yield Picture(title, alt, drawing, words.say("cumulative_key"))
        title = words.of_plan(words.say(f"distribution_chart_{unit}"), plan)
        alt = words.say("distribution_alt", standards=named)
        yield Picture(title, alt, distribution_chart(curves, words.lang), words.say("distribution_key"))


def profile_picture(words: Words, plan: Plan, area: Area) -> Picture | None:
    """Return a chart of one area on all circles beside the city and the reference group."""
    rows = [row for row in words.board(plan, area) if isinstance(row.standard, Circle | Composite)]
    rows = [row for row in rows if row.result["verdict"] != "no_data"]
    if not rows:
        return None
    reference = words.findings.study.reference
    beside = [WHOLE_CITY] if reference is None else [WHOLE_CITY, ("group", reference)]
    others = {words.area(other): [_value(words.row(plan, other, row.standard)) for row in rows] for other in beside}
    own = [_reading("", row) for row in rows]
    labels = [words.name(row.standard.name) for row in rows]
    named = say("summary.separator", words.lang).join(others)
    title = words.of_plan(words.say("profile_chart", area=words.area(area)), plan)
    alt = words.say("profile_alt", area=words.area(area), standards=_names(words, rows), others=named)
    return Picture(title, alt, profile_chart(labels, own, others, words.lang), words.say("profile_key"))


def map_pictures(words: Words, plan: Plan, area: Area) -> Iterator[Picture]:
    """Yield small maps of the communities of the city or of a district, one for each circle."""
    ids = words.communities.index[words.communities.index.isin(words.communities_in(area))]
    if ids.empty:
        return
    ground = _ground(words, area, ids)
    rows = [row for row in words.board(plan, area) if isinstance(row.standard, Circle | Composite)]
    for six in sixes([row for row in rows if row.result["verdict"] != "no_data"]):
        values = [words.results_of("community", plan, row.standard).set_index("area_id")["value"] for row in six]
        panels = [
            MapPanel(words.name(row.standard.name), value.reindex(ids).to_numpy(np.float64))
            for row, value in zip(six, values, strict=True)
        ]
        title = words.of_plan(words.say("maps", area=words.area(area)), plan)
        alt = words.say("maps_alt", area=words.area(area), standards=_names(words, six))
        drawing = share_maps(ground, panels, words.verdict("no_data"), words.lang)
        yield Picture(title, alt, drawing, words.say("maps_key"))


def reached(words: Words, plan: Plan) -> list[BoardRow]:
    """Return the circles and bundles of a plan that have a verdict for the city."""
    rows = [row for row in words.board(plan, WHOLE_CITY) if isinstance(row.standard, Circle | Composite)]
    return [row for row in rows if row.result["verdict"] != "no_data"]


def _readings(words: Words, plan: Plan, row: BoardRow, areas: Sequence[Area]) -> tuple[Reading, ...]:
    found = {area: words.row(plan, area, row.standard) for area in areas}
    return tuple(
        Reading(words.area(area), np.nan, np.nan, np.nan, "no_data") if own is None else _reading(words.area(area), own)
        for area, own in found.items()
    )


def _reading(label: str, row: BoardRow) -> Reading:
    result = row.result
    return Reading(label, result["value"], result["low"], result["high"], result["verdict"])


def _value(row: BoardRow | None) -> float:
    return np.nan if row is None else float(row.result["value"])


def _differences(words: Words, plan: Plan, row: BoardRow, areas: Sequence[Area]) -> tuple[Reading, ...]:
    readings = []
    for area in areas:
        own = words.row(plan, area, row.standard)
        gap = None if own is None else words.gap(plan, own)
        difference = np.nan if gap is None else gap["difference"]
        readings.append(Reading(words.area(area), difference, np.nan, np.nan, ""))
    return tuple(readings)


def _curve(words: Words, row: BoardRow) -> Curve:
    circle = row.standard
    assert isinstance(circle, Circle)  # noqa: S101 - the caller chose circles
    measure, limit = measured(circle)
    access = rows_of(words.findings.access, service_of(circle), circle.walker)
    return curve(
        words.name(circle.name),
        words.say(f"unit_{measure}"),
        limit,
        weights_of(words.findings.residents, circle.population),
        access[measure].to_numpy(np.float64),
        access[f"least_{measure}"].to_numpy(np.float64),
    )


def _ground(words: Words, area: Area, ids: pd.Index[str]) -> Ground:
    """Return the communities of an area, and the outlines of the districts or streets that they form."""
    areas = words.findings.areas
    communities = areas[areas["level"] == "community"].set_index("area_id").loc[ids]
    above = "district_id" if area == WHOLE_CITY else "street_id"
    larger = areas[areas["area_id"].isin(words.communities.loc[ids, above].dropna())]
    latitude = np.deg2rad(communities.total_bounds[[1, 3]].mean())
    return Ground(
        shapes=mercator(communities.geometry),
        borders=shapely.boundary(mercator(larger.geometry)) if len(larger) else np.empty(0, dtype=object),
        scale=float(1 / np.cos(latitude)),
    )


def sixes(rows: Sequence[BoardRow]) -> Iterator[Sequence[BoardRow]]:
    """Yield results in portions that one picture or table has room for."""
    for start in range(0, len(rows), PANELS_PER_PICTURE):
        yield rows[start : start + PANELS_PER_PICTURE]


def _names(words: Words, rows: Sequence[BoardRow]) -> str:
    return say("summary.separator", words.lang).join(words.name(row.standard.name) for row in rows)


def _area_names(words: Words, areas: Sequence[Area]) -> str:
    return say("summary.separator", words.lang).join(words.area(area) for area in areas)
