"""Takes street ways and the walking rules of ``configs/walking.yaml``, gives who may walk where, and how.

The rules are data. A rule has conditions on tags and says one thing or more about the ways that meet them; for each
thing, the first rule that speaks of it decides.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

import numpy as np
import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lifecircle.configs import configs_dir
from lifecircle.errors import StudyError
from lifecircle.inputs.ways import TAG_KEYS
from lifecircle.messages import told
from lifecircle.problems import Problem
from lifecircle.yamlfile import read_model

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from lifecircle.inputs.ways import Ways

Walk = Literal["everyone", "residents", "nobody"]
Fact = Literal["walk", "steps", "snappable", "wheels", "square"]
FACTS: Final[tuple[Fact, ...]] = get_args(Fact)

"""Tags that a rule may ask for; on ways that were read without one of them, it counts as not tagged."""

_PRESENT: Final = "*"
_ABSENT: Final = "!*"
_BOUNDS: Final = ("<", ">")
_NUMBER: Final = re.compile(r"[+-]?(\d+(?:[.,]\d+)?)\s*(|m|cm|mm|%|°)")
_METRES: Final = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001}


def _known_key(key: str) -> str:
    if key not in TAG_KEYS:
        raise ValueError(f"the tag {key!r} is not read from street files; there are {', '.join(TAG_KEYS)}")
    return key


def _one_sense(values: str | list[str]) -> str | list[str]:
    several = values if isinstance(values, list) else [values]
    if not all(several):
        raise ValueError("needs a value, or * for any")
    if len({value.startswith("!") for value in several}) != 1:
        raise ValueError("needs values that are all wanted, or all unwanted (with ! before each)")
    if isinstance(values, list) and ({_PRESENT, _ABSENT} & set(values) or any(value[0] in _BOUNDS for value in values)):
        raise ValueError(f"{_PRESENT}, {_ABSENT} and bounds (< or >) stand alone, not in a list")
    if several[0][0] in _BOUNDS and _quantity(several[0][1:]) is None:
        raise ValueError("needs a number after < or >, in m, cm, mm, % or °, such as '<0.9 m'")
    return values


TagConditions = dict[
    Annotated[str, AfterValidator(_known_key)],
    Annotated[str | list[str], AfterValidator(_one_sense)],
]


class WalkingRule(BaseModel):
    """One rule.

    Attributes
    ----------
    id : str
    when : dict or list of dict
        Tag to a value, a list of values, ``"!value"`` (tagged otherwise), ``"*"`` (tagged), ``"!*"`` (not tagged), or a
        bound for a number (``"<0.9 m"``, ``">8 %"``; signs do not count). All conditions must be met; of a list of
        condition sets, any one. ``{}`` is always met.
    walk : {"everyone", "residents", "nobody"}, optional
    steps, snappable, wheels, square : bool, optional
        As in :func:`way_uses`. What a rule does not say is left to the rules below it.
    why : str
        The reason or the source.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    when: TagConditions | list[TagConditions]
    walk: Walk | None = None
    steps: bool | None = None
    snappable: bool | None = None
    wheels: bool | None = None
    square: bool | None = None
    why: str = Field(min_length=1)

    @property
    def alternatives(self) -> list[TagConditions]:
        """The condition sets of which one must be met."""
        return self.when if isinstance(self.when, list) else [self.when]

    @model_validator(mode="after")
    def _says_something(self) -> WalkingRule:
        if all(getattr(self, fact) is None for fact in FACTS):
            raise ValueError(f"rule {self.id} says nothing. Give one of {', '.join(FACTS)}.")
        return self


