from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.access.joining import join
from lifecircle.access.services import Service
from lifecircle.access.table import access_table
from lifecircle.bilingual import Bilingual
from lifecircle.configs import configs_dir
from lifecircle.errors import ReportError, StudyError
from lifecircle.network.walkers import Walker
from lifecircle.run import analyse, read_ground
from lifecircle.scale.engine import Tiles, split_of, tiled_engine
from lifecircle.scale.workers import ThisProcess
from lifecircle.study import read_study
from small_networks import lonlat_at, network_of
from tiled_studies import quiet, tiled_access, tiles_of, whole_access
from town_study import write_town

pytestmark = pytest.mark.e2e

SIDE = 6  # streets lie on a lattice of so many nodes a side, 100 m apart
MADE_UP = {"name": Bilingual(zh="行人", en="walker"), "source": "made up", "verified": False}
WAITS = {"signal_delay_s": 0, "crossing_delay_s": 9, "source": "made up", "verified": False}
WALKERS = (
    Walker(id="slow", speed_m_s=0.8, steps_speed_m_s=0.4, waits=WAITS, **MADE_UP),
    Walker(id="wheels", speed_m_s=1.1, steps_speed_m_s=None, wheels=True, **MADE_UP),
)  # fmt: skip
WANTED = [(Service(("clinic",)), WALKERS[0]), (Service(("clinic",), {"beds": True}), WALKERS[1])]


@st.composite
def worlds(draw):
    """Return streets on a lattice, some missing, private, steps or closed to wheels, with people and clinics on it."""
    pairs = [(at, at + 1) for at in range(SIDE * SIDE) if (at + 1) % SIDE]
    pairs += [(at, at + SIDE) for at in range(SIDE * (SIDE - 1))]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kept = [list(pair) for pair in pairs if rng.random() < draw(st.sampled_from([0.6, 0.9]))]
    share = draw(st.sampled_from([0.0, 0.1, 0.4]))
    flags = {name: (rng.random(len(kept)) < share).tolist() for name in ("private", "steps")}
    flags["wheels"] = (rng.random(len(kept)) > share).tolist()
    jitter = rng.uniform(-20, 20, (SIDE * SIDE, 2)) if draw(st.booleans()) else np.zeros((SIDE * SIDE, 2))
    positions = {
        at: (100.0 * (at % SIDE) + jitter[at, 0], 100.0 * (at // SIDE) + jitter[at, 1]) for at in range(SIDE * SIDE)
    }
    streets = network_of(kept, positions, **flags)
    people, clinics = (lonlat_at(rng.uniform(-40, 540, (count, 2))) for count in (25, draw(st.integers(0, 6))))
    residents = gpd.GeoDataFrame(
        {"resident_id": [f"r{at}" for at in range(25)]}, geometry=gpd.points_from_xy(*people.T), crs="EPSG:4326"
    )
    facilities = gpd.GeoDataFrame(
        {
            "layer": "clinic",
            "facility_id": [f"k{at}" for at in range(len(clinics))],
            "beds": pd.Series(rng.choice([True, False, None], len(clinics)), dtype="boolean"),
        },
        geometry=gpd.points_from_xy(*clinics.T),
        crs="EPSG:4326",
    )
    entrances = facilities[["geometry"]].assign(facility_row=np.arange(len(facilities)))
    return streets, residents, facilities, entrances


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from([90.0, 170.0, 333.0]), st.sampled_from([0.0, 60.0, 250.0]))
def test_tiles_of_random_streets_give_what_the_whole_gives_to_the_bit(world, side_m, reach_m):
    streets, residents, facilities, entrances = world
    whole = access_table(
        join(streets, residents, entrances, 50), residents, facilities, WANTED, {"clinic": frozenset()}
    )
    with tempfile.TemporaryDirectory() as folder:
        tiles = Tiles(ThisProcess(), Path(folder), reach_m, side_m, quiet)
        joined = tiles.join(streets, residents, entrances, 50)
        tiled = tiles.access_table(joined, residents, facilities, WANTED, {"clinic": frozenset()})
    pd.testing.assert_frame_equal(tiled, whole, check_exact=True)


def test_a_walk_over_many_tiles_is_as_long_as_its_street(tmp_path):
    """A clinic, nine tiles of 200 m away, is far beyond the halo of 50 m.

    It stands at the west end of a street of 2 km; the walk from the east end takes 2000 m / 0.8 m/s = 41.7 min. Metres
    of the frame differ from geodesic ones by 0.03 % here.
    """
    street, people, clinic = long_street()
    rounds = []
    tiles = Tiles(ThisProcess(), tmp_path, 50.0, 200.0, lambda done, whole: rounds.extend([whole] * (done == whole)))
    found = tiled_table(tiles, street, people, clinic)
    assert found["minutes"].tolist() == pytest.approx([0.0, 2000 / 0.8 / 60], rel=1e-3, abs=1e-3)
    assert found["facility_id"].tolist() == ["k", "k"]
    assert len(rounds) > 5, "the walk came from far beyond the halo, tile by tile"


def long_street():
    """Return a street of 2 km, somebody at either end, and a clinic at its west end."""
    street = network_of([[at, at + 1] for at in range(20)], {at: (50.0 + 100 * at, 50.0) for at in range(21)})
    ends = gpd.points_from_xy(*lonlat_at([(50, 50), (2050, 50)]).T)
    people = gpd.GeoDataFrame({"resident_id": ["west", "east"]}, geometry=ends, crs="EPSG:4326")
    clinic = gpd.GeoDataFrame({"layer": ["clinic"], "facility_id": ["k"]}, geometry=ends[:1], crs="EPSG:4326")
    return street, people, clinic


def tiled_table(tiles, streets, residents, facilities):
    joined = tiles.join(streets, residents, facilities.assign(facility_row=np.arange(len(facilities))), 50)
    return tiles.access_table(joined, residents, facilities, WANTED[:1], {"clinic": frozenset()})


def test_a_whole_study_has_the_same_results_tile_by_tile(tmp_path):
    study = read_study(write_town(tmp_path / "town"))
    whole = analyse(study).findings
    engine = tiled_engine(study, ThisProcess(), tmp_path / "tiles", 700.0, quiet)
    tiled = analyse(study, engine=engine).findings
    for name in ("access", "results", "gaps", "ranking", "problems"):
        pd.testing.assert_frame_equal(getattr(tiled, name), getattr(whole, name), check_exact=True)


@pytest.mark.parametrize("split", [40_000.0, 20_000.0, "district"])
def test_tiles_of_the_sample_city_give_what_the_whole_gives(tmp_path, sample, split):
    ground, whole = sample
    pd.testing.assert_frame_equal(tiled_access(ground, tiles_of(ground, tmp_path, split)), whole, check_exact=True)
    parts = pd.concat([gpd.read_parquet(part, partitioning=None) for part in (tmp_path / "access").glob("*/*.parquet")])
    residents = ground.inputs.residents
    assert sorted(parts["resident_id"]) == sorted(residents["resident_id"]), "everybody lives in one tile"


@pytest.mark.real
@pytest.mark.parametrize("city", ["porto_alegre", "helsinki"])
def test_tiles_of_real_cities_give_what_the_whole_gives(tmp_path, real_data, monkeypatch, city):
    monkeypatch.setenv("LIFECIRCLE_REAL_DATA", str(real_data))
    ground = read_ground(read_study(configs_dir() / "studies" / f"{city}.yaml"))
    whole = whole_access(ground)
    tiled = tiled_access(ground, tiles_of(ground, tmp_path, 8000.0))
    pd.testing.assert_frame_equal(tiled, whole, check_exact=True)


def test_work_that_is_done_is_not_done_again(tmp_path):
    ground = read_ground(read_study(write_town(tmp_path / "town")))
    first = tiles_of(ground, tmp_path / "tiles", 700.0)
    expected = tiled_access(ground, first)
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "tiles").glob("receipts/*/*.json")}
    again = tiles_of(ground, tmp_path / "tiles", 700.0)
    pd.testing.assert_frame_equal(tiled_access(ground, again), expected)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "tiles").glob("receipts/*/*.json")} == done
    assert again.receipts == first.receipts


