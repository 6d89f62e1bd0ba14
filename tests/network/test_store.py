from __future__ import annotations

import os
from dataclasses import fields

import numpy as np
import pytest
import rasterio

from lifecircle.bilingual import Bilingual
from lifecircle.errors import LifecircleError, NetworkError, ReportError
from lifecircle.network import store
from lifecircle.network.graph import StreetNetwork, build_network
from lifecircle.network.store import cache_folder, cached_network, load_network, prune, save_network, walked_ways
from lifecircle.problems import Problem
from lifecircle.study import Source
from osm_files import write_osm
from small_networks import CRS, network_of

CORNERS = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100)}
NODES = {1: (118.79, 32.07), 2: (118.80, 32.07), 3: (118.80, 32.08), 4: (118.81, 32.08)}
WAYS = {
    7: ([1, 2, 3], {"highway": "residential", "name": "中山路"}),
    8: ([3, 4], {"highway": "steps"}),
    9: ([4, 99], {"highway": "footway"}),  # cut at the edge of the extract: node 99 is not in it
}


def columns(network):
    return {field.name: getattr(network, field.name) for field in fields(StreetNetwork)}


def assert_equal(one, other):
    for name, value in columns(one).items():
        assert np.array_equal(value, columns(other)[name]), name
        assert getattr(value, "dtype", None) == getattr(columns(other)[name], "dtype", None), name


@pytest.fixture
def network():
    return network_of([[1, 2, 3], [2, 4]], CORNERS, names=["中山路", '"; {%'], private=[False, True])


@pytest.fixture
def streets(tmp_path, monkeypatch):
    monkeypatch.setenv("LIFECIRCLE_CACHE", str(tmp_path / "cache"))
    return write_osm(tmp_path / "streets.osm.pbf", NODES, WAYS)


@pytest.fixture
def built(monkeypatch):
    """Count how often a network is built."""
    calls = []

    def count(*arguments):
        calls.append(arguments)
        return build(*arguments)

    build = store.build_network
    monkeypatch.setattr(store, "build_network", count)
    return calls


def read(streets, **changes):
    return cached_network(streets, Source(file=streets.name), **{"crs": CRS} | changes)


def cached_files():
    return sorted((cache_folder() / "networks").iterdir())


def test_a_network_comes_back_as_it_was_saved(network, tmp_path):
    problems = [
        Problem("streets.osm.pbf", None, "way 9", "", Bilingual(zh="止于图外", en="ends outside 《图》"), "repaired"),
        Problem("a", 3, "", "", Bilingual(zh="乙", en="b"), "noted"),
    ]
    save_network(network, tmp_path / "one.npz", problems)
    loaded, found = load_network(tmp_path / "one.npz")
    assert_equal(loaded, network)
    assert loaded.names == ("", '"; {%', "中山路")
    assert found == problems


def test_the_file_holds_no_pickles(network, tmp_path):
    save_network(network, tmp_path / "one.npz")
    with np.load(tmp_path / "one.npz", allow_pickle=False) as archive:
        assert all(archive[name].dtype != object for name in archive.files)


def test_a_file_with_any_byte_changed_gives_the_same_network_or_an_error(network, tmp_path):
    """Some bytes of an archive mean nothing (dates, attributes); any other change is found."""
    path = tmp_path / "one.npz"
    save_network(network, path)
    whole = path.read_bytes()
    rng = np.random.default_rng(3)
    refused = 0
    for place in rng.choice(len(whole), 300, replace=False).tolist():
        path.write_bytes(whole[:place] + bytes([whole[place] ^ int(rng.integers(1, 256))]) + whole[place + 1 :])
        try:
            assert_equal(load_network(path)[0], network)
        except NetworkError:
            refused += 1
    assert refused > 200


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive", b"\x93NUMPY\x01\x00"])
def test_what_is_no_archive_is_an_error(tmp_path, content):
    path = tmp_path / "one.npz"
    path.write_bytes(content)
    with pytest.raises(NetworkError, match=r"one\.npz: is not a network.*Delete the file"):
        load_network(path)


def test_a_truncated_file_is_an_error(network, tmp_path):
    path = tmp_path / "one.npz"
    save_network(network, path)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(NetworkError, match="is not a network"):
        load_network(path)


