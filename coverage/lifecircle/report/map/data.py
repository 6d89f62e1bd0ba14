"""Everything a map shows, built once from the tables of a run and written as often as needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from lifecircle.errors import ReportError
from lifecircle.messages import told
from lifecircle.report.map.basemap import MapPictures, packed_pictures, window_around
from lifecircle.report.map.runs import run_content
from lifecircle.report.map.shapes import Frame, frame_around, mercator, outlines, packed_shapes
from lifecircle.scores.membership import GROUP, group_areas, membership
from lifecircle.study import CITY, LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from lifecircle.plan import Plan
    from lifecircle.report.map.runs import MapRun, RunContent
    from lifecircle.report.map.shapes import Geometries
    from lifecircle.study import Group, Study

MOST_RUNS: Final = 2


@dataclass(frozen=True)
class Opening:
    """What a map shows when it is opened.

    Attributes
    ----------
    theme : str
        What the areas are coloured by, as the page names it: ``standard/<plan>/<standard>``.
    layers : tuple of str
        Layers of facilities that are switched on.
    """

    theme: str = ""
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapData:
    """What one map shows, reduced to areas: no position of a resident is in it.

    Attributes
    ----------
    study : Study
        Its name, date, credits, and whether it is synthetic.
    plans : tuple of Plan
    frame : Frame
        Origin of the grid on which everything lies.
    areas : DataFrame
        A rows: ``level``, ``area_id``, ``name``, ``parent`` (row or -1), ``people``; the first one is the whole.
    outlines : dict
        Packed polygons of the areas.
    anchors : (A, 2) array
        A grid position inside each area.
    runs : tuple of RunContent
        One, or two to compare.
    pictures : dict
        Packed basemap and optional pictures.
    opens : Opening
        What is shown first; the page's own choice where it says nothing.
    """

    study: Study
    plans: tuple[Plan, ...]
    frame: Frame
    areas: pd.DataFrame
    outlines: dict[str, str]
    anchors: NDArray[np.int64]
    runs: tuple[RunContent, ...]
    pictures: dict[str, Any]
    opens: Opening = Opening()


def map_data(
    study: Study,
    areas: gpd.GeoDataFrame,
    plans: Sequence[Plan],
    runs: Sequence[MapRun],
    *,
    pictures: MapPictures | None = None,
    area_id: str = CITY,
) -> MapData:
    """Build the content of a map.

    Parameters
    ----------
    study : Study
        Name, date, credits, groups, and the background on which everything is shown.
    areas : GeoDataFrame
        Areas of all levels, WGS 84.
    plans : sequence of Plan
        The plans of the results.
    runs : sequence of MapRun
        One run, or two to compare; both speak of the same areas.
    pictures : MapPictures, optional
        Basemap, isochrones, islands, problems.
    area_id : str
        The area that the map is about: the city, or one district.

    Raises
    ------
    ReportError
        If there is no such area, or a number of runs that a map cannot show.
    """
    if not 1 <= len(runs) <= MOST_RUNS:
        raise ReportError(f"map: shows one run, or two to compare, not {len(runs)}. Choose the runs.")
    levels = [level for level in LEVELS if level == CITY or all(f"{level}_id" in run.residents for run in runs)]
    chosen = _with_everything_inside(areas[areas["level"].isin(levels)], area_id)
    groups = study.groups if area_id == CITY else {}
    shapes = outlines(chosen, mercator(chosen.geometry, study.tiles))
    frame, window = frame_around(shapes), window_around(shapes)
    shapes = np.concatenate([shapes, _group_shapes(chosen, shapes, groups)])
    contents, people = [], np.zeros(len(shapes))
    for run in runs:
        inside = replace(run, residents=_residents_inside(run.residents, chosen))
        belonging = membership(inside.residents, chosen, groups)
        contents.append(run_content(inside, plans, belonging, frame, window, study.tiles))
        people = people if len(contents) > 1 else belonging.sums(inside.residents["population"].to_numpy(np.float64))
    return MapData(
        study=study,
        plans=tuple(plans),
        frame=frame,
        areas=pd.DataFrame(
            {
                "level": [*chosen["level"], *(GROUP for _ in groups)],
                "area_id": [*chosen["area_id"], *groups],
                "name": [*chosen["name"], *(group.name for group in groups.values())],
                "parent": [*chosen["parent"], *(-1 for _ in groups)],
                "people": people,
            }
        ),
        outlines=packed_shapes(shapes, frame, closed=True),
        anchors=frame.on_grid(shapely.get_coordinates(shapely.point_on_surface(shapes))),
        runs=tuple(contents),
        pictures=packed_pictures((pictures or MapPictures()).in_mercator(study.tiles), frame, window),
    )


def _with_everything_inside(areas: gpd.GeoDataFrame, area_id: str) -> gpd.GeoDataFrame:
    """Return an area and all areas inside it, from the largest level to the smallest, each with its parent's row."""
    inside = areas["area_id"] == area_id
    if not inside.any():
        raise ReportError(told("error.no_such_area", area=repr(area_id)))
    for _ in LEVELS:
        inside |= areas["parent_id"].isin(areas.loc[inside, "area_id"]) | (area_id == CITY)
    rank = areas["level"].map({level: rank for rank, level in enumerate(LEVELS)})
    chosen: gpd.GeoDataFrame = areas[inside].iloc[np.argsort(rank[inside], kind="stable")].reset_index(drop=True)
    return chosen.assign(parent=pd.Index(chosen["area_id"]).get_indexer(chosen["parent_id"]))


def _residents_inside(residents: gpd.GeoDataFrame, chosen: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    whole = chosen.iloc[0]
    if whole["level"] == CITY:
        return residents
    inside: gpd.GeoDataFrame = residents[residents[f"{whole['level']}_id"] == whole["area_id"]]
    return inside.reset_index(drop=True)


def _group_shapes(chosen: gpd.GeoDataFrame, shapes: Geometries, groups: Mapping[str, Group]) -> Geometries:
    """Return the outline of each group: the union of its areas."""
    unions = np.full(len(groups), None, dtype=object)
    for row, (group_id, group) in enumerate(groups.items()):
        unions[row] = shapely.union_all(shapes[group_areas(chosen, group_id, group).index])
    return unions
