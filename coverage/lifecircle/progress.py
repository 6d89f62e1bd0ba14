"""How long work says what it is doing: a step is a name and a block of work."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Step(Protocol):
    """Announces one part of the work while its block runs; ``name`` is a key of the messages' section ``step``."""

    def __call__(self, name: str, /) -> AbstractContextManager[None]:
        """Return the block's context."""
        ...


def quietly(_name: str, /) -> AbstractContextManager[None]:
    """Say nothing; what the library does unless it is told otherwise."""
    return nullcontext()
