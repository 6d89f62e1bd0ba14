from __future__ import annotations

import re
import subprocess
import sys

import pytest

from town_study import write_town

pytestmark = pytest.mark.e2e


def lifecircle(*words):
    command = [sys.executable, "-m", "lifecircle.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_batch_runs_what_it_can_and_says_what_it_cannot(tmp_path):
    for name in ("west", "east"):
        file = write_town(tmp_path / name)
        file.write_text(file.read_text(encoding="utf-8").replace("id: town", f"id: {name}"), encoding="utf-8")
    (tmp_path / "east" / "residents.csv").write_text("nothing\n", encoding="utf-8")
    manifest = tmp_path / "towns.yaml"
    manifest.write_text(
        "name: {zh: 两镇, en: Two towns}\nstudies: [west/study.yaml, east/study.yaml]\n", encoding="utf-8"
    )
    done = lifecircle("batch", manifest, "-o", tmp_path / "runs", "--lang", "en")
    assert done.returncode == 2
    assert re.search(r"Error 错误: .*residents\.csv", done.stderr)
    assert re.search(r"Watch the cluster at http://127\.0\.0\.1:\d+/status", done.stderr)
    assert "Traceback" not in done.stderr
    assert f"The cities compared: {tmp_path / 'runs' / 'league.html'}" in done.stdout.replace("\n", "")
    assert (tmp_path / "runs" / "west" / "report.docx").is_file()
    assert not (tmp_path / "runs" / "east").exists()


def test_a_cluster_that_is_none_is_one_sentence_and_code_2(tmp_path):
    study = write_town(tmp_path / "town")
    for words in (("--cluster", "10.0.0.7"), ("--resume",), ("--cluster", "local", "--tiles", "3")):
        done = lifecircle("run", study, "-o", tmp_path / "run", *words)
        assert done.returncode == 2, words
        assert done.stderr.count("Error 错误") == 1, words
        assert "Traceback" not in done.stderr, words
    assert not (tmp_path / "run").exists()
