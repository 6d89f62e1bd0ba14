# %% [markdown]
# # What would change, and what has
#
# In 高淳 a village lies across a river from its elder-care centre, and nobody may walk over the bridge. What would a
# footbridge change, and for whom? Then the other way round: a town in two years, and what made the difference. The
# first part reads `../data/nanjing-sample/study.yaml`, which `make report` has written.

# %%
import shutil
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
from ruamel.yaml import YAML

import lifecircle

study = lifecircle.open_study("../data/nanjing-sample/study.yaml")
planted = YAML(typ="safe").load(Path("../data/nanjing-sample/planted.yaml").read_text(encoding="utf-8"))
village = next(case for case in planted["cases"] if case["id"] == "across-the-river")

# %% [markdown]
# A bridge is a line; its ends meet the streets beside them. This one leads from the last home on the west bank to the
# centre in the east. Nothing is written to the study's files.

# %%
homes = (
    gpd.read_parquet("../data/nanjing-sample/residents.parquet")
    .set_index("resident_id")
    .loc[village["expected"][0]["residents"]]
)
centre = gpd.read_file("../data/nanjing-sample/elder_care.gpkg").set_index("机构编码").loc[village["facilities"][0]]
away_m = homes.to_crs("EPSG:32650").distance(gpd.GeoSeries([centre.geometry], crs="EPSG:4326").to_crs("EPSG:32650")[0])
last_home = homes.geometry.iloc[away_m.argmin()]
bridge = {
    "name": "河西步行桥",
    "along": [[last_home.x, last_home.y], [centre.geometry.x, centre.geometry.y]],
    "bridge": True,
}
found = lifecircle.what_if(study, {"streets": [bridge]})

# %% [markdown]
# Who gains, who loses? Nobody is taken out of a circle by a street that is added.

# %%
effects = found.effects.query("level == 'community' and kind == 'circle' and denominator in ['people', 'target_group']")
touched = effects[effects["gained"] > 0].set_index("standard_id")[["area_id", "before", "after", "gained", "lost"]]
touched.round(3)

# %% [markdown]
# ## What has changed, and why
#
# Two years of a town of one street. By the second a clinic has opened in the east and 200 people have moved in at the
# west end; each year is run into a folder of its own.

# %%
folder = Path(tempfile.mkdtemp())
town = lifecircle.example_town().study.path.parent
for year in ("2023", "2025"):
    shutil.copytree(town, folder / year)
    file = folder / year / "study.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('date: "2025"', f'date: "{year}"'), encoding="utf-8")

people, clinics = (pd.read_csv(folder / "2025" / name) for name in ("residents.csv", "clinics.csv"))
newcomers = people.iloc[[0]].assign(resident_id="new", population=200, pop_0_2=10)
pd.concat([people, newcomers]).to_csv(folder / "2025" / "residents.csv", index=False)
opened = clinics.assign(facility_id="k2", name="东村诊所", lon=people["lon"].iloc[-1], lat=people["lat"].iloc[-1])
pd.concat([clinics, opened]).to_csv(folder / "2025" / "clinics.csv", index=False)

for year in ("2023", "2025"):
    lifecircle.open_study(folder / year / "study.yaml").run(folder / "runs" / year)

# %% [markdown]
# Facilities, streets, people, figures and rules are taken from the later year one after the other; the parts add up to
# the whole change.

# %%
PARTS = ["facilities", "streets", "people", "figures", "rules"]
changes = lifecircle.compare(folder / "runs" / "2023", folder / "runs" / "2025").changes
clinic = changes.query("standard_id == 'clinic_15' and denominator == 'people' and level in ['city', 'district']")
clinic = clinic.assign(area=clinic["area_id"].map({"city": "whole town", "01": "west", "02": "east"})).set_index("area")
clinic[["before", "after", "change", *PARTS, "cause"]].round(3)

# %%
axes = (100 * clinic[["facilities", "people"]]).plot.barh(
    stacked=True, figsize=(6.3, 2.2), color=["#1c4a72", "#3d8b6e"]
)
axes.axvline(0, color="black", lw=0.8)
axes.set(xlabel="percentage points within 15 minutes of a clinic", ylabel="")
axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.25), ncols=2, frameon=False)
axes.invert_yaxis()

# %% [markdown]
# And is the plan on course? Its target is 90 % in 2025; the line through both runs says where it leads.

# %%
course = lifecircle.course(folder / "runs" / "2023", folder / "runs" / "2025")
course.set_index("standard_id")[["date", "value", "target", "projected", "course", "basis"]]
