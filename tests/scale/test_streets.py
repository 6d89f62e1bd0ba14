from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from lifecircle.crs import to_metric
from lifecircle.errors import InputError
from lifecircle.network.part import part_of
from lifecircle.scale.columns import read_columns
from lifecircle.scale.streets import cut_streets, read_streets, write_streets
from lifecircle.scale.tiling import square_tiling
from small_networks import CORNER, network_of

# A street along the x axis with a node every 100 m from 50 to 950, and one bent way of a single edge from its end.
REFS = list(range(10))
POSITIONS = {ref: (50.0 + 100 * ref, 50.0) for ref in REFS} | {20: (950.0, 350.0), 21: (650.0, 350.0)}
STREETS = network_of([*([at, at + 1] for at in range(9)), [9, 20, 21]], POSITIONS, steps=[False] * 9 + [True])


def tiling_of(side_m=500):
    """Return square tiles that begin at the corner of the streets."""
    xy = to_metric(STREETS.node_lonlat, STREETS.crs) - CORNER
    tiling = square_tiling(xy, np.empty((0, 2)), side_m)
    return replace(tiling, bounds=tiling.bounds + np.tile(CORNER, 2))


def test_a_tile_holds_the_streets_within_the_halo_and_its_rim_is_where_more_begin():
    """The west tile owns nodes 0 to 4, from 50 to 450 m; what begins before 570 m is in.

    That is up to node 6 at 650 m, since the edge before it begins at 550. From there an edge is missing: it is the rim.
    """
    cut = cut_streets(STREETS, tiling_of(), 120)
    ends = STREETS.node_ref[STREETS.edge_nodes[cut.edges[0]]]
    assert sorted(ends.ravel().tolist()) == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    assert STREETS.node_ref[cut.rims[0]].tolist() == [6]
    assert STREETS.node_ref[cut.rims[1]].tolist() == [3]


def test_no_tile_owns_a_node_of_its_own_rim():
    for halo_m in (0, 1, 99, 1000):
        tiling = tiling_of(230)
        for tile, rim in enumerate(cut_streets(STREETS, tiling, halo_m).rims):
            assert not (tiling.node_tile[rim] == tile).any()


def test_streets_come_back_from_their_file_as_they_were(tmp_path):
    tiling = tiling_of()
    cut = write_streets(STREETS, tiling, 120, tmp_path)
    for tile in range(len(tiling)):
        found, (part, nodes) = read_streets(tmp_path, tile), part_of(STREETS, cut.edges[tile])
        np.testing.assert_array_equal(found.edges, cut.edges[tile])
        np.testing.assert_array_equal(found.nodes, nodes)
        np.testing.assert_array_equal(found.owner, tiling.node_tile[nodes])
        np.testing.assert_array_equal(found.nodes[found.rim], cut.rims[tile])
        for field in fields(part):
            np.testing.assert_array_equal(getattr(found.network, field.name), getattr(part, field.name), field.name)


def test_a_tile_is_asked_about_its_own_nodes_on_the_rims_of_others(tmp_path):
    write_streets(STREETS, tiling_of(), 120, tmp_path)
    west, east = (read_streets(tmp_path, tile) for tile in (0, 1))
    assert west.network.node_ref[west.asked].tolist() == [3]
    assert east.network.node_ref[east.asked].tolist() == [6]


def test_the_same_streets_are_not_written_twice_and_others_are(tmp_path):
    write_streets(STREETS, tiling_of(), 120, tmp_path)
    file = tmp_path / "streets" / "tile=0" / "streets.parquet"
    file.write_bytes(b"as it is")
    write_streets(STREETS, tiling_of(), 120, tmp_path)
    assert file.read_bytes() == b"as it is"
    write_streets(STREETS, tiling_of(), 220, tmp_path)
    assert len(read_streets(tmp_path, 0).edges) == 8


def test_tiles_are_geoparquet_with_the_lines_of_the_streets(tmp_path):
    import geopandas as gpd  # noqa: PLC0415 - the reader of others, beside our own

    write_streets(STREETS, tiling_of(2000), 120, tmp_path)
    lines = gpd.read_parquet(tmp_path / "streets" / "tile=0" / "streets.parquet", partitioning=None)
    assert lines.crs == "OGC:CRS84", "longitude first"
    np.testing.assert_allclose(lines.to_crs(STREETS.crs).length, [100] * 9 + [600], rtol=1e-6)


def test_a_damaged_tile_is_reported_with_its_remedy(tmp_path):
    write_streets(STREETS, tiling_of(), 120, tmp_path)
    file = tmp_path / "streets" / "tile=0" / "nodes.parquet"
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(InputError, match=r"nodes\.parquet: cannot be read .* Run again without --resume"):
        read_columns(file)
