"""Which area lies in which, and which areas of one level lie over each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from lifecircle.inputs.cells import TEXT, shown
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from lifecircle.bilingual import Bilingual

# Neighbours that were digitised one by one overlap by slivers; what is less than this share of the smaller is one.
OVERLAP_SHARE: Final = 0.01


def with_parents(
    table: gpd.GeoDataFrame, above: Sequence[gpd.GeoDataFrame], file: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return the areas of one level that lie in an area above, with its id as ``parent_id``.

    Parameters
    ----------
    table : GeoDataFrame
        Areas of one level, with ``row`` and ``area_id``. A parent can be named, by id or by name, in ``parent_id``, or
        in a column called as the level above (``district``) or its id (``district_id``).
    above : sequence of GeoDataFrame
        The higher levels, from the city down.
    file : str
        Name of the input.

    Returns
    -------
    table : GeoDataFrame
        What a row says about its parent decides, then the area of the next level that it overlaps most.
    problems : list of Problem
        The areas outside every area above, which are left out, and the parents named that are not there.
    """
    city, *higher = above
    if not higher:
        return table.assign(parent_id=city["area_id"].iloc[0]), []
    parent = pd.Series(None, index=table.index, dtype=TEXT)
    for level in reversed(higher):
        name = level["level"].iloc[0]
        for column in ("parent_id", f"{name}_id", name):
            if column in table:
                parent = parent.fillna(named_areas(table[column], level))
    problems: list[Problem] = []
    if "parent_id" in table:
        unknown = table[parent.isna() & table["parent_id"].notna()]
        problems += [
            Problem(file, row, area, "parent_id", told("problem.no_area_above", cell=shown(said)), "noted")
            for row, area, said in unknown[["row", "area_id", "parent_id"]].itertuples(index=False, name=None)
        ]
    for level in reversed(higher):
        parent = parent.fillna(_most_overlapped(table, level))
    outside = parent.isna()
    problems += listed_areas(table[outside], file, told("problem.outside_above"))
    return table.assign(parent_id=parent)[~outside].reset_index(drop=True), problems


def named_areas(values: pd.Series[str], areas: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the ids of the areas that values name: by id, or by a name that one area alone bears.

    Parameters
    ----------
    values : Series of str
        Ids or names.
    areas : GeoDataFrame
        Areas of one level; ``own_id`` is the id in the area's file, where it differs.
    """
    unique = areas.drop_duplicates("name", keep=False)
    known = dict(zip(unique["name"], unique["area_id"], strict=True))
    known |= dict(zip(areas.get("own_id", areas["area_id"]), areas["area_id"], strict=True))
    return values.map(known).astype(TEXT)


def listed_areas(table: gpd.GeoDataFrame, file: str, reason: Bilingual) -> list[Problem]:
    """Return a problem for each area of a table, all of which are left out for one reason."""
    return [
        Problem(file, row, area, "geometry", reason, "dropped")
        for row, area in table[["row", "area_id"]].itertuples(index=False, name=None)
    ]


def overlap_notes(table: gpd.GeoDataFrame, file: str) -> list[Problem]:
    """Return a note for each pair of areas of one level that lie over each other by more than a sliver."""
    first, second = table.sindex.query(table.geometry, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    geometry = table.geometry.to_numpy()
    shared = shapely.area(shapely.intersection(geometry[first], geometry[second]))
    area = shapely.area(geometry)
    share = shared / np.minimum(area[first], area[second])  # degrees cancel out: both lie in one place
    clear = np.flatnonzero(share > OVERLAP_SHARE)
    order = clear[np.lexsort((first[clear], second[clear]))]
    ids, rows = table["area_id"].tolist(), table["row"].tolist()
    return [
        Problem(
            file,
            rows[two],
            ids[two],
            "geometry",
            told("problem.overlaps", area=ids[one], share=f"{part:.0%}"),
            "noted",
        )
        for one, two, part in zip(first[order], second[order], share[order], strict=True)
    ]


def _most_overlapped(table: gpd.GeoDataFrame, above: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the id of the area above that shares the most ground; missing where none does."""
    inner, outer = above.sindex.query(table.geometry, predicate="intersects")
    shared = shapely.area(shapely.intersection(table.geometry.to_numpy()[inner], above.geometry.to_numpy()[outer]))
    pairs = pd.DataFrame({"inner": inner, "shared": shared, "parent": above["area_id"].to_numpy()[outer]})
    pairs = pairs[pairs["shared"] > 0].sort_values(["inner", "shared", "parent"], ascending=[True, False, True])
    best = pairs.drop_duplicates("inner").set_index("inner")["parent"]
    return best.reindex(range(len(table))).set_axis(table.index).astype(TEXT)
