from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from lifecircle.access.joining import join
from lifecircle.access.services import Service
from lifecircle.access.table import ACCESS_COLUMNS, access_table, nearer, rows_of, trips_from
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.walkers import read_walkers
from small_networks import lonlat_at, network_of

STANDARD = read_walkers()["standard"]
NETWORK = network_of([[1, 2]], {1: (0, 0), 2: (1200, 0)})
CLINICS, PARKS = Service(("clinic",)), Service(("park",), {"level": ["4A"]})


def points(positions, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*lonlat_at(positions).T), crs="EPSG:4326")


RESIDENTS = points([(300, 0), (900, 12), (600, 5000)], resident_id=["a", "b", "far"], district_id=["d1", "d2", "d1"])
FACILITIES = points(
    [(0, 0), (1200, 0), (600, 0)],
    layer=["clinic", "park", "park"],
    facility_id=["k", "p4", "p"],
    level=[None, "4A", None],
)
ENTRANCES = FACILITIES[["geometry"]].assign(facility_row=range(3))


@pytest.fixture(scope="module")
def access():
    joined = join(NETWORK, RESIDENTS, ENTRANCES, 300)
    wanted = [(CLINICS, STANDARD), (PARKS, STANDARD)]
    silent = {"clinic": frozenset({"d2"}), "park": frozenset()}
    return access_table(joined, RESIDENTS, FACILITIES, wanted, silent)


def test_the_table_holds_a_row_for_each_resident_and_service_in_order(access):
    assert tuple(access) == ACCESS_COLUMNS
    assert access["resident_id"].tolist() == ["a", "b", "far"] * 2
    assert access["service"].tolist() == [CLINICS.id] * 3 + [PARKS.id] * 3
    assert rows_of(access, PARKS, "standard").index.tolist() == [3, 4, 5]
    assert rows_of(access, PARKS, "elder").empty


def test_the_clinic_is_as_far_as_the_street_and_the_legs_are_long(access):
    """At 1 m/s: 300 m are 5 minutes; 900 m and a leg of 12 m are 15.2, where the district's register is silent."""
    rows = rows_of(access, CLINICS, "standard")
    assert rows["status"].tolist() == ["reached", "no_data", "not_snapped"]
    assert rows["metres"].tolist()[:2] == pytest.approx([300, 912], abs=0.5)
    assert rows["minutes"].tolist()[:2] == pytest.approx([5, 15.2], abs=0.01)
    assert rows["minutes"].isna().tolist() == [False, False, True]
    assert rows["least_minutes"].tolist() == pytest.approx([5, 0, 0], abs=0.01)
    assert rows["leg_m"].tolist()[:2] == pytest.approx([0, 12], abs=0.05)
    assert np.isnan(rows["leg_m"].iloc[2])
    assert rows["facility_id"].astype(object).tolist()[:2] == ["k", "k"]
    assert rows["facility_id"].isna().tolist() == [False, False, True]


def test_a_facility_of_unknown_level_may_be_nearer_than_the_sure_one(access):
    """The sure park is 900 m from a and 312 m from b; the other, of unknown level, 300 m from a and 312 m from b."""
    rows = rows_of(access, PARKS, "standard")
    assert rows["status"].tolist()[0] == "no_data"
    assert rows["metres"].tolist()[:2] == pytest.approx([900, 312], abs=0.5)
    assert rows["least_metres"].tolist()[:2] == pytest.approx([300, 312], abs=0.5)
    assert rows["least_minutes"].tolist()[:2] == pytest.approx([5, 5.2], abs=0.01)
    assert rows["facility_id"].astype(object).tolist()[:2] == ["p4", "p4"]


def test_who_lives_at_the_first_node_has_trips_and_who_is_not_joined_has_none():
    joined = join(NETWORK, RESIDENTS, ENTRANCES, 300)
    graph = walk_graph(joined.placed, STANDARD)
    found = nearest(graph, joined.entrance_node[1:2], joined.entrance_leg_m[1:2], joined.entrance_facility[1:2])
    trips = trips_from(found, graph, np.array([0, -1], dtype=np.int32), np.array([6.0, 6.0]))
    assert trips.metres.tolist() == pytest.approx([1206, np.inf], abs=0.5)
    assert trips.minutes.tolist() == pytest.approx([20.1, np.inf], abs=0.01)
    assert trips.facility.tolist() == [1, -1]


def test_of_two_tables_the_better_way_counts_and_the_first_of_equals():
    """The second table is nearer for b, reaches c, which the first had off all streets, and is equal for a."""
    columns = ["resident_id", "status", "minutes", "least_minutes", "least_metres"]
    first = [("a", "reached", 5, 5, 300), ("b", "reached", 9, 9, 540), ("c", "not_snapped", None, 0, 0)]
    second = [("a", "no_data", 5, 4, 240), ("b", "reached", 7, 7, 420), ("c", "reached", 12, 12, 720)]
    both = nearer(pd.DataFrame(first, columns=columns), pd.DataFrame(second, columns=columns))
    assert both["status"].tolist() == ["reached", "reached", "reached"]
    assert both["minutes"].tolist() == [5, 7, 12]
    assert both["least_minutes"].tolist() == [4, 7, 12]
    assert both["least_metres"].tolist() == [240, 420, 720]
