from __future__ import annotations

import random
import subprocess

import pytest

import faults.campaign as faults

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return faults.bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture
def _own_file_systems(tmp_path):
    try:
        with faults.file_system(tmp_path / "try", "size=64k"):
            pass
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a file system in memory cannot be mounted here: {error}")


def test_a_killed_run_leaves_the_earlier_one_or_its_own_whole_result(bench):
    assert faults.killed(bench, 2, random.Random(2)).wrong == ()


@pytest.mark.usefixtures("_own_file_systems")
def test_a_full_disk_is_said_with_the_remedy_and_nothing_is_left(bench):
    assert faults.disk_full(bench, (300,)).wrong == ()


@pytest.mark.usefixtures("_own_file_systems")
def test_a_folder_that_cannot_be_written_to_is_said_with_the_remedy(bench):
    assert faults.read_only(bench).wrong == ()


def test_an_input_that_changes_during_a_run_is_said_or_makes_no_difference(bench):
    assert faults.changed_input(bench, 2, random.Random(4)).wrong == ()


def test_of_two_runs_into_one_folder_one_stays_whole(bench):
    assert faults.two_at_once(bench, 1).wrong == ()


def test_a_damaged_cache_changes_nothing_however_young_it_claims_to_be(bench):
    assert faults.damaged_cache(bench, 1, random.Random(3)).wrong == ()
