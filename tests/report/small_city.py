"""An invented city of three districts, scored by the real scores, for the tests of the report.

A row of communities runs from west to east, four in each district, two in each street. Clinics and elder-care centres
stand mostly in the west, so that the two outer districts in the east lie behind.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.bilingual import Bilingual
from lifecircle.inputs.completeness import completeness
from lifecircle.plan import Plan
from lifecircle.problems import Problem, problems_table
from lifecircle.report.findings import Findings
from lifecircle.scores.gaps import gaps
from lifecircle.scores.populations import populations
from lifecircle.scores.score import residents_by_area, score
from lifecircle.scores.stability import stability
from lifecircle.study import Study

WEST, SOUTH, SIDE = 118.70, 32.00, 0.01  # about 944 m by 1109 m
METRES_PER_DEGREE = np.array([94_400.0, 110_900.0])
SPEED_M_PER_MIN = {"standard": 60.0, "elder": 45.6}
DISTRICTS = ("玄武区", "六合区", "高淳区")
POINTS = 5
FACTS = {
    "inputs": {"residents": {"file": "residents.csv", "sha256": "0a1b" * 16}},
    "parameters": {"crs": "EPSG:32650"},
    "verification": {
        "engine": "networkx 3.6",
        "residents": 20,
        "trips": 1157,
        "disagreements": 0,
        "greatest_difference_s": 0.0003,
    },
}
"""A part of the manifest of a run."""

TINY = "020202"
"""A community of seven people, too few to be told of."""


@dataclass(frozen=True)
class Inputs:
    """What the scores look at of the inputs."""

    areas: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    silent: dict[str, frozenset[str]]
    statistics: pd.DataFrame


def small_city(names=None, **changes) -> Findings:
    """Return the findings of the city.

    Parameters
    ----------
    names : callable, optional
        Makes another name of each: of areas, facilities, groups, plans, standards and the study.
    changes
        Keys of the study to change.
    """
    names = names or (lambda name: name)
    study, plan = _study(names, changes), _plan(names)
    areas, residents, facilities = _areas(names), _residents(), _facilities(names)
    silent = {"clinic": frozenset(), "elder_care": frozenset(), "culture": frozenset({"02"})}
    access = pd.concat([_access(residents, facilities, circle, silent) for circle in plan.standards[:3]])
    statistics = pd.DataFrame({"indicator": ["insured"], "area_id": ["city"], "year": [2024], "value": [98.4]})
    inputs = Inputs(areas=areas, residents=residents, facilities=facilities, silent=silent, statistics=statistics)
    results = score(study, [plan], inputs, access)
    people = residents_by_area(study, inputs)
    return Findings(
        study=study,
        plans=(plan,),
        areas=areas,
        residents=residents,
        facilities=facilities,
        basemap={},
        access=access,
        results=results,
        gaps=gaps(results, areas, study.groups, people, study.reference),
        ranking=stability(study, [plan], inputs, access),
        problems=_problems(names),
        completeness=completeness(facilities, residents, areas, silent),
        populations=populations(study, [plan], inputs, results, _second_residents(residents), access),
    )


def _study(names, changes):
    def both(zh, en):
        return {"zh": names(zh), "en": names(en)}

    content = {
        "id": "small-city", "name": both("小城", "Small city"), "synthetic": True, "date": "2024-12-31",
        "credits": [names("虚构数据 Invented data")], "plans": ["small-plan"],
        "streets": {"file": "streets.osm.pbf"}, "residents": {"file": "residents.csv"},
        "second_residents": {"raster": "worldpop.tif"},
        "areas": {level: {"file": f"{level}.gpkg"} for level in ("district", "street", "community")},
        "groups": {
            "central": {"name": both("中心城区", "Centre"), "areas": ["00"]},
            "outer": {"name": both("远郊区", "Outer districts"), "areas": ["01", "02"]},
        },
        "reference": "central",
        "layers": {
            "clinic": {"file": "clinic.csv", "complete": True},
            "elder_care": {"file": "elder_care.csv", "complete": True},
            "culture": {"file": "culture.csv"},
        },
    }  # fmt: skip
    return Study.model_validate(content | changes)


def _plan(names):
    def entry(identifier, zh, en, kind, target, field="health", **more):
        return {
            "id": identifier, "name": {"zh": names(zh), "en": names(en)}, "field": field, "kind": kind,
            "target": target, "year": 2025, "clause": {"chapter": "三", "section": "（四）"}, **more,
        }  # fmt: skip

    reading = {"target_source": "reading", "note": {"zh": names("工作目标"), "en": names("A working target")}}
    standards = [
        entry("clinic_15", "15分钟医疗圈", "15-minute clinic circle", "circle", 0.85, layers=["clinic"], minutes=15,
              **reading),
        entry("elder_12", "12分钟养老圈", "12-minute elder-care circle", "circle", 0.8, "elders",
              layers=["elder_care"], minutes=12, walker="elder", population="pop_60_plus"),
        entry("culture_900", "900米文化圈", "900-metre culture circle", "circle", 0.7, "culture",
              layers=["culture"], metres=900),
        entry("bundle", "综合生活圈", "Life circle", "composite", 0.75, circles=["clinic_15", "elder_12"]),
        entry("clinic_each", "每个社区一处医疗点", "A clinic in every community", "presence", 1.0,
              level="community", layers=["clinic"]),
        entry("elder_each", "每个街道一处养老中心", "An elder-care centre in every street", "presence", 1.0, "elders",
              level="street", layers=["elder_care"]),
        entry("beds", "每千人床位", "Beds per 1,000 people", "ratio", 12.0, "elders",
              denominator="population", per=1000, numerator={"layers": ["elder_care"], "sum": "beds"},
              unit={"zh": "张", "en": "beds"}),
        entry("rated", "高等级中心占比", "Part of highly rated centres", "share", 0.6, "elders", layers=["elder_care"],
              where={"level": ["4A", "5A"]}),
    ]  # fmt: skip
    indicator = {
        "id": "insured", "field": "health", "name": {"zh": names("参保率（%）"), "en": names("Insured")},
        "unit": {"zh": "%", "en": "%"}, "value_2020": "97.1", "target_2025": "≥99", "binding": "预期性",
        "standard": "statistic",
    }  # fmt: skip
    promise = {
        "id": "digital", "field": "culture", "name": {"zh": names("数字文化"), "en": names("Digital culture")},
        "clause": {"chapter": "四"}, "reason": {"zh": names("没有数值"), "en": names("No number")},
    }  # fmt: skip
    return Plan.model_validate(
        {
            "id": "small-plan", "name": {"zh": names("小城规划"), "en": names("Plan of the city")},
            "edition": "2021-2025", "issuer": {"zh": "市政府", "en": "City government"}, "date": "2021-12",
            "source": "invented", "period": [2021, 2025], "table": {"chapter": "二", "box": "表1"},
            "fields": {
                "health": {"zh": names("医疗卫生"), "en": names("Health")},
                "elders": {"zh": names("老有所养"), "en": names("Elder care")},
                "culture": {"zh": names("文化"), "en": names("Culture")},
            },
            "standards": standards, "indicators": [indicator], "promises": [promise],
        }
    )  # fmt: skip


def _areas(names):
    """Return twelve communities in a row, and the streets, districts and the city that they make."""
    ids = [f"{at // 4:02d}{at // 2 % 2 + 1:02d}{at % 2 + 1:02d}" for at in range(12)]
    shapes = [shapely.box(WEST + at * SIDE, SOUTH, WEST + (at + 1) * SIDE, SOUTH + SIDE) for at in range(12)]
    communities = gpd.GeoDataFrame(
        {
            "area_id": ids,
            "level": "community",
            "name": [names(f"{one}号村") for one in ids],
            "parent_id": [one[:4] for one in ids],
            "setting": ["rural" if one[:2] != "00" and one.endswith("2") else "urban" for one in ids],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    streets = communities.dissolve(communities["area_id"].str[:4])[["geometry"]].rename_axis("area_id").reset_index()
    streets = streets.assign(level="street", name=[names(f"{one}街道") for one in streets["area_id"]])
    streets = streets.assign(parent_id=streets["area_id"].str[:2])
    districts = streets.dissolve("parent_id")[["geometry"]].rename_axis("area_id").reset_index()
    districts = districts.assign(level="district", name=[names(one) for one in DISTRICTS], parent_id="city")
    city = gpd.GeoDataFrame(
        {"area_id": ["city"], "level": ["city"], "name": ["city"]}, geometry=[communities.union_all()], crs="EPSG:4326"
    )
    table = pd.concat([city, districts, streets, communities], ignore_index=True)
    return table.assign(area_m2=table.geometry.to_crs("EPSG:32650").area)


def _residents():
    rng = np.random.default_rng(11)
    at = np.repeat(np.arange(12), POINTS)
    community = [f"{one // 4:02d}{one // 2 % 2 + 1:02d}{one % 2 + 1:02d}" for one in at]
    population = rng.integers(90, 700, len(at)).astype(float)
    tiny = np.array([one == TINY for one in community])
    population[tiny] = [2, 1, 2, 1, 1]
    return gpd.GeoDataFrame(
        {
            "resident_id": [f"resident-{row}" for row in range(len(at))],
            "population": population,
            "households": np.round(population / 2.7),
            "pop_60_plus": np.round(population * rng.uniform(0.1, 0.3, len(at))),
            "community_id": community,
            "street_id": [one[:4] for one in community],
            "district_id": [one[:2] for one in community],
        },
        geometry=shapely.points(
            WEST + (at + rng.uniform(0.1, 0.9, len(at))) * SIDE, SOUTH + rng.uniform(0.1, 0.9, len(at)) * SIDE
        ),
        crs="EPSG:4326",
    )


def _second_residents(residents):
    """Return the same points with a tenth more people in the west and a tenth fewer elsewhere."""
    factor = np.where(residents["district_id"] == "00", 1.1, 0.9)
    return residents.assign(population=residents["population"] * factor, pop_60_plus=residents["pop_60_plus"] * factor)


def _facilities(names):
    where = {"clinic": [0.3, 1.2, 2.7, 3.5, 5.4, 9.1], "elder_care": [0.6, 1.9, 3.2, 6.3, 10.4], "culture": [1.5, 4.5]}
    rows = [(layer, one) for layer, places in where.items() for one in places]
    at = np.array([one for _, one in rows])
    community = [f"{int(one) // 4:02d}{int(one) // 2 % 2 + 1:02d}{int(one) % 2 + 1:02d}" for one in at]
    elder = np.array([layer == "elder_care" for layer, _ in rows])
    return gpd.GeoDataFrame(
        {
            "facility_id": [f"{layer}-{row}" for row, (layer, _) in enumerate(rows)],
            "layer": [layer for layer, _ in rows],
            "name": [names(f"{layer}中心{row}") for row, (layer, _) in enumerate(rows)],
            "beds": np.where(elder, 40.0 + 7 * np.arange(len(rows)), np.nan),
            "level": np.where(elder, np.where(at < 4, "4A", "3A"), None),
            "community_id": community,
            "street_id": [one[:4] for one in community],
            "district_id": [one[:2] for one in community],
        },
        geometry=shapely.points(WEST + at * SIDE, np.full(len(at), SOUTH + SIDE / 2)),
        crs="EPSG:4326",
    )


def _access(residents, facilities, circle, silent):
    """Return access along straight lines, 30 % longer; the last point of all is cut off."""
    layer, speed = circle.layers[0], SPEED_M_PER_MIN[circle.walker]
    places = facilities[facilities["layer"] == layer]
    here, there = (shapely.get_coordinates(one.geometry) * METRES_PER_DEGREE for one in (residents, places))
    metres = 1.3 * np.linalg.norm(here[:, None] - there[None], axis=2)
    nearest = metres.argmin(axis=1)
    metres = metres.min(axis=1)
    quiet = residents["district_id"].isin(silent[layer]).to_numpy()
    status = np.where(quiet, "no_data", "reached").astype(object)
    status[3] = "unreachable"
    metres[3] = np.nan
    return pd.DataFrame(
        {
            "resident_id": residents["resident_id"], "service": layer, "walker": circle.walker, "status": status,
            "minutes": metres / speed, "metres": metres, "least_minutes": np.where(quiet, 0, metres / speed),
            "least_metres": np.where(quiet, 0, metres), "facility_layer": layer,
            "facility_id": places["facility_id"].to_numpy()[nearest], "leg_m": 12.0,
        }
    )  # fmt: skip


def _problems(names):
    def both(zh, en):
        return Bilingual(zh=names(zh), en=names(en))

    secret = Bilingual(zh="人口 'secret-cell' 不是数字", en="population 'secret-cell' is no number")
    far = Bilingual(zh="过远", en="is far off")
    return problems_table(
        [
            Problem(
                "clinic.csv",
                3,
                "clinic-2",
                "name",
                both("名称过长", "name is long; used as it is"),
                "noted",
            ),
            Problem("clinic.csv", 9, "clinic-99", "geometry", both("位于海中。", "lies in the sea."), "dropped"),
            Problem(
                "elder_care",
                None,
                "elder_care-9",
                "geometry",
                both("离街道远", "lies far from any street"),
                "noted",
            ),
            Problem("residents.csv", 5, "resident-4", "population", secret, "dropped"),
            *(Problem("residents", None, f"resident-{row}", "geometry", far, "noted") for row in range(12)),
        ]
    )
