"""An invented town for the tests and the benchmark of the map: communities that tile a rectangle, and their tables."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lifecircle.bilingual import Bilingual
from lifecircle.plan import Plan
from lifecircle.report.findings import Findings
from lifecircle.report.map import MapData, MapPictures, MapRun, map_data
from lifecircle.study import Study

WEST, SOUTH = 118.70, 32.00
STEP_LON, STEP_LAT = 0.0085, 0.0072  # about 800 m each
METRES_PER_DEGREE = np.array([94_400.0, 110_900.0])  # near 32° N
NEW_CLINIC = (118.745, 32.012)
DETOUR = 1.3
METRES_PER_MINUTE = {"standard": 60.0, "elder": 48.0}
LAYERS = {
    "clinic": Bilingual(zh="社区卫生服务中心", en="community clinic"),
    "elder_care": Bilingual(zh="养老服务中心", en="elder-care centre"),
    "culture": Bilingual(zh="文化活动中心", en="culture centre"),
    "fitness": Bilingual(zh="健身场地", en="fitness ground"),
}
SYLLABLES = "梅园新村大行宫影壁东南学玄武湖锁金红山孝陵卫马群仙林龙潭栖霞幕府燕子矶迈皋桥尧化门溧水高淳六合雄州葛塘"


@dataclass(frozen=True)
class Town:
    """The tables of an invented town."""

    study: Study
    areas: gpd.GeoDataFrame
    plan: Plan
    run: MapRun
    pictures: MapPictures

    def data(self, *runs: MapRun, **options) -> MapData:
        """Return the content of a map of the town's run, or of other ones."""
        return map_data(
            self.study,
            self.areas,
            [self.plan],
            runs or [self.run],
            **{"pictures": self.pictures, **options},
        )


def findings_of(town: Town, run: MapRun) -> Findings:
    """Return the findings of a run, as far as a map shows them."""
    basemap = {field.name: getattr(town.pictures, field.name) for field in fields(town.pictures)}
    nothing = pd.DataFrame()
    return Findings(
        study=town.study,
        plans=(town.plan,),
        areas=town.areas,
        residents=run.residents,
        facilities=run.facilities,
        basemap=basemap,
        access=run.access,
        results=run.results,
        gaps=nothing,
        ranking=nothing,
        problems=nothing,
        completeness=nothing,
        populations=nothing,
    )


def invented_town(columns: int = 6, rows: int = 5, points: int = 6, facilities: int = 60, seed: int = 7) -> Town:
    """Build a town of ``columns`` x ``rows`` communities with so many resident points each."""
    rng = np.random.default_rng(seed)
    areas = _areas(columns, rows, rng)
    communities = areas[areas["level"] == "community"].reset_index(drop=True)
    residents = _residents(communities, points, rng)
    places = _facilities(communities, facilities, rng)
    plan = _plan()
    access = access_of(residents, places, plan, silent={"culture": [areas["area_id"][1]]})
    run = MapRun(
        name=Bilingual(zh="现状", en="today"),
        residents=residents,
        facilities=places,
        access=access,
        results=results_of(residents, access, plan),
    )
    return Town(study=_study(areas), areas=areas, plan=plan, run=run, pictures=_pictures(areas, places))


def with_a_new_facility(town: Town, layer: str, lonlat: tuple[float, float]) -> MapRun:
    """Return a second run in which one facility was added."""
    place = gpd.GeoDataFrame(
        {"facility_id": [f"{layer}-new"], "layer": [layer], "name": ["新建设施"]},
        geometry=[shapely.Point(lonlat)],
        crs="EPSG:4326",
    )
    facilities = pd.concat([town.run.facilities, place], ignore_index=True)
    access = access_of(town.run.residents, facilities, town.plan, silent={"culture": [town.areas["area_id"][1]]})
    return MapRun(
        name=Bilingual(zh="方案一", en="proposal 1"),
        residents=town.run.residents,
        facilities=facilities,
        access=access,
        results=results_of(town.run.residents, access, town.plan),
    )


