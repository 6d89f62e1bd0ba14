from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lifecircle.errors import ReportError
from lifecircle.files import content_hash, folder_written_whole, written_whole

MARKER = "manifest.json"


@pytest.fixture(scope="module")
def dead():
    """Return the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "new" / "table.csv"
    with written_whole(target) as temporary:
        temporary.write_text("whole", encoding="utf-8")
        assert not target.exists()
    assert target.read_text(encoding="utf-8") == "whole"
    with pytest.raises(UnicodeEncodeError), written_whole(target) as temporary:
        temporary.write_text("\ud800", encoding="utf-8")
    assert [path.name for path in target.parent.iterdir()] == ["table.csv"]
    assert target.read_text(encoding="utf-8") == "whole"


def test_a_folder_that_cannot_be_made_is_reported_with_the_remedy(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ReportError, match="Choose another folder"), written_whole(tmp_path / "file" / "table.csv"):
        pass


def test_content_hash_is_sha_256(tmp_path):
    """Of "abc": the first example of FIPS 180-2."""
    (tmp_path / "abc").write_bytes(b"abc")
    assert content_hash(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder_replaces_an_earlier_one_of_its_kind_and_nothing_else(tmp_path):
    for content in ("first", "second"):
        with folder_written_whole(tmp_path / "run", MARKER) as temporary:
            (temporary / MARKER).write_text(content, encoding="utf-8")
    assert (tmp_path / "run" / MARKER).read_text(encoding="utf-8") == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError, match="is no earlier run"), folder_written_whole(tmp_path / "thesis", MARKER):
        pass
    assert (tmp_path / "thesis" / "chapter.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_behind_a_link_is_replaced_where_it_lies(tmp_path):
    """Runs are linked to from elsewhere, where a disk is small: the link stays, and nothing is left beside it."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "run")
    for content in ("first", "second"):
        with folder_written_whole(tmp_path / "link", MARKER) as temporary:
            (temporary / MARKER).write_text(content, encoding="utf-8")
    assert (tmp_path / "disk" / "run" / MARKER).read_text(encoding="utf-8") == "second"
    assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "link"]
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["run"]


def test_what_a_killed_run_left_behind_is_removed_and_what_others_write_is_not(tmp_path, dead):
    for owner in (dead, os.getppid()):
        (tmp_path / f".unfinished-{owner}-run").mkdir()
    with folder_written_whole(tmp_path / "run", MARKER) as temporary:
        (temporary / MARKER).write_text("whole", encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".unfinished-{os.getppid()}-run", "run"]


def test_an_earlier_run_comes_back_when_its_successor_was_killed_while_taking_its_place(tmp_path, dead):
    """Killed between the two moves, a run leaves its predecessor under another name; then the next one fails too."""
    aside = tmp_path / f".replaced-{dead}-run"
    aside.mkdir()
    (aside / MARKER).write_text("earlier", encoding="utf-8")
    with pytest.raises(KeyError), folder_written_whole(tmp_path / "run", MARKER):
        raise KeyError
    assert (tmp_path / "run" / MARKER).read_text(encoding="utf-8") == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_file_that_a_killed_process_left_behind_is_removed(tmp_path, dead):
    (tmp_path / f".unfinished-{dead}-table.csv").write_text("half", encoding="utf-8")
    with written_whole(tmp_path / "table.csv") as temporary:
        temporary.write_text("whole", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]
