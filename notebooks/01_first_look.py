# %% [markdown]
# # A first look
#
# From a study file to a verdict, a map and a reason, in six cells. The city is the embedded sample: real names and
# census totals of Nanjing, invented streets and facilities. `make report` has written it to `data/nanjing-sample`.

# %%
import lifecircle

lifecircle.use_chart_style()
city = lifecircle.open_study("../data/nanjing-sample/study.yaml")
run = city.run()

# %% [markdown]
# Every circle of the plan, for the whole city. A value is a share of people; its range is what is left of it when
# people walk 15 % slower or faster, the limit is 10 % shorter or longer, or places lie closer to streets.

# %%
circles = run.results.query("level == 'city' and kind == 'circle' and plan_id == 'nanjing-14fyp'")
circles = circles.drop_duplicates("standard_id").set_index("standard_id")
circles[["value", "low", "high", "target", "verdict", "shortfall_people"]].round(3)

# %% [markdown]
# Where is it kept? The communities are an ordinary GeoDataFrame.

# %%
axes = run.communities.plot(
    "nanjing-14fyp.medical_circle_value",
    cmap="YlGnBu",
    vmin=0,
    vmax=1,
    legend=True,
    figsize=(5, 5),
    legend_kwds={"shrink": 0.6},
)
axes.set_title("Share of people within 15 minutes of a clinic or hospital, by community")
axes.set_axis_off()

# %% [markdown]
# Which community lacks it for the most people, and why? The answer tells the walk of the resident point in the middle:
# half of the community's people walk farther.

# %%
medical = run.results.query("level == 'community' and standard_id == 'medical_circle' and denominator == 'people'")
worst = medical.sort_values("shortfall_people").iloc[-1]
run.explain(worst["area_id"], "clinic")

# %% [markdown]
# The map of one district: one page that needs no network. In a notebook it stands in a frame of its own;
# `.save("map.html")` writes it to be sent. This is what the city's map looks like:
#
# ![The map: communities by how many of their people reach the services of the life circle](../docs/images/map.png)

# %%
run.map("高淳区")
