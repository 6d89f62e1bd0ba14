"""Takes the league of many cities, gives its page, its Markdown and its CSV in the words of a planner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from lifecircle.messages import number, say
from lifecircle.plan.wording import target_words
from lifecircle.report.blocks import Bullets, Cell, Column, Paragraph, Report, Row, Section, Table, numbered
from lifecircle.report.markdown import write_markdown
from lifecircle.report.page import write_page
from lifecircle.report.plain import headline, plain
from lifecircle.report.tables import write_csv
from lifecircle.report.wording import figure, from_to, tied
from lifecircle.scores.results import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lifecircle.bilingual import Bilingual, Lang
    from lifecircle.plan import Plan, Standard
    from lifecircle.study import Study


def write_league(table: pd.DataFrame, report: Report, folder: Path) -> None:
    """Write a league and its report into a folder: ``league.csv``, ``league.html`` and ``league.md``."""
    write_csv(table, folder / "league.csv")
    write_page(report, folder / "league.html")
    write_markdown(report, folder / "league.md")


def league_report(
    table: pd.DataFrame,
    plans: Mapping[tuple[str, str], Plan],
    studies: Sequence[Study],
    title: Bilingual,
    failed: Mapping[str, str],
    lang: Lang,
) -> Report:
    """Return a league as a report.

    Parameters
    ----------
    table : DataFrame
        As :func:`lifecircle.scale.league.league` gives it.
    plans : mapping
        By id and edition.
    studies : sequence of Study
        The cities, also those that are missing.
    title : Bilingual
        What the cities are together.
    failed : mapping
        City to why it is missing.
    lang : {"zh", "en"}
    """
    names = {study.id: study.name for study in studies}
    missing = tuple(
        Paragraph(say("league.failed", lang, city=names[city].text(lang), reason=reason), "warning")
        for city, reason in failed.items()
    )
    sections = []
    for (plan_id, edition), own in table.groupby(["plan_id", "edition"], sort=False):
        plan = plans[str(plan_id), str(edition)]
        standards = [
            _standard_table(plan.standard(str(standard)), rows, names, lang)
            for standard, rows in own.groupby("standard_id", sort=False)
        ]
        heading = say("league.plan", lang, name=plan.name.text(lang), edition=edition)
        sections.append(Section(heading, (_overview(own, names, lang), *standards)))
    first = Section(say("league.how", lang), (*missing, Paragraph(say("league.reading", lang))))
    whole = say("league.title", lang, name=title.text(lang))
    warning = say("summary.synthetic", lang) if any(study.synthetic for study in studies) else ""
    sources = tuple(dict.fromkeys(plain(source) for study in studies for source in study.credits_in(lang)))
    sections += [Section(say("summary.credits", lang), (Bullets(sources),))] if sources else []
    return numbered(Report(lang, whole, warning=warning, sections=(first, *sections), credits=sources))


def _overview(rows: pd.DataFrame, names: Mapping[str, Bilingual], lang: Lang) -> Table:
    """Return how many standards each city meets, in the order of the manifest: counts are no ranking."""
    heads = [Column(say("league.city", lang), width=2.0)]
    heads += [Column(headline(say(f"verdict.{verdict}", lang)), number=True) for verdict in VERDICTS]
    body = []
    for city, own in rows.groupby("city", sort=False)["verdict"]:
        counts = own.value_counts()
        cells = (Cell(number(counts.get(verdict, 0))) for verdict in VERDICTS)
        body.append(Row((Cell(names[str(city)].text(lang)), *cells)))
    return Table(say("league.overview", lang), tuple(heads), tuple(body))


def _standard_table(standard: Standard, rows: pd.DataFrame, names: Mapping[str, Bilingual], lang: Lang) -> Table:
    """Return the cities by the best place that they may have, then by the worst; those without data last."""
    ordered = rows.sort_values(["best_rank", "worst_rank"], kind="stable", na_position="last")
    body = tuple(_row(row, standard, names, lang) for _, row in ordered.iterrows())
    heads = [Column(say("league.city", lang), width=2.0)]
    heads += [Column(say(f"board.{head}", lang), number=True) for head in ("value", "range")]
    heads += [Column(say("league.rank", lang), number=True), Column(say("board.verdict", lang))]
    heads.append(Column(say("board.people", lang), number=True))
    title = say("league.standard", lang, name=standard.name.text(lang), target=target_words(standard, lang))
    return Table(title, tuple(heads), body)


def _row(row: pd.Series, standard: Standard, names: Mapping[str, Bilingual], lang: Lang) -> Row:
    low, value, high = (tied(figure(row[name], standard, lang)) for name in ("low", "value", "high"))
    return Row(
        (
            Cell(names[row["city"]].text(lang)),
            Cell(value),
            Cell(from_to(low, high, lang)),
            Cell(rank_words(row["best_rank"], row["worst_rank"], lang)),
            Cell(say(f"verdict.{row['verdict']}", lang), verdict=row["verdict"]),
            Cell(number(row["shortfall_people"])),
        )
    )


def rank_words(best: Any, worst: Any, lang: Lang) -> str:
    """Word the best and the worst place that a city may have; both are missing where it has no data.

    Examples
    --------
    >>> rank_words(2, 4, "en"), rank_words(1, 1, "en"), rank_words(pd.NA, pd.NA, "en")
    ('2 – 4', '1', '—')
    """
    if pd.isna(best) or pd.isna(worst):
        return "—"
    return f"{best}" if best == worst else from_to(f"{best}", f"{worst}", lang)