def with_names(town: Town, name: str) -> Town:
    """Return the town in which everything that has a name bears this one, in properties that are never shown, too."""
    both = Bilingual(zh=name, en=name)
    facilities = town.run.facilities.assign(name=name, operator=name)
    groups = {key: group.model_copy(update={"name": both}) for key, group in town.study.groups.items()}
    by_id = {
        key: group.model_copy(update={"areas": list(town.areas.loc[town.areas["name"].isin(group.areas), "area_id"])})
        for key, group in groups.items()
    }
    layers = {layer: source.model_copy(update={"name": both}) for layer, source in town.study.layers.items()}
    standards = tuple(one.model_copy(update={"name": both}) for one in town.plan.standards)
    plan = town.plan.model_copy(update={"name": both, "standards": standards})
    pictures = town.pictures
    return replace(
        town,
        study=town.study.model_copy(
            update={"name": both, "credits": [name], "date": name, "groups": by_id, "layers": layers}
        ),
        areas=town.areas.assign(name=name, note=name),
        plan=plan,
        run=replace(town.run, name=both, facilities=facilities, results=town.run.results.assign(reason=name)),
        pictures=replace(pictures, problems=pictures.problems.assign(reason_zh=name, reason_en=name)),
    )


def access_of(residents, facilities, plan, silent):
    """Return the access table: a detour of 30 % over the straight line, and every status at least once."""
    blocks = []
    for layer, walker in dict.fromkeys((one.layers[0], one.walker) for one in plan.standards if one.kind == "circle"):
        places = facilities[facilities["layer"] == layer]
        there = shapely.get_coordinates(places.geometry) * METRES_PER_DEGREE
        here = shapely.get_coordinates(residents.geometry) * METRES_PER_DEGREE
        tree = shapely.STRtree(shapely.points(there))
        (_, nearest), distance = tree.query_nearest(shapely.points(here), return_distance=True, all_matches=False)
        minutes = np.round(distance * DETOUR / METRES_PER_MINUTE[walker], 2)
        status = np.full(len(residents), "reached", dtype=object)
        status[::41] = "unreachable"
        status[3::29] = "no_data"  # something nearer may be missing from the data
        status[residents["district_id"].isin(silent.get(layer, []))] = "no_data"
        status[5::37] = "not_snapped"
        lost = (status == "not_snapped") | (status == "unreachable")
        silenced = residents["district_id"].isin(silent.get(layer, [])) | (status == "not_snapped")
        blocks.append(
            pd.DataFrame(
                {
                    "resident_id": residents["resident_id"],
                    "service": layer,
                    "walker": walker,
                    "status": pd.Categorical(status),
                    "minutes": np.where(lost, np.nan, minutes),
                    "least_minutes": np.select(
                        [silenced, status == "unreachable", status == "no_data"], [0.0, np.nan, minutes / 2], minutes
                    ),
                    "facility_layer": np.where(lost, None, layer),
                    "facility_id": np.where(lost, None, places["facility_id"].to_numpy()[nearest]),
                }
            )
        )
    return pd.concat(blocks, ignore_index=True)


def results_of(residents, access, plan):
    """Return results by plain grouping: the circles of each area, and how many people have all of them."""
    tables, covered_by_all, unknown_to_any = [], np.ones(len(residents), bool), np.zeros(len(residents), bool)
    for circle in plan.standards:
        if circle.kind == "circle":
            rows = access[(access["service"] == circle.layers[0]) & (access["walker"] == circle.walker)]
            covered = (rows["minutes"] <= circle.minutes).to_numpy()
            unknown = (rows["least_minutes"] <= circle.minutes).to_numpy() & ~covered
            covered_by_all &= covered
            unknown_to_any |= unknown
        else:
            covered, unknown = covered_by_all, unknown_to_any & ~covered_by_all
        people = residents[circle.population]
        known = pd.DataFrame({"covered": people * covered, "total": people * ~unknown, "unknown": people * unknown})
        for level in ("city", "district", "street", "community"):
            keys = residents[f"{level}_id"] if level != "city" else pd.Series("city", index=residents.index)
            sums = known.groupby(keys.rename("area_id"), sort=False).sum().reset_index()
            tables.append(sums.assign(plan_id=plan.id, standard_id=circle.id, level=level, target=circle.target))
    table = pd.concat(tables, ignore_index=True)
    enough = table["total"] >= 0.5 * (table["total"] + table["unknown"])
    value = (table["covered"] / table["total"]).where(enough & (table["total"] > 0))
    low, high = value * 0.93, np.minimum(value * 1.06, 1)
    verdict = np.select(
        [value.isna(), low >= table["target"], high < table["target"]], ["no_data", "met", "short"], "borderline"
    )
    short = (table["target"] - value).clip(lower=0)
    return table.assign(
        denominator="people", value=value, low=low, high=high, unit="share", verdict=verdict, shortfall=short,
        shortfall_people=short * table["total"], reason=np.where(value.isna(), "unknown", ""),
    )  # fmt: skip


