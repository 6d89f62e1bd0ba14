"""Size and opening time of the map of an invented city of 1,200 communities and 20,000 facilities.

Run ``python benchmarks/map.py``, or ``python benchmarks/map.py MAP.html ...`` for maps that are there. Needs Chromium
(``CHROMIUM`` names another one than /usr/bin/chromium).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from lifecircle.report.map import write_map
from report.map.chromium import launched
from report.map.town import invented_town, with_a_new_facility

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

COLUMNS, ROWS, POINTS, FACILITIES = 40, 30, 20, 20_000
SLIDER_STEPS = 20


def main() -> None:
    if len(sys.argv) > 1:
        for name in sys.argv[1:]:
            print(f"{name}: {Path(name).stat().st_size:,} bytes")
            measure_in_browser(Path(name).resolve())
        return
    town = timed("tables of the city", lambda: invented_town(COLUMNS, ROWS, POINTS, FACILITIES))
    other = with_a_new_facility(town, "clinic", (118.9, 32.1))
    with tempfile.TemporaryDirectory() as folder:
        for name, runs in {"one run": [town.run], "two runs": [town.run, other]}.items():
            path = Path(folder) / f"{name}.html"
            data = timed(f"{name}: map_data", lambda runs=runs: town.data(*runs))
            timed(f"{name}: write_map", lambda path=path, data=data: write_map(path, data, lang="zh"))
            print(f"{name}: {path.stat().st_size:,} bytes")
            measure_in_browser(path)


def measure_in_browser(path: Path) -> None:
    """Print how long the page takes to open, and to follow the slider."""
    with launched(Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))) as browser:
        page = browser.new_page(viewport={"width": 1360, "height": 850})
        page.goto(f"{path.as_uri()}#show=walk/fitness")
        page.wait_for_selector("body.ready")
        opened = page.evaluate("performance.now()")
        moved = page.evaluate(
            """async (steps) => {
                const slider = document.getElementById('minutes');
                const start = performance.now();
                for (let i = 0; i < steps; i++) {
                    slider.value = 5 + i;
                    slider.dispatchEvent(new Event('input'));
                    await new Promise(requestAnimationFrame);
                }
                return (performance.now() - start) / steps;
            }""",
            SLIDER_STEPS,
        )
        print(f"  opens in {opened / 1000:.2f} s, follows the slider in {moved:.0f} ms a step")


def timed(name: str, act: Callable[[], Result]) -> Result:
    start = time.perf_counter()
    result = act()
    print(f"{name}: {time.perf_counter() - start:.2f} s")
    return result


if __name__ == "__main__":
    main()
