"""KML placemarks as a table: name, description, every named value, and the geometry.

GDAL's own reader turns Chinese names of values into underscores, which makes them indistinguishable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import shapely

from lifecircle.crs import WGS84
from lifecircle.errors import InputError
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES: Final = 500_000_000


class _Tree(ET.TreeBuilder):
    """A tree that refuses document types, through which a small file can blow up or reach for others."""

    def doctype(self, name: str, _public: str | None, _system: str | None) -> None:
        raise InputError(told("error.kml_document_type", name=name))


def read_kml(path: Path) -> gpd.GeoDataFrame:
    """Return one row per placemark, in the order of the file, WGS 84.

    A placemark without a geometry that can be built has a missing one.

    Raises
    ------
    InputError
        If the file is no KML, or larger than can be held at once.
    """
    if path.stat().st_size > MAX_BYTES:
        raise InputError(told("error.kml_too_large", path=path, megabytes=MAX_BYTES // 1_000_000))
    try:
        root = ET.parse(path, ET.XMLParser(target=_Tree())).getroot()  # noqa: S314 - document types are refused above
    except (ET.ParseError, InputError) as error:
        reason = error.message if isinstance(error, InputError) else error
        raise InputError(told("error.no_kml", path=path, reason=reason)) from error
    placemarks = root.findall(".//{*}Placemark")
    table = pd.DataFrame([_values(placemark) for placemark in placemarks], index=range(len(placemarks)))
    return gpd.GeoDataFrame(table, geometry=[_geometry(placemark) for placemark in placemarks], crs=WGS84)


def _values(placemark: ET.Element) -> dict[str, str]:
    values = {name: placemark.findtext(f"{{*}}{name}") for name in ("name", "description")}
    values |= {data.get("name", ""): data.findtext("{*}value") for data in placemark.findall(".//{*}Data")}
    values |= {data.get("name", ""): data.text for data in placemark.findall(".//{*}SimpleData")}
    return {name: value for name, value in values.items() if name and value is not None}


def _geometry(parent: ET.Element) -> Any:
    """Return the geometry of a placemark: one part as it is, several as a collection of their kind."""
    try:
        parts = list(_parts(parent))
    except (ValueError, shapely.GEOSException):
        return None
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _parts(parent: ET.Element) -> Iterator[Any]:
    for point in parent.findall(".//{*}Point"):
        yield shapely.Point(_positions(point)[0])
    for line in parent.findall(".//{*}LineString"):
        yield shapely.LineString(_positions(line))
    for polygon in parent.findall(".//{*}Polygon"):
        shell, *holes = (
            _positions(ring) for side in ("outer", "inner") for ring in polygon.findall(f"{{*}}{side}BoundaryIs")
        )
        yield shapely.Polygon(shell, holes)


def _positions(element: ET.Element) -> list[tuple[float, float]]:
    text = re.sub(r"\s*,\s*", ",", element.findtext(".//{*}coordinates", default=""))
    positions = [position.split(",") for position in text.split()]
    if not positions:
        raise ValueError
    return [(float(lon), float(lat)) for lon, lat, *_ in positions]
