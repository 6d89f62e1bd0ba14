"""Breaks runs of the command on purpose, and prints what was found of them afterwards.

``python tests/faults/campaign.py [KILLS]``. A run may fail; but whatever stands under its final name is whole, what a
cache holds is believed only when it is right, and the next run comes to the same bytes as if nothing had happened.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

sys.path.insert(0, str(Path(__file__).parents[1]))

from town_study import write_town

LIFECIRCLE = Path(sys.executable).parent / "lifecircle"
KILLS = 50
TABLES = ("results.csv", "results.parquet", "access.parquet", "gaps.csv", "problems.csv", "communities.gpkg")


@dataclass(frozen=True)
class Fault:
    """A kind of fault: how often it was tried, and what was found wrong afterwards."""

    kind: str
    tried: int
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Bench:
    """A town, a cache of its own, the bytes that its two editions of a study give, and how long a run takes."""

    folder: Path
    first: Path
    second: Path
    first_bytes: dict[str, str]
    second_bytes: dict[str, str]
    lasts_s: float = 0.0

    def start(self, study: Path, out: Path) -> subprocess.Popen[str]:
        """Start a run in a process of its own."""
        return subprocess.Popen(
            [LIFECIRCLE, "run", study, "-o", out, "--lang", "en"],
            env=os.environ | {"LIFECIRCLE_CACHE": str(self.folder / "cache")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, study: Path, out: Path) -> tuple[int, str]:
        """Run a study to its end; return the exit code and what was said on the way."""
        with self.start(study, out) as process:
            said = process.communicate()[1]
        return process.returncode, said

    def edition(self, out: Path) -> str:
        """Say of which study a run folder is the whole result: ``first``, ``second``, ``none`` or ``half``."""
        if not out.exists():
            return "none"
        found = table_bytes(out)
        return {str(self.first_bytes): "first", str(self.second_bytes): "second"}.get(str(found), "half")


def bench(folder: Path) -> Bench:
    """Write a town in two editions, the second with one more clinic, and run both undisturbed."""
    studies = {}
    for name in ("first", "second"):
        studies[name] = write_town(folder / name)
    with (folder / "second" / "clinics.csv").open("a", encoding="utf-8") as stream:
        stream.write("k2,东卫生站,118.82,32.0,10\n")
    empty = Bench(folder, studies["first"], studies["second"], {}, {})
    found = {}
    for name, study in studies.items():
        begun = time.monotonic()
        code, said = empty.run(study, folder / "whole" / name)
        lasts_s = time.monotonic() - begun
        if code:
            raise RuntimeError(said)
        found[name] = table_bytes(folder / "whole" / name)
    return Bench(folder, studies["first"], studies["second"], found["first"], found["second"], lasts_s)


def table_bytes(out: Path) -> dict[str, str]:
    """Return the hashes of a run folder's tables, and the names of all its files."""
    hashes = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in TABLES if (out / name).is_file()}
    return {**hashes, "files": " ".join(sorted(str(path.relative_to(out)) for path in out.rglob("*")))}


def killed(bench: Bench, times: int, rng: random.Random) -> Fault:
    """Kill runs at random moments, each over an earlier run; then let one finish."""
    out = bench.folder / "killed" / "run"
    code, said = bench.run(bench.first, out)
    wrong = [said] if code else []
    for _ in range(times):
        with bench.start(bench.second, out) as process:
            time.sleep(rng.uniform(0.02, 1.05) * bench.lasts_s)
            process.kill()
        edition = bench.edition(out)
        if edition not in ("first", "second"):
            wrong.append(f"killed: {edition}")
        elif edition == "second":
            bench.run(bench.first, out)
    wrong += _finishes(bench, out)
    left = [path.name for path in out.parent.iterdir() if path != out]
    return Fault("killed at a random moment", times, (*wrong, *left))


def disk_full(bench: Bench, sizes_kb: tuple[int, ...]) -> Fault:
    """Run into file systems that are too small."""
    wrong = []
    for size_kb in sizes_kb:
        with file_system(bench.folder / "small", f"size={size_kb}k") as small:
            wrong += _refused(bench, small / "run", "free space")
    return Fault("disk full", len(sizes_kb), tuple(wrong))


