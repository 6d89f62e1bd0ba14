"""The closing chapters: the data and what is wrong with it, the method, how targets were read, what went in."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from lifecircle.messages import number, say
from lifecircle.network.walkers import read_walkers
from lifecircle.plan import Circle
from lifecircle.problems import alike_problems, in_language
from lifecircle.report.blocks import Bullets, Cell, Column, Paragraph, Row, Section, Table
from lifecircle.report.content.sources import sources
from lifecircle.report.content.words import NOTHING
from lifecircle.report.dates import long_date
from lifecircle.report.dictionary import AUDIENCES
from lifecircle.report.plain import headline, plain
from lifecircle.study import LEVELS
from lifecircle.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lifecircle.plan import Plan
    from lifecircle.report.content.words import Words

MOST_PROBLEMS: Final = 40
_HASH_LENGTH: Final = 12


def data_chapter(words: Words) -> Section:
    """Return what was counted, and what was wrong with it."""
    parts = [
        Section(words.say("data_used"), (_layer_table(words),)),
        Section(words.say("problems"), tuple(_problems(words))),
    ]
    return Section(words.say("data"), sections=(*parts, *sources(words), *credits_of(words)))


def credits_of(words: Words) -> tuple[Section, ...]:
    """Return the section with the sources and licences of the data, which everything that is passed on must name."""
    lines = source_lines(words)
    return (Section(say("summary.credits", words.lang), (Bullets(lines),)),) if lines else ()


def source_lines(words: Words) -> tuple[str, ...]:
    """Return the sources of the data, and the approval number of the maps where the study has one."""
    study = words.findings.study
    number = study.map_approval
    approval = [say("approval.number", words.lang, number=plain(number))] if number is not None else []
    return (*map(plain, study.credits_in(words.lang)), *approval)


def method_chapter(words: Words, facts: Mapping[str, Any], *, files: bool) -> Section:
    """Return how the numbers were made.

    Parameters
    ----------
    words : Words
    facts : mapping
        The manifest of the run, as far as it is known.
    files : bool
        With the list of the files of the run, and who may have them.
    """
    parts = [Section(words.say("method_rules"), (method_rules(words), *_walkers_table(words)))]
    for plan in words.findings.plans:
        title = words.say("readings", plan=words.name(plan.name))
        parts += [Section(title, blocks)] if (blocks := tuple(_readings(words, plan))) else []
    parts.append(Section(words.say("run"), (_run_table(words, facts),)))
    parts += [Section(words.say("files"), (_file_table(words),))] if files else []
    return Section(words.say("method"), sections=tuple(parts))


def method_rules(words: Words) -> Bullets:
    """Return the rules that a reader of the numbers has to know."""
    study = words.findings.study
    named = ["times", "slope" if study.terrain else "flat", "range", "unknown"]
    named += ["gap"] if study.reference is not None else []
    rules = [words.say(f"method_{rule}") for rule in named]
    return Bullets((*rules, words.say("method_small", fewest=words.fewest)))


def _layer_table(words: Words) -> Table:
    """Return the layers of facilities and the other tables with their numbers of rows."""
    findings = words.findings
    counts = findings.facilities["layer"].value_counts()
    columns = (Column(words.say("table"), width=3), Column(words.say("rows"), number=True))
    rows = [(words.say("residents"), len(findings.residents))]
    levels = findings.areas["level"].value_counts()
    rows += [(say(f"level.{level}", words.lang), levels[level]) for level in LEVELS[1:] if level in levels]
    rows += [(headline(words.layers[layer]), counts.get(layer, 0)) for layer in findings.study.layers]
    lines = tuple(Row((Cell(name), Cell(number(count)))) for name, count in rows)
    return Table(words.say("data_table"), columns, lines)


def _problems(words: Words) -> Iterator[Paragraph | Table]:
    """Yield the problems, alike ones together and without ids.

    What is wrong with residents is told only where it is so with many: a reason may quote the cell of one of them.
    """
    problems = in_language(words.findings.problems, words.lang)
    counts = problems["outcome"].value_counts()
    worded = {outcome: number(counts.get(outcome, 0)) for outcome in ("dropped", "repaired", "noted")}
    yield Paragraph(say("summary.problem_counts", words.lang, **worded))
    if problems.empty:
        return
    rare = problems.groupby(["file", "outcome", "reason"])["reason"].transform("size") < words.fewest
    of_residents = problems["file"].isin([words.findings.study.residents.file, "residents"])
    told = problems["reason"].mask(of_residents & rare, words.say("row_by_row"))
    alike = alike_problems(problems.assign(reason=told))
    columns = (
        Column(words.say("file"), width=1.8),
        Column(words.say("outcome"), width=0.8),
        Column(words.say("times"), number=True, width=0.7),
        Column(words.say("reason"), width=5),
    )
    rows = [
        (plain(file), say(f"outcome.{outcome}", words.lang), number(times), plain(reason))
        for file, outcome, reason, times in alike[["file", "outcome", "reason", "times"]].head(MOST_PROBLEMS).to_numpy()
    ]
    more = len(alike) - len(rows)
    note = words.say("more_problems", more=number(more)) if more > 0 else ""
    yield Table(words.say("problem_table"), columns, tuple(Row(tuple(map(Cell, row))) for row in rows), note)


def _readings(words: Words, plan: Plan) -> Iterator[Paragraph | Table]:
    """Yield what a reader of the targets has to know: notes of the standards, and promises that are not scored."""
    if not plan.verified:
        yield Paragraph(words.say("not_verified", plan=words.name(plan.name)), kind="note")
    noted = [standard for standard in plan.standards if standard.note is not None]
    columns = (Column(say("board.standard", words.lang), width=2), Column(words.say("note"), width=5))
    if noted:
        rows = ((words.name(one.name), plain(one.note.text(words.lang)) if one.note else "") for one in noted)
        yield Table(words.say("readings_table"), columns, tuple(Row(tuple(map(Cell, row))) for row in rows))
    if plan.promises:
        columns = (Column(words.say("promise"), width=2), Column(words.say("not_scored"), width=5))
        rows = ((words.name(one.name), plain(one.reason.text(words.lang))) for one in plan.promises)
        yield Table(words.say("promises_table"), columns, tuple(Row(tuple(map(Cell, row))) for row in rows))


def _walkers_table(words: Words) -> Iterator[Table]:
    """Yield who walks to the circles of the plans, how fast, and how long they wait to cross."""
    circles: dict[str, list[str]] = {}
    for plan in words.findings.plans:
        for circle in plan.standards:
            if isinstance(circle, Circle):
                circles.setdefault(circle.walker, []).append(words.name(circle.name))
    walkers = read_walkers() if circles else {}
    columns = (
        Column(words.say("walker"), width=1.6),
        Column(words.say("walker_standards"), width=3),
        *(Column(words.say(f"walker_{what}"), number=True) for what in ("speed", "steps", "signals", "crossings")),
    )
    rows = []
    for walker in (walkers[name] for name in circles):
        steps = walker.steps_speed_m_s
        cells = (
            words.name(walker.name),
            say("summary.separator", words.lang).join(circles[walker.id]),
            f"{SECONDS_PER_MINUTE * walker.speed_m_s:g}",
            NOTHING if steps is None else f"{SECONDS_PER_MINUTE * steps:g}",
            f"{walker.signal_delay_s:g}",
            f"{walker.crossing_delay_s:g}",
        )
        rows.append(Row(tuple(map(Cell, cells))))
    if rows:
        yield Table(words.say("walkers_table"), columns, tuple(rows), words.say("walkers_note"))


def _run_table(words: Words, facts: Mapping[str, Any]) -> Table:
    """Return the facts of the run: versions, plans, parameters, and the files that went in with their fingerprints."""
    study = words.findings.study
    rows = [("lifecircle", version("lifecircle")), (words.say("study"), study.id)]
    rows += [(words.say("data_date"), long_date(study.date, words.lang))] if study.date else []
    rows += [(words.name(plan.name), words.say("edition", edition=plan.edition)) for plan in words.findings.plans]
    rows.append((words.say("snap_limit"), words.say("snap_metres", metres=f"{study.snap_limit_m:g}")))
    if "crs" in facts.get("parameters", {}):
        rows.append((words.say("crs"), str(facts["parameters"]["crs"])))
    if checked := facts.get("verification"):
        rows.append((words.say("second_engine"), _second_engine(words, checked)))
    read = [(plain(one["file"]), f"SHA-256 {one['sha256'][:_HASH_LENGTH]}") for one in facts.get("inputs", {}).values()]
    rows += dict.fromkeys(read)  # several layers may be read from one file
    columns = (Column(words.say("fact"), width=2), Column(words.say("fact_value"), width=3))
    return Table(words.say("run_table"), columns, tuple(Row(tuple(map(Cell, row))) for row in rows))


def _second_engine(words: Words, checked: Mapping[str, Any]) -> str:
    """Return what a second engine said of some walking times."""
    counts = {name: number(checked[name]) for name in ("trips", "residents", "disagreements")}
    seconds = f"{checked['greatest_difference_s']:g}"
    return words.say("second_engine_found", engine=checked["engine"], seconds=seconds, **counts)


def _file_table(words: Words) -> Table:
    """Return the files of the run with what they hold and who may have them."""
    columns = (
        Column(words.say("file_name"), width=1.6),
        Column(words.say("file_holds"), width=4),
        Column(words.say("file_audience"), width=1.4),
    )
    rows = (
        (file, words.say(f"holds_{file.replace('.', '_')}"), words.say(f"audience_{audience}"))
        for file, audience in AUDIENCES.items()
        if file != "districts" or words.districts
    )
    lines = tuple(Row(tuple(map(Cell, row))) for row in rows)
    return Table(words.say("files_table"), columns, lines, words.say("files_note"))
