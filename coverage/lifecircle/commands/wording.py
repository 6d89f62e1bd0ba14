"""Takes the answers to questions about a study, gives the sentences and tables that the commands print."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rich.table import Table
from rich.text import Text

from lifecircle.access.table import STATUSES
from lifecircle.answers import walker_named
from lifecircle.messages import number, paragraph, percent, say
from lifecircle.plan.wording import limit_words, target_words
from lifecircle.report.map.names import layer_names, name_of
from lifecircle.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

    from lifecircle.access.surfaces import Surface
    from lifecircle.answers import CommunityWalks, Isochrones
    from lifecircle.bilingual import Lang
    from lifecircle.plan import Circle
    from lifecircle.run import Checked
    from lifecircle.study import Study


_LEAST_SHOWN_M: Final = 0.5  # what would be shown as 0 m


def isochrone_lines(found: Isochrones, at: str | None, study: Study, lang: Lang) -> Iterator[str]:
    """Yield what isochrones show, and the land and streets within each limit: of each place, on average."""
    if not found.layer:
        place = say("isochrones.at", lang, lonlat=at)
    else:
        words = {"layer": _layer_name(study, found.layer, lang), "count": number(found.places)}
        place = say("isochrones.each", lang, **words) if found.each else say("isochrones.whole", lang, **words)
    yield say("isochrones.towards", lang, place=place, walker=found.walker.name.text(lang))
    places = found.places if found.each else 1
    for minutes, area in found.polygons.groupby("minutes")["area_km2"].sum().items():
        streets_km = found.streets.loc[found.streets["minutes"] <= minutes, "length_m"].sum() / METRES_PER_KILOMETRE
        words = {
            "minutes": f"{minutes:g}",
            "area": number(area / places, 2),
            "streets": number(streets_km / places, 1),
        }
        yield say("isochrones.band_each", lang, **words) if found.each else say("isochrones.band", lang, **words)
    if found.lost:
        yield say("isochrones.lost", lang, count=number(found.lost), limit=f"{study.snap_limit_m:g}")


def surface_lines(found: Surface, lang: Lang) -> Iterator[str]:
    """Yield what a surface holds: how many cells of which kind, and how long the walks are."""
    counts = {name: int((found.status == code).sum()) for code, name in enumerate(STATUSES)}
    words = {name: number(count) for name, count in counts.items()}
    yield say("surface.cells", lang, total=number(sum(counts.values())), cell=f"{found.cell_m:g}", **words)
    if counts["reached"]:
        known = found.minutes[found.status == STATUSES.index("reached")]
        yield say("surface.minutes", lang, median=number(np.median(known), 1), most=number(known.max(), 1))


def verification_lines(report: dict[str, Any], lang: Lang) -> Iterator[str]:
    """Yield what a second engine found."""
    counts = {name: number(report[name]) for name in ("trips", "residents", "searches")}
    yield say("verify.compared", lang, engine=report["engine"], **counts)
    greatest_s, tolerance_s = report["greatest_difference_s"], report["tolerance_s"]
    yield say("verify.difference", lang, seconds=f"{greatest_s:.2g}", tolerance=f"{tolerance_s:g}")
    if report["disagreements"]:
        yield say("verify.disagreements", lang, count=number(report["disagreements"]))
    yield say("verify.agree", lang) if report["agree"] else say("verify.differ", lang)


def people_lines(found: CommunityWalks, study: Study, checked: Checked, lang: Lang) -> Iterator[str]:
    """Yield who the typical resident of a community is, and who is left out."""
    typical = found.typical
    yield say(
        "explain.resident",
        lang,
        community=found.community["name"],
        people=number(typical.people),
        resident=checked.inputs.residents["resident_id"].iloc[typical.resident],
        layer=_layer_name(study, found.layer, lang),
        walker=found.walker.name.text(lang),
    )
    if typical.cut_off:
        yield say("explain.cut_off", lang, people=number(typical.cut_off))
    if typical.lost:
        yield say("explain.lost", lang, people=number(typical.lost))


def ways(found: CommunityWalks, checked: Checked, lang: Lang) -> Iterator[tuple[str, Table]]:
    """Yield a heading and a table, part by part, for the way to each of the nearest facilities."""
    for rank, walk in enumerate(found.typical.walks, start=1):
        facility = checked.inputs.facilities.iloc[walk.facility]
        name = facility["name"] if isinstance(facility["name"], str) else facility["facility_id"]
        words = {"minutes": number(walk.minutes, 1), "metres": number(walk.metres)}
        yield say("explain.walk", lang, rank=rank, place=name, **words), _way_table(walk.way, lang)


def _way_table(way: gpd.GeoDataFrame, lang: Lang) -> Table:
    table = Table(header_style="bold")
    table.add_column(say("explain.part", lang))
    table.add_column(say("explain.metres", lang), justify="right")
    table.add_column(say("explain.minutes", lang), justify="right")
    shown = way[(way["metres"] >= _LEAST_SHOWN_M) | (way["part"] == "wait")]
    for part, street, minutes, metres in shown[["part", "name", "minutes", "metres"]].itertuples(index=False):
        table.add_row(Text(_part_words(part, street, lang)), number(metres), number(minutes, 1))
    return table


def _part_words(part: str, street: str, lang: Lang) -> str:
    if not street:
        return say(f"explain.{part}", lang)
    return say("explain.steps_named", lang, name=street) if part == "steps" else street


def circle_lines(found: CommunityWalks, lang: Lang) -> Iterator[str]:
    """Yield what each circle says of the community, and what would have to change for it to pass."""
    if not found.circles:
        yield say("explain.no_standard", lang)
    for circle, row in found.circles:
        yield paragraph(list(_circle_sentences(circle, row, lang)), lang)


def _circle_sentences(circle: Circle, row: dict[str, Any], lang: Lang) -> Iterator[str]:
    """Yield sentences on one circle; every figure in them is a cell of the results, but the metres."""
    name = circle.name.text(lang)
    if math.isnan(row["value"]):
        yield say("explain.no_verdict", lang, standard=name, reason=say(f"reason.{row['reason']}", lang))
        return
    yield say(
        "explain.standard",
        lang,
        standard=name,
        limit=limit_words(circle, lang),
        target=target_words(circle, lang),
        covered=number(row["covered"]),
        total=number(row["total"]),
        value=percent(row["value"], lang),
        verdict=say(f"verdict.{row['verdict']}", lang),
    )
    counts = {"beyond": number(row["total"] - row["covered"]), "missing": number(row["shortfall_people"])}
    if math.isinf(row["missing"]):
        yield say("explain.no_way", lang, **counts)
    elif row["missing"] > 0:
        unit, speed_m_s = row["missing_unit"], walker_named(circle.walker).speed_m_s
        excess = limit_words(circle.model_copy(update={unit: round(row["missing"], 1)}), lang)
        metres = row["missing"] * (SECONDS_PER_MINUTE * speed_m_s if unit == "minutes" else 1)
        yield say("explain.beyond", lang, excess=excess, metres=number(math.ceil(metres)), **counts)
    if row["unknown"] > 0:
        yield say("explain.unknown", lang, unknown=number(row["unknown"]))


def _layer_name(study: Study, layer: str, lang: Lang) -> str:
    return name_of(layer, layer_names(study)).text(lang)