def _plan():
    def circle(identifier, zh, en, layer, minutes, **more):
        return {
            "id": identifier, "name": {"zh": zh, "en": en}, "field": "circle", "kind": "circle", "target": 0.85,
            "clause": {"chapter": "二", "section": "（三）"}, "year": 2025, "layers": [layer], "minutes": minutes,
            **more,
        }  # fmt: skip

    elder = {"walker": "elder", "population": "pop_60_plus"}
    circles = [
        circle("medical_15", "15 分钟医疗服务圈", "15-minute medical circle", "clinic", 15),
        circle("elder_15", "15 分钟养老服务圈", "15-minute elder-care circle", "elder_care", 15, **elder),
        circle("elder_15_all", "15 分钟养老服务（全体居民）", "15-minute elder care, everybody", "elder_care", 15),
        circle("culture_15", "15 分钟文化活动圈", "15-minute culture circle", "culture", 15),
        circle("fitness_10", "10 分钟体育健身圈", "10-minute fitness circle", "fitness", 10),
    ]  # fmt: skip
    bundle = {
        "id": "life_circle", "name": {"zh": "15 分钟社区生活圈", "en": "15-minute community life circle"},
        "field": "circle", "kind": "composite", "target": 0.8, "clause": {"chapter": "二"}, "year": 2025,
        "circles": ["medical_15", "culture_15", "fitness_10"], "needed": "all",
    }  # fmt: skip
    return Plan.model_validate(
        {
            "id": "town-plan", "name": {"zh": "小城规划", "en": "Plan of the town"}, "edition": "2021-2025",
            "issuer": {"zh": "市政府", "en": "City government"}, "date": "2021-12", "source": "invented",
            "fields": {"circle": {"zh": "生活圈", "en": "Life circles"}}, "standards": [*circles, bundle],
        }
    )  # fmt: skip


def _study(areas):
    districts = list(areas.loc[areas["level"] == "district", "name"])
    return Study.model_validate(
        {
            "id": "town", "name": {"zh": "云溪市", "en": "Yunxi"}, "synthetic": True, "date": "2024-12-31",
            "credits": ["虚构数据 Invented data, CC0"], "plans": ["town-plan"],
            "streets": {"file": "streets.osm.pbf"}, "areas": {"community": {"file": "communities.gpkg"}},
            "residents": {"file": "residents.csv"},
            "layers": {layer: {"file": f"{layer}.csv", "name": name} for layer, name in LAYERS.items()},
            "groups": {
                "central": {"name": {"zh": "中心城区", "en": "Centre"}, "areas": districts[:-1]},
                "outer": {"name": {"zh": "远郊区", "en": "Outer districts"}, "areas": districts[-1:]},
            },
        }
    )  # fmt: skip


def _areas(columns, rows, rng):
    """Return communities with jagged common borders; two rows make a street, two columns a district."""
    corner = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), axis=-1).astype(float)
    corner[1:-1, 1:-1] += rng.uniform(-0.28, 0.28, (columns - 1, rows - 1, 2))

    def border(start, end, inner):
        way = np.linspace(0, 1, 9)[:, None]
        line = corner[start] * (1 - way) + corner[end] * way
        if inner:
            line[1:-1] += rng.uniform(-0.045, 0.045, (7, 2))
        return line

    across = {(i, j): border((i, j), (i + 1, j), 0 < j < rows) for i in range(columns) for j in range(rows + 1)}
    up = {(i, j): border((i, j), (i, j + 1), 0 < i < columns) for i in range(columns + 1) for j in range(rows)}
    shapes, ids, parents = [], [], []
    for i in range(columns):
        for j in range(rows):
            ring = [across[i, j], up[i + 1, j], across[i, j + 1][::-1], up[i, j][::-1]]
            shapes.append(shapely.Polygon(np.concatenate(ring) * [STEP_LON, STEP_LAT] + [WEST, SOUTH]))
            ids.append(f"{i // 2:02d}{j // 2:03d}{i % 2 * 2 + j % 2:03d}")
            parents.append(f"{i // 2:02d}{j // 2:03d}")
    name = iter(_names(rng))
    communities = _frame(shapes, area_id=ids, parent_id=parents, name=[f"{next(name)}社区" for _ in ids])
    streets = communities.dissolve("parent_id")[["geometry"]].rename_axis("area_id").reset_index()
    streets = streets.assign(parent_id=streets["area_id"].str[:2], name=[f"{next(name)}街道" for _ in streets.index])
    districts = streets.dissolve("parent_id")[["geometry"]].rename_axis("area_id").reset_index()
    districts = districts.assign(parent_id="city", name=[f"{next(name)}区" for _ in districts.index])
    city = _frame([districts.union_all()], area_id=["city"], name=["云溪市"])
    levels = {"city": city, "district": districts, "street": streets, "community": communities}
    table = pd.concat([frame.assign(level=level) for level, frame in levels.items()], ignore_index=True)
    return table[["area_id", "level", "name", "parent_id", "geometry"]]


