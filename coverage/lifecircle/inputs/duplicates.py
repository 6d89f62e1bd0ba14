"""Takes the facilities of a layer, gives each of them once: entries of one name at one place are merged.

Names are compared without regard to full width, case, spaces and signs, and to whether they are written in
traditional or simplified characters (``configs/simplified.txt``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lifecircle.configs import configs_dir
from lifecircle.inputs.cells import shown
from lifecircle.messages import told
from lifecircle.problems import Problem

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.bilingual import Bilingual

SAME_PLACE_M: Final = 30.0
"""Entries of one name that are no farther apart than this are one facility."""

_OWN: Final = ("row", "facility_id", "geometry")


def without_duplicates(facilities: gpd.GeoDataFrame, crs: str, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return facilities without second entries of the same.

    Entries are the same where their names are, they lie within :data:`SAME_PLACE_M`, and their kinds, as far as both
    are known, do not differ: one house may hold two kinds of facilities that a plan counts apart.

    Parameters
    ----------
    facilities : GeoDataFrame
        One layer, WGS 84, with ``row``, ``facility_id`` and ``name``.
    crs : str
        A metric frame.
    file : str
        Name of the input.

    Returns
    -------
    facilities : GeoDataFrame
        Of entries that are the same the first polygon, or the first where all are points. What it does not know is
        taken from the others, in their order.
    problems : list of Problem
        One for each entry that was merged into another.
    """
    of_entry = _same(facilities, crs)
    order = np.lexsort((np.arange(len(of_entry)), _dimension(facilities) == 0, of_entry))
    first = order[np.diff(of_entry[order], prepend=-1) > 0]
    kept = first[of_entry]
    merged = kept != np.arange(len(kept))
    if not merged.any():
        return facilities, []
    whole = facilities.copy()
    for column in whole.columns.drop([*_OWN, "layer"], errors="ignore"):
        known = whole[column].iloc[order].groupby(of_entry[order]).first()
        whole[column] = whole[column].where(whole[column].notna(), known.to_numpy()[of_entry])
    whole = whole[~merged].reset_index(drop=True)
    ids, names = facilities["facility_id"].to_numpy(), facilities["name"].to_numpy()
    rows = facilities["row"].tolist()
    return whole, [
        Problem(file, rows[entry], ids[entry], "name", _reason(names[entry], ids[kept[entry]]), "noted")
        for entry in np.flatnonzero(merged)
    ]


def folded_name(name: str) -> str:
    """Return a name as names are compared.

    Examples
    --------
    >>> folded_name("臺灣路１號　養老院（總院）") == folded_name("台湾路1号养老院 (总院)")
    True
    """
    plain = unicodedata.normalize("NFKC", name).translate(_simplified()).casefold()
    return re.sub(r"[\W_]+", "", plain)


def _reason(name: str, other: str) -> Bilingual:
    return told("problem.merged", other=shown(other), name=shown(name), metres=f"{SAME_PLACE_M:g}")


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    text = (configs_dir() / "simplified.txt").read_text(encoding="utf-8")
    pairs = (pair for line in text.splitlines() if not line.startswith("#") for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


def _same(facilities: gpd.GeoDataFrame, crs: str) -> NDArray[np.intp]:
    """Return a number for each entry that is equal where entries are the same."""
    count = len(facilities)
    names = facilities["name"].map(folded_name, na_action="ignore").replace("", None)
    candidates = np.flatnonzero(names.notna() & names.duplicated(keep=False))
    if len(candidates) == 0:
        return np.arange(count)
    shapes = facilities.geometry.iloc[candidates].to_crs(crs).to_numpy()
    one, other = candidates[shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SAME_PLACE_M)]
    codes = pd.factorize(names)[0]
    alike = (codes[one] == codes[other]) & _kinds_agree(facilities, one, other)
    links = coo_array((np.ones(alike.sum()), (one[alike], other[alike])), shape=(count, count))
    return connected_components(links, directed=False)[1]


def _kinds_agree(facilities: gpd.GeoDataFrame, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
    if "kind" not in facilities:
        return np.ones(len(one), dtype=bool)
    kinds = pd.factorize(facilities["kind"])[0]
    return (kinds[one] == kinds[other]) | (kinds[one] < 0) | (kinds[other] < 0)


def _dimension(facilities: gpd.GeoDataFrame) -> NDArray[np.int32]:
    return np.asarray(shapely.get_dimensions(facilities.geometry.to_numpy()))