def read_only(bench: Bench) -> Fault:
    """Run into a file system that cannot be written to."""
    with file_system(bench.folder / "fixed", "ro") as fixed:
        return Fault("output cannot be written to", 1, tuple(_refused(bench, fixed / "run", "Choose another")))


def changed_input(bench: Bench, times: int, rng: random.Random) -> Fault:
    """Put another file in the place of an input at a random moment of a run."""
    wrong = []
    for number in range(times):
        town, out = bench.folder / "changing" / str(number), bench.folder / "changed" / str(number)
        shutil.copytree(bench.first.parent, town)
        other = shutil.copy(bench.second.parent / "clinics.csv", town / "other.csv")
        with bench.start(town / bench.first.name, out) as process:
            time.sleep(rng.uniform(0.1, 0.9) * bench.lasts_s)
            Path(other).replace(town / "clinics.csv")
            said = process.communicate()[1]
        edition = bench.edition(out)
        refused = process.returncode == 2 and "was changed while it was being read" in said and edition == "none"
        if not refused and not (process.returncode == 0 and edition in ("first", "second")):
            wrong.append(f"input changed: {edition}, exit code {process.returncode}: {said}")
    return Fault("input changed during a run", times, tuple(wrong))


def two_at_once(bench: Bench, times: int) -> Fault:
    """Start two runs into one folder."""
    wrong = []
    for _ in range(times):
        out = bench.folder / "both" / "run"
        with bench.start(bench.first, out) as one, bench.start(bench.second, out) as other:
            said = one.communicate()[1], other.communicate()[1]
        if "Traceback" in "".join(said):
            wrong.append("".join(said))
        if bench.edition(out) not in ("first", "second"):
            wrong.append(f"two at once: {bench.edition(out)}")
    return Fault("two runs into one folder", times, tuple(wrong))


def damaged_cache(bench: Bench, times: int, rng: random.Random) -> Fault:
    """Spoil every file of the cache, and date it into the future, before a run."""
    out = bench.folder / "cached" / "run"
    wrong = []
    for _ in range(times):
        for path in (bench.folder / "cache").rglob("*"):
            if path.is_file():
                content = bytearray(path.read_bytes())
                for _ in range(3):
                    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
                path.write_bytes(content[: rng.choice((len(content), rng.randrange(len(content))))])
                os.utime(path, (4e9, 4e9))
        wrong += _finishes(bench, out)
    return Fault("cache damaged, clock set back", times, tuple(wrong))


def _finishes(bench: Bench, out: Path) -> list[str]:
    """Return what is wrong with a run that nothing disturbs."""
    code, said = bench.run(bench.second, out)
    if code:
        return [said]
    edition = bench.edition(out)
    return [] if edition == "second" else [f"undisturbed: {edition}"]


def _refused(bench: Bench, out: Path, remedy: str) -> list[str]:
    """Return what is wrong with a run that cannot write: it has to say so, and to leave nothing behind."""
    code, said = bench.run(bench.second, out)
    wrong = [] if code == 2 and remedy in said and "Traceback" not in said else [f"exit code {code}: {said}"]
    return wrong + [f"left: {path.name}" for path in out.parent.iterdir()]


@contextmanager
def file_system(folder: Path, options: str) -> Iterator[Path]:
    """Give a file system in memory; only the superuser of a Linux system may make one."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def main() -> int:
    """Try every kind of fault and return 1 when anything was wrong afterwards."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        town = bench(Path(folder))
        tries: tuple[Callable[[], Fault], ...] = (
            lambda: killed(town, kills, rng),
            lambda: disk_full(town, tuple(range(64, 1200, 64))),
            lambda: read_only(town),
            lambda: changed_input(town, 10, rng),
            lambda: two_at_once(town, 5),
            lambda: damaged_cache(town, 5, rng),
        )
        faults = [attempt() for attempt in tries]
    for fault in faults:
        print(f"{fault.kind:<32}{fault.tried:>5} tried{len(fault.wrong):>5} wrong")
        for what in fault.wrong:
            print(f"    {what}")
    return 1 if any(fault.wrong for fault in faults) else 0


if __name__ == "__main__":
    sys.exit(main())
