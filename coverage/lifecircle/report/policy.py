"""The content security policy of a page: only its own styles and scripts work, and nothing is loaded or sent."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def content_security_policy(styles: Iterable[str], scripts: Iterable[str] = (), tile_host: str = "") -> str:
    """Return the policy under which only these very styles and scripts work.

    Pictures may be loaded from the host of a study's tiles, where it names any. A script may set single properties of
    ``element.style``, which a policy allows; style attributes stay forbidden.
    """
    allowed = {
        "default-src": "'none'",
        "script-src": _hashes(scripts),
        "style-src": _hashes(styles),
        "img-src": f"data: {tile_host}".strip(),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {sources}" for what, sources in allowed.items() if sources)


def _hashes(texts: Iterable[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
