"""How exactly inputs come through: coordinates there and back, people by area, and an extract cut while it is read.

    python benchmarks/inputs.py [small|full]

Prints the largest error of every frame over a grid of Nanjing; the largest relative error of the people of any area, of
rasters (against the overlay of all cells with the areas) and of spread totals, in two real cities and the sample; and
seconds and peak memory of reading the sample's streets as a whole and cut to one district.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import rasterio
import shapely

from lifecircle.crs import WGS84, geodesic_m, metric_crs, to_lonlat, to_metric
from lifecircle.inputs.dasymetric import spread_people
from lifecircle.inputs.extent import bounds_around
from lifecircle.inputs.gcj02 import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from lifecircle.inputs.rasters import residents_from_raster
from lifecircle.sample import write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(os.environ.get("LIFECIRCLE_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data")
NANJING = (118.2, 31.1, 119.4, 32.7)
CELL_M = 97.0
FARTHEST_M = 1800.0
READING = """
import resource, sys, time
from pathlib import Path
from lifecircle.inputs.osm_streets import read_osm_ways
bounds = tuple(map(float, sys.argv[2:])) or None
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
ways, _ = read_osm_ways(Path(sys.argv[1]), "streets", bounds)
mebibytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(f"{len(ways):>10,}{time.perf_counter() - start:>10.2f}{mebibytes:>10.0f}")
"""


def round_trips() -> Iterator[tuple[str, float]]:
    """Yield each frame and by how many metres a position is farthest off after the way there and back."""
    west, south, east, north = NANJING
    lon, lat = np.meshgrid(np.linspace(west, east, 300), np.linspace(south, north, 300))
    grid = np.column_stack([lon.ravel(), lat.ravel()])
    frames = {"GCJ-02": (wgs84_to_gcj02, gcj02_to_wgs84), "BD-09": (wgs84_to_bd09, bd09_to_wgs84)}
    for name, (there, back) in frames.items():
        yield name, float(geodesic_m(back(there(grid)), grid).max())
    for code in ("EPSG:4548", "EPSG:4549", "EPSG:4527", "EPSG:4528"):
        yield code, float(geodesic_m(to_lonlat(to_metric(grid, code), code), grid).max())


def cities(sample: Path) -> Iterator[tuple[str, gpd.GeoDataFrame, gpd.GeoDataFrame]]:
    """Yield name, areas with people, and residential buildings."""
    nobody = gpd.GeoDataFrame(geometry=[], crs=WGS84)
    squares = gpd.read_file(DATA / "helsinki" / "helsinki_population_grid_2020.gpkg")
    houses = _buildings(DATA / "helsinki" / "Helsinki.osm.pbf")
    yield "Helsinki", squares.assign(area_id=squares["id"].astype(str)), houses
    hexagons = pd.read_csv(DATA / "porto_alegre" / "poa_hexgrid.csv")
    points = shapely.multipoints(hexagons[["lon", "lat"]].to_numpy())
    around = shapely.get_parts(shapely.voronoi_polygons(points, ordered=True))
    areas = gpd.GeoDataFrame(
        {"area_id": hexagons["id"].astype(str), "population": hexagons["population"].astype(float)},
        geometry=shapely.intersection(around, shapely.convex_hull(points)), crs=WGS84,
    )  # fmt: skip
    yield "Porto Alegre", areas, _buildings(DATA / "porto_alegre" / "poa_osm.pbf")
    communities = gpd.read_file(sample / "communities.gpkg").to_crs(WGS84)
    people = pd.read_parquet(sample / "residents.parquet").groupby("community_id")["population"].sum()
    communities["area_id"] = communities["area_id"].astype(str)
    yield "sample", communities.assign(population=communities["area_id"].map(people)), nobody


def _buildings(extract: Path) -> gpd.GeoDataFrame:
    factory = osmium.geom.WKBFactory()
    found = osmium.FileProcessor(extract).with_areas().with_filter(osmium.filter.KeyFilter("building"))
    shapes = [factory.create_multipolygon(area) for area in found if area.is_area()]
    return gpd.GeoDataFrame(geometry=shapely.from_wkb(np.array(shapes, dtype=object)), crs=WGS84)


def raster_error(areas: gpd.GeoDataFrame, folder: Path) -> tuple[int, float]:
    """Return the cells of a raster of random people, and the largest relative error of the people of an area."""
    crs = metric_crs(areas.total_bounds.reshape(2, 2))
    flat = areas.to_crs(crs)
    west, south, east, north = flat.total_bounds
    size = max(CELL_M, np.sqrt((east - west) * (north - south) / 250_000))
    columns, rows = int((east - west) / size) + 2, int((north - south) / size) + 2
    people = np.random.default_rng(3).gamma(0.4, 30.0, (rows, columns))
    place = rasterio.Affine(size, 0, west - 0.4 * size, 0, -size, north + 0.3 * size)
    profile = {"driver": "GTiff", "width": columns, "height": rows, "count": 1, "dtype": "float64"}
    with rasterio.open(folder / "people.tif", "w", crs=crs, transform=place, **profile) as file:
        file.write(people, 1)
    residents, _ = residents_from_raster(folder / "people.tif", areas)
    x, y = place.c + size * np.arange(columns), place.f - size * np.arange(rows)
    cells = shapely.box(x, (y - size)[:, None], x + size, y[:, None]).ravel()
    cell, area = shapely.STRtree(flat.geometry.to_numpy()).query(cells, predicate="intersects")
    shared = shapely.area(shapely.intersection(cells[cell], flat.geometry.to_numpy()[area])) / size**2
    expected = np.bincount(area, people.ravel()[cell] * shared, len(areas))
    return people.size, _largest(residents, areas["area_id"], expected)


def spread_error(areas: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame) -> tuple[int, float]:
    """Return the resident points that totals are spread over, and the largest relative error of an area."""
    peopled = areas[areas["population"] > 0].reset_index(drop=True)
    residents, _ = spread_people(peopled[["area_id", "population", "geometry"]], buildings)
    return len(residents), _largest(residents, peopled["area_id"], peopled["population"].to_numpy(np.float64))


def _largest(residents: gpd.GeoDataFrame, area_id: pd.Series, expected: np.ndarray) -> float:
    found = residents.groupby("area_id")["population"].sum().reindex(area_id).fillna(0.0).to_numpy()
    inhabited = expected > 0
    return float(np.abs(found[inhabited] / expected[inhabited] - 1).max())


def main() -> None:
    scale = sys.argv[1] if len(sys.argv) > 1 else "small"
    print(f"{'there and back':<16}{'largest error, m':>20}")
    for name, error_m in round_trips():
        print(f"{name:<16}{error_m:>20.1e}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(folder / "sample", scale)
        print(f"\n{'people by area':<16}{'areas':>8}{'cells':>10}{'raster':>10}{'points':>10}{'totals':>10}")
        for city, areas, buildings in cities(folder / "sample"):
            cells, in_raster = raster_error(areas, folder)
            points, in_totals = spread_error(areas, buildings)
            print(
                f"{city:<16}{len(areas):>8,}{cells:>10,}{in_raster:>10.1e}{points:>10,}{in_totals:>10.1e}", flush=True
            )
        extract = folder / "sample" / "streets.osm.pbf"
        district = gpd.read_file(folder / "sample" / "districts.geojson").geometry.iloc[0]
        bounds = bounds_around(district.bounds, FARTHEST_M)
        print(f"\n{'streets':<16}{'ways':>10}{'seconds':>10}{'MiB more':>10}")
        for what, cut in (("whole", ()), ("one district", bounds)):
            words = [sys.executable, "-c", READING, str(extract), *map(str, cut)]
            told = subprocess.run(words, check=True, capture_output=True, text=True).stdout.rstrip()
            print(f"{what:<16}{told}")


if __name__ == "__main__":
    main()
