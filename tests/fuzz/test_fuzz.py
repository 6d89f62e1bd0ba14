from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.campaign import campaign, followed, table
from fuzz.corpus import SHAPEFILE_PARTS, bombs, corpus
from fuzz.targets import TARGETS
from fuzz.worker import nth, outcome_of

pytestmark = pytest.mark.e2e

CRASHERS = sorted(path for path in Path(__file__).with_name("crashers").iterdir())


@pytest.mark.parametrize("crasher", CRASHERS, ids=lambda path: path.name)
def test_what_once_broke_a_reader_does_so_no_more(crasher, tmp_path):
    paths = sorted(crasher.iterdir(), key=lambda path: (path.suffix in SHAPEFILE_PARTS[1:], path.name))
    files = {path.name: path.read_bytes() for path in paths}
    outcome, trace = outcome_of(crasher.name.split("-")[0], files, tmp_path)
    assert outcome != "failed", trace


@pytest.mark.parametrize("target", TARGETS)
def test_every_seed_is_read_as_long_as_nobody_spoils_it(target, tmp_path):
    made, read = tmp_path / "made", tmp_path / "read"
    made.mkdir()
    read.mkdir()
    assert {outcome_of(target, files, read) for files in corpus(made, target)} == {("read", "")}


def test_an_input_is_known_by_reader_seed_and_number_alone(tmp_path):
    seeds = corpus(tmp_path, "csv")
    assert nth("csv", "1", 7, seeds) == nth("csv", "1", 7, seeds)
    assert nth("csv", "1", 7, seeds) != nth("csv", "1", 8, seeds)


@pytest.mark.parametrize("target", TARGETS)
def test_spoiled_files_are_read_or_refused(target, tmp_path):
    made, read = tmp_path / "made", tmp_path / "read"
    made.mkdir()
    read.mkdir()
    seeds = corpus(made, target)
    for number in range(25):
        outcome, trace = outcome_of(target, nth(target, "short", number, seeds), read)
        assert outcome != "failed", f"{target} short {number}: {trace}"


def test_files_made_to_take_time_or_memory_are_read_or_refused(tmp_path):
    made, read = tmp_path / "made", tmp_path / "read"
    made.mkdir()
    read.mkdir()
    for target, inputs in bombs(made).items():
        for files in inputs:
            outcome, trace = outcome_of(target, files, read)
            assert outcome != "failed", trace


def test_memory_that_was_held_before_is_not_counted_against_an_input(tmp_path, monkeypatch):
    monkeypatch.setattr("fuzz.worker.MOST_MEMORY_KB", 200_000)
    monkeypatch.setitem(TARGETS, "small", lambda _: b"x" * 1_000)
    monkeypatch.setitem(TARGETS, "large", lambda _: b"x" * 700_000_000)
    before = b"x" * 400_000_000
    assert outcome_of("small", {"a": b""}, tmp_path)[0] == "read"
    del before
    assert outcome_of("large", {"a": b""}, tmp_path)[0] == "failed"


def test_a_campaign_counts_every_input_and_every_bomb():
    outcomes, failures = campaign(3, "short", ["csv"])
    assert not failures, table(outcomes)
    assert sum(outcomes.values()) == 3 + 2


def test_a_process_that_is_killed_counts_as_a_failure():
    with subprocess.Popen(
        [sys.executable, "-c", "import os; print('{\"number\": 4}', flush=True); os.kill(os.getpid(), 9)"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert followed(process, 4) == [(4, "failed", "the process ended with -9")]