def _residents(communities, points, rng):
    inside = np.repeat(np.arange(len(communities)), points)
    centre = shapely.get_coordinates(shapely.centroid(communities.geometry.to_numpy()))
    lonlat = centre[inside] + rng.uniform(-0.33, 0.33, (len(inside), 2)) * [STEP_LON, STEP_LAT]
    population = np.round(rng.gamma(2.0, 150.0, len(inside)), 1)
    community = communities["area_id"].to_numpy()[inside]
    population[inside == len(communities) - 1] = 0.5  # a park: hardly anybody lives there
    return gpd.GeoDataFrame(
        {
            "resident_id": [f"r{i}" for i in range(len(inside))],
            "population": population,
            "pop_60_plus": np.round(population * rng.uniform(0.1, 0.35, len(inside)), 1),
            "community_id": community,
            "street_id": [one[:5] for one in community],
            "district_id": [one[:2] for one in community],
        },
        geometry=shapely.points(lonlat),
        crs="EPSG:4326",
    )


def _facilities(communities, count, rng):
    west, south, east, north = communities.total_bounds
    toward_west = np.sort(rng.beta(1.1, 2.2, count))[rng.permutation(count)]
    lonlat = np.column_stack([west + (east - west) * toward_west, rng.uniform(south, north, count)])
    layer = np.array(list(LAYERS))[rng.choice(len(LAYERS), count, p=[0.2, 0.2, 0.2, 0.4])]
    name = iter(_names(rng))
    return gpd.GeoDataFrame(
        {
            "facility_id": [f"{one}-{i}" for i, one in enumerate(layer)],
            "layer": layer,
            "name": [f"{next(name)}{LAYERS[one].zh}" for one in layer],
        },
        geometry=shapely.points(lonlat),
        crs="EPSG:4326",
    )


def _pictures(areas, facilities):
    west, south, east, north = areas.total_bounds
    x = np.linspace(west - 0.02, east + 0.02, 400)
    y = south + (north - south) * (0.58 + 0.07 * np.sin(x * 130))
    river = shapely.LineString(np.column_stack([x, y])).buffer(0.0016)
    streets = [shapely.LineString([(west, y), (east, y)]) for y in np.linspace(south, north, 6)]
    streets += [shapely.LineString([(at, south), (at, north)]) for at in np.linspace(west, east, 7)]
    clinics = facilities.geometry[facilities["layer"] == "clinic"].to_numpy()
    rings = [shapely.union_all(shapely.buffer(clinics, degrees)) for degrees in (0.0024, 0.0049, 0.0073)]
    return MapPictures(
        water=_frame([river]),
        green=_frame([shapely.box(west + 0.011, south + 0.004, west + 0.017, south + 0.010)]),
        streets=_frame(streets),
        bands=_frame(rings, service="clinic", walker="standard", minutes=[5.0, 10.0, 15.0]),
        islands=_frame([shapely.LineString([(west + 0.03, south + 0.02), (west + 0.032, south + 0.023)])]),
        problems=_frame(
            [shapely.Point(west + 0.02, south + 0.015)],
            reason_zh=["距离街道 480 米"],
            reason_en=["480 m from any street"],
        ),
    )


def _frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _names(rng):
    """Return ever new names of two or three characters."""
    while True:
        yield "".join(rng.choice(list(SYLLABLES), rng.integers(2, 4)))
