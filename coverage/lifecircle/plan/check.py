"""A plan against the data: which layers and columns it asks for that nothing has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lifecircle.bilingual import Bilingual
from lifecircle.errors import PlanError
from lifecircle.messages import suggestion, told
from lifecircle.plan.standards import Circle, Presence, Ratio, Share
from lifecircle.yamlfile import raise_faults

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from lifecircle.plan.schema import Key, Plan
    from lifecircle.plan.standards import Standard

    Columns = tuple[tuple[Key, str], ...]


def check_layers(plan: Plan, known_layers: Collection[str], columns_per_layer: Mapping[str, Collection[str]]) -> None:
    """Check that a plan asks only for layers and columns that exist.

    Parameters
    ----------
    plan : Plan
    known_layers : collection of str
        Ids of all layers that a study could have; a layer may be known and without data.
    columns_per_layer : mapping of str to collection of str
        Columns of the facilities of each layer that has data. A column is asked for when a condition filters on it or
        a sum adds it up; where a standard has several layers, one of them with the column is enough.

    Raises
    ------
    PlanError
        With every layer that is not known and every column that no facility has: entry, line and remedy.
    """
    raise_faults(_faults(plan, known_layers, columns_per_layer), plan.path, plan.lines, PlanError)


def _faults(
    plan: Plan, known_layers: Collection[str], columns_per_layer: Mapping[str, Collection[str]]
) -> Iterator[tuple[Key, Bilingual]]:
    for index, standard in enumerate(plan.standards):
        base: Key = ("standards", index)
        for place, layers, columns in _needs(standard):
            for number, layer in enumerate(layers):
                if layer not in known_layers:
                    named = {"layer": repr(layer), "hint": suggestion(layer, sorted(known_layers))}
                    yield (*base, *place, number), told("error.unknown_layer_of_plan", entry=standard.id, **named)
            data = [columns_per_layer[layer] for layer in layers if layer in columns_per_layer]
            had = {column for layer in data for column in layer}
            for key, column in columns:
                if data and column not in had:
                    named = {"column": repr(column), "hint": suggestion(column, sorted(had))}
                    where = Bilingual(zh="、".join(layers), en=" or ".join(layers))
                    yield (
                        (*base, *key),
                        told("error.unknown_column_of_plan", entry=standard.id, layers=where, **named),
                    )


def _needs(standard: Standard) -> Iterator[tuple[Key, tuple[str, ...], Columns]]:
    """Yield the place of each list of layers of a standard, the layers, and the columns asked of them."""
    if isinstance(standard, Circle | Presence):
        yield ("layers",), standard.layers, _conditions(("where",), standard.where)
    elif isinstance(standard, Ratio):
        amount = standard.numerator
        columns = _conditions(("numerator", "where"), amount.where)
        yield ("numerator", "layers"), amount.layers, (*columns, *_sums(("numerator", "sum"), amount.sum))
    elif isinstance(standard, Share):
        columns = (*_conditions(("among",), standard.among), *_conditions(("where",), standard.where))
        sums = (*_sums(("sum",), standard.sum), *_sums(("of",), standard.of))
        yield ("layers",), standard.layers, (*columns, *sums)


def _conditions(key: Key, columns: Collection[str]) -> Columns:
    return tuple(((*key, column), column) for column in columns)


def _sums(key: Key, column: str | None) -> Columns:
    return () if column is None else ((key, column),)
