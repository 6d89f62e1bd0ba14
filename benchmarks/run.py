"""Time whole runs of the sample city as a user sees them: from the street extract, and from the cached network.

    python benchmarks/run.py [small|full ...]

Prints wall seconds (median of three), and the peak memory of the largest process; then how long the parts of the last
run from the cached network took, as the command itself tells it: of what a second process does beside the first, the
seconds that the first one had to wait.
"""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIFECIRCLE = Path(sys.executable).parent / "lifecircle"
ROUNDS = 3
KIBIBYTES_PER_GIB = 1024**2
PART = re.compile(r"(.+?)  ([\d.]+) s")


def seconds(*words: str | Path, cache: Path) -> float:
    """Return the wall seconds of one command with its own cache folder."""
    return timed(*words, cache=cache)[0]


def timed(*words: str | Path, cache: Path) -> tuple[float, dict[str, float]]:
    """Return the wall seconds of one command, and those of its parts, with its own cache folder."""
    start = time.perf_counter()
    environment = os.environ | {"LIFECIRCLE_CACHE": str(cache)}
    done = subprocess.run([LIFECIRCLE, *map(str, words)], env=environment, check=True, capture_output=True, text=True)
    told = map(PART.fullmatch, done.stderr.splitlines())
    return time.perf_counter() - start, {part[1]: float(part[2]) for part in told if part}


def main(scales: list[str]) -> None:
    print(f"{'sample':8}{'what':28}{'seconds':>9}{'peak GiB':>10}")
    for scale in scales:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            study, run, cache = folder / "city" / "study.yaml", folder / "run", folder / "cache"
            made = seconds("sample", folder / "city", "--scale", scale, cache=cache)
            cold = [seconds("run", study, "-o", folder / f"cold{n}", cache=folder / f"cache{n}") for n in range(ROUNDS)]
            seconds("run", study, "-o", run, cache=cache)
            runs = [timed("run", study, "-o", folder / f"warm{n}", "--lang", "en", cache=cache) for n in range(ROUNDS)]
            warm, parts = [taken for taken, _ in runs], runs[-1][1]
            short = [
                seconds("run", study, "-o", folder / f"short{n}", "--no-documents", cache=cache) for n in range(ROUNDS)
            ]
            again = [seconds("run", study, "-o", run, cache=cache) for _ in range(ROUNDS)]
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIBIBYTES_PER_GIB
        rows = {
            "made": [made],
            "run from the extract": cold,
            "run from the cached network": warm,
            "the same, no documents": short,
            "run of which nothing changed": again,
        }
        for what, taken in rows.items():
            print(f"{scale:8}{what:28}{statistics.median(taken):9.1f}{peak:10.2f}", flush=True)
        for part, taken in parts.items():
            print(f"{'':8}{part:42}{taken:6.1f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["small", "full"])
