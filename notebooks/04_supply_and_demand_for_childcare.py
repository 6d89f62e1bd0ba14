# %% [markdown]
# # Supply and demand for childcare
#
# A crèche next door is little use to a quarter that shares its twenty places among two thousand infants. A floating
# catchment (2SFCA, Luo & Wang 2003) asks of every crèche how many infants are within a walk, and of every home how many
# places its infants share.

# %%
import pandas as pd

import lifecircle

lifecircle.use_chart_style()
run = lifecircle.open_run("../runs/nanjing-sample")
reach = run.reach("childcare", minutes=15, walker="caregiver")

# %% [markdown]
# First step: the places of a crèche for each infant in its catchment. Second step: what every home has, added up over
# the crèches within 15 minutes with a pushchair.

# %%
homes, creches = lifecircle.catchment_tables(
    reach, run.residents, run.facilities, lifecircle.Step((15,)), demand={"pop_0_2": 1}, supply="capacity"
)
homes = homes.merge(run.residents[["resident_id", "district_id", "community_id"]], on="resident_id")
homes["places"] = homes["supply_per_person"] * homes["demand"]
creches.describe()[["supply", "demand_in_reach", "supply_per_person"]].round(2)

# %% [markdown]
# Nothing is lost: what all homes have, added up, is every place of every crèche that anybody reaches.

# %%
reached = creches.loc[creches["demand_in_reach"] > 0, "supply"].sum()
pd.Series({"places that homes have": homes["places"].sum(), "places that are reached": reached}).round(6)

# %% [markdown]
# By district: infants, the share of them within 15 minutes of any crèche, and places per 100 infants. A district can
# keep its circle and still have too few places.

# %%
names = run.areas.query("level == 'district'").set_index("area_id")["name"]
known = homes[homes["status"] != "not_snapped"]  # of homes far from any street nothing is known
near = known["demand"].where(known["status"] == "reached", 0)
table = pd.DataFrame({"infants": known["demand"], "near": near, "places": known["places"]})
table = table.groupby(known["district_id"]).sum()
table["share_near"] = table["near"] / table["infants"]
table["places_per_100"] = 100 * table["places"] / table["infants"]
table.set_index(table.index.map(names)).sort_values("places_per_100")[
    ["infants", "share_near", "places_per_100"]
].round(2)

# %%
sums = homes.groupby("community_id")[["places", "demand"]].sum()
communities = run.areas.query("level == 'community'").set_index("area_id")
communities["per_100"] = 100 * sums["places"] / sums["demand"]
axes = communities.plot(
    "per_100", cmap="YlGnBu", vmin=0, vmax=40, legend=True, figsize=(5, 5), legend_kwds={"shrink": 0.6, "extend": "max"}
)
axes.set_title("Childcare places per 100 infants within 15 minutes")
axes.set_axis_off()

# %% [markdown]
# How uneven is it? The Gini coefficient over infants is 0 if all share equally. Compare how much it moves with where the
# catchment ends, and with how the weight falls inside it.


# %%
def gini(decay):
    wide = run.reach("childcare", minutes=decay.limit_minutes, walker="caregiver")
    own, _ = lifecircle.catchment_tables(
        wide, run.residents, run.facilities, decay, demand={"pop_0_2": 1}, supply="capacity"
    )
    own = own[own["status"] != "not_snapped"]
    return lifecircle.weighted_gini(own["supply_per_person"].to_numpy(), own["demand"].to_numpy())


decays = {
    "circle of 10 min": lifecircle.Step((10,)),
    "circle of 15 min": lifecircle.Step((15,)),
    "Gaussian within 15 min": lifecircle.GaussianWithin(15),
    "circle of 30 min": lifecircle.Step((30,)),
}
uneven = pd.Series({name: gini(decay) for name, decay in decays.items()})
uneven.round(3)
