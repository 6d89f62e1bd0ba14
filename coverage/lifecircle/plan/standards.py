"""Standards: what a plan asks of a city, one frozen model per kind of requirement."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from lifecircle.bilingual import Bilingual
from lifecircle.filters import Condition
from lifecircle.plan.figures import Comparator


def _in_order(years: tuple[int, int]) -> tuple[int, int]:
    if years[0] > years[1]:
        raise ValueError("the first year comes after the last. Write the earlier one first")
    return years


Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Where = dict[str, Condition]
Binding = Literal["约束性", "预期性"]
Setting = Literal["urban", "rural"]
AreaLevel = Literal["district", "street", "community"]
Layers = Annotated[tuple[Identifier, ...], Field(min_length=1)]
Years = Annotated[tuple[int, int], AfterValidator(_in_order)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]

SHARE_KINDS: Final = ("circle", "presence", "share", "composite")


class Part(BaseModel):
    """Base of all parts of a plan file: unknown keys are faults, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Clause(Part):
    """Where a requirement stands in the plan, so that a reader can find it again."""

    chapter: str = Field(min_length=1)
    """Chapter or part of the document, as numbered there: `三`, `附录B`."""
    section: str | None = None
    """Section inside the chapter: `（五）`."""
    box: str | None = None
    """Box or table inside the section: `专栏4`, `表1`."""
    quote: Annotated[str, Field(min_length=1)] | None = None
    """The words of the requirement, verbatim; needed for `verified: true`."""

    @property
    def place(self) -> str:
        """The place without the quote, such as ``三（五）专栏4``."""
        return f"{self.chapter}{self.section or ''}{self.box or ''}"


class Standard(Part):
    """What every standard has, whatever its kind."""

    id: Identifier
    """Name of the entry, unique in the file."""
    name: Bilingual
    """Name as reports print it, in Chinese and English."""
    field: Identifier
    """One of the plan's `fields`."""
    kind: str
    """Which of the kinds below the entry is; the further keys depend on it."""
    clause: Clause
    """Where the plan says it."""
    target: Annotated[float, Field(allow_inf_nan=False)]
    """The promised value: a share between 0 and 1, or a number in the standard's `unit`."""
    year: Annotated[int, Field(ge=1990, le=2100)]
    """Year by which it is promised."""
    comparator: Comparator = ">="
    """How the value compares with the target: `>=`, `>`, `<=`, `<`, or `about` (左右)."""
    tolerance: Positive | None = None
    """For `about`: how far below the target still counts as met, in the target's unit."""
    target_source: Literal["printed", "reading"] = "printed"
    """`printed` when the plan gives the target, `reading` when it is this file's reading of words without a number."""
    binding: Binding | None = None
    """属性 of the plan's table: `约束性` (binding) or `预期性` (expected); left out for promises of the text."""
    verified: bool = False
    """Whether the entry was checked against the official text."""
    note: Bilingual | None = None
    """What a reader has to know; needed with `target_source: reading`."""

    @field_validator("target")
    @classmethod
    def _not_negative(cls, target: float) -> float:
        if target < 0:
            raise ValueError("a target cannot be negative. Write the value that the plan promises")
        return target

    @model_validator(mode="after")
    def _complete(self) -> Standard:
        if (self.comparator == "about") != (self.tolerance is not None):
            raise ValueError(f"{self.id}: comparator: about and tolerance: go together. Give both or neither")
        if self.target_source == "reading" and self.note is None:
            raise ValueError(f"{self.id}: target_source: reading needs a note: that says how the target was chosen")
        if self.verified and self.clause.quote is None:
            raise ValueError(f"{self.id}: verified: true needs clause.quote:, the words it was checked against")
        return self

    @property
    def threshold(self) -> float:
        """The target, less the tolerance of ``about``: more than the plan asked for is not a breach."""
        return self.target - (self.tolerance or 0.0)


class _OfShares(Standard):
    @field_validator("target")
    @classmethod
    def _a_share(cls, target: float) -> float:
        if target > 1:
            raise ValueError("is not a share between 0 and 1. Write 85 % as 0.85")
        return target


class Circle(_OfShares):
    """Share of the residents who can walk to the nearest place of any of the layers within a limit."""

    kind: Literal["circle"]
    """`circle`"""
    layers: Layers
    """Layers of facilities; the nearest of any counts."""
    where: Where = {}
    """Conditions on the facilities, such as `{level: [4A, 5A]}`."""
    minutes: Annotated[float, Field(gt=0, le=120)] | None = None
    """Walking time; either this or `metres`."""
    metres: Annotated[float, Field(gt=0, le=10_000)] | None = None
    """Walking distance; either this or `minutes`."""
    walker: Identifier = "standard"
    """Who walks: an id of `configs/walkers.yaml`."""
    population: Identifier = "population"
    """Column of the residents whose share is taken: `population`, `pop_60_plus` …"""
    setting: Setting | None = None
    """Only residents of `urban` or of `rural` communities; everybody when left out, or where a study does not say."""

    @model_validator(mode="after")
    def _one_limit(self) -> Circle:
        if (self.minutes is None) == (self.metres is None):
            raise ValueError(f"{self.id}: a circle needs either minutes: or metres:, and not both")
        return self


