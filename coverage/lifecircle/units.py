"""Units at the borders of the rooms: minutes in tables, seconds inside ``network``, metres everywhere."""

from __future__ import annotations

from typing import Final

SECONDS_PER_MINUTE: Final = 60.0
METRES_PER_KILOMETRE: Final = 1000.0
SQUARE_METRES_PER_SQUARE_KILOMETRE: Final = 1e6
