"""Feeds spoiled files to one reader, and says on standard output before each what comes and after it what came of it.

``python worker.py TARGET SEED FIRST COUNT FOLDER``: inputs FIRST to FIRST + COUNT of a seed; target, seed and number
alone decide what an input holds, so that any of them can be made again. The seed ``bombs`` stands for the inputs that
are made to take time or memory.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.corpus import bombs, corpus
from fuzz.mutations import mutated
from fuzz.targets import TARGETS
from lifecircle.errors import LifecircleError

BOMBS = "bombs"
MOST_MEMORY_KB = 2_000_000
LONGEST_S = 10
FORGET_PEAK = Path("/proc/self/clear_refs")


def outcome_of(target: str, files: dict[str, bytes], folder: Path) -> tuple[str, str]:
    """Return what reading gives, ``read``, ``refused`` or ``failed``, and where it failed."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    first = folder / next(iter(files))
    FORGET_PEAK.write_text("5")
    held = _memory_kb("VmRSS")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            TARGETS[target](first)
    except LifecircleError as error:
        return ("refused", "") if str(error) else ("failed", "an error without words")
    except MemoryError:
        return "failed", "out of memory"
    except Exception:  # noqa: BLE001 - whatever else comes out of a reader is what the fuzzer looks for
        return "failed", traceback.format_exc()
    took = _memory_kb("VmHWM") - held
    return ("failed", f"took {took // 1000} MB") if took > MOST_MEMORY_KB else ("read", "")


def nth(target: str, seed: str, number: int, seeds: list[dict[str, bytes]]) -> dict[str, bytes]:
    """Return an input by its number."""
    if seed == BOMBS:
        return seeds[number]
    rng = random.Random(f"{target}/{seed}/{number}")
    return mutated(rng.choice(seeds), rng)


def _memory_kb(field: str) -> int:
    """Return a figure that the system keeps of this process; ``ru_maxrss`` would start at the peak of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{field}:")[1].split()[0])


def _allow(seconds: int) -> None:
    """Let this process compute for some seconds more; the system ends it after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def main() -> None:
    """Read the inputs that the arguments name."""
    target, seed, first, count, place = sys.argv[1:]
    folder = Path(place)
    made, read = folder / "made", folder / "read"
    made.mkdir(parents=True, exist_ok=True)
    read.mkdir(exist_ok=True)
    seeds = bombs(made)[target] if seed == BOMBS else corpus(made, target)
    for number in range(int(first), int(first) + int(count)):
        _allow(LONGEST_S)
        print(json.dumps({"number": number}), flush=True)
        outcome, trace = outcome_of(target, nth(target, seed, number, seeds), read)
        print(json.dumps({"number": number, "outcome": outcome, "trace": trace}), flush=True)
        if outcome == "failed":
            break  # the files stay as they were read


if __name__ == "__main__":
    main()
