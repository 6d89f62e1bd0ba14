"""One small table of facilities written in every format that is read, as offices and map programs write it."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

NAMES = ("玄武养老院", "=1+1 护理院", "高淳敬老院")
BEDS = (120, 40, 80)
LONLAT = ((118.8, 32.06), (118.75, 32.03), (118.87, 31.33))


def places(**columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """Return the three places with Chinese column names, or with other columns."""
    columns = columns or {"名称": NAMES, "床位数": BEDS}
    return gpd.GeoDataFrame(columns, geometry=shapely.points(LONLAT), crs="EPSG:4326")


def write_places(path: Path) -> Path:
    """Write the three places in the format that the path's name says."""
    table = places()
    if path.suffix == ".kml":
        path.write_text(kml(zip(NAMES, BEDS, LONLAT, strict=True)), encoding="utf-8")
    elif path.suffix in {".parquet", ".geoparquet"}:
        table.to_parquet(path)
    elif path.suffix == ".csv":
        flat(table).to_csv(path, index=False, encoding="utf-8-sig")
    elif path.suffix == ".xlsx":
        write_workbook(path, {"养老": [list(flat(table).columns), *flat(table).to_numpy().tolist()]})
    elif path.suffix == ".zip":
        shapefile = write_shapefile(path.with_name("养老.shp"), table, "GBK")
        with zipfile.ZipFile(path, "w") as archive:
            for part in shapefile.parent.glob("养老.*"):
                if part != path:
                    archive.write(part, f"data/{part.name}")
    elif path.suffix == ".shp":
        write_shapefile(path, table, "UTF-8")
    else:
        pyogrio.write_dataframe(table, path, driver="GeoJSON" if path.suffix == ".json" else None)
    return path


def flat(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a table of points with columns of longitude and latitude in place of geometry."""
    return pd.DataFrame(table.drop(columns="geometry")).assign(经度=table.geometry.x, 纬度=table.geometry.y)


def write_shapefile(path: Path, table: gpd.GeoDataFrame, encoding: str, *, cpg: bool = True) -> Path:
    """Write a Shapefile in an encoding, with or without the file that says which."""
    pyogrio.write_dataframe(table, path, encoding=encoding)
    if not cpg:
        path.with_suffix(".cpg").unlink()
    return path


def write_workbook(path: Path, sheets: dict[str, Iterable[Sequence[Any]]]) -> Path:
    """Write the rows of each sheet; text that looks like a formula stays text."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, cells in enumerate(rows, start=1):
            for place, value in enumerate(cells, start=1):
                cell = sheet.cell(number, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    book.close()
    return path


def kml(rows: Iterable[tuple[str, int, tuple[float, float]]]) -> str:
    """Return placemarks with a named value each."""
    placemarks = "".join(
        f"<Placemark><name>{name}</name>"
        f'<ExtendedData><Data name="床位数"><value>{beds}</value></Data></ExtendedData>'
        f"<Point><coordinates>{lon},{lat},0</coordinates></Point></Placemark>"
        for name, beds, (lon, lat) in rows
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<Folder><name>养老</name>{placemarks}</Folder></Document></kml>"
    )


def write_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write text as it is."""
    path.write_bytes(text.encode(encoding))
    return path
