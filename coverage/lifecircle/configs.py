"""Where the settings that come with lifecircle are kept: ``configs/`` of the repository, or of the wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def configs_dir() -> Path:
    """Return the folder of the shipped settings.

    A wheel carries it inside the package; a checkout has it at its top.
    """
    installed = _PACKAGE / "configs"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "configs"
