from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from lifecircle.errors import ClusterError, InputError
from lifecircle.report.tables import write_parquet
from lifecircle.scale import workers
from lifecircle.scale.session import engine_for
from lifecircle.scale.workers import ThisProcess, cluster
from lifecircle.study import read_study
from tiled_studies import quiet, tiled_access, tiles_of
from town_study import write_town

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e

WITHIN_S = 240


@pytest.fixture(scope="module")
def two_workers():
    with cluster("local", 2) as machines:
        yield machines


def test_a_worker_killed_amid_the_work_loses_nothing(tmp_path, sample, two_workers):
    """One of two workers is killed by its pid once a fifth of the first searches are done."""
    ground, whole = sample
    pids = list(two_workers.client.run(os.getpid).values())
    killed = []

    def kill_one(done: int, tasks: int) -> None:
        if (tmp_path / "receipts").exists() and done > tasks // 5 and not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    tiles = tiles_of(ground, tmp_path, 15_000.0, two_workers, kill_one)
    pd.testing.assert_frame_equal(tiled_access(ground, tiles), whole, check_exact=True)
    assert killed
    two_workers.client.wait_for_workers(2)
    assert pids[0] not in two_workers.client.run(os.getpid).values(), "another one took its place"


def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path, sample_file, sample):
    """The process of the run, and with it the scheduler, is killed when some searches are done and others are not."""
    out = tmp_path / "run"
    command = [sys.executable, "-m", "lifecircle.cli", "run", str(sample_file), "-o", str(out), "--lang", "en"]
    command += ["--cluster", "local", "--tiles", "15000"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = _receipts(tmp_path / "run.tiles", 3)
    first.kill()
    first.wait()
    assert not out.exists()
    time.sleep(2)  # its workers notice, and end
    done = {path: path.stat().st_mtime_ns for path in done}
    before = set((tmp_path / "run.tiles").glob("receipts/*/*.json"))
    subprocess.run([*command, "--resume"], check=True, capture_output=True, timeout=WITHIN_S)
    assert {path: path.stat().st_mtime_ns for path in done} == done, "what was done is not done again"
    assert set((tmp_path / "run.tiles").glob("receipts/*/*.json")) > before, "and the rest is"
    write_parquet(sample[1], tmp_path / "whole.parquet")
    assert (out / "access.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def _receipts(folder: Path, count: int) -> list[Path]:
    """Return the receipts once there are so many."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        found = list(folder.glob("receipts/*/*.json"))
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise TimeoutError(f"{folder}: no {count} receipts within {WITHIN_S} s")


def refuse(name):
    raise InputError(f"{name}: is broken. Mend it.")


def crash(name):
    raise ZeroDivisionError(name)


def test_a_fault_of_the_inputs_comes_back_as_it_is(two_workers):
    with pytest.raises(InputError, match="a: is broken"):
        two_workers.map(refuse, ["a", "b"], quiet)


def test_work_that_fails_again_and_again_is_reported_with_the_remedy(two_workers):
    with pytest.raises(ClusterError, match=r"failed more than 3 times .* go on with --resume"):
        two_workers.map(crash, ["a"], quiet)


def test_results_come_in_the_order_of_the_tasks_and_progress_is_told(two_workers):
    told = []
    assert two_workers.map(len, ["abc", "", "ab"], lambda *counts: told.append(counts)) == [3, 0, 2]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert ThisProcess().map(len, ["abc", ""], lambda *counts: told.append(counts)) == [3, 0]
    assert told[3:] == [(1, 2), (2, 2)]


def test_workers_of_a_running_scheduler_are_found_by_its_address(two_workers):
    with cluster(two_workers.client.scheduler.address) as machines:
        assert machines.map(len, ["abc"], quiet) == [3]
    assert two_workers.map(len, ["ab"], quiet) == [2], "leaving a scheduler does not end it"


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ClusterError, match="is no address"), cluster("10.0.0.7"):
        pass


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(workers, "CONNECT_S", 0.5)
    with pytest.raises(ClusterError, match=r"no scheduler answers at tcp://127.0.0.1:9"), cluster("tcp://127.0.0.1:9"):
        pass


def test_an_address_that_asks_for_certificates_says_where_to_name_them():
    with pytest.raises(ClusterError, match=r"asks for certificates.*DASK_CONFIG"), cluster("tls://127.0.0.1:9"):
        pass


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r'pip install "lifecircle\[cluster\]"'), cluster("local"):
        pass


def test_tiles_and_resume_go_with_a_cluster(tmp_path):
    study = read_study(write_town(tmp_path / "town"))
    for tiles, resume in (("700", False), (None, True)):
        with (
            pytest.raises(ClusterError, match="Add --cluster local"),
            engine_for(study, tmp_path / "run", None, tiles, resume=resume, tell=quiet, watch=print),
        ):
            pass
