"""Small whole files of every format that is read, for the fuzzer to spoil, by the reader they are for."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import rasterio
import shapely

from osm_files import write_osm
from table_files import kml
from town_study import PLAN, STUDY

if TYPE_CHECKING:
    from pathlib import Path

SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


def corpus(folder: Path) -> dict[str, list[dict[str, bytes]]]:
    """Return for each target a few seeds; a seed is the files of one input, the one to be read first."""
    seeds = {
        "pbf": [_files(_streets(folder / "streets.osm.pbf"))],
        "osm": [_files(_streets(folder / "streets.osm"))],
        "tiff": [_files(_raster(folder / "people.tif"))],
        "gtfs": [{"feed.zip": _feed()}],
        "study": [{"study.yaml": STUDY.encode()}],
        "plan": [{"plan.yaml": PLAN.encode()}],
    }
    for target, suffix in (("geojson", ".geojson"), ("gpkg", ".gpkg"), ("fgb", ".fgb")):
        seeds[target] = [_files(_vector(table, folder / f"{name}{suffix}")) for name, table in _tables().items()]
    shapefiles = [_shapefile(table, folder / f"{name}.shp") for name, table in _tables().items()]
    seeds["shp"] = shapefiles
    seeds["zip"] = [{"layer.zip": _zipped(parts)} for parts in shapefiles]
    places = _tables()["places"]
    cells = pd.DataFrame(places.drop(columns="geometry")).assign(经度=places.geometry.x, 纬度=places.geometry.y)
    places.to_parquet(folder / "places.parquet")
    cells.to_excel(folder / "places.xlsx", index=False)
    wkt = pd.DataFrame(places.drop(columns="geometry")).assign(wkt=places.geometry.to_wkt())
    rows = zip(places["名称"], places["床位数"], shapely.get_coordinates(places.geometry).tolist(), strict=True)
    seeds |= {
        "parquet": [_files(folder / "places.parquet")],
        "xlsx": [_files(folder / "places.xlsx")],
        "csv": [
            {"places.csv": cells.to_csv(index=False).encode("utf-8-sig")},
            {"places.csv": wkt.to_csv(index=False).encode("gb18030")},
        ],
        "kml": [{"places.kml": kml(rows).encode()}],
    }
    return seeds


def bombs(folder: Path) -> dict[str, list[dict[str, bytes]]]:
    """Return inputs that are made to take time or memory rather than to be read."""
    zeros = b"\x00" * 20_000_000
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    aliases = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    turns = np.linspace(0, 2 * np.pi, 1_000_000)
    ring = np.column_stack([118.8 + 0.1 * np.cos(turns), 32 + 0.1 * np.sin(turns)]).round(7).tolist()
    places = [[1e308, -1e308], [float("1e400"), 32.0], [118.8, 32.0], [-0.0, 0.0]]
    deep = b"[" * 200_000 + b"]" * 200_000
    nested = "".join(f"{' ' * depth}k:\n" for depth in range(5_000))
    book = openpyxl.Workbook()
    book.active.append(["名称", "经度", "纬度"])
    book.active.cell(row=1_048_576, column=16_384, value="far")
    book.save(folder / "far.xlsx")
    xml = f'<?xml version="1.0"?><!DOCTYPE kml [{entities}]><kml><Document><name>&e9;</name></Document></kml>'
    outside = (
        '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]><osm version="0.6">&x;</osm>'
    )
    return {
        "zip": [{"layer.zip": _zipped({"a.shp": zeros, "a.dbf": zeros, "a.shx": zeros}, zipfile.ZIP_DEFLATED)}],
        "gtfs": [{"feed.zip": _zipped({"stops.txt": zeros}, zipfile.ZIP_DEFLATED)}],
        "xlsx": [
            {"bomb.xlsx": _zipped({"xl/worksheets/sheet1.xml": zeros * 4}, zipfile.ZIP_DEFLATED)},
            _files(folder / "far.xlsx"),
        ],
        "kml": [{"bomb.kml": xml.encode()}, {"deep.kml": b"<a>" * 300_000}],
        "osm": [{"bomb.osm": xml.replace("kml", "osm").encode()}, {"outside.osm": outside.encode()}],
        "geojson": [
            {"ring.geojson": _feature({"type": "Polygon", "coordinates": [ring]})},
            {"far.geojson": _feature({"type": "MultiPoint", "coordinates": places})},
            {"deep.geojson": b'{"type":"FeatureCollection","features":' + deep + b"}"},
        ],
        "study": [
            {"study.yaml": aliases.encode()},
            {"study.yaml": nested.encode()},
            {"study.yaml": deep},
            {"study.yaml": b"id: " + b"x" * 3_000_000},
        ],
        "plan": [{"plan.yaml": aliases.encode()}],
        "csv": [{"wide.csv": b"a," * 200_000 + b"\n" + b"1," * 200_000}, {"quote.csv": b'a,b\n"' + b"x\n" * 2_000_000}],
    }


def _files(*paths: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in paths}


def _tables() -> dict[str, gpd.GeoDataFrame]:
    lonlat = [(118.80 + n / 500, 32.0 + n / 900) for n in range(8)]
    facts = {"名称": [f"第{n}卫生站" for n in range(8)], "床位数": range(8), "人口": [10.5 * n for n in range(8)]}
    points = shapely.points(lonlat)
    return {
        "places": gpd.GeoDataFrame(facts, geometry=points, crs="EPSG:4326"),
        "parks": gpd.GeoDataFrame(facts, geometry=shapely.buffer(points, 0.001, quad_segs=2), crs="EPSG:4490"),
    }


def _vector(table: gpd.GeoDataFrame, path: Path) -> Path:
    pyogrio.write_dataframe(table, path)
    return path


def _shapefile(table: gpd.GeoDataFrame, path: Path) -> dict[str, bytes]:
    pyogrio.write_dataframe(table, path, encoding="GBK")
    return _files(*(path.with_suffix(suffix) for suffix in SHAPEFILE_PARTS))


def _zipped(parts: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _streets(path: Path) -> Path:
    nodes = {n + 1: (118.80 + n / 500, 32.0, {"barrier": "gate"} if n == 2 else {}) for n in range(8)}
    nodes[20] = (118.81, 32.001, {"amenity": "clinic", "name": "卫生站"})
    park = [(118.80, 32.01), (118.81, 32.01), (118.81, 32.02)]
    nodes |= {30 + n: place for n, place in enumerate(park)}
    ways = {
        1: ([1, 2, 3, 4], {"highway": "residential", "name": "长街"}),
        2: ([4, 5, 6, 7, 8], {"highway": "footway", "incline": "up"}),
        3: ([30, 31, 32, 30], {"leisure": "park", "name": "公园"}),
    }
    return write_osm(path, nodes, ways, {1: ([("w", 3, "outer")], {"type": "multipolygon", "landuse": "grass"})})


def _raster(path: Path) -> Path:
    shape = {"width": 20, "height": 16, "count": 1, "dtype": "float32", "nodata": -1}
    place = {"crs": "EPSG:4326", "transform": rasterio.Affine(0.002, 0, 118.79, 0, -0.002, 32.02)}
    with rasterio.open(path, "w", driver="GTiff", compress="deflate", **shape, **place) as raster:
        raster.write(np.arange(320, dtype=np.float32).reshape(16, 20), 1)
    return path


def _feed() -> bytes:
    rows = ["stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station"]
    rows += [f"s{n},站{n},{32 + n / 900},{118.8 + n / 500},{n % 3},{'s1' if n % 3 == 2 else ''}" for n in range(8)]
    return _zipped({"stops.txt": "\n".join(rows).encode(), "routes.txt": b"route_id\n1\n"})


def _feature(geometry: dict[str, object]) -> bytes:
    feature = {"type": "Feature", "properties": {"name": "x"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
