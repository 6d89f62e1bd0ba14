"""Files written whole or not at all, and recognised by their content."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from lifecircle.errors import InputError, ReportError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
    temporary = path.with_name(f".unfinished-{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        if isinstance(error, ReportError | InputError):
            raise
        message = (
            f"{path}: cannot be written ({error.strerror or error}). Choose another folder with -o, or free space."
        )
        raise ReportError(message) from error
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
        message = f"{path}: cannot be read ({error.strerror or error}). Check the path and its permissions."
        raise InputError(message) from error


@contextmanager
def folder_written_whole(folder: Path, marker: str) -> Iterator[Path]:
    """Give a temporary folder to write to, and move it into place when the block ends well.

    An earlier folder of the same kind, which the file ``marker`` tells, is replaced at the end; anything else that
    stands in the way is left alone.

    Raises
    ------
    ReportError
        If the folder holds something else, or cannot be written to.
    """
    if folder.exists() and not (folder / marker).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReportError(f"{folder}: is in the way and is no earlier run. Choose another folder with -o, or move it.")
    temporary = folder.with_name(f".unfinished-{os.getpid()}-{folder.name}")
    earlier = folder.with_name(f".replaced-{os.getpid()}-{folder.name}")
    try:
        temporary.mkdir(parents=True)
        yield temporary
        if folder.exists():
            folder.rename(earlier)
        temporary.rename(folder)
    except OSError as error:
        if isinstance(error, ReportError):
            raise
        raise ReportError(
            f"{folder}: cannot be written ({error.strerror or error}). Choose another with -o."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(earlier, ignore_errors=True)
