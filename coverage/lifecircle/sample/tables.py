"""Tables of places as files of the formats that planning bureaus send, the same bytes for the same table."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyogrio
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

_STAMP: Final = "2025-01-01"
_ZIP_STAMP: Final = (2025, 1, 1, 0, 0, 0)
_DEGREES_DECIMALS: Final = 7


def write_table(table: gpd.GeoDataFrame, path: Path, encoding: str = "utf-8") -> None:
    """Write places in the format that the file's suffix names.

    Parameters
    ----------
    table : GeoDataFrame
        In the frame that the file is to have.
    path : Path
        ``.geojson``, ``.gpkg``, ``.parquet``, ``.zip`` (a Shapefile), ``.csv`` or ``.xlsx``; the last two get the
        columns ``lon`` and ``lat``, or what the table calls them, see :func:`with_positions`.
    encoding : str
        Of the text in a CSV or Shapefile.
    """
    _WRITERS[path.suffix](table, path, encoding)


def with_positions(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return points with their longitude and latitude in columns ``lon`` and ``lat``."""
    lonlat = shapely.get_coordinates(table.geometry)
    return table.assign(lon=lonlat[:, 0], lat=lonlat[:, 1])


def _csv(table: gpd.GeoDataFrame, path: Path, encoding: str) -> None:
    _cells(table).to_csv(path, index=False, encoding=encoding, lineterminator="\n")


def _xlsx(table: gpd.GeoDataFrame, path: Path, _encoding: str) -> None:
    _cells(table).to_excel(path, index=False, sheet_name="样例")
    _restamp(path)


def _parquet(table: gpd.GeoDataFrame, path: Path, _encoding: str) -> None:
    table.to_parquet(path, index=False)


def _geojson(table: gpd.GeoDataFrame, path: Path, _encoding: str) -> None:
    pyogrio.write_dataframe(table, path, driver="GeoJSON", COORDINATE_PRECISION=_DEGREES_DECIMALS)


def _gpkg(table: gpd.GeoDataFrame, path: Path, _encoding: str) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{_STAMP}T00:00:00Z"})
    try:
        pyogrio.write_dataframe(table, path, driver="GPKG", layer=path.stem)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _shapefile(table: gpd.GeoDataFrame, path: Path, encoding: str) -> None:
    with tempfile.TemporaryDirectory(prefix="lifecircle-") as folder:
        shape = Path(folder, f"{path.stem}.shp")
        pyogrio.write_dataframe(table, shape, driver="ESRI Shapefile", encoding=encoding, DBF_DATE_LAST_UPDATE=_STAMP)
        parts = sorted(Path(folder).iterdir())
        _zip(path, [(part.name, part.read_bytes()) for part in parts])


def _cells(table: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(table.drop(columns=table.geometry.name))


def _restamp(path: Path) -> None:
    """Write a workbook again without the times at which it was written."""
    with zipfile.ZipFile(path) as book:
        members = [(name, book.read(name)) for name in book.namelist() if name != "docProps/core.xml"]
        core = book.read("docProps/core.xml")
    started = core.split(b"<dcterms:created")[0]
    _zip(path, [*members, ("docProps/core.xml", started + b"</cp:coreProperties>")])


def _zip(path: Path, members: list[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, _ZIP_STAMP), content, zipfile.ZIP_DEFLATED)


_WRITERS: Final[dict[str, Callable[[Any, Path, str], None]]] = {
    ".csv": _csv,
    ".geojson": _geojson,
    ".gpkg": _gpkg,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
    ".zip": _shapefile,
}
