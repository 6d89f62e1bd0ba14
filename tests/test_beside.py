"""Work beside other work: the same results, the same errors, and nothing left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from operator import truediv
from pathlib import Path

import numpy as np
import pytest

from lifecircle import beside
from lifecircle.beside import HERE, second_process
from lifecircle.bilingual import Bilingual
from lifecircle.errors import InputError, ReportError
from lifecircle.files import content_hash


def stopped(process):
    """Say whether there is no such process any more."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def large(tmp_path):
    """Return a file that is worth a second process, if there are two cores."""
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(beside.WORTH_A_PROCESS))
    return path


@pytest.fixture
def second(large, monkeypatch):
    monkeypatch.setattr(beside, "_cores", lambda: 2)
    with second_process([large]) as executor:
        yield executor


def test_little_input_is_worked_on_in_this_process(tmp_path, monkeypatch):
    monkeypatch.setattr(beside, "_cores", lambda: 2)
    (tmp_path / "little.csv").write_text("a,b\n")
    with second_process([tmp_path / "little.csv", tmp_path / "absent.csv"]) as executor:
        assert executor.submit(os.getpid).result() == os.getpid()


def test_on_one_core_all_is_done_in_this_process(large, monkeypatch):
    monkeypatch.setattr(beside, "_cores", lambda: 1)
    with second_process([large]) as executor:
        assert executor.submit(os.getpid).result() == os.getpid()


def test_in_this_process_a_call_is_made_once_and_when_its_result_is_wanted():
    made = []
    later = HERE.submit(made.append, 1)
    assert made == []
    assert later.result() is later.result() is None
    assert made == [1]


def test_another_process_answers_in_the_order_of_the_calls(second):
    calls = [second.submit(np.full, 200_000, number) for number in range(3)]  # more than a pipe holds
    assert [call.result().sum() for call in calls] == [0, 200_000, 400_000]
    assert second.submit(os.getpid).result() != os.getpid()


def test_an_error_comes_back_as_itself_in_both_languages(second, tmp_path):
    with pytest.raises(InputError, match=r"absent\.csv") as there:
        second.submit(content_hash, tmp_path / "absent.csv").result()
    with pytest.raises(InputError) as here:
        content_hash(tmp_path / "absent.csv")
    assert isinstance(there.value.message, Bilingual)
    assert there.value.message == here.value.message


def test_an_error_of_the_program_tells_where_it_was_made(second):
    with pytest.raises(ZeroDivisionError) as fault:
        second.submit(truediv, 1, 0).result()
    assert "in _serve" in fault.value.__notes__[0]
    assert second.submit(truediv, 1, 2).result() == 0.5  # and the process is still there


def test_a_lost_process_is_told_in_a_sentence(second):
    other = second.submit(os.getpid).result()
    waiting = second.submit(time.sleep, 60)
    os.kill(other, signal.SIGKILL)
    with pytest.raises(ReportError, match="second process of this run has ended"):
        waiting.result()


def test_the_process_is_gone_when_the_work_fails(large, monkeypatch):
    monkeypatch.setattr(beside, "_cores", lambda: 2)
    process = {}

    def fails():
        with second_process([large]) as executor:
            process["id"] = executor.submit(os.getpid).result()
            executor.submit(time.sleep, 60)
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert stopped(process["id"])


def test_it_can_be_shut_down_twice_amid_its_work(large, monkeypatch):
    monkeypatch.setattr(beside, "_cores", lambda: 2)
    with second_process([large]) as executor:
        process = executor.submit(os.getpid).result()
        executor.submit(time.sleep, 60)
        executor.shutdown()
        assert stopped(process)


PARENT = """
import os, sys, time
from pathlib import Path
from lifecircle import beside
if __name__ == "__main__":
    beside._cores = lambda: 2
    with beside.second_process([Path(sys.argv[1])]) as executor:
        print(executor.submit(os.getpid).result(), flush=True)
        executor.submit(time.sleep, 60).result()
"""


def test_a_killed_parent_leaves_no_process_behind(large, tmp_path):
    program = tmp_path / "parent.py"
    program.write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, program, large], stdout=subprocess.PIPE, text=True) as parent:
        other = int(parent.stdout.readline())
        parent.kill()
    ends = time.monotonic() + 10
    while Path(f"/proc/{other}/cmdline").is_file() and Path(f"/proc/{other}/cmdline").read_bytes():
        assert time.monotonic() < ends, "the second process outlives its parent"
        time.sleep(0.05)
