from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from lifecircle.access import bands as module
from lifecircle.access.bands import BAND_MINUTES, CELL_M, TOLERANCE_M, isochrone_bands
from lifecircle.access.joining import join
from lifecircle.access.services import Service
from lifecircle.crs import to_metric
from lifecircle.network.places import insert_places
from lifecircle.network.search import nearest, walk_graph
from lifecircle.network.snap import snap_to_edges
from small_networks import CORNER, CRS, lonlat_at, network_of
from street_walks import walker

CLINIC = Service(("clinic",))
NOBODY = gpd.GeoDataFrame({"resident_id": []}, geometry=[], crs="EPSG:4326")


def points(positions, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*lonlat_at(positions).T), crs="EPSG:4326")


def bands_of(network, clinics, wanted=None):
    ids = [f"k{number}" for number in range(len(clinics))]
    facilities = points(clinics, facility_id=ids, layer=["clinic"] * len(ids))
    entrances = points(clinics, facility_row=range(len(ids)))
    joined = join(network, NOBODY, entrances, 300)
    return isochrone_bands(joined, facilities, entrances, wanted or [(CLINIC, walker())])


def metric(bands):
    shapes = bands.geometry.to_crs(CRS).to_numpy()
    return shapely.transform(shapes, lambda xy: xy - CORNER)


def test_along_a_street_the_bands_end_where_their_time_does():
    """A street along the middle of a row of squares, from 0 to 1990 m, the clinic at 0; 1 m/s, so 300, 600 and 900 m.

    Points lie half a step, then one step of 1990 / 40 = 49.75 m apart: the fifth, at 223.9 m, is the first beyond 200 m
    and tells the seconds of the middle at 250 m; the seventh, at 323.4 m, those at 350 m. 300 s lie at 250 + 100 (300 -
    223.9) / 99.5 = 326.5 m. So the others at 550 + 100 (600 - 522.4) / 99.5 = 628.0 and 850 + 100 (900 - 820.9) / 99.5
    = 929.5 m.
    """
    bands = bands_of(network_of([[1, 2]], {1: (0, 50), 2: (1990, 50)}), [(0, 50)])
    assert bands["minutes"].tolist() == [5, 10, 15]
    assert (bands["service"] == "clinic").all()
    assert (bands["walker"] == "one").all()
    middle = shapely.LineString([(-500, 50), (2500, 50)])
    for shape, end in zip(metric(bands), (326.5, 628.0, 929.5), strict=True):
        assert shapely.intersection(shape, middle).bounds[2] == pytest.approx(end, abs=1)
        assert shape.bounds[1] > 50 - 2 * CELL_M
        assert shape.bounds[3] < 50 + 2 * CELL_M


def test_more_minutes_cover_fewer():
    shapes = metric(bands_of(streets(np.random.default_rng(5)), [(310, 200), (1650, 1400)]))
    for narrow, wide in itertools.pairwise(shapes):
        assert shapely.covers(shapely.buffer(wide, TOLERANCE_M), narrow)
        assert shapely.area(wide) > shapely.area(narrow) > 0


def streets(rng, side=8, step=260.0):
    """Return crooked blocks, some streets of which are missing."""
    corners = step * np.stack(np.divmod(np.arange(side**2), side), axis=1) + rng.uniform(-60, 60, (side**2, 2))
    place = dict(enumerate(corners, start=1))
    across = [[node, node + side] for node in place if node + side in place]
    up = [[node, node + 1] for node in place if node % side]
    lines = [line for line in across + up if rng.random() < 0.8]
    return network_of(lines, place)


@pytest.mark.parametrize("seed", range(6))
def test_the_middles_of_squares_with_streets_follow_the_search(seed, monkeypatch):
    """Points every 10 m of every street are searched as places of their own; the bands know one in 50 m.

    So a street of which a square holds six of these points in a row tells what its middle is: within half a square of
    the quickest of them.
    """
    monkeypatch.setattr(module, "TOLERANCE_M", 0.0)
    rng = np.random.default_rng(seed)
    network, clinics = streets(rng), rng.uniform(0, 1900, (3, 2))
    lines = shapely.linestrings(
        to_metric(network.vertex_lonlat, CRS) - CORNER,
        indices=np.repeat(np.arange(network.edge_count), np.diff(network.edge_offsets)),
    )
    there, edge = shapely.get_coordinates(shapely.segmentize(lines, 10.0), return_index=True)
    found = pd.DataFrame({"edge": edge, "seconds": seconds_of(network, there, clinics)})
    found["column"], found["row"] = np.floor(there / CELL_M).T
    stretches = found.groupby(["column", "row", "edge"])["seconds"].agg(["size", "min"]).reset_index()
    stretches["all"] = stretches.groupby(["column", "row"])["min"].transform("min")
    known = stretches[stretches["size"] >= 6]
    for minutes, shape in zip(BAND_MINUTES, metric(bands_of(network, clinics)), strict=True):
        inside = shapely.contains_xy(shape, *((known[["column", "row"]].to_numpy() + 0.5) * CELL_M).T)
        within = (known["min"] <= 60 * minutes - CELL_M / 2).to_numpy()  # seconds, at 1 m/s
        beyond = (known["all"] > 60 * minutes + 10).to_numpy()
        assert within.sum() > 5
        assert beyond.sum() > 5
        assert inside[within].all()
        assert not inside[beyond].any()


def seconds_of(network, places, clinics):
    """Return the seconds from places on the streets to the nearest clinic, each place a node of its own."""
    placed = insert_places(network, snap_to_edges(network, lonlat_at(np.vstack([places, clinics])), 300))
    node, leg_m = placed.node_of_place[len(places) :], placed.leg_m[len(places) :]
    found = nearest(walk_graph(placed, walker()), node[node >= 0], leg_m[node >= 0])
    return found.seconds[placed.node_of_place[: len(places)]]


def test_streets_that_lead_nowhere_and_land_without_streets_belong_to_no_band():
    network = network_of([[1, 2], [3, 4]], {1: (0, 50), 2: (600, 50), 3: (0, 550), 4: (600, 550)})
    wide = metric(bands_of(network, [(300, 50)]))[-1]
    assert shapely.contains_xy(wide, 300, 50)
    assert not shapely.intersects(wide, shapely.box(0, 300, 600, 600))


def test_each_search_has_its_bands_and_a_service_without_facilities_none():
    network = network_of([[1, 2]], {1: (0, 50), 2: (2000, 50)})
    quick = walker(speed_m_s=2.0)
    bands = bands_of(network, [(0, 50)], [(CLINIC, walker()), (Service(("culture",)), quick), (CLINIC, quick)])
    assert bands[["service", "minutes"]].to_numpy().tolist() == [["clinic", minutes] for minutes in BAND_MINUTES * 2]
    shapes = metric(bands)
    assert shapes[3].bounds[2] == pytest.approx(shapes[1].bounds[2], abs=CELL_M)


def test_nobody_is_within_reach_of_a_service_that_no_street_leads_to():
    bands = bands_of(network_of([[1, 2]], {1: (0, 0), 2: (500, 0)}), [(0, 0), (5000, 5000)])
    assert len(bands) == 3
    alone = bands_of(network_of([[1, 2]], {1: (0, 0), 2: (500, 0)}), [(5000, 5000)])
    assert len(alone) == 0
    assert list(alone.columns) == ["service", "walker", "minutes", "geometry"]