def test_a_column_that_was_exchanged_is_an_error(network, tmp_path):
    path = tmp_path / "one.npz"
    save_network(network, path)
    with np.load(path) as archive:
        parts = {name: archive[name] for name in archive.files}
    parts["edge_nodes"] = parts["edge_nodes"] + 1_000_000
    np.savez(path, **parts)
    with pytest.raises(NetworkError, match="not what was written") as error:
        load_network(path)
    assert error.value.text("zh") == f"{path}：内容与写入时不同。请删除该文件。"


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(NetworkError, match="there is no such network"):
        load_network(tmp_path / "none.npz")


def test_a_folder_that_cannot_be_written_to_is_an_error_when_saving(network, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot be written"):
        save_network(network, tmp_path / "file" / "one.npz")


def test_a_second_run_takes_network_and_problems_from_the_cache(streets, built):
    first, problems = read(streets)
    again, same = read(streets)
    assert len(built) == 1
    assert_equal(first, again)
    assert problems == same
    assert any("9" in problem.feature_id for problem in problems)
    assert first.names == ("", "中山路")


def test_a_changed_street_file_is_read_anew(streets, built):
    read(streets)
    write_osm(streets, NODES, WAYS | {10: ([1, 4], {"highway": "path"})})
    changed, _ = read(streets)
    assert len(built) == 2
    assert 10 in changed.edge_way.tolist()


def test_another_frame_and_other_settings_are_read_anew(streets, built):
    read(streets)
    read(streets, crs="EPSG:4549")
    with pytest.raises(LifecircleError):
        cached_network(streets, Source(file=streets.name, crs="EPSG:4490"), CRS)
    assert len(built) == 2
    assert len(cached_files()) == 2


def test_changed_walking_rules_are_followed(streets, built, tmp_path, monkeypatch):
    read(streets)
    rules = (store.configs_dir() / "walking.yaml").read_text(encoding="utf-8")
    (tmp_path / "walking.yaml").write_text(rules + "\n# changed\n", encoding="utf-8")
    (tmp_path / "barriers.yaml").write_bytes((store.configs_dir() / "barriers.yaml").read_bytes())
    monkeypatch.setattr(store, "configs_dir", lambda: tmp_path)
    read(streets)
    assert len(built) == 2


def test_changed_code_builds_anew(streets, built, tmp_path, monkeypatch):
    read(streets)
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "streets.py").write_text("# another edition\n")
    monkeypatch.setattr(store, "_PACKAGE", tmp_path)
    read(streets)
    assert len(built) == 2


def test_a_changed_elevation_model_and_another_gap_are_followed(streets, built, tmp_path):
    flat, _ = read(streets)
    dem = tmp_path / "dem.tif"
    write_dem(dem, 1000)
    hilly, _ = read(streets, terrain=dem)
    read(streets, terrain=dem)
    assert len(built) == 2
    write_dem(dem, 2000)
    steeper, _ = read(streets, terrain=dem)
    read(streets, terrain=dem, gap_m=0.0)
    assert len(built) == 4
    assert not flat.edge_rise_m.any()
    assert steeper.edge_rise_m == pytest.approx(2 * hilly.edge_rise_m)


def test_streets_rise_with_the_elevation_model_from_the_cache_too(streets, tmp_path):
    """A plane of 1000 m per degree of latitude: way 7 goes 0.01 degrees north, and so 10 m up; way 8 stays level."""
    write_dem(tmp_path / "dem.tif", 1000)
    for _ in range(2):
        network, problems = read(streets, terrain=tmp_path / "dem.tif")
        rise = dict(zip(network.edge_way.tolist(), network.edge_rise_m.tolist(), strict=True))
        assert rise == {7: pytest.approx(10, abs=0.01), 8: pytest.approx(0, abs=0.01)}
        assert [problem.feature_id for problem in problems] == ["9"]


def test_streets_beyond_the_elevation_model_are_flat_and_listed(streets, tmp_path):
    write_dem(tmp_path / "dem.tif", 1000, east=118.795)
    network, problems = read(streets, terrain=tmp_path / "dem.tif")
    assert not network.edge_rise_m.any()
    assert [(problem.file, problem.outcome) for problem in problems][-1] == ("dem.tif", "noted")
    assert "2 of 3 positions" in problems[-1].reason.en


