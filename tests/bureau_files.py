"""The same hundred and twenty care homes of a town in Nanjing, in the formats and frames that offices send them in."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from lifecircle.crs import to_lonlat
from lifecircle.inputs.gcj02 import wgs84_to_bd09, wgs84_to_gcj02
from osm_files import write_osm
from table_files import kml

if TYPE_CHECKING:
    from pathlib import Path

UTM, CORNER = "EPSG:32650", np.array([667_000.0, 3_545_000.0])
SIDE, STEP_M = 28, 125.0
COUNT = 120


@lru_cache(maxsize=1)
def streets():
    """Return the ends of the streets, (m, 2, 2) longitudes and latitudes: a bent lattice of 3.4 km, with gaps."""
    rng = np.random.default_rng(7)
    nodes = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1) * STEP_M + rng.uniform(
        -40, 40, (SIDE, SIDE, 2)
    )
    across = np.stack([nodes[:, :-1], nodes[:, 1:]], axis=2).reshape(-1, 2, 2)
    along = np.stack([nodes[:-1], nodes[1:]], axis=2).reshape(-1, 2, 2)
    segments = np.concatenate([across, along])
    kept = segments[rng.random(len(segments)) < 0.85] + CORNER
    return to_lonlat(kept.reshape(-1, 2), UTM).reshape(-1, 2, 2)


@lru_cache(maxsize=1)
def homes():
    """Return the care homes, 5 to 45 m beside streets, in WGS 84."""
    rng = np.random.default_rng(8)
    segments = shapely.get_coordinates(gpd.GeoSeries(shapely.linestrings(streets()), crs="EPSG:4326").to_crs(UTM))
    start, end = segments.reshape(-1, 2, 2)[rng.choice(len(streets()), COUNT, replace=False)].transpose(1, 0, 2)
    aside = (end - start)[:, ::-1] * [-1, 1] / np.hypot(*(end - start).T)[:, None]
    beside = aside * (rng.choice([-1, 1], COUNT) * rng.triangular(5, 12, 45, COUNT))[:, None]
    lonlat = to_lonlat(start + rng.random((COUNT, 1)) * (end - start) + beside, UTM)
    columns = {"名称": [f"第{n}颐养苑" for n in range(1, COUNT + 1)], "床位数": rng.integers(10, 200, COUNT)}
    return gpd.GeoDataFrame(columns, geometry=shapely.points(lonlat), crs="EPSG:4326")


def write_streets(path: Path) -> Path:
    """Write the streets as an OpenStreetMap extract."""
    ends, of_end = np.unique(streets().reshape(-1, 2), axis=0, return_inverse=True)
    nodes = {at + 1: tuple(lonlat) for at, lonlat in enumerate(ends.tolist())}
    pairs = of_end.reshape(-1, 2) + 1
    return write_osm(
        path, nodes, {at + 1: (pair, {"highway": "residential"}) for at, pair in enumerate(pairs.tolist())}
    )


def write_bureau_files(folder: Path) -> list[Path]:
    """Write the care homes in every format, frame and encoding, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    table = homes()
    lonlat = shapely.get_coordinates(table.geometry)
    for name, crs, encoding in (
        ("gbk_4490.shp", "EPSG:4490", "GBK"),
        ("gbk_4548_without_cpg.shp", "EPSG:4548", "GBK"),
        ("utf8_4549.shp", "EPSG:4549", "UTF-8"),
        ("utf8_4527_without_cpg.shp", "EPSG:4527", "UTF-8"),
    ):
        pyogrio.write_dataframe(table.to_crs(crs), folder / name, encoding=encoding)
        if "without" in name:
            (folder / name).with_suffix(".cpg").unlink()
    for name, crs in (("wgs84.gpkg", "EPSG:4326"), ("wgs84.geojson", "EPSG:4326"), ("4549.fgb", "EPSG:4549")):
        pyogrio.write_dataframe(table.to_crs(crs), folder / name)
    table.to_crs("EPSG:4490").to_parquet(folder / "4490.parquet")
    table.set_geometry(shapely.points(wgs84_to_gcj02(lonlat))).to_file(folder / "gcj02_said_to_be_wgs84.gpkg")
    rows = zip(table["名称"], table["床位数"], lonlat.tolist(), strict=True)
    (folder / "wgs84.kml").write_text(kml(rows), encoding="utf-8")
    _zipped(table.to_crs("EPSG:4528"), folder / "gbk_4528.zip")
    _write_cells(table, lonlat, folder)
    return sorted(path for path in folder.iterdir() if path.suffix not in {".cpg", ".dbf", ".prj", ".shx"})


def _write_cells(table: gpd.GeoDataFrame, lonlat: np.ndarray, folder: Path) -> None:
    cells = pd.DataFrame(table.drop(columns="geometry"))

    def degrees(places: np.ndarray) -> pd.DataFrame:
        return cells.assign(经度=places[:, 0], 纬度=places[:, 1])

    def metres(crs: str) -> np.ndarray:
        return shapely.get_coordinates(table.to_crs(crs).geometry)

    degrees(lonlat).to_csv(folder / "wgs84.csv", index=False, encoding="utf-8-sig")
    degrees(wgs84_to_gcj02(lonlat)).to_csv(folder / "gcj02.csv", index=False, encoding="gb18030")
    degrees(wgs84_to_bd09(lonlat)).to_excel(folder / "bd09.xlsx", index=False)
    cells.assign(wkt=table.geometry.to_wkt()).to_csv(folder / "wkt.csv", index=False, encoding="utf-8")
    plain, prefixed = metres("EPSG:4549"), metres("EPSG:4528")
    # As surveyors write it: x points north.
    cells.assign(X坐标=plain[:, 1], Y坐标=plain[:, 0]).to_csv(folder / "4549_x_north.csv", index=False)
    cells.assign(X坐标=prefixed[:, 0], Y坐标=prefixed[:, 1]).to_excel(folder / "4528.xlsx", index=False)


def _zipped(table: gpd.GeoDataFrame, path: Path) -> None:
    inside = path.with_suffix("") / "养老.shp"
    inside.parent.mkdir()
    pyogrio.write_dataframe(table, inside, encoding="GBK")
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(inside.parent.iterdir()):
            archive.write(part, part.name)
            part.unlink()
    inside.parent.rmdir()
