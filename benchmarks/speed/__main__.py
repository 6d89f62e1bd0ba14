"""Measure lifecircle and its peers side by side on the full sample and on Porto Alegre, and write docs/benchmarks.md.

    python benchmarks/speed [--only porto-alegre]

All seconds are processor seconds of all threads together, so that a busy machine does not blur them. Every answer that
can be compared is compared first. With ``--only`` the page is of one city.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from drawing import extract_rows, isochrone_rows, snapping_rows
from ground import City, Row, full_sample, porto_alegre
from growth import growth, largest_memory
from page import table_lines, write_page
from searches import k_nearest_rows, nearest_rows, pair_rows


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--only", choices=["sample", "porto-alegre"])
    only = options.parse_args().only
    with tempfile.TemporaryDirectory() as folder:
        makers = {"porto-alegre": porto_alegre, "sample": lambda: full_sample(Path(folder))}
        tables: dict[City, list[Row]] = {}
        for city in (make() for name, make in makers.items() if only in {None, name}):
            tables[city] = rows_of(city)
            print("\n".join(table_lines(city, tables[city])), end="\n\n", flush=True)
        grown, memory_gb = growth(city), largest_memory(city)
        print(f"memory of a process that makes the pairs in {city.name}: {memory_gb:.2f} GB")
        write_page(tables, grown, memory_gb)


def rows_of(city: City) -> list[Row]:
    rows: list[Row] = []
    for measure in (nearest_rows, k_nearest_rows, pair_rows, isochrone_rows, snapping_rows, extract_rows):
        rows += measure(city)
        print(f"{city.name}: {measure.__name__} measured", flush=True)
    tasks = [row.task for row in rows]
    return sorted(rows, key=lambda row: (tasks.index(row.task), row.library != "lifecircle"))


if __name__ == "__main__":
    main()
