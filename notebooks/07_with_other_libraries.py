# %% [markdown]
# # With other libraries
#
# Results are ordinary files and tables: DuckDB and QGIS open the run folder, OSMnx takes the streets, and PySAL's
# `access` and `spopt` take the walks, each in a line or two.

# %%
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

import lifecircle

lifecircle.use_chart_style()
folder = Path("../runs/nanjing-sample")
run = lifecircle.open_run(folder)
mine = Path(tempfile.mkdtemp())

# %% [markdown]
# ## DuckDB reads the run folder
#
# No Python of ours takes part: the districts with the most people beyond 15 minutes, from the parquet files alone.

# %%
import duckdb

beyond = duckdb.sql(f"""
    SELECT district.name, SUM(resident.population) AS people
    FROM '{folder}/access.parquet' AS walk
    JOIN '{folder}/residents.parquet' AS resident USING (resident_id)
    JOIN '{folder}/areas.parquet' AS district ON district.area_id = resident.district_id
    WHERE walk.service = 'clinic+hospital' AND walk.walker = 'standard'
      AND (walk.minutes > 15 OR walk.status = 'unreachable')
    GROUP BY district.name ORDER BY people DESC LIMIT 3
""").df()
beyond

# %% [markdown]
# ## OSMnx, GraphML and GeoPackage
#
# The streets within 800 m of a clinic, as a graph; back again they are the same streets.

# %%
import osmnx as ox

at = run.facilities.query("layer == 'clinic'").geometry.iloc[0]
graph = lifecircle.to_osmnx(run.network)
middle = ox.distance.nearest_nodes(graph, at.x, at.y)
quarter = ox.truncate.truncate_graph_dist(graph, middle, 800)
ox.save_graphml(quarter, mine / "quarter.graphml")
again = lifecircle.from_osmnx(ox.load_graphml(mine / "quarter.graphml"))

lifecircle.street_lines(again).to_file(mine / "quarter.gpkg", layer="streets")
from_package = lifecircle.read_streets(mine / "quarter.gpkg")
pd.Series(
    {
        "OSMnx, km": sum(length for *_, length in quarter.edges(data="length")) / 2000,
        "GraphML, km": again.edge_length_m.sum() / 1000,
        "GeoPackage, km": from_package.edge_length_m.sum() / 1000,
    }
).round(3)

# %%
fig, axes = ox.plot_graph(
    quarter, node_size=0, edge_color="#56a3ad", bgcolor="white", figsize=(4, 4), show=False, close=False
)
_ = axes.scatter(at.x, at.y, color="#c8432b", s=20)

# %% [markdown]
# ## PySAL `access`
#
# The walks to crèches are a table of costs; `access` takes it as it is, and its 2SFCA is ours.

# %%
from access import Access

walks = run.walks("childcare", minutes=15, walker="caregiver")
creches = run.facilities.query("layer == 'childcare'")
theirs = Access(
    demand_df=run.residents, demand_index="resident_id", demand_value="pop_0_2",
    supply_df=creches, supply_index="facility_id", supply_value="capacity",
    cost_df=walks, cost_origin="resident_id", cost_dest="facility_id", cost_name="minutes",
).two_stage_fca(name="places", cost="minutes", max_cost=15)  # fmt: skip

ours, _ = lifecircle.catchment_tables(
    run.reach("childcare", minutes=15, walker="caregiver"), run.residents, run.facilities, lifecircle.Step((15,)),
    demand={"pop_0_2": 1}, supply="capacity",
)  # fmt: skip
both = ours.set_index("resident_id")[["supply_per_person"]].join(theirs["places_capacity"].fillna(0))
both.sum().round(3)

# %% [markdown]
# ## spopt
#
# Which three of twenty homes in 高淳区 would serve the most people within 15 minutes, if each could be a clinic?

# %%
import pulp
from spopt.locate import MCLP

district = run.areas.query("name == '高淳区'")["area_id"].iloc[0]
people = run.residents.query("district_id == @district").set_index("resident_id")
sites = people.sort_values("population").iloc[-20:]
costs = lifecircle.walks_within(run.network, people, sites).pivot(
    index="origin", columns="destination", values="minutes"
)
costs = costs.reindex(index=people.index, columns=sites.index).fillna(np.inf)
model = MCLP.from_cost_matrix(costs.to_numpy(), people["population"].to_numpy(), service_radius=15, p_facilities=3)
solved = model.solve(pulp.PULP_CBC_CMD(msg=False))
served = people["population"].to_numpy()[[bool(clients) for clients in solved.cli2fac]].sum()
chosen = [site for site, clients in zip(sites.index, solved.fac2cli) if clients]
chosen, float(served)
