"""The background of the map from the study's own data, and its optional pictures, each in two degrees of detail."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.crs import WGS84
from lifecircle.report.map.codec import packed
from lifecircle.report.map.shapes import MERCATOR, mercator, packed_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lifecircle.report.map.shapes import Frame, Geometries
    from lifecircle.study import Tiles

MARGIN_M: Final = 3000.0
"""How far beyond the areas the map is drawn: a 30-minute walk and a little more, Web Mercator metres."""

BAND_TOLERANCE_M: Final = 12.0


@dataclass(frozen=True)
class Detail:
    """How fine a picture is drawn.

    Attributes
    ----------
    tolerance_m : float
        Web Mercator metres by which a line may move.
    least_m : float
        Lines shorter than this, and polygons smaller than its square, are left out.
    """

    tolerance_m: float
    least_m: float


DETAILS: Final = (Detail(tolerance_m=38.0, least_m=230.0), Detail(tolerance_m=5.0, least_m=20.0))
"""Far and near: one pixel at zoom 12 is 38 m, and six of them are the smallest thing worth drawing."""


@dataclass(frozen=True)
class MapPictures:
    """What the map may show besides areas and facilities; everything may be absent.

    Attributes
    ----------
    water, green : GeoDataFrame, optional
        Polygons, and lines of rivers.
    streets : GeoDataFrame, optional
        Lines of the main streets.
    bands : GeoDataFrame, optional
        Isochrones: ``service``, ``walker``, ``minutes`` and the polygon of everything within them; ``run`` says whose
        they are when two runs are compared, 0 or 1.
    islands : GeoDataFrame, optional
        Streets that are cut off from the rest.
    problems : GeoDataFrame, optional
        Points with ``reason_zh`` and ``reason_en``, such as facilities far from any street. Positions of residents do
        not belong here.
    """

    water: gpd.GeoDataFrame | None = None
    green: gpd.GeoDataFrame | None = None
    streets: gpd.GeoDataFrame | None = None
    bands: gpd.GeoDataFrame | None = None
    islands: gpd.GeoDataFrame | None = None
    problems: gpd.GeoDataFrame | None = None

    def in_mercator(self, tiles: Tiles | None = None) -> MapPictures:
        """Return the pictures in the frame of the map and its background, so that several maps can be cut from them.

        Those that are in Web Mercator already stay as they are.
        """
        layers = {field.name: getattr(self, field.name) for field in fields(self)}
        return MapPictures(**{name: _projected(layer, tiles) for name, layer in layers.items() if layer is not None})


def _projected(layer: gpd.GeoDataFrame, tiles: Tiles | None) -> gpd.GeoDataFrame:
    if layer.crs == MERCATOR:
        return layer
    return layer.set_geometry(gpd.GeoSeries(mercator(layer.geometry, tiles), index=layer.index, crs=MERCATOR))


def window_around(geometries: Geometries) -> tuple[float, float, float, float]:
    """Return the rectangle in which the map is drawn: the areas' bounds and a margin, Web Mercator metres."""
    west, south, east, north = shapely.total_bounds(geometries)
    return west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M


