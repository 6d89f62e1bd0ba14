"""Dates as each language writes them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lifecircle.bilingual import Lang

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def long_date(text: str, lang: Lang) -> str:
    """Return a date of a study as a reader writes it; what is no ISO date, year or month stays as it is.

    Examples
    --------
    >>> long_date("2024-12-31", "zh"), long_date("2024-12-31", "en")
    ('2024年12月31日', '31 December 2024')
    >>> long_date("2024-06", "zh"), long_date("2025", "zh"), long_date("2025", "en"), long_date("census 2020", "en")
    ('2024年6月', '2025年', '2025', 'census 2020')
    """
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            date = dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC)
        except ValueError:
            continue
        parts = form.count("-")
        if lang == "zh":
            return "".join([f"{date.year}年", f"{date.month}月", f"{date.day}日"][: parts + 1])
        return " ".join([f"{date.day}", _MONTHS[date.month - 1], f"{date.year}"][2 - parts :])
    return text
