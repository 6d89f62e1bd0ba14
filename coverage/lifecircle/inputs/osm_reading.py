"""Whatever libosmium raises at a spoiled extract, as one error that names the file and the remedy."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import osmium

from lifecircle.errors import InputError
from lifecircle.inputs.osm_strings import require_sound_texts
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def reading_extract(path: Path) -> Iterator[None]:
    """Turn the faults of a block that reads an extract into one error.

    Raises
    ------
    InputError
        If the file is missing, is not what its ending says, is cut short or damaged.
    """
    try:
        if path.suffix.lower() == ".pbf" and path.is_file():
            require_sound_texts(path)
        yield
    except (
        RuntimeError,
        ValueError,
        OverflowError,
        MemoryError,
        OSError,
        osmium.InvalidLocationError,
    ) as fault:
        if isinstance(fault, InputError):
            raise
        reason = (str(fault) or type(fault).__name__).splitlines()[0]
        raise InputError(told("error.not_whole_extract", path=path, reason=reason)) from fault
