"""Takes what the files of a study hold and how they fit together, gives a page about it before anything is scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from lifecircle.crs import WGS84
from lifecircle.inputs.completeness import FAR_FEWER, completeness
from lifecircle.inputs.files import RESIDENTS, SECOND_RESIDENTS
from lifecircle.inputs.frame_checks import declared_frame
from lifecircle.inputs.people import homes_source
from lifecircle.messages import number, percent, say
from lifecircle.network.islands import islands
from lifecircle.problems import alike_problems, in_language
from lifecircle.report.blocks import Bullets, Cell, Column, Paragraph, Report, Row, Section, Table, numbered
from lifecircle.report.dates import long_date
from lifecircle.report.map.names import layer_names, name_of
from lifecircle.report.plain import plain
from lifecircle.study import LEVELS
from lifecircle.units import METRES_PER_KILOMETRE

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from lifecircle.access.joining import Joined
    from lifecircle.bilingual import Lang
    from lifecircle.inputs.collect import Collected
    from lifecircle.inputs.frame_checks import LayerFit
    from lifecircle.study import People, Study

    Cells = tuple[str | Cell, ...]

MOST_ROWS: Final = 60
"""Longer tables are cut: by then something is wrong with a whole file."""

_FIT_MARKS: Final = {"fits": "met", "wrong": "short", "undecided": "no_data"}
_NUMERIC: Final = frozenset(
    {"listed", "not_in_use", "merged", "used", "facilities", "per_10000", "city", "neighbours", "metres", "people",
     "places", "beyond", "middle", "most", "farthest", "times", "first_row"}
)  # fmt: skip
_MIDDLE, _MOST = 50, 90
_NOTHING: Final = "—"


@dataclass(frozen=True)
class Check:
    """What was found when a study was checked.

    Attributes
    ----------
    study : Study
    inputs : Collected
    joined : Joined
    problems : DataFrame
        See :mod:`lifecircle.problems`.
    fits : sequence of LayerFit
        How the inputs fit the streets.
    """

    study: Study
    inputs: Collected
    joined: Joined
    problems: pd.DataFrame
    fits: Sequence[LayerFit]


def check_report(check: Check, lang: Lang) -> Report:
    """Return the page as a report in one language.

    Its chapters: the verdict, the layers, who has gaps, the streets, the distances to them, and all problems.
    """
    study = check.study
    sections = (
        _verdict(check, lang),
        Section(say("check.layers", lang), (_layer_table(check, lang),)),
        Section(say("check.gaps", lang), tuple(_gaps(check, lang))),
        Section(say("check.streets", lang), tuple(_streets(check, lang))),
        Section(say("check.distances", lang), (_distance_table(check, lang),)),
        Section(say("check.problems", lang), tuple(_problems(check, lang))),
    )
    name = plain(study.name.text(lang))
    return numbered(
        Report(
            lang=lang,
            title=say("check.title", lang, study=name),
            lines=(say("summary.date", lang, date=long_date(study.date, lang)),) if study.date else (),
            warning=say("summary.synthetic", lang) if study.synthetic else "",
            sections=sections,
        )
    )


def street_distances(check: Check) -> pd.DataFrame:
    """Return how far residents and the facilities of each layer stand from the street they are joined to.

    Returns
    -------
    DataFrame
        One row for ``residents`` and one for each layer, with ``layer``, ``places``, ``beyond`` (places that no street
        is near enough to), and ``middle_m``, ``most_m`` and ``farthest_m``: the 50th and 90th percentile and the
        maximum of the others, metres. A facility with several entrances stands as far as the nearest of them.
    """
    joined, facilities = check.joined, check.inputs.facilities
    of_facility = pd.Series(joined.entrance_leg_m).groupby(joined.entrance_facility).min()
    leg_m = of_facility.reindex(range(len(facilities))).to_numpy()
    rows = [(RESIDENTS, joined.resident_leg_m)]
    rows += [(layer, leg_m[(facilities["layer"] == layer).to_numpy()]) for layer in check.study.layers]
    return pd.DataFrame(
        [(layer, len(legs), *_spread(legs)) for layer, legs in rows],
        columns=["layer", "places", "beyond", "middle_m", "most_m", "farthest_m"],
    )


def _spread(leg_m: NDArray[np.float64]) -> tuple[int, float, float, float]:
    near = leg_m[np.isfinite(leg_m)]
    if not len(near):
        return len(leg_m), np.nan, np.nan, np.nan
    middle, most = np.percentile(near, [_MIDDLE, _MOST])
    return len(leg_m) - len(near), float(middle), float(most), float(near.max())


def _verdict(check: Check, lang: Lang) -> Section:
    """Return whether the study can be run, what refuses it, and what its files hold."""
    inputs, network = check.inputs, check.joined.placed.network
    levels = inputs.areas["level"].value_counts()
    areas = say("summary.separator", lang).join(
        f"{say(f'level.{level}', lang)} {number(levels[level])}" for level in LEVELS[1:] if level in levels
    )
    held = Bullets(
        (
            say("check.held_residents", lang, points=number(len(inputs.residents)),
                people=number(inputs.residents["population"].sum())),
            say("check.held_facilities", lang, facilities=number(len(inputs.facilities)),
                layers=number(len(check.study.layers))),
            say("check.held_areas", lang, areas=areas),
            say("check.held_streets", lang, edges=number(network.edge_count),
                km=number(network.edge_length_m.sum() / METRES_PER_KILOMETRE)),
        )
    )  # fmt: skip
    refused = [fit for fit in check.fits if fit.refused]
    verdict = [Paragraph(say("check.refused" if refused else "check.ready", lang), "warning" if refused else "body")]
    reasons = [_fit_words(check, fit, lang) for fit in check.fits if fit.fit.verdict == "wrong"]
    if reasons:
        verdict.append(Paragraph("  ".join(reasons)))
    return Section(say("check.verdict", lang), (*verdict, held))


def _fit_words(check: Check, fit: LayerFit, lang: Lang) -> str:
    words = say("check.misfit", lang, layer=_name(check, fit.layer, lang), file=plain(fit.file))
    trusted = say("check.trusted", lang) if fit.trusted else ""
    return plain(f"{words}{fit.fit.message.text(lang)}{trusted}")


def _layer_table(check: Check, lang: Lang) -> Table:
    """Return every input with its rows, its frame, and how it fits the streets."""
    fits = {fit.layer: fit.fit.verdict for fit in check.fits}
    peoples = {RESIDENTS: check.inputs.residents, SECOND_RESIDENTS: check.inputs.second_residents}
    counts_of = {name: number(len(residents)) for name, residents in peoples.items() if residents is not None}
    tallies: list[tuple[str, list[str]]] = [(name, [n, _NOTHING, _NOTHING, n]) for name, n in counts_of.items()]
    tallies += [(str(layer), list(map(number, counts))) for layer, *counts in check.inputs.tally.to_numpy(object)]
    rows = []
    for layer, counts in tallies:
        fit = fits.get(layer)
        fit_cell = Cell(say(f"check.{fit}", lang), _FIT_MARKS[fit]) if fit else _NOTHING
        rows.append((_name(check, layer, lang), _file(check, layer), *counts, _frame(check, layer), fit_cell))
    heads = {"layer": 2.0, "file": 2.0, "listed": 0.9, "not_in_use": 0.9, "merged": 0.9, "used": 0.9, "frame": 1.3}
    return _table("layer", heads | {"fit": 1.2}, _rows(rows), lang, say("check.layer_note", lang))


def _gaps(check: Check, lang: Lang) -> list[Paragraph | Table]:
    """Return the rule, and the layers and districts that it strikes."""
    inputs = check.inputs
    table = completeness(inputs.facilities, inputs.residents, inputs.areas, inputs.silent)
    struck = table[table["flag"] != "usual"]
    rule = Paragraph(say("check.gap_rule", lang, share=f"1/{1 / FAR_FEWER:g}"), "note")
    if struck.empty:
        return [Paragraph(say("check.no_gaps", lang)), rule]
    rows: list[Row] = []
    for layer, own in struck.head(MOST_ROWS).groupby("layer", sort=False):
        rows.append(Row((Cell(_name(check, str(layer), lang)),), band=True))
        rows += _rows(_gap_cells(row, lang) for row in own.to_dict("records"))
    heads = dict.fromkeys(("district", "facilities", "per_10000", "city", "neighbours", "flag"), 1.0)
    return [_table("gap", heads, rows, lang, _more(len(struck), lang)), rule]


def _gap_cells(row: Mapping[Hashable, Any], lang: Lang) -> Cells:
    flag = "no_data" if np.isnan(row["facilities"]) else row["flag"]
    mark = {"none": "short", "far_fewer": "borderline"}.get(flag, flag)
    rates = [number(row[rate], 2) for rate in ("per_10000", "city_per_10000", "neighbours_per_10000")]
    return (plain(row["district"]), number(row["facilities"]), *rates, Cell(say(f"check.{flag}", lang), mark))


def _streets(check: Check, lang: Lang) -> list[Paragraph | Bullets | Table]:
    """Return who lives on streets that lead nowhere, and where parks and campuses are entered."""
    joined, people = check.joined, check.inputs.residents["population"].to_numpy(np.float64)
    table = islands(joined.placed, joined.resident_node, people)
    lived_on = table[(table["kind"] != "main") & (table["people"] > 0)].sort_values("people", ascending=False)
    stranded = lived_on.loc[lived_on["kind"] == "island", "people"].sum()
    blocks: list[Paragraph | Bullets | Table] = [
        Paragraph(say("check.stranded", lang, people=number(stranded), share=percent(stranded / people.sum(), lang, 2),
                      parts=number(len(table)))),
        *_entered(check, lang),
    ]  # fmt: skip
    if len(lived_on):
        shown = lived_on.head(MOST_ROWS).to_dict("records")
        rows = _rows(
            (say(f"check.{row['kind']}", lang), f"{row['lon']:.5f}, {row['lat']:.5f}", number(row["metres"]),
             number(row["people"])) for row in shown
        )  # fmt: skip
        heads = dict.fromkeys(("part", "where", "metres", "people"), 1.0)
        blocks.append(_table("island", heads, rows, lang, _more(len(lived_on), lang)))
    return blocks


def _entered(check: Check, lang: Lang) -> list[Bullets]:
    """Return how many polygons are entered at gates, where streets meet them, or anywhere."""
    doors = check.inputs.entrances.drop_duplicates("facility_row")["entered"].value_counts()
    ways = [way for way in ("gate", "street", "boundary") if doors.get(way, 0)]
    if not ways:
        return []
    items = tuple(say(f"check.entered_{way}", lang, count=number(doors[way])) for way in ways)
    return [Bullets(items, lead=say("check.entered", lang))]


def _distance_table(check: Check, lang: Lang) -> Table:
    rows = _rows(
        (_name(check, layer, lang), *map(number, figures))
        for layer, *figures in street_distances(check).to_numpy(object)
    )
    heads = {"layer": 2.0} | dict.fromkeys(("places", "beyond", "middle", "most", "farthest"), 1.0)
    note = say("check.distance_note", lang, limit=f"{check.study.snap_limit_m:g}")
    return _table("distance", heads, rows, lang, note)


def _problems(check: Check, lang: Lang) -> list[Paragraph | Table]:
    counts = check.problems["outcome"].value_counts()
    worded = {outcome: number(counts.get(outcome, 0)) for outcome in ("dropped", "repaired", "noted")}
    total = Paragraph(say("check.problem_counts", lang, **worded))
    if check.problems.empty:
        return [total]
    alike = alike_problems(in_language(check.problems, lang))
    rows = _rows(
        (plain(row["file"]), say(f"outcome.{row['outcome']}", lang), number(row["times"]),
         _NOTHING if pd.isna(row["row"]) else number(row["row"]), plain(row["reason"]))
        for row in alike.head(MOST_ROWS).to_dict("records")
    )  # fmt: skip
    heads = {"file": 1.8, "outcome": 1.0, "times": 0.7, "first_row": 0.8, "reason": 5.0}
    return [total, _table("problem", heads, rows, lang, _more(len(alike), lang))]


def _rows(rows: Iterable[Cells]) -> list[Row]:
    return [Row(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)) for cells in rows]


def _table(name: str, heads: Mapping[str, float], rows: Sequence[Row], lang: Lang, note: str) -> Table:
    """Return a table with its title and heads from the messages, and the width of each column."""
    columns = (Column(say(f"check.head_{head}", lang), head in _NUMERIC, width) for head, width in heads.items())
    return Table(say(f"check.{name}_table", lang), tuple(columns), tuple(rows), note)


def _more(count: int, lang: Lang) -> str:
    return say("check.more", lang, more=number(count - MOST_ROWS)) if count > MOST_ROWS else ""


def _name(check: Check, layer: str, lang: Lang) -> str:
    if layer in {RESIDENTS, SECOND_RESIDENTS}:
        return say(f"check.{layer}", lang)
    return plain(name_of(layer, layer_names(check.study)).text(lang))


def _file(check: Check, layer: str) -> str:
    people = _people(check.study, layer)
    return plain(people.file if people else check.study.layers[layer].file or check.study.streets.file)


def _people(study: Study, layer: str) -> People | None:
    """Return the source of people that bears a name; ``None`` for a layer of facilities."""
    return {RESIDENTS: study.residents, SECOND_RESIDENTS: study.second_residents}.get(layer)


def _frame(check: Check, layer: str) -> str:
    """Return the frame in which an input was read."""
    people = _people(check.study, layer)
    if people is not None:
        homes = homes_source(people, layer)
        return _NOTHING if homes is None else declared_frame(check.inputs.files[homes[0]], homes[1])
    source = check.study.layers[layer]
    return WGS84 if source.osm else declared_frame(check.inputs.files[f"layers.{layer}"], source.source())
