"""Makes the sample, takes the pictures of its map and report that the READMEs show: ``make pictures``."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from report.map.chromium import launched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES: Final = Path(__file__).with_name("images")
WIDTH, HEIGHT, SHARPNESS = 1100, 740, 1.4  # pixels of the page, and how many of the picture are one of them
COLOURS, SETTLED_MS = 192, 1000
SUFFIXES: Final = {"en": "", "zh": ".zh"}


def main() -> None:
    """Write the sample, run it in both languages, and take its map and its report."""
    chromium = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    with tempfile.TemporaryDirectory() as name, launched(chromium) as browser:
        folder = Path(name)
        lifecircle("sample", folder / "sample")
        for lang, suffix in SUFFIXES.items():
            lifecircle("run", folder / "sample" / "study.yaml", "--output", folder / lang, "--lang", lang)
            for page in ("map", "report"):
                take(browser, folder / lang / f"{page}.html", IMAGES / f"{page}{suffix}.png")


def lifecircle(*words: object) -> None:
    """Run the command."""
    subprocess.run([Path(sys.executable).with_name("lifecircle"), *map(str, words)], check=True)


def take(browser: Browser, page: Path, path: Path) -> None:
    """Write what a reader sees of a page when it is opened, in so few colours that the file stays small."""
    tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SHARPNESS)
    tab.goto(page.as_uri())
    tab.wait_for_timeout(SETTLED_MS)
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(path, optimize=True)
    tab.close()


if __name__ == "__main__":
    main()