@pytest.mark.parametrize(
    ("water", "parts"),
    [
        ({"waterway": "river"}, 2),
        ({"waterway": "stream"}, 2),
        ({"barrier": "wall"}, 2),
        ({"barrier": "fence"}, 2),
        ({"railway": "rail"}, 2),
        ({"waterway": "stream", "tunnel": "culvert"}, 1),
        ({"railway": "rail", "bridge": "yes"}, 1),
        ({"power": "line"}, 1),
    ],
)
def test_gaps_are_closed_and_listed_but_not_across_waters_and_walls(streets, water, parts):
    """A lane ends 3 m (0.000027 degrees) north of the street; between the two a river runs, or something else."""
    lane = {11: (118.795, 32.070027), 12: (118.795, 32.0709), 13: (118.79, 32.070014), 14: (118.80, 32.070014)}
    ways = {7: ([1, 2], {"highway": "residential"}), 8: ([11, 12], {"highway": "footway"}), 9: ([13, 14], water)}
    write_osm(streets, NODES | lane, ways)
    network, problems = read(streets)
    assert len(set(network.component.tolist())) == parts
    assert [problem.feature_id for problem in problems] == ["8"] * (2 - parts)


@pytest.mark.parametrize(("what", "parts"), [({"barrier": "fence"}, 1), ({"natural": "water"}, 2)])
def test_a_gap_inside_a_fence_is_closed_and_inside_a_lake_it_is_not(streets, what, parts):
    """The same gap of 3 m, and a fence or a shore around both its ends, 100 m away from them."""
    lane = {11: (118.795, 32.070027), 12: (118.795, 32.0709)}
    ring = {21: (118.785, 32.069), 22: (118.81, 32.069), 23: (118.81, 32.09), 24: (118.785, 32.09)}
    ways = {
        7: ([1, 2], {"highway": "residential"}),
        8: ([11, 12], {"highway": "footway"}),
        9: ([21, 22, 23, 24, 21], what),
    }
    write_osm(streets, NODES | lane | ring, ways)
    assert len(set(read(streets)[0].component.tolist())) == parts


def test_a_square_of_several_rings_is_walked_across_but_not_through_its_fountain(streets):
    """A square of 0.001 by 0.001 degrees around a fountain; streets end at the middles of its south, east and north.

    South to east passes the fountain's corner and is crossed; south to north would lead through it. A passage meets
    the fountain's south side at (118.7905, 32.0703), which is seen from the south. The square's outline bears no tags.
    """
    corners = {1: (118.790, 32.070), 2: (118.791, 32.070), 3: (118.791, 32.071), 4: (118.790, 32.071)}
    middles = {5: (118.7905, 32.070), 6: (118.791, 32.0705), 7: (118.7905, 32.071)}
    streets_end = {15: (118.7905, 32.060), 16: (118.799, 32.0705), 17: (118.7905, 32.080)}
    fountain = {31: (118.7903, 32.0703), 32: (118.7907, 32.0703), 33: (118.7907, 32.0707), 34: (118.7903, 32.0707)}
    basin = {35: (118.7905, 32.0703), 36: (118.7905, 32.0706)}
    nodes = corners | middles | streets_end | fountain | basin
    ways = {
        1: ([1, 5, 2, 6, 3], {}), 2: ([3, 7, 4, 1], {}), 3: ([31, 35, 32, 33, 34, 31], {"amenity": "fountain"}),
        4: ([15, 5], {"highway": "footway"}), 5: ([16, 6], {"highway": "footway"}),
        6: ([17, 7], {"highway": "footway"}), 7: ([35, 36], {"highway": "footway"}),
    }  # fmt: skip
    tags = {"type": "multipolygon", "highway": "pedestrian", "name": "鼓楼广场"}
    members = [("w", 1, "outer"), ("w", 2, "outer"), ("w", 3, "inner")]
    write_osm(streets, nodes, ways, {50: (members, tags)})
    drawn, _, problems = walked_ways(streets, Source(file=streets.name), CRS)
    assert drawn.way_id.tolist()[:6] == [4, 5, 6, 7, -50, -50]
    assert problems == []
    network, _ = read(streets)
    place = {ref: index for index, ref in enumerate(map(tuple, np.round(network.node_lonlat, 7).tolist()))}
    ends = {name: place[lonlat] for name, lonlat in (middles | basin).items() if lonlat in place}
    joined = {tuple(sorted(pair)) for pair in network.edge_nodes.tolist()}
    seen = {
        (a, b) for a in (5, 6, 7, 35) for b in (5, 6, 7, 35) if a < b and tuple(sorted((ends[a], ends[b]))) in joined
    }
    assert seen == {(5, 6), (6, 7), (5, 35)}
    assert set(network.component.tolist()) == {0}


def test_the_ways_of_a_network_are_those_it_is_built_from(streets):
    ways, uses, problems = walked_ways(streets, Source(file=streets.name), CRS)
    network, found = read(streets)
    assert_equal(build_network(ways, uses, CRS), network)
    assert problems == found


