"""Small whole files of every kind that is read, for the fuzzer to spoil, by the reader they are for."""

from __future__ import annotations

import json
import tempfile
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import osmnx as ox
import pandas as pd
import pyogrio
import rasterio
import shapely

from lifecircle.configs import configs_dir
from lifecircle.network.exchange import to_osmnx
from lifecircle.network.store import save_network
from lifecircle.report.folder import write_tables
from lifecircle.report.manifest import MANIFEST, write_manifest
from lifecircle.run import _manifest, analyse, read_ground
from lifecircle.study import read_study
from osm_files import write_osm
from table_files import kml
from town_study import PLAN, STUDY, write_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from lifecircle.run import Ground

    Seeds = Callable[[Path], list[dict[str, bytes]]]

BATCH = "name: {zh: 两城, en: Two cities}\nstudies: [study.yaml]\n"
SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


CHANGES = """
id: bridge
name: {zh: 桥, en: Bridge}
add:
  - {layer: clinic, id: k9, at: [118.82, 32.0], name: 新站, attributes: {beds: 40, level: 4A}}
move: [{layer: culture, facility: l1, to: [118.80, 32.0]}]
close: [{layer: clinic, facility: k1}]
streets: [{along: [[118.80, 32.0], [118.80, 32.01]], name: 新桥, bridge: true}]
gates: [{at: [118.81, 32.0]}]
housing: [{id: h1, at: [118.815, 32.0], population: 900, attributes: {households: 300}}]
"""


def corpus(folder: Path, target: str) -> list[dict[str, bytes]]:
    """Return a few seeds of a target; a seed is the files of one input, the one to be read first."""
    return _SEEDS[target](folder)


def _vectors(suffix: str) -> Seeds:
    return lambda folder: [_files(_vector(table, folder / f"{name}{suffix}")) for name, table in _tables().items()]


def _shapefiles(folder: Path) -> list[dict[str, bytes]]:
    return [_shapefile(table, folder / f"{name}.shp") for name, table in _tables().items()]


def _cells() -> pd.DataFrame:
    places = _tables()["places"]
    return pd.DataFrame(places.drop(columns="geometry")).assign(经度=places.geometry.x, 纬度=places.geometry.y)


def _csv(folder: Path) -> list[dict[str, bytes]]:
    del folder
    places = _tables()["places"]
    wkt = pd.DataFrame(places.drop(columns="geometry")).assign(wkt=places.geometry.to_wkt())
    return [
        {"places.csv": _cells().to_csv(index=False).encode("utf-8-sig")},
        {"places.csv": wkt.to_csv(index=False).encode("gb18030")},
    ]


def _xlsx(folder: Path) -> list[dict[str, bytes]]:
    _cells().to_excel(folder / "places.xlsx", index=False)
    return [_files(folder / "places.xlsx")]


def _parquet(folder: Path) -> list[dict[str, bytes]]:
    _tables()["places"].to_parquet(folder / "places.parquet")
    return [_files(folder / "places.parquet")]


def _kml(folder: Path) -> list[dict[str, bytes]]:
    del folder
    places = _tables()["places"]
    rows = zip(places["名称"], places["床位数"], shapely.get_coordinates(places.geometry).tolist(), strict=True)
    return [{"places.kml": kml(rows).encode()}]


def _figures(folder: Path) -> list[dict[str, bytes]]:
    """Return tables of people and of supplied figures by area."""
    del folder
    people = pd.DataFrame({"community": ["西", "东"], "population": [900, 400], "pop_60_plus": [120.5, 80]})
    columns = {"indicator": ["vaccinated"] * 3, "area": ["city", "西", "东"], "year": [2024, 2024, 2023]}
    supplied = pd.DataFrame({**columns, "value": [99.0, 98.5, 97], "source": "公报"})
    return [{"figures.csv": table.to_csv(index=False).encode()} for table in (people, supplied)]


