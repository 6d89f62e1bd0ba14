"""Files written whole or not at all, and recognised by their content."""

from __future__ import annotations

import hashlib
import os
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
