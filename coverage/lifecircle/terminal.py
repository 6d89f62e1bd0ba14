"""What the command line shows: a progress bar, the board of a plan, the findings of a check."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from lifecircle.messages import number, say
from lifecircle.plan.tables import SUBJECT
from lifecircle.plan.wording import binding_words, rule_words, target_words
from lifecircle.problems import in_language
from lifecircle.report.board import HEADS, board, by_field, verdict_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.run import Checked
    from lifecircle.study import Study

_STYLES: Final = {"met": "green", "borderline": "yellow", "short": "red", "no_data": "dim"}
_NUMBER_COLUMNS: Final = ("value", "range", "target", "people")
_MOST_PROBLEMS: Final = 20


class Steps:
    """A progress bar on the terminal's error stream; every step tells how many seconds it took."""

    def __init__(self, bar: Progress, count: int, lang: Lang) -> None:
        self._bar, self._lang, self._task, self._words = bar, lang, bar.add_task("", total=count), ""

    @contextmanager
    def __call__(self, name: str, /) -> Iterator[None]:
        """Name one step while its block runs."""
        self._words = say(f"step.{name}", self._lang)
        self._bar.update(self._task, description=self._words)
        start = time.perf_counter()
        yield
        self._bar.advance(self._task)
        seconds = time.perf_counter() - start
        self._bar.console.print(f"[dim]{self._words}  {seconds:.1f} s[/dim]", highlight=False)

    def tell(self, done: int, whole: int) -> None:
        """Say how many parts of the step are done."""
        self._bar.update(self._task, description=f"{self._words} {number(done)}/{number(whole)}")


@contextmanager
def steps(count: int, lang: Lang) -> Iterator[Steps]:
    """Show a progress bar of so many steps."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        yield Steps(bar, count, lang)


def print_dashboard(url: str, lang: Lang) -> None:
    """Print where a cluster's work can be watched."""
    Console(stderr=True).print(say("cli.dashboard", lang, url=url), highlight=False)


def print_board(plan: Plan, results: pd.DataFrame, lang: Lang) -> None:
    """Print every standard of a plan with its verdict for the whole city, by field of the plan."""
    rows = board(plan, results)
    table = Table(title=Text(plan.name.text(lang)), title_justify="left", header_style="bold")
    for head in HEADS:
        right = head in _NUMBER_COLUMNS
        table.add_column(say(f"board.{head}", lang), justify="right" if right else "left", overflow="fold")
    for field, own in by_field(rows):
        table.add_section()
        table.add_row(Text(field.text(lang), style="bold"))
        for row in own:
            style = _STYLES[row.result["verdict"]]
            table.add_row(*(Text(cell, style=style if at == HEADS.index("verdict") else "")
                            for at, cell in enumerate(row.cells(lang))))  # fmt: skip
    console = Console()
    console.print(table)
    console.print(verdict_counts(rows, lang), highlight=False)


def print_plan(plan: Plan, lang: Lang) -> None:
    """Print the standards of a plan by its fields; what the plan does not print itself is marked as a reading."""
    table = Table(title=Text(plan.name.text(lang)), title_justify="left", header_style="bold")
    for head in ("entry", "rule", "target", "binding", "clause"):
        table.add_column(say(f"cli.{head}", lang), overflow="fold")
    for field, name in plan.fields.items():
        table.add_section()
        own = [standard for standard in plan.scored() if standard.field == field]
        if own:
            table.add_row(Text(name.text(lang), style="bold"))
        for standard in own:
            target = target_words(standard, lang)
            if standard.target_source == "reading":
                target += f"\n{say('cli.reading', lang)}"
            entry = Text.assemble(standard.name.text(lang), "\n", (standard.id, "dim"))
            binding, clause = binding_words(standard.binding, lang), standard.clause.place
            table.add_row(entry, Text(rule_words(standard, lang)), Text(target), Text(binding), Text(clause))
    console = Console()
    console.print(table)
    if not plan.verified:
        console.print(say("cli.unverified", lang), highlight=False)


def print_differences(differences: pd.DataFrame, first: Plan, second: Plan, lang: Lang) -> None:
    """Print the subjects that two plans treat differently, one column for each plan."""
    table = Table(header_style="bold")
    for head in (say("cli.subject", lang), first.name.text(lang), second.name.text(lang), say("cli.differs", lang)):
        table.add_column(Text(head), overflow="fold")
    for row in differences.to_dict("records"):
        sides = [_joined(row[name] for name in row if str(name).endswith(f":{plan.id}")) for plan in (first, second)]
        table.add_row(Text(_joined(row[name] for name in SUBJECT)), *map(Text, sides), Text(row["differs"]))
    Console().print(table)


def _joined(cells: Iterable[str]) -> str:
    return " · ".join(filter(None, cells))


def print_check(study: Study, checked: Checked, lang: Lang) -> None:
    """Print what a study's files hold and what is wrong with them."""
    console = Console()
    table = Table(title=Text(study.name.text(lang)), title_justify="left", header_style="bold")
    for head in ("layer", "rows", "no_rows"):
        table.add_column(say(f"cli.{head}", lang), justify="right" if head == "rows" else "left")
    names = dict(checked.inputs.areas[["area_id", "name"]].itertuples(index=False, name=None))
    counts = checked.inputs.facilities["layer"].value_counts()
    for layer in study.layers:
        silent = sorted(str(names[area_id]) for area_id in checked.inputs.silent[layer])
        table.add_row(Text(layer), number(counts.get(layer, 0)), Text("、".join(silent) or "—"))
    console.print(table)
    problems = Table(title_justify="left", header_style="bold")
    for head in ("problem_file", "problem_row", "problem_reason", "problem_outcome"):
        problems.add_column(say(f"cli.{head}", lang))
    shown = in_language(checked.problems, lang).head(_MOST_PROBLEMS)
    which = shown["row"].astype("string").fillna(shown["feature_id"])
    for file, row, reason, outcome in zip(shown["file"], which, shown["reason"], shown["outcome"], strict=True):
        problems.add_row(Text(file), Text(row), Text(reason), say(f"outcome.{outcome}", lang))
    console.print(problems)
    more = len(checked.problems) - len(shown)
    if more:
        console.print(say("cli.more_problems", lang, more=number(more)), highlight=False)
