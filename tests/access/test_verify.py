from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lifecircle.access.services import Service
from lifecircle.access.table import access_table
from lifecircle.access.verify import TOLERANCE_S, verification
from lifecircle.configs import configs_dir
from lifecircle.network.walkers import read_walkers
from lifecircle.run import check_study
from lifecircle.study import read_study
from town_study import write_town

if TYPE_CHECKING:
    from pathlib import Path

WANTED = [(Service((layer,)), read_walkers()[who]) for layer, who in (("clinic", "standard"), ("culture", "elder"))]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory):
    """Return the study of the town of one street, its inputs, network, and access table."""
    return study_and_access(read_study(write_town(tmp_path_factory.mktemp("town"))))


def study_and_access(study):
    checked = check_study(study)
    inputs = checked.inputs
    access = access_table(checked.joined, inputs.residents, inputs.facilities, WANTED, inputs.silent)
    return study, inputs, checked.joined.placed.network, access


def test_the_engines_agree_on_a_town(known):
    """Four of five residents reach either service; the fifth lives on an island of street, on which both agree too."""
    report = verification(*known, WANTED)
    assert report["engine"].startswith("networkx ")
    assert (report["residents"], report["searches"], report["trips"]) == (5, 2, 8)
    assert report["disagreements"] == 0
    assert report["greatest_difference_s"] < 1e-6
    assert report["agree"] is True


def test_a_wrong_time_is_found(known):
    """Three thousandths of a minute are 0.18 s, more than the tolerance of 0.05 s."""
    *ground, access = known
    wrong = access.copy()
    wrong.loc[3, "minutes"] += 0.003
    report = verification(*ground, wrong, WANTED)
    assert report["greatest_difference_s"] == pytest.approx(0.18, abs=1e-6)
    assert report["tolerance_s"] == TOLERANCE_S == 0.05
    assert report["agree"] is False


def test_a_time_for_somebody_who_gets_nowhere_is_found(known):
    *ground, access = known
    wrong = access.copy()
    wrong.loc[4, "minutes"] = 12.0
    report = verification(*ground, wrong, WANTED)
    assert report["disagreements"] == 1
    assert report["agree"] is False


def test_a_sample_is_the_same_each_time(known):
    reports = [verification(*known, WANTED, sample=3) for _ in range(2)]
    assert reports[0] == reports[1]
    assert reports[0]["residents"] == 3


@pytest.mark.real
def test_the_engines_agree_on_helsinki(real_data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIFECIRCLE_REAL_DATA", str(real_data))
    report = verification(*study_and_access(read_study(configs_dir() / "studies" / "helsinki.yaml")), WANTED)
    assert report["trips"] == 72
    assert report["agree"] is True
    assert report["greatest_difference_s"] < 1e-6
