"""Takes how many inputs to try, feeds them to every reader, and prints what came of them.

``python tests/fuzz/campaign.py [INPUTS] [SEED]``. Every outcome must be a result or one of lifecircle's own errors: no
traceback, no crash of the process, nothing that takes more than ten seconds or two gigabytes. What fails is kept under
``runs/fuzz`` as files, with the reason.
"""

from __future__ import annotations

import json
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.corpus import bombs
from fuzz.targets import SLOW, TARGETS
from fuzz.worker import BOMBS, LONGEST_S

WORKER = Path(__file__).with_name("worker.py")
KEPT = Path(__file__).parents[2] / "runs" / "fuzz"
PATIENCE_S = 120
BATCH = 5000
PROCESSES = 2

Outcomes = Counter[tuple[str, str]]
"""Inputs by reader and ``read``, ``refused`` or ``failed``."""


@dataclass(frozen=True)
class Failure:
    """An input that failed, where its files are kept, and why."""

    target: str
    seed: str
    number: int
    reason: str


def campaign(inputs: int, seed: str, targets: Sequence[str] = tuple(TARGETS)) -> tuple[Outcomes, list[Failure]]:
    """Try as many inputs, spread over the readers (the slow ones get a fifth of what others get), and all bombs.

    Returns
    -------
    outcomes : Outcomes
    failures : list of Failure
    """
    parts = {target: 1 if target in SLOW else 5 for target in targets}
    counts = {target: -(-inputs * part // sum(parts.values())) for target, part in parts.items()}
    jobs = [
        (target, seed, first, min(BATCH, count - first))
        for target, count in counts.items()
        for first in range(0, count, BATCH)
    ]
    with tempfile.TemporaryDirectory() as folder:
        jobs += [(target, BOMBS, 0, len(found)) for target, found in bombs(Path(folder)).items() if target in targets]
    outcomes: Outcomes = Counter()
    failures: list[Failure] = []
    with ThreadPoolExecutor(PROCESSES) as pool:
        for counted, failed in pool.map(lambda job: _batch(*job), jobs):
            outcomes += counted
            failures += failed
    return outcomes, failures


def _batch(target: str, seed: str, first: int, count: int) -> tuple[Outcomes, list[Failure]]:
    """Work through a batch; where an input ends its process, the next one starts behind it."""
    outcomes: Outcomes = Counter()
    failures = []
    end = first + count
    while first < end:
        with tempfile.TemporaryDirectory() as folder:
            for number, outcome, reason in _said(target, seed, first, end - first, folder):
                outcomes[target, outcome] += 1
                first = number + 1
                if outcome == "failed":
                    failures.append(Failure(target, seed, number, reason))
                    kept = KEPT / f"{target}-{seed}-{number}"
                    shutil.copytree(Path(folder, "read"), kept, dirs_exist_ok=True)
                    (kept / "reason.txt").write_text(reason, encoding="utf-8")
    return outcomes, failures


def _said(target: str, seed: str, first: int, count: int, folder: str) -> list[tuple[int, str, str]]:
    """Return number, outcome and reason of the inputs that one process got through."""
    command = [sys.executable, str(WORKER), target, seed, str(first), str(count), folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        return followed(process, first)


def followed(process: subprocess.Popen[str], first: int) -> list[tuple[int, str, str]]:
    """Listen to a worker until it ends, stands still, or meets an input that fails; then end it."""
    lines: queue.Queue[str] = queue.Queue()
    listener = threading.Thread(target=_forward, args=(process, lines))
    listener.start()
    found: list[tuple[int, str, str]] = []
    begun = first
    while not found or found[-1][1] != "failed":
        try:
            line = lines.get(timeout=PATIENCE_S)
        except queue.Empty:
            found.append((begun, "failed", f"stood still for {PATIENCE_S} s"))
            break
        if not line:
            if process.wait() != 0:
                found.append((begun, "failed", _end(process.returncode)))
            break
        said = json.loads(line)
        begun = said["number"]
        if "outcome" in said:
            found.append((begun, said["outcome"], said["trace"]))
            begun += 1
    process.kill()
    listener.join()
    return found


def _end(code: int) -> str:
    return f"took more than {LONGEST_S} s" if code == -signal.SIGXCPU else f"the process ended with {code}"


def _forward(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    for line in process.stdout or ():
        lines.put(line)
    lines.put("")


def table(outcomes: Outcomes) -> str:
    """Return the outcomes as rows of text, one for each reader and one for all."""
    kinds = ("read", "refused", "failed")
    rows = [(target, *(outcomes[target, kind] for kind in kinds)) for target in sorted(TARGETS)]
    rows.append(("all", *(sum(row[place] for row in rows) for place in range(1, len(kinds) + 1))))
    head = f"{'reader':<10}{'inputs':>9}" + "".join(f"{kind:>9}" for kind in kinds)
    return "\n".join(
        [head, *(f"{name:<10}{sum(counts):>9,}" + "".join(f"{n:>9,}" for n in counts) for name, *counts in rows)]
    )


def main() -> int:
    """Run a campaign and return 1 when anything failed."""
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = sys.argv[2] if len(sys.argv) > 2 else "1"
    outcomes, failures = campaign(inputs, seed)
    print(table(outcomes))
    for failure in failures:
        last = failure.reason.strip().splitlines()[-1]
        print(f"{failure.target} {failure.seed} {failure.number}: {last}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