class WalkingRules(BaseModel):
    """All rules in their order; the last one is met by every way and says everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: list[WalkingRule] = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> WalkingRules:
        ids = [rule.id for rule in self.rules]
        repeated = sorted({rule for rule in ids if ids.count(rule) > 1})
        if repeated:
            raise ValueError(f"the ids {', '.join(repeated)} are used twice. Give each rule an id of its own.")
        last = self.rules[-1]
        silent = [fact for fact in FACTS if getattr(last, fact) is None]
        if last.when != {} or silent:
            raise ValueError("the last rule must have when: {} and say " + ", ".join(silent or FACTS))
        return self


def read_walking_rules(path: Path | None = None) -> WalkingRules:
    """Read walking rules.

    Parameters
    ----------
    path : Path, optional
        A YAML file; the rules that come with lifecircle when absent.

    Raises
    ------
    StudyError
        With every fault of the file, its line and its remedy.
    """
    rules, _ = read_model(path or configs_dir() / "walking.yaml", WalkingRules, StudyError)
    return rules


def way_uses(ways: Ways, rules: WalkingRules) -> pd.DataFrame:
    """Return who may walk each way, and how.

    Parameters
    ----------
    ways : Ways
        W ways.
    rules : WalkingRules

    Returns
    -------
    DataFrame
        W rows with the columns

        - ``walk`` (bool): somebody may walk it;
        - ``private`` (bool): residents leave through it, others may not cut through;
        - ``steps`` (bool): walked at the speed on steps;
        - ``snappable`` (bool): a place may be joined to it;
        - ``wheels`` (bool): passable with a wheelchair or pushchair, as far as tags tell;
        - ``square`` (bool): a closed area that is crossed in any direction;
        - ``rule`` (str): id of the rule that decided ``walk``.
    """
    deciding = deciding_rules(ways.tags, rules)
    said = {fact: np.array([getattr(rule, fact) for rule in rules.rules])[deciding[fact]] for fact in FACTS}
    walk = said["walk"] != "nobody"
    return pd.DataFrame(
        {
            "walk": walk,
            "private": said["walk"] == "residents",
            "steps": said["steps"].astype(bool),
            "snappable": said["snappable"].astype(bool),
            "wheels": said["wheels"].astype(bool),
            "square": said["square"].astype(bool) & walk & ways.closed(),
            "rule": np.array([rule.id for rule in rules.rules], dtype=object)[deciding["walk"]],
        }
    )


def unknown_streets(ways: Ways, uses: pd.DataFrame, rules: WalkingRules, file: str) -> list[Problem]:
    """Return a problem for every value of ``highway`` that no rule but the last knows.

    Parameters
    ----------
    ways, uses, rules
        As given to and by :func:`way_uses`.
    file : str
        Name of the street file in the problems.
    """
    unknown = ways.tags.loc[(uses["rule"] == rules.rules[-1].id).to_numpy(), "highway"].astype(object)
    return [
        Problem(
            file,
            None,
            "",
            "highway",
            told("problem.unknown_highway", count=count, value=value),
            "dropped",
        )
        for value, count in unknown.value_counts().sort_index().items()
    ]


def deciding_rules(tags: pd.DataFrame, rules: WalkingRules) -> dict[Fact, NDArray[np.int64]]:
    """Return, for each fact, the position of the rule that decides it for each of W ways.

    Parameters
    ----------
    tags : DataFrame
        W rows, one column per tag.
    rules : WalkingRules
    """
    columns = {key: tags[key].astype("category") for key in tags.columns}
    met = np.array([_meets_any(columns, rule.alternatives, len(tags)) for rule in rules.rules])
    speaks = {fact: np.array([getattr(rule, fact) is not None for rule in rules.rules]) for fact in FACTS}
    return {fact: np.argmax(met & speaks[fact][:, None], axis=0) for fact in FACTS}


def _meets_any(columns: dict[str, pd.Series], alternatives: list[TagConditions], count: int) -> NDArray[np.bool_]:
    return np.logical_or.reduce([meets_all(columns, conditions, count) for conditions in alternatives])


def meets_all(
    columns: Mapping[str, pd.Series], conditions: Mapping[str, str | list[str]], count: int
) -> NDArray[np.bool_]:
    """Return which rows meet all of some conditions, shape (count,).

    Parameters
    ----------
    columns : mapping
        Tag to a categorical column of ``count`` rows; a tag without a column is on no row.
    conditions : mapping
        As in :class:`WalkingRule`.
    count : int
    """
    met = np.ones(count, dtype=bool)
    for key, wanted in conditions.items():
        met &= _meets(columns[key], wanted) if key in columns else np.full(count, wanted == _ABSENT)
    return met


def _meets(column: pd.Series, wanted: str | list[str]) -> NDArray[np.bool_]:
    """Return which rows meet one condition: decided once per distinct value, then looked up."""
    present = column.notna().to_numpy()
    if wanted == _PRESENT:
        return present
    if wanted == _ABSENT:
        return ~present
    values = wanted if isinstance(wanted, list) else [wanted]
    if values[0][0] in _BOUNDS:
        among = np.array([_beyond(str(value), values[0]) for value in column.cat.categories], dtype=bool)
    else:
        unwanted = values[0].startswith("!")
        among = column.cat.categories.isin([value.removeprefix("!") for value in values]) != unwanted
    met = np.append(among, False)[column.cat.codes]
    return np.asarray(met & present, dtype=bool)


def _beyond(value: str, bound: str) -> bool:
    """Return whether a tag's number lies below or above a bound of the same kind (``"<0.9 m"``, ``">8 %"``)."""
    have, limit = _quantity(value), _quantity(bound[1:])
    if have is None or limit is None or have[1] != limit[1]:
        return False
    return have[0] < limit[0] if bound[0] == "<" else have[0] > limit[0]


def _quantity(text: str) -> tuple[float, str] | None:
    """Return a number in metres or percent, without its sign, and which of the two; ``None`` where it is neither."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    number, unit = float(match[1].replace(",", ".")), match[2]
    if unit == "°":
        return 100 * math.tan(math.radians(number)), "%"
    return (number, "%") if unit == "%" else (number * _METRES[unit], "m")
