"""How many wrong frames are found, and how many right ones are doubted, by layer and number of places.

Real layers are shifted as undeclared GCJ-02, BD-09 and twice applied GCJ-02 would shift them: in Wuhan by the formulas,
elsewhere, where these do nothing, by their mean shifts in Nanjing. Wuhan's places are made up beside real streets.

    python benchmarks/frames.py [trials]
"""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely

from lifecircle.crs import WGS84, to_lonlat, to_metric
from lifecircle.inputs.alignment import Surroundings, street_segments, surroundings
from lifecircle.inputs.collect import collect
from lifecircle.inputs.frames import SWAPPED, TWICE, ZONE_117, ZONE_120, best_frame, detect_frame
from lifecircle.inputs.gcj02 import wgs84_to_bd09, wgs84_to_gcj02
from lifecircle.inputs.osm_places import facility_layers, osm_places
from lifecircle.inputs.positions import point_of
from lifecircle.inputs.streets import read_ways
from lifecircle.sample import write_sample
from lifecircle.study import Source, read_study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    LonLat = NDArray[np.float64]
    Transform = Callable[[LonLat], LonLat]

DATA = Path(os.environ.get("LIFECIRCLE_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data")
NANJING_SHIFTS_M = {"GCJ-02": (494.0, -225.0), "BD-09": (1109.0, 439.0), TWICE: (988.0, -450.0)}
SHIFTED = {
    "GCJ-02": wgs84_to_gcj02,
    "BD-09": wgs84_to_bd09,
    TWICE: lambda lonlat: wgs84_to_gcj02(wgs84_to_gcj02(lonlat)),
}
SIZES = (10, 20, 30, 40, 80, 160)


@dataclass(frozen=True)
class Layer:
    """Places in their true frame, what they are held against, and the frames that a file could be in."""

    name: str
    around: Surroundings
    draw: Callable[[np.random.Generator, int], LonLat]
    wrong: Mapping[str, Transform]
    found: Callable[[LonLat], str]


def rates(layer: Layer, n: int, trials: int, seed: int) -> str:
    """Return one row of the table, percentages over the trials."""
    rng = np.random.default_rng(seed)
    right = [layer.found(layer.draw(rng, n)) for _ in range(trials)]
    wrong = [
        (name, layer.found(shift(layer.draw(rng, n)))) for name, shift in layer.wrong.items() for _ in range(trials)
    ]
    flagged = np.mean([found not in {"undecided", WGS84} for _, found in wrong])
    named = np.mean([found == name for name, found in wrong])
    alarms = np.mean([found not in {"undecided", WGS84} for found in right])
    unsure = np.mean([found == "undecided" for found in right])
    shares = "".join(f"{100 * share:10.1f}" for share in (flagged, named, alarms, unsure))
    return f"{layer.name:<44}{n:>5}{shares}"


def moved(crs: str, shift_m: tuple[float, float]) -> Transform:
    return lambda lonlat: to_lonlat(to_metric(lonlat, crs) + shift_m, crs)


def abroad(name: str, around: Surroundings, places: LonLat, noise_m: float = 0.0) -> Layer:
    """Return a layer outside China, whose wrong frames are rigid shifts."""
    crs = around.crs
    back = {name: moved(crs, (-east, -north)) for name, (east, north) in NANJING_SHIFTS_M.items()}

    def draw(rng: np.random.Generator, n: int) -> LonLat:
        chosen = to_metric(places[rng.choice(len(places), min(n, len(places)), replace=False)], crs)
        return to_lonlat(chosen + rng.normal(0.0, noise_m, chosen.shape), crs)

    def found(lonlat: LonLat) -> str:
        fit = best_frame(lonlat, around, {WGS84: np.copy, **back}, WGS84)
        return fit.verdict if fit.verdict == "undecided" else fit.frame

    return Layer(name, around, draw, {name: moved(crs, shift) for name, shift in NANJING_SHIFTS_M.items()}, found)


def porto_alegre() -> list[Layer]:
    folder = DATA / "porto_alegre"
    around = surroundings(street_segments(read_ways(folder / "poa_osm.pbf", Source(file="poa_osm.pbf"))[0]))
    with zipfile.ZipFile(folder / "poa_eptc.zip") as feed, feed.open("stops.txt") as table:
        stops = pd.read_csv(table)[["stop_lon", "stop_lat"]].to_numpy()
    streets = shapely.box(*shapely.total_bounds(shapely.points(around.streets.ends.reshape(-1, 2))))
    on_map = shapely.contains_xy(streets, to_metric(stops, around.crs))
    mapped = centres(folder / "poa_osm.pbf", ["transit"])
    hexagons = pd.read_csv(folder / "poa_hexgrid.csv").query("population > 0")[["lon", "lat"]].to_numpy()
    return [
        abroad("Porto Alegre, stops of the operator", around, stops[on_map]),
        abroad("Porto Alegre, stops of OpenStreetMap", around, mapped),
        abroad("Porto Alegre, the same, 10 m of error", around, mapped, noise_m=10.0),
        abroad("Porto Alegre, hexagon centres", around, hexagons),
    ]


def helsinki() -> list[Layer]:
    extract = DATA / "helsinki" / "Helsinki.osm.pbf"
    segments = street_segments(read_ways(extract, Source(file=extract.name))[0])
    streets, built = surroundings(segments), surroundings(segments, buildings(extract))
    places = centres(extract, [name for name, layer in facility_layers().items() if layer.tags])
    return [
        abroad("Helsinki, facilities", streets, places),
        abroad("Helsinki, facilities and buildings", built, places),
        abroad("Helsinki, facilities, 10 m of error", streets, places, noise_m=10.0),
    ]


def wuhan() -> list[Layer]:
    lines = gpd.read_parquet(DATA / "wuhan" / "streets.parquet").geometry.to_numpy()
    vertices, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    start, end = vertices[:-1][same], vertices[1:][same]
    crs = "EPSG:32650"
    around = surroundings(np.stack([to_lonlat(start, crs), to_lonlat(end, crs)], axis=1))
    length_m = np.hypot(*(end - start).T)

    def draw(rng: np.random.Generator, n: int) -> LonLat:
        """Place facilities beside streets: half within 25 m of the centre line, with 8 m of error in either axis."""
        street = rng.choice(len(start), n, p=length_m / length_m.sum())
        along = (end - start)[street]
        aside = np.column_stack([-along[:, 1], along[:, 0]]) / length_m[street, None]
        aside *= (rng.choice([-1.0, 1.0], n) * 25.0 * np.exp(rng.normal(0.0, 0.6, n)))[:, None]
        return to_lonlat(start[street] + rng.random((n, 1)) * along + aside + rng.normal(0.0, 8.0, (n, 2)), crs)

    def found(lonlat: LonLat) -> str:
        fit = detect_frame(lonlat, around)
        return fit.verdict if fit.verdict == "undecided" else fit.frame

    def anywhere(rng: np.random.Generator, n: int) -> LonLat:
        return to_lonlat(np.median(start, axis=0) + rng.uniform(-8000.0, 8000.0, (n, 2)), crs)

    misread = {
        SWAPPED: lambda lonlat: lonlat[:, ::-1],
        ZONE_117: lambda lonlat: to_lonlat(to_metric(lonlat, ZONE_117), ZONE_120),
        ZONE_120: lambda lonlat: to_lonlat(to_metric(lonlat, ZONE_120), ZONE_117),
    }
    return [
        Layer("Wuhan, made-up facilities, shifted", around, draw, SHIFTED, found),
        Layer("Wuhan, the same, axes or zones mixed up", around, draw, misread, found),
        Layer("Wuhan, random points", around, anywhere, SHIFTED, found),
    ]


def sample() -> list[Layer]:
    """Return the points of the synthetic sample, all layers together, which stand beside invented streets."""
    with tempfile.TemporaryDirectory() as name:
        study = read_study(write_sample(name))
        around = surroundings(street_segments(read_ways(study.file(study.streets.file), study.streets)[0]))
        facilities = collect(study).facilities
    districts = [places for _, places in facilities.groupby("district_id") if len(places) >= max(SIZES)]
    by_district = [point_of(places.geometry).get_coordinates().to_numpy() for places in districts]

    def draw(rng: np.random.Generator, n: int) -> LonLat:
        places = by_district[rng.integers(len(by_district))]
        return places[rng.choice(len(places), n, replace=False)]

    def found(lonlat: LonLat) -> str:
        fit = detect_frame(lonlat, around)
        return fit.verdict if fit.verdict == "undecided" else fit.frame

    return [Layer("Sample, facilities of a district", around, draw, SHIFTED, found)]


def centres(extract: Path, layers: list[str]) -> LonLat:
    tables, _ = osm_places(extract, layers)
    shapes = np.concatenate([table.geometry.to_numpy() for table in tables.values()])
    return shapely.get_coordinates(shapely.point_on_surface(shapes))


def buildings(extract: Path) -> NDArray[np.object_]:
    factory = osmium.geom.WKBFactory()
    found = osmium.FileProcessor(extract).with_areas().with_filter(osmium.filter.KeyFilter("building"))
    return shapely.from_wkb([factory.create_multipolygon(area) for area in found if area.is_area()])


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    print(f"{'layer':<44}{'n':>5}{'flagged':>10}{'named':>10}{'alarms':>10}{'unsure':>10}")
    for city in (porto_alegre, helsinki, wuhan, sample):
        for layer in city():
            for n in SIZES:
                print(rates(layer, n, trials, seed=n), flush=True)


if __name__ == "__main__":
    main()