def _lines(folder: Path) -> list[dict[str, bytes]]:
    lines = [shapely.LineString([(118.80 + n / 500, 32.0), (118.802 + n / 500, 32.0)]) for n in range(6)]
    lines.append(shapely.LineString([(118.803, 31.99), (118.803, 32.01)]))
    facts = {"name": [f"{n}号路" for n in range(7)], "highway": ["residential"] * 6 + ["steps"], "foot": ["yes"] * 7}
    streets = gpd.GeoDataFrame(facts, geometry=lines, crs="EPSG:4326")
    return [_files(_vector(streets, folder / f"streets{suffix}")) for suffix in (".geojson", ".gpkg")]


def _graph(folder: Path) -> list[dict[str, bytes]]:
    ox.save_graphml(to_osmnx(town().network), folder / "streets.graphml")
    return [_files(folder / "streets.graphml")]


def _network(folder: Path) -> list[dict[str, bytes]]:
    save_network(town().network, folder / "streets.npz")
    return [_files(folder / "streets.npz")]


def _candidates(folder: Path) -> list[dict[str, bytes]]:
    sites = pd.DataFrame({"name": ["甲", "乙"], "cost": [10, 20.5], "capacity": [40, 60]})
    sites = sites.assign(lon=[118.81, 118.82], lat=32.0)
    plots = gpd.GeoDataFrame(
        {"name": ["甲", "乙"], "cost": [10, 20]},
        geometry=[shapely.box(118.81, 31.999, 118.812, 32.001), shapely.box(118.82, 31.999, 118.821, 32.001)],
        crs="EPSG:4326",
    )
    return [
        {"sites.csv": sites.to_csv(index=False).encode()},
        _files(_vector(plots, folder / "land.geojson")),
    ]


def _any_table(folder: Path) -> list[dict[str, bytes]]:
    """Return one of every kind of file that a city may find in its folder."""
    return [corpus(folder, target)[-1] for target in ("csv", "geojson", "gpkg", "shp", "xlsx", "pbf", "tiff", "gtfs")]


def _run_folder(folder: Path) -> list[dict[str, bytes]]:
    """Return what is read of the folder of a finished run."""
    analysis = analyse(read_study(write_town(folder / "town")))
    run = folder / "run"
    run.mkdir()
    write_tables(analysis.findings, run, "en")
    facts = _manifest(analysis, "en")
    facts["parameters"]["study_file"] = "gone.yaml"
    write_manifest(facts, run)
    tables = sorted(path.name for path in run.glob("*.parquet"))
    return [_files(*(run / name for name in (MANIFEST, "plans.json", "ranking.csv", "problems.csv", *tables)))]


@cache
def town() -> Ground:
    """Return a town's files and streets."""
    with tempfile.TemporaryDirectory() as folder:
        return read_ground(read_study(write_town(Path(folder))))


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
        "changes": [{"changes.yaml": aliases.encode()}, {"changes.yaml": deep}],
        "batch": [{"batch.yaml": aliases.encode()}],
        "run": [{"manifest.json": deep}],
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
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)  # of 1980, whatever the clock says
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


_SEEDS: dict[str, Seeds] = {
    "batch": lambda _: [{"batch.yaml": BATCH.encode(), "study.yaml": STUDY.encode()}],
    "cache": _network,
    "changes": lambda _: [{"changes.yaml": CHANGES.encode()}],
    "csv": _csv,
    "fgb": _vectors(".fgb"),
    "figures": _figures,
    "geojson": _vectors(".geojson"),
    "gpkg": _vectors(".gpkg"),
    "graph": _graph,
    "gtfs": lambda _: [{"feed.zip": _feed()}],
    "init": _any_table,
    "kml": _kml,
    "lines": _lines,
    "osm": lambda folder: [_files(_streets(folder / "streets.osm"))],
    "parquet": _parquet,
    "pbf": lambda folder: [_files(_streets(folder / "streets.osm.pbf"))],
    "plan": lambda _: [{"plan.yaml": PLAN.encode()}],
    "run": _run_folder,
    "settings": lambda _: [_files(configs_dir() / f"{name}.yaml") for name in ("walkers", "walking")],
    "shp": _shapefiles,
    "sites": _candidates,
    "study": lambda _: [{"study.yaml": STUDY.encode()}],
    "tiff": lambda folder: [_files(_raster(folder / "people.tif"))],
    "xlsx": _xlsx,
    "zip": lambda folder: [{"layer.zip": _zipped(parts)} for parts in _shapefiles(folder)],
}
