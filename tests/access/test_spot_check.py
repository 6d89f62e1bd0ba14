from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from lifecircle.access.second_engine import End
from lifecircle.access.services import Service
from lifecircle.access.spot_check import _ends, spot_check
from lifecircle.access.table import access_table
from lifecircle.configs import configs_dir
from lifecircle.network.kerbs import AT_ROAD, NO_WAIT
from lifecircle.network.walkers import read_walkers
from lifecircle.run import check_study
from lifecircle.study import read_study
from town_study import write_town

if TYPE_CHECKING:
    from pathlib import Path

WANTED = [(Service((layer,)), read_walkers()[who]) for layer, who in (("clinic", "standard"), ("culture", "elder"))]


def joined_and_access(study, wanted):
    checked = check_study(study)
    inputs = checked.inputs
    access = access_table(checked.joined, inputs.residents, inputs.facilities, wanted, inputs.silent)
    return checked.joined, inputs.facilities, access


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory):
    """Return the places of the town of one street, its facilities, and its access table."""
    return joined_and_access(read_study(write_town(tmp_path_factory.mktemp("town"))), WANTED)


def within_the_cut_off(access):
    return int((access["minutes"] < 15).sum())


def test_the_engines_agree_on_a_town(known):
    found = spot_check(*known, WANTED)
    assert found["engine"].startswith("networkx ")
    assert (found["residents"], found["searches"]) == (5, 2)
    assert found["trips"] == within_the_cut_off(known[2]) > 0
    assert (found["disagreements"], found["greatest_difference_s"], found["agree"]) == (0, 0.0, True)


def test_the_engines_agree_for_every_walker_of_a_town(tmp_path):
    wanted = [(Service(("clinic",)), walker) for walker in read_walkers().values()]
    known = joined_and_access(read_study(write_town(tmp_path)), wanted)
    found = spot_check(*known, wanted)
    assert found["trips"] == within_the_cut_off(known[2]) > len(wanted)
    assert (found["disagreements"], found["greatest_difference_s"], found["agree"]) == (0, 0.0, True)


def test_a_wrong_time_is_found(known):
    """Three thousandths of a minute are 0.18 s, more than the tolerance of 0.05 s."""
    joined, facilities, access = known
    wrong = access.copy()
    wrong.loc[int(np.flatnonzero(access["minutes"] < 14)[0]), "minutes"] += 0.003
    found = spot_check(joined, facilities, wrong, WANTED)
    assert (found["greatest_difference_s"], found["agree"]) == (0.18, False)


@pytest.mark.parametrize("minutes", [20.0, np.nan])
def test_a_facility_that_only_the_second_engine_reaches_is_found(known, minutes):
    joined, facilities, access = known
    wrong = access.copy()
    wrong.loc[int(np.flatnonzero(access["minutes"] < 14)[0]), "minutes"] = minutes
    found = spot_check(joined, facilities, wrong, WANTED)
    assert (found["disagreements"], found["agree"]) == (1, False)


def test_a_time_for_somebody_who_gets_nowhere_is_found(known):
    """The fifth resident lives on an island of street without facilities."""
    joined, facilities, access = known
    wrong = access.copy()
    wrong.loc[4, "minutes"] = 12.0
    assert spot_check(joined, facilities, wrong, WANTED)["disagreements"] == 1


def test_an_edge_waits_at_one_end_and_never_stops_wheels_there():
    """Edges of the network know whether wheels pass them as a whole; kerbs are edges of their own."""
    assert _ends(7, 8, AT_ROAD) == (End(7, AT_ROAD, stops_wheels=False), End(8, NO_WAIT, stops_wheels=False))


@pytest.mark.real
def test_the_engines_agree_around_residents_of_porto_alegre(real_data: Path, monkeypatch: pytest.MonkeyPatch):
    """With hills, steps, waits and private streets, on foot and on wheels."""
    monkeypatch.setenv("LIFECIRCLE_REAL_DATA", str(real_data))
    wanted = [(Service(("clinic",)), walker) for walker in read_walkers().values()]
    known = joined_and_access(read_study(configs_dir() / "studies" / "porto_alegre.yaml"), wanted)
    found = spot_check(*known, wanted)
    assert found["searches"] == len(read_walkers())
    assert found["trips"] > 20
    assert (found["disagreements"], found["greatest_difference_s"]) == (0, 0.0)
