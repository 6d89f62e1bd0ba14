"""A plan as a whole: its standards, the indicators of its table, and the promises that no map can check."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr

from lifecircle.bilingual import Bilingual
from lifecircle.plan.figures import Comparator, Figure
from lifecircle.plan.standards import AnyStandard, Binding, Clause, Identifier, Part, Positive, Statistic, Years

Key = tuple[str | int, ...]


class Indicator(Part):
    """One row of the plan's table of indicators, as printed."""

    id: Identifier
    """Name of the row, unique in the file."""
    field: Identifier
    """One of the plan's `fields`."""
    name: Bilingual
    """The indicator as printed, its unit included, and in English."""
    unit: Bilingual | None = None
    """The printed unit; left out where none is printed."""
    value_2020: Figure
    """The figure of the base year as printed, in quotes; `"—"` where the plan gives none."""
    target_2025: Figure
    """The target as printed, in quotes: `"≥85"`, `"4.5左右"`, `"〔80〕"`."""
    binding: Binding
    """属性 as printed."""
    standard: Identifier
    """Id of the standard that computes it, or `statistic` when the planner supplies its value under this id."""
    comparator: Comparator | None = None
    """For `statistic` rows without a printed comparator: how the target is read; `>=` when left out."""
    tolerance: Positive | None = None
    """For `statistic` rows with 左右: how far below the target still counts as met, in the printed unit."""
    verified: bool = False
    """Whether the row was checked against the official text."""
    note: Bilingual | None = None
    """What a reader has to know."""


class Promise(Part):
    """A promise of the text that can be neither computed nor counted."""

    id: Identifier
    """Name of the entry, unique in the file."""
    field: Identifier
    """One of the plan's `fields`."""
    name: Bilingual
    """What is promised."""
    clause: Clause
    """Where the plan says it."""
    reason: Bilingual
    """Why it is not scored."""
    verified: bool = False
    """Whether the entry was checked against the official text."""


class Plan(Part):
    """A plan file as written; read one with :func:`lifecircle.plan.read_plan`, which also checks it as a whole."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    """Name of the plan, as results carry it."""
    name: Bilingual
    """Title of the document."""
    edition: str
    """Edition, number or period of the document."""
    issuer: Bilingual
    """Who issued it."""
    date: str
    """Date of issue."""
    source: str
    """Where the text can be found, and what the entries were checked against."""
    verified: bool = False
    """Whether the file as a whole was checked against the official text."""
    period: Years | None = None
    """First and last year of the plan; cumulative figures 〔〕 sum over it."""
    fields: dict[Identifier, Bilingual]
    """Fields (领域) of the plan by id."""
    standards: tuple[AnyStandard, ...] = ()
    """The requirements that can be computed or counted."""
    table: Clause | None = None
    """Where the table of indicators stands; needed with `indicators`."""
    indicators: tuple[Indicator, ...] = ()
    """The rows of the plan's table, in its order."""
    promises: tuple[Promise, ...] = ()
    """The promises that can be neither computed nor counted, each with the reason."""

    _path: Path = PrivateAttr(default=Path("plan.yaml"))
    _lines: dict[Key, int] = PrivateAttr(default_factory=dict)

    @property
    def path(self) -> Path:
        """The plan file."""
        return self._path

    @property
    def lines(self) -> dict[Key, int]:
        """Line of every key path of the file."""
        return self._lines

    def scored(self) -> tuple[AnyStandard, ...]:
        """Return everything that gets a result: the standards, then the indicators whose values are supplied."""
        return (*self.standards, *(self._statistic(row) for row in self.indicators if row.standard == "statistic"))

    def standard(self, standard_id: str) -> AnyStandard:
        """Return one of the scored standards.

        Raises
        ------
        KeyError
            If the plan has no standard of that id.
        """
        for standard in self.scored():
            if standard.id == standard_id:
                return standard
        raise KeyError(standard_id)

    def _statistic(self, row: Indicator) -> Statistic:
        """Return an indicator as the standard that its row of the table states."""
        if self.table is None or self.period is None or row.target_2025.value is None:
            raise ValueError(f"{row.id}: a plan with indicators has a table, a period and targets; read_plan checks it")
        return Statistic(
            id=row.id,
            name=row.name,
            field=row.field,
            clause=self.table.model_copy(update={"quote": row.name.zh}),
            kind="statistic",
            target=row.target_2025.value,
            year=self.period[1],
            comparator=row.target_2025.comparator or row.comparator or ">=",
            tolerance=row.tolerance,
            binding=row.binding,
            verified=row.verified,
            note=row.note,
            unit=row.unit,
            years=self.period if row.target_2025.cumulative else None,
        )
