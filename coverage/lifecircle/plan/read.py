"""From a plan's name or path to a checked :class:`Plan`; every fault is reported with its entry, line and remedy."""

from __future__ import annotations

import difflib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from lifecircle.configs import configs_dir
from lifecircle.errors import PlanError
from lifecircle.plan.schema import Plan
from lifecircle.plan.standards import SHARE_KINDS, Circle, Composite
from lifecircle.yamlfile import line_of, read_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lifecircle.plan.schema import Indicator, Key
    from lifecircle.plan.standards import Standard

_SUFFIXES = (".yaml", ".yml")


def read_plan(name_or_path: str | Path, base: Path | None = None) -> Plan:
    """Read and check a plan file.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a plan in ``configs/plans`` (``nanjing-14fyp``), or path of a YAML file.
    base : Path, optional
        Folder that a relative path starts from, such as the study's; the working folder by default.

    Raises
    ------
    PlanError
        With every fault of the file: each names the entry, the line and the remedy.

    Examples
    --------
    >>> plan = read_plan("nanjing-14fyp")
    >>> len(plan.indicators), plan.standard("medical_circle").minutes
    (39, 15.0)
    """
    path = _plan_path(str(name_or_path), base)
    plan, lines = read_model(path, Plan, PlanError)
    plan._path, plan._lines = path, lines  # noqa: SLF001 - where an entry stands is not part of its content
    raise_faults(plan, _faults(plan))
    return plan


def plan_names() -> list[str]:
    """Return the names of the plans that come with lifecircle, sorted."""
    return sorted(path.stem for path in (configs_dir() / "plans").glob("*.yaml"))


def raise_faults(plan: Plan, faults: Iterable[tuple[Key, str]]) -> None:
    """Raise one error that lists all faults by their lines, or return when there are none.

    Raises
    ------
    PlanError
        If there is any fault.
    """
    found = sorted((line_of(key, plan.lines), fault) for key, fault in faults)
    if len(found) == 1:
        raise PlanError(f"{plan.path}: line {found[0][0]}: {found[0][1]}")
    if found:
        listed = "\n".join(f"  line {line}: {fault}" for line, fault in found)
        raise PlanError(f"{plan.path}: {len(found)} faults:\n{listed}")


def nearest_name(name: str, names: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the nearest known one, or all of them."""
    known = sorted(names)
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known) or 'none'}."


def _plan_path(name: str, base: Path | None) -> Path:
    path = Path(name)
    if path.suffix in _SUFFIXES or len(path.parts) > 1:
        return (base or Path()) / path
    if name not in plan_names():
        raise PlanError(
            f"There is no plan {name!r} among those that come with lifecircle. {nearest_name(name, plan_names())} "
            "For a file of your own, give its path with .yaml at the end."
        )
    return configs_dir() / "plans" / f"{name}.yaml"


def _faults(plan: Plan) -> Iterator[tuple[Key, str]]:
    """Yield what the entries say against each other; each model has checked itself already."""
    yield from _repeated_ids(plan)
    yield from _unknown_fields(plan)
    yield from _composites(plan)
    yield from _indicators(plan)


def _entries(plan: Plan) -> Iterator[tuple[Key, str, str]]:
    """Yield key path, id and field of every entry of the file."""
    for part in ("standards", "indicators", "promises"):
        for index, entry in enumerate(getattr(plan, part)):
            yield (part, index), entry.id, entry.field


def _repeated_ids(plan: Plan) -> Iterator[tuple[Key, str]]:
    count = Counter(name for _, name, _ in _entries(plan))
    first: dict[str, Key] = {}
    for key, name, _ in _entries(plan):
        if count[name] > 1 and name in first:
            line = line_of((*first[name], "id"), plan.lines)
            yield (*key, "id"), f"{name}: this id stands on line {line} already. Give one of the two another id."
        first.setdefault(name, key)


def _unknown_fields(plan: Plan) -> Iterator[tuple[Key, str]]:
    for key, name, field in _entries(plan):
        if field not in plan.fields:
            remedy = f"{nearest_name(field, plan.fields)} Or add it to fields:."
            yield (*key, "field"), f"{name}: the plan has no field {field!r}. {remedy}"


def _composites(plan: Plan) -> Iterator[tuple[Key, str]]:
    kinds = {standard.id: standard.kind for standard in plan.standards}
    circles = [standard.id for standard in plan.standards if isinstance(standard, Circle)]
    for index, standard in enumerate(plan.standards):
        if not isinstance(standard, Composite):
            continue
        for place, name in enumerate(standard.circles):
            key = ("standards", index, "circles", place)
            if name not in kinds:
                yield key, f"{standard.id}: there is no standard {name!r}. {nearest_name(name, circles)}"
            elif kinds[name] != "circle":
                yield key, f"{standard.id}: {name} is a {kinds[name]}, but a bundle holds circles only. Remove it."


def _indicators(plan: Plan) -> Iterator[tuple[Key, str]]:
    standards = {standard.id: standard for standard in plan.standards}
    if plan.indicators and plan.table is None:
        yield ("indicators",), "indicators: need table:, the clause where the table stands. Add it."
    if plan.indicators and plan.period is None:
        yield ("indicators",), "indicators: need period:, the first and last year of the plan. Add it."
    for index, row in enumerate(plan.indicators):
        key = ("indicators", index)
        if row.target_2025.value is None:
            yield (*key, "target_2025"), f"{row.id}: a target cannot be unknown. Write it as printed."
        elif row.standard == "statistic":
            yield from ((key, fault) for fault in _readings(row))
        elif row.standard in standards:
            yield from ((key, fault) for fault in _disagreements(row, standards[row.standard]))
        else:
            remedy = f"{nearest_name(row.standard, standards)} Or write statistic, if the planner supplies the value."
            yield (*key, "standard"), f"{row.id}: there is no standard {row.standard!r}. {remedy}"


def _readings(row: Indicator) -> Iterator[str]:
    """Yield where the reading of a supplied indicator does not fit its print."""
    if (row.target_2025.comparator == "about") != (row.tolerance is not None):
        yield f"{row.id}: 左右 and tolerance: go together. Give both or neither."
    if row.comparator is not None and row.target_2025.comparator is not None:
        yield f"{row.id}: the comparator is printed already. Remove comparator:."


def _disagreements(row: Indicator, standard: Standard) -> Iterator[str]:
    """Yield where the standard that computes an indicator promises something else than the table prints."""
    printed = row.target_2025
    in_percent = standard.kind in SHARE_KINDS and row.unit is not None and row.unit.zh == "%"
    target = round(standard.target * 100, 9) if in_percent else standard.target
    if target != printed.value:
        yield f"{row.id}: the table prints {printed.printed}, but {standard.id} has the target {standard.target:g}."
    if printed.comparator not in (None, standard.comparator):
        yield f"{row.id}: the table prints {printed.printed}, but {standard.id} compares by {standard.comparator}."
    if row.binding != standard.binding:
        yield f"{row.id}: the table prints {row.binding}, but {standard.id} is {standard.binding or 'neither'}."
    if row.comparator is not None or row.tolerance is not None:
        yield f"{row.id}: {standard.id} says how it is compared. Remove comparator: and tolerance: here."