def test_only_tiles_whose_inputs_changed_are_searched_again(tmp_path):
    """Somebody moves at the east end of the street, which only the last two of eleven tiles hold.

    Each tile owns two nodes, the last one that at 2050 m. The halo of 100.5 m (50 m of walking and as much of access
    leg) reaches the last stretch, which begins at 1950 m, from tile 9 (up to 1950 m), not from tile 8 (up to 1750 m).
    """
    street, people, clinic = long_street()
    first = Tiles(ThisProcess(), tmp_path, 50.0, 200.0, quiet)
    whole = tiled_table(first, street, people, clinic)
    done = {path: path.stat().st_mtime_ns for path in tmp_path.glob("receipts/*/*.json")}
    people.loc[1, "geometry"] = gpd.points_from_xy(*lonlat_at([(2040, 50)]).T)[0]
    second = Tiles(ThisProcess(), tmp_path, 50.0, 200.0, quiet)
    tiled = tiled_table(second, street, people, clinic)
    assert tiled["minutes"].iloc[0] == whole["minutes"].iloc[0]
    assert tiled["minutes"].iloc[1] == pytest.approx(1990 / 0.8 / 60, rel=1e-3)
    renewed = {path.parent.name for path in set(tmp_path.glob("receipts/*/*.json")) - set(done)}
    assert renewed == {"tile=9", "tile=10"}
    assert all(path.stat().st_mtime_ns == made for path, made in done.items())


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    study = read_study(write_town(tmp_path / "town"))
    with pytest.raises(ReportError, match="is in the way and holds no tiles"):
        tiled_engine(study, ThisProcess(), tmp_path, 700.0, quiet)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_without_resume_earlier_tiles_are_removed_and_with_it_they_stay(tmp_path):
    study = read_study(write_town(tmp_path / "town"))
    tiled_engine(study, ThisProcess(), tmp_path / "tiles", 700.0, quiet)
    (tmp_path / "tiles" / "left.json").write_text("{}", encoding="utf-8")
    tiled_engine(study, ThisProcess(), tmp_path / "tiles", 700.0, quiet, resume=True)
    assert (tmp_path / "tiles" / "left.json").exists()
    tiled_engine(study, ThisProcess(), tmp_path / "tiles", 700.0, quiet)
    assert not (tmp_path / "tiles" / "left.json").exists()


def test_tiles_are_squares_of_a_side_or_areas_of_a_level(tmp_path):
    study = read_study(write_town(tmp_path / "town"))
    assert split_of("10000", study) == 10_000.0
    assert split_of("district", study) == "district"
    for words in ("street", "499", "nan", "inf", "-5", "10 km"):
        with pytest.raises(
            StudyError, match="Give their side, 500 m or more, or a level of areas: district, community"
        ):
            split_of(words, study)
