"""Files written whole or not at all, and recognised by their content."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from lifecircle.errors import InputError, LifecircleError, ReportError
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


UNFINISHED: Final = ".unfinished"
REPLACED: Final = ".replaced"


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary name to write to, and move the file into place when the block ends well.

    The temporary file lies beside the target and keeps its suffixes, so that writers which choose a format by name
    choose the right one. It is removed when the block fails.

    Raises
    ------
    ReportError
        If the folder cannot be written to.
    """
    temporary = _aside(path, UNFINISHED)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_up(path)
        yield temporary
        temporary.replace(path)
    except LifecircleError:
        raise
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise ReportError(told("error.cannot_be_written", path=path, reason=reason)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hexadecimal digits.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or error
        raise InputError(told("error.file_unreadable_rights", path=path, reason=reason)) from error


def parts_of(path: Path) -> list[Path]:
    """Return a file and the files beside it that belong to it: a Shapefile has its table in another one."""
    if path.suffix.lower() != ".shp":
        return [path]
    return sorted(part for part in path.parent.iterdir() if part.stem == path.stem and part.is_file())


@contextmanager
def folder_written_whole(folder: Path, marker: str) -> Iterator[Path]:
    """Give a temporary folder to write to, and move it into place when the block ends well.

    An earlier folder of the same kind, which the file ``marker`` tells, is replaced at the end; anything else that
    stands in the way is left alone. A link stays, and the folder that it leads to is replaced.

    Raises
    ------
    ReportError
        If the folder holds something else, or cannot be written to.
    """
    folder = folder.resolve() if folder.is_symlink() else folder
    _clear_up(folder)
    if folder.exists() and not (folder / marker).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReportError(told("error.in_the_way", path=folder))
    temporary, earlier = _aside(folder, UNFINISHED), _aside(folder, REPLACED)
    try:
        temporary.mkdir(parents=True)
        yield temporary
        if folder.exists():
            folder.rename(earlier)
        temporary.rename(folder)
    except LifecircleError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise ReportError(told("error.cannot_be_written", path=folder, reason=reason)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(earlier, ignore_errors=True)


def _aside(path: Path, what: str) -> Path:
    """Return the name beside a path that this process writes to or moves things to."""
    return path.with_name(f"{what}-{os.getpid()}-{path.name}")


def _clear_up(path: Path) -> None:
    """Put right what processes that were killed left beside a path: their half-done work, and what they moved aside."""
    for what in (REPLACED, UNFINISHED):
        for left in path.parent.glob(f"{what}-*-{glob.escape(path.name)}"):
            owner = left.name.removeprefix(f"{what}-").removesuffix(f"-{path.name}")
            if not owner.isdecimal() or _runs(int(owner)):
                continue
            if what == REPLACED and not path.exists():
                left.rename(path)
            elif left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Say whether a process may still be at work; elsewhere than on POSIX asking would disturb it."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is somebody else's
    return True
