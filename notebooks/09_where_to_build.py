# %% [markdown]
# # Where to build
#
# Five new elder-care centres, at least two of them in 六合: where should they stand, whom would they reach, and how sure
# is the choice? It reads `../data/nanjing-sample/study.yaml`, which `make report` has written.

# %%
import geopandas as gpd
import matplotlib.pyplot as plt

import lifecircle

lifecircle.use_chart_style()
study = lifecircle.open_study("../data/nanjing-sample/study.yaml")
proposal = lifecircle.propose_sites(study, "elder_care", new=5, minima={"六合": 2})
proposal

# %% [markdown]
# Candidates are positions along the streets; existing centres stay. The choice is the solution of a maximal covering
# location problem on walking times, not on circles drawn around points; `how` says whether any other choice could be
# better, and `bound` by how much.

# %%
proposal.how, round(proposal.value), round(proposal.bound)

# %% [markdown]
# Who is reached? The share of the elderly within 15 minutes, before and after, scored again with the sites built.

# %%
proposal.by_area.round(4)

# %% [markdown]
# On the map: districts, and the five sites by how many people they newly reach.

# %%
districts = gpd.read_parquet("../runs/nanjing-sample/areas.parquet").query("level == 'district'")
fig, ax = plt.subplots(figsize=(7, 7))
districts.plot(ax=ax, color="#f2f2f2", edgecolor="#888888")
proposal.sites.plot(ax=ax, markersize=proposal.sites["gains"] / 10, color="#c2410c", alpha=0.7)
for site in proposal.sites.itertuples():
    side = 1 if site.rank % 2 else -1
    place = {"textcoords": "offset points", "xytext": (9 * side, -4), "ha": "left" if side > 0 else "right"}
    ax.annotate(f"{site.gains:,.0f}", (site.geometry.x, site.geometry.y), **place)
ax.set_axis_off()
ax.set_aspect(1.18)
plt.show()

# %% [markdown]
# Each further site reaches fewer people. How far is the way to the plan's target?

# %%
fig, ax = plt.subplots(figsize=(7, 3.5))
ax.plot(proposal.returns["sites"], proposal.returns["share"], color="#1d4ed8")
ax.set_xlabel("new sites")
ax.set_ylabel("share within 15 minutes")
plt.show()

# %%
proposal.fewest

# %% [markdown]
# How sure is the choice? It is made again for people who walk 15 % slower or faster, and for shorter and longer limits:
# `same` of its sites are among the five, which in that reading give `share_after` where its own best five would give
# `share_best`. The sites differ, the gain hardly does: many places are nearly as good.

# %%
proposal.readings
