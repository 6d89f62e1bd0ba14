"""Runs the sample city under several Pythons, with one thread and with two, and says whether all tables are the same.

``python tests/faults/pythons.py [PYTHON ...]``: interpreters of environments in which lifecircle is installed, beside
the one that runs this. Prints the SHA-256 of all tables of each run together; returns 1 when one differs.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

THREADS = ("1", "2")
THREAD_SETTINGS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GDAL_NUM_THREADS")
TABLES = (".csv", ".parquet", ".gpkg", ".json")


def tables_hash(run: Path) -> str:
    """Return one hash of the names and bytes of all tables of a run; the manifest may differ: it names the Python."""
    digest = hashlib.sha256()
    for path in sorted(run.glob("*")):
        if path.suffix in TABLES and path.name != "manifest.json":
            digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def main() -> int:
    """Run the sample under every Python, and compare."""
    pythons = [Path(sys.executable), *map(Path, sys.argv[1:])]
    found = set()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([pythons[0].parent / "lifecircle", "sample", folder / "sample"], check=True, capture_output=True)
        for python in pythons:
            version = subprocess.run([python, "-V"], check=True, capture_output=True, text=True).stdout.strip()
            for threads in THREADS:
                run = folder / f"run-{len(list(folder.iterdir()))}"
                settings = dict.fromkeys(THREAD_SETTINGS, threads) | {
                    "LIFECIRCLE_CACHE": str(folder / f"of-{run.name}")
                }
                command = [python.parent / "lifecircle", "run", folder / "sample" / "study.yaml", "-o", run]
                subprocess.run(command, check=True, capture_output=True, env=os.environ | settings)
                found.add(tables_hash(run))
                print(f"{version:<15} {threads} threads  {tables_hash(run)}", flush=True)
    return 0 if len(found) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
