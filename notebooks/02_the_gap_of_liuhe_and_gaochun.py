# %% [markdown]
# # The gap of 六合 and 高淳
#
# The plan promises to narrow the gap between the centre and the outer districts. How wide is it, how many people are
# behind, and who walks how far? This opens the finished run that `make report` has written.

# %%
import matplotlib.pyplot as plt

import lifecircle

lifecircle.use_chart_style()
run = lifecircle.open_run("../runs/nanjing-sample")
OUTER = ["六合区", "高淳区"]

# %% [markdown]
# `difference` is the centre's share less the district's; `people_behind` is how many more people would have to be in
# reach to be level with the centre.

# %%
gap = run.gaps().query("area in @OUTER and unit == 'share' and denominator in ['people', 'target_group']")
gap = gap[gap["plan_id"] == "nanjing-14fyp"]
gap[["standard", "area", "reference_value", "value", "difference", "people_behind"]].round(3)

# %%
wide = gap.pivot(index="standard", columns="area", values="value").assign(
    Centre=gap.groupby("standard")["reference_value"].first()
)
axes = wide[["Centre", *OUTER]].plot.barh(figsize=(6.3, 3.4), width=0.75)
axes.set(xlabel="share of people in reach", ylabel="", xlim=(0, 1))
axes.legend(loc="upper center", bbox_to_anchor=(0.4, 1.12), ncols=3, frameon=False)
axes.invert_yaxis()
# %% [markdown]
# Shares hide how far people are from the limit. The curve shows who reaches a clinic or hospital within each minute.

# %%
people = run.residents.set_index("resident_id")
walks = run.access.query("service == 'clinic+hospital' and walker == 'standard' and status != 'not_snapped'")
walks = walks.set_index("resident_id")
walks = walks.join(people[["population", "district_id"]])
names = run.areas.query("level == 'district'").set_index("area_id")["name"]
centre = run.study.groups["central"].areas

fig, axes = plt.subplots(figsize=(6.3, 3.2))
for label, members in {"Centre": centre, **{name: [name] for name in OUTER}}.items():
    own = walks[walks["district_id"].map(names).isin(members)].sort_values("minutes")
    axes.step(own["minutes"], own["population"].cumsum() / own["population"].sum(), label=label)
axes.axvline(15, color="grey", lw=0.8, ls=":")
axes.set(
    xlim=(0, 60), ylim=(0, 1), xlabel="minutes on foot to the nearest clinic or hospital", ylabel="share of people"
)
_ = axes.legend(frameon=False)
# %% [markdown]
# Where would it help most? People beyond 15 minutes, by community of the two districts.

# %%
short = run.results.query("level == 'community' and standard_id == 'medical_circle' and denominator == 'people'")
areas = run.areas.query("level == 'community'").merge(short[["area_id", "total", "covered"]], on="area_id")
areas["beyond"] = areas["total"] - areas["covered"]
district_of = dict(zip(run.residents["community_id"], run.residents["district_id"].map(names)))
fig, both = plt.subplots(1, 2, figsize=(6.3, 3.6))
for axes, district in zip(both, OUTER):
    own = areas[areas["area_id"].map(district_of) == district]
    own.plot(
        "beyond",
        ax=axes,
        cmap="OrRd",
        vmin=0,
        vmax=areas["beyond"].quantile(0.99),
        legend=True,
        legend_kwds={"shrink": 0.6},
    )
    axes.set_title(f"{district}: {own['beyond'].sum():,.0f} people beyond 15 minutes")
    axes.set_axis_off()
plt.tight_layout()

# %% [markdown]
# How uneven is it inside each? The Gini coefficient over communities, weighted by people: 0 where all are equal.

# %%
uneven = run.gaps("clinic").query("standard_id == 'medical_circle' and denominator == 'people' and level == 'district'")
uneven = uneven.set_index("area")[["value", "gini", "p10"]].sort_values("gini")
uneven.round(3)
