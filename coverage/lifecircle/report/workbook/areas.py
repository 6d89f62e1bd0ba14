"""The sheets about places: streets and communities with all their shares, and facilities with something wrong."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from lifecircle.messages import say
from lifecircle.plan import Circle, Composite, Presence
from lifecircle.problems import in_language
from lifecircle.report.content.words import Judged
from lifecircle.report.plain import plain
from lifecircle.report.workbook.boards import counted
from lifecircle.report.workbook.sheet import Field, Sheet, Value
from lifecircle.scores.circle import people_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lifecircle.plan import Plan, Standard
    from lifecircle.report.content.words import Area, Words
    from lifecircle.study import Level

_UNJUDGED: Final = Judged(nan, "no_data", nan)

ABOVE: Final[dict[Level, tuple[Level, ...]]] = {"street": ("district",), "community": ("district", "street")}


def places_sheet(words: Words, level: Level, within: Area) -> Sheet | None:
    """Return the streets or communities inside an area, one row for each; ``None`` where there are none.

    Each circle and bundle has two columns, its share and the people short; each presence standard of the level has
    one, which says whether the place has what it was promised.
    """
    places = _places(words, level, within)
    if places.empty:
        return None
    above = [one for one in ABOVE[level] if f"{one}_id" in places]
    fields = [*(Field(say(f"level.{one}", words.lang), width=14) for one in above)]
    fields.append(Field(say(f"level.{level}", words.lang), width=20))
    columns: list[list[Any]] = [
        [words.names.get((one, str(area_id)), "") for area_id in places[f"{one}_id"]] for one in above
    ]
    columns.append([words.area((level, area_id)) for area_id in places["area_id"]])
    if level == "community" and places["setting"].notna().any():
        fields.append(Field(say("level.setting", words.lang), width=9))
        columns.append([say(f"setting.{one}", words.lang) if isinstance(one, str) else "" for one in places["setting"]])
    fields.append(Field(words.say("population"), "people", 11))
    columns.append([counted(words, people) for people in places["people"]])
    for field, values in _standards(words, level, places["area_id"]):
        fields.append(field)
        columns.append(values)
    rows = [list(row) for row in zip(*columns, strict=True)]
    title = words.say(f"{level}_sheet", area=words.area(within))
    return Sheet(words.say(f"sheet_{level}"), title, tuple(fields), rows, frozen=len(above) + 1)


def problems_sheet(words: Words, within: Area) -> Sheet:
    """Return the facilities of which something was wrong, with their place where it is known.

    Only facilities that lie inside the area are listed; for the whole city also rows that could not be used at all.
    Residents are not listed.
    """
    found = _facility_problems(words)
    if within[0] == "district":
        found = found[found["district_id"] == within[1]]
    fields = (
        Field(words.say("layer"), width=16),
        Field(words.say("facility_id"), width=18),
        Field(words.say("facility"), width=30),
        Field(say("level.district", words.lang), width=12),
        Field(say("level.community", words.lang), width=16),
        Field(words.say("file"), width=22),
        Field(words.say("row"), "count", 8),
        Field(words.say("outcome"), width=10),
        Field(words.say("reason"), width=70),
    )
    rows = [
        [
            words.layers.get(one["layer"], ""),
            plain(one["feature_id"]),
            plain(one["name"]) if isinstance(one["name"], str) else "",
            words.names.get(("district", one["district_id"]), ""),
            words.names.get(("community", one["community_id"]), ""),
            plain(one["file"]),
            None if pd.isna(one["row"]) else int(one["row"]),
            say(f"outcome.{one['outcome']}", words.lang),
            plain(one["reason"]),
        ]
        for one in found.to_dict("records")
    ]
    rows = rows or [["", "", "", "", "", "", None, "", words.say("no_facility_problems")]]
    return Sheet(words.say("sheet_problems"), words.say("problems_sheet"), fields, rows, frozen=3)


def _places(words: Words, level: Level, within: Area) -> pd.DataFrame:
    """Return the places of a level inside an area with the ids above them and their people."""
    places = words.places(level)
    if within[0] == "district":
        places = places[places.get("district_id", pd.Series(index=places.index, dtype=object)) == within[1]]
    places = places if "setting" in places else places.assign(setting=None)
    own = pd.MultiIndex.from_product([[level], places["area_id"]])
    return places.assign(people=words.residents.reindex(own, fill_value=0.0).to_numpy())


def _standards(words: Words, level: Level, ids: pd.Series[str]) -> Iterator[tuple[Field, list[Any]]]:
    """Yield the columns of the standards that judge places of a level."""
    for plan in words.findings.plans:
        for standard in plan.standards:
            judges = isinstance(standard, Circle | Composite)
            if not judges and not (isinstance(standard, Presence) and standard.level == level):
                continue
            found = words.judged(level, plan, standard)
            if any(area_id in found for area_id in ids):
                yield from _columns(words, plan, standard, [found.get(area_id, _UNJUDGED) for area_id in ids])


def _columns(words: Words, plan: Plan, standard: Standard, own: Sequence[Judged]) -> Iterator[tuple[Field, list[Any]]]:
    name = words.name(standard.name)
    name = f"{words.name(plan.name)} {name}" if len(words.findings.plans) > 1 else name
    if isinstance(standard, Presence):
        yield (
            Field(words.say("head_verdict", standard=name), "verdict", 12),
            [words.verdict(one.verdict) for one in own],
        )
        return
    column = standard.population if isinstance(standard, Circle | Composite) else ""
    of_whom = say(f"denominator.{people_name(column)}", words.lang)
    yield (
        Field(words.say("head_share", standard=name, denominator=of_whom), "share", 12),
        [Value(one.value, share=True, verdict=one.verdict) for one in own],
    )
    yield (
        Field(words.say("head_short", standard=name), "people", 12),
        [counted(words, one.shortfall_people) for one in own],
    )


def _facility_problems(words: Words) -> pd.DataFrame:
    """Return the problems of the facilities' files, with layer, name and areas of the facility where it was used."""
    findings = words.findings
    files = {layer: source.file or layer for layer, source in findings.study.layers.items()}
    places = findings.facilities.reindex(columns=["facility_id", "layer", "name", "district_id", "community_id"])
    problems = in_language(findings.problems, words.lang)
    own = problems[problems["file"].isin([*files, *files.values(), "facilities"])]
    own = own[own["feature_id"] != ""].reset_index(drop=True).reset_index(names="at")
    found = own.merge(places, left_on="feature_id", right_on="facility_id", how="left")
    home = found["layer"].map(files)
    fits = (found["file"] == "facilities") | (found["file"] == found["layer"]) | (found["file"] == home)
    known = found[fits]
    unknown = own[~own["at"].isin(known["at"])].reindex(columns=found.columns)
    return pd.concat([known, unknown]).sort_values("at", kind="stable") if len(unknown) else known
