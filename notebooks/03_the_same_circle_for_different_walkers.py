# %% [markdown]
# # The same circle for different walkers
#
# "15 minutes" is a different circle for a healthy adult, for somebody of eighty, with a pushchair, or in a wheelchair:
# speeds differ, and steps, kerbs and hills stop some and not others. Every walker's speed has its source in
# `configs/walkers.yaml`.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import lifecircle

lifecircle.use_chart_style()
run = lifecircle.open_run("../runs/nanjing-sample")
WALKERS = ["adult", "standard", "caregiver", "wheelchair", "elder"]

# %% [markdown]
# Around the clinic nearest to the middle of all homes: from where is it reached within 5, 10 and 15 minutes?

# %%
clinics = run.facilities.query("layer == 'clinic'").to_crs(run.network.crs)
middle = run.residents.to_crs(run.network.crs).union_all().centroid
at = run.facilities.geometry[clinics.distance(middle).idxmin()]
rings = {walker: run.isochrones(at=(at.x, at.y), walker=walker).polygons.to_crs(run.network.crs) for walker in WALKERS}

west, south, east, north = rings["adult"].total_bounds
fig, axes = plt.subplots(1, len(WALKERS), figsize=(6.3, 1.6))
for axis, (walker, polygons) in zip(axes, rings.items()):
    for colour, (_, ring) in zip(["#93c7b3", "#56a3ad", "#1c4a72"], polygons.iloc[::-1].iterrows()):
        polygons[polygons["minutes"] == ring["minutes"]].plot(ax=axis, color=colour)
    axis.set(xlim=(west, east), ylim=(south, north), title=f"{walker}\n{polygons['area_km2'].iloc[-1]:.2f} km²")
    axis.set_axis_off()

# %% [markdown]
# And in the whole city: who is within 15 minutes of a clinic or hospital, if everybody walked like this? Of homes too far
# from any street nothing is known: they count on neither side, as in every result.

# %%
people = run.residents["population"].to_numpy()


def known_share(weights, reach, minutes):
    near = reach.pairs.nearest_minutes <= minutes
    return weights[near].sum() / weights[reach.snapped].sum()


reaches = {walker: run.reach(["clinic", "hospital"], minutes=30, walker=walker) for walker in WALKERS}
share = pd.Series({walker: known_share(people, reach, 15) for walker, reach in reaches.items()})
share.round(3)

# %%
fig, axis = plt.subplots(figsize=(6.3, 3.0))
for walker, reach in reaches.items():
    axis.plot(range(31), [known_share(people, reach, minutes) for minutes in range(31)], label=walker)
axis.axvline(15, color="grey", lw=0.8, ls=":")
axis.set(xlim=(0, 30), ylim=(0, 1), xlabel="minutes to a clinic or hospital", ylabel="share of people")
_ = axis.legend(frameon=False)

# %% [markdown]
# This is why elder care is scored for the elder walker and for people of sixty and over. Scored for the planning speed
# of 1 m/s, the same centres would look better than they are for those whom they serve.

# %%
elders = run.residents["pop_60_plus"].to_numpy()
elder_share = pd.Series(
    {walker: known_share(elders, run.reach("elder_care", walker=walker), 15) for walker in ("standard", "elder")}
)
elder_share.round(3)
