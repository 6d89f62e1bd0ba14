"""Names of areas as folders: one safe part of a path for any name at all."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES: Final = 96
"""Short enough for the paths of Windows (260 characters) and the names of every file system (255 bytes)."""

_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_KEPT: Final = frozenset("LMN")
"""Letters, the marks on them, and numbers, of any script."""

_ALSO_KEPT: Final = frozenset("-_()（）·")


def path_components(names: Iterable[str]) -> list[str]:
    """Return a part of a path for each name, all different even where letters' case is not told apart.

    Anything but letters, numbers and a few harmless signs becomes ``_``, so that no part leads out of its folder, hides
    a file, or means a device; what is empty then is called ``area``.

    Examples
    --------
    >>> path_components(["六合区", "../../x", "A:b", "a_B", "NUL", "🏙"])
    ['六合区', 'x', 'A_b', 'a_B-2', 'NUL_', 'area']
    """
    components: list[str] = []
    taken: set[str] = set()
    for name in names:
        base = _component(name)
        component, number = base, 1
        while component.casefold() in taken:
            number += 1
            component = f"{base}-{number}"
        components.append(component)
        taken.add(component.casefold())
    return components


def _component(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    kept = "".join(character if _is_kept(character) else "_" for character in composed)
    short = re.sub("_+", "_", kept).encode()[:MOST_BYTES].decode(errors="ignore").strip("_-")
    if not any(unicodedata.category(character)[0] in "LN" for character in short):
        return "area"
    return f"{short}_" if _RESERVED.fullmatch(short) else short


def _is_kept(character: str) -> bool:
    return unicodedata.category(character)[0] in _KEPT or character in _ALSO_KEPT
