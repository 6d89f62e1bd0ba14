"""Columns of numbers as Parquet files, and the key that a piece of work has by its inputs."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lifecircle.errors import InputError
from lifecircle.files import content_hash, written_whole
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_PACKAGE: Final = Path(__file__).parents[1]
_ROOMS: Final = (".", "access", "network", "scale")


def write_columns(columns: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write columns of one length as Parquet (zstd), whole or not at all.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    with written_whole(path) as temporary:
        pq.write_table(pa.table(dict(columns)), temporary, compression="zstd")


def read_columns(path: Path, names: list[str] | None = None) -> dict[str, NDArray[Any]]:
    """Read the columns of a Parquet file, or some of them.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    return columns_of(read_table(path, names))


def read_table(path: Path, names: list[str] | None = None) -> pa.Table:
    """Read a Parquet file, or some of its columns; errors are those of :func:`read_columns`."""
    try:
        return pq.read_table(path, columns=names, partitioning=None, use_threads=False)
    except (OSError, pa.ArrowException) as fault:
        raise InputError(told("error.tiles_unreadable", path=path, reason=fault)) from fault


def columns_of(table: pa.Table) -> dict[str, NDArray[Any]]:
    """Return the columns of a table as arrays."""
    return {name: table[name].to_numpy() for name in table.column_names}


def work_key(files: Iterable[Path], *words: object) -> str:
    """Return the SHA-256 of files, settings and the code that searches: equal where the work would be equal.

    Parameters
    ----------
    files : iterable of Path
        Whose contents count, in this order.
    *words
        Whatever else the work depends on; what it is written as counts.
    """
    parts = [*map(content_hash, files), *map(str, words), _code()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def arrays_hash(arrays: Iterable[NDArray[Any]]) -> str:
    """Return the SHA-256 of the types, shapes and values of arrays."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape};".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


@cache
def _code() -> str:
    sources = (path for room in _ROOMS for path in sorted((_PACKAGE / room).glob("*.py")))
    return hashlib.sha256("".join(map(content_hash, sources)).encode()).hexdigest()