class AreaChoice(Part):
    """Which areas of a level a requirement is about; an area must meet everything given."""

    names: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """Names of the areas: `[江宁区, 浦口区]`."""
    name_ends: Annotated[str, Field(min_length=1)] | None = None
    """How the names end: `街道` leaves out towns (镇)."""

    @model_validator(mode="after")
    def _something(self) -> AreaChoice:
        if self.names is None and self.name_ends is None:
            raise ValueError("areas: needs names: or name_ends:. Remove it if every area is meant")
        return self


class Presence(_OfShares):
    """Share of the areas of one level that hold enough facilities."""

    kind: Literal["presence"]
    """`presence`"""
    level: AreaLevel
    """Level of the areas: `district`, `street` or `community`."""
    layers: Layers
    """Layers of facilities; all are counted together."""
    where: Where = {}
    """Conditions on the facilities."""
    at_least: Annotated[int, Field(ge=1)] = 1
    """Facilities that every area needs."""
    per_people: Positive | None = None
    """One for every so many people: the need is max(`at_least`, people / `per_people` rounded up)."""
    per_km2: Positive | None = None
    """One for every so many square kilometres: the need is max(`at_least`, area / `per_km2` rounded up)."""
    areas: AreaChoice | None = None
    """Only these areas of the level; all of them when left out."""


class Amount(Part):
    """A number of facilities, or the sum of one of their columns."""

    layers: Layers
    """Layers of facilities."""
    where: Where = {}
    """Conditions on the facilities."""
    sum: Identifier | None = None
    """Column to add up; facilities are counted when left out."""


class Ratio(Standard):
    """Capacity per head: an amount of facilities divided by residents."""

    kind: Literal["ratio"]
    """`ratio`"""
    numerator: Amount
    """What is counted or added up."""
    denominator: Identifier
    """Column of the residents: `population`, `households` …"""
    per: Literal[1, 100, 1000, 10000]
    """How many of the denominator the target is for: 1000 for places per 1,000 people."""
    unit: Bilingual
    """Unit of the target and of the value."""


class Share(_OfShares):
    """Part of the facilities, or of their capacity, that meets a condition."""

    kind: Literal["share"]
    """`share`"""
    layers: Layers
    """Layers of facilities."""
    among: Where = {}
    """Conditions on the whole: the facilities of which a part is taken."""
    where: Where = {}
    """Further conditions on the part."""
    sum: Identifier | None = None
    """Column that is added up over the part; facilities are counted when left out."""
    of: Identifier | None = None
    """Column that is added up over the whole, when it is another one than `sum`: nursing beds of all beds."""

    @model_validator(mode="after")
    def _a_part(self) -> Share:
        if self.of is not None and self.sum is None:
            raise ValueError(f"{self.id}: of: needs sum:, the column of the part")
        if not self.where and self.of is None:
            raise ValueError(f"{self.id}: a share needs where:, or sum: and of:, to say which part is meant")
        return self


class Statistic(Standard):
    """A figure that no map can give; the planner supplies it in the study's statistics table under the entry's id."""

    kind: Literal["statistic"]
    """`statistic`"""
    unit: Bilingual | None = None
    """Unit of the target and of the supplied value; left out where the plan prints none."""
    years: Years | None = None
    """First and last year that a cumulative figure 〔〕 sums over."""


class Composite(_OfShares):
    """Share of the residents who have enough circles of a bundle in reach, each as its own circle says."""

    kind: Literal["composite"]
    """`composite`"""
    circles: Annotated[tuple[Identifier, ...], Field(min_length=2)]
    """Ids of the circles of the bundle."""
    needed: Literal["all"] | Annotated[int, Field(ge=1)] = "all"
    """How many of them must be in reach: `all`, or a number."""
    population: Identifier = "population"
    """Column of the residents whose share is taken."""

    @model_validator(mode="after")
    def _reachable(self) -> Composite:
        if self.needed != "all" and self.needed > len(self.circles):
            raise ValueError(f"{self.id}: needed: {self.needed} is more than the {len(self.circles)} circles listed")
        return self


KINDS: Final[dict[str, type[Standard]]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in (Circle, Presence, Ratio, Share, Statistic, Composite)
}


def _kind(entry: Any) -> str | None:
    kind = entry.get("kind") if isinstance(entry, dict) else getattr(entry, "kind", None)
    return kind if isinstance(kind, str) and kind in KINDS else None


AnyStandard = Annotated[
    Annotated[Circle, Tag("circle")]
    | Annotated[Presence, Tag("presence")]
    | Annotated[Ratio, Tag("ratio")]
    | Annotated[Share, Tag("share")]
    | Annotated[Statistic, Tag("statistic")]
    | Annotated[Composite, Tag("composite")],
    Discriminator(
        _kind,
        custom_error_type="kind",
        custom_error_message=f"an entry needs kind:, one of {', '.join(KINDS)}",
    ),
]
