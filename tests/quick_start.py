"""The quick start, followed word for word: its commands in their order, and what they answered."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "quick-start.md"
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(page: str) -> list[tuple[str, str]]:
    """Return every command and every piece of Python of a page, in their order."""
    found = []
    for language, text in _BLOCK.findall(page):
        if language == "console":
            found += [("console", line.removeprefix("$ ")) for line in text.splitlines() if line.startswith("$ ")]
        else:
            found.append(("python", text))
    return found


def follow(root: Path) -> tuple[Path, dict[str, dict[str, object]]]:
    """Follow the quick start below a folder that all workers of a session share, once.

    Returns
    -------
    folder : Path
        Laid out as the repository is afterwards: ``data/nanjing-sample`` and ``runs/nanjing-sample``.
    answers : dict
        Of every step: ``code`` and what was ``printed``. Steps that install are left out.
    """
    folder, record = root / "workshop", root / "workshop" / "answers.json"
    with (root / "workshop.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            (folder / "notebooks").mkdir(parents=True)
            answers = {words: _answer(kind, words, folder) for kind, words in steps(PAGE.read_text(encoding="utf-8"))}
            record.write_text(json.dumps({words: answer for words, answer in answers.items() if answer}))
    return folder, json.loads(record.read_text())


def _answer(kind: str, words: str, folder: Path) -> dict[str, object] | None:
    command = [sys.executable, "-c", words] if kind == "python" else shlex.split(words)
    if command[0] == "lifecircle":
        command[0] = str(Path(sys.executable).parent / "lifecircle")
    elif kind == "console":
        return None
    settings = os.environ | {"LIFECIRCLE_CACHE": str(folder / "cache"), "COLUMNS": "120"}
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    return {"code": done.returncode, "printed": done.stdout, "errors": done.stderr}
