from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from lifecircle.access.explain import median_row, typical_walks
from lifecircle.access.joining import join
from lifecircle.access.services import Service
from lifecircle.access.table import access_table
from lifecircle.errors import NetworkError
from small_networks import lonlat_at, network_of
from street_walks import walker

STREET = {1: (0, 0), 2: (1000, 0), 3: (2000, 0), 4: (0, 500), 5: (100, 500)}
NETWORK = network_of([[1, 2], [2, 3], [4, 5]], STREET, names=["West Street", "East Street", "Island"])


def table(positions, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*lonlat_at(positions).T), crs="EPSG:4326")


# Clinics at 1200 m, 100 m (10 m aside) and 2000 m; people at 0, 400 and 900 m, on the island, and off all streets.
FACILITIES = table([(1200, 0), (100, 10), (2000, 0)], facility_id=["a", "b", "c"], layer=["clinic"] * 3)
ENTRANCES = table([(1200, 0), (100, 10), (1999, 0), (2000, 0)], facility_row=[0, 1, 2, 2])
RESIDENTS = table(
    [(0, 0), (400, 5), (900, 0), (50, 500), (0, 5000)],
    resident_id=list("vwxyz"),
    population=[100.0, 80.0, 110.0, 40.0, 7.0],
)
JOINED = join(NETWORK, RESIDENTS, ENTRANCES, 300)
EVERYBODY = np.ones(5, dtype=bool)
ALL = np.ones(3, dtype=bool)


def walks(among=EVERYBODY, offered=ALL, k=2):
    return typical_walks(JOINED, RESIDENTS, ENTRANCES, offered, walker(), among, k)


def test_the_typical_resident_is_the_one_in_the_middle():
    """To the nearest clinic: v 110 m, w 315 m, x 300 m. In this order 100, 210, 290 people: the 145th is at x."""
    assert walks().resident == 2


def test_people_without_a_way_are_counted_apart():
    typical = walks()
    assert (typical.people, typical.cut_off, typical.lost) == (337, 40, 7)


def test_the_walks_lead_to_the_nearest_facilities_street_by_street():
    """From x: 100 m along West and 200 m along East Street to a; 800 m back and 10 m aside to b. c is third."""
    first, second = walks().walks
    assert (first.facility, second.facility) == (0, 1)
    assert first.metres == pytest.approx(300, rel=1e-3)
    assert first.way["name"].tolist() == ["West Street", "East Street"]
    assert first.way["metres"].tolist() == pytest.approx([100, 200], rel=1e-3)
    assert second.minutes == pytest.approx(810 / 60, rel=1e-3)
    assert second.way["part"].tolist() == ["street", "to_place"]


def test_a_facility_is_entered_where_it_is_reached_first():
    """Clinic c has entrances at 1999 and 2000 m. There v walks 1999 m, w 1604 m, x 1099 m; w is the middle."""
    (only,) = walks(offered=np.array([False, False, True])).walks
    assert only.metres == pytest.approx(1599 + 5, rel=1e-3)


def test_minutes_are_those_of_the_access_table():
    typical = walks()
    access = access_table(JOINED, RESIDENTS, FACILITIES, [(Service(("clinic",)), walker())], {"clinic": frozenset()})
    row = access.iloc[typical.resident]
    assert typical.walks[0].minutes == pytest.approx(row["minutes"], abs=1e-9)
    assert typical.walks[0].metres == pytest.approx(row["metres"], abs=1e-9)
    for walk in typical.walks:
        assert walk.way["minutes"].sum() == pytest.approx(walk.minutes, abs=1e-4)
        assert walk.way["metres"].sum() == pytest.approx(walk.metres, abs=5e-3)


def test_where_nobody_reaches_a_facility_there_is_nothing_to_tell():
    with pytest.raises(NetworkError, match="none of those asked for reaches"):
        walks(among=np.array([False, False, False, True, True]))


def test_the_median_is_taken_over_people_and_not_over_points():
    """Costs 1, 2, 3 with 10, 10 and 30 people: the 25th of 50 has cost 3; points without people do not count."""
    assert median_row(np.array([3.0, 1.0, 2.0, 0.0, np.inf]), np.array([30.0, 10.0, 10.0, 0.0, 900.0])) == 0
    assert median_row(np.array([1.0, 2.0]), np.array([10.0, 10.0])) == 0
