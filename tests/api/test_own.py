"""One's own streets and places: walks, pairs and isochrones without a study."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

import lifecircle
from lifecircle.errors import InputError
from small_networks import CORNER, CRS, network_of

POSITIONS = {1: (0, 0), 2: (400, 0), 3: (800, 0), 4: (400, 300)}


@pytest.fixture(scope="module")
def network():
    """Return a street of 800 m with a side street of 300 m in its middle."""
    return network_of([[1, 2, 3], [2, 4]], POSITIONS, names=["长街", None])


def places(xy, index=None):
    points = gpd.GeoSeries.from_xy(*(np.array(xy, dtype=float) + CORNER).T, crs=CRS)
    return gpd.GeoDataFrame(geometry=points.set_axis(index if index is not None else range(len(points))))


def test_walks_by_hand_in_any_frame_and_with_any_index(network):
    """From 100 m along the street: 300 m to the junction and 300 m up to the end of the side street, 20 m beside it."""
    origins = places([(100, 0), (700, 30), (0, 5000)], index=["a", "b", "far"])
    targets = places([(400, 300), (800, 0)], index=[70, 80])
    walks = lifecircle.nearest_walks(network, origins.to_crs("EPSG:4326"), targets)
    assert walks.index.tolist() == ["a", "b", "far"]
    assert walks["status"].tolist() == ["reached", "reached", "not_snapped"]
    assert walks["metres"].tolist()[:2] == pytest.approx([600, 130], rel=1e-3)
    assert walks["minutes"].tolist()[:2] == pytest.approx([10, 130 / 60], rel=1e-3)
    assert walks["destination"].tolist()[:2] == [70, 80]
    assert walks["leg_m"].tolist()[:2] == pytest.approx([0, 30], abs=0.05)
    assert walks.loc["far", ["minutes", "metres", "destination"]].isna().all()


def test_walks_are_those_of_networkx_on_the_exported_graph(network):
    """Between junctions no leg is walked, so NetworkX on OSMnx's graph is the judge."""
    graph = lifecircle.to_osmnx(network)
    nodes = gpd.GeoDataFrame(geometry=gpd.GeoSeries.from_xy(*network.node_lonlat.T, crs="EPSG:4326"))
    pairs = lifecircle.walks_within(network, nodes, nodes, minutes=60)
    assert len(pairs) == network.node_count**2
    for row in pairs.itertuples():
        metres = nx.shortest_path_length(graph, row.origin, row.destination, weight="length")
        assert row.minutes * 60 == pytest.approx(metres, abs=0.01)


def test_pairs_end_at_the_limit(network):
    origins, targets = places([(0, 0)], index=["a"]), places([(200, 0), (790, 0)], index=["near", "far"])
    walks = lifecircle.walks_within(network, origins, targets, minutes=10)
    assert walks[["origin", "destination"]].to_numpy().tolist() == [["a", "near"]]
    assert walks["minutes"].tolist() == pytest.approx([200 / 60], rel=1e-3)


def test_a_polygon_is_reached_at_its_boundary(network):
    park = gpd.GeoDataFrame(geometry=[box(*(np.array([500, -50]) + CORNER), *(np.array([700, 50]) + CORNER))], crs=CRS)
    walks = lifecircle.nearest_walks(network, places([(100, 0)]), park)
    assert walks["metres"].iloc[0] == pytest.approx(400, abs=51)


def test_isochrones_keep_the_index_of_the_places(network):
    found = lifecircle.isochrones_around(
        network, places([(0, 0), (0, 9000), (800, 0)], index=["w", "far", "e"]), (2, 4)
    )
    assert found[["place", "minutes"]].to_numpy().tolist() == [["w", 2], ["w", 4], ["e", 2], ["e", 4]]
    west = found.query("place == 'w' and minutes == 4").to_crs(CRS).geometry.iloc[0]
    assert west.covers(Point(CORNER[0] + 239, CORNER[1]))
    assert not west.covers(Point(CORNER[0] + 300, CORNER[1]))


def test_streets_go_to_a_geopackage_and_back(network, tmp_path):
    lines = lifecircle.street_lines(network)
    assert lines.crs == "EPSG:4326"
    assert lines["name"].tolist() == ["长街", "长街", ""]
    lines.to_file(tmp_path / "streets.gpkg", layer="streets")
    again = lifecircle.read_streets(tmp_path / "streets.gpkg")
    assert again.edge_length_m.sum() == pytest.approx(network.edge_length_m.sum())
    assert again.node_count == network.node_count
    assert set(again.names) == {"", "长街"}


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        (gpd.GeoDataFrame(geometry=[Point(0, 0)]), "have no coordinate frame"),
        (gpd.GeoDataFrame(geometry=[None], crs=CRS), "row 0 has no position"),
        (gpd.GeoDataFrame(geometry=[], crs=CRS), "origins: there are none"),
        (gpd.GeoDataFrame(geometry=[LineString([CORNER, (CORNER[0] + 9, CORNER[1])])], crs=CRS), "must be a point"),
    ],
)
def test_places_that_are_none_are_refused(network, origins, words):
    with pytest.raises(InputError, match=words):
        lifecircle.nearest_walks(network, origins, places([(0, 0)]))


def test_a_street_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        lifecircle.read_streets(tmp_path / "streets.osm.pbf")


def test_a_million_is_the_same_function_as_one(network):
    """The walks of many origins are those of each alone."""
    rng = np.random.default_rng(7)
    origins = places(rng.uniform((0, -20), (800, 20), (500, 2)))
    target = places([(800, 0)])
    together = lifecircle.nearest_walks(network, origins, target)
    alone = pd.concat(lifecircle.nearest_walks(network, origins.iloc[[row]], target) for row in (0, 250, 499))
    pd.testing.assert_frame_equal(together.iloc[[0, 250, 499]], alone)
