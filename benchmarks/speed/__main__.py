"""Measure lifecircle and its peers side by side on the full sample and on Porto Alegre, and write docs/benchmarks.md.

    python benchmarks/speed [--only porto-alegre]

All seconds are processor seconds of all threads together, so that a busy machine does not blur them. Every answer that
can be compared is compared first. The page is written anew after each task, of what is measured by then; with
``--only`` it is of one city.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from drawing import extract_rows, isochrone_rows, snapping_rows
from ground import full_sample, porto_alegre
from growth import growth, largest_memory
from page import Measured, table_lines, write_page
from searches import k_nearest_rows, nearest_rows, pair_rows


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--only", choices=["sample", "porto-alegre"])
    only = options.parse_args().only
    with tempfile.TemporaryDirectory() as folder:
        makers = {"porto-alegre": porto_alegre, "sample": lambda: full_sample(Path(folder))}
        measured: list[Measured] = []
        for city in (make() for name, make in makers.items() if only in {None, name}):
            measured.append(Measured(city))
            for measure in (nearest_rows, k_nearest_rows, pair_rows, snapping_rows, extract_rows, isochrone_rows):
                measured[-1].rows += measure(city)
                print(f"{city.name}: {measure.__name__} measured", flush=True)
                write_page(measured)
            print("\n".join(table_lines(city, measured[-1].rows)), end="\n\n", flush=True)
            measured[-1].growth, measured[-1].memory_gb = growth(city), largest_memory(city)
            write_page(measured)


if __name__ == "__main__":
    main()
