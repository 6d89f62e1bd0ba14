"""From a plan's name or path to a checked :class:`Plan`; every fault is reported with its entry, line and remedy."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lifecircle.configs import configs_dir
from lifecircle.errors import PlanError
from lifecircle.files import content_hash
from lifecircle.messages import suggestion, told
from lifecircle.plan.schema import Plan
from lifecircle.plan.standards import SHARE_KINDS, Circle, Composite
from lifecircle.yamlfile import line_of, raise_faults, read_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lifecircle.bilingual import Bilingual
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
    return _read(path, content_hash(path) if path.is_file() else "")


@lru_cache(maxsize=16)
def _read(path: Path, _content: str) -> Plan:
    """Return the plan of a file, which nobody changes: a file that still says the same need not be read again."""
    plan, lines = read_model(path, Plan, PlanError)
    plan._path, plan._lines = path, lines  # noqa: SLF001 - where an entry stands is not part of its content
    raise_faults(_faults(plan), path, lines, PlanError)
    return plan


def plan_names() -> list[str]:
    """Return the names of the plans that come with lifecircle, sorted."""
    return sorted(path.stem for path in (configs_dir() / "plans").glob("*.yaml"))


def _plan_path(name: str, base: Path | None) -> Path:
    path = Path(name)
    if path.suffix in _SUFFIXES or len(path.parts) > 1:
        return (base or Path()) / path
    if name not in plan_names():
        raise PlanError(told("error.no_plan", name=repr(name), hint=suggestion(name, plan_names())))
    return configs_dir() / "plans" / f"{name}.yaml"


def _faults(plan: Plan) -> Iterator[tuple[Key, Bilingual]]:
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


def _repeated_ids(plan: Plan) -> Iterator[tuple[Key, Bilingual]]:
    count = Counter(name for _, name, _ in _entries(plan))
    first: dict[str, Key] = {}
    for key, name, _ in _entries(plan):
        if count[name] > 1 and name in first:
            line = line_of((*first[name], "id"), plan.lines)
            yield (*key, "id"), told("error.plan_id_twice", entry=name, line=line)
        first.setdefault(name, key)


def _unknown_fields(plan: Plan) -> Iterator[tuple[Key, Bilingual]]:
    for key, name, field in _entries(plan):
        if field not in plan.fields:
            hint = suggestion(field, sorted(plan.fields))
            yield (*key, "field"), told("error.plan_no_field", entry=name, name=repr(field), hint=hint)


def _composites(plan: Plan) -> Iterator[tuple[Key, Bilingual]]:
    kinds = {standard.id: standard.kind for standard in plan.standards}
    circles = [standard.id for standard in plan.standards if isinstance(standard, Circle)]
    for index, standard in enumerate(plan.standards):
        if not isinstance(standard, Composite):
            continue
        for place, name in enumerate(standard.circles):
            key = ("standards", index, "circles", place)
            if name not in kinds:
                hint = suggestion(name, sorted(circles))
                yield key, told("error.plan_no_standard", entry=standard.id, name=repr(name), hint=hint)
            elif kinds[name] != "circle":
                yield key, told("error.plan_no_circle", entry=standard.id, name=name, kind=kinds[name])


def _indicators(plan: Plan) -> Iterator[tuple[Key, Bilingual]]:
    standards = {standard.id: standard for standard in plan.standards}
    if plan.indicators and plan.table is None:
        yield ("indicators",), told("error.plan_needs_table")
    if plan.indicators and plan.period is None:
        yield ("indicators",), told("error.plan_needs_period")
    for index, row in enumerate(plan.indicators):
        key = ("indicators", index)
        if row.target_2025.value is None:
            yield (*key, "target_2025"), told("error.plan_target_unknown", entry=row.id)
        elif row.standard == "statistic":
            yield from ((key, fault) for fault in _readings(row))
        elif row.standard in standards:
            yield from ((key, fault) for fault in _disagreements(row, standards[row.standard]))
        else:
            named = {"entry": row.id, "name": repr(row.standard), "hint": suggestion(row.standard, sorted(standards))}
            yield (*key, "standard"), told("error.plan_no_standard_of_indicator", **named)


def _readings(row: Indicator) -> Iterator[Bilingual]:
    """Yield where the reading of a supplied indicator does not fit its print."""
    if (row.target_2025.comparator == "about") != (row.tolerance is not None):
        yield told("error.plan_about_and_tolerance", entry=row.id)
    if row.comparator is not None and row.target_2025.comparator is not None:
        yield told("error.plan_comparator_printed", entry=row.id)


def _disagreements(row: Indicator, standard: Standard) -> Iterator[Bilingual]:
    """Yield where the standard that computes an indicator promises something else than the table prints."""
    printed = row.target_2025
    in_percent = standard.kind in SHARE_KINDS and row.unit is not None and row.unit.zh == "%"
    target = round(standard.target * 100, 9) if in_percent else standard.target
    both = {"entry": row.id, "standard": standard.id}
    if target != printed.value:
        yield told("error.plan_other_target", **both, printed=printed.printed, target=f"{standard.target:g}")
    if printed.comparator not in (None, standard.comparator):
        yield told("error.plan_other_comparator", **both, printed=printed.printed, comparator=standard.comparator)
    if row.binding != standard.binding:
        binding = standard.binding or told("error.plan_neither")
        yield told("error.plan_other_binding", **both, printed=row.binding, binding=binding)
    if row.comparator is not None or row.tolerance is not None:
        yield told("error.plan_compared_already", **both)
