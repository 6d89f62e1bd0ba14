# %% [markdown]
# # Bring your own data
#
# Your own layer, your own plan, or no study at all. Here a district office has a list of reading rooms in 高淳区 and
# wants every resident to have one within ten minutes.

# %%
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

import lifecircle

lifecircle.use_chart_style()
sample = Path("../data/nanjing-sample").resolve()
mine = Path(tempfile.mkdtemp())

# %% [markdown]
# ## The layer
#
# A list as offices keep one: a CSV with Chinese columns. (Invented: a room beside the home of every twelfth resident
# point.)

# %%
homes = gpd.read_parquet(sample / "residents.parquet")
communities = gpd.read_file(sample / "communities.gpkg").set_index("area_id")
inside = communities[communities["parent_id"].str.startswith("320118")]
homes = homes[homes.within(inside.union_all())]
rooms = pd.DataFrame({"名称": "阅览室", "经度": homes.geometry.x, "纬度": homes.geometry.y})[::12]
rooms.to_csv(mine / "rooms.csv", index=False)
len(homes), len(rooms)

# %% [markdown]
# ## The plan
#
# A plan is data: one circle, with the clause it comes from and the target. `docs/plan-file.md` lists every key.

# %%
_ = (mine / "plan.yaml").write_text(
    """
id: reading
name: {zh: 阅读计划, en: Reading plan}
edition: "1"
issuer: {zh: 区图书馆, en: District library}
date: "2025"
source: an example
fields: {culture: {zh: 文化, en: Culture}}
standards:
  - id: reading_10
    name: {zh: 10分钟阅读圈, en: 10-minute reading circle}
    field: culture
    kind: circle
    clause: {chapter: 一}
    layers: [reading_room]
    minutes: 10
    target: 0.8
    year: 2025
""",
    encoding="utf-8",
)

# %% [markdown]
# ## The study
#
# It names the files. Everything is checked when it is read; a wrong key, a missing column or a shifted frame is one
# sentence that says where and what to do.

# %%
homes.to_parquet(mine / "homes.parquet")
inside.reset_index().to_file(mine / "communities.gpkg")
_ = (mine / "study.yaml").write_text(
    f"""
id: gaochun-reading
name: {{zh: 高淳阅读, en: Reading in Gaochun}}
synthetic: true
credits: [SYNTHETIC data]
plans: [plan.yaml]
streets: {{file: '{sample}/streets.osm.pbf'}}
areas: {{community: {{file: communities.gpkg}}}}
residents: {{file: homes.parquet}}
layers:
  reading_room: {{file: rooms.csv, crs: EPSG:4326, complete: true, name: {{zh: 阅览室, en: reading rooms}}}}
""",
    encoding="utf-8",
)
city = lifecircle.open_study(mine / "study.yaml")
city.check()

# %%
run = city.run()
run

# %%
axes = run.communities.plot(
    "reading_10_value", cmap="YlGnBu", vmin=0, vmax=1, legend=True, figsize=(6.3, 4), legend_kwds={"shrink": 0.6}
)
run.facilities.plot(ax=axes, color="#c8432b", markersize=4)
axes.set_title("Share of people within 10 minutes of a reading room")
axes.set_axis_off()

# %% [markdown]
# ## No study at all
#
# Streets, two tables of places, and the walk between them. The same function serves one point or a million.

# %%
places = gpd.GeoDataFrame(rooms, geometry=gpd.points_from_xy(rooms["经度"], rooms["纬度"]), crs="EPSG:4326")
walks = lifecircle.nearest_walks(run.network, homes, places)
near = walks["minutes"] <= 10
own_share = homes.loc[near, "population"].sum() / homes.loc[walks["status"] != "not_snapped", "population"].sum()
walks["status"].value_counts(), round(own_share, 4)

# %%
rings = lifecircle.isochrones_around(run.network, places.iloc[:3], minutes=(5, 10))
rings[["place", "minutes", "area_km2"]].round(2)
