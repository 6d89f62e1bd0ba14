"""A town of one street, written as the files a planner has, small enough to know every answer by hand.

The street runs east along the parallel 32.0 N from longitude 118.800 to 118.830, with a node every 0.010 degrees. One
hundredth of a degree of the parallel is N cos(32°) π / 18000 = 944.93 m, with N = a / √(1 − e² sin²(32°)) = 6384140 m.
Residents and facilities stand on the street itself, so that access legs are 0 m but for the centimetre by which the
parallel bends away from a straight line. An island of street, with people but joined to nothing, lies to the north.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from shapely import box

from osm_files import write_osm

if TYPE_CHECKING:
    from pathlib import Path

HUNDREDTH_M = 944.9314

STUDY = """
id: town
name: {zh: 小镇, en: Town}
plans: [plan.yaml]
crs: EPSG:32650
streets: {file: streets.osm.pbf}
areas:
  district: {file: districts.gpkg}
  community: {file: communities.gpkg}
groups:
  centre: {name: {zh: 中心, en: Centre}, areas: [西区]}
  outer: {name: {zh: 远郊, en: Outer}, areas: [东区]}
reference: centre
residents: {file: residents.csv}
layers:
  clinic: {file: clinics.csv, complete: true}
  culture: {file: culture.csv}
statistics: {file: statistics.csv}
"""

PLAN = """
id: town-plan
name: {zh: 小镇规划, en: Town plan}
edition: "1"
issuer: {zh: 小镇, en: Town}
date: "2025-01-01"
source: invented for the tests
fields:
  health: {zh: 医疗, en: Health}
  culture: {zh: 文化, en: Culture}
standards:
  - id: clinic_15
    name: {zh: 医疗圈, en: Clinic circle}
    field: health
    kind: circle
    clause: {chapter: 一}
    layers: [clinic]
    minutes: 15
    target: 0.9
    year: 2025
  - id: culture_15
    name: {zh: 文化圈, en: Culture circle}
    field: culture
    kind: circle
    clause: {chapter: 二}
    layers: [culture]
    minutes: 15
    target: 0.9
    year: 2025
  - id: clinic_each
    name: {zh: 每个社区一处, en: One in each community}
    field: health
    kind: presence
    clause: {chapter: 一}
    level: community
    layers: [clinic]
    target: 1.0
    year: 2025
  - id: vaccinated
    name: {zh: 接种率（%）, en: Vaccinated}
    field: health
    kind: statistic
    clause: {chapter: 一}
    unit: {zh: "%", en: "%"}
    target: 98
    year: 2025
"""


def write_town(folder: Path) -> Path:
    """Write the town's files into a folder and return its study file.

    Residents, from west to east: 100 people at 118.800 (a clinic's door), 200 at 118.805, 300 at 118.820, 400 at
    118.825; and 50 on the island. The clinic stands at 118.800. Community 1 is the west half up to 118.8125, community
    2 the east half; they are the districts 西区 and 东区 as well. Culture is known in 西区 only, at 118.810.
    """
    folder.mkdir(parents=True, exist_ok=True)
    nodes = {index + 1: (118.80 + index / 100, 32.0) for index in range(4)}
    nodes |= {10: (118.800, 32.01), 11: (118.805, 32.01)}
    ways = {1: ([1, 2, 3, 4], {"highway": "residential", "name": "长街"}), 2: ([10, 11], {"highway": "footway"})}
    write_osm(folder / "streets.osm.pbf", nodes, ways)
    halves = [box(118.79, 31.99, 118.8125, 32.02), box(118.8125, 31.99, 118.84, 32.02)]
    areas = gpd.GeoDataFrame({"area_id": ["w", "e"], "name": ["西区", "东区"]}, geometry=halves, crs="EPSG:4326")
    areas.to_file(folder / "districts.gpkg")
    areas.assign(area_id=["1", "2"], name=["一村", "二村"]).to_file(folder / "communities.gpkg")
    people = [
        ("a", 118.800, 32.0, 100),
        ("b", 118.805, 32.0, 200),
        ("c", 118.820, 32.0, 300),
        ("d", 118.825, 32.0, 400),
        ("i", 118.802, 32.01, 50),
    ]
    pd.DataFrame(people, columns=["resident_id", "lon", "lat", "population"]).to_csv(
        folder / "residents.csv", index=False
    )
    clinics = pd.DataFrame(
        {"编号": ["k1"], "名称": ["卫生服务中心"], "经度": [118.800], "纬度": [32.0], "床位数": [10]}
    )
    clinics.to_csv(folder / "clinics.csv", index=False, encoding="utf-8-sig")
    pd.DataFrame({"facility_id": ["l1"], "name": ["文化馆"], "lon": [118.810], "lat": [32.0]}).to_csv(
        folder / "culture.csv", index=False
    )
    pd.DataFrame(
        {"indicator": ["vaccinated"], "area": ["city"], "year": [2024], "value": [99.0], "source": ["test"]}
    ).to_csv(folder / "statistics.csv", index=False)
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    study = folder / "study.yaml"
    study.write_text(STUDY, encoding="utf-8")
    return study