def problem_points(problems: pd.DataFrame, facilities: gpd.GeoDataFrame, files: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the problems of facilities at their places, a point inside each; those of anything else have none.

    Parameters
    ----------
    problems : DataFrame
        As :mod:`lifecircle.problems` describes it; ``file`` is the facility's layer, or the file of the layer.
    facilities : GeoDataFrame
        All layers.
    files : mapping
        Layer to its file.
    """
    places = facilities[["layer", "facility_id", "geometry"]].astype({"layer": object, "facility_id": object})
    by_name = pd.concat([places.assign(file=places["layer"]), places.assign(file=places["layer"].map(files))])
    problems = problems[["file", "feature_id", "reason_zh", "reason_en"]].astype(object)
    found = problems.merge(by_name, left_on=["file", "feature_id"], right_on=["file", "facility_id"])
    points = shapely.point_on_surface(np.asarray(found["geometry"], dtype=object))
    return gpd.GeoDataFrame(found[["layer", "facility_id", "reason_zh", "reason_en"]], geometry=points, crs=WGS84)


def packed_pictures(pictures: MapPictures, frame: Frame, window: tuple[float, float, float, float]) -> dict[str, Any]:
    """Return the pictures that are there, ready for the page.

    Parameters
    ----------
    pictures : MapPictures
        As :meth:`MapPictures.in_mercator` gives them.
    frame : Frame
    window : tuple
        The rectangle outside which nothing is kept.

    Returns
    -------
    dict
        ``water``, ``green``, ``streets``, ``islands``: far and near, each with ``fills`` and ``lines``;
        ``bands``: service, walker, minutes and shape; ``problems``: positions and reasons.
    """
    content: dict[str, Any] = {}
    for name in ("water", "green", "streets", "islands"):
        layer = getattr(pictures, name)
        if layer is not None and len(layer) > 0:
            shapes = shapely.clip_by_rect(layer.geometry.to_numpy(), *window)
            content[name] = [_picture(shapes, frame, detail) for detail in DETAILS]
    if pictures.bands is not None and len(pictures.bands) > 0:
        content["bands"] = _bands(pictures.bands, frame, window)
    if pictures.problems is not None and len(pictures.problems) > 0:
        content["problems"] = _problems(pictures.problems, frame, window)
    return content


def _picture(shapes: Geometries, frame: Frame, detail: Detail) -> dict[str, dict[str, str]]:
    parts = shapely.get_parts(shapely.get_parts(shapes))
    dimension = shapely.get_dimensions(parts)
    fills = _simple(parts[dimension == 2], detail)  # noqa: PLR2004 - the dimension of a polygon
    lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts[dimension == 1])))
    return {
        "fills": packed_shapes(fills[shapely.area(fills) >= detail.least_m**2], frame, closed=True),
        "lines": packed_shapes(_simple(lines[shapely.length(lines) >= detail.least_m], detail), frame, closed=False),
    }


def _simple(shapes: Geometries, detail: Detail) -> Geometries:
    return np.asarray(shapely.simplify(shapes, detail.tolerance_m), dtype=object)


def _bands(bands: gpd.GeoDataFrame, frame: Frame, window: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """Return the isochrones from the widest to the narrowest, in the order in which they are drawn.

    Between two runs a few places change: a later run's isochrone names the parts that it repeats of the first run's,
    and holds the others.
    """
    bands = bands if "run" in bands else bands.assign(run=0)
    order = ["run", "service", "walker", "minutes"]
    ordered = bands.sort_values(order, ascending=[True, True, True, False], kind="stable")
    shapes = shapely.simplify(shapely.clip_by_rect(ordered.geometry.to_numpy(), *window), BAND_TOLERANCE_M)
    content: list[dict[str, Any]] = []
    known: dict[tuple[str, str, float], tuple[int, dict[bytes, int]]] = {}
    for row, shape in zip(ordered.itertuples(), shapes, strict=True):
        parts = shapely.get_parts(shape)
        texts = shapely.to_wkb(parts).tolist()
        key = (str(row.service), str(row.walker), float(row.minutes))
        band, first = known.setdefault(key, (len(content), {text: part for part, text in enumerate(texts)}))
        repeated = [first[text] for text in texts if text in first] if band < len(content) else []
        own = parts if not repeated else parts[[text not in first for text in texts]]
        content.append(
            {
                **dict(zip(("service", "walker", "minutes"), key, strict=True)),
                "run": int(row.run),
                "shape": packed_shapes(own, frame, closed=True),
                **({"repeats": {"band": band, "parts": packed(repeated)}} if repeated else {}),
            }
        )
    return content


def _problems(problems: gpd.GeoDataFrame, frame: Frame, window: tuple[float, float, float, float]) -> dict[str, Any]:
    points = shapely.point_on_surface(problems.geometry.to_numpy())
    inside = np.asarray(shapely.covers(shapely.box(*window), points))
    return {
        "xy": packed(np.diff(frame.on_grid(shapely.get_coordinates(points[inside])), axis=0, prepend=0)),
        "reasons": [
            {"zh": str(zh), "en": str(en)} for zh, en in problems.loc[inside, ["reason_zh", "reason_en"]].to_numpy()
        ],
    }