def write_dem(path, metres_per_degree, east=118.85):
    """Write a plane that rises northwards, 118.75 to 118.85 E or less, 32.04 to 32.11 N, in cells of 0.001 degrees."""
    heights = metres_per_degree * (32.1095 - 0.001 * np.arange(70) - 32.07)
    values = np.tile(heights[:, None], round((east - 118.75) * 1000)).astype(np.float32)
    profile = {"driver": "GTiff", "dtype": "float32", "width": values.shape[1], "height": 70, "count": 1}
    place = rasterio.Affine(0.001, 0, 118.75, 0, -0.001, 32.11)
    with rasterio.open(path, "w", crs="EPSG:4326", transform=place, **profile) as dem:
        dem.write(values, 1)
    return path


def test_a_damaged_cache_is_built_again_and_mended(streets, built):
    first, _ = read(streets)
    (cached,) = cached_files()
    cached.write_bytes(cached.read_bytes()[:1000])
    again, _ = read(streets)
    assert len(built) == 2
    assert_equal(first, again)
    read(streets)
    assert len(built) == 2


def test_a_cache_that_cannot_be_written_costs_no_more_than_time(streets, built, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LIFECIRCLE_CACHE", str(tmp_path / "file"))
    read(streets)
    network, _ = read(streets)
    assert len(built) == 2
    assert network.edge_count == 2


def test_the_attributes_of_a_shapefile_are_part_of_its_content(tmp_path):
    for suffix in (".shp", ".dbf", ".prj"):
        (tmp_path / f"streets{suffix}").write_text(suffix)
    (tmp_path / "other.dbf").write_text("")
    source = Source(file="streets.shp")
    before = store._key(tmp_path / "streets.shp", source, CRS, None, 5.0)
    (tmp_path / "other.dbf").write_text("changed")
    assert store._key(tmp_path / "streets.shp", source, CRS, None, 5.0) == before
    (tmp_path / "streets.dbf").write_text("changed")
    assert store._key(tmp_path / "streets.shp", source, CRS, None, 5.0) != before


def test_the_cache_lies_where_the_user_keeps_caches(monkeypatch):
    monkeypatch.delenv("LIFECIRCLE_CACHE")
    assert cache_folder().name == "lifecircle"


def test_streets_beyond_the_bounds_are_not_built_and_the_cache_knows_the_bounds(streets, built):
    """West of 118.795 lies way 7 alone; it is kept whole, up to 118.80."""
    west = {"bounds": (118.70, 32.0, 118.795, 32.1)}
    whole, part = read(streets)[0], read(streets, **west)[0]
    assert set(whole.edge_way) == {7, 8}
    assert set(part.edge_way) == {7}
    assert part.node_lonlat[:, 0].max() == 118.80
    read(streets)
    read(streets, **west)
    assert len(built) == 2


def test_networks_used_longest_ago_are_deleted_when_the_cache_is_full(tmp_path):
    """Four files of 100 bytes, 250 allowed: the two used last stay; the last one stays even if nothing is allowed."""
    for age, name in enumerate("dcba"):
        path = tmp_path / f"{name}.npz"
        path.write_bytes(bytes(100))
        os.utime(path, (1000 + age, 1000 + age))
    (tmp_path / "other.txt").write_bytes(bytes(100))
    prune(tmp_path, 250)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz", "other.txt"]
    prune(tmp_path, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "other.txt"]


def test_a_network_that_is_used_counts_as_young(streets, built):
    read(streets)
    [cached] = cached_files()
    os.utime(cached, (1000, 1000))
    read(streets)
    assert len(built) == 1
    assert cached.stat().st_mtime > 1000


def test_streets_of_an_unknown_kind_are_listed_from_the_cache_too(tmp_path, monkeypatch):
    monkeypatch.setenv("LIFECIRCLE_CACHE", str(tmp_path / "cache"))
    nodes = {1: (118.79, 32.07), 2: (118.80, 32.07), 3: (118.80, 32.08)}
    ways = {1: ([1, 2], {"highway": "residential"}), 2: ([2, 3], {"highway": "boulevard"})}
    path = write_osm(tmp_path / "a.osm.pbf", nodes, ways)
    for _ in range(2):
        _, problems = read(path)
        assert [problem.column for problem in problems] == ["highway"]
        assert problems[0].reason.en.startswith("1 ways have highway=boulevard, which no walking rule knows")
