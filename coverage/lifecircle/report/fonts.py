"""The fonts of charts and of the PDF: openly licensed, installed with the package, alike on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from lifecircle.errors import ReportError

SANS: Final = "Noto Sans SC"
SERIF: Final = "Noto Serif SC"
DISTRIBUTION: Final = "pylopdf-fonts-zh-cn"
"""Noto Sans SC and Noto Serif SC, regular, under the SIL Open Font License 1.1."""


@dataclass(frozen=True)
class Fonts:
    """Font files with Latin letters and simplified Chinese.

    Attributes
    ----------
    sans : Path
        :data:`SANS`.
    serif : Path
        :data:`SERIF`.
    """

    sans: Path
    serif: Path


@cache
def fonts() -> Fonts:
    """Return the fonts.

    Raises
    ------
    ReportError
        If they are not installed.
    """
    try:
        package = import_module(DISTRIBUTION.replace("-", "_"))
    except ImportError as error:
        raise ReportError(
            f"The fonts {SANS} and {SERIF} are missing, without which Chinese cannot be drawn. "
            f"Install them: pip install {DISTRIBUTION}"
        ) from error
    return Fonts(sans=Path(package.sans_path()), serif=Path(package.serif_path()))
