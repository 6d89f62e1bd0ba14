"""Takes a folder, gives the files of a town small enough to know every answer by hand: what examples are about.

Long Street runs east for 3,000 m from a clinic at its west end. Six homes stand along it, 500 m apart from 250 m on,
with 100 people each, of whom 5 are infants and 20 are 60 or older: three in the west village, three in the east
village. At 1 m/s the first two are within 15 minutes of the clinic: 200 of 600 people. Crèches of 10 and 5 places stand
at 500 m and at 2,500 m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.files import written_whole

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_FRAME: Final = "EPSG:32650"
_WEST_END: Final = (670_000.0, 3_545_000.0)
_HOMES_M: Final = (250, 750, 1250, 1750, 2250, 2750)

_STUDY: Final = """\
id: town
name: {zh: 小镇, en: Town}
synthetic: true
date: "2025"
credits: [SYNTHETIC data]
plans: [plan.yaml]
crs: EPSG:32650
streets: {file: streets.geojson}
areas:
  district: {file: districts.geojson}
  community: {file: villages.geojson}
groups:
  centre: {name: {zh: 中心, en: Centre}, areas: [西区]}
reference: centre
residents: {file: residents.csv, crs: EPSG:4326}
layers:
  clinic: {file: clinics.csv, crs: EPSG:4326, complete: true}
  childcare: {file: creches.csv, crs: EPSG:4326, complete: true}
"""

_PLAN: Final = """\
id: town-plan
name: {zh: 小镇规划, en: Town plan}
edition: "1"
issuer: {zh: 小镇, en: Town}
date: "2025"
source: invented, as an example
fields:
  health: {zh: 医疗, en: Health}
  children: {zh: 托育, en: Childcare}
standards:
  - id: clinic_15
    name: {zh: 15分钟医疗圈, en: 15-minute clinic circle}
    field: health
    kind: circle
    clause: {chapter: 一}
    layers: [clinic]
    minutes: 15
    target: 0.9
    year: 2025
  - id: childcare_15
    name: {zh: 15分钟托育圈, en: 15-minute childcare circle}
    field: children
    kind: circle
    clause: {chapter: 二}
    layers: [childcare]
    population: pop_0_2
    minutes: 15
    target: 0.5
    year: 2025
"""


def write_town(folder: Path) -> Path:
    """Write the town's files into a folder and return its study file.

    Raises
    ------
    ReportError
        If the folder cannot be written to.
    """
    homes = pd.DataFrame(
        {"resident_id": list("abcdef"), "population": 100, "households": 40, "pop_0_2": 5, "pop_60_plus": 20}
    )
    clinics = pd.DataFrame({"facility_id": ["k1"], "name": ["长街卫生服务中心"]})
    creches = pd.DataFrame({"facility_id": ["t1", "t2"], "name": ["西村托育园", "东村托育园"], "capacity": [10, 5]})
    halves = [_ground(-200, 1500), _ground(1500, 3200)]
    districts = gpd.GeoDataFrame({"area_id": ["01", "02"], "name": ["西区", "东区"]}, geometry=halves, crs=_FRAME)
    villages = districts.assign(area_id=["0101", "0201"], name=["西村", "东村"])
    street = gpd.GeoDataFrame(
        {"name": ["长街"], "highway": ["residential"]},
        geometry=[shapely.LineString(_on_street([0, 3000]))],
        crs=_FRAME,
    )
    with written_whole(folder / "study.yaml") as study:
        for name, areas in {"streets": street, "districts": districts, "villages": villages}.items():
            areas.to_crs("EPSG:4326").to_file(folder / f"{name}.geojson", driver="GeoJSON", engine="pyogrio")
        for name, table, at_m in (
            ("residents", homes, _HOMES_M),
            ("clinics", clinics, [0]),
            ("creches", creches, [500, 2500]),
        ):
            _placed(table, at_m).to_csv(folder / f"{name}.csv", index=False, encoding="utf-8")
        (folder / "plan.yaml").write_text(_PLAN, encoding="utf-8")
        study.write_text(_STUDY, encoding="utf-8")
    return folder / "study.yaml"


def _on_street(at_m: list[int] | tuple[int, ...]) -> NDArray[np.float64]:
    return np.column_stack([_WEST_END[0] + np.asarray(at_m, float), np.full(len(at_m), _WEST_END[1])])


def _placed(table: pd.DataFrame, at_m: list[int] | tuple[int, ...]) -> pd.DataFrame:
    places = gpd.GeoSeries.from_xy(*_on_street(at_m).T, crs=_FRAME).to_crs("EPSG:4326")
    return table.assign(lon=places.x, lat=places.y)


def _ground(west_m: float, east_m: float) -> shapely.Polygon:
    x, y = _WEST_END
    return shapely.box(x + west_m, y - 300, x + east_m, y + 300)
