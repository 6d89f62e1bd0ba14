# %% [markdown]
# # How sure are we?
#
# Three doubts about every number: would it hold if people walked a little faster or slower; would another engine find
# the same walks; and would other population data say the same?

# %%
import matplotlib.pyplot as plt
import pandas as pd

import lifecircle

lifecircle.use_chart_style()
run = lifecircle.open_run("../runs/nanjing-sample")

# %% [markdown]
# ## Ranges
#
# Every share carries its lowest and highest value under walking speed ±15 %, limit ±10 % and half the snap limit. Where
# the target lies inside the range, the verdict is *borderline*.

# %%
ranges = run.results.query(
    "level == 'district' and standard_id == 'medical_circle' and denominator == 'people'"
).sort_values("value")
names = run.areas.query("level == 'district'").set_index("area_id")["name"]
fig, axes = plt.subplots(figsize=(6.3, 3.0))
for place, row in enumerate(ranges.itertuples()):
    axes.plot([row.low, row.high], [place, place], color="#93c7b3", lw=5, solid_capstyle="butt")
    axes.plot(row.value, place, "o", color="#1c4a72", ms=4)
axes.axvline(ranges["target"].iloc[0], color="#c8432b", lw=0.8, ls="--")
axes.set(
    yticks=range(len(ranges)),
    yticklabels=names[ranges["area_id"]],
    xlim=(0.4, 1),
    xlabel="share of people within 15 minutes of a clinic or hospital",
)
ranges["verdict"].value_counts()

# %% [markdown]
# Does the *order* of communities depend on the reading? Kendall's τ is 1 where the order stays the same.

# %%
run.findings.ranking.query("standard_id == 'medical_circle'")[["reading", "areas", "tau"]].round(3)

# %% [markdown]
# ## A second engine
#
# The walks of some resident points are computed again from the street file on, by other code on another library
# (NetworkX). This is `lifecircle verify`.

# %%
second = run.verify(residents=25)
pd.Series(second)

# %% [markdown]
# ## Other people
#
# Where people live is estimated, too. Put each street's people at one point in each of its communities, by their land,
# instead of at the known homes: a coarser source of the same totals. People at points far from any street are unknown,
# and neither counted as near nor as far.

# %%
care = run.facilities[run.facilities["layer"].isin(["clinic", "hospital"])]
parts = run.areas.query("level == 'community'")
even = parts.set_geometry(parts.representative_point())
people = run.residents.groupby("street_id")["population"].sum()
even["population"] = (
    even["area_m2"] / even.groupby("parent_id")["area_m2"].transform("sum") * even["parent_id"].map(people)
)


def covered_share(points):
    walks = lifecircle.nearest_walks(run.network, points, care, snap_limit_m=run.study.snap_limit_m)
    known = walks["status"] != "not_snapped"
    near = known & (walks["minutes"] <= 15)
    people_known = points.loc[known, "population"].sum()
    return {
        "points": len(points),
        "share": points.loc[near, "population"].sum() / people_known,
        "known": people_known / points["population"].sum(),
    }


sources = pd.DataFrame({"homes": covered_share(run.residents), "land of communities": covered_share(even)}).T
sources.round(3)
